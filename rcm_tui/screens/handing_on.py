"""Handing denials on to a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rcm_tui.billing.denials.handing_on import hand_on as hand_on_denials
from rcm_tui.data.records.people import people
from rcm_tui.screens.case_work import tell
from rcm_tui.screens.words import count_of
from rcm_tui.widgets.chooser import Chooser, Option

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

CLAIM, CASE = ("claim", "claims"), ("case", "cases")


async def hand_on(frame: Frame, claims: Sequence[int]) -> bool:
    """Asks whom to, and makes them owner of the cases of claims; false when nothing was done."""
    app = frame.workstation
    found = await app.read(people, app.store.database)
    options = [Option(login, name or login, role) for login, name, role in found]
    login = await app.ask(Chooser(f"Hand {count_of(len(claims), CLAIM)} on to", options))
    if login is None:
        return False
    outcome = await app.change(hand_on_denials, claims, login)
    sentence = f"{count_of(len(outcome.made), CASE)} handed on to {login}."
    await tell(frame, sentence, outcome)
    return bool(outcome.done)
