"""Snoozing claims until a day, and waking them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.suggester import SuggestFromList
from textual.widgets import Static

from rcm_tui.billing.claims.snoozing import (
    LONGEST_REASON,
    USUAL_REASONS,
    snooze_claims,
    wake_claims,
)
from rcm_tui.screens.case_work import tell
from rcm_tui.screens.words import count_of, date_text, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import DateEntry, Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import folded

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

CLAIM = ("claim", "claims")
WIDTH = 72


class SnoozeDialog(Dialog["tuple[datetime.date, str] | None"]):
    """Until when claims are out of the way, and why: a week unless told otherwise."""

    DEFAULT_CSS = """
    SnoozeDialog .label { width: 10; }
    """

    def __init__(self, count: int, cents: int, today: datetime.date) -> None:
        super().__init__(f"Snooze {count_of(count, CLAIM)}, billed {money_text(cents)}")
        self._today = today

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("Until", classes="label", markup=False)
            yield DateEntry("+7d", id="until", placeholder="+7d, 2w, 3/14")
        with Horizontal(classes="row"):
            yield Static("Reason", classes="label", markup=False)
            yield Entry(
                id="reason",
                placeholder="may be left out",
                max_length=LONGEST_REASON,
                suggester=SuggestFromList(USUAL_REASONS, case_sensitive=False),
            )
        for line in folded(
            "          ",
            f"→ takes what is suggested: {', '.join(USUAL_REASONS)}",
            WIDTH,
            "$text-muted",
        ):
            yield Line(line)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "snooze"), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        try:
            until = self.query_one("#until", DateEntry).days(self._today)
        except ValueError as error:
            self.problem(str(error))
            return
        if until is None:
            self.problem("A day is needed: write +7d, 2w or 3/14.")
        elif until.first <= self._today:
            self.problem("A day after today is needed.")
        else:
            self.dismiss((until.first, self.query_one("#reason", Entry).value.strip()))


async def snooze(frame: Frame, keys: Sequence[int], totals: Mapping[str, int]) -> bool:
    """Asks until when, and snoozes claims; false when nothing was asked for."""
    app = frame.workstation
    answer = await app.ask(SnoozeDialog(len(keys), totals["billed"], app.today))
    if answer is None:
        return False
    until, reason = answer
    outcome = await app.change(snooze_claims, keys, until, reason)
    await tell(
        frame,
        f"{count_of(len(outcome.done), CLAIM)} snoozed until {date_text(until)},"
        f" {money_text(outcome.amount)}.",
        outcome,
    )
    return True


async def wake(frame: Frame, keys: Sequence[int]) -> None:
    """Takes snoozed claims back into the views."""
    outcome = await frame.workstation.change(wake_claims, keys)
    await tell(frame, f"{count_of(len(outcome.done), CLAIM)} woken.", outcome)
