"""Writing the letters of appeals into the folder of exports.

File names hold the numbers of appeals and days, never a name. What was taken out is on record.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rcm_tui.billing.outcome import Refused, counted
from rcm_tui.billing.rights import EXPORT, refuse
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.store import Store
from rcm_tui.data.target import written_beside
from rcm_tui.data.work import Actor
from rcm_tui.exchange.export_names import free_target
from rcm_tui.exchange.letters.text import letters_text

FORMATS = ("pdf", "txt")


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and how many letters are in them."""

    files: list[Path]
    letters: int


def write_letters(
    store: Store,
    actor: Actor,
    appeal_ids: Iterable[int],
    folder: Path,
    format: str = "pdf",
    *,
    now: datetime.datetime | None = None,
) -> Written:
    """Writes the letters of appeals, one file each, and records it. Blocks.

    Raises Refused for another format and where there are none, TargetRefused for a folder that
    cannot be written.
    """
    if format not in FORMATS:
        raise Refused(f"{format!r} is no format of letters: pdf or txt")
    letters: Sequence[tuple[int, str, str]] = [
        (key, number, letter)
        for key, number, letter in read_by_keys(
            store.database,
            "SELECT id, number, letter FROM appeal WHERE id IN ({keys}) ORDER BY id",
            sorted(set(appeal_ids)),
        )
        if letter
    ]
    refuse(actor, EXPORT)
    if not letters:
        raise Refused("there is no letter to write")
    files: list[Path] = []
    for _, number, letter in letters:
        target = free_target(folder, f"appeal-{number}", format)
        with written_beside(target) as file:
            if format == "pdf":
                from rcm_tui.exchange.letters.pdf import write_letters_pdf

                write_letters_pdf([(number, letter)], file)
            else:
                file.write(letters_text([letter]).encode())
        files.append(target)
    with store.work(actor, now) as work:
        for key, number, _ in letters:
            work.record("exported", "appeal", key, number=number, format=format)
    return Written(files, len(letters))


def told(written: Written) -> str:
    """Where the letters are, as the end of a sentence."""
    if len(written.files) == 1:
        return str(written.files[0])
    return f"{counted(len(written.files), 'file')} in {written.files[0].parent}"
