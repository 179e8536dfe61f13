"""What payers denied before, for the next claim line like it: read from the denial history.

Lines are alike by payer, code, modifiers, place of service and rendering provider. Where fewer
than enough of these were answered, any provider counts, then any place: the narrowest that was
answered often enough speaks. How much is enough, the practice sets (ours).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_rows

EXACT, ANY_PROVIDER, ANY_PLACE = "provider", "place", "code"


class Situation(NamedTuple):
    """What claim lines are alike by; `payer` and `rendering` are keys."""

    payer: int
    code: str
    modifiers: str
    place: str
    rendering: int | None


class DeniedBefore(NamedTuple):
    """That payers denied lines like one: `denied` of `answered` for `reason` since a `month`.

    `alike` says how wide was looked: the same "provider", at the same "place", or of the "code".
    """

    reason: str
    denied: int
    answered: int
    month: str
    alike: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """From when on is warned: lines answered, percent of them denied, months that are looked at."""

    answers: int
    percent: int
    months: int

    def since(self, today: datetime.date) -> str:
        """The first month looked at (2026-06): this one counts as the last."""
        year, month = divmod(today.year * 12 + today.month - self.months, 12)
        return f"{year:04d}-{month + 1:02d}"

    def reached(self, denied: int, answered: int) -> bool:
        """Whether so many denials are worth a warning."""
        return denied > 0 and denied * 100 >= self.percent * answered


def load_threshold(database: Database) -> Threshold:
    """What the practice has set."""
    ((answers, percent, months),) = read_rows(
        database,
        "SELECT denied_before_answers, denied_before_percent, denied_before_months FROM practice",
    )
    return Threshold(answers, percent, months)


class Prevention:
    """Looks lines up in the denial history; what was read of a payer's code is kept."""

    def __init__(self, database: Database, today: datetime.date) -> None:
        self._database = database
        self._threshold = load_threshold(database)
        self._since = self._threshold.since(today)
        self._read: dict[tuple[int, str], list[_Counted]] = {}

    def denied_before(self, line: Situation) -> DeniedBefore | None:
        """What is to be warned of; None where nothing is."""
        threshold = self._threshold
        if threshold.months <= 0 or not line.payer:
            return None
        of_code = self._of_code(line.payer, line.code)
        for alike, counted in _from_narrow_to_wide(of_code, line):
            answered = sum(one.answered for one in counted)
            if answered < max(1, threshold.answers):
                continue
            by_reason: dict[str, int] = defaultdict(int)
            for one in counted:
                by_reason[one.reason] += one.denied
            reason, denied = max(by_reason.items(), key=lambda each: (each[1], each[0]))
            if not threshold.reached(denied, answered):
                return None
            return DeniedBefore(reason, denied, answered, self._since, alike)
        return None

    def _of_code(self, payer: int, code: str) -> "list[_Counted]":
        found = self._read.get((payer, code))
        if found is None:
            rows = read_rows(self._database, OF_CODE, payer, code, self._since)
            found = self._read[payer, code] = [_Counted(*row) for row in rows]
        return found


class _Counted(NamedTuple):
    modifiers: str
    place: str
    rendering: int | None
    reason: str
    answered: int
    denied: int


OF_CODE = (
    "SELECT modifiers, place_of_service, rendering_id, reason,"
    " CAST(SUM(answered) AS BIGINT), CAST(SUM(denied) AS BIGINT) FROM denial_history"
    " WHERE payer_id = ? AND procedure_code = ? AND month >= ?"
    " GROUP BY modifiers, place_of_service, rendering_id, reason"
)


def _from_narrow_to_wide(
    counted: Iterable[_Counted], line: Situation
) -> Iterator[tuple[str, list[_Counted]]]:
    of_code = [one for one in counted if one.modifiers == line.modifiers]
    at_place = [one for one in of_code if one.place == line.place]
    yield EXACT, [one for one in at_place if one.rendering == line.rendering]
    yield ANY_PROVIDER, at_place
    yield ANY_PLACE, of_code
