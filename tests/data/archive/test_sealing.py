"""Sealed files: read from any place, and every change, cut and wrong passphrase noticed."""

import io
from pathlib import Path

import pytest

from rcm_tui.data.archive.sealing import CHUNK, HEADER, TAG, SealBroken, SealedReader, SealingWriter

PASSPHRASE = "correct horse battery"
CONTENT = bytes(range(256)) * 700  # not quite three chunks


def sealed(path: Path, content: bytes = CONTENT) -> Path:
    with path.open("wb") as file:
        writer = SealingWriter(file, PASSPHRASE, exponent=10)
        for start in range(0, len(content), 10_000):
            writer.write(content[start : start + 10_000])
        writer.finish()
    return path


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, len(CONTENT)])
def test_what_was_written_is_read_from_any_place(tmp_path: Path, length: int) -> None:
    path = sealed(tmp_path / "one", CONTENT[:length])
    assert CONTENT[:64] not in path.read_bytes()
    with io.BufferedReader(SealedReader(path, PASSPHRASE)) as file:
        assert file.read() == CONTENT[:length]
        file.seek(-min(length, 5), io.SEEK_END)
        assert file.read() == CONTENT[max(0, length - 5) : length]
        file.seek(length // 2)
        assert file.read(3) == CONTENT[length // 2 : min(length, length // 2 + 3)]


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(SealBroken, match="the passphrase does not open one"):
        SealedReader(sealed(tmp_path / "one"), PASSPHRASE + " ")


@pytest.mark.parametrize("cut", [0, 3, HEADER - 1, HEADER, HEADER + 5, HEADER + CHUNK + TAG, -1])
def test_a_file_that_was_cut_off_is_noticed_at_once(tmp_path: Path, cut: int) -> None:
    path = sealed(tmp_path / "one")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(SealBroken, match=r"cut off|no encrypted archive"):
        SealedReader(path, PASSPHRASE)


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    path = sealed(tmp_path / "one")
    whole = path.read_bytes()
    places = [*range(HEADER), HEADER, HEADER + CHUNK, HEADER + CHUNK + TAG + 7, len(whole) - 1]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        with pytest.raises(SealBroken), io.BufferedReader(SealedReader(path, PASSPHRASE)) as file:
            file.read()


def test_chunks_cannot_be_exchanged(tmp_path: Path) -> None:
    path = sealed(tmp_path / "one")
    whole, size = path.read_bytes(), CHUNK + TAG
    first, second = whole[HEADER : HEADER + size], whole[HEADER + size : HEADER + 2 * size]
    path.write_bytes(whole[:HEADER] + second + first + whole[HEADER + 2 * size :])
    with (
        pytest.raises(SealBroken, match="is damaged at byte"),
        io.BufferedReader(SealedReader(path, PASSPHRASE)) as file,
    ):
        file.read()
