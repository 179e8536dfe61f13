"""What the audit trail says of a record, as lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from rcm_tui.data.records.history import Event
from rcm_tui.screens.words import moment_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import written

UNSAID = ("keys", "ids", "version")
"""Details that are for the program."""


def history(events: Iterable[Event], zone: ZoneInfo) -> list[Row]:
    """What was done, by whom, when."""
    rows = [
        Row(
            written(
                f"{moment_text(event.at, zone)}  ",
                (cell(event.actor, 14), "$secondary"),
                f" {event.action}  ",
                (_details(event.details), "$text-muted"),
            )
        )
        for event in events
    ]
    return rows or [Row(written("Nothing has been recorded."))]


def _details(details: dict[str, Any]) -> str:
    return " · ".join(
        f"{key.replace('_', ' ')} {_said(value)}"
        for key, value in details.items()
        if key not in UNSAID and value not in ("", None)
    )


def _said(value: Any) -> str:
    """A detail of the audit trail: two texts in a list are what was and what is."""
    if isinstance(value, list):
        texts = all(isinstance(one, str) for one in value)
        return (" → " if len(value) == 2 and texts else ", ").join(_said(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
