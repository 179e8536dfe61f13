"""Keys that live outside the store: one file each, mode 0600, in a folder of their own.

An encrypted store has the key file of its name; those that were used before `rcm-tui db rekey` stay
beside it, called after their fingerprints, for the backups that were taken with them.
"""

import hashlib
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from rcm_tui.data.target import TargetRefused, whole

KEY_BYTES = 32
NEXT = "next"
"""The ending of a key that a store is being given; see rekeying.py."""


class KeyMissing(Exception):
    """A key that a store needs is not where it should be."""


@dataclass(frozen=True, slots=True)
class AuditKey:
    """The key of an audit trail, and where those lie that sealed what was before.

    The first is in the file `name`, a later one in `name.<fingerprint>`.
    """

    folder: Path
    name: str
    current: bytes

    def first(self) -> bytes:
        """The key that the trail begins with. Raises KeyMissing."""
        return read_key(self.folder, self.name)

    def named(self, fingerprinted: str) -> bytes:
        """The later key of a fingerprint. Raises KeyMissing when it is not there."""
        key = read_key(self.folder, f"{self.name}.{Path(fingerprinted).name}")
        if fingerprint(key) != fingerprinted:
            raise KeyMissing(f"the key file {self.folder / self.name}.{fingerprinted} was changed")
        return key


def fingerprint(key: bytes) -> str:
    """Sixteen characters that name a key and tell nothing of it."""
    return hashlib.sha256(b"rcm-tui key" + key).hexdigest()[:16]


def read_by_others(path: Path) -> bool:
    """Whether others than its owner can read or change a file. Raises OSError."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def create_key(folder: Path, name: str, key: bytes | None = None) -> bytes:
    """Makes a new random key, or keeps one that is brought back.

    It is there whole or not at all. Raises FileExistsError rather than replace one, and
    KeyMissing when the folder cannot be written.
    """
    key = key or secrets.token_bytes(KEY_BYTES)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole(folder / name, replace=False) as temporary:
            temporary.write_text(key.hex() + "\n", encoding="ascii")
    except FileExistsError:
        raise
    except (OSError, TargetRefused) as error:
        raise KeyMissing(f"the key {name} cannot be kept in {folder}: {error}") from None
    return key


def read_key(folder: Path, name: str) -> bytes:
    """Reads a key. Raises KeyMissing with the path, also when the file does not hold a key."""
    path = folder / name
    try:
        if read_by_others(path):
            raise KeyMissing(
                f"the key file {path} can be read by others than its owner: it is not used; run"
                f" chmod 600 {path}, and rcm-tui db rekey if somebody may have read it"
            )
        key = key_of(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeyMissing(
            f"the key file {path} is missing: put it back from its safe copy, name the folder that"
            " it is in as key_folder in the settings, or type the key that was written down:"
            " rcm-tui db keys --enter"
        ) from None
    except (ValueError, OSError) as error:
        raise KeyMissing(f"the key file {path} cannot be read as a key: {error}") from error
    return key


def key_of(text: str) -> bytes:
    """A key as it is written in a file or on paper. Raises ValueError saying what is wrong."""
    figures = "".join(text.split()).replace("-", "")
    try:
        key = bytes.fromhex(figures)
    except ValueError:
        raise ValueError("a key is written in the figures 0 to 9 and a to f") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"{len(figures)} figures are there, a key has {2 * KEY_BYTES}")
    return key


def key_files(folder: Path, name: str) -> list[Path]:
    """The files of a key: its own first, then the one it is to have, then those before it."""
    earlier = sorted(
        (path for path in folder.glob(f"{name}.*") if path.suffix != f".{NEXT}"),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    return [path for path in (folder / name, folder / f"{name}.{NEXT}", *earlier) if path.is_file()]
