"""A file is whole when its last segment is a whole IEA."""

import pytest

from rcm_tui.x12.ending import lacks_end
from tests.x12.made import remittance_file

WHOLE = remittance_file()


def test_of_all_beginnings_of_a_file_only_the_last_are_whole() -> None:
    number = WHOLE.rindex(b"IEA*1*") + len(b"IEA*1*") + 9
    assert [cut for cut in range(len(WHOLE) + 1) if not lacks_end(WHOLE[:cut])] == list(
        range(number, len(WHOLE) + 1)
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + WHOLE,
        WHOLE + b"\r\n\r\n\x1a",
        WHOLE.replace(b"~", b"\r\n"),
        WHOLE.replace(b"*", b"|").replace(b"~", b"\x1d"),
        WHOLE + WHOLE,
        b"PK\x03\x04",
        b"A letter from the payer.",
        b"not",
    ],
)
def test_what_is_whole_or_no_interchange_is_not_waited_for(content: bytes) -> None:
    assert not lacks_end(content)


@pytest.mark.parametrize("content", [b"", b" \r\n", b"I", b"ISA*", WHOLE + WHOLE[:-30]])
def test_what_is_cut_lacks_its_end(content: bytes) -> None:
    assert lacks_end(content)


def test_an_element_that_reads_iea_is_no_end() -> None:
    assert lacks_end(WHOLE[: WHOLE.index(b"~IEA")] + b"~N1*IEA*1*000000001~")
