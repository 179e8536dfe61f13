"""Answers that are wrong on purpose, for trying out how the practice takes them."""

import re
from collections.abc import Iterable

from rcm_tui.exchange.practice_clearinghouse.answering import Answer

UNBALANCED, TRUNCATED, DUPLICATE = "unbalanced", "truncated", "duplicate"
FAULTS = (UNBALANCED, TRUNCATED, DUPLICATE)

_AMOUNT = re.compile(rb"(BPR.[A-Z].)(\d+)")


def known_faults(faults: Iterable[str]) -> frozenset[str]:
    """The faults, once each. Raises ValueError for one that is not known."""
    unknown = set(faults) - set(FAULTS)
    if unknown:
        raise ValueError(f"{sorted(unknown)[0]!r} is no fault: choose of {', '.join(FAULTS)}")
    return frozenset(faults)


def with_faults(answers: list[Answer], faults: frozenset[str]) -> list[Answer]:
    """The answers with every 835 made wrong in the ways that were asked for.

    `unbalanced` adds a dollar to the payment, `truncated` cuts the file in the middle of its
    claims, `duplicate` sends the same payment once more in an interchange of its own.
    """
    wrong: list[Answer] = []
    for answer in answers:
        if not answer.name.endswith(".835"):
            wrong.append(answer)
            continue
        content = answer.content
        if UNBALANCED in faults:
            content = _AMOUNT.sub(lambda m: m[1] + str(int(m[2]) + 1).encode(), content, count=1)
        if TRUNCATED in faults:
            content = content[: content.index(b"CLP") + (len(content) - content.index(b"CLP")) // 2]
        wrong.append(answer._replace(content=content))
        if DUPLICATE in faults:
            again = _renumbered(content)
            wrong.append(Answer(answer.name.replace(".835", "-again.835"), again, answer.due))
    return wrong


def _renumbered(content: bytes) -> bytes:
    """The same under another interchange control number: not the same bytes, the same payment."""
    number = content[90:99]
    other = f"{900_000_000 + int(number) % 100_000_000:09}".encode()
    return content.replace(number, other)
