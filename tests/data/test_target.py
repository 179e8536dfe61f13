"""Files taken out stay in one folder, and are whole or not there."""

import os
from pathlib import Path

import pytest

from rcm_tui.data.target import TargetRefused, safe_target, whole, written_beside


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "../up.csv",
        "/etc/passwd",
        "a/b.csv",
        "a\\b.csv",
        "C:claims.csv",
        ".hidden",
        "-rf",
        "~root",
        "trailing ",
        "trailing.",
        "two\nlines.csv",
        "null\x00.csv",
        "escape\x1b[31m.csv",
        "turned\u202evsc.exe",
        "c1\x9b.csv",
        "what?.csv",
        "con.csv",
        "LPT1",
        "x" * 300 + ".csv",
        "é" * 150 + ".csv",
        "sur\ud800rogate.csv",
    ],
)
def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TargetRefused) as refusal:
        safe_target(tmp_path / "exports", name)
    assert str(refusal.value).isprintable()
    assert not list(tmp_path.rglob("*.csv"))


def test_a_plain_name_lies_in_the_folder_which_only_its_owner_can_enter(tmp_path: Path) -> None:
    target = safe_target(tmp_path / "exports", "claims denied – März.csv")
    assert target == (tmp_path / "exports").resolve() / "claims denied – März.csv"
    assert (tmp_path / "exports").stat().st_mode & 0o777 == 0o700


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("kept")
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "claims.csv").symlink_to(outside)
    (folder / "loose.csv").symlink_to(tmp_path / "nowhere.csv")
    for name in ("claims.csv", "loose.csv"):
        with pytest.raises(TargetRefused, match="leads out of"):
            safe_target(folder, name, replace=True)
    assert outside.read_text() == "kept"


def test_a_file_that_is_there_is_replaced_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text("old")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TargetRefused, match="there already"):
        safe_target(tmp_path, "claims.csv")
    with pytest.raises(TargetRefused, match="not a file"):
        safe_target(tmp_path, "folder.csv", replace=True)
    assert safe_target(tmp_path, "claims.csv", replace=True).name == "claims.csv"


def test_a_file_appears_whole_under_its_name(tmp_path: Path) -> None:
    target = tmp_path / "claims.csv"
    with written_beside(target) as file:
        file.write(b"half")
        assert not target.exists()
        (temporary,) = tmp_path.iterdir()
        assert temporary.stat().st_mode & 0o777 == 0o600
        file.write(b" and half")
    assert target.read_bytes() == b"half and half"
    assert os.listdir(tmp_path) == ["claims.csv"]


def test_nothing_is_left_when_writing_stops(tmp_path: Path) -> None:
    target = tmp_path / "claims.csv"
    target.write_text("old")

    def stopped() -> None:
        with written_beside(target) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["claims.csv"]


def test_what_may_not_be_replaced_is_not(tmp_path: Path) -> None:
    target = tmp_path / "one.db"

    def late() -> None:
        with whole(target, replace=False) as temporary:
            temporary.write_text("new")
            target.write_text("another's")

    with pytest.raises(FileExistsError):
        late()
    assert target.read_text() == "another's"
    assert os.listdir(tmp_path) == ["one.db"]


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "claims.csv"
    with pytest.raises(TargetRefused, match="cannot be written"), written_beside(missing):
        raise AssertionError("never reached")
