"""The loops of an 837P as text, in the order of the guide."""

from collections.abc import Iterable

from rcm_tui.x12.claim import (
    ClaimBatch,
    Diagnosis,
    Drug,
    LineAdjudication,
    OtherSubscriber,
    Payer,
    Procedure,
    ProfessionalClaim,
    Provider,
    ServiceLine,
)
from rcm_tui.x12.parties import Note, Person, QualifiedDate
from rcm_tui.x12.wire import Wire

_MOST_LINES = 50
_MOST_DIAGNOSES = 12
_MOST_CACHED = 5_000


class ClaimSegments:
    """Each method gives the segments of one loop.

    Raises ValueError with a sentence that names the field and the value.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._providers: dict[tuple[str, str, Provider], str] = {}
        self._payers: dict[Payer, str] = {}
        self._codes: dict[tuple[str, ...], str] = {}

    def header(self, batch: ClaimBatch, number: int) -> str:
        """BHT, 1000A and 1000B of the set with this number."""
        wire = self.wire
        contact = wire.contact(batch.submitter_contact, "Submitter")
        if not contact:
            raise ValueError("The submitter's contact has no telephone, fax or email.")
        return (
            wire.segment(
                "BHT",
                "0019",
                "00",
                f"{batch.interchange_control_number:09}{number:04}",
                f"{batch.created:%Y%m%d}",
                f"{batch.created:%H%M}",
                "CH",
            )
            + wire.segment(
                "NM1",
                "41",
                batch.submitter_entity_type,
                wire.text(batch.submitter_name, "Submitter name", 60),
                wire.text(batch.submitter_first_name, "Submitter first name", 35),
                "",
                "",
                "",
                "46",
                wire.identifier(batch.submitter_id, "Submitter id", 80, required=True),
            )
            + contact
            + wire.segment(
                "NM1",
                "40",
                "2",
                wire.text(batch.receiver_name, "Receiver name", 60),
                "",
                "",
                "",
                "",
                "46",
                wire.identifier(batch.receiver_id, "Receiver id", 80, required=True),
            )
        )

    # the levels above a claim

    def billing(self, claim: ProfessionalClaim) -> str:
        """2000A, 2010AA and 2010AB."""
        wire, provider = self.wire, claim.billing_provider
        taxonomy = wire.identifier(provider.taxonomy, "Billing provider taxonomy", 50)
        tax_id = provider.tax_id.replace("-", "")
        written = [
            wire.segment("PRV", "BI", "PXC", taxonomy) if taxonomy else "",
            self._provider_name("85", provider, "Billing provider"),
            wire.address(provider.address, "Billing provider"),
            wire.reference(provider.tax_id_qualifier, tax_id, "Billing provider tax id"),
            wire.references(provider.secondary_ids, "Billing provider secondary id"),
            wire.contact(provider.contact, "Billing provider"),
        ]
        if claim.pay_to is not None:
            written += (
                wire.segment("NM1", "87", provider.entity_type),
                wire.address(claim.pay_to, "Pay-to"),
            )
        return "".join(written)

    def subscriber(self, claim: ProfessionalClaim) -> str:
        """2000B, 2010BA and 2010BB, without the HL."""
        wire, subscriber = self.wire, claim.subscriber
        return (
            wire.segment(
                "SBR",
                wire.identifier(subscriber.payer_responsibility, "Payer responsibility", 1, True),
                "" if claim.patient is not None else "18",
                wire.identifier(subscriber.group_number, "Group number", 50),
                wire.text(subscriber.group_name, "Group name", 60),
                wire.identifier(subscriber.insurance_type, "Insurance type", 3),
                "",
                "",
                "",
                wire.identifier(subscriber.filing_indicator, "Claim filing indicator", 2),
            )
            + self._person(
                "IL",
                subscriber.person,
                "Subscriber",
                subscriber.member_id_qualifier,
                subscriber.member_id,
            )
            + wire.references(subscriber.secondary_ids, "Subscriber secondary id")
            + self._payer(claim.payer)
        )

    def patient(self, claim: ProfessionalClaim) -> str:
        """2000C and 2010CA, without the HL."""
        wire = self.wire
        if claim.patient is None:
            return ""
        relationship = wire.identifier(claim.relationship, "Relationship to subscriber", 2, True)
        return (
            wire.segment("PAT", relationship)
            + self._person("QC", claim.patient, "Patient", "", "")
            + wire.references(claim.patient_secondary_ids, "Patient secondary id")
        )

    def _person(self, entity: str, person: Person, who: str, qualifier: str, number: str) -> str:
        wire = self.wire
        written = wire.segment(
            "NM1",
            entity,
            person.entity_type,
            wire.text(person.last_name, f"{who} last name", 60),
            wire.text(person.first_name, f"{who} first name", 35),
            wire.text(person.middle_name, f"{who} middle name", 25),
            "",
            wire.text(person.suffix, f"{who} suffix", 10),
            qualifier if number else "",
            wire.identifier(number, f"{who} member id", 80),
        ) + wire.address(person.address, who)
        if person.birth_date is not None:
            gender = wire.identifier(person.gender, f"{who} gender", 1)
            written += wire.segment("DMG", "D8", wire.day(person.birth_date), gender)
        return written

    def _payer(self, payer: Payer) -> str:
        """2010BB, remembered: there are few payers."""
        known = self._payers.get(payer)
        if known is None:
            known = self._payer_name(payer) + self.wire.references(
                payer.secondary_ids, "Payer secondary id"
            )
            if len(self._payers) >= _MOST_CACHED:
                self._payers.clear()
            self._payers[payer] = known
        return known

    def _payer_name(self, payer: Payer) -> str:
        wire = self.wire
        return wire.segment(
            "NM1",
            "PR",
            "2",
            wire.text(payer.name, "Payer name", 60),
            "",
            "",
            "",
            "",
            wire.identifier(payer.id_qualifier, "Payer id qualifier", 2)
            if payer.identifier
            else "",
            wire.identifier(payer.identifier, "Payer id", 80),
        ) + wire.address(payer.address, "Payer")

    # providers

    def _provider_name(self, entity: str, provider: Provider, who: str) -> str:
        wire = self.wire
        npi = wire.identifier(provider.npi, f"{who} NPI", 80)
        person = provider.entity_type != "2"
        return wire.segment(
            "NM1",
            entity,
            provider.entity_type,
            wire.text(provider.last_name, f"{who} name", 60),
            wire.text(provider.first_name, f"{who} first name", 35) if person else "",
            wire.text(provider.middle_name, f"{who} middle name", 25) if person else "",
            "",
            wire.text(provider.suffix, f"{who} suffix", 10) if person else "",
            "XX" if npi else "",
            npi,
        )

    def _provider(self, entity: str, provider: Provider | None, who: str) -> str:
        """One of 2310 or 2420, remembered: most claims have the same few."""
        if provider is None:
            return ""
        key = (entity, who, provider)
        known = self._providers.get(key)
        if known is not None:
            return known
        wire = self.wire
        written = self._provider_name(entity, provider, who)
        if entity == "82" and provider.taxonomy:
            taxonomy = wire.identifier(provider.taxonomy, f"{who} taxonomy", 50)
            written += wire.segment("PRV", "PE", "PXC", taxonomy)
        if entity in ("77", "DK"):
            written += wire.address(provider.address, who)
        written += wire.references(provider.secondary_ids, f"{who} secondary id")
        if entity in ("77", "DK"):
            written += wire.contact(provider.contact, who)
        if len(self._providers) >= _MOST_CACHED:
            self._providers.clear()
        self._providers[key] = written
        return written

    # the claim

    def claim(self, claim: ProfessionalClaim) -> str:
        """2300 and all that stands in it."""
        if not 1 <= len(claim.lines) <= _MOST_LINES:
            raise ValueError(f"It has {len(claim.lines)} lines; 1 to {_MOST_LINES} can be sent.")
        parts = [
            self._clm(claim),
            self._claim_dates(claim),
            self._claim_amounts_and_references(claim),
            self._note(claim.claim_note, "Claim note"),
            self._diagnoses(claim),
            self._provider("DN", claim.referring, "Referring provider"),
            self._provider("82", claim.rendering, "Rendering provider"),
            self._provider("77", claim.facility, "Service facility"),
            self._provider("DQ", claim.supervising, "Supervising provider"),
        ]
        parts += [self._other_subscriber(other) for other in claim.other_subscribers]
        parts += [self._line(number, line) for number, line in enumerate(claim.lines, 1)]
        return "".join(parts)

    def _clm(self, claim: ProfessionalClaim) -> str:
        wire = self.wire
        key = (
            claim.place_of_service,
            claim.facility_code_qualifier,
            claim.frequency_code,
            claim.provider_signature,
            claim.accept_assignment,
            claim.benefits_assigned,
            claim.release_of_information,
            claim.patient_signature_source,
            claim.accident_state,
            claim.accident_country,
            claim.special_program,
            claim.delay_reason,
            *claim.related_causes,
        )
        codes = self._codes.get(key)
        if codes is None:
            codes = self._clm_codes(claim)
            if len(self._codes) >= _MOST_CACHED:
                self._codes.clear()
            self._codes[key] = codes
        number = wire.identifier(
            claim.patient_control_number, "Patient control number", 38, required=True
        )
        return wire.segment("CLM", number, wire.amount(claim.charge, "Claim charge"), codes)

    def _clm_codes(self, claim: ProfessionalClaim) -> str:
        """CLM03 and all that follows, which few claims have different from the others."""
        wire, identifier = self.wire, self.wire.identifier
        causes = ""
        if len(claim.related_causes) > 3:
            raise ValueError(f"It has {len(claim.related_causes)} related causes, not 3.")
        if claim.related_causes:
            causes = wire.composite(
                *(identifier(code, "Related cause", 3) for code in claim.related_causes),
                *("",) * (3 - len(claim.related_causes)),
                identifier(claim.accident_state, "Accident state", 2),
                identifier(claim.accident_country, "Accident country", 3),
            )
        return wire.element.join(
            (
                "",
                "",
                wire.composite(
                    identifier(claim.place_of_service, "Place of service", 2),
                    identifier(claim.facility_code_qualifier, "Facility code qualifier", 2),
                    identifier(claim.frequency_code, "Claim frequency code", 1),
                ),
                identifier(claim.provider_signature, "Provider signature", 1),
                identifier(claim.accept_assignment, "Assignment", 1),
                identifier(claim.benefits_assigned, "Benefits assignment", 1),
                identifier(claim.release_of_information, "Release of information", 1),
                identifier(claim.patient_signature_source, "Patient signature source", 1),
                causes,
                identifier(claim.special_program, "Special program", 3),
                *("",) * 7,
                identifier(claim.delay_reason, "Delay reason", 2),
            )
        )

    def _claim_dates(self, claim: ProfessionalClaim) -> str:
        named = (
            ("431", claim.onset_date),
            ("454", claim.initial_treatment_date),
            ("304", claim.last_seen_date),
            ("439", claim.accident_date),
            ("484", claim.last_menstrual_date),
            ("435", claim.admission_date),
            ("096", claim.discharge_date),
        )
        written = "".join([self.wire.dated(code, on) for code, on in named if on is not None])
        return written + self._other_dates(claim.other_dates) if claim.other_dates else written

    def _other_dates(self, dates: Iterable[QualifiedDate]) -> str:
        return "".join(
            self.wire.dated(
                self.wire.identifier(one.qualifier, "Date qualifier", 3), one.on, one.until
            )
            for one in dates
        )

    def _claim_amounts_and_references(self, claim: ProfessionalClaim) -> str:
        wire = self.wire
        written = ""
        if claim.patient_paid is not None:
            written = wire.segment("AMT", "F5", wire.amount(claim.patient_paid, "Patient paid"))
        return (
            written
            + wire.reference("9F", claim.referral_number, "Referral number")
            + wire.reference("G1", claim.prior_authorization, "Prior authorization")
            + wire.reference("F8", claim.original_reference, "Original reference number")
            + wire.reference("D9", claim.clearinghouse_number, "Clearinghouse claim number")
            + wire.reference("EA", claim.medical_record_number, "Medical record number")
            + wire.references(claim.other_references, "Claim reference")
        )

    def _note(self, note: Note | None, field: str) -> str:
        if note is None or not note.text:
            return ""
        wire = self.wire
        code = wire.identifier(note.code, f"{field} code", 3, required=True)
        return wire.segment("NTE", code, wire.text(note.text, field, 80))

    def _diagnoses(self, claim: ProfessionalClaim) -> str:
        if len(claim.diagnoses) > _MOST_DIAGNOSES:
            raise ValueError(
                f"It has {len(claim.diagnoses)} diagnoses; at most {_MOST_DIAGNOSES} can be sent."
            )
        written = self._hi(claim.diagnoses, "Diagnosis", without_point=True)
        if claim.anesthesia_procedures:
            written += self._hi(claim.anesthesia_procedures, "Anesthesia procedure")
        if claim.condition_codes:
            written += self._hi(claim.condition_codes[:12], "Condition code")
            written += self._hi(claim.condition_codes[12:], "Condition code")
        return written

    def _hi(self, codes: tuple[Diagnosis, ...], field: str, without_point: bool = False) -> str:
        if not codes:
            return ""
        wire = self.wire
        return wire.segment(
            "HI",
            *[
                wire.composite(
                    wire.identifier(one.qualifier, f"{field} qualifier", 3),
                    wire.identifier(
                        one.code.replace(".", "") if without_point else one.code, field, 30
                    ),
                )
                for one in codes
            ],
        )

    # other coverage

    def _other_subscriber(self, other: OtherSubscriber) -> str:
        wire = self.wire
        amounts = (
            ("D", other.paid),
            ("A8", other.non_covered),
            ("EAF", other.remaining_patient_liability),
        )
        parts = [
            wire.segment(
                "SBR",
                wire.identifier(other.payer_responsibility, "Other payer responsibility", 1, True),
                wire.identifier(other.relationship, "Other subscriber relationship", 2),
                wire.identifier(other.group_number, "Other group number", 50),
                wire.text(other.group_name, "Other group name", 60),
                wire.identifier(other.insurance_type, "Other insurance type", 3),
                "",
                "",
                "",
                wire.identifier(other.filing_indicator, "Other filing indicator", 2),
            ),
            wire.adjustments(other.adjustments, "Other payer adjustment"),
            *(
                wire.segment("AMT", code, wire.amount(value, "Other payer amount"))
                for code, value in amounts
                if value is not None
            ),
            wire.segment(
                "OI",
                "",
                "",
                wire.identifier(other.benefits_assigned, "Other benefits assignment", 1),
                wire.identifier(other.patient_signature_source, "Other signature source", 1),
                "",
                wire.identifier(other.release_of_information, "Other release of information", 1),
            ),
            self._moa(other),
            self._person(
                "IL",
                other.person,
                "Other subscriber",
                other.member_id_qualifier,
                other.member_id,
            ),
            wire.references(other.secondary_ids, "Other subscriber secondary id"),
            self._payer_name(other.payer),
            self.wire.dated("573", other.paid_date) if other.paid_date else "",
            wire.references(other.payer.secondary_ids, "Other payer secondary id"),
            wire.reference("G1", other.prior_authorization, "Other payer prior authorization"),
            wire.reference("9F", other.referral_number, "Other payer referral number"),
            wire.reference("F8", other.claim_control_number, "Other payer claim control number"),
        ]
        return "".join(parts)

    def _moa(self, other: OtherSubscriber) -> str:
        wire = self.wire
        rate, payable = other.reimbursement_rate, other.hcpcs_payable
        if rate is None and payable is None and not other.remark_codes:
            return ""
        if len(other.remark_codes) > 5:
            raise ValueError(f"MOA has {len(other.remark_codes)} remark codes; it can carry five.")
        return wire.segment(
            "MOA",
            "" if rate is None else wire.quantity(rate, "Reimbursement rate"),
            "" if payable is None else wire.amount(payable, "HCPCS payable amount"),
            *(wire.identifier(code, "Remark code", 50) for code in other.remark_codes),
        )

    # lines

    def _procedure(self, procedure: Procedure) -> str:
        wire, modifiers = self.wire, procedure.modifiers
        if len(modifiers) > 4:
            raise ValueError(f"Procedure {procedure.code} has {len(modifiers)} modifiers, not 4.")
        code = wire.identifier(procedure.code, "Procedure code", 48, required=True)
        if not modifiers and not procedure.description:
            return f"{procedure.qualifier}{wire.component}{code}"
        return wire.composite(
            procedure.qualifier,
            code,
            *[wire.identifier(modifier, "Modifier", 2) for modifier in modifiers],
            *("",) * (4 - len(modifiers)),
            wire.text(procedure.description, "Procedure description", 80),
        )

    def _line(self, number: int, line: ServiceLine) -> str:
        wire = self.wire
        try:
            parts = [
                f"LX{wire.element}{number}{wire.terminator}",
                self._sv1(line),
                self.wire.dated("472", line.service_date, line.service_date_to)
                if line.service_date
                else "",
                self._other_dates(line.other_dates) if line.other_dates else "",
                wire.reference("G1", line.prior_authorization, "Prior authorization"),
                wire.reference("6R", line.line_control_number, "Line control number"),
                wire.reference("9F", line.referral_number, "Referral number"),
                wire.references(line.other_references, "Line reference")
                if line.other_references
                else "",
                self._note(line.note, "Line note"),
                self._drug(line.drug) if line.drug is not None else "",
                self._provider("82", line.rendering, "Rendering provider"),
                self._provider("77", line.facility, "Service facility"),
                self._provider("DQ", line.supervising, "Supervising provider"),
                self._provider("DK", line.ordering, "Ordering provider"),
                self._provider("DN", line.referring, "Referring provider"),
            ]
            parts += [self._adjudication(one) for one in line.adjudications]
        except ValueError as error:
            raise ValueError(f"Line {number}: {error}") from error
        return "".join(parts)

    def _sv1(self, line: ServiceLine) -> str:
        wire = self.wire
        if len(line.diagnosis_pointers) > 4:
            raise ValueError(
                f"It points at {len(line.diagnosis_pointers)} diagnoses; at most 4 can be sent."
            )
        return wire.segment(
            "SV1",
            self._procedure(line.procedure),
            wire.amount(line.charge, "Line charge"),
            wire.identifier(line.unit_basis, "Unit basis", 2),
            wire.quantity(line.units, "Units"),
            wire.identifier(line.place_of_service, "Place of service", 2),
            "",
            wire.component.join(map(str, line.diagnosis_pointers)),
            "",
            wire.identifier(line.emergency, "Emergency indicator", 1),
        )

    def _drug(self, drug: Drug) -> str:
        wire = self.wire
        ndc = wire.identifier(drug.ndc.replace("-", ""), "National drug code", 48, True)
        written = wire.segment("LIN", "", "N4", ndc)
        if drug.quantity is not None:
            quantity = wire.quantity(drug.quantity, "Drug quantity")
            unit = wire.identifier(drug.unit, "Drug unit", 2)
            written += wire.segment("CTP", "", "", "", quantity, unit)
        return written + wire.reference("XZ", drug.prescription_number, "Prescription number")

    def _adjudication(self, one: LineAdjudication) -> str:
        wire = self.wire
        remaining = one.remaining_patient_liability
        return "".join(
            (
                wire.segment(
                    "SVD",
                    wire.identifier(one.payer_identifier, "Other payer id", 80, required=True),
                    wire.amount(one.paid, "Other payer paid"),
                    self._procedure(one.procedure),
                    "",
                    wire.quantity(one.units, "Other payer units"),
                    wire.identifier(one.bundled_line, "Bundled line", 6),
                ),
                wire.adjustments(one.adjustments, "Other payer line adjustment"),
                self.wire.dated("573", one.paid_date) if one.paid_date else "",
                ""
                if remaining is None
                else wire.segment("AMT", "EAF", wire.amount(remaining, "Patient liability")),
            )
        )
