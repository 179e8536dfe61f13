"""Picks up answers: what lies in the incoming folders is received, and only then removed.

A clearinghouse that is away is tried less and less often, up to every quarter of an hour, and
keeps no other waiting.

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
from rcm_tui.data.actor import WORKER
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain_name
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.delivery import clearinghouses
from rcm_tui.exchange.incoming import receive_file
from rcm_tui.exchange.transports import IncomingEntry, NotThere, TransportError
from rcm_tui.jobs.line import Line
from rcm_tui.jobs.turn import Result, Turn, described
from rcm_tui.x12.ending import lacks_end

PAUSE = datetime.timedelta(minutes=5)
"""The denial history is brought up to date this often at most: it costs reading (ours)."""
TRIED_AGAIN = (
    "It is tried again after a minute, then less often, at least every 15 minutes; Jobs tries at"
    " once. What lies there waits."
)


def pick_up(turn: Turn) -> Result:
    """The job: every whole file of every clearinghouse, the oldest first.

    A file is removed only after its bytes and what was read of them are committed. One that
    cannot be received, or whose end has not arrived, stays where it is and is named; the others
    go on.
    """
    result = Result()
    for clearinghouse in clearinghouses():
        line = turn.transports.line(clearinghouse)
        if line.rests(turn.clock()) and not turn.asked:
            result.problems.append(line.trouble)  # in the same words: the history keeps two of them
            continue
        try:
            _one(turn, clearinghouse, line, result)
        except TransportError as error:
            line.failed(f"{error} {TRIED_AGAIN}", turn.clock())
            result.problems.append(line.trouble)
        else:
            line.answered()
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


def _one(turn: Turn, clearinghouse: Clearinghouse, line: Line, result: Result) -> None:
    transport = turn.transports.of(clearinghouse)
    outcomes: Counter[str] = Counter()
    paid = 0
    left: list[str] = []
    entries = transport.waiting(turn.clock())
    line.listed(entries)
    for entry in entries:
        turn.between()
        if line.is_cut(entry) and line.leaves(entry, turn.clock()):
            left.append(_left(entry, clearinghouse))  # it is not read through again every minute
            continue
        try:
            content = transport.fetch(entry)
        except NotThere:
            continue
        is_cut = lacks_end(content)
        if is_cut and line.leaves(entry, turn.clock()):
            left.append(_left(entry, clearinghouse))
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
        if is_cut and received.outcome != "duplicate":
            result.problems.append(
                f"{plain_name(entry.name)} of {clearinghouse.name} was taken in without its end,"
                f" which did not arrive within an hour ({received.outcome}): ask for the whole"
                " file. What is in it is kept as it came; what comes again posts once."
            )
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
    result.message = " ".join((result.message, *left)).strip()


def _left(entry: IncomingEntry, clearinghouse: Clearinghouse) -> str:
    return (
        f"{plain_name(entry.name)} has not wholly arrived, its end is missing; it stays in"
        f" {clearinghouse.incoming} for the rest to come, for an hour from"
        f" {entry.modified:%Y-%m-%d %H:%M} UTC."
    )
