"""Where the tortured claims go: folders of this machine, or a real sshd that is cut off at will."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.sftp import Place, chrooted
from tests.torture.relay import Relay


@dataclass
class Destination:
    """A clearinghouse: its outgoing folder as the receiver has it, and the columns of its row."""

    outgoing: Path
    columns: dict[str, Any]
    place: Place | None = None
    relay: Relay | None = field(default=None, repr=False)


@contextmanager
def destinations(transport: str, home: Path, key_folder: Path) -> Iterator[list[Destination]]:
    """Two clearinghouses at once: of folders, or of an sshd each."""
    make = {"folder": _folders, "sftp": _server}[transport]
    with ExitStack() as stack:
        yield [
            stack.enter_context(make(home / f"clearinghouse-{number}", key_folder))
            for number in (1, 2)
        ]


@contextmanager
def _folders(home: Path, key_folder: Path) -> Iterator[Destination]:
    for name in ("outgoing", "incoming"):
        (home / name).mkdir(parents=True)
    columns = {"outgoing": str(home / "outgoing"), "incoming": str(home / "incoming")}
    yield Destination(home / "outgoing", columns)


@contextmanager
def _server(home: Path, key_folder: Path) -> Iterator[Destination]:
    home.mkdir()
    with chrooted(home) as place:
        relay = Relay(place.server.port)
        key = f"{home.name}.key"
        place = replace(place, server=replace(place.server, port=relay.port))
        try:
            yield Destination(place.outgoing, place.columns(key_folder, key), place, relay)
        finally:
            relay.close()
