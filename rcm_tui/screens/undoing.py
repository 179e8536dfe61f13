"""Taking back what one did last, after a question that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcm_tui.data.identifiers import masked_text
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.words import count_of, moment_text, money_text

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

NOUNS = {
    "claim": ("claim", "claims"),
    "charge_item": ("charge", "charges"),
    "case_file": ("case", "cases"),
    "visit": ("visit", "visits"),
    "patient_payment": ("payment", "payments"),
    "payment": ("payment", "payments"),
    "remittance": ("remittance", "remittances"),
    "provider_adjustment": ("provider adjustment", "provider adjustments"),
    "deposit": ("deposit", "deposits"),
}


async def undo_last(frame: Frame) -> None:
    """Names the person's last action, how many and how much, and takes it back if wanted.

    Raises Refused with the reason when something has built on it.
    """
    from rcm_tui.billing.undo import last_undoable, undo
    from rcm_tui.billing.undo_size import undo_size

    app = frame.workstation
    action = await app.read(last_undoable, app.store.database, app.actor.login)
    if action is None:
        frame.say("You have done nothing that can be undone.", "$warning")
        return
    title = masked_text(action.title) if app.actor.masked else action.title
    size = await app.read(undo_size, app.store.database, action)
    noun = NOUNS.get(size.table, ("record", "records"))
    billed = "" if size.billed is None else f", billed {money_text(size.billed)}"
    sentences = [
        f"{title}, done {moment_text(action.done_at, app.zone)}.",
        f"{count_of(size.count, noun)}{billed}: every field goes back to what it was before.",
        "Nothing is undone if something has built on it since.",
    ]
    if not await app.ask(Confirm("Undo what you did last", sentences, "undo")):
        return
    await app.change_with_progress(f"Undo {title}", undo, action.id)
    frame.refresh_data()
    frame.say(f"Undone: {title}.", "$success")
