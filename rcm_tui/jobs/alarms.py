"""Tells administrators by email of emergency access, and ends what has lasted its time."""

from zoneinfo import ZoneInfo

from rcm_tui.billing.people.emergency import Alarm, alarmed, end_lapsed, next_alarm
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.work import WORKER
from rcm_tui.exchange.mail.message import made_message
from rcm_tui.exchange.mail.server import MailRefused, MailServer, MailTrouble, deliver
from rcm_tui.jobs.turn import Turn

_LAPSED = "SELECT 1 FROM emergency_access WHERE ended_at IS NULL AND ends_at <= ? LIMIT 1"
_UNTOLD = "SELECT 1 FROM emergency_access WHERE alarmed_at IS NULL AND reviewed_at IS NULL LIMIT 1"


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

    Returns how many went out, and what went wrong; what did not go out is tried again.
    """
    done = 0
    while server.alarms_to and read_rows(turn.store.database, _UNTOLD):
        turn.between()
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
            return done, f"An alarm about emergency access could not be sent: {error}"
        with turn.store.work(WORKER, turn.clock()) as work:
            alarmed(work, alarm, server.alarms_to)
        done += 1
    return done, ""


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
