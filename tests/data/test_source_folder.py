"""Files that are brought in from the screen come from one folder, and never through a link."""

import os
from pathlib import Path

import pytest

from rcm_tui.data.source_folder import SourceRefused, read_source, source_files


def test_files_are_offered_the_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "imports"
    assert source_files(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    for number, name in enumerate(("old.csv", "new.csv")):
        (folder / name).write_text("x" * (number + 1))
        os.utime(folder / name, (1_000_000 + number, 1_000_000 + number))
    (folder / ".hidden").write_text("x")
    (folder / "inner").mkdir()
    (folder / "link.csv").symlink_to(folder / "old.csv")
    assert [(one.name, one.size) for one in source_files(folder)] == [
        ("new.csv", 2),
        ("old.csv", 1),
    ]


@pytest.mark.parametrize(
    "name", ["../secret.csv", "/etc/passwd", ".hidden", "link.csv", "inner", "no"]
)
def test_nothing_else_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "imports"
    (folder / "inner").mkdir(parents=True)
    (folder / "good.csv").write_text("good")
    (folder / ".hidden").write_text("hidden")
    (tmp_path / "secret.csv").write_text("secret")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert read_source(folder, "good.csv", 10) == b"good"
    with pytest.raises(SourceRefused):
        read_source(folder, name, 10)


def test_what_is_no_file_or_too_large_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceRefused, match="is not a file"):
        read_source(tmp_path, "pipe", 10)
    (tmp_path / "large").write_bytes(b"x" * 11)
    with pytest.raises(SourceRefused, match="it has 11 bytes: 10 are the most"):
        read_source(tmp_path, "large", 10)
    (tmp_path / "file").write_text("x")
    with pytest.raises(SourceRefused, match="cannot be read"):
        source_files(tmp_path / "file")
