"""How files reach a clearinghouse and come back; one entry of TRANSPORTS per kind."""

from collections.abc import Callable
from pathlib import Path

from rcm_tui.data.passwords import (
    KEYRING,
    PasswordMissing,
    password_in_file,
    password_in_keyring,
)
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.transports.folder import FolderTransport
from rcm_tui.exchange.transports.transport import (
    IncomingEntry,
    NotThere,
    Transport,
    TransportError,
)

__all__ = ["TRANSPORTS", "IncomingEntry", "NotThere", "Transport", "TransportError", "transport_of"]

SETTLED_AFTER = 5.0


def _folder(clearinghouse: Clearinghouse, key_folder: Path) -> Transport:
    outgoing, incoming = Path(clearinghouse.outgoing), Path(clearinghouse.incoming)
    return FolderTransport(outgoing, incoming, settled_after=SETTLED_AFTER)


def _sftp(clearinghouse: Clearinghouse, key_folder: Path) -> Transport:
    from rcm_tui.exchange.transports.sftp import SftpServer, SftpTransport

    return SftpTransport(
        SftpServer(
            clearinghouse.host,
            clearinghouse.port,
            clearinghouse.login,
            clearinghouse.host_key,
            clearinghouse.outgoing,
            clearinghouse.incoming,
            key_folder / clearinghouse.key_file if clearinghouse.key_file else None,
            _password(key_folder, clearinghouse),
            clearinghouse.incoming_names,
            clearinghouse.largest_mb * 1_000_000,
        )
    )


def _password(key_folder: Path, clearinghouse: Clearinghouse) -> str:
    name = clearinghouse.password_file
    try:
        if name == KEYRING:
            return password_in_keyring(clearinghouse.name, clearinghouse.login)
        return password_in_file(key_folder / name) if name else ""
    except PasswordMissing as error:
        raise TransportError(f"The password is missing: {error}.") from None


def _practice(clearinghouse: Clearinghouse, key_folder: Path) -> Transport:
    # It renames its answers into place: they are whole as soon as they can be seen.
    outgoing, incoming = Path(clearinghouse.outgoing), Path(clearinghouse.incoming)
    return FolderTransport(outgoing, incoming, settled_after=0.0, makes_folders=True)


TRANSPORTS: dict[str, Callable[[Clearinghouse, Path], Transport]] = {
    "folder": _folder,
    "sftp": _sftp,
    "practice": _practice,
}


def transport_of(clearinghouse: Clearinghouse, key_folder: Path) -> Transport:
    """The transport of a clearinghouse, by its kind; `key_folder` has its key or password.

    Raises TransportError when these cannot be read.
    """
    return TRANSPORTS[clearinghouse.kind](clearinghouse, key_folder)
