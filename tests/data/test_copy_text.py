"""Rows as COPY writes them: whatever is in a text, it is one value of one line, and comes back."""

import re
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.data.copy_text import SPECIAL, lines

TEXTS = st.text(st.sampled_from([*SPECIAL, "N", "x", "é", " "]), max_size=4)
VALUES = st.one_of(st.none(), st.integers(), TEXTS)
LETTERS = dict(zip("\\tnrbfv", SPECIAL, strict=True))


def read(text: bytes) -> list[list[str | None]]:
    """What PostgreSQL reads: https://www.postgresql.org/docs/current/sql-copy.html."""

    def value(field: str) -> str | None:
        if field == r"\N":
            return None
        return re.sub(r"\\(.)", lambda found: LETTERS[found[1]], field)

    return [[value(field) for field in line.split("\t")] for line in text.decode().splitlines()]


@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(VALUES, min_size=n, max_size=n))))
def test_every_row_comes_back(rows: Sequence[Sequence[int | str | None]]) -> None:
    as_text = [[None if value is None else str(value) for value in row] for row in rows]
    assert read(lines(rows)) == as_text
    # What stands with it in a page does not change how a row is written.
    assert lines(rows) == b"".join(lines([row]) for row in rows)


def test_bytes_are_hexadecimal_as_the_server_writes_them() -> None:
    assert lines([(1, b"\x00\xff"), (2, None), (3, b"")]) == b"1\t\\\\x00ff\n2\t\\N\n3\t\\\\x\n"
    assert lines([(1, None), (2, b"\x00\xff")]) == b"1\t\\N\n2\t\\\\x00ff\n"
