"""Finding the next page from the last row seen, so that a page costs the same anywhere.

An order is cut into runs: neighbouring terms that are never NULL and go the same way are one run,
compared as one row value, which a single index serves; a term that can be NULL is a run of its
own. What comes after a place is then a few ranges, nearest first, each of which an index can
read in order: equal so far and greater in the last run, and so on up to the first. NULLs are
ranges of their own and come last, whichever way the order goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rcm_tui.data.queues.queue import Term, Value

Place = tuple[Value, ...]  # a row's values of the order's terms, the key last


@dataclass(frozen=True, slots=True)
class Range:
    """Part of what comes after a place: a condition, its values, and the order inside it.

    The order is a list of (number of the term, how it runs), since the same order is written once
    over the queue's expressions and once over the names of a subquery.
    """

    condition: str
    parameters: tuple[Value, ...]
    order: tuple[tuple[int, str], ...]


def ranges(
    terms: tuple[Term, ...], place: Place | None, backward: bool = False, own: bool = False
) -> Iterator[Range]:
    """What follows a place (or everything, without one), in order, as ranges without overlap.

    With `own` the row at the place itself is the first of it.
    """
    if place is None:
        yield from _everything(terms, backward)
        return
    levels: list[list[Range]] = []
    equal: list[str] = []
    known: list[Value] = []
    start = 0
    for run in _runs(terms):
        stop = start + len(run)
        levels.append(
            [
                Range(" AND ".join([*equal, part]), (*known, *parameters), order)
                for part, parameters, order in _beyond(
                    terms, start, stop, place, backward, own and stop == len(terms)
                )
            ]
        )
        for term, value in zip(run, place[start:stop], strict=True):
            equal.append(
                f"{term.expression} IS NULL" if value is None else f"{term.expression} = ?"
            )
            known += [] if value is None else [value]
        start = stop
    for level in reversed(levels):
        yield from level


def _runs(terms: tuple[Term, ...]) -> list[tuple[Term, ...]]:
    runs: list[tuple[Term, ...]] = []
    for term in terms:
        last = runs[-1][-1] if runs else None
        if last and last.required and term.required and last.descending == term.descending:
            runs[-1] = (*runs[-1], term)
        else:
            runs.append((term,))
    return runs


def _everything(terms: tuple[Term, ...], backward: bool) -> Iterator[Range]:
    first = terms[0]
    if first.required:
        yield Range("", (), _order(terms, 0, backward))
        return
    parts = [
        Range(f"{first.expression} IS NOT NULL", (), _order(terms, 0, backward, not_null=True)),
        Range(f"{first.expression} IS NULL", (), _order(terms, 1, backward)),
    ]
    yield from reversed(parts) if backward else parts


def _beyond(
    terms: tuple[Term, ...], start: int, stop: int, place: Place, backward: bool, own: bool
) -> Iterator[tuple[str, tuple[Value, ...], tuple[tuple[int, str], ...]]]:
    """What is past the place in one run, all runs before it being equal."""
    term, values = terms[start], place[start:stop]
    sign = ("<" if term.descending is not backward else ">") + ("=" if own else "")
    if term.required:
        left = ", ".join(t.expression for t in terms[start:stop])
        marks = ", ".join("?" for _ in values)
        test = f"({left}) {sign} ({marks})" if len(values) > 1 else f"{left} {sign} ?"
        yield test, values, _order(terms, start, backward)
        return
    after_value = _order(terms, start, backward, not_null=True)
    if values[0] is not None:
        yield f"{term.expression} {sign} ?", values, after_value
        if not backward:
            yield f"{term.expression} IS NULL", (), _order(terms, start + 1, backward)
    elif backward:
        yield f"{term.expression} IS NOT NULL", (), after_value


def _order(
    terms: tuple[Term, ...], start: int, backward: bool, not_null: bool = False
) -> tuple[tuple[int, str], ...]:
    """The order from a term on; `not_null` says that this first term holds no NULL here."""
    parts = []
    for number, term in enumerate(terms[start:], start):
        way = "DESC" if term.descending is not backward else "ASC"
        # Left out where it can be: an index is then read as it lies on both databases.
        if not term.required and not (not_null and number == start):
            way += " NULLS FIRST" if backward else " NULLS LAST"
        parts.append((number, way))
    return tuple(parts)
