"""The tab Files of a case: what is attached to it."""

from __future__ import annotations

from typing import Any

from rcm_tui.data.tables.timeline import FILE
from rcm_tui.screens.case_part import CasePart, ShownCase
from rcm_tui.screens.case_timeline import size_text
from rcm_tui.screens.words import moment_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import fitted, written


def files_of(shown: ShownCase) -> list[Any]:
    """The entries of its files, the newest first."""
    return [entry for entry in shown.read["timeline"].entries if entry.kind == FILE]


def lines(shown: ShownCase) -> list[Row]:
    """Name, size, who attached it when, and what they said about it."""
    found = files_of(shown)
    if not found:
        return [Row(written("No files yet: t, then f, attaches one."))]
    room = max(20, shown.width - 46)
    head = f"{cell('File', room)}{'Size':>8}  {'Attached':<17}{'By':<10}"
    rows = [Row(written((head, "$text-muted")))]
    for entry in found:
        about = f"  {entry.text}" if entry.text else ""
        name = fitted(written(entry.subject, (about, "$text-muted")), room - 1)
        rows.append(
            Row(
                written(
                    name,
                    " " * (room - name.cell_length),
                    f"{size_text(entry.size or 0):>8}  {moment_text(entry.at, shown.zone):<17}",
                    (cell(entry.author, 10), "$secondary"),
                ),
                ("entry", entry.id),
            )
        )
    return rows


async def opened(screen: Any, key: Any) -> None:
    from rcm_tui.screens.timeline_work import open_entry

    await open_entry(screen, key[1])


PART = CasePart("files", "Files", lines, lambda shown: str(len(files_of(shown)) or ""), open=opened)
