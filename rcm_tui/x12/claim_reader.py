"""Reads an 837P claim by claim, whoever wrote it."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim import (
    Diagnosis,
    Drug,
    LineAdjudication,
    OtherSubscriber,
    Payer,
    Procedure,
    ProfessionalClaim,
    ServiceLine,
)
from rcm_tui.x12.claim_level_reader import ClaimLevelReader
from rcm_tui.x12.claim_levels import Gathered
from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import ClaimRead, Event
from rcm_tui.x12.parties import Note, QualifiedDate, Reference
from rcm_tui.x12.remittance import ZERO
from rcm_tui.x12.set_reader import Elements

_CLAIM_DATES = {
    "431": "onset_date",
    "454": "initial_treatment_date",
    "304": "last_seen_date",
    "439": "accident_date",
    "484": "last_menstrual_date",
    "435": "admission_date",
    "096": "discharge_date",
}
_CLAIM_REFERENCES = {
    "F8": "original_reference",
    "G1": "prior_authorization",
    "9F": "referral_number",
    "EA": "medical_record_number",
    "D9": "clearinghouse_number",
}
_CLAIM_PROVIDERS = {"82": "rendering", "DN": "referring", "DQ": "supervising", "77": "facility"}
_LINE_PROVIDERS = {**_CLAIM_PROVIDERS, "DK": "ordering"}
# Legal, but of no use here: kept for a person, without a finding.
_KEPT = (
    *("CUR", "PWK", "CN1", "K3", "CR1", "CR2", "CR3", "CRC"),
    *("HCP", "SV5", "QTY", "MEA", "PS1", "LQ", "FRM"),
)
_PLACE = re.compile(r"[0-9]{2}([^0-9A-Za-z])[A-Z]\1[0-9A-Z]")
_POINTER = re.compile(r"([0-9]{1,2})(\.0+)?")


class ClaimReader(ClaimLevelReader):
    """One 837P.  The header comes out first, each claim as soon as it is whole."""

    def __init__(self, opened: TransactionSet, out: list[Event]) -> None:
        super().__init__(opened, out)
        self.claim: ProfessionalClaim | None = None
        self.other_subscriber: OtherSubscriber | None = None
        self.line: ServiceLine | None = None
        self.adjudication: LineAdjudication | None = None
        self.lines: list[ServiceLine] = []
        self.others: list[OtherSubscriber] = []
        self.collected: list[Adjustment] = []
        self.adjudications: list[LineAdjudication] = []
        self.handlers |= {
            "REF": self.ref,
            "SBR": self.sbr,
            "CLM": self.clm,
            "DTP": self.dtp,
            "AMT": self.amt,
            "NTE": self.nte,
            "HI": self.hi,
            "OI": self.oi,
            "MOA": self.moa,
            "CAS": self.cas,
            "LX": self.lx,
            "SV1": self.sv1,
            "LIN": self.lin,
            "CTP": self.ctp,
            "SVD": self.svd,
        }
        self.handlers.update(dict.fromkeys(_KEPT, self.keep))

    def destination(self, entity: str) -> Callable[[Gathered], None] | None:
        """What becomes of a name, by its entity code and by where it stands."""
        if self.line is not None:
            return self._of_line if entity in _LINE_PROVIDERS else None
        if self.other_subscriber is not None:
            return {"IL": self._other_insured, "PR": self._other_payer}.get(entity)
        if self.claim is not None:
            return self._of_claim if entity in _CLAIM_PROVIDERS else None
        return super().destination(entity)

    def _of_claim(self, gathered: Gathered) -> None:
        if self.claim is not None:
            setattr(self.claim, _CLAIM_PROVIDERS[gathered.entity], gathered.provider())

    def _of_line(self, gathered: Gathered) -> None:
        if self.line is not None:
            setattr(self.line, _LINE_PROVIDERS[gathered.entity], gathered.provider())

    def _other_insured(self, gathered: Gathered) -> None:
        other = self.other_subscriber
        if other is not None:
            other.person = gathered.person()
            other.member_id = gathered.identifier
            other.member_id_qualifier = gathered.id_qualifier or "MI"
            other.secondary_ids = tuple(gathered.references)

    def _other_payer(self, gathered: Gathered) -> None:
        other = self.other_subscriber
        if other is None:
            return
        kept = []
        for reference in gathered.references:
            if reference.qualifier == "F8":
                other.claim_control_number = reference.value
            elif reference.qualifier == "G1":
                other.prior_authorization = reference.value
            elif reference.qualifier == "9F":
                other.referral_number = reference.value
            else:
                kept.append(reference)
        gathered.references = kept
        other.payer = gathered.payer()

    # the claim

    def clm(self, e: Elements) -> None:
        self.close_claim()
        self.close_party()
        self.close_header()
        self.resume()
        self.started = self.number
        self.really_used(e, e[5], _PLACE)
        place = self.composite(e[5])
        cause = self.composite(e[11])
        self.claim = ProfessionalClaim(
            patient_control_number=e[1].strip(),
            charge=self.amount(e, 2),
            place_of_service=place[0],
            billing_provider=self.billing,
            subscriber=self.subscriber,
            payer=self.payer,
            facility_code_qualifier=place[1],
            frequency_code=place[2],
            provider_signature=e[6],
            accept_assignment=e[7],
            benefits_assigned=e[8],
            release_of_information=e[9],
            patient_signature_source=e[10],
            related_causes=tuple(code for code in cause[:3] if code),
            accident_state=cause[3],
            accident_country=cause[4],
            special_program=e[12],
            delay_reason=e[20],
            pay_to=self.pay_to.address() if self.pay_to else None,
            relationship=self.relationship,
            patient=self.patient,
            patient_secondary_ids=self.patient_ids,
        )

    def ref(self, e: Elements) -> None:
        qualifier, value = e[1], e[2].strip()
        line, claim = self.line, self.claim
        if self.party is not None:
            self.party.references.append(Reference(qualifier, value))
        elif line is not None:
            if qualifier == "6R":
                line.line_control_number = value
            elif qualifier == "G1" and not line.prior_authorization:
                line.prior_authorization = value
            elif qualifier == "9F" and not line.referral_number:
                line.referral_number = value
            elif qualifier in ("VY", "XZ") and line.drug is not None:
                line.drug = replace(line.drug, prescription_number=value)
            else:
                line.other_references += (Reference(qualifier, value),)
        elif claim is not None:
            field = _CLAIM_REFERENCES.get(qualifier)
            if field is not None and not getattr(claim, field):
                setattr(claim, field, value)
            else:
                claim.other_references += (Reference(qualifier, value),)
        else:
            self.stray(e)

    def dtp(self, e: Elements) -> None:
        on, until = self.period(e, 3)
        if self.adjudication is not None:
            if e[1] == "573":
                self.adjudication.paid_date = on
            else:
                self.stray(e)
        elif self.line is not None:
            if e[1] == "472":
                self.line.service_date, self.line.service_date_to = on, until
            elif on is not None:
                self.line.other_dates += (QualifiedDate(e[1], on, until),)
        elif self.other_subscriber is not None:
            self.other_subscriber.paid_date = on
        elif self.claim is not None:
            field = _CLAIM_DATES.get(e[1])
            if field is not None and until is None:
                setattr(self.claim, field, on)
            elif on is not None:
                self.claim.other_dates += (QualifiedDate(e[1], on, until),)
        else:
            self.stray(e)

    def amt(self, e: Elements) -> None:
        other = self.other_subscriber
        if self.adjudication is not None and e[1] == "EAF":
            self.adjudication.remaining_patient_liability = self.amount(e, 2)
        elif self.line is not None:
            self.keep(e)
        elif other is not None:
            if e[1] == "D":
                other.paid = self.amount(e, 2)
            elif e[1] == "EAF":
                other.remaining_patient_liability = self.amount(e, 2)
            elif e[1] == "A8":
                other.non_covered = self.amount(e, 2)
            else:
                self.keep(e)
        elif self.claim is not None and e[1] == "F5":
            self.claim.patient_paid = self.amount(e, 2)
        else:
            self.keep(e)

    def nte(self, e: Elements) -> None:
        note = Note(e[1], e[2].strip())
        if self.line is not None and self.line.note is None:
            self.line.note = note
        elif self.line is None and self.claim is not None and self.claim.claim_note is None:
            self.claim.claim_note = note
        else:
            self.keep(e)

    def hi(self, e: Elements) -> None:
        claim = self.claim
        if claim is None:
            return self.stray(e)
        for text in e[1:]:
            if not text:
                continue
            qualifier, code = self.composite(text)[:2]
            entry = Diagnosis(qualifier, code)
            if qualifier in ("BP", "BO"):
                claim.anesthesia_procedures += (entry,)
            elif qualifier == "BG":
                claim.condition_codes += (entry,)
            else:
                claim.diagnoses += (entry,)
        return None

    # other coverage

    def sbr(self, e: Elements) -> None:
        self.close_party()
        if self.claim is None:
            self.subscriber_level(e)
            return
        self._close_line()
        self._close_other()
        self.other_subscriber = OtherSubscriber(
            Payer(),
            payer_responsibility=e[1],
            relationship=e[2],
            group_number=e[3].strip(),
            group_name=e[4].strip(),
            insurance_type=e[5],
            filing_indicator=e[9],
            benefits_assigned="",
            release_of_information="",
        )

    def oi(self, e: Elements) -> None:
        other = self.other_subscriber
        if other is None:
            return self.stray(e)
        other.benefits_assigned, other.patient_signature_source = e[3], e[4]
        other.release_of_information = e[6]
        return None

    def moa(self, e: Elements) -> None:
        other = self.other_subscriber
        if other is None:
            return self.stray(e)
        other.reimbursement_rate = self.optional_amount(e, 1)
        other.hcpcs_payable = self.optional_amount(e, 2)
        other.remark_codes = tuple(code for code in e[3:8] if code)
        if e[8] or e[9]:
            self.keep(e)
        return None

    def cas(self, e: Elements) -> None:
        if self.adjudication is None and (self.other_subscriber is None or self.line is not None):
            return self.stray(e)
        self.adjustments(e, self.collected)
        return None

    def _close_other(self) -> None:
        self.close_party()
        if self.other_subscriber is not None:
            self.other_subscriber.adjustments = tuple(self.collected)
            self.collected = []
            self.others.append(self.other_subscriber)
            self.other_subscriber = None

    # lines

    def lx(self, e: Elements) -> None:
        if self.claim is None:
            return self.stray(e)
        self._close_other()
        self._close_line()
        self.line = ServiceLine(Procedure(""), ZERO, ZERO, None)
        return None

    def sv1(self, e: Elements) -> None:
        line = self.line
        if line is None:
            return self.stray(e)
        line.procedure = self._procedure(e[1])
        line.charge = self.amount(e, 2)
        line.unit_basis = e[3]
        line.units = self.amount(e, 4)
        line.place_of_service = e[5]
        line.diagnosis_pointers = self._pointers(e)
        line.emergency = e[9]
        if any(e[10:21]):
            self.keep(e)
        return None

    def _pointers(self, e: Elements) -> tuple[int, ...]:
        pointers = []
        for text in e[7].split(self.component):
            pointer = _POINTER.fullmatch(text)
            if pointer is not None:
                pointers.append(int(pointer[1]))
            elif text:
                self.say("error", e, f"SV107 {text!r} points at no diagnosis (1 to 12).")
        return tuple(pointers)

    def _procedure(self, text: str) -> Procedure:
        p = self.composite(text)
        return Procedure(p[1], p[0], tuple(m for m in p[2:6] if m), p[6].strip())

    def lin(self, e: Elements) -> None:
        if self.line is None:
            return self.stray(e)
        if e[2] == "N4":
            self.line.drug = Drug(e[3].strip())
        else:
            self.keep(e)
        return None

    def ctp(self, e: Elements) -> None:
        if self.line is None or self.line.drug is None:
            return self.stray(e)
        unit = self.composite(e[5])[0]
        self.line.drug = replace(self.line.drug, quantity=self.optional_amount(e, 4), unit=unit)
        return None

    def svd(self, e: Elements) -> None:
        self.close_party()
        if self.line is None:
            return self.stray(e)
        self._close_adjudication()
        units: Decimal | None = self.optional_amount(e, 5)
        self.adjudication = LineAdjudication(
            e[1].strip(),
            self.amount(e, 2),
            self._procedure(e[3]),
            ZERO if units is None else units,
            e[6],
        )
        return None

    def _close_adjudication(self) -> None:
        if self.adjudication is not None:
            self.adjudication.adjustments = tuple(self.collected)
            self.collected = []
            self.adjudications.append(self.adjudication)
            self.adjudication = None

    def _close_line(self) -> None:
        self.close_party()
        line = self.line
        if line is None:
            return
        self._close_adjudication()
        if self.adjudications:
            line.adjudications = tuple(self.adjudications)
            self.adjudications = []
        if not line.procedure.code and not line.charge:
            self.say("error", ["LX"], "This service line has no SV1.")
        self.lines.append(line)
        self.line = None

    def close_claim(self) -> None:
        claim = self.claim
        if claim is None:
            return
        self._close_other()
        self._close_line()
        claim.lines, self.lines = tuple(self.lines), []
        claim.other_subscribers, self.others = tuple(self.others), []
        claim.unread, self.unread = tuple(self.unread), []
        claim.findings, self.notes = tuple(self.notes), []
        self.claim = None
        self.out.append(ClaimRead(self.set, claim))

    def overflow(self) -> None:
        if self.claim is None:
            return
        self.say("error", ["CLM"], "This claim has more segments than any claim can have.")
        self.close_claim()
        self.give_up({"CLM": self.clm, "HL": self.hl})

    def other(self, elements: Elements) -> None:
        if not self.skipping and elements[0] in ("SV2", "SV3"):
            self.say("error", elements, "This is not a line of a professional claim.")
            self.keep(elements)
            return
        super().other(elements)

    def finish(self, complete: bool, cut: bool) -> None:
        if cut and self.claim is not None:
            self.say("error", ["CLM"], "The file ends inside this claim; some of it may be lost.")
        self.close_claim()
        self.close_party()
        self.close_header()
