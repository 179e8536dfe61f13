"""The payers that a claim goes to one after another, each with the claim of its own."""

from dataclasses import dataclass

from peewee import JOIN

from rcm_tui.data.records import rows_of
from rcm_tui.data.tables.claims import INACTIVE, Claim
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.payers import Payer


@dataclass(frozen=True, slots=True)
class PayerInTurn:
    """A claim to one of the payers; `forwarded` says that the payer before sent it on itself."""

    claim: int
    number: str
    payer: str
    turn: int
    status: str
    adjudication: str
    forwarded: bool
    payer_balance: int
    before: int | None


def payers_in_turn(claim: Claim) -> list[PayerInTurn]:
    """The claim, those to payers before it and after it, in turn; empty for one payer alone."""
    if claim.chain is None:
        return []
    rows = (
        Claim.select(
            Claim.id,
            Claim.number,
            Payer.name,
            Claim.payer_sequence,
            Claim.status,
            Claim.adjudication,
            Claim.elsewhere,
            Claim.payer_balance,
            Claim.billed_after,
        )
        .join(Payer, JOIN.LEFT_OUTER)
        .where(Claim.chain == claim.chain, Claim.status != INACTIVE)
        .order_by(Claim.payer_sequence, Claim.id)
    )
    found = {
        key: PayerInTurn(
            key,
            number,
            payer or "nobody",
            turn,
            status,
            decided,
            bool(away and before),
            owed,
            before,
        )
        for key, number, payer, turn, status, decided, away, owed, before in rows_of(rows)
    }
    wanted = _line_of(claim.id, found)
    return [one for key, one in found.items() if key in wanted] if len(wanted) > 1 else []


def next_payer(claim: Claim) -> str:
    """The payer of the client's next coverage on the dates of service; "" where there is none."""
    own = claim.coverage
    if own is None:
        return ""
    first, last = claim.first_service_date, claim.last_service_date
    found = (
        Payer.select(Payer.name)
        .join(Coverage)
        .where(
            Coverage.client == claim.client,
            Coverage.rank > own.rank,
            Coverage.starts_on.is_null() | (Coverage.starts_on <= first),
            Coverage.ends_on.is_null() | (Coverage.ends_on >= last),
        )
        .order_by(Coverage.rank, Coverage.id)
        .first()
    )
    return str(found.name) if found else ""


def _line_of(claim: int, found: dict[int, PayerInTurn]) -> set[int]:
    """A claim, those to the payers before it, and those that were billed on from it."""
    above, below = set(), {claim}
    before = found[claim].before if claim in found else None
    while before is not None and before in found:
        above.add(before)
        before = found[before].before
    for key, one in found.items():  # a claim comes after those before it
        if one.before in below:
            below.add(key)
    return above | below
