"""Two folders as a transport: whole files only, nothing replaced, and sentences when it cannot."""

import datetime
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rcm_tui.exchange.transports import NotThere, TransportError
from rcm_tui.exchange.transports import folder as folder_module
from rcm_tui.exchange.transports.folder import FolderTransport

NOW = datetime.datetime(2026, 3, 16, 15, 0, tzinfo=datetime.UTC)


@pytest.fixture
def outgoing(tmp_path: Path) -> Path:
    folder = tmp_path / "outgoing"
    folder.mkdir()
    return folder


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


@pytest.fixture
def transport(outgoing: Path, incoming: Path) -> FolderTransport:
    return FolderTransport(outgoing, incoming)


def arrive(path: Path, content: bytes, seconds_ago: float) -> None:
    path.write_bytes(content)
    moment = NOW.timestamp() - seconds_ago
    os.utime(path, (moment, moment))


@pytest.mark.parametrize("content", [b"", b"x", b"ISA*00*" * 400_000])
def test_what_is_uploaded_is_there_and_others_may_not_write_it(
    transport: FolderTransport, outgoing: Path, content: bytes
) -> None:
    transport.upload("a.837.1.ab.part", content)
    assert (outgoing / "a.837.1.ab.part").read_bytes() == content
    assert (outgoing / "a.837.1.ab.part").stat().st_mode & 0o137 == 0
    assert transport.size("a.837.1.ab.part") == len(content)
    assert transport.temporary_names() == ["a.837.1.ab.part"]


def test_a_rename_moves_the_file_once(transport: FolderTransport, outgoing: Path) -> None:
    transport.upload("a.part", b"claims")
    transport.rename("a.part", "a.837")
    assert os.listdir(outgoing) == ["a.837"]
    with pytest.raises(NotThere):
        transport.rename("a.part", "a.837")


@pytest.mark.parametrize("knows_the_flag", [True, False])
def test_a_rename_never_replaces_a_file(
    transport: FolderTransport,
    outgoing: Path,
    monkeypatch: pytest.MonkeyPatch,
    knows_the_flag: bool,
) -> None:
    if not knows_the_flag:
        monkeypatch.setattr(folder_module, "RENAME_NOREPLACE", 1 << 30)
    transport.upload("a.part", b"new")
    (outgoing / "a.837").write_bytes(b"old")
    with pytest.raises(TransportError, match=r"a\.837 is there already and was not replaced"):
        transport.rename("a.part", "a.837")
    assert (outgoing / "a.837").read_bytes() == b"old"
    assert transport.size("a.part") == 3
    (outgoing / "a.837").unlink()
    transport.rename("a.part", "a.837")
    assert (outgoing / "a.837").read_bytes() == b"new"


def test_a_folder_that_is_gone_is_not_a_file_that_is_gone(
    transport: FolderTransport, outgoing: Path
) -> None:
    assert transport.size("a.part") is None
    assert transport.discard("a.part") is False
    outgoing.rmdir()
    for call in (
        lambda: transport.size("a.part"),
        lambda: transport.discard("a.part"),
        lambda: transport.rename("a.part", "a.837"),
        lambda: transport.upload("a.part", b"x"),
        lambda: transport.temporary_names(),
    ):
        with pytest.raises(TransportError) as caught:
            call()
        assert not isinstance(caught.value, NotThere)
        assert str(outgoing) in str(caught.value)
        assert "mount the share" in str(caught.value)


@pytest.mark.parametrize("name", ["../a.837", "a/b", "", ".", "..", "/etc/passwd"])
def test_only_bare_names_are_taken(transport: FolderTransport, name: str) -> None:
    with pytest.raises(TransportError, match="not the bare name"):
        transport.upload(name, b"x")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "cannot be written to: the disk is full: make room there."),
        (errno.EACCES, "this account is not allowed to: give it the right"),
        (errno.EROFS, "it is mounted read-only"),
        (errno.EIO, "the disk reports an error"),
        (errno.ENAMETOOLONG, "File name too long"),
    ],
)
def test_a_disk_that_refuses_is_named_with_what_to_do(
    transport: FolderTransport,
    outgoing: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    sentence: str,
) -> None:
    def refuse(descriptor: int, content: object) -> int:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", refuse)
        with pytest.raises(TransportError) as caught:
            transport.upload("a.part", b"claims")
    assert str(caught.value).startswith(f"The folder {outgoing} ")
    assert sentence in str(caught.value)
    assert os.listdir(outgoing) == []


LIMITED = """
import resource, signal, sys
from pathlib import Path
from rcm_tui.exchange.transports import TransportError
from rcm_tui.exchange.transports.folder import FolderTransport
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    FolderTransport(Path(sys.argv[1]), Path(sys.argv[1])).upload("a.part", b"x" * 9000)
except TransportError as error:
    print(error)
"""


def test_a_real_limit_in_the_middle_of_a_file_leaves_nothing_behind(outgoing: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(outgoing)], capture_output=True, text=True, check=True
    )
    assert "larger than this account may write" in run.stdout
    assert os.listdir(outgoing) == []


FULL = """
import sys
from pathlib import Path
from rcm_tui.exchange.transports import TransportError
from rcm_tui.exchange.transports.folder import FolderTransport
folder = Path(sys.argv[1])
transport = FolderTransport(folder, folder)
transport.upload("small.part", b"x" * 1000)
try:
    transport.upload("large.part", b"x" * 100_000)
except TransportError as error:
    print(error)
transport.rename("small.part", "small.837")
print(sorted(path.name for path in folder.iterdir()))
"""
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=16k none "$1" || exit 77; exec "$2" -c "$3" "$1"'


def test_a_disk_that_is_really_full_leaves_no_half_file(outgoing: Path) -> None:
    command = ["sh", "-c", ON_A_SMALL_DISK, "sh", str(outgoing), sys.executable, FULL]
    try:
        run = subprocess.run(["unshare", "-rm", *command], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no unshare here to mount a small disk with")
    if run.returncode == 77 or "unshare failed" in run.stderr:
        pytest.skip(f"a small disk cannot be mounted here: {run.stderr.strip()}")
    said, names = run.stdout.splitlines()
    assert said == (
        f"The folder {outgoing} cannot be written to: the disk is full: make room there."
    )
    assert names == "['small.837']"


def test_files_that_are_being_written_wait(transport: FolderTransport, incoming: Path) -> None:
    arrive(incoming / "old.835", b"ISA", 60)
    arrive(incoming / "older.999", b"ISA", 90)
    arrive(incoming / "fresh.835", b"ISA", 1)
    arrive(incoming / "half.835.part", b"ISA", 60)
    arrive(incoming / "HALF.835.FILEPART", b"ISA", 60)
    arrive(incoming / ".hidden", b"ISA", 60)
    (incoming / "folder").mkdir()
    (incoming / "link.835").symlink_to(incoming / "old.835")
    assert [entry.name for entry in transport.waiting(NOW)] == ["older.999", "old.835"]


def test_a_file_that_looks_the_same_twice_is_whole(
    transport: FolderTransport, incoming: Path
) -> None:
    arrive(incoming / "fresh.835", b"ISA", 1)
    assert transport.waiting(NOW) == []
    arrive(incoming / "fresh.835", b"ISA*00", 0)
    assert transport.waiting(NOW) == []
    assert [entry.name for entry in transport.waiting(NOW)] == ["fresh.835"]


def test_a_file_that_changed_since_it_was_listed_is_left(
    transport: FolderTransport, incoming: Path
) -> None:
    arrive(incoming / "a.835", b"ISA", 60)
    (entry,) = transport.waiting(NOW)
    assert transport.fetch(entry) == b"ISA"
    arrive(incoming / "a.835", b"ISA*00", 30)
    with pytest.raises(NotThere):
        transport.fetch(entry)
    transport.remove(entry)
    assert (incoming / "a.835").read_bytes() == b"ISA*00"
    (entry,) = transport.waiting(NOW)
    transport.remove(entry)
    transport.remove(entry)
    assert os.listdir(incoming) == []


def test_folders_are_made_only_where_that_was_asked_for(tmp_path: Path) -> None:
    new = tmp_path / "new" / "outgoing"
    with pytest.raises(TransportError, match="the folder is not there"):
        FolderTransport(new, new).upload("a.part", b"x")
    FolderTransport(new, new, makes_folders=True).upload("a.part", b"x")
    assert os.listdir(new) == ["a.part"]
