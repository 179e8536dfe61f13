"""The reader needs no more memory for a large file than for a small one."""

import io
import tracemalloc
from collections.abc import Iterator

from rcm_tui.x12.claim_writer import write
from rcm_tui.x12.events import ClaimPaymentRead, ClaimRead
from rcm_tui.x12.reader import read
from tests.x12.made import batch, claim, remittance_parts


class Generated(io.RawIOBase):
    """A stream whose bytes are made while it is read, so that they are not counted."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size:
            part = next(self._parts, None)
            if part is None:
                break
            self._left += part
        given, self._left = self._left[:size], self._left[size:]
        return given


def peak(parts: Iterator[bytes], expected: int) -> int:
    count = 0
    tracemalloc.start()
    for event in read(Generated(parts)):  # type: ignore[arg-type]
        count += isinstance(event, ClaimPaymentRead | ClaimRead)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == expected
    return highest


def test_one_set_of_many_remittance_claims() -> None:
    def parts(claims: int) -> Iterator[bytes]:
        return (part.encode() for part in remittance_parts(claims))

    peak(parts(2_000), 2_000)  # fills the caches
    small = peak(parts(2_000), 2_000)
    assert peak(parts(20_000), 20_000) < small * 1.3


def test_one_set_of_many_professional_claims() -> None:
    def parts(claims: int) -> Iterator[bytes]:
        return write(batch((claim(number) for number in range(claims)), claims_per_set=100_000))

    peak(parts(1_000), 1_000)
    small = peak(parts(1_000), 1_000)
    assert peak(parts(8_000), 8_000) < small * 1.3
