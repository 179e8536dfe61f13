"""Files that people take out: kept in one folder, and never there half written."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rcm_tui.data.plain import HOSTILE

LONGEST_NAME = 200  # bytes; file systems take 255
FORBIDDEN = set('/\\:*?"<>|')  # also what the machines of those who get the file refuse
RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789"),
}


class TargetRefused(ValueError):
    """A file that cannot be written there; the text is a sentence for the person."""


def safe_target(folder: Path, name: str, *, replace: bool = False) -> Path:
    """The path of a file called `name` right inside `folder`, which is made when it is missing.

    Raises TargetRefused for a name that leads elsewhere, hides, cannot be shown or cannot be a
    file's, and for a file that is there already unless it may be replaced.
    """
    reason = _wrong_with(name)
    if reason:
        raise TargetRefused(f"the file name {HOSTILE.sub('�', name)[:80]!r} {reason}")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise TargetRefused(f"the folder {folder} cannot be made: {error.strerror}") from None
    inside = folder.resolve()
    target = inside / name
    if target.is_symlink() or target.parent != inside:
        raise TargetRefused(f"{name} leads out of the folder {folder}: choose another name")
    refuse_unwritable(target, replace=replace)
    return target


def refuse_unwritable(target: Path, *, replace: bool) -> None:
    """Raises TargetRefused when no file can be put there, or one is and may not be replaced."""
    if not target.parent.is_dir():
        raise TargetRefused(f"there is no folder {target.parent}")
    if target.exists():
        if not target.is_file():
            raise TargetRefused(f"{target} is not a file")
        if not replace:
            raise TargetRefused(f"{target.name} is there already: choose another name")


@contextmanager
def written_beside(target: Path) -> Iterator[BinaryIO]:
    """A file under a temporary name beside `target`, which it replaces when the block has ended.

    Only its owner can read it. When the block raises, nothing is left behind.
    """
    with whole(target, replace=True) as temporary, temporary.open("wb") as file:
        yield file


@contextmanager
def whole(target: Path, *, replace: bool) -> Iterator[Path]:
    """An empty file of its owner's beside `target`, which gets its name when the block has ended.

    Raises TargetRefused when it cannot be made, FileExistsError when the name has been taken
    meanwhile and may not be replaced. When the block raises, nothing is left behind.
    """
    temporary = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise TargetRefused(f"{target.parent} cannot be written: {error.strerror}") from None
    try:
        yield temporary
        flush(temporary)
        # A link fails where there is such a name; a rename would overwrite it.
        (os.replace if replace else os.link)(temporary, target)
        flush(target.parent)
    finally:
        # A store that was written under the temporary name leaves more than one file.
        for leftover in ("", "-wal", "-shm", "-journal"):
            temporary.with_name(temporary.name + leftover).unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Has a file, or the names in a folder, outlast a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _wrong_with(name: str) -> str:
    if not name or name != name.strip() or name.endswith("."):
        return "is empty or begins or ends with a blank or dot: leave those out"
    if name.startswith((".", "-", "~")):
        return f"begins with {name[0]}: begin it with a letter or figure"
    if HOSTILE.search(name) or not name.isprintable():
        return "holds characters that cannot be shown: leave them out"
    found = sorted(FORBIDDEN & set(name))
    if found:
        return f"holds {' '.join(found)}: a name alone is meant, without folders or such signs"
    if name.split(".")[0].lower() in RESERVED:
        return "is one that Windows keeps for itself: choose another"
    if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes: shorten it"
    return ""
