"""Files of cases on screen: attached from the import folder, taken out into the export folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.kept_files import FileDamaged, FileRefused
from rcm_tui.data.records.timeline import Entry as TimelineEntry
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.source_folder import SourceRefused, read_source
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import StoreError
from rcm_tui.data.target import FORBIDDEN, TargetRefused, safe_target, written_beside
from rcm_tui.screens import case_work
from rcm_tui.screens.source_choice import choose_source
from rcm_tui.screens.timeline_dialogs import Asked, EntryDialog
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame


async def attach_a_file(frame: Frame, cases: Sequence[int], named: str) -> list[int]:
    """Asks which file of the import folder, and attaches it; the entries that were made."""
    from rcm_tui.billing.cases.timeline.files import attach

    app = frame.workstation
    try:
        kept = app.store.files
        name = await choose_source(frame, f"Attach which file to {named}?", "attached")
        if name is None:
            return []
        asked = [Asked("text", "About it", placeholder="what it is")]
        given = await app.ask(EntryDialog(f"Attach {name}", asked, app.today, "attach it"))
        if given is None:
            return []
        content = await app.read(read_source, app.import_folder, name, app.attachment_bytes)
        options = {"most": app.attachment_bytes, "text": given["text"]}
        outcome = await app.change(attach, cases, kept, name, content, **options)
    except (SourceRefused, StoreError, FileRefused) as error:
        raise Refused(f"nothing was attached: {error}") from None
    await case_work.tell(frame, f"{name} attached to {named}.", outcome)
    return list(outcome.made)


async def take_file_out(frame: Frame, entry: TimelineEntry) -> None:
    """Asks for a name in the export folder, and writes the file there."""
    from rcm_tui.billing.cases.timeline.files import taken_out, why_gone

    app = frame.workstation
    target = await app.ask(FileName(entry.subject, app.export_folder))
    if target is None:
        return
    if gone := await app.read(why_gone, app.store.database, str(entry.sha256)):
        frame.say(f"Nothing was exported: the file was {gone}.", "$error")
        return
    try:
        await app.read(_write, app.store, str(entry.sha256), target)
    except (FileDamaged, TargetRefused, StoreError) as error:
        frame.say(f"Nothing was exported: {error}.", "$error")
        return
    await app.change(taken_out, entry.id, target.name)
    frame.say(f"Exported to {target}", "$success")


def _write(store: Store, digest: str, target: Path) -> None:
    content = store.files.read(digest)
    with written_beside(target) as file:
        file.write(content)


class FileName(Dialog["Path | None"]):
    """Asks for the name of a file in the export folder; one that is there is never replaced."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__("Export a file")
        self._folder = folder
        self._suggested = safe_name(name)

    def parts(self) -> ComposeResult:
        yield Line(written(("into ", "$text-muted"), str(self._folder)))
        with Horizontal(classes="row"):
            yield Static("File", classes="label", markup=False)
            yield Entry(self._suggested, select_on_focus=False, max_length=200)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "export"), ("esc", "cancel")]

    def action_accept(self) -> None:
        try:
            self.dismiss(safe_target(self._folder, self.query_one(Entry).value))
        except TargetRefused as error:
            self.problem(as_sentence(error))


def safe_name(name: str) -> str:
    """A name that a file may have, as near as can be to the one that it came with."""
    kept = "".join("_" if letter in FORBIDDEN or letter == "�" else letter for letter in name)
    return re.sub(r"^[.\-~\s]+", "", kept).rstrip(". ") or "file"
