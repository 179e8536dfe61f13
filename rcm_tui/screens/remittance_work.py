"""Work on remittances from their queue: matching them to claims, and taking them off again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.result_sheet import ResultSheet, show_result, stopped, tell_outcome
from rcm_tui.screens.words import count_of, money_text

if TYPE_CHECKING:
    from rcm_tui.screens.queue_screen import QueueScreen

REMITTANCE = ("remittance", "remittances")


async def match_next(frame: QueueScreen) -> None:
    """Shows the candidates of the orphan under the cursor, else of the oldest there is."""
    from rcm_tui.billing.remittances.orphans import oldest_orphan

    app, key = frame.workstation, frame.table.cursor_key
    if key is None or frame.row().get("state") != "orphan":
        key = await app.read(oldest_orphan, app.store.database)
        if key is None:
            frame.say("Every remittance has its claim.", "$success")
            return
    if frame.view.name != "orphans":
        frame.want("orphans", key=int(key))  # the next one is the next without a claim
        await frame.settled()
    app.open_record("orphan", int(key), walk=frame)


async def match_sure_ones(frame: QueueScreen) -> None:
    """Matches the marked orphans, or the one under the cursor, where one candidate is sure."""
    from rcm_tui.billing.remittances.orphans import match_sure

    keys = await frame.chosen_keys()
    totals = await frame.sum_marked()
    what = f"{count_of(len(keys), REMITTANCE)}, paid {money_text(totals['paid'])}"
    sentences = [
        f"{what}, are put onto their first candidates where these are sure:",
        "at least 60 points, and 20 more than any other. The others stay for you to look at.",
        "u takes it back.",
    ]
    if not await frame.workstation.ask(Confirm("Match the sure ones", sentences, "match")):
        return
    outcome = await frame.workstation.change_in_steps("Match", match_sure, keys)
    done = f"{count_of(len(outcome.done), REMITTANCE)} matched, {money_text(outcome.amount)}."
    frame.table.marks.clear()
    sheet = ResultSheet(
        "Match the sure ones", [done, *stopped(outcome, REMITTANCE)], outcome.left, apart=True
    )
    await show_result(frame, sheet)


async def take_off(frame: QueueScreen) -> None:
    """Asks why, and takes remittances off their claims."""
    from rcm_tui.billing.remittances.orphans import take_off_claims
    from rcm_tui.screens.visit_dialogs import ReasonDialog

    keys = await frame.chosen_keys()
    totals = await frame.sum_marked()
    count = count_of(len(keys), REMITTANCE)
    sentence = f"{count}, paid {money_text(totals['paid'])}: the money is unapplied again."
    why = await frame.workstation.ask(ReasonDialog("Off its claim", "take off", sentence))
    if why is None:
        return
    outcome = await frame.workstation.change(take_off_claims, keys, why)
    said = f"{count_of(len(outcome.done), REMITTANCE)} taken off, {money_text(outcome.amount)}."
    frame.table.marks.clear()
    await tell_outcome(frame, "Off its claim", said, outcome, apart=True)
