"""A file's bytes as the store keeps them: compressed, named by their SHA-256, read as a stream."""

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rcm_tui.billing.outcome import Progress

CHUNK = 1 << 20


@dataclass(slots=True)
class Kept:
    """A file's bytes as the store keeps them."""

    compressed: bytes
    sha256: str
    size: int


def keep(content: bytes | Path) -> Kept:
    """Reads the content once: what is parsed later is what was kept, even if the file changes."""
    digest, packer, parts, size = hashlib.sha256(), zlib.compressobj(), [], 0
    for chunk in _chunks(content):
        digest.update(chunk)
        parts.append(packer.compress(chunk))
        size += len(chunk)
    parts.append(packer.flush())
    return Kept(b"".join(parts), digest.hexdigest(), size)


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, Path):
        with content.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    else:
        for start in range(0, len(content), CHUNK):
            yield content[start : start + CHUNK]


class Inflated(io.RawIOBase):
    """The plain bytes of what was kept, as a stream that never holds them all."""

    def __init__(self, kept: Kept, progress: Progress | None) -> None:
        self._kept = kept
        self._progress = progress
        self._unpacker = zlib.decompressobj()
        self._input = memoryview(kept.compressed)
        self._done = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty at the end."""
        if self._progress is not None and self._kept.size:
            self._progress(self._done, self._kept.size)
        if size < 0:
            data = self._unpacker.decompress(bytes(self._input))
            self._input = self._input[len(self._input) :]
        else:
            data = b""
            while not data and (self._input or self._unpacker.unconsumed_tail):
                pending = self._unpacker.unconsumed_tail
                if not pending:
                    pending, self._input = bytes(self._input[:CHUNK]), self._input[CHUNK:]
                data = self._unpacker.decompress(pending, size)
        self._done += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        """Fills a buffer, for readers that have one of their own. Returns how many bytes."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
