"""Case Insights: how many cases stand with each payer for each subject, and what is owed on them.

Counted through the queue of cases, so that every number is what its queue holds: a number's
`filter` and `view` list exactly the cases that it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.queues.cases import CASES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.tables.cases import ACTIVE_STAGES, STAGES

OPEN, ALL = "open", "all"
SUMS = (
    "1",
    "c.claims",
    "c.outstanding",
    *(f"CASE WHEN c.stage = '{stage}' THEN 1 ELSE 0 END" for stage in ACTIVE_STAGES),
)
NO_PAYER, NOBODY, NO_REASON = "no one payer", "nobody", "no CARC"


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases of one kind: `words` say which, `view` and `filter` list them.

    `claims` counts claims, `outstanding` is in cents; `stages` are how many are New, In Progress
    and Awaiting Payment.
    """

    words: tuple[str, ...]
    view: str
    filter: str
    cases: int
    claims: int
    outstanding: int
    stages: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class CaseInsights:
    """Cases by stage, and the open ones by payer and subject, by owner and by CARC.

    A case that disputes two reasons counts under both.
    """

    stages: tuple[Counted, ...]
    payers: tuple[Counted, ...]
    owners: tuple[Counted, ...]
    reasons: tuple[Counted, ...]


def read_case_insights(database: Database, viewer: Viewer, within: str = "") -> CaseInsights:
    """Counts cases; `within` is a filter of the queue of cases that all of them pass. Blocks."""
    everything = QueuePages(database, CASES, viewer, view=ALL, filter=within)
    open_ones = QueuePages(database, CASES, viewer, view=OPEN, filter=within)
    by_stage = dict(everything.grouped(["stage"], SUMS))
    stages = [
        _counted((stage,), ALL, both(within, exact("stage", stage)), by_stage.get((stage,), ZERO))
        for stage in STAGES
    ]
    return CaseInsights(
        tuple(stages),
        _grouped(open_ones, ("payer", "subject"), within, (NO_PAYER, "")),
        _grouped(open_ones, ("owner",), within, (NOBODY,)),
        _by_reason(open_ones, within),
    )


def claims_of_cases(database: Database, viewer: Viewer, counted: Counted) -> list[int]:
    """The claims that stand in the cases of a number, by their keys. Blocks."""
    pages = QueuePages(database, CASES, viewer, view=counted.view, filter=counted.filter)
    cases = list(map(int, pages.keys()))
    return sorted(
        {
            row[0]
            for row in read_by_keys(
                database, "SELECT claim_id FROM case_claim WHERE case_id IN ({keys})", cases
            )
        }
    )


ZERO = (0,) * len(SUMS)


def exact(field: str, value: str) -> str:
    """A filter's test of one value alone: `payer="Acme Health"`, `owner:none`.

    The language has no sign for a quotation mark: of a value with some the longest part is found.
    """
    if '"' in value:
        return f'{field}:"{max(value.split(chr(34)), key=len)}"'
    return f'{field}="{value}"' if value else f"{field}:none"


def both(*filters: str) -> str:
    """A filter of what passes all of these."""
    return " ".join(filter(None, filters))


def _grouped(
    pages: QueuePages, by: Sequence[str], within: str, nothing: Sequence[str]
) -> tuple[Counted, ...]:
    # Filters know no capitals, so what differs in them alone is one group.
    sums: dict[tuple[str, ...], tuple[list[str], list[int]]] = {}
    for values, figures in pages.grouped(by, SUMS):
        texts = [str(value or "") for value in values]
        _, so_far = sums.setdefault(tuple(map(str.lower, texts)), (texts, [0] * len(SUMS)))
        so_far[:] = [a + b for a, b in zip(so_far, figures, strict=True)]
    found = []
    for texts, summed in sums.values():
        tests = [exact(name, text) for name, text in zip(by, texts, strict=True)]
        words = tuple(text or none for text, none in zip(texts, nothing, strict=True))
        found.append(_counted(words, OPEN, both(within, *tests), summed))
    return _greatest_first(found)


def _by_reason(pages: QueuePages, within: str) -> tuple[Counted, ...]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(SUMS))
    for (carc,), figures in pages.grouped(["carc"], SUMS):
        for reason in dict.fromkeys(str(carc or "").split()) or ("",):
            sums[reason] = [a + b for a, b in zip(sums[reason], figures, strict=True)]
    return _greatest_first(
        _counted(
            (reason or NO_REASON,),
            OPEN,
            both(within, f"carc:{reason}" if reason else "carc:none"),
            figures,
        )
        for reason, figures in sums.items()
    )


def _counted(words: tuple[str, ...], view: str, filter: str, figures: Sequence[int]) -> Counted:
    cases, claims, outstanding, *stages = figures
    return Counted(words, view, filter, cases, claims, outstanding, (*stages,))  # type: ignore[arg-type]


def _greatest_first(found: Iterable[Counted]) -> tuple[Counted, ...]:
    return tuple(sorted(found, key=lambda one: (-one.outstanding, -one.cases, one.words)))
