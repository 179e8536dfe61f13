"""The order in which denials are worked: nearest clock, then money, then ease of repair.

The score of a denial is a day: the one on which it is as if it were due. That is the last day of
its clock, brought forward by some days for much money and for an easy repair, so that it says at
once why a row stands where it stands, and does not change from one day to the next. Steps, days
and what counts as easy are ours.
"""

import datetime
from bisect import bisect_right
from dataclasses import dataclass

from rcm_tui.data.codes.denial_ways import (
    CORRECT,
    DOCUMENTS,
    LETTER,
    NEW_CLAIM,
    NEXT_PAYER,
    PATIENT,
    WRITE_OFF,
)

MONEY_FROM = (100_00, 250_00, 500_00, 1_000_00, 2_500_00, 5_000_00, 10_000_00)
MONEY_DAYS = (0, 1, 2, 4, 6, 9, 12, 15)
"""From so many cents open a denial comes so many days sooner."""
EASE_DAYS = {CORRECT: 2, NEW_CLAIM: 2, NEXT_PAYER: 2, PATIENT: 2, WRITE_OFF: 2, DOCUMENTS: 1}
"""By way: what is settled with a key or two comes sooner than what has to be argued."""
LETTER_DAYS = 30
"""Where a payer's letter names the day, it is as if it were due so long after the notice."""
NO_CLOCK_DAYS = 180
"""Where no clock runs it is as if it were due so long after the notice: not forgotten, but late."""


@dataclass(frozen=True, slots=True)
class Score:
    """Why a denial stands where it stands: `due_on`, and the days by which it comes sooner.

    `due_on` is the last day of its clock, or what stands for it where nobody knows it (`assumed`).
    """

    due_on: datetime.date
    money: int
    ease: int
    assumed: bool = False

    @property
    def due_as(self) -> datetime.date:
        """The day on which it is as if it were due: what is sorted by."""
        return self.due_on - datetime.timedelta(days=self.money + self.ease)

    def on(self, today: datetime.date) -> int:
        """The score as it is shown: days from today until then, the smallest first."""
        return (self.due_as - today).days


def score(
    notice_on: datetime.date,
    until: datetime.date | None,
    clock: str,
    open_amount: int,
    way: str,
) -> Score:
    """The score of a denial of `open_amount` cents."""
    assumed = until is None or clock == LETTER
    due_on = until or datetime.date.max
    if assumed:
        days = LETTER_DAYS if clock == LETTER else NO_CLOCK_DAYS
        due_on = min(due_on, notice_on + datetime.timedelta(days=days))
    money = MONEY_DAYS[bisect_right(MONEY_FROM, open_amount)]
    return Score(due_on, money, EASE_DAYS.get(way, 0), assumed)
