"""Choosing one of the files that lie in the import folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rcm_tui.data.source_folder import SourceRefused, source_files
from rcm_tui.screens.words import moment_text
from rcm_tui.widgets.chooser import Chooser, Option

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

Understood = TypeVar("Understood")


async def choose_source(frame: Frame, question: str, taken: str = "imported") -> str | None:
    """The name of the file that a person chooses; None where there is none, or none is wanted.

    Raises SourceRefused where the folder cannot be read.
    """
    app, folder = frame.workstation, frame.workstation.import_folder
    files = await app.read(source_files, folder)
    if not files:
        frame.say(f"Put the file into {folder}: files are {taken} from there.", "$warning")
        return None
    offered = [
        Option(one.name, one.name, f"{one.size:,}  {moment_text(one.changed, app.zone)}")
        for one in files
    ]
    name: str | None = await app.ask(Chooser(question, offered))
    return name


async def choose_and_read(
    frame: Frame, question: str, read: Callable[[Path, str], Understood]
) -> tuple[str, Understood] | None:
    """The chosen file's name and what `read` makes of it, on a thread; None where it is refused."""
    app = frame.workstation
    try:
        name = await choose_source(frame, question)
        return None if name is None else (name, await app.read(read, app.import_folder, name))
    except SourceRefused as error:
        frame.say(f"Nothing was imported: {error}.", "$error")
        return None
