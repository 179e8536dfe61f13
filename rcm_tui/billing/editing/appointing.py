"""A case manager takes over: what would follow, and doing it as one unit of work.

Who is there already ends the day before; that, the new one, and the Draft claims that get another
rendering provider are one action, which can be undone.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.clients.case_managers import Term, in_the_way, names_of
from rcm_tui.billing.clients.rendering_changes import RenderingChanges, rendering_changes
from rcm_tui.billing.clients.spans import DAY
from rcm_tui.billing.editing.adding import Added, add
from rcm_tui.billing.editing.around import managers_after
from rcm_tui.billing.editing.declared.clients import CASE_MANAGER
from rcm_tui.billing.editing.merging import Conflict, Keep
from rcm_tui.billing.editing.reading import raw_value, stored_records
from rcm_tui.billing.editing.saving import Saved, save
from rcm_tui.billing.rights import EDIT_CLIENTS, needs
from rcm_tui.data.tables.clients import CaseManager
from rcm_tui.data.work import Work

NEEDED = ("client", "service_line", "practitioner", "starts_on")


@dataclass(frozen=True, slots=True)
class Ending:
    """A case manager who is there already, and the last day if another takes over."""

    id: int
    name: str
    service_line: str
    since: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would follow from saving a case manager; `ending` must end first, where there is one."""

    ending: Ending | None = None
    changes: RenderingChanges = field(default_factory=RenderingChanges)


def foresee(database: Database, key: int, values: Mapping[str, Any]) -> Foreseen:
    """What would follow from a case manager (0: a new one) with these values; writes nothing.

    Values are a form's. Where something needed is missing, nothing is foreseen: saving says so.
    """
    ends_on = values.get("ends_on")
    if any(values.get(name) in (None, "") for name in NEEDED) or (
        ends_on is not None and ends_on < values["starts_on"]
    ):
        return Foreseen()
    raw = {name: raw_value(CASE_MANAGER, name, value) for name, value in values.items()}
    now = stored_records(database, CASE_MANAGER, [key] if key else [])
    changes = [(key, now[key].raw if key in now else None, raw)]
    other = in_the_way(database, Term.of(key, raw))
    ending = None
    if other is not None:
        last = values["starts_on"] - DAY
        ending = Ending(
            other.id,
            names_of(database, [other.practitioner])[other.practitioner],
            other.service_line,
            other.span.first,
            last,
        )
        there = stored_records(database, CASE_MANAGER, [other.id])[other.id].raw
        changes.insert(0, (other.id, there, {**there, "ends_on": last.isoformat()}))
    after = managers_after(database, changes)[values["client"]]
    return Foreseen(ending, rendering_changes(database, values["client"], after))


@needs(EDIT_CLIENTS)
def appoint(
    work: Work,
    key: int,
    base_version: int,
    changes: Mapping[str, Any],
    *,
    ending: Ending | None = None,
    keep: Mapping[str, Keep] | None = None,
) -> Added | Saved | Conflict:
    """Saves a case manager (0: a new one), `ending` another first, as one undoable action.

    Raises Invalid with a sentence for each field that does not fit, and then nothing is written.
    """
    if ending is None:
        return _save(work, key, base_version, changes, keep)
    with work.undoable("Change case manager", CaseManager), work.whole("changing case managers"):
        now = stored_records(work.database, CASE_MANAGER, [ending.id])[ending.id]
        save(work, CASE_MANAGER.name, ending.id, now.version, {"ends_on": ending.last})
        return _save(work, key, base_version, changes, keep)


def _save(
    work: Work,
    key: int,
    base_version: int,
    changes: Mapping[str, Any],
    keep: Mapping[str, Keep] | None,
) -> Added | Saved | Conflict:
    if not key:
        return add(work, CASE_MANAGER.name, changes)
    return save(work, CASE_MANAGER.name, key, base_version, changes, keep=keep)
