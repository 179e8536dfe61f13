"""Exporting exactly what is seen of a queue: its columns, view, filter and order, or marked rows.

Rows are read in chunks, so that a million are never held at once and no cursor stays open. Every
export is in the audit trail before its file is there.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as altered
from pathlib import Path
from typing import BinaryIO, TextIO

from rcm_tui.data.actor import Actor
from rcm_tui.data.queues.pages import QueuePages, Row
from rcm_tui.data.queues.queue import Column, Key
from rcm_tui.data.queues.text_formats import write_csv, write_json, write_table
from rcm_tui.data.store import Store
from rcm_tui.data.target import refuse_unwritable, written_beside
from rcm_tui.data.work import Work

Progress = Callable[[int, int], None]
"""Called as progress(done, total) between chunks; what it raises stops the export."""

CHUNK, LONGEST_CHUNK = 1000, 10_000
FEW = 2001
TEXT_FORMATS = {"csv": write_csv, "json": write_json, "table": write_table}
FILE_FORMATS = ("csv", "xlsx", "json")


class ExportRefused(ValueError):
    """An export that cannot be made; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, and how many rows are in it."""

    path: Path
    rows: int


class Selection:
    """What is seen of a queue: some columns of the rows of `pages`, in its order.

    `columns` are names from the left; without them the view's own, or the queue's. `only` keeps
    the marked rows of the view, `but` leaves some out, `limit` ends after so many. Identifiers are
    masked as they are for the viewer, unless who has the right to reveals them. Raises KeyError (a
    sentence) for an unknown column.
    """

    def __init__(
        self,
        pages: QueuePages,
        columns: Sequence[str] = (),
        *,
        only: Collection[Key] | None = None,
        but: Collection[Key] = (),
        limit: int | None = None,
        reveal: bool = False,
    ) -> None:
        queue = pages.queue
        # Pages of its own: those of a screen remember rows and are read by another thread.
        self.pages = QueuePages(
            pages.database,
            queue,
            altered(pages.viewer, masks=False) if reveal else pages.viewer,
            view=pages.view,
            filter=pages.filter,
            order=pages.order,
            only=only,
        )
        names = columns or (pages.view.columns if pages.view else ())
        self.columns: tuple[Column, ...] = (
            tuple(queue.column(name) for name in names) if names else queue.columns
        )
        self._only = only
        self._but = frozenset(but)
        self._limit = limit

    @property
    def masks(self) -> bool:
        """Whether identifiers are masked in it."""
        return self.pages.viewer.masks

    @property
    def identifies(self) -> bool:
        """Whether there are identifiers in it, masked or not."""
        return any(column.identifier for column in self.columns)

    def count(self) -> int:
        """How many rows it has now."""
        found = self.pages.count_capped(FEW)
        if found >= FEW:
            found = self.pages.count()
        if self._but:
            found -= self.pages.totals(only=self._but)["count"]
        return found if self._limit is None else min(found, self._limit)

    def rows(self, progress: Progress | None = None) -> Iterator[Row]:
        """The rows, read in chunks: tuples of the values of `columns`, as stored."""
        total = self.count()
        places = [self.pages.queue.columns.index(column) for column in self.columns]
        # Each page looks through all marks once: many of them are read in fewer, longer pages.
        chunk = max(CHUNK, min(len(self._only or ()) // 20, LONGEST_CHUNK))
        done = 0
        page = self.pages.page(limit=chunk)
        while len(page):
            for key, row in zip(page.keys, page.rows, strict=True):
                if done == self._limit:
                    return
                if key not in self._but:
                    yield tuple(row[place] for place in places)
                    done += 1
            if progress:
                progress(done, max(done, total))
            if len(page) < chunk:
                return
            page = self.pages.page(after=page.places[-1], limit=chunk)

    def record(self, work: Work, format: str, rows: int) -> None:
        """Puts the export into the audit trail: who, of what, which part of it, how many rows."""
        details: dict[str, object] = {
            "queue": self.pages.queue.name,
            "view": self.pages.view.name if self.pages.view else "",
            "filter": self.pages.filter,
            "order": str(self.pages.order),
            "columns": [column.name for column in self.columns],
            "format": format,
            "rows": rows,
        }
        if open_ones := [one.name for one in self.columns if one.identifier and not self.masks]:
            details["identifiers"] = open_ones
        if self._only is not None:
            details["marked"] = len(self._only)
        work.record("exported", self.pages.queue.from_, None, **details)


def suggested_name(pages: QueuePages, format: str) -> str:
    """A file name such as `claims-denied-2026-10-02.xlsx`; nothing that a person typed is in it."""
    declared = {view.name for view in pages.queue.views}
    view = pages.view.name if pages.view and pages.view.name in declared else ""
    parts = [pages.queue.name, view.replace("_", "-"), pages.viewer.today.isoformat()]
    return "-".join(part for part in parts if part) + f".{format}"


def export_file(
    store: Store,
    actor: Actor,
    selection: Selection,
    format: str,
    target: Path,
    *,
    replace: bool = False,
    now: datetime.datetime | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Writes what is seen to a file: csv, xlsx or json. Blocks; belongs on a thread.

    The file is written under another name and renamed when it is whole and on record. From a
    screen, `target` comes of `safe_target`. Raises ExportRefused and TargetRefused; what
    `progress` raises stops it, and nothing is left behind.
    """
    refuse_unwritable(target, replace=replace)
    if format == "xlsx":
        _refuse_too_many(selection)
    with written_beside(target) as file:
        counted = _Counted(selection.rows(progress))
        _write(file, selection, format, counted)
        with store.work(actor, now) as work:
            selection.record(work, format, counted.count)
    return Exported(target, counted.count)


def export_stream(
    store: Store,
    actor: Actor,
    selection: Selection,
    format: str,
    stream: TextIO,
    *,
    now: datetime.datetime | None = None,
) -> int:
    """Writes what is seen to an open stream: csv, json or a table. Returns how many rows.

    What was written is on record even where the reader went away in the middle.
    """
    counted = _Counted(selection.rows())
    try:
        TEXT_FORMATS[format](stream, selection.columns, counted, selection.pages.viewer)
    finally:
        with store.work(actor, now) as work:
            selection.record(work, format, counted.count)
    return counted.count


class _Counted:
    """Rows on their way, counted."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def _write(file: BinaryIO, selection: Selection, format: str, rows: _Counted) -> None:
    viewer = selection.pages.viewer
    if format == "xlsx":
        # openpyxl takes an eighth of a second to load, and few exports need it.
        from rcm_tui.data.queues.workbook import write_workbook

        sheet = (selection.pages.queue.title, selection.columns, rows)
        write_workbook(file, [sheet], viewer)
        return
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        TEXT_FORMATS[format](text, selection.columns, rows, viewer)
    finally:
        text.detach()


def _refuse_too_many(selection: Selection) -> None:
    from rcm_tui.data.queues.workbook import MOST_ROWS

    rows = selection.count()
    if rows > MOST_ROWS:
        raise ExportRefused(
            f"a workbook holds {MOST_ROWS:,} rows and this is {rows:,}: choose csv, or filter"
        )
