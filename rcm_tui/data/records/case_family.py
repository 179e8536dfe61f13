"""The case above one, and those below it at any depth."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows

MOST_BELOW = 300
"""So many cases below one are listed with it."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A case above or below another; `depth` counts from 1 below it. Cents; `due` its clock."""

    id: int
    depth: int
    number: str
    subject: str
    stage: str
    owner: str
    follow_up: datetime.date | None
    due: datetime.date | None
    claims: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Family:
    """The case above one, if any, and those below it: each followed by those below it again."""

    above: Relative | None
    below: list[Relative]


COLUMNS = "number subject stage owner follow_up next_due claims outstanding".split()


def read_family(database: Database, case_id: int) -> Family:
    """Reads them. Blocks."""
    listed = ", ".join(f"f.{name}" for name in COLUMNS)
    above = read_rows(
        database,
        f"SELECT f.id, 0, {listed} FROM case_file c JOIN case_file f ON f.id = c.parent_id"
        " WHERE c.id = ?",
        case_id,
    )
    below = read_rows(
        database,
        "WITH RECURSIVE below(id, parent, depth) AS (SELECT id, parent_id, 1 FROM case_file"
        " WHERE parent_id = ? UNION ALL SELECT f.id, f.parent_id, b.depth + 1 FROM case_file f"
        " JOIN below b ON f.parent_id = b.id WHERE b.depth < 10)"
        f" SELECT b.parent, f.id, b.depth, {listed} FROM below b JOIN case_file f ON f.id = b.id"
        " ORDER BY b.depth, f.id LIMIT ?",
        case_id,
        MOST_BELOW,
    )
    children: dict[int, list[Relative]] = {}
    for parent, *row in below:
        children.setdefault(parent, []).append(_relative(tuple(row)))
    return Family(_relative(tuple(above[0])) if above else None, list(_in_order(children, case_id)))


def _in_order(children: dict[int, list[Relative]], key: int) -> Iterator[Relative]:
    for one in children.get(key, ()):
        yield one
        yield from _in_order(children, one.id)


def _relative(row: tuple[object, ...]) -> Relative:
    values = list(row)
    for place in (6, 7):
        values[place] = datetime.date.fromisoformat(str(values[place])) if values[place] else None
    return Relative(*values)  # type: ignore[arg-type]


def possible_parents(
    database: Database, case_ids: Sequence[int]
) -> list[tuple[int, str, str, str]]:
    """Open cases that others could stand under, those of the first one's payer first.

    Key, number, subject, and payer with owner. Whether one stands below them is said on saving.
    """
    marks = ", ".join("?" * len(case_ids[:MOST_BELOW]))
    rows = read_rows(
        database,
        "SELECT f.id, f.number, f.subject, COALESCE(payer.name, ''), f.owner FROM case_file AS f"
        " LEFT JOIN payer ON payer.id = f.payer_id"
        f" WHERE f.closed_at IS NULL AND f.id NOT IN ({marks})"
        " ORDER BY CASE WHEN f.payer_id = (SELECT payer_id FROM case_file WHERE id = ?) THEN 0"
        " ELSE 1 END, f.id DESC LIMIT ?",
        *case_ids[:MOST_BELOW],
        case_ids[0],
        MOST_BELOW,
    )
    return [
        (key, number, subject, " · ".join(filter(None, (payer, owner))))
        for key, number, subject, payer, owner in rows
    ]
