"""A professional claim (837P, 005010X222A1), complete enough to write and to read back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.delimiters import STANDARD, Delimiters
from rcm_tui.x12.findings import Finding, UnreadSegment
from rcm_tui.x12.parties import NOBODY, Address, Contact, Note, Person, QualifiedDate, Reference


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider or a service place, wherever the claim names one.

    `entity_type` is 1 for a person, 2 for an organization (its name in `last_name`).
    `tax_id_qualifier` is EI (employer) or SY (social security); only billing providers have one.
    """

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    entity_type: str = "1"
    npi: str = ""
    tax_id: str = ""
    tax_id_qualifier: str = "EI"
    taxonomy: str = ""
    address: Address | None = None
    contact: Contact | None = None
    secondary_ids: tuple[Reference, ...] = ()

    @property
    def organization(self) -> str:
        """The name of an organization; empty for a person."""
        return self.last_name if self.entity_type == "2" else ""


@dataclass(frozen=True, slots=True)
class Payer:
    """NM1*PR: the payer's name and the identifier it is known by (PI, or XV for a plan id)."""

    name: str = ""
    identifier: str = ""
    id_qualifier: str = "PI"
    address: Address | None = None
    secondary_ids: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who holds the policy (2000B, 2010BA), and which payer in turn this claim goes to.

    `payer_responsibility` is P primary, S secondary, T tertiary, …; `filing_indicator` is SBR09.
    """

    person: Person = NOBODY
    member_id: str = ""
    member_id_qualifier: str = "MI"
    payer_responsibility: str = "P"
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_indicator: str = ""
    secondary_ids: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One HI code.  ABK is the principal ICD-10-CM diagnosis, ABF any other (BK, BF: ICD-9)."""

    qualifier: str
    code: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """A composite medical procedure: qualifier (HC), code, up to four modifiers, description."""

    code: str
    qualifier: str = "HC"
    modifiers: tuple[str, ...] = ()
    description: str = ""


@dataclass(slots=True)
class LineAdjudication:
    """2430: what another payer did with this line."""

    payer_identifier: str
    paid: Decimal
    procedure: Procedure
    units: Decimal = Decimal(1)
    bundled_line: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    paid_date: date | None = None
    remaining_patient_liability: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Drug:
    """2410: the national drug code behind a procedure code, and how much of it."""

    ndc: str
    quantity: Decimal | None = None
    unit: str = ""
    prescription_number: str = ""


@dataclass(slots=True)
class ServiceLine:
    """2400: one line.  `units` are units of service (UN) or minutes (MJ) by `unit_basis`.

    `diagnosis_pointers` are positions in the claim's diagnoses, counted from 1.
    """

    procedure: Procedure
    charge: Decimal
    units: Decimal
    service_date: date | None
    service_date_to: date | None = None
    unit_basis: str = "UN"
    place_of_service: str = ""
    diagnosis_pointers: tuple[int, ...] = ()
    emergency: str = ""
    line_control_number: str = ""
    prior_authorization: str = ""
    referral_number: str = ""
    note: Note | None = None
    rendering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    ordering: Provider | None = None
    facility: Provider | None = None
    drug: Drug | None = None
    other_references: tuple[Reference, ...] = ()
    other_dates: tuple[QualifiedDate, ...] = ()
    adjudications: tuple[LineAdjudication, ...] = ()


@dataclass(slots=True)
class OtherSubscriber:
    """2320, 2330A, 2330B: another coverage of the patient and what its payer did with the claim.

    `paid` is AMT*D, `remaining_patient_liability` AMT*EAF, `non_covered` AMT*A8, all amounts of
    money; `remark_codes` come from MOA.
    """

    payer: Payer
    person: Person = NOBODY
    member_id: str = ""
    member_id_qualifier: str = "MI"
    payer_responsibility: str = "P"
    relationship: str = "18"
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_indicator: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    paid: Decimal | None = None
    remaining_patient_liability: Decimal | None = None
    non_covered: Decimal | None = None
    benefits_assigned: str = "Y"
    patient_signature_source: str = ""
    release_of_information: str = "Y"
    reimbursement_rate: Decimal | None = None
    hcpcs_payable: Decimal | None = None
    remark_codes: tuple[str, ...] = ()
    paid_date: date | None = None
    claim_control_number: str = ""
    prior_authorization: str = ""
    referral_number: str = ""
    secondary_ids: tuple[Reference, ...] = ()


@dataclass(slots=True)
class ProfessionalClaim:
    """One CLM with all that stands above and below it.

    `patient` is None when the subscriber is the patient (`relationship` 18); else the dependent
    of 2000C, and `relationship` is PAT01.  `patient_control_number` is CLM01: only 20 characters
    are sure to come back.  `findings` say what in this claim could not be read.
    """

    patient_control_number: str
    charge: Decimal
    place_of_service: str
    billing_provider: Provider
    subscriber: Subscriber
    payer: Payer
    lines: tuple[ServiceLine, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    facility_code_qualifier: str = "B"
    frequency_code: str = "1"
    provider_signature: str = "Y"
    accept_assignment: str = "A"
    benefits_assigned: str = "Y"
    release_of_information: str = "Y"
    patient_signature_source: str = ""
    related_causes: tuple[str, ...] = ()
    accident_state: str = ""
    accident_country: str = ""
    special_program: str = ""
    delay_reason: str = ""
    original_reference: str = ""
    prior_authorization: str = ""
    referral_number: str = ""
    medical_record_number: str = ""
    clearinghouse_number: str = ""
    other_references: tuple[Reference, ...] = ()
    claim_note: Note | None = None
    anesthesia_procedures: tuple[Diagnosis, ...] = ()
    condition_codes: tuple[Diagnosis, ...] = ()
    onset_date: date | None = None
    initial_treatment_date: date | None = None
    last_seen_date: date | None = None
    accident_date: date | None = None
    last_menstrual_date: date | None = None
    admission_date: date | None = None
    discharge_date: date | None = None
    other_dates: tuple[QualifiedDate, ...] = ()
    patient_paid: Decimal | None = None
    pay_to: Address | None = None
    rendering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    facility: Provider | None = None
    relationship: str = "18"
    patient: Person | None = None
    patient_secondary_ids: tuple[Reference, ...] = ()
    other_subscribers: tuple[OtherSubscriber, ...] = ()
    unread: tuple[UnreadSegment, ...] = field(default=(), compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ClaimSetHeader:
    """BHT, 1000A and 1000B of a set of claims that was read.

    `reference` is BHT03, which a 277CA names again.  `purpose` is BHT02 (00 original, 18
    reissue), `kind` BHT06 (CH chargeable, RP reporting).
    """

    reference: str = ""
    created: datetime | None = None
    purpose: str = ""
    kind: str = ""
    submitter_name: str = ""
    submitter_id: str = ""
    submitter_contact: Contact | None = None
    receiver_name: str = ""
    receiver_id: str = ""


@dataclass(slots=True)
class ClaimBatch:
    """One interchange of claims to write.  `claims` may be a generator; it is read once.

    `created` is the time at which the file says it was made, in the practice's time zone.
    `usage_indicator` is P for production, T for test.  Sender and receiver identifiers are ISA06
    and ISA08 (at most 15 characters); the group ones default to them.
    """

    sender: str
    receiver: str
    interchange_control_number: int
    group_control_number: int
    created: datetime
    submitter_name: str
    submitter_id: str
    submitter_contact: Contact
    receiver_name: str
    receiver_id: str
    claims: Iterable[ProfessionalClaim]
    usage_indicator: str = "P"
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    group_sender: str = ""
    group_receiver: str = ""
    submitter_entity_type: str = "2"
    submitter_first_name: str = ""
    acknowledgement_requested: bool = True
    claims_per_set: int = 5000
    delimiters: Delimiters = STANDARD
