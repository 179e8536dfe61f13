"""A payment as it came in, before posting: from an 835 or typed from paper. Amounts in cents."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(slots=True)
class ReceivedAdjustment:
    """A CAS triple: group, reason code (CARC), cents (positive lowers the payment)."""

    group_code: str
    reason_code: str
    amount: int
    quantity: Decimal | None = None


@dataclass(slots=True)
class ReceivedLine:
    """A service payment (SVC). `procedure_code` as the payer adjudicated it.

    `claim_line` is the key of the claim line, where a person chose it.
    """

    procedure_code: str
    modifiers: tuple[str, ...]
    charge: int
    paid: int
    units: Decimal | None = None
    allowed: int | None = None
    line_control_number: str = ""
    submitted_procedure_code: str = ""
    first_service_date: datetime.date | None = None
    last_service_date: datetime.date | None = None
    claim_line: int | None = None
    adjustments: list[ReceivedAdjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ReceivedClaim:
    """A claim payment (CLP). `status_code` is CLP02, `segment_number` its place in the file.

    `claim` is the key of the claim, where a person chose it.
    """

    patient_control_number: str
    status_code: str
    charge: int
    paid: int
    patient_responsibility: int = 0
    filing_indicator: str = ""
    payer_claim_control_number: str = ""
    patient_name: str = ""
    member_id: str = ""
    first_service_date: datetime.date | None = None
    last_service_date: datetime.date | None = None
    segment_number: int = 0
    claim: int | None = None
    adjustments: list[ReceivedAdjustment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lines: list[ReceivedLine] = field(default_factory=list)


@dataclass(slots=True)
class ReceivedProviderAdjustment:
    """A PLB pair: cents (positive lowers the payment), reason and the identifier it names."""

    reason_code: str
    amount: int
    identifier: str = ""
    provider_identifier: str = ""
    fiscal_date: datetime.date | None = None


@dataclass(slots=True)
class ReceivedPayment:
    """One payment: everything that stands before its claims (BPR, TRN, N1 loops).

    `method` is BPR04, `handling` BPR01: how the money and the remittance come.

    `entered_by` is who typed it from paper, with `memo`.
    `set_key` and `payment_key` are unique in the store, so that it cannot come in twice.
    """

    amount: int
    set_key: str
    payment_key: str
    trace_number: str = ""
    method: str = ""
    handling: str = ""
    payer_name: str = ""
    payer_identifier: str = ""
    payee_name: str = ""
    payee_npi: str = ""
    effective_date: datetime.date | None = None
    production_date: datetime.date | None = None
    entered_by: str = ""
    memo: str = ""
    incoming_file: int | None = None


@dataclass(slots=True)
class ReceivedRemittances:
    """A whole payment for posting: its claims (any iterable, read once), then what follows them.

    `provider_adjustments` and `imbalances` may be filled while `claims` is read: they stand at
    the end of a file. `imbalances` are sentences with the figures by which it does not balance;
    `doubts` are sentences why a person should look at it although it does.
    """

    payment: ReceivedPayment
    claims: Iterable[ReceivedClaim]
    provider_adjustments: list[ReceivedProviderAdjustment] = field(default_factory=list)
    imbalances: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
