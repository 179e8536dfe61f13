"""What the audit trail says of a record, as lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from rcm_tui.data.actor import Actor
from rcm_tui.data.details import said
from rcm_tui.data.identifiers import masked_details
from rcm_tui.data.records.history import Event
from rcm_tui.screens.words import moment_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import written

T = TypeVar("T")


def seen_by(actor: Actor, record: T) -> T:
    """A record as who acts may see its history: identifiers are masked in it where they are."""
    if record is None or not actor.masked:
        return record
    told: Any = record
    events = [replace(one, details=masked_details(one.details)) for one in told.history]
    seen: T = replace(told, history=events)
    return seen


def history(events: Iterable[Event], zone: ZoneInfo) -> list[Row]:
    """What was done, by whom, when."""
    rows = [
        Row(
            written(
                f"{moment_text(event.at, zone)}  ",
                (cell(event.actor, 14), "$secondary"),
                f" {event.action}  ",
                (said(event.details), "$text-muted"),
            )
        )
        for event in events
    ]
    return rows or [Row(written("Nothing has been recorded."))]
