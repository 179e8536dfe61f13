"""A line between workers and a server that can be cut where it hurts: when an answer is on it."""

import contextlib
import socket
import threading


class Relay:
    """Passes bytes on. Cut, the server has what was asked, and who asked never hears of it."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._left: int | None = None
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_at_answer(self) -> None:
        """The next answer is lost, and with it the connection."""
        self._left = 0

    def cut_after(self, answered: int) -> None:
        """The connection is lost after so many more bytes of answers."""
        self._left = answered

    def mend(self) -> None:
        """Nothing is cut any more."""
        self._left = None

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._server))
            except OSError:
                client.close()
                continue
            for line in (self._ask, self._answer):
                threading.Thread(target=line, args=(client, server), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
        _hang_up(client, server)
        client.close()

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if self._left is not None:
                    if len(data) > self._left:
                        self._left = None
                        self.cuts += 1
                        break
                    self._left -= len(data)
                client.sendall(data)
        _hang_up(client, server)
        server.close()


def _hang_up(*sides: socket.socket) -> None:
    for side in sides:
        with contextlib.suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
