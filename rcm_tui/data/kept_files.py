"""Files that are kept with a store: one folder, each content once, encrypted as the store is.

A file is called after its content. In an encrypted store that name is keyed, so that nobody can
tell without the key whether a known document is there, and the content is sealed with AES-256-GCM
by a key that is derived from the store's own; its name is sealed with it, so that two files cannot
be exchanged. In a plain store the files are plain.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from rcm_tui.data.target import TargetRefused, written_beside

MARK = b"RCMF1\n"
NONCE_BYTES = 12
PURPOSE = b"rcm-tui kept files"
NAMES = b"rcm-tui names of kept files"


class FileDamaged(Exception):
    """A kept file is missing or is not what was kept; the text is a sentence."""


class FileRefused(Exception):
    """A file cannot be kept; the text is a sentence."""


class KeptFiles:
    """The files of one store. `store_key` is that of an encrypted store, None of a plain one."""

    def __init__(self, folder: Path, store_key: bytes | None) -> None:
        self.folder = folder
        self._key = _derived(store_key, PURPOSE) if store_key is not None else None
        self._name_key = _derived(store_key, NAMES) if store_key is not None else None

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
        if self._key is None:
            return content
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        return MARK + nonce + AESGCM(self._key).encrypt(nonce, content, bytes.fromhex(digest))

    def _opened(self, digest: str, stored: bytes) -> bytes:
        if self._key is None:
            return stored
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        start = len(MARK)
        nonce, sealed = stored[start : start + NONCE_BYTES], stored[start + NONCE_BYTES :]
        try:
            if not stored.startswith(MARK) or len(nonce) != NONCE_BYTES:
                raise InvalidTag
            return AESGCM(self._key).decrypt(nonce, sealed, bytes.fromhex(digest))
        except InvalidTag:
            raise FileDamaged(f"the file {self.path(digest).name} was changed") from None


def _derived(key: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, None, purpose).derive(key)
