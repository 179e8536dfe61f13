"""What every transport can do."""

import datetime
from dataclasses import dataclass
from typing import Protocol


class TransportError(Exception):
    """A file could not be brought or taken: a sentence with the place and what to do."""


class NotThere(TransportError):
    """The file that was named is not there."""


@dataclass(frozen=True, slots=True)
class IncomingEntry:
    """A file that waits to be picked up. `size` is in bytes; `stamp` tells a changed file."""

    name: str
    size: int
    modified: datetime.datetime
    stamp: int


class Transport(Protocol):
    """Brings files to a clearinghouse and takes its answers. All names are bare file names.

    Every method raises TransportError when the other side, a folder or a disk does not let it.
    """

    @property
    def place(self) -> str:
        """Where outgoing files go, for people."""

    def upload(self, name: str, content: bytes) -> None:
        """Writes a file that is not there yet, and flushes it to disk; it is whole on return."""

    def rename(self, temporary: str, final: str) -> None:
        """Gives an uploaded file its final name, in one step; never over a file that is there.

        Raises NotThere when the temporary file is gone.
        """

    def size(self, name: str) -> int | None:
        """Bytes of an outgoing file; None when there is none."""

    def discard(self, name: str) -> bool:
        """Removes an outgoing temporary file; False when it was gone."""

    def temporary_names(self) -> list[str]:
        """The outgoing files whose names end in `.part`."""

    def waiting(self, now: datetime.datetime) -> list[IncomingEntry]:
        """The incoming files that are whole, the oldest first."""

    def close(self) -> None:
        """Lets go of what is held open; the next call opens it anew."""

    def fetch(self, entry: IncomingEntry) -> bytes:
        """The bytes of an incoming file. Raises NotThere when it is gone or was changed."""

    def remove(self, entry: IncomingEntry) -> None:
        """Removes an incoming file, unless it has changed since it was listed."""
