"""Files that are kept with a store: one folder, each content once, encrypted as the store is.

A file is called after its content. In an encrypted store that name is keyed, so that nobody can
tell without the key whether a known document is there, and the content is sealed with AES-256-GCM;
its name is sealed with it, so that two files cannot be exchanged. The keys of both are derived from
keys that lie in the store itself (table file_key): the first names all files, the newest seals new
ones, and the place of the one that sealed a file stands in it. In a plain store files are plain.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.target import TargetRefused, written_beside

MARK = b"RCMF2\n"
NONCE_BYTES, PLACE_BYTES = 12, 2
PURPOSE = b"rcm-tui kept files"
NAMES = b"rcm-tui names of kept files"


class FileDamaged(Exception):
    """A kept file is missing or is not what was kept; the text is a sentence."""


class FileRefused(Exception):
    """A file cannot be kept; the text is a sentence."""


class KeptFiles:
    """The files of one store. `keys` are those of an encrypted store, the oldest first."""

    def __init__(self, folder: Path, keys: Sequence[bytes] = ()) -> None:
        self.folder = folder
        self._keys = [_derived(key, PURPOSE) for key in keys]
        self._name_key = _derived(keys[0], NAMES) if keys else None

    def keep(self, content: bytes) -> str:
        """Keeps a content, once however often it comes; returns its SHA-256.

        Raises FileRefused when the folder cannot be written.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        try:
            self.read(digest)
            return digest
        except FileDamaged:
            pass  # it is not there yet, or it is mended by what is here now
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with written_beside(path) as file:
                file.write(self._sealed(digest, content))
        except (OSError, TargetRefused) as error:
            raise FileRefused(f"the folder {self.folder} cannot be written: {error}") from None
        return digest

    def read(self, digest: str) -> bytes:
        """The content of a SHA-256. Raises FileDamaged when it is gone or another one."""
        path = self.path(digest)
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(handle, "rb") as file:
                stored = file.read()
        except OSError as error:
            raise FileDamaged(f"the file {path.name} cannot be read: {error.strerror}") from None
        content = self._opened(digest, stored)
        if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), digest):
            raise FileDamaged(f"the file {path.name} was changed")
        return content

    def path(self, digest: str) -> Path:
        """Where the content of a SHA-256 is kept."""
        name = digest
        if self._name_key is not None:
            name = hmac.new(self._name_key, bytes.fromhex(digest), hashlib.sha256).hexdigest()
        return self.folder / name[:2] / name

    def _sealed(self, digest: str, content: bytes) -> bytes:
        if not self._keys:
            return content
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        place = len(self._keys) - 1
        sealed = AESGCM(self._keys[place]).encrypt(nonce, content, bytes.fromhex(digest))
        return MARK + place.to_bytes(PLACE_BYTES) + nonce + sealed

    def _opened(self, digest: str, stored: bytes) -> bytes:
        if not self._keys:
            return stored
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        start = len(MARK) + PLACE_BYTES
        place = int.from_bytes(stored[len(MARK) : start])
        nonce, sealed = stored[start : start + NONCE_BYTES], stored[start + NONCE_BYTES :]
        try:
            whole = stored.startswith(MARK) and len(nonce) == NONCE_BYTES
            if not whole or place >= len(self._keys):
                raise InvalidTag
            return AESGCM(self._keys[place]).decrypt(nonce, sealed, bytes.fromhex(digest))
        except InvalidTag:
            raise FileDamaged(f"the file {self.path(digest).name} was changed") from None


def digests_kept(database: Database) -> list[str]:
    """The SHA-256 of every file that a store names, but for those that a policy has let go."""
    rows = read_rows(database, "SELECT sha256 FROM stored_file WHERE purged_id IS NULL ORDER BY id")
    return [digest for (digest,) in rows]


def _derived(key: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, None, purpose).derive(key)
