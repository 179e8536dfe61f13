"""A file that is encrypted under a passphrase, written in one go and read anywhere.

AES-256-GCM in chunks of 64 KiB; the number of a chunk and whether it is the last are its nonce, so
that none can be changed, exchanged or cut off. The key is scrypt's of passphrase and salt, which is
drawn anew for each file. Layout: MARK, exponent of scrypt's N, salt (16), proof of the key (16),
then the chunks, each with its tag (16) behind it.
"""

import hmac
import io
import os
import secrets
from pathlib import Path
from typing import BinaryIO

MARK = b"RCMX1\n"
N_EXPONENT, R, P = 16, 8, 1
MOST_N_EXPONENT = 20
"""What a reader is ready for: a gigabyte of memory."""
SALT, PROOF, TAG, CHUNK = 16, 16, 16, 1 << 16
HEADER = len(MARK) + 1 + SALT + PROOF
LEAST_PASSPHRASE = 12
"""Characters (ours): the file leaves the house, and can be tried on for ever."""


class SealBroken(Exception):
    """A sealed file cannot be read; the text is a sentence."""


class SealingWriter(io.RawIOBase):
    """Encrypts what is written, in one go. Whole only when it was closed without an error."""

    def __init__(self, target: BinaryIO, passphrase: str, exponent: int = N_EXPONENT) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt = secrets.token_bytes(SALT)
        key, proof = _derived(passphrase, salt, exponent)
        self._header = MARK + bytes([exponent]) + salt + proof
        self._cipher = AESGCM(key)
        self._target, self._waiting, self._number = target, bytearray(), 0
        self._length = 0
        target.write(self._header)

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._length

    def write(self, data: object) -> int:
        content = bytes(data)  # type: ignore[call-overload]
        self._waiting += content
        # One chunk always waits: only at the end is it known which is the last.
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        self._length += len(content)
        return len(content)

    def finish(self) -> None:
        """Writes the last chunk; nothing can be written any more."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._target.write(self._cipher.encrypt(nonce, plain, self._header))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Decrypts a sealed file, from any place. Raises SealBroken for whatever was not written so."""

    def __init__(self, path: Path, passphrase: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._name = path.name
        self._file = path.open("rb")
        try:
            self._header = self._file.read(HEADER)
            if len(self._header) < HEADER or not self._header.startswith(MARK):
                raise SealBroken(f"{self._name} is no encrypted archive of rcm-tui")
            exponent = self._header[len(MARK)]
            salt, proof = self._header[-SALT - PROOF : -PROOF], self._header[-PROOF:]
            if not 10 <= exponent <= MOST_N_EXPONENT:
                raise SealBroken(f"{self._name} is damaged in its first bytes")
            key, is_so = _derived(passphrase, salt, exponent)
            if not hmac.compare_digest(is_so, proof):
                raise SealBroken(
                    f"the passphrase does not open {self._name} (or its first bytes are damaged)"
                )
            self._cipher = AESGCM(key)
            size = self._file.seek(0, os.SEEK_END) - HEADER
            self._chunks = -(-size // (CHUNK + TAG))
            if self._chunks < 1 or size - (self._chunks - 1) * (CHUNK + TAG) < TAG:
                raise SealBroken(self._cut_off())
            self._length = size - self._chunks * TAG
            self._place, self._number, self._plain = 0, -1, b""
            self._read_chunk(self._chunks - 1)
        except BaseException:
            self._file.close()
            raise

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._length}[whence]
        self._place = max(0, start + place)
        return self._place

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if self._place >= self._length:
            return 0
        number, offset = divmod(self._place, CHUNK)
        if number != self._number:
            self._read_chunk(number)
        part = self._plain[offset : offset + len(view)]
        view[: len(part)] = part
        self._place += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _read_chunk(self, number: int) -> None:
        from cryptography.exceptions import InvalidTag

        self._file.seek(HEADER + number * (CHUNK + TAG))
        sealed = self._file.read(CHUNK + TAG)
        last = number == self._chunks - 1
        try:
            self._plain = self._cipher.decrypt(_nonce(number, last=last), sealed, self._header)
        except InvalidTag:
            damaged = f"{self._name} is damaged at byte {HEADER + number * (CHUNK + TAG):,}"
            raise SealBroken(self._cut_off() if last else damaged) from None
        self._number = number

    def _cut_off(self) -> str:
        return f"{self._name} is cut off, or damaged at its end"


def is_sealed(path: Path) -> bool:
    """Whether a file begins as a sealed one. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _derived(passphrase: str, salt: bytes, exponent: int) -> tuple[bytes, bytes]:
    """The key, and what proves that a passphrase gives it."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    both = Scrypt(salt, 32 + PROOF, 1 << exponent, R, P).derive(passphrase.encode())
    return both[:32], both[32:]
