"""How files reach a clearinghouse and come back; one entry of TRANSPORTS per kind."""

from collections.abc import Callable
from pathlib import Path

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


def _folder(clearinghouse: Clearinghouse) -> Transport:
    outgoing, incoming = Path(clearinghouse.outgoing), Path(clearinghouse.incoming)
    return FolderTransport(outgoing, incoming, settled_after=SETTLED_AFTER)


def _practice(clearinghouse: Clearinghouse) -> Transport:
    # It renames its answers into place: they are whole as soon as they can be seen.
    outgoing, incoming = Path(clearinghouse.outgoing), Path(clearinghouse.incoming)
    return FolderTransport(outgoing, incoming, settled_after=0.0, makes_folders=True)


TRANSPORTS: dict[str, Callable[[Clearinghouse], Transport]] = {
    "folder": _folder,
    "practice": _practice,
}


def transport_of(clearinghouse: Clearinghouse) -> Transport:
    """The transport of a clearinghouse, by its kind."""
    return TRANSPORTS[clearinghouse.kind](clearinghouse)
