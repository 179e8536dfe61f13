"""Files that go out and come in over SFTP, to a server whose host key is known.

The key of the server is pinned: an unknown or changed one is refused, nothing is sent and no
password is given. Renaming is the plain one of the protocol, which never replaces a file.
"""

import asyncio
import datetime
import fnmatch
import posixpath
import stat
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from rcm_tui.data.plain import plain
from rcm_tui.exchange import fault
from rcm_tui.exchange.transports.transport import IncomingEntry, NotThere, TransportError

T = TypeVar("T")

UNFINISHED = (".part", ".tmp", ".filepart", ".swp")
PATIENCE = 30.0
"""Seconds for connecting and logging in."""
TRIES = 3
FIRST_PAUSE = 0.5  # seconds, then twice as long each time
NO_ROOM = (asyncssh.SFTPFailure, asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
"""What a server says in the middle of an upload when its disk is full; OpenSSH says "Failure"."""
IDLE = 45.0
"""Seconds after which a connection that was not used is made anew: the other side may be gone."""


@dataclass(frozen=True, slots=True)
class SftpServer:
    """A clearinghouse's server. `host_key` is its public key ("ssh-ed25519 AAAA…"), `key_file` a
    private key of ours; without one `password` holds. `names` says which incoming files are taken,
    as *.835 or *; larger ones than `largest` bytes are left there."""

    host: str
    port: int
    user: str
    host_key: str
    outgoing: str
    incoming: str
    key_file: Path | None = None
    password: str = field(default="", repr=False)
    names: str = "*"
    largest: int = 200_000_000


class SftpTransport:
    """Two folders on a server; one connection that is kept while it is used.

    An incoming file counts as whole when it looks as it did at the look before, or has not been
    written to for `settled_after` seconds by the server's clock.
    """

    def __init__(self, server: SftpServer, *, settled_after: float = 60.0) -> None:
        self.server = server
        self.settled_after = settled_after
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._used = 0.0
        self._seen: dict[str, tuple[int, int]] = {}

    @property
    def place(self) -> str:
        """The outgoing folder, as sftp://."""
        return f"sftp://{self.server.host}:{self.server.port}{self._path('')}".rstrip("/")

    def upload(self, name: str, content: bytes) -> None:
        """Writes a file under a name that must be new, flushes it, and compares its size."""
        path = self._path(name)

        async def write(client: asyncssh.SFTPClient) -> int:
            flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT | asyncssh.FXF_EXCL
            # What cannot be opened is another's, and stays.
            file = await client.open(path, flags, encoding=None)
            try:
                half = len(content) // 2
                await file.write(content[:half])
                fault.reached(fault.UPLOADING)
                await file.write(content[half:], half)
                await _flushed(file)
                return int((await file.stat()).size or 0)
            except asyncssh.SFTPError as error:
                # What cannot be removed now is swept away once the file is sent by another name.
                with suppress(asyncssh.SFTPError):
                    await _removed(client, path)
                if isinstance(error, NO_ROOM):
                    raise _no_room(self.place, name, error) from None
                raise
            finally:
                await file.close()

        written = self._do(write, f"cannot take {name}")
        if written != len(content):
            self._do(lambda client: _removed(client, path), f"cannot remove {name}")
            raise TransportError(
                f"{self.place}: {name} has {written:,} bytes there instead of {len(content):,}:"
                " the next run sends it again from the start."
            )

    def rename(self, temporary: str, final: str) -> None:
        """One rename that never replaces a file."""
        source, target = self._path(temporary), self._path(final)

        async def renamed(client: asyncssh.SFTPClient) -> str:
            try:
                await client.rename(source, target)
            except asyncssh.SFTPError as error:
                if not await client.exists(source):
                    return "gone"
                if await client.exists(target):
                    return "taken"
                raise error
            return ""

        match self._do(renamed, f"does not allow {temporary} to be renamed"):
            case "gone":
                raise NotThere(f"{self.place}: {temporary} is not there any more.")
            case "taken":
                raise TransportError(
                    f"{self.place}: a file named {final} is there already and was not replaced:"
                    " ask the clearinghouse to look who put it there."
                )

    def size(self, name: str) -> int | None:
        """Bytes of an outgoing file; None when there is none."""
        path, folder = self._path(name), self._path("")

        async def looked(client: asyncssh.SFTPClient) -> int | None:
            try:
                return int((await client.stat(path)).size or 0)
            except asyncssh.SFTPNoSuchFile:
                await client.stat(folder)  # the whole folder may be gone, which is another matter
                return None

        return self._do(looked, "cannot be read")

    def discard(self, name: str) -> bool:
        """Removes a temporary file; False when it was gone."""
        path = self._path(name)
        return self._do(lambda client: _removed(client, path), f"does not let go of {name}")

    def temporary_names(self) -> list[str]:
        """The outgoing files whose names end in `.part`."""
        folder = self._path("")

        async def listed(client: asyncssh.SFTPClient) -> list[str]:
            return sorted(str(name) for name in await client.listdir(folder))

        return [n for n in self._do(listed, "cannot be read") if n.endswith(".part")]

    def waiting(self, now: datetime.datetime) -> list[IncomingEntry]:
        """Whole files of the names and sizes that are taken, the oldest first; no links."""

        async def listed(client: asyncssh.SFTPClient) -> list[Any]:
            return list(await client.readdir(self.server.incoming or "."))

        found, seen = [], {}
        for item in self._do(listed, "cannot be read"):
            entry = self._entry(str(item.filename), item.attrs)
            if entry is None:
                continue
            look = (entry.size, entry.stamp)
            seen[entry.name] = look
            settled = (now - entry.modified).total_seconds() >= self.settled_after
            if settled or self._seen.get(entry.name) == look or not self.settled_after:
                found.append(entry)
        self._seen = seen
        return sorted(found, key=lambda entry: (entry.stamp, entry.name))

    def fetch(self, entry: IncomingEntry) -> bytes:
        """The bytes of an incoming file, if it still is the one that was listed."""
        path = posixpath.join(self.server.incoming, entry.name)

        async def read(client: asyncssh.SFTPClient) -> tuple[bytes, Any] | None:
            try:
                async with client.open(path, "rb") as file:
                    # One byte more than it has: a file that grows meanwhile is not whole.
                    return await file.read(entry.size + 1), await client.lstat(path)
            except asyncssh.SFTPNoSuchFile:
                return None

        answer = self._do(read, f"does not give {entry.name}")
        if answer is None:
            raise NotThere(f"{self._incoming}: {entry.name} is not there any more.")
        content, attributes = answer
        if self._entry(entry.name, attributes) != entry or len(content) != entry.size:
            raise NotThere(f"{self._incoming}: {entry.name} is still being written.")
        return bytes(content)

    def remove(self, entry: IncomingEntry) -> None:
        """Removes an incoming file, unless it has changed since it was listed."""
        path = posixpath.join(self.server.incoming, entry.name)

        async def remove(client: asyncssh.SFTPClient) -> None:
            try:
                if self._entry(entry.name, await client.lstat(path)) == entry:
                    await client.remove(path)
            except asyncssh.SFTPNoSuchFile:
                return

        self._do(remove, f"does not let go of {entry.name}")

    def close(self) -> None:
        """Ends the connection; the next call makes another."""
        loop, connection = self._loop, self._connection
        self._client = self._connection = self._loop = None
        if loop is not None:
            if connection is not None:
                connection.abort()
                loop.run_until_complete(connection.wait_closed())
            loop.close()

    # -- the connection ---------------------------------------------------------------------

    @property
    def _incoming(self) -> str:
        return f"sftp://{self.server.host}:{self.server.port}/{self.server.incoming.lstrip('/')}"

    def _path(self, name: str) -> str:
        if name and (name != posixpath.basename(name) or name in (".", "..")):
            raise TransportError(f"{name!r} is not the bare name of a file.")
        return posixpath.join(self.server.outgoing or ".", name) if name else self.server.outgoing

    def _entry(self, name: str, attributes: Any) -> IncomingEntry | None:
        """A file as it is listed; None for what is not taken."""
        if name.startswith(".") or name.lower().endswith(UNFINISHED) or "/" in name:
            return None
        if not stat.S_ISREG(attributes.permissions or 0):
            return None
        size, modified = int(attributes.size or 0), int(attributes.mtime or 0)
        if not fnmatch.fnmatchcase(name, self.server.names) or size > self.server.largest:
            return None
        moment = datetime.datetime.fromtimestamp(modified, datetime.UTC)
        return IncomingEntry(name, size, moment, modified)

    def _do(self, action: Callable[[asyncssh.SFTPClient], Awaitable[T]], what: str) -> T:
        """Runs an action on the connection, which is made when there is none."""
        with _explained(self.server, what):
            if self._client is not None and time.monotonic() - self._used > IDLE:
                self.close()
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
            try:
                result = self._loop.run_until_complete(self._with_client(action))
            except (OSError, asyncssh.Error, TimeoutError) as error:
                if not isinstance(error, asyncssh.SFTPError) or isinstance(
                    error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection
                ):
                    self.close()
                raise
            self._used = time.monotonic()
            return result

    async def _with_client(self, action: Callable[[asyncssh.SFTPClient], Awaitable[T]]) -> T:
        if self._client is None:
            self._connection = await _connected(self.server)
            self._client = await self._connection.start_sftp_client()
        return await action(self._client)


async def _connected(server: SftpServer) -> asyncssh.SSHClientConnection:
    """Connects, trying again a little later where nobody answers; a refusal is final."""
    pause = FIRST_PAUSE
    for attempt in range(1, TRIES + 1):
        try:
            return await asyncssh.connect(
                server.host,
                server.port,
                username=server.user,
                known_hosts=_pinned(server),
                client_keys=[str(server.key_file)] if server.key_file else None,
                password=server.password or None,
                agent_path=None,
                config=None,
                connect_timeout=PATIENCE,
                login_timeout=PATIENCE,
            )
        except (OSError, asyncssh.ConnectionLost) as error:
            # A key file that cannot be read is not the server's fault.
            if attempt == TRIES or isinstance(error, FileNotFoundError | PermissionError):
                raise
            await asyncio.sleep(pause)
            pause *= 2
    raise AssertionError("unreachable")


def _pinned(server: SftpServer) -> asyncssh.SSHKnownHosts:
    if not server.host_key.strip():
        raise TransportError(
            f"The host key of {server.host} is not known: read it by the connection test, compare"
            " it with what the clearinghouse has published, and keep it."
        )
    name = server.host if server.port == 22 else f"[{server.host}]:{server.port}"
    return asyncssh.import_known_hosts(
        "".join(f"{name} {line.strip()}\n" for line in server.host_key.splitlines() if line.strip())
    )


def host_key_of(host: str, port: int) -> tuple[str, str]:
    """The key that a server shows now, and its fingerprint, for a person to compare and keep.

    Raises TransportError when nobody answers.
    """
    server = SftpServer(host, port, "", "-", "", "")
    with _explained(server, "does not show its key"):
        key = asyncio.run(
            asyncio.wait_for(asyncssh.get_server_host_key(host, port, config=None), PATIENCE)
        )
        if key is None:
            raise TransportError(f"{host}:{port} shows no key: is it an SSH server?")
    text = key.export_public_key("openssh").decode().split()
    return f"{text[0]} {text[1]}", key.get_fingerprint()


def _no_room(place: str, name: str, error: asyncssh.SFTPError) -> TransportError:
    said = plain(error.reason or type(error).__name__)[:200].rstrip(".")
    return TransportError(
        f"{place} took {name} only in part ({said}): the disk there is full, or no more may be"
        " kept there. Ask the clearinghouse to make room."
    )


async def _flushed(file: asyncssh.SFTPClientFile) -> None:
    try:
        await file.fsync()
    except asyncssh.SFTPOpUnsupported:
        return  # a server without the extension: its size is compared all the same


async def _removed(client: asyncssh.SFTPClient, path: str) -> bool:
    try:
        await client.remove(path)
    except asyncssh.SFTPNoSuchFile:
        return False
    return True


@contextmanager
def _explained(server: SftpServer, what: str) -> Iterator[None]:
    where = f"{server.host}:{server.port}"
    try:
        yield
    except asyncssh.HostKeyNotVerifiable:
        raise TransportError(
            f"{where} shows another key than the one that is kept: nothing was sent. Somebody may"
            " stand in between; ask the clearinghouse before you keep the new one."
        ) from None
    except asyncssh.PermissionDenied:
        raise TransportError(
            f"{where} does not let {server.user} in: look at the key or password that is set."
        ) from None
    except asyncssh.SFTPNoSuchFile:
        raise TransportError(
            f"{where} {what}: a folder is not there. Correct the clearinghouse's folders."
        ) from None
    except asyncssh.SFTPPermissionDenied:
        raise TransportError(f"{where} {what}: {server.user} is not allowed to.") from None
    except asyncssh.SFTPError as error:
        reason = plain(error.reason or type(error).__name__)[:200]
        raise TransportError(f"{where} {what}: {reason}.") from None
    except (asyncssh.KeyImportError, FileNotFoundError, PermissionError):
        raise TransportError(
            f"The private key for {where} cannot be read: {server.key_file}. It must be one that"
            " ssh-keygen made, without a passphrase, readable by this account alone."
        ) from None
    except TimeoutError:
        raise TransportError(f"{where} does not answer within {PATIENCE:.0f} seconds.") from None
    except (OSError, asyncssh.Error) as error:
        reason = str(getattr(error, "strerror", "") or getattr(error, "reason", "") or error)
        raise TransportError(f"{where} cannot be reached: {plain(reason)[:200]}.") from None
