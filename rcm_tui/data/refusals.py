"""What people tried and may not do, on record (45 CFR 164.312(b)): who, what, on which record.

A refusal ends its unit of work, which leaves no trace: it is recorded in one of its own, at the
edge of the refused one (`Store.work`). Identical ones of a person within a minute are one record
(ours), so that a key that is held down does not fill the trail.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from rcm_tui.data.actor import Forbidden
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.spans import spans
from rcm_tui.data.work import Work

REFUSED = "refused"
SAME_FOR = datetime.timedelta(minutes=1)

_RECENT = (
    "SELECT subject, subject_id, details FROM audit_record"
    " WHERE action = ? AND actor = ? AND at > ? AND at <= ?"
)


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
