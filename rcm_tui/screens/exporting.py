"""Taking what is seen of a queue out into a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from rcm_tui.billing.rights import REVEAL, refuse
from rcm_tui.data.queues.export import (
    FILE_FORMATS,
    Exported,
    ExportRefused,
    Selection,
    export_file,
    suggested_name,
)
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.target import TargetRefused, safe_target
from rcm_tui.screens.words import count_of
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.queue_screen import QueueScreen


class ExportDialog(Dialog["Path | None"]):
    """Asks for a file's name in the export folder; its ending says the format.

    Of what is `masked` for the person, identifiers are revealed in it with a key.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("alt+i", "reveal", show=False)]

    def __init__(self, what: str, folder: Path, name: str, *, masked: bool = False) -> None:
        super().__init__(f"Export {what}")
        self._masked = masked
        self.reveal = False
        self._folder = folder
        self._suggested = name

    def parts(self) -> ComposeResult:
        yield Line(written(("into ", "$text-muted"), str(self._folder)))
        with Horizontal(classes="row"):
            yield Static("File", classes="label", markup=False)
            yield Entry(self._suggested, select_on_focus=False)
        endings = ", ".join(f".{format}" for format in FILE_FORMATS)
        yield Line(written((f"The ending says the format: {endings}", "$text-muted")))
        if self._masked:
            yield Line(self._identifiers(), id="identifiers")

    def _identifiers(self) -> Content:
        if self.reveal:
            return written(("Identifiers are in it in full; that is on record.", "$warning"))
        return written("Identifiers are masked in it.")

    def keys(self) -> list[tuple[str, str]]:
        masking = [("alt+i", "mask" if self.reveal else "reveal")] if self._masked else []
        return [("enter", "export"), *masking, ("esc", "cancel")]

    def action_reveal(self) -> None:
        if self._masked:
            self.reveal = not self.reveal
            self.line("identifiers", self._identifiers())
            self.refresh_keys()

    def action_accept(self) -> None:
        name = self.query_one(Entry).value
        if format_of(name) not in FILE_FORMATS:
            self.problem(f"End the name with one of .{', .'.join(FILE_FORMATS)}.")
            return
        try:
            self.dismiss(safe_target(self._folder, name))
        except TargetRefused as error:
            self.problem(as_sentence(error))


def format_of(name: str) -> str:
    """`xlsx` of `claims.XLSX`."""
    return name.rpartition(".")[2].lower()


async def export_what_is_seen(screen: QueueScreen) -> None:
    """Asks where to, writes the marked rows or the whole view, and says where they are."""
    app, pages, marks = screen.workstation, screen.pages, screen.table.marks
    assert pages is not None
    only = sorted(int(k) for k in marks.keys) if marks and not marks.everything else None
    but = frozenset(marks.keys) if marks.everything else frozenset()
    selection = await app.read(Selection, pages, screen.column_names, only=only, but=but)
    count = await app.read(selection.count)
    what = count_of(count, screen.queue.noun) + (" marked" if marks else "")
    name = suggested_name(pages, "xlsx")
    masked = selection.masks and selection.identifies
    dialog = ExportDialog(what, app.export_folder, name, masked=masked)
    target = await app.ask(dialog)
    if target is None:
        return
    if dialog.reveal:
        refuse(app.actor, REVEAL)
        selection = await app.read(
            Selection, pages, screen.column_names, only=only, but=but, reveal=True
        )

    def write(progress: Callable[[int, int], None]) -> Exported:
        kind = format_of(target.name)
        now = app.clock()
        return export_file(
            app.store, app.actor, selection, kind, target, now=now, progress=progress
        )

    try:
        done = await app.run_with_progress(f"Export {what}", write)
    except (ExportRefused, TargetRefused) as error:
        screen.say(as_sentence(error), "$error")
        return
    screen.say(f"{count_of(done.rows, screen.queue.noun)} exported to {done.path}", "$success")
