"""A tab of the case screen: what it reads, the lines it shows, and what enter opens there.

A tab is a file of its own with one `CasePart`, and one line in `case.CaseScreen.parts`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from peewee import Database

from rcm_tui.data.records.case import CaseRecord, read_case
from rcm_tui.screens.actions import Keymap
from rcm_tui.screens.record_screen import Part

if TYPE_CHECKING:
    from rcm_tui.screens.case import CaseScreen


def _nothing(database: Database, case_id: int) -> None:
    return None


def _opens_nothing(screen: CaseScreen, key: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ShownCase:
    """What is on screen: the case, what its tabs read, and how the screen shows it.

    `read` holds what each part read, by the part's name.
    """

    record: CaseRecord
    read: Mapping[str, Any]
    zone: ZoneInfo
    today: datetime.date
    width: int
    keymap: Keymap
    kind: str = ""
    words: str = ""
    """What the timeline is narrowed to: a kind of entries, and words that they hold."""


@dataclass(frozen=True, slots=True)
class CasePart(Part):
    """A tab of a case. `lines` and `note` are given a `ShownCase`.

    `read` is called on a thread with the case's key whenever the case is read; `open` is what
    enter does with the key under the cursor, and may be a coroutine function.
    """

    read: Callable[[Database, int], Any] = _nothing
    open: Callable[[CaseScreen, Any], Any] = _opens_nothing


def read_parts(
    database: Database, case_id: int, parts: tuple[CasePart, ...]
) -> tuple[CaseRecord, dict[str, Any]] | None:
    """Reads a case and what each tab shows of it; None when it is not there any more. Blocks."""
    record = read_case(database, case_id)
    if record is None:
        return None
    return record, {part.name: part.read(database, case_id) for part in parts}
