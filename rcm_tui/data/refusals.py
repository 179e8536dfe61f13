"""What people tried and may not do, on record (45 CFR 164.312(b)): who, what, on which record.

A refusal ends its unit of work, which leaves no trace: it is recorded in one of its own, at the
edge of the refused one (`Store.work`). Identical ones of a person within a minute are one record
(ours), so that a key that is held down does not fill the trail.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.spans import spans

if TYPE_CHECKING:
    from rcm_tui.data.work import Work

REFUSED = "refused"
SAME_FOR = datetime.timedelta(minutes=1)
PRACTICE = "practice"

_RECENT = (
    "SELECT subject, subject_id, details FROM audit_record"
    " WHERE action = ? AND actor = ? AND at > ? AND at <= ?"
)


class Forbidden(Exception):
    """What somebody tried and may not do; the text is a sentence for the person.

    `tried` is the action in the field's words, `subject` the table of the records that it was
    tried on and `keys` theirs, as far as they are known. `login` says whose it is where nobody has
    signed in yet. One that is `settled` is on record already, or is not to be: something was tried
    only to see what would come of it.
    """

    def __init__(
        self,
        text: str,
        *,
        tried: str,
        subject: str = PRACTICE,
        keys: Iterable[int] = (),
        login: str = "",
    ) -> None:
        super().__init__(text)
        self.tried = tried
        self.subject = subject
        self.keys = sorted(set(keys))
        self.login = login
        self.settled = False


def record_refusal(work: Work, refusal: Forbidden) -> None:
    """Records an attempt that was refused, unless the same one was a moment ago."""
    keys = refusal.keys
    key = keys[0] if len(keys) == 1 else None
    details: dict[str, Any] = {"attempt": refusal.tried, "reason": str(refusal)}
    if len(keys) > 1:
        details |= {"count": len(keys), "keys": spans(keys)}
    since = moment_to_store(work.now - SAME_FOR)
    until = moment_to_store(work.now)
    for subject, subject_id, text in read_rows(
        work.database, _RECENT, REFUSED, work.actor.login, since, until
    ):
        if (subject, subject_id) == (refusal.subject, key):
            known = json.loads(text)
            if all(known.get(name) == value for name, value in details.items()):
                return
    work.record(REFUSED, refusal.subject, key, **details)
