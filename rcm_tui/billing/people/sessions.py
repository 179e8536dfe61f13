"""What is on record of a person's time at the workstation: come, gone, covered meanwhile."""

from rcm_tui.data.tables.practice import User
from rcm_tui.data.work import Work

SIGNED_IN, SIGNED_OUT = "signed in", "signed out"
COVERED, UNCOVERED = "screen covered", "screen uncovered"


def record_session(work: Work, event: str, reason: str = "") -> None:
    """Records that who acts has come or gone, or that their screen was covered or uncovered.

    `reason` says why when it was not the person who ended the session.
    """
    person = User.get_or_none(User.login == work.actor.login)
    key = None if person is None else int(person.id)
    work.record(event, "person", key, **({"reason": reason} if reason else {}))
