"""“I am working on this”: claims that somebody holds, so that two do not work on one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rcm_tui.billing.outcome import Left
from rcm_tui.data.personal.holds import holders, let_go, take_claims
from rcm_tui.screens.result_sheet import ResultSheet, show_result
from rcm_tui.screens.words import count_of, moment_text

if TYPE_CHECKING:
    from rcm_tui.screens.queue_screen import QueueScreen

CLAIM = ("claim", "claims")
WITHOUT_OTHERS = "(held:me | held:none)"
"""A filter that leaves out what others work on."""


async def work_on(screen: QueueScreen, keys: Sequence[int]) -> None:
    """Takes claims to work on; where all of them are one's own already, lets them go."""
    app = screen.workstation
    held = await app.read(holders, app.store.database, keys)
    if keys and all(key in held and held[key].login == app.actor.login for key in keys):
        gone = await app.change(let_go, keys)
        screen.say(f"{count_of(len(gone), CLAIM)} let go: others may work on it now.", "$success")
        return
    taken = await app.change(take_claims, keys)
    sentence = f"You are working on {count_of(len(taken.claims), CLAIM)}; i again lets go."
    if not taken.others:
        screen.say(sentence, "$success")
        return
    rows = await app.read(screen.pages.rows_by_keys, taken.others) if screen.pages else {}
    place = [column.name for column in screen.queue.columns].index("claim_number")
    left = [
        Left(
            key,
            str(rows[key][place]) if key in rows else str(key),
            f"{hold.login} works on it since {moment_text(hold.since, app.zone)}",
        )
        for key, hold in taken.others.items()
    ]
    sheet = ResultSheet("Work on claims", [sentence], left, left_title="held by others", apart=True)
    await show_result(screen, sheet)
