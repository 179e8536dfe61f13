"""The loops of an 837P as text, in the order of the guide."""

from rcm_tui.x12.claim import (
    ClaimBatch,
    Diagnosis,
    OtherSubscriber,
    ProfessionalClaim,
)
from rcm_tui.x12.line_segments import LineSegments, note, other_dates
from rcm_tui.x12.party_segments import PartySegments
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
        self.parties = PartySegments(wire)
        self.lines = LineSegments(wire, self.parties)
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
            self.parties.provider_name("85", provider, "Billing provider"),
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
            + self.parties.person(
                "IL",
                subscriber.person,
                "Subscriber",
                subscriber.member_id_qualifier,
                subscriber.member_id,
            )
            + wire.references(subscriber.secondary_ids, "Subscriber secondary id")
            + self.parties.payer(claim.payer)
        )

    def patient(self, claim: ProfessionalClaim) -> str:
        """2000C and 2010CA, without the HL."""
        wire = self.wire
        if claim.patient is None:
            return ""
        relationship = wire.identifier(claim.relationship, "Relationship to subscriber", 2, True)
        return (
            wire.segment("PAT", relationship)
            + self.parties.person("QC", claim.patient, "Patient", "", "")
            + wire.references(claim.patient_secondary_ids, "Patient secondary id")
        )

    # the claim

    def claim(self, claim: ProfessionalClaim) -> str:
        """2300 and all that stands in it."""
        if not 1 <= len(claim.lines) <= _MOST_LINES:
            raise ValueError(f"It has {len(claim.lines)} lines; 1 to {_MOST_LINES} can be sent.")
        parts = [
            self._clm(claim),
            self._claim_dates(claim),
            self._claim_amounts_and_references(claim),
            note(self.wire, claim.claim_note, "Claim note"),
            self._diagnoses(claim),
            self.parties.provider("DN", claim.referring, "Referring provider"),
            self.parties.provider("82", claim.rendering, "Rendering provider"),
            self.parties.provider("77", claim.facility, "Service facility"),
            self.parties.provider("DQ", claim.supervising, "Supervising provider"),
        ]
        parts += [self._other_subscriber(other) for other in claim.other_subscribers]
        parts += [self.lines.line(number, line) for number, line in enumerate(claim.lines, 1)]
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
        return written + other_dates(self.wire, claim.other_dates) if claim.other_dates else written

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
            self.parties.person(
                "IL",
                other.person,
                "Other subscriber",
                other.member_id_qualifier,
                other.member_id,
            ),
            wire.references(other.secondary_ids, "Other subscriber secondary id"),
            self.parties.payer_name(other.payer),
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
