"""Reads an 837P claim by claim, whoever wrote it."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim import (
    ClaimSetHeader,
    Diagnosis,
    Drug,
    LineAdjudication,
    OtherSubscriber,
    Payer,
    Procedure,
    ProfessionalClaim,
    Provider,
    ServiceLine,
    Subscriber,
)
from rcm_tui.x12.claim_levels import Gathered
from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import ClaimRead, ClaimsOpened, Event
from rcm_tui.x12.interchange_header import moment
from rcm_tui.x12.parties import NOBODY, Note, Person, QualifiedDate, Reference
from rcm_tui.x12.remittance import ZERO
from rcm_tui.x12.set_reader import Elements, SetReader

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
_NO_PROVIDER = Provider()
_NO_SUBSCRIBER = Subscriber()
_NO_PAYER = Payer()


class ClaimReader(SetReader):
    """One 837P.  The header comes out first, each claim as soon as it is whole.

    `party` is the NM1 that N3, N4, REF, PER, PRV and DMG now speak of; `done` is what to do with
    it once it is whole.
    """

    def __init__(self, opened: TransactionSet, out: list[Event]) -> None:
        super().__init__(opened, out)
        self.header: ClaimSetHeader | None = ClaimSetHeader()
        self.billing = _NO_PROVIDER
        self.billing_taxonomy = ""
        self.pay_to: Gathered | None = None
        self.subscriber = _NO_SUBSCRIBER
        self.payer = _NO_PAYER
        self.relationship = "18"
        self.patient: Person | None = None
        self.patient_ids: tuple[Reference, ...] = ()
        self.claim: ProfessionalClaim | None = None
        self.other_subscriber: OtherSubscriber | None = None
        self.line: ServiceLine | None = None
        self.adjudication: LineAdjudication | None = None
        self.party: Gathered | None = None
        self.done: Callable[[Gathered], None] | None = None
        self.level = ""
        self.lines: list[ServiceLine] = []
        self.others: list[OtherSubscriber] = []
        self.collected: list[Adjustment] = []
        self.adjudications: list[LineAdjudication] = []
        self.handlers = {
            "BHT": self.bht,
            "REF": self.ref,
            "NM1": self.nm1,
            "N3": self.n3,
            "N4": self.n4,
            "PER": self.per,
            "PRV": self.prv,
            "HL": self.hl,
            "SBR": self.sbr,
            "PAT": self.pat,
            "DMG": self.dmg,
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
        self._all = self.handlers
        self.skipping = False

    # header and levels

    def bht(self, e: Elements) -> None:
        if self.header is None:
            return self.stray(e)
        self.header = replace(
            self.header,
            purpose=e[2],
            reference=e[3].strip(),
            created=moment(e[4], e[5]),
            kind=e[6],
        )
        return None

    def _close_header(self) -> None:
        if self.header is not None:
            self.out.append(ClaimsOpened(self.set, self.header))
            self.header = None

    def hl(self, e: Elements) -> None:
        self._close_claim()
        self._close_party()
        self._close_header()
        self.level = e[3]
        self.started = self.number
        if self.skipping:
            self.skipping = False
            self.handlers = self._all
        if e[3] == "20":
            self.billing, self.billing_taxonomy, self.pay_to = _NO_PROVIDER, "", None
            self.subscriber, self.payer = _NO_SUBSCRIBER, _NO_PAYER
        elif e[3] == "22":
            self.subscriber, self.payer = _NO_SUBSCRIBER, _NO_PAYER
        elif e[3] != "23":
            self.say("warning", e, f"HL03 {e[3]!r} is no level of a professional claim.")
        self.relationship, self.patient, self.patient_ids = "18", None, ()

    def sbr(self, e: Elements) -> None:
        self._close_party()
        if self.claim is None:
            if self.level != "22":
                return self.stray(e)
            self.relationship = e[2] or "18"
            self.subscriber = Subscriber(
                payer_responsibility=e[1],
                group_number=e[3].strip(),
                group_name=e[4].strip(),
                insurance_type=e[5],
                filing_indicator=e[9],
            )
            return None
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
        return None

    def pat(self, e: Elements) -> None:
        if self.level == "23":
            self.relationship = e[1]
            self.patient = NOBODY
        if self.level != "23" or any(e[2:10]):
            self.keep(e)

    # parties

    def nm1(self, e: Elements) -> None:
        self._close_party()
        done = self._destination(e[1])
        if done is None:
            self.keep(e)
            # What follows still belongs to this name, not to the one before.
            done = self._forget
        self.done = done
        self.party = Gathered(
            e[1],
            e[2],
            e[3].strip(),
            e[4].strip(),
            e[5].strip(),
            e[7].strip(),
            e[8],
            e[9].strip(),
        )

    def _destination(self, entity: str) -> Callable[[Gathered], None] | None:
        """What becomes of a name, by its entity code and by where it stands."""
        if self.line is not None:
            return self._of_line if entity in _LINE_PROVIDERS else None
        if self.other_subscriber is not None:
            return {"IL": self._other_insured, "PR": self._other_payer}.get(entity)
        if self.claim is not None:
            return self._of_claim if entity in _CLAIM_PROVIDERS else None
        if self.level == "":
            return {"41": self._submitter, "40": self._receiver}.get(entity)
        return {
            "85": self._billing,
            "87": self._pay_to,
            "IL": self._insured,
            "PR": self._payer,
            "QC": self._patient,
        }.get(entity)

    def _close_party(self) -> None:
        if self.party is not None and self.done is not None:
            self.done(self.party)
        self.party = self.done = None

    def _forget(self, gathered: Gathered) -> None:
        for reference in gathered.references:
            self.keep(["REF", reference.qualifier, reference.value])
        address = gathered.address()
        if address is not None:
            self.keep(["N3", address.line1, address.line2])
            self.keep(["N4", *gathered.place])

    def _submitter(self, gathered: Gathered) -> None:
        if self.header is not None:
            self.header = replace(
                self.header,
                submitter_name=" ".join(
                    part for part in (gathered.first_name, gathered.last_name) if part
                ),
                submitter_id=gathered.identifier,
                submitter_contact=gathered.contact,
            )

    def _receiver(self, gathered: Gathered) -> None:
        if self.header is not None:
            self.header = replace(
                self.header,
                receiver_name=gathered.last_name,
                receiver_id=gathered.identifier,
            )

    def _billing(self, gathered: Gathered) -> None:
        gathered.taxonomy = self.billing_taxonomy
        for reference in list(gathered.references):
            if reference.qualifier in ("EI", "SY") and not gathered.tax_id:
                gathered.tax_id_qualifier = reference.qualifier
                gathered.tax_id = reference.value.replace("-", "")
                gathered.references.remove(reference)
        self.billing = gathered.provider()

    def _pay_to(self, gathered: Gathered) -> None:
        self.pay_to = gathered

    def _insured(self, gathered: Gathered) -> None:
        self.subscriber = replace(
            self.subscriber,
            person=gathered.person(),
            member_id=gathered.identifier,
            member_id_qualifier=gathered.id_qualifier or "MI",
            secondary_ids=tuple(gathered.references),
        )

    def _payer(self, gathered: Gathered) -> None:
        self.payer = gathered.payer()

    def _patient(self, gathered: Gathered) -> None:
        self.patient = gathered.person()
        self.patient_ids = tuple(gathered.references)

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

    def n3(self, e: Elements) -> None:
        if self.party is None:
            return self.stray(e)
        self.party.street = (e[1].strip(), e[2].strip())
        return None

    def n4(self, e: Elements) -> None:
        if self.party is None:
            return self.stray(e)
        self.party.place = (e[1].strip(), e[2].strip(), e[3].strip(), e[4].strip(), e[7].strip())
        return None

    def per(self, e: Elements) -> None:
        if self.party is None:
            return self.stray(e)
        self.party.contact = self.contact(e, self.party.contact)
        return None

    def prv(self, e: Elements) -> None:
        if self.party is not None:
            self.party.taxonomy = e[3].strip()
        elif self.level == "20" and self.claim is None:
            self.billing_taxonomy = e[3].strip()
        else:
            self.stray(e)

    def dmg(self, e: Elements) -> None:
        if self.party is None:
            return self.stray(e)
        self.party.birth_date = self.on(e, 2)
        self.party.gender = e[3]
        return None

    # the claim

    def clm(self, e: Elements) -> None:
        self._close_claim()
        self._close_party()
        self._close_header()
        if self.skipping:
            self.skipping = False
            self.handlers = self._all
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
        self._close_party()
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
        self._close_party()
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
        self._close_party()
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

    def _close_claim(self) -> None:
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
        self._close_claim()
        self.skipping = True
        self.handlers = {"CLM": self.clm, "HL": self.hl}

    def other(self, elements: Elements) -> None:
        if self.skipping:
            return
        if elements[0] in ("SV2", "SV3"):
            self.say("error", elements, "This is not a line of a professional claim.")
            self.keep(elements)
            return
        super().other(elements)

    def finish(self, complete: bool, cut: bool) -> None:
        if cut and self.claim is not None:
            self.say("error", ["CLM"], "The file ends inside this claim; some of it may be lost.")
        self._close_claim()
        self._close_party()
        self._close_header()
