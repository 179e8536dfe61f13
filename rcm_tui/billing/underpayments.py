"""Claim lines that a payer allowed less for than its contract: taken for good, or taken up again.

Which lines these are is said once, in data/queues/underpayments.py.
"""

from collections.abc import Iterable

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.remittances.adjudication import refresh_underpaid
from rcm_tui.billing.rights import UNDERPAYMENTS, needs
from rcm_tui.billing.units import LINE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.queues.underpayments import under_contract
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.work import Work

USUAL_REASONS = (
    "the payer's price is right, the fee schedule was not",
    "too little to dispute",
    "the payer upheld it",
    "the days to appeal are over",
)
LONGEST_REASON = 200


@needs(UNDERPAYMENTS, line_ids=LINE)
def accept_underpayments(work: Work, line_ids: Iterable[int], reason: str) -> Outcome:
    """Takes what payers allowed for claim lines for good: they are no longer looked at.

    Should a payer allow even less later, the line is back. `amount` is the difference in cents;
    `done` are the lines. Lines that are not under contract are left with the reason. Raises
    Refused without a reason.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise Refused("a reason is needed for which the difference is accepted")
    outcome = Outcome()
    taken: list[tuple[int, int]] = []
    claims: dict[int, int] = {}
    for line, claim, name, short, accepted in _lines(work, line_ids):
        if short is None or short <= 0:
            outcome.left.append(Left(line, name, "it is not under contract"))
        elif short <= accepted:
            outcome.left.append(Left(line, name, "it was accepted before"))
        else:
            taken.append((short, line))
            outcome.amount += short
            claims[claim] = claims.get(claim, 0) + short
    outcome.done = [line for _, line in taken]
    with work.undoable(f"Accept {counted(len(taken), 'underpayment')}", ClaimLine):
        work.update(ClaimLine, ("accepted_short",), taken)
    for claim, cents in claims.items():
        work.record("underpayment accepted", "claim", claim, amount=cents, reason=reason)
    return outcome


@needs(UNDERPAYMENTS, line_ids=LINE)
def dispute_underpayments(work: Work, line_ids: Iterable[int]) -> Outcome:
    """Takes accepted lines up again: what is under contract on them is looked at as before."""
    outcome = Outcome()
    claims: dict[int, int] = {}
    for line, claim, name, short, accepted in _lines(work, line_ids):
        if not accepted:
            outcome.left.append(Left(line, name, "it was not accepted"))
            continue
        outcome.done.append(line)
        outcome.amount += short or 0
        claims[claim] = claims.get(claim, 0) + (short or 0)
    with work.undoable(f"Dispute {counted(len(outcome.done), 'underpayment')}", ClaimLine):
        work.update(ClaimLine, ("accepted_short",), [(0, line) for line in outcome.done])
    for claim, cents in claims.items():
        work.record("underpayment disputed", "claim", claim, amount=cents)
    return outcome


def expect_by_contract(work: Work, claim_ids: Iterable[int]) -> int:
    """Gives lines of which nothing was expected what the fee schedule says of their date.

    For claims that came from elsewhere, or were priced before there was a contract. Returns how
    many lines have an expected amount now that had none.
    """
    keys = sorted(set(claim_ids))
    rows = list(
        read_by_keys(
            work.database,
            "SELECT line.id, line.claim_id, claim.payer_id, claim.business_unit_id,"
            " line.procedure_code, line.first_service_date, line.units FROM claim_line AS line"
            " JOIN claim ON claim.id = line.claim_id WHERE line.claim_id IN ({keys})"
            " AND line.expected = 0 AND claim.payer_id IS NOT NULL ORDER BY line.id",
            keys,
        )
    )
    contracts = load_benefits(work.database, {row[2] for row in rows}, with_fees=True)
    priced: list[tuple[int, int]] = []
    more: dict[int, int] = {}
    for line, claim, payer, unit, code, day, units in rows:
        fee = contracts.fee(payer, unit, code, day)
        expected = int(units_from_store(units) * fee.expected) if fee else 0
        if expected:
            priced.append((expected, line))
            more[claim] = more.get(claim, 0) + expected
    work.update(ClaimLine, ("expected",), priced)
    sums = read_by_keys(
        work.database, "SELECT id, expected FROM claim WHERE id IN ({keys})", sorted(more)
    )
    work.update(Claim, ("expected",), [(before + more[claim], claim) for claim, before in sums])
    refresh_underpaid(work.database, sorted(more))
    return len(priced)


def _lines(work: Work, line_ids: Iterable[int]) -> Iterable[tuple[int, int, str, int | None, int]]:
    """Line, claim, its name for people, cents under contract, cents accepted before."""
    return read_by_keys(
        work.database,
        "SELECT line.id, line.claim_id, claim.number || ' line ' || line.position,"
        f" {under_contract('line')}, line.accepted_short FROM claim_line AS line"
        " JOIN claim ON claim.id = line.claim_id WHERE line.id IN ({keys}) ORDER BY line.id",
        sorted(set(line_ids)),
    )
