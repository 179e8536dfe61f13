"""What reading a file yields, in the order in which it stands there."""

from dataclasses import dataclass

from rcm_tui.x12.claim import ClaimSetHeader, ProfessionalClaim
from rcm_tui.x12.claim_acknowledgement import (
    AcknowledgementEnd,
    AcknowledgementHeader,
    ClaimStatus,
    LevelTotals,
)
from rcm_tui.x12.envelope import Interchange, TransactionSet
from rcm_tui.x12.findings import Finding
from rcm_tui.x12.implementation_acknowledgement import ImplementationAcknowledgement
from rcm_tui.x12.interchange_acknowledgement import InterchangeAcknowledgement
from rcm_tui.x12.remittance import ClaimPayment, RemittanceEnd, RemittanceHeader


@dataclass(slots=True)
class InterchangeOpened:
    """An ISA was read."""

    interchange: Interchange


@dataclass(slots=True)
class InterchangeClosed:
    """The IEA was read, or (`complete` False) the interchange ended without one."""

    interchange: Interchange
    groups: int
    complete: bool


@dataclass(slots=True)
class SetOpened:
    """An ST was read."""

    set: TransactionSet


@dataclass(slots=True)
class SetClosed:
    """The SE was read, or (`complete` False) the set ended without one.

    `segments` counts from ST to SE, both included.
    """

    set: TransactionSet
    segments: int
    complete: bool


@dataclass(slots=True)
class ClaimsOpened:
    """The header of an 837P: who submits to whom."""

    set: TransactionSet
    header: ClaimSetHeader


@dataclass(slots=True)
class ClaimRead:
    """One claim of an 837P."""

    set: TransactionSet
    claim: ProfessionalClaim


@dataclass(slots=True)
class RemittanceOpened:
    """The header of an 835."""

    set: TransactionSet
    header: RemittanceHeader


@dataclass(slots=True)
class ClaimPaymentRead:
    """One claim of an 835, with the imbalances it has."""

    set: TransactionSet
    payment: ClaimPayment


@dataclass(slots=True)
class RemittanceClosed:
    """The end of an 835: provider adjustments, totals, balance."""

    set: TransactionSet
    end: RemittanceEnd


@dataclass(slots=True)
class AcknowledgementOpened:
    """The header of a 277CA or 277."""

    set: TransactionSet
    header: AcknowledgementHeader


@dataclass(slots=True)
class LevelTotalsRead:
    """A receiver or provider level of a 277CA that carries statuses or totals of its own."""

    set: TransactionSet
    totals: LevelTotals


@dataclass(slots=True)
class ClaimStatusRead:
    """One claim of a 277CA or 277."""

    set: TransactionSet
    status: ClaimStatus


@dataclass(slots=True)
class AcknowledgementClosed:
    """The end of a 277CA or 277."""

    set: TransactionSet
    end: AcknowledgementEnd


@dataclass(slots=True)
class GroupAcknowledged:
    """A 999 or 997."""

    set: TransactionSet
    acknowledgement: ImplementationAcknowledgement


@dataclass(slots=True)
class InterchangeAcknowledged:
    """A TA1."""

    interchange: Interchange
    acknowledgement: InterchangeAcknowledgement


@dataclass(slots=True)
class UnreadSet:
    """A set of a type that is recognised but not read: only its type and size are known."""

    set: TransactionSet
    segments: int

    @property
    def type(self) -> str:
        """The type of the set (`271`, `837I`, …)."""
        return self.set.type

    @property
    def guide(self) -> str:
        """The implementation guide it claims to follow."""
        return self.set.guide


@dataclass(slots=True)
class FindingRead:
    """Something wrong; `set` is None outside of any transaction set."""

    set: TransactionSet | None
    finding: Finding


Event = (
    InterchangeOpened
    | InterchangeClosed
    | SetOpened
    | SetClosed
    | ClaimsOpened
    | ClaimRead
    | RemittanceOpened
    | ClaimPaymentRead
    | RemittanceClosed
    | AcknowledgementOpened
    | LevelTotalsRead
    | ClaimStatusRead
    | AcknowledgementClosed
    | GroupAcknowledged
    | InterchangeAcknowledged
    | UnreadSet
    | FindingRead
)
