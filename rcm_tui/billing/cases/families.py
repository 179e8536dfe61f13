"""Cases below cases: what is kept on a case of those below it, and of its own clocks.

Open cases below it count at any depth, with their own claims and what payers owe on those: a claim
stands in one active case, so nothing counts twice. The nearest clock is the case's own or that of
a step that is still open; a closed case has none. They follow from other rows: neither undone nor
an edit, so they count no version up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_by_keys, read_numbers, update_rows
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.work import Work

FAMILY_FIGURES = ("open_children", "children_claims", "children_outstanding", "next_due")
NAMED = 8
DEEPEST = 5
"""A case has so many cases above it at most, itself counted (ours): deeper is not found again."""


def refresh_families(work: Work, case_ids: Iterable[int]) -> None:
    """Sets the kept figures of cases, and of all above them, to what they are now."""
    keys = set(case_ids)
    refresh_figures(work, keys | ancestors(work.database, keys))


def refresh_above(work: Work, case_ids: Iterable[int]) -> None:
    """The same for those above some cases, whose own figures have changed."""
    refresh_figures(work, ancestors(work.database, case_ids))


def refresh_figures(work: Work, case_ids: Iterable[int]) -> None:
    """Sets the kept figures of just these cases."""
    keys = sorted(set(case_ids))
    if keys:
        found = family_figures(work.database, keys)
        update_rows(work.database, CaseFile, FAMILY_FIGURES, [[*found[key], key] for key in found])


def family_figures(database: Database, case_ids: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """What FAMILY_FIGURES of cases should say, as the store holds them; by case."""
    keys = sorted(set(case_ids))
    below = descendants(database, keys)
    figures = {}
    for key, due in _clocks(database, keys).items():
        still = [one for one in below.get(key, {}).values() if one[3]]
        claims, outstanding = sum(one[1] for one in still), sum(one[2] for one in still)
        figures[key] = (len(still), claims, outstanding, due)
    return figures


def ancestors(database: Database, case_ids: Iterable[int]) -> set[int]:
    """All cases above some."""
    found: set[int] = set()
    level = set(case_ids)
    while level:
        rows = read_by_keys(
            database,
            "SELECT DISTINCT parent_id FROM case_file"
            " WHERE parent_id IS NOT NULL AND id IN ({keys})",
            sorted(level),
        )
        level = {row[0] for row in rows} - found
        found |= level
    return found


Below = dict[int, tuple[int, int, int, bool]]
"""Cases by key: depth under the one asked for, claims, outstanding in cents, whether open."""


def descendants(database: Database, case_ids: Sequence[int]) -> dict[int, Below]:
    """All cases below each of some; those with none are left out."""
    tops: dict[int, set[int]] = {key: {key} for key in case_ids}
    found: dict[int, Below] = defaultdict(dict)
    depth = 0
    while tops:
        depth += 1
        following: dict[int, set[int]] = defaultdict(set)
        for key, parent, claims, outstanding, is_open in read_by_keys(
            database,
            "SELECT id, parent_id, claims, outstanding, CASE WHEN closed_at IS NULL THEN 1 ELSE 0"
            " END FROM case_file WHERE parent_id IS NOT NULL AND parent_id IN ({keys})",
            sorted(tops),
        ):
            for top in tops[parent]:
                if key not in found[top] and key != top:
                    found[top][key] = (depth, claims, outstanding, bool(is_open))
                    following[key].add(top)
        tops = following
    return {top: below for top, below in found.items() if below}


def _clocks(database: Database, keys: Sequence[int]) -> dict[int, str | None]:
    """The nearest clock that runs, by case; None where there is none."""
    steps = dict(
        read_by_keys(
            database,
            "SELECT case_id, min(due) FROM case_step WHERE state = 'open' AND case_id IN ({keys})"
            " GROUP BY case_id",
            keys,
        )
    )
    found: dict[int, str | None] = {}
    for key, due, closed_at in read_by_keys(
        database, "SELECT id, due, closed_at FROM case_file WHERE id IN ({keys})", keys
    ):
        running = [day for day in (due, steps.get(key)) if day is not None]
        found[key] = min(running, default=None) if closed_at is None else None
    return found


def parents_of(database: Database, case_ids: Iterable[int]) -> Mapping[int, int]:
    """The case that each of some stands under; those on their own are left out."""
    return dict(
        read_by_keys(
            database,
            "SELECT id, parent_id FROM case_file WHERE parent_id IS NOT NULL AND id IN ({keys})",
            sorted(set(case_ids)),
        )
    )


def follow_parents(work: Work, moved: Mapping[int, tuple[int | None, int | None]]) -> None:
    """What follows when cases have come to stand under others: by case, the old and the new one.

    The versions of those count up, so that undoing finds and adds them up again.
    """
    tops = {top for pair in moved.values() for top in pair if top is not None}
    work.set_all(CaseFile, {}, sorted(tops))
    for top in sorted(tops):
        gone = [case for case, (old, _) in moved.items() if old == top]
        come = [case for case, (_, new) in moved.items() if new == top]
        for what, cases in (("cases taken out", gone), ("cases put under it", come)):
            if cases:
                numbers = " ".join(read_numbers(work.database, CaseFile, cases[:NAMED]).values())
                more = f" and {len(cases) - NAMED:,} more" if len(cases) > NAMED else ""
                work.record(what, "case_file", top, title=f"{numbers}{more}", keys=spans(cases))
    named = read_numbers(work.database, CaseFile, tops)
    for case, (_, new) in moved.items():
        if new is not None:
            work.record("put under", "case_file", case, title=f"case {named[new]}")
        else:
            work.record("on its own again", "case_file", case)
    refresh_families(work, tops)


def fits_its_parent(
    database: Database, records: Sequence[tuple[int, Mapping[str, Any]]]
) -> Mapping[int, Mapping[str, str]]:
    """A case stands under an open one, never under itself, and not too deep; a sentence by case."""
    wanted = {key: values["parent"] for key, values in records if values["parent"] is not None}
    if not wanted:
        return {}
    above = _chains(database, wanted)
    numbers = {
        key: (number, closed)
        for key, number, closed in read_by_keys(
            database,
            "SELECT id, number, CASE WHEN closed_at IS NULL THEN '' ELSE stage END FROM case_file"
            " WHERE id IN ({keys})",
            sorted(set(wanted.values())),
        )
    }
    heights = {
        key: max(row[0] for row in below.values())
        for key, below in descendants(database, [key for key in wanted if key > 0]).items()
    }
    wrong = {}
    for key, parent in wanted.items():
        if parent not in numbers:
            continue  # it is not there: that is said by its field
        number, closed = numbers[parent]
        deep = len(above[key]) + 1 + heights.get(key, 0)
        if key == parent or key in above[key]:
            where = "itself" if key == parent else f"{number}, which stands under it"
            why = f"It cannot stand under {where}: choose another case."
        elif closed:
            why = f"It cannot stand under {number}, which is {closed}: reopen that one first."
        elif deep > DEEPEST:
            why = (
                f"It cannot stand under {number}: cases would stand {deep} deep there,"
                f" {DEEPEST} is the most."
            )
        else:
            continue
        wrong[key] = {"parent": why}
    return wrong


def _chains(database: Database, parents: Mapping[int, int]) -> dict[int, list[int]]:
    """By case, all above it from its (future) parent up; each once, were there a circle."""
    known: dict[int, int] = {}
    level = set(parents.values())
    while level:
        found = parents_of(database, level)
        known |= found
        level = set(found.values()) - known.keys()
    chains: dict[int, list[int]] = {}
    for key, parent in parents.items():
        above: list[int] = []
        at: int | None = parent
        while at is not None and at not in above:
            above.append(at)
            # Those that move in the same edit stand where they will be.
            at = parents.get(at, known.get(at))
        chains[key] = above
    return chains
