"""SFTP against OpenSSH's own server in a chroot: whole files, nothing replaced, keys pinned."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rcm_tui.exchange.transports import NotThere, TransportError
from rcm_tui.exchange.transports.sftp import SftpTransport, host_key_of
from tests.sftp import LONG_AGO, NOW, Place, chrooted
from tests.sshd import free_port, keygen, needs_sshd, public

pytestmark = [needs_sshd, pytest.mark.xdist_group("sshd")]


@pytest.fixture(scope="module")
def clearinghouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with chrooted(tmp_path_factory.mktemp("sftp")) as place:
        yield place


@pytest.fixture
def place(clearinghouse: Place) -> Place:
    clearinghouse.empty()
    return clearinghouse


@pytest.fixture
def transport(place: Place) -> Iterator[SftpTransport]:
    made = SftpTransport(place.server)
    yield made
    made.close()


def test_a_file_goes_up_whole_and_gets_its_name(place: Place, transport: SftpTransport) -> None:
    content = os.urandom(3_000_001)
    transport.upload("claims.837.1.ab.part", content)
    assert transport.temporary_names() == ["claims.837.1.ab.part"]
    assert transport.size("claims.837.1.ab.part") == len(content)
    transport.rename("claims.837.1.ab.part", "claims.837")
    assert (place.outgoing / "claims.837").read_bytes() == content
    assert transport.temporary_names() == []
    assert transport.size("claims.837.1.ab.part") is None
    assert transport.place == f"sftp://127.0.0.1:{place.server.port}/claims"


def test_nothing_is_ever_replaced(place: Place, transport: SftpTransport) -> None:
    (place.outgoing / "taken").write_text("theirs")
    with pytest.raises(TransportError, match="cannot take taken"):
        transport.upload("taken", b"ours")
    transport.upload("ours.part", b"ours")
    with pytest.raises(TransportError, match="is there already and was not replaced"):
        transport.rename("ours.part", "taken")
    assert (place.outgoing / "taken").read_text() == "theirs"
    with pytest.raises(NotThere, match=r"gone\.part is not there any more"):
        transport.rename("gone.part", "new")


def test_a_temporary_file_is_let_go_once(transport: SftpTransport) -> None:
    transport.upload("ours.part", b"ours")
    assert transport.discard("ours.part") is True
    assert transport.discard("ours.part") is False


@pytest.mark.parametrize("name", ["../up", "a/b", "..", "/etc/passwd"])
def test_a_name_leads_nowhere_else(transport: SftpTransport, name: str) -> None:
    with pytest.raises(TransportError, match="not the bare name"):
        transport.upload(name, b"")


def test_answers_are_taken_when_they_are_whole(place: Place, transport: SftpTransport) -> None:
    place.answer("b.835", b"second", LONG_AGO + 5)
    place.answer("a.835", b"first")
    place.answer("growing.835", b"half", NOW.timestamp() - 3)
    place.answer(".hidden")
    place.answer("still.part")
    (place.incoming / "link").symlink_to(place.incoming / "a.835")
    (place.incoming / "folder").mkdir()
    first, second = transport.waiting(NOW)
    assert (first.name, second.name) == ("a.835", "b.835")
    # It looks as it did at the look before.
    assert [entry.name for entry in transport.waiting(NOW)] == ["a.835", "b.835", "growing.835"]
    assert transport.fetch(first) == b"first"
    place.answer("b.835", b"second and more", LONG_AGO + 9)
    with pytest.raises(NotThere, match="still being written"):
        transport.fetch(second)
    transport.remove(second)
    assert (place.incoming / "b.835").exists()
    transport.remove(first)
    with pytest.raises(NotThere, match="not there any more"):
        transport.fetch(first)
    transport.remove(first)


def test_names_and_sizes_that_are_not_taken_stay(place: Place) -> None:
    place.answer("a.835")
    place.answer("news.pdf")
    place.answer("huge.835", b"x" * 101)
    transport = SftpTransport(replace(place.server, names="*.835", largest=100))
    assert [entry.name for entry in transport.waiting(NOW)] == ["a.835"]
    transport.close()
    assert len(list(place.incoming.iterdir())) == 3


def test_another_host_key_sends_nothing(place: Place, tmp_path: Path) -> None:
    other = public(keygen(tmp_path / "other"))
    transport = SftpTransport(replace(place.server, host_key=other))
    with pytest.raises(TransportError, match="shows another key than the one that is kept"):
        transport.upload("a.part", b"claims")
    transport.close()
    unknown = SftpTransport(replace(place.server, host_key=" "))
    with pytest.raises(TransportError, match=r"host key of 127\.0\.0\.1 is not known"):
        unknown.upload("a.part", b"claims")
    unknown.close()
    assert list(place.outgoing.iterdir()) == []


def test_the_key_of_a_server_is_shown_for_a_person_to_compare(place: Place) -> None:
    key, fingerprint = host_key_of("127.0.0.1", place.server.port)
    assert key == place.server.host_key
    assert fingerprint.startswith("SHA256:")


def test_what_is_wrong_is_said_where_it_is(place: Place, tmp_path: Path) -> None:
    closed = free_port()
    stranger = keygen(tmp_path / "stranger")
    for server, says in (
        (replace(place.server, key_file=stranger), "does not let root in"),
        (replace(place.server, key_file=tmp_path / "gone"), "private key .* cannot be read"),
        (replace(place.server, port=closed), "cannot be reached"),
        (replace(place.server, outgoing="/nowhere"), "a folder is not there"),
    ):
        transport = SftpTransport(server)
        with pytest.raises(TransportError, match=says):
            transport.upload("a.part", b"claims")
        with pytest.raises(TransportError, match=says):
            transport.size("a.part")
        transport.close()


def test_a_connection_that_was_cut_is_made_again(place: Place, transport: SftpTransport) -> None:
    transport.upload("one.part", b"1")
    assert transport._connection is not None
    transport._connection.abort()
    with pytest.raises(TransportError):
        transport.size("one.part")
    assert transport.size("one.part") == 1
