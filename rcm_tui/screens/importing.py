"""Importing a file of the import folder: chosen, understood, tried, and only then taken in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rcm_tui.data.source_folder import read_source
from rcm_tui.exchange.kept import Kept, keep
from rcm_tui.exchange.tables.importing import (
    TableOptions,
    TableReport,
    import_table,
    try_table,
)
from rcm_tui.exchange.tables.kinds import table_kinds
from rcm_tui.exchange.tables.mapping import ColumnsUnknown, KindUnknown
from rcm_tui.exchange.tables.refused_rows import refused_target
from rcm_tui.exchange.tables.source import MOST_BYTES
from rcm_tui.screens.import_dialogs import COLUMNS, IMPORT, HeadingsDialog, TrialSheet
from rcm_tui.screens.source_choice import choose_and_read
from rcm_tui.widgets.chooser import Chooser, Option

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame


async def import_a_file(frame: Frame) -> None:
    """Goes from the choice of a file to its rows in the store, as far as the person wants."""
    chosen = await choose_and_read(frame, "Import which file?", _kept)
    if chosen is None:
        return
    name, kept = chosen
    options: TableOptions | None = TableOptions()
    while options is not None:
        options = await _try_and_take(frame, name, kept, options)


async def _try_and_take(
    frame: Frame, name: str, kept: Kept, options: TableOptions
) -> TableOptions | None:
    """One round: tries the file and asks. Gives other options to try it with, None at the end."""
    app = frame.workstation
    now = app.clock()

    def trying(progress: Callable[[int, int], None]) -> TableReport:
        return try_table(app.store, app.actor, name, kept, options, now=now, progress=progress)

    try:
        report = await app.run_with_progress(f"Reading {name}", trying)
    except KindUnknown as unknown:
        return await _ask_kind(frame, unknown, options)
    except ColumnsUnknown as unknown:
        asked = HeadingsDialog(unknown.understood, options.source, unknown.missing)
        return _told(options, await app.ask(asked))
    answer = await app.ask(TrialSheet(report))
    if answer == COLUMNS:
        return _told(options, await app.ask(HeadingsDialog(report, options.source)))
    if answer == IMPORT:
        await _take_in(frame, name, kept, options)
    return None


async def _take_in(frame: Frame, name: str, kept: Kept, options: TableOptions) -> None:
    app = frame.workstation
    now = app.clock()

    def refused_to(kind: str) -> Path:
        return refused_target(app.export_folder, kind, app.today)

    def working(progress: Callable[[int, int], None]) -> TableReport:
        # Whoever has seen what the file does and goes on wants it, though it came in before.
        wanted = replace(options, again=True)
        return import_table(
            app.store,
            app.actor,
            name,
            kept,
            wanted,
            refused_to=refused_to,
            now=now,
            progress=progress,
        )

    report = await app.run_with_progress(f"Importing {name}", working, keeps=True)
    frame.refresh_data()
    if report.counts["refused"] or report.outcome == "stopped":
        await app.ask(TrialSheet(report))
    frame.say(_done(report), "$success" if report.good else "$warning")


async def _ask_kind(
    frame: Frame, unknown: KindUnknown, options: TableOptions
) -> TableOptions | None:
    kinds = table_kinds()
    offered = [Option(name, kinds[name].noun[1].capitalize()) for name in unknown.likely]
    kind = await frame.workstation.ask(Chooser("What does the file hold?", offered))
    return replace(options, kind=kind) if kind is not None else None


def _told(options: TableOptions, answer: tuple[str, str, dict[str, str]] | None) -> Any:
    if answer is None:
        return None
    kind, source, told = answer
    return replace(options, kind=kind, source=source, told=told)


def _kept(folder: Path, name: str) -> Kept:
    return keep(read_source(folder, name, MOST_BYTES))


def _done(report: TableReport) -> str:
    counts = report.counts
    parts = [f"{counts['new']:,} new", f"{counts['update']:,} updated"]
    if counts["same"]:
        parts.append(f"{counts['same']:,} the same")
    if counts["refused"]:
        where = f" in {report.refused_file}" if report.refused_file else ""
        parts.append(f"{counts['refused']:,} refused{where}")
    noun = table_kinds()[report.kind].noun[1]
    return f"{noun.capitalize()} imported: {', '.join(parts)}."
