"""Writing the letters of appeals into the folder of exports, with the documents that are files.

File names hold the numbers of appeals and kinds of documents, never a name: what a file was called
when it was attached may say whose it is. What was taken out is on record.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rcm_tui.billing.outcome import Refused, counted
from rcm_tui.billing.rights import EXPORT, refuse_at
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.kept_files import FileDamaged
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import StoreError
from rcm_tui.data.target import written_beside
from rcm_tui.exchange.export_names import free_target
from rcm_tui.exchange.letters.text import letters_text

FORMATS = ("pdf", "txt")


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and how many letters and documents are among them."""

    files: list[Path]
    letters: int
    documents: int = 0


def write_letters(
    store: Store,
    actor: Actor,
    appeal_ids: Iterable[int],
    folder: Path,
    format: str = "pdf",
    *,
    now: datetime.datetime | None = None,
) -> Written:
    """Writes the letters of appeals with their documents, one file each, and records it. Blocks.

    Raises Refused for another format, where there are none, and for a document that is not what
    was attached; TargetRefused for a folder that cannot be written.
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
    refuse_at(store, actor, EXPORT, now)
    if not letters:
        raise Refused("there is no letter to write")
    enclosed = _documents(store, [key for key, _, _ in letters])
    files: list[Path] = []
    for key, number, letter in letters:
        target = free_target(folder, f"appeal-{number}", format)
        with written_beside(target) as file:
            if format == "pdf":
                from rcm_tui.exchange.letters.pdf import write_letters_pdf

                write_letters_pdf([(number, letter)], file)
            else:
                file.write(letters_text([letter]).encode())
        files.append(target)
        for document in enclosed.get(key, ()):
            files.append(_write(store, document, number, folder))
    with store.work(actor, now) as work:
        for key, number, _ in letters:
            kinds = ", ".join(document.kind for document in enclosed.get(key, ()))
            work.record("exported", "appeal", key, number=number, format=format, documents=kinds)
    return Written(files, len(letters), len(files) - len(letters))


@dataclass(frozen=True, slots=True)
class _Document:
    kind: str
    name: str
    digest: str


def _documents(store: Store, appeal_ids: Iterable[int]) -> dict[int, list[_Document]]:
    """Appeal → its documents that are files."""
    found: dict[int, list[_Document]] = {}
    for appeal, *values in read_by_keys(
        store.database,
        "SELECT p.appeal_id, p.kind, t.subject, s.sha256 FROM appeal_proof AS p"
        " JOIN timeline_entry AS t ON t.id = p.file_id JOIN stored_file AS s ON s.id = t.file_id"
        " WHERE p.appeal_id IN ({keys}) AND p.enclosed = 1 ORDER BY p.id",
        appeal_ids,
    ):
        found.setdefault(appeal, []).append(_Document(*values))
    return found


def _write(store: Store, document: _Document, number: str, folder: Path) -> Path:
    try:
        content = store.files.read(document.digest)
    except (FileDamaged, StoreError) as error:
        raise Refused(f"{document.kind} of {number}: {error}") from None
    kind = re.sub(r"[^a-z0-9]+", "-", document.kind.lower()).strip("-")
    ending = re.search(r"\.([A-Za-z0-9]{1,5})$", document.name)
    target = free_target(folder, f"appeal-{number}-{kind}", ending[1].lower() if ending else "bin")
    with written_beside(target) as file:
        file.write(content)
    return target


def told(written: Written) -> str:
    """Where the letters are, as the end of a sentence."""
    if len(written.files) == 1:
        return str(written.files[0])
    return f"{counted(len(written.files), 'file')} in {written.files[0].parent}"
