"""Files kept with a store: once, sealed as the store is, and known when they are not the same."""

import hashlib
from pathlib import Path

import pytest

from rcm_tui.data.kept_files import FileDamaged, KeptFiles

KEY = bytes(range(32))
LETTER = b"Dear payer, the retro authorization of Okafor, Ada " * 40


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("keys", [(), (KEY,)])
def test_a_content_is_kept_once_and_comes_back(tmp_path: Path, keys: tuple[bytes, ...]) -> None:
    files = KeptFiles(tmp_path / "files", keys)
    digest = files.keep(LETTER)
    assert digest == hashlib.sha256(LETTER).hexdigest()
    assert files.keep(LETTER) == digest
    (path,) = files_in(tmp_path)
    assert files.read(digest) == LETTER
    assert path.stat().st_mode & 0o077 == 0
    assert (b"Okafor" in path.read_bytes()) == (not keys)
    assert (digest in path.name) == (not keys), "the name of a sealed file tells nothing"


@pytest.mark.parametrize("keys", [(), (KEY,)])
@pytest.mark.parametrize("harm", ["gone", "changed", "cut", "another"])
def test_a_file_that_is_not_what_was_kept_is_noticed_and_mended(
    tmp_path: Path, keys: tuple[bytes, ...], harm: str
) -> None:
    files = KeptFiles(tmp_path / "files", keys)
    digest = files.keep(LETTER)
    path = files.path(digest)
    stored = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "another":
        path.write_bytes(files.path(files.keep(b"another content")).read_bytes())
    else:
        path.write_bytes(stored[:9] if harm == "cut" else stored[:-1] + b"?")
    with pytest.raises(FileDamaged):
        files.read(digest)
    files.keep(LETTER)
    assert files.read(digest) == LETTER


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    digest = KeptFiles(tmp_path, (KEY,)).keep(LETTER)
    other = KeptFiles(tmp_path, (bytes(32),))
    other.path(digest).parent.mkdir(exist_ok=True)
    KeptFiles(tmp_path, (KEY,)).path(digest).rename(other.path(digest))
    with pytest.raises(FileDamaged, match="was changed"):
        other.read(digest)


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    files = KeptFiles(tmp_path / "files")
    digest = files.keep(LETTER)
    elsewhere = tmp_path / "elsewhere"
    files.path(digest).rename(elsewhere)
    files.path(digest).symlink_to(elsewhere)
    with pytest.raises(FileDamaged):
        files.read(digest)


def test_new_files_are_sealed_with_the_newest_key_and_old_ones_still_open(tmp_path: Path) -> None:
    first = KeptFiles(tmp_path, (KEY,))
    old = first.keep(LETTER)
    changed = KeptFiles(tmp_path, (KEY, bytes(32)))
    new = changed.keep(b"a later letter")
    assert (changed.read(old), changed.read(new)) == (LETTER, b"a later letter")
    assert first.path(new) == changed.path(new), "a file is called the same whatever seals it"
    with pytest.raises(FileDamaged):
        first.read(new)
