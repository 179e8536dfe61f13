"""Keys that live outside the store: one file each, mode 0600, in a folder of their own."""

import os
import secrets
import stat
from pathlib import Path

KEY_BYTES = 32


class KeyMissing(Exception):
    """A key that a store needs is not where it should be."""


class ReadByOthers(Exception):
    """A file with a secret that others than its owner can read."""


def read_password(path: Path) -> str:
    """The password in a file of its own. Raises ReadByOthers, OSError or UnicodeDecodeError."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ReadByOthers
    return path.read_text(encoding="utf-8").rstrip("\r\n")


def create_key(folder: Path, name: str, key: bytes | None = None) -> bytes:
    """Makes a new random key, or keeps one that is brought back.

    Raises FileExistsError rather than replace one.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = key or secrets.token_bytes(KEY_BYTES)
    handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(folder: Path, name: str) -> bytes:
    """Reads a key. Raises KeyMissing with the path, also when the file does not hold a key."""
    path = folder / name
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise KeyMissing(f"the key file {path} is missing: restore it from its safe copy") from None
    except (ValueError, OSError) as error:
        raise KeyMissing(f"the key file {path} cannot be read as a key: {error}") from error
    if len(key) != KEY_BYTES:
        raise KeyMissing(f"the key file {path} holds {len(key)} bytes, {KEY_BYTES} are needed")
    return key
