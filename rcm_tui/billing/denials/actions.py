"""What is done next about adjustments: the practice's own table, the most particular row first.

A payer's own row goes before those of all payers, one that names a remark code before one that
does not, one of a reason code before one of its whole group.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.codes.denial_ways import (
    APPEAL_FILED,
    CORRECTED_CLAIM,
    EITHER_CLOCK,
    FIRST_CLAIM,
    LETTER,
)

ANY_REASON = "*"


@dataclass(frozen=True, slots=True)
class DenialStep:
    """A row of the table in force; groups and remarks empty for any. See `DenialAction`."""

    id: int
    payer: int | None
    groups: frozenset[str]
    reason: str
    remarks: frozenset[str]
    meaning: str
    category: str
    way: str
    other_way: str
    action: str
    clock: str
    preventable: str

    def fits(
        self, payer: int | None, group: str, reason: str, remarks: Collection[str] = ()
    ) -> bool:
        """Whether it speaks of such an adjustment of such a payer."""
        return (
            self.payer in (None, payer)
            and (not self.groups or group in self.groups)
            and self.reason in (reason, ANY_REASON)
            and (not self.remarks or not self.remarks.isdisjoint(remarks))
        )

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, int]:
        """What goes first of several that fit: the greatest."""
        return (
            self.payer is not None,
            bool(self.remarks),
            self.reason != ANY_REASON,
            bool(self.groups),
            -self.id,
        )

    def days(self, corrected: int, appeal: int, filing: int) -> int | None:
        """Days from the notice until its clock has run out; None without one. See `clock_days`."""
        return clock_days(self.clock, corrected, appeal, filing)


def clock_days(clock: str, corrected: int, appeal: int, filing: int) -> int | None:
    """Days of a clock by a payer's three; None where none runs.

    Where a corrected claim or an appeal would do, the shorter of the two counts; where a letter
    names the day, the payer's days for appeals are the last that can hold (both ours).
    """
    days = {
        CORRECTED_CLAIM: corrected,
        APPEAL_FILED: appeal,
        EITHER_CLOCK: min(corrected, appeal),
        LETTER: appeal,
        FIRST_CLAIM: filing,
    }
    return days.get(clock)


def load_denial_steps(database: Database) -> list[DenialStep]:
    """The rows in force, the most particular first. Blocks."""
    steps = [
        DenialStep(
            key, payer, frozenset(groups.split()), reason, frozenset(remarks.split()), *columns
        )
        for key, payer, groups, reason, remarks, *columns in read_rows(
            database,
            "SELECT id, payer_id, group_codes, reason_code, remark_codes, meaning, category, way,"
            " other_way, action, clock, preventable FROM denial_action WHERE active = 1",
        )
    ]
    return sorted(steps, key=lambda step: step.rank, reverse=True)


def step_for(
    steps: Iterable[DenialStep],
    payer: int | None,
    group: str,
    reason: str,
    remarks: Collection[str] = (),
) -> DenialStep | None:
    """The first of the steps (as they were loaded) that speaks of an adjustment; None if none."""
    return next((step for step in steps if step.fits(payer, group, reason, remarks)), None)
