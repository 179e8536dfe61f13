"""What a remittance does to the ledger, to the cent: the entries of its journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rcm_tui.billing.ledger import NewEntry
from rcm_tui.billing.remittances.storing import StoredAdjustment, StoredRemittance
from rcm_tui.billing.remittances.treatment import (
    CONTRACTUAL,
    PATIENT,
    PRIOR_PAYER,
    treatment,
)
from rcm_tui.billing.spreading import spread
from rcm_tui.data.tables import ledger

DENIED = "4"
NOTHING: Mapping[int, int] = {}


@dataclass(slots=True)
class Settlement:
    """What a remittance settles of one claim line, or of the claim as a whole. Cents."""

    charge: int = 0
    paid: int = 0
    contractual: int = 0
    patient: int = 0
    prior_payer: int = 0

    def add(self, adjustment: StoredAdjustment, amount: int) -> None:
        """Adds `amount` of an adjustment as what it is treated as; open ones change nothing."""
        treated = treatment(adjustment[0], adjustment[1])
        if treated == CONTRACTUAL:
            self.contractual += amount
        elif treated == PATIENT:
            self.patient += amount
        elif treated == PRIOR_PAYER:
            self.prior_payer += amount

    def leave_out(self, before: int) -> None:
        """Takes out what is said of money that was settled before: first OA-23, then prices."""
        known = max(0, min(before, self.prior_payer))
        self.prior_payer -= known
        self.contractual -= max(0, min(before - known, self.contractual))


def remittance_entries(
    remittance: StoredRemittance,
    open_balances: Mapping[int, int],
    settled_before: Mapping[int, int] = NOTHING,
) -> list[NewEntry]:
    """The entries of a remittance's journal; empty when it settles nothing.

    `open_balances` (claim line → cents open at the payer) says where a remittance without lines
    goes. `settled_before` (claim line → cents) is what earlier payers had settled of a claim to a
    further payer: what this one says of that money changes nothing. Every claim line's entries
    sum to zero by themselves, so that billed = payer balance + patient balance + paid + adjusted +
    written off holds line by line.
    """
    entries: list[NewEntry] = []
    for line, settled in settlements(remittance, open_balances).items():
        if remittance.status_code == DENIED and _all_contractual(settled):
            # The whole charge "above the contract" on a denied claim is the denial itself.
            settled.contractual = 0
        settled.leave_out(settled_before.get(line or 0, 0))
        amounts = (
            (ledger.PAYER_PAYMENTS, settled.paid),
            (ledger.CONTRACTUAL, settled.contractual),
            (ledger.PRIOR_PAYER, settled.prior_payer),
            (ledger.PATIENT_RECEIVABLE, settled.patient),
        )
        total = 0
        for account, amount in amounts:
            if amount:
                total += amount
                entries.append((account, remittance.claim, line, amount))
        if total:
            entries.append((ledger.PAYER_RECEIVABLE, remittance.claim, line, -total))
    return entries


def settlements(
    remittance: StoredRemittance, open_balances: Mapping[int, int]
) -> dict[int | None, Settlement]:
    """Claim line (None: the claim as a whole) → what is settled of it.

    Adjustments of the whole claim are spread over the lines by what each would still be paid,
    to the cent; what the payer pays beyond its lines stands on the claim as a whole.
    """
    settled: dict[int | None, Settlement] = {}
    for line in remittance.lines:
        of_line = settled.setdefault(line.claim_line, Settlement())
        of_line.charge += line.charge
        of_line.paid += line.paid
        for adjustment in line.adjustments:
            of_line.add(adjustment, adjustment[2])
    if not remittance.lines:
        settled = _without_lines(remittance.charge, open_balances)
    for adjustment in remittance.adjustments:
        parts = list(settled.values())
        for part, share in zip(parts, _shares(adjustment[2], parts), strict=True):
            part.add(adjustment, share)
            part.paid -= share
    rest = remittance.paid - sum(part.paid for part in settled.values())
    if rest:
        settled.setdefault(None, Settlement()).paid += rest
    return settled


def _shares(amount: int, parts: Sequence[Settlement]) -> list[int]:
    weights = [max(part.paid, 0) for part in parts]
    if not any(weights):
        weights = [abs(part.charge) for part in parts]
    return spread(amount, weights)


def _without_lines(charge: int, open_balances: Mapping[int, int]) -> dict[int | None, Settlement]:
    lines: list[int | None] = list(open_balances) or [None]
    weights = [max(balance, 0) for balance in open_balances.values()] or [1]
    shares = spread(charge, weights)
    return {
        line: Settlement(charge=share, paid=share)
        for line, share in zip(lines, shares, strict=True)
    }


def _all_contractual(settled: Settlement) -> bool:
    return (
        settled.contractual != 0
        and settled.contractual == settled.charge
        and not (settled.paid or settled.patient or settled.prior_payer)
    )
