"""Files that people bring in from the screen: only those that lie right inside one folder."""

import datetime
import os
import stat
from dataclasses import dataclass
from pathlib import Path

MOST_FILES = 500
"""The newest files of the folder that are offered (ours)."""


class SourceRefused(ValueError):
    """A folder or file that cannot be read; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that can be brought in. `size` is in bytes, `changed` UTC."""

    name: str
    size: int
    changed: datetime.datetime


def source_files(folder: Path) -> list[SourceFile]:
    """The files of the folder, the newest first; hidden ones, links and folders are left out.

    The folder is made when it is missing. Raises SourceRefused when it cannot be listed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                    continue
                facts = entry.stat(follow_symlinks=False)
                changed = datetime.datetime.fromtimestamp(facts.st_mtime, datetime.UTC)
                found.append(SourceFile(entry.name, facts.st_size, changed))
    except OSError as error:
        raise SourceRefused(f"the folder {folder} cannot be read: {error.strerror}") from None
    found.sort(key=lambda one: (one.changed, one.name), reverse=True)
    return found[:MOST_FILES]


def read_source(folder: Path, name: str, most: int) -> bytes:
    """The bytes of one of the folder's files. Raises SourceRefused, for a link too.

    `most` is how many bytes are taken at most.
    """
    if name != Path(name).name or name.startswith("."):
        raise SourceRefused("a file right inside the folder is needed")
    try:
        handle = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise SourceRefused("it is not a file")
            if facts.st_size > most:
                raise SourceRefused(f"it has {facts.st_size:,} bytes: {most:,} are the most")
            return file.read(most)
    except OSError as error:
        raise SourceRefused(f"it cannot be read: {error.strerror}") from None
