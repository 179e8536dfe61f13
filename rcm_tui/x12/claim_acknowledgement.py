"""Answers about claims (277CA, 005010X214; a 277 response reads the same way)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from rcm_tui.x12.findings import Finding, UnreadSegment
from rcm_tui.x12.parties import Party, Reference

REJECTED_CATEGORIES = frozenset({"A3", "A4", "A6", "A7", "A8"})


@dataclass(slots=True)
class Status:
    """One STC: status category, status code and entity, up to three times, and what was done.

    `action` is STC03: WQ accepted, U rejected; `amount` is money.
    """

    codes: tuple[tuple[str, str, str], ...]
    effective_date: date | None = None
    action: str = ""
    amount: Decimal | None = None
    message: str = ""

    @property
    def category(self) -> str:
        """The first status category code (A1, A2, A7, …)."""
        return self.codes[0][0] if self.codes else ""

    @property
    def rejected(self) -> bool:
        """STC03 U, or a category that X214 lists as rejected."""
        return self.action == "U" or any(code[0] in REJECTED_CATEGORIES for code in self.codes)


@dataclass(slots=True)
class LineStatus:
    """2220D: the status of one service line."""

    qualifier: str
    procedure_code: str
    modifiers: tuple[str, ...] = ()
    charge: Decimal | None = None
    units: Decimal | None = None
    line_control_number: str = ""
    service_date: date | None = None
    service_date_to: date | None = None
    statuses: tuple[Status, ...] = ()


@dataclass(slots=True)
class ClaimStatus:
    """2200D or 2200E: what the receiver says about one claim.

    `patient_control_number` is the CLM01 that was sent: TRN02 of a 277CA; of any other 277,
    where `trace_number` is that of the question, REF*EJ.
    """

    patient_control_number: str
    statuses: tuple[Status, ...] = ()
    patient: Party | None = None
    payer_claim_control_number: str = ""
    clearinghouse_number: str = ""
    service_date: date | None = None
    service_date_to: date | None = None
    references: tuple[Reference, ...] = ()
    lines: tuple[LineStatus, ...] = ()
    provider: Party | None = None
    trace_number: str = ""
    segment_number: int = field(default=0, compare=False)
    unread: tuple[UnreadSegment, ...] = field(default=(), compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)

    @property
    def rejected(self) -> bool:
        """Whether any status of the claim or of one of its lines rejects it."""
        return any(status.rejected for status in self.statuses) or any(
            status.rejected for line in self.lines for status in line.statuses
        )


@dataclass(slots=True)
class LevelTotals:
    """What the 277CA says for a whole level: the receiver of the answer, or one provider.

    Counts are of claims (QTY 90/QA accepted, AA/QC rejected), amounts money (AMT YU, YY).
    """

    level: str
    party: Party | None = None
    trace_number: str = ""
    statuses: tuple[Status, ...] = ()
    accepted: int | None = None
    rejected: int | None = None
    accepted_amount: Decimal | None = None
    rejected_amount: Decimal | None = None


@dataclass(slots=True)
class AcknowledgementHeader:
    """BHT and the information source: who answers, about which file of ours.

    The BHT03 that was sent comes back as `trace_number` of the receiver's `LevelTotals`.
    """

    reference: str = ""
    created: datetime | None = None
    purpose: str = ""
    source: Party | None = None
    source_entity: str = "PR"
    source_trace: str = ""
    received_date: date | None = None
    processed_date: date | None = None


@dataclass(slots=True)
class AcknowledgementEnd:
    """Counts over the whole set; `complete` is False when the SE never came."""

    claims: int
    rejected: int
    complete: bool = True
    findings: tuple[Finding, ...] = ()
