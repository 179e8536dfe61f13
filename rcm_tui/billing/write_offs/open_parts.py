"""What of claims is open on a side, line by line: what can be given up or moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.invoices import PATIENT, PAYER
from rcm_tui.data.tables.ledger import PATIENT_RECEIVABLE, PAYER_RECEIVABLE

BOTH = "both"
RECEIVABLES = {PAYER: PAYER_RECEIVABLE, PATIENT: PATIENT_RECEIVABLE}
BALANCES = {PAYER: "payer_balance", PATIENT: "patient_balance"}


@dataclass(slots=True)
class OpenClaim:
    """A claim, and its open cents by side and line (None: what stands on no line of it)."""

    id: int
    number: str
    status: str
    payer: int | None
    adjudication: str
    parts: dict[tuple[str, int | None], int] = field(default_factory=dict)

    def amount(self, side: str = BOTH) -> int:
        """What is open of it on a side, or on both."""
        return sum(cents for (of, _), cents in self.parts.items() if side in (of, BOTH))


def open_claims(
    database: Database, claim_ids: Iterable[int], lines: Sequence[int] = ()
) -> dict[int, OpenClaim]:
    """Claims by key with what is open of them; of those `lines` alone where some are named.

    Credits are left out: what is owed to a payer or patient is no money to give up.
    """
    claims: dict[int, OpenClaim] = {}
    rest: dict[tuple[int, str], int] = {}
    owed: dict[int, list[str]] = {}
    keys = sorted(set(claim_ids))
    for key, number, status, payer, adjudication, *balances in read_by_keys(
        database,
        "SELECT id, number, status, payer_id, adjudication, payer_balance, patient_balance"
        " FROM claim WHERE id IN ({keys}) ORDER BY id",
        keys,
    ):
        claims[key] = OpenClaim(key, number, status, payer, adjudication)
        rest |= {(key, side): cents for side, cents in zip(RECEIVABLES, balances, strict=True)}
        owed[key] = [side for side in RECEIVABLES if rest[key, side] <= 0]
    for line, claim, *balances in read_by_keys(
        database,
        "SELECT id, claim_id, payer_balance, patient_balance FROM claim_line"
        " WHERE claim_id IN ({keys}) ORDER BY claim_id, position",
        keys,
    ):
        for side, cents in zip(RECEIVABLES, balances, strict=True):
            rest[claim, side] -= cents
            if cents > 0 and (not lines or line in lines):
                claims[claim].parts[side, line] = cents
    for (claim, side), cents in rest.items():
        if cents > 0 and not lines:
            claims[claim].parts[side, None] = cents
    for claim, sides in owed.items() if not lines else ():
        # A credit elsewhere on it outweighs what is open of a line.
        for part in [part for part in claims[claim].parts if part[0] in sides]:
            del claims[claim].parts[part]
    return claims
