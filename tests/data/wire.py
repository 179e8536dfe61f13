"""A wire between a store and its PostgreSQL server that can be cut at a COMMIT."""

import contextlib
import socket
import threading
from typing import Literal
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

Cut = Literal["", "before", "after", "for good"]


class Wire:
    """Passes bytes on. `cut` once cuts a COMMIT off before the server sees it, or its answer.

    With "for good" the answer is lost and nobody connects any more.
    """

    def __init__(self, url: str) -> None:
        said = conninfo_to_dict(url)
        self._host, self._port = str(said.get("host", "")), int(said.get("port") or 5432)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.cut: Cut = ""
        self._pairs: list[_Pair] = []
        self._dead = False
        who = ":".join(quote(str(said[name])) for name in ("user", "password") if name in said)
        port = self._listening.getsockname()[1]
        self.url = (
            f"postgresql://{who}@127.0.0.1:{port}/{said['dbname']}"
            "?sslmode=disable&gssencmode=disable"
        )
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._dead = True
        self._listening.close()

    def lose(self) -> None:
        """Ends all that pass, and lets nobody through from now on."""
        self._dead = True
        for pair in self._pairs:
            pair.hang_up()

    def mend(self) -> None:
        """Lets them through again."""
        self._dead = False

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self._dead:
                client.close()
                continue
            self._pairs.append(_Pair(self, client, self._server()))

    def _server(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, self._port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{self._host}/.s.PGSQL.{self._port}")
        return server


class _Pair:
    def __init__(self, wire: Wire, client: socket.socket, server: socket.socket) -> None:
        self._wire, self._client, self._server = wire, client, server
        self._swallow = False
        for pump in (self._ask, self._answer):
            threading.Thread(target=pump, daemon=True).start()

    def _ask(self) -> None:
        while data := _received(self._client):
            if self._wire.cut and b"COMMIT" in data:
                self._swallow = True
                cut, self._wire.cut = self._wire.cut, ""
                self._wire._dead = cut == "for good"
                if cut == "before":
                    break
            if not _passed(self._server, data):
                break
        self.hang_up()
        self._client.close()

    def _answer(self) -> None:
        while data := _received(self._server):
            if self._swallow or not _passed(self._client, data):
                break
        self.hang_up()
        self._server.close()

    def hang_up(self) -> None:
        for side in (self._client, self._server):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


def _received(side: socket.socket) -> bytes:
    try:
        return side.recv(65536)
    except OSError:
        return b""


def _passed(side: socket.socket, data: bytes) -> bool:
    """Whether the other side was still there to take it."""
    try:
        side.sendall(data)
    except OSError:
        return False
    return True
