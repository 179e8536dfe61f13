"""Files that go out and come in through two folders of this machine.

A clearinghouse's own program, or a mounted share, carries them further. Files on their way have
names that end in `.part`, which such programs leave alone.
"""

import ctypes
import datetime
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rcm_tui.exchange import fault
from rcm_tui.exchange.transports.transport import IncomingEntry, NotThere, TransportError

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
BLOCK = 1 << 20
AT_FDCWD = -100
RENAME_NOREPLACE = 1


class FolderTransport:
    """Two folders: `outgoing` for claims, `incoming` for answers.

    An incoming file counts as whole when nothing has been written to it for `settled_after`
    seconds, or when it looks as it did at the look before. `makes_folders` makes folders that are
    missing; without it they are refused, since a missing one is most often a share not mounted.
    """

    def __init__(
        self,
        outgoing: Path,
        incoming: Path,
        *,
        settled_after: float = 5.0,
        makes_folders: bool = False,
    ) -> None:
        self.outgoing = outgoing
        self.incoming = incoming
        self.settled_after = settled_after
        self._seen: dict[str, tuple[int, int]] = {}
        if makes_folders:
            for folder in (outgoing, incoming):
                with _explained(folder, "cannot be made"):
                    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def place(self) -> str:
        """The outgoing folder."""
        return str(self.outgoing)

    def upload(self, name: str, content: bytes) -> None:
        """Writes a file under a name that must be new, flushes it, and compares its size."""
        path = self._path(name)
        with _explained(self.outgoing, "cannot be written to"):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640)
            try:
                _write_all(descriptor, content)
                os.fsync(descriptor)
                written = os.fstat(descriptor).st_size
            except OSError:
                path.unlink(missing_ok=True)
                raise
            finally:
                os.close(descriptor)
            _flush_folder(self.outgoing)
        if written != len(content):
            path.unlink(missing_ok=True)
            raise TransportError(
                f"{self.outgoing}: {name} has {written:,} bytes there instead of {len(content):,}:"
                " look at the disk; the next run sends it again from the start."
            )

    def rename(self, temporary: str, final: str) -> None:
        """One rename that never replaces a file."""
        with _explained(self.outgoing, "does not allow a file to be renamed"):
            try:
                _rename_without_replacing(self._path(temporary), self._path(final))
            except FileNotFoundError:
                _must_be_folder(self.outgoing)
                raise NotThere(f"{self.outgoing}: {temporary} is not there any more.") from None
            except FileExistsError:
                raise TransportError(
                    f"{self.outgoing}: a file named {final} is there already and was not replaced:"
                    " look who put it there, and move it away."
                ) from None
            _flush_folder(self.outgoing)

    def size(self, name: str) -> int | None:
        """Bytes of an outgoing file; None when there is none."""
        with _explained(self.outgoing, "cannot be read"):
            try:
                return self._path(name).stat().st_size
            except FileNotFoundError:
                _must_be_folder(self.outgoing)
                return None

    def discard(self, name: str) -> bool:
        """Removes a temporary file; False when it was gone."""
        with _explained(self.outgoing, "does not allow a file to be removed"):
            try:
                self._path(name).unlink()
            except FileNotFoundError:
                _must_be_folder(self.outgoing)
                return False
            _flush_folder(self.outgoing)
            return True

    def temporary_names(self) -> list[str]:
        """The outgoing files whose names end in `.part`."""
        with _explained(self.outgoing, "cannot be read"):
            return sorted(name for name in os.listdir(self.outgoing) if name.endswith(".part"))

    def waiting(self, now: datetime.datetime) -> list[IncomingEntry]:
        """Whole files, the oldest first: no hidden ones, no links, none that is being written."""
        found, seen = [], {}
        with _explained(self.incoming, "cannot be read"), os.scandir(self.incoming) as listing:
            for item in listing:
                if item.name.startswith(".") or item.name.lower().endswith(UNFINISHED):
                    continue
                try:
                    status = item.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # taken away since the folder was listed
                if not stat.S_ISREG(status.st_mode):
                    continue
                look = (status.st_size, status.st_mtime_ns)
                seen[item.name] = look
                settled = now.timestamp() - status.st_mtime >= self.settled_after
                if settled or self._seen.get(item.name) == look or not self.settled_after:
                    found.append(_entry(item.name, status))
        self._seen = seen
        return sorted(found, key=lambda entry: (entry.stamp, entry.name))

    def fetch(self, entry: IncomingEntry) -> bytes:
        """The bytes of an incoming file, if it still is the one that was listed."""
        with _explained(self.incoming, "cannot be read"):
            try:
                descriptor = os.open(self.incoming / entry.name, os.O_RDONLY | os.O_NOFOLLOW)
            except FileNotFoundError:
                raise NotThere(f"{self.incoming}: {entry.name} is not there any more.") from None
            with os.fdopen(descriptor, "rb") as file:
                content = file.read()
                if _entry(entry.name, os.fstat(descriptor)) != entry or len(content) != entry.size:
                    raise NotThere(f"{self.incoming}: {entry.name} is still being written.")
                return content

    def remove(self, entry: IncomingEntry) -> None:
        """Removes an incoming file, unless it has changed since it was listed."""
        path = self.incoming / entry.name
        with _explained(self.incoming, "does not allow a file to be removed"):
            try:
                if _entry(entry.name, path.lstat()) == entry:
                    path.unlink()
            except FileNotFoundError:
                return

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, name: str) -> Path:
        if name != os.path.basename(name) or name in ("", ".", ".."):
            raise TransportError(f"{name!r} is not the bare name of a file.")
        return self.outgoing / name


def _entry(name: str, status: os.stat_result) -> IncomingEntry:
    modified = datetime.datetime.fromtimestamp(status.st_mtime, datetime.UTC)
    return IncomingEntry(name, status.st_size, modified, status.st_mtime_ns)


def _write_all(descriptor: int, content: bytes) -> None:
    view, half = memoryview(content), len(content) // 2
    _write(descriptor, view[:half])
    fault.reached(fault.UPLOADING)
    _write(descriptor, view[half:])


def _write(descriptor: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(descriptor, rest[:BLOCK]) :]


def _must_be_folder(folder: Path) -> None:
    """Keeps "the file is gone" apart from "the whole folder is gone", as a share may be."""
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))


def _flush_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rename_without_replacing(source: Path, target: Path) -> None:
    """Raises FileExistsError instead of replacing, in one step where the system can."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(source), os.fsencode(target)
        if library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_NOREPLACE) == 0:
            return
        code = ctypes.get_errno()
        # Some file systems do not know the flag: then a look and a rename have to do.
        if code not in (errno.EINVAL, errno.ENOSYS):
            raise OSError(code, os.strerror(code), str(source))
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    os.rename(source, target)


ADVICE = {
    errno.ENOSPC: "the disk is full: make room there",
    errno.EDQUOT: "the disk quota is used up: make room there",
    errno.EFBIG: "the file is larger than this account may write: raise its limit",
    errno.ENOENT: "the folder is not there: create it, or mount the share it lies on",
    errno.ENOTDIR: "it is not a folder: correct the clearinghouse's settings",
    errno.EACCES: "this account is not allowed to: give it the right to read and write there",
    errno.EPERM: "this account is not allowed to: give it the right to read and write there",
    errno.EROFS: "it is mounted read-only: mount it so that it can be written",
    errno.EIO: "the disk reports an error: look at the disk",
}


@contextmanager
def _explained(folder: Path, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        advice = ADVICE.get(error.errno or 0, os.strerror(error.errno or errno.EIO))
        raise TransportError(f"The folder {folder} {what}: {advice}.") from None
