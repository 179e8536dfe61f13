"""Picks up answers: what lies in the incoming folders is received, and only then removed.

Then the denial history follows what was posted and taken back since, here and by hand.
"""

import datetime
from collections import Counter

from peewee import InterfaceError, OperationalError

from rcm_tui.billing.denials.history import (
    count_changes,
    is_behind,
    keep_counted,
    last_followed,
)
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain_name
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.work import WORKER
from rcm_tui.exchange.delivery import clearinghouses
from rcm_tui.exchange.incoming import receive_file
from rcm_tui.exchange.transports import NotThere, TransportError
from rcm_tui.jobs.turn import Result, Turn, described

PAUSE = datetime.timedelta(minutes=5)
"""The denial history is brought up to date this often at most: it costs reading (ours)."""


def pick_up(turn: Turn) -> Result:
    """The job: every whole file of every clearinghouse, the oldest first.

    A file is removed only after its bytes and what was read of them are committed. One that
    cannot be received stays where it is and is named; the others go on.
    """
    result = Result()
    for clearinghouse in clearinghouses():
        try:
            _one(turn, clearinghouse, result)
        except TransportError as error:
            result.problems.append(str(error))
    _follow(turn)
    return result


def _follow(turn: Turn) -> None:
    turn.between()
    database = turn.store.database
    last = last_followed(database)
    if not is_behind(database) or (last and abs(turn.clock() - last) < PAUSE):
        return
    counted = count_changes(database)
    turn.between()
    with turn.store.work(WORKER, turn.clock()) as work:
        turn.lease.check(work)
        keep_counted(work, counted)


def _one(turn: Turn, clearinghouse: Clearinghouse, result: Result) -> None:
    transport = turn.transports.of(clearinghouse)
    outcomes: Counter[str] = Counter()
    paid = 0
    for entry in transport.waiting(turn.clock()):
        turn.between()
        try:
            content = transport.fetch(entry)
        except NotThere:
            continue
        try:
            received = receive_file(
                turn.store, WORKER, clearinghouse.name, entry.name, content, now=turn.clock()
            )
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            result.problems.append(
                f"{plain_name(entry.name)} stays in {clearinghouse.incoming}, it could not be"
                f" received: {described(error)}."
            )
            continue
        try:
            transport.remove(entry)
        except TransportError as error:
            result.problems.append(
                f"{plain_name(entry.name)} was received and is not read twice, but stays: {error}"
            )
            if received.outcome == "duplicate":
                continue
        outcomes[received.outcome] += 1
        paid += received.paid if received.outcome == "posted" else 0
    result.items += outcomes.total()
    told = [f"{count} {outcome}" for outcome, count in sorted(outcomes.items())]
    if told:
        money = f", {dollars(paid):,} paid" if paid else ""
        result.message = f"{result.message} {clearinghouse.name}: {', '.join(told)}{money}.".strip()
