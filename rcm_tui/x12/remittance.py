"""A remittance (835, 005010X221A1): one payment and the claims it pays or denies."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.findings import Finding, UnreadSegment
from rcm_tui.x12.parties import Address, Contact, Party, QualifiedDate, Reference

ZERO = Decimal(0)


@dataclass(slots=True)
class RemittanceHeader:
    """Everything before the first claim.

    `payment_amount` is BPR02 (money, never negative), `method` BPR04 (CHK, ACH, NON, …),
    `credit_or_debit` BPR03 (C or D), `trace_number` TRN02: the check or EFT number.
    """

    payment_amount: Decimal = ZERO
    handling_code: str = "I"
    credit_or_debit: str = "C"
    method: str = ""
    payment_format: str = ""
    effective_date: date | None = None
    trace_number: str = ""
    originator: str = ""
    originator_supplement: str = ""
    production_date: date | None = None
    receiver_id: str = ""
    version_id: str = ""
    payer_name: str = ""
    payer_id_qualifier: str = ""
    payer_identifier: str = ""
    payer_address: Address | None = None
    payer_references: tuple[Reference, ...] = ()
    payer_contact: Contact | None = None
    payer_technical_contact: Contact | None = None
    payer_website: str = ""
    payee_name: str = ""
    payee_id_qualifier: str = ""
    payee_identifier: str = ""
    payee_address: Address | None = None
    payee_tax_id: str = ""
    payee_references: tuple[Reference, ...] = ()
    unread: tuple[UnreadSegment, ...] = field(default=(), compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    @property
    def payee_npi(self) -> str:
        """N104 when N103 says XX; empty otherwise."""
        return self.payee_identifier if self.payee_id_qualifier == "XX" else ""


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A balance check that failed, with its figures (money).

    `level` is line, claim or payment; `key` the line's control number or position, the patient
    control number, or the trace number.  `difference` is found − expected.
    """

    level: str
    key: str
    expected: Decimal
    found: Decimal
    difference: Decimal
    segment_number: int = 0

    @property
    def reason(self) -> str:
        """The failure as a sentence."""
        what = {
            "line": "line charge less its adjustments",
            "claim": "claim charge less all adjustments",
            "payment": "claims paid less provider adjustments",
        }[self.level]
        return (
            f"{self.level.capitalize()} {self.key} does not balance: {what} is {self.expected}, "
            f"but {self.found} is said to be paid (difference {self.difference})."
        )


@dataclass(slots=True)
class ServicePayment:
    """SVC and what follows it.  `units` are units of service paid; `allowed` is AMT*B6.

    `submitted_*` come from SVC06, present when the payer adjudicated another code.
    """

    qualifier: str
    procedure_code: str
    charge: Decimal
    paid: Decimal
    modifiers: tuple[str, ...] = ()
    description: str = ""
    revenue_code: str = ""
    units: Decimal | None = None
    submitted_qualifier: str = ""
    submitted_procedure_code: str = ""
    submitted_modifiers: tuple[str, ...] = ()
    submitted_description: str = ""
    submitted_units: Decimal | None = None
    service_date: date | None = None
    service_date_to: date | None = None
    line_control_number: str = ""
    rendering_npi: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    remark_codes: tuple[str, ...] = ()
    allowed: Decimal | None = None
    amounts: tuple[tuple[str, Decimal], ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(slots=True)
class ClaimPayment:
    """CLP and what follows it: what the payer decided about one claim.

    `status` is CLP02 (1–4 processed or denied, 19–21 forwarded, 22 reversal, …).  All amounts
    are money.  `damaged` means that a value could not be read (see `findings`): not to be
    posted without a person.
    """

    patient_control_number: str
    status: str
    charge: Decimal
    paid: Decimal
    patient_responsibility: Decimal = ZERO
    filing_indicator: str = ""
    payer_claim_control_number: str = ""
    facility_code: str = ""
    frequency_code: str = ""
    drg: str = ""
    patient: Party | None = None
    subscriber: Party | None = None
    corrected: Party | None = None
    rendering: Party | None = None
    crossover_carrier: Party | None = None
    corrected_payer: Party | None = None
    other_subscriber: Party | None = None
    adjustments: tuple[Adjustment, ...] = ()
    statement_from: date | None = None
    statement_to: date | None = None
    received_date: date | None = None
    coverage_expired: date | None = None
    other_dates: tuple[QualifiedDate, ...] = ()
    amounts: tuple[tuple[str, Decimal], ...] = ()
    remark_codes: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    contact: Contact | None = None
    lines: tuple[ServicePayment, ...] = ()
    imbalances: tuple[Imbalance, ...] = ()
    segment_number: int = field(default=0, compare=False)
    unread: tuple[UnreadSegment, ...] = field(default=(), compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    @property
    def damaged(self) -> bool:
        """Whether a value of this claim could not be read."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def rendering_npi(self) -> str:
        """The rendering provider's NPI, or empty."""
        party = self.rendering
        return party.identifier if party is not None and party.id_qualifier == "XX" else ""

    @property
    def is_reversal(self) -> bool:
        """CLP02 22: takes back an earlier payment."""
        return self.status == "22"


@dataclass(slots=True)
class ProviderAdjustment:
    """One pair of a PLB.  A positive amount lowers the payment (money).

    `reason` is a PLB reason code (WO, FB, L6, 72, …), `identifier` whatever number came with it.
    """

    provider_id: str
    fiscal_date: date | None
    reason: str
    identifier: str
    amount: Decimal


@dataclass(slots=True)
class RemittanceEnd:
    """What stands after the last claim, and how the whole payment balances.

    `claims` is a count; `charge`, `paid` and `provider_adjusted` are sums of money over all
    claims and PLBs.  `imbalances` counts every failed check, claims' included, but keeps only
    the first thousand.  `complete` is False when the SE never came.
    """

    claims: int
    charge: Decimal
    paid: Decimal
    provider_adjusted: Decimal
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    imbalances: tuple[Imbalance, ...] = ()
    imbalance_count: int = 0
    damaged_claims: int = 0
    complete: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def balanced(self) -> bool:
        """Whether every check held, every value could be read, and the set was whole."""
        return (
            self.imbalance_count == 0
            and self.damaged_claims == 0
            and self.complete
            and not any(finding.severity == "error" for finding in self.findings)
        )
