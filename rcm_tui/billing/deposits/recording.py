"""Writing down what the bank says came in: a line typed by hand, or the lines of a statement."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rcm_tui.billing.deposits.reconciling import reconcile
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import DEPOSIT, needs
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.deposits import Deposit
from rcm_tui.data.work import Work

LONGEST = 200


@dataclass(frozen=True, slots=True)
class ReceivedDeposit:
    """A line of the bank's: its day, cents (negative: taken out), reference and words.

    `source` is the file that it stands in, `row` its place there; empty where it was typed.
    """

    received_on: datetime.date
    amount: int
    reference: str = ""
    description: str = ""
    memo: str = ""
    source: str = ""
    row: int = 0


@needs(DEPOSIT)
def record_deposits(work: Work, received: Iterable[ReceivedDeposit]) -> Outcome:
    """Writes deposits down, and reconciles those whose payments are beyond doubt.

    `made` are the new ones, `amount` their cents. Left is what is here already: a statement may
    come twice, or overlap with the one before. Lines that are alike within one statement are
    counted, so that none of them is lost.
    """
    outcome = Outcome()
    keyed = _keyed(received)
    known = dict(
        read_by_keys(
            work.database, "SELECT line_key, id FROM deposit WHERE line_key IN ({keys})", keyed
        )
    )
    new = {key: one for key, one in keyed.items() if key not in known}
    for key in keyed.keys() & known.keys():
        one = keyed[key]
        name = f"row {one.row}" if one.row else one.reference or "deposit"
        words = f"{dollars(one.amount)} of {one.received_on} is here already"
        outcome.left.append(Left(known[key], name, words))
    title = f"Record {counted(len(new), 'deposit')}"
    with work.undoable(title, Deposit) as action:
        action.worth_undoing = bool(new)
        ids = list(work.next_ids(Deposit, len(new)))
        work.insert(
            Deposit,
            (
                *("id", "received_on", "amount", "reference", "description", "memo", "source"),
                *("line_key", "created_at"),
            ),
            [
                (
                    row_id,
                    one.received_on,
                    one.amount,
                    one.reference,
                    one.description,
                    one.memo,
                    one.source,
                    key,
                    work.now,
                )
                for row_id, (key, one) in zip(ids, new.items(), strict=True)
            ],
        )
        for row_id, one in zip(ids, new.values(), strict=True):
            work.record("deposit recorded", "deposit", row_id, amount=one.amount, file=one.source)
        outcome.made = ids
        outcome.amount = sum(one.amount for one in new.values())
        outcome.done = reconcile(work, ids).done
    return outcome


@needs(DEPOSIT)
def record_one(work: Work, deposit: ReceivedDeposit) -> int:
    """Writes down one that was typed. Returns its key; raises Refused where it is here already."""
    if not deposit.amount:
        raise Refused("a deposit of nothing is none")
    outcome = record_deposits(work, [deposit])
    if outcome.left:
        raise Refused(f"{outcome.left[0].reason}: change its reference if it came twice")
    return outcome.made[0]


def _keyed(received: Iterable[ReceivedDeposit]) -> dict[str, ReceivedDeposit]:
    seen: Counter[str] = Counter()
    keyed = {}
    for one in received:
        clean = ReceivedDeposit(
            one.received_on,
            one.amount,
            plain(one.reference, LONGEST).strip(),
            plain(one.description, LONGEST).strip(),
            plain(one.memo, LONGEST).strip(),
            plain(one.source, LONGEST).strip(),
            one.row,
        )
        parts = (
            clean.received_on.isoformat(),
            str(clean.amount),
            clean.reference.replace("|", "/"),
            clean.description.replace("|", "/"),
        )
        line = "|".join(parts)
        seen[line] += 1
        keyed[f"{line}|{seen[line]}"] = clean
    return keyed
