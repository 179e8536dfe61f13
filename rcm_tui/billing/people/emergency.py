"""Emergency access ("break-glass"): more rights for a while, with a reason, seen and reviewed.

45 CFR 164.312(a)(2)(ii) wants a way to health data in an emergency. Off unless an administrator
allows it to a person, as a role that they may then take up; begun with a reason and a time limit;
every change during it carries its key in the audit trail; administrators are told at once, and
each is reviewed by one of them who did not take it up. Times and limits are ours.
"""

import datetime
from dataclasses import dataclass

from rcm_tui.billing.outcome import NotAllowed, Refused
from rcm_tui.billing.people.users import known_role, person_of
from rcm_tui.billing.rights import EMERGENCY, MANAGE_USERS, RUN_JOBS, needs
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.emergencies import EmergencyAccess
from rcm_tui.data.tables.practice import User
from rcm_tui.data.work import Work

LONGEST_MINUTES = 480
LEAST_REASON = 10
BEGAN, ENDED, REVIEWED = "emergency began", "emergency ended", "emergency reviewed"


@dataclass(frozen=True, slots=True)
class Alarm:
    """What administrators are told of an emergency access; nothing in it is of a client."""

    key: int
    login: str
    role: str
    began_at: datetime.datetime
    ends_at: datetime.datetime


@needs(MANAGE_USERS)
def allow_emergency(work: Work, login: str, role: str) -> User:
    """Allows a person to take up a role in an emergency; "" takes that away, and ends one."""
    user = person_of(login)
    if role:
        known_role(role)
    before, user.emergency_role = user.emergency_role, role
    user.save()
    work.record("emergency role set", user, login=login, role=[before, role])
    if not role:
        for row in _running(user):
            _end(work, row, work.now, work.actor.login)
    return user


@needs(EMERGENCY)
def begin_emergency(work: Work, reason: str, minutes: int) -> EmergencyAccess:
    """Takes up emergency access. Raises Refused for who may not, or has it, or gives no reason."""
    reason = plain(reason).strip()
    user = User.get_or_none(User.login == work.actor.login)
    if user is None or not user.emergency_role:
        raise NotAllowed(
            f"{work.actor.login} may take up no emergency access: an administrator allows it to a"
            " person",
            tried=EMERGENCY.action,
            subject="person",
            keys=[] if user is None else [user.id],
        )
    if len(reason) < LEAST_REASON:
        raise Refused(f"the reason must be said, in {LEAST_REASON} letters or more")
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Refused(f"minutes are {minutes}: they must be from 1 to {LONGEST_MINUTES}")
    end_lapsed(work)
    if _running(user):
        raise Refused("you have emergency access already")
    row: EmergencyAccess = EmergencyAccess.create(
        user=user,
        role=user.emergency_role,
        reason=reason,
        began_at=work.now,
        ends_at=work.now + datetime.timedelta(minutes=minutes),
    )
    work.record(BEGAN, row, login=user.login, role=row.role, reason=reason, minutes=minutes)
    return row


@needs(EMERGENCY)
def end_emergency(work: Work) -> None:
    """Ends one's own emergency access before its time. Raises Refused for who has none."""
    user = User.get_or_none(User.login == work.actor.login)
    rows = _running(user) if user is not None else []
    if not rows:
        raise Refused("you have no emergency access that could be ended")
    for row in rows:
        _end(work, row, work.now, work.actor.login)


def end_lapsed(work: Work) -> int:
    """Ends what has lasted its time; returns how many there were."""
    lapsed = list(
        EmergencyAccess.select().where(
            EmergencyAccess.ended_at.is_null(), EmergencyAccess.ends_at <= work.now
        )
    )
    for row in lapsed:
        _end(work, row, row.ends_at, "")
    return len(lapsed)


@needs(MANAGE_USERS)
def review_emergency(work: Work, key: int, found: str) -> None:
    """Writes down that an administrator has looked at what was done, and what they found.

    Raises Refused while it lasts, for one's own, and for one that was reviewed.
    """
    row = EmergencyAccess.get_or_none(EmergencyAccess.id == key)
    if row is None:
        raise Refused("there is no such emergency access")
    if row.ended_at is None and row.ends_at > work.now:
        raise Refused("it still lasts: it is reviewed when it is over")
    if row.user.login == work.actor.login:
        raise Refused("nobody reviews their own: another administrator does")
    if row.reviewed_at is not None:
        raise Refused(f"{row.reviewed_by} has reviewed it")
    found = plain(found).strip()
    if not found:
        raise Refused("what was found must be said")
    end_lapsed(work)
    EmergencyAccess.update(reviewed_at=work.now, reviewed_by=work.actor.login, review=found).where(
        EmergencyAccess.id == key
    ).execute()
    work.record(REVIEWED, "emergency_access", key, found=found)


@needs(RUN_JOBS)
def next_alarm(work: Work) -> Alarm | None:
    """The oldest emergency access that nobody was told of by email."""
    row = (
        EmergencyAccess.select()
        .where(EmergencyAccess.alarmed_at.is_null(), EmergencyAccess.reviewed_at.is_null())
        .order_by(EmergencyAccess.id)
        .first()
    )
    if row is None:
        return None
    return Alarm(int(row.id), row.user.login, row.role, row.began_at, row.ends_at)


@needs(RUN_JOBS)
def alarmed(work: Work, alarm: Alarm, to: str) -> None:
    """Writes down that an email about it went out."""
    EmergencyAccess.update(alarmed_at=work.now).where(EmergencyAccess.id == alarm.key).execute()
    work.record("emergency told by email", "emergency_access", alarm.key, to=to)


def _running(user: User) -> list[EmergencyAccess]:
    return list(
        EmergencyAccess.select().where(
            EmergencyAccess.user == user, EmergencyAccess.ended_at.is_null()
        )
    )


def _end(work: Work, row: EmergencyAccess, at: datetime.datetime, by: str) -> None:
    EmergencyAccess.update(ended_at=at, ended_by=by).where(EmergencyAccess.id == row.id).execute()
    work.record(ENDED, row, login=row.user.login, by=by or "its time")
