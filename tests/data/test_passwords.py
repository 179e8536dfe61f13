"""Passwords of servers are read from a file of one's own or from the keyring."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from rcm_tui.data.passwords import PasswordMissing, password_in_file, password_in_keyring
from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.transports import TransportError, transport_of
from rcm_tui.exchange.transports.sftp import SftpTransport


class InMemory(KeyringBackend):  # type: ignore[misc, unused-ignore]
    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("it is locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[InMemory]:
    before, ring = keyring.get_keyring(), InMemory()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_a_password_is_read_from_the_keyring(ring: InMemory) -> None:
    with pytest.raises(PasswordMissing, match=r'keyring set "rcm-tui North" clinic'):
        password_in_keyring("North", "clinic")
    keyring.set_password("rcm-tui North", "clinic", "s3cret")
    assert password_in_keyring("North", "clinic") == "s3cret"
    ring.locked = True
    with pytest.raises(PasswordMissing, match="cannot be read: it is locked"):
        password_in_keyring("North", "clinic")


def test_a_password_in_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("s3cret\n")
    file.chmod(0o640)
    with pytest.raises(PasswordMissing, match="can be read by others: chmod 600 it"):
        password_in_file(file)
    file.chmod(0o600)
    assert password_in_file(file) == "s3cret"
    file.unlink()
    with pytest.raises(PasswordMissing, match="cannot be read"):
        password_in_file(file)


def test_a_clearinghouse_may_have_its_password_in_the_keyring(
    store: Store, ring: InMemory, tmp_path: Path
) -> None:
    clearinghouse = Clearinghouse(
        name="North", kind="sftp", host="sftp.example", login="clinic", password_file="keyring"
    )
    with pytest.raises(TransportError, match="no password of clinic for “rcm-tui North”"):
        transport_of(clearinghouse, tmp_path)
    keyring.set_password("rcm-tui North", "clinic", "s3cret")
    transport = transport_of(clearinghouse, tmp_path)
    assert isinstance(transport, SftpTransport)
    assert transport.server.password == "s3cret"
