"""What payers answer to appeals, appeals that are withdrawn, and the money they brought."""

import datetime
from collections.abc import Iterable

from peewee import Database

from rcm_tui.billing.appeals.drafting import LONGEST_LINE
from rcm_tui.billing.appeals.stored import StoredAppeal, read_appeals, tell_case
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import APPEAL, needs
from rcm_tui.billing.units import APPEAL_OF
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.appeals import (
    ANSWERS,
    CLOSED,
    OVERTURNED,
    PARTLY,
    SENT,
    WITHDRAWN,
    Appeal,
)
from rcm_tui.data.work import Work


@needs(APPEAL, appeal_ids=APPEAL_OF)
def answer_appeals(
    work: Work,
    appeal_ids: Iterable[int],
    outcome: str,
    *,
    answered_on: datetime.date | None = None,
    won: int | None = None,
    note: str = "",
) -> Outcome:
    """Writes down what the payer answered: `done` are the appeals, `amount` the cents won.

    Overturned wins all that was asked for where `won` says nothing else; partly needs it, of one
    appeal alone. Their open cases are followed up: today where something is left to decide, after
    the payer's days to pay where all was won. Appeals that were not sent are left with the reason.
    Raises Refused for an outcome that there is none, a day to come, and an amount that cannot be.
    """
    day = answered_on or work.today
    if outcome not in ANSWERS:
        raise Refused(f"{plain(outcome, 20)!r} is no answer to an appeal: {', '.join(ANSWERS)}")
    if day > work.today:
        raise Refused(f"{day:%m/%d/%Y} is a day to come: the day of the answer is needed")
    wanted = read_appeals(work, appeal_ids)
    if outcome == PARTLY and (won is None or len(wanted) != 1):
        raise Refused("partly overturned: say how much was won, of one appeal alone")
    result = Outcome()
    taken: list[tuple[StoredAppeal, int]] = []
    for one in wanted:
        granted = _won(one, outcome, won)
        if one.state != SENT:
            why = f"it is {one.state}: only what was sent is answered"
        elif one.sent_on is not None and day < one.sent_on:
            why = f"it was sent on {one.sent_on:%m/%d/%Y}, after {day:%m/%d/%Y}"
        else:
            taken.append((one, granted))
            continue
        result.left.append(Left(one.id, f"{one.number}, {one.claim_number}", why))
    words = plain(note, LONGEST_LINE)
    with work.undoable(f"Answer {counted(len(taken), 'appeal')}", Appeal):
        work.update(
            Appeal,
            ("state", "outcome", "answered_on", "won", "note"),
            [(CLOSED, outcome, day, granted, words, one.id) for one, granted in taken],
        )
        for one, granted in taken:
            _record(work, one, outcome, granted, day)
    result.done = [one.id for one, _ in taken]
    result.amount = sum(granted for _, granted in taken)
    return result


@needs(APPEAL, appeal_ids=APPEAL_OF)
def withdraw_appeals(work: Work, appeal_ids: Iterable[int], note: str = "") -> Outcome:
    """Takes open appeals back, drafts too: the claim can be appealed at that level again."""
    result = Outcome()
    taken: list[StoredAppeal] = []
    for one in read_appeals(work, appeal_ids):
        if one.state == CLOSED:
            why = "it is closed: what was answered stays"
            result.left.append(Left(one.id, f"{one.number}, {one.claim_number}", why))
        else:
            taken.append(one)
    values = {
        **{"state": CLOSED, "outcome": WITHDRAWN, "answered_on": work.today},
        "note": plain(note, LONGEST_LINE),
    }
    with work.undoable(f"Withdraw {counted(len(taken), 'appeal')}", Appeal):
        work.set_all(Appeal, values, [one.id for one in taken])
        for one in taken:
            work.record("withdrawn", "appeal", one.id, number=one.number, claim=one.claim_number)
            work.record("appeal withdrawn", "claim", one.claim, appeal=one.number)
            tell_case(work, one, f"Appeal {one.number} of {one.claim_number} withdrawn.")
    result.done = [one.id for one in taken]
    result.amount = sum(one.amount for one in taken)
    return result


def _won(one: StoredAppeal, outcome: str, won: int | None) -> int:
    """How many cents an answer grants. Raises Refused for what cannot be."""
    if outcome == OVERTURNED:
        granted = one.amount if won is None else won
        if granted <= 0:
            raise Refused("overturned: more than nothing was won")
        return granted
    if outcome == PARTLY:
        if won is None or not 0 < won < one.amount:
            raise Refused(
                f"partly overturned: what was won lies between nothing and the"
                f" {one.amount // 100:,}.{one.amount % 100:02} that {one.number} asks for"
            )
        return won
    if won:
        raise Refused(f"{outcome}: nothing was won")
    return 0


def _record(work: Work, one: StoredAppeal, outcome: str, won: int, day: datetime.date) -> None:
    work.record(
        *("answered", "appeal", one.id),
        number=one.number,
        claim=one.claim_number,
        outcome=outcome,
        won=won,
        answered_on=day,
    )
    work.record("appeal answered", "claim", one.claim, appeal=one.number, outcome=outcome)
    granted = f", {won // 100:,}.{won % 100:02} won" if won else ""
    follow_up = work.today
    if outcome == OVERTURNED:
        follow_up = max(work.today, day + datetime.timedelta(days=one.payer_days))
    words = f"Appeal {one.number} ({one.level_name}) of {one.claim_number}: {outcome}{granted}."
    tell_case(work, one, words, follow_up)


def recovered(database: Database, appeal_ids: Iterable[int]) -> dict[int, int]:
    """Appeal → cents that payers paid on the claim, in any submission, since it was sent. Blocks.

    Counted are remittances that stand, of those that came in after it was sent; what a reversal
    took back goes off. Appeals that were upheld, dismissed or withdrawn have nothing, however much
    was paid (ours); an open one counts what has come in already.
    """
    return {
        appeal: int(paid) for appeal, paid in read_by_keys(database, RECOVERED, appeal_ids) if paid
    }


RECOVERED = """
SELECT a.id, CAST(SUM(r.paid) AS BIGINT) FROM appeal AS a
JOIN claim AS c ON c.chain = a.chain
JOIN remittance AS r ON r.claim_id = c.id
JOIN payment AS p ON p.id = r.payment_id
LEFT JOIN journal AS taken_back ON taken_back.reverses_id = r.journal_id
WHERE a.id IN ({keys}) AND a.sent_at IS NOT NULL
  AND a.outcome IN ('', 'overturned', 'partly')
  AND COALESCE(r.state, '') = 'posted' AND p.received_at > a.sent_at
  AND taken_back.id IS NULL
GROUP BY a.id
"""
