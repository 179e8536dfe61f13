"""Tells administrators by email of emergency access, and ends what has lasted its time."""

import datetime
from zoneinfo import ZoneInfo

from rcm_tui.billing.people.emergency import Alarm, alarmed, end_lapsed, next_alarm
from rcm_tui.data.actor import WORKER
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.exchange.mail.message import made_message
from rcm_tui.exchange.mail.server import MailRefused, MailServer, MailTrouble, deliver
from rcm_tui.jobs.turn import Turn

MOST = 10
WITHIN = datetime.timedelta(hours=1)
"""So many alarms go out within such a time at most; Home shows all of them at once (ours)."""
FLOOD = (
    f"{MOST} alarms about emergency access were sent within an hour: the others wait for the hour"
    " to pass. All stand on Home, Emergency access to review."
)

_LAPSED = "SELECT 1 FROM emergency_access WHERE ended_at IS NULL AND ends_at <= ? LIMIT 1"
_UNTOLD = "SELECT 1 FROM emergency_access WHERE alarmed_at IS NULL AND reviewed_at IS NULL LIMIT 1"
_TOLD = f"SELECT 1 FROM emergency_access WHERE alarmed_at > ? AND alarmed_at <= ? LIMIT {MOST}"


def end_emergencies(turn: Turn) -> None:
    """Ends emergency access whose time is over, where no open session has done it."""
    database, now = turn.store.database, turn.clock()
    if not read_rows(database, _LAPSED, moment_to_store(now)):
        return
    with turn.store.work(WORKER, now) as work:
        turn.lease.check(work)
        end_lapsed(work)


def send_alarms(turn: Turn, server: MailServer) -> tuple[int, str]:
    """Sends an email for each emergency access that nobody was told of so.

    Returns how many went out, and what went wrong. What did not go out is tried again after a
    minute, then less and less often, up to every quarter of an hour; a person who asks for it
    makes it try at once. Of a flood `MOST` go out in an hour, the oldest first.
    """
    done, line = 0, turn.transports.mail
    if line.rests(turn.clock()) and not turn.asked:
        # In the same words: the history of runs keeps the first and the newest of those.
        return 0, line.trouble if read_rows(turn.store.database, _UNTOLD) else ""
    while server.alarms_to and read_rows(turn.store.database, _UNTOLD):
        turn.between()
        if _told_lately(turn) >= MOST:
            return done, FLOOD
        with turn.store.work(WORKER, turn.clock()) as work:
            turn.lease.check(work)
            alarm = next_alarm(work)
        if alarm is None:
            break
        message = made_message(
            sender=server.sender,
            to=[server.alarms_to],
            subject="rcm-tui: emergency access was taken up",
            text=_text(alarm, turn.store.time_zone),
            message_id=f"<emergency-{alarm.key}@rcm-tui.invalid>",
            date=turn.clock(),
        )
        try:
            deliver(server, message)
        except (MailRefused, MailTrouble) as error:
            line.failed(f"An alarm about emergency access could not be sent: {error}", turn.clock())
            return done, line.trouble
        line.answered()
        with turn.store.work(WORKER, turn.clock()) as work:
            alarmed(work, alarm, server.alarms_to)
        done += 1
    return done, ""


def _told_lately(turn: Turn) -> int:
    """How many went out in the last hour. Those of a clock that was set back do not count."""
    now = turn.clock()
    since, until = moment_to_store(now - WITHIN), moment_to_store(now)
    return len(read_rows(turn.store.database, _TOLD, since, until))


def _text(alarm: Alarm, zone: ZoneInfo) -> str:
    began, ends = (
        moment.astimezone(zone).strftime("%m/%d/%Y %H:%M")
        for moment in (alarm.began_at, alarm.ends_at)
    )
    return (
        f"{alarm.login} took up emergency access as {alarm.role} at {began}, until {ends} at the"
        " latest.\n\nThe reason and every change are on record. Please review it: on Home,"
        " Emergency access to review.\n"
    )
