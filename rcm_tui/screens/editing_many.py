"""Editing the marked rows together: the fields they share, each with one value for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.values import Invalid
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.forms.registry import form_of
from rcm_tui.screens.repricing import offer_for_marked, scopes_of_marked
from rcm_tui.screens.result_sheet import tell_outcome
from rcm_tui.screens.shared_fields import (
    SharedFieldsDialog,
    SharedState,
    found_by,
    shared_fields,
)
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.chooser import Chooser, Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rcm_tui.billing.charges.scope import Scope
    from rcm_tui.billing.outcome import Outcome
    from rcm_tui.screens.queue_screen import QueueScreen


async def edit_marked(screen: QueueScreen, kind_name: str) -> None:
    """Asks which fields get which values, says how many and how much, and shows what was left."""
    app, kind = screen.workstation, KINDS[kind_name]
    options = [Option(one.name, one.label, one.section) for one in shared_fields(kind)]
    title = f"Edit the marked {screen.queue.noun[1]}: which field first?"
    field = await app.ask(Chooser(title, options))
    if field is None:
        return
    keys, totals = await screen.chosen_keys(), await screen.sum_marked()
    sums = [one for one in screen.queue.totals if one.kind == "money"][:1]
    money = "".join(f", {one.title} {money_text(totals[one.name])}" for one in sums)
    many = count_of(len(keys), screen.queue.noun)
    state, find = SharedState(form_of(kind_name), app.today), found_by(screen, kind)
    while await app.ask(SharedFieldsDialog(f"Edit {many} together", state, find, field)):
        said = _foretold(f"{many}{money}", state)
        if (foretold := form_of(kind_name).foretold) is not None:
            said += await foretold(screen, keys, state.shared())
        if not await app.ask(Confirm("Edit together", said, "edit")):
            continue  # to what was typed
        try:
            await _edit(screen, kind_name, keys, state)
        except Invalid as error:
            state.refuse(error.problems)
            field = next(iter(error.problems))
        else:
            return


def _foretold(many: str, state: SharedState) -> list[str]:
    """What will become of how many, each field in a sentence."""
    changes = [f"{one}." for one in state.sentences_of_changes()]
    left = "What is locked or does not fit is left, with the reason."
    if len(changes) == 1:
        return [f"{many}: {changes[0]}", left]
    return [f"{many}: {len(changes)} fields change.", *changes, left]


async def _edit(
    screen: QueueScreen, kind_name: str, keys: Sequence[int], state: SharedState
) -> None:
    from rcm_tui.billing.editing.saving import save_many

    app, changes = screen.workstation, state.shared()
    scopes: list[Scope] = []
    for name in changes:
        scopes += await scopes_of_marked(screen, kind_name, name, keys)
    outcome: Outcome = await app.change_in_steps("Editing", save_many, kind_name, keys, changes)
    for name in changes:
        scopes += await scopes_of_marked(screen, kind_name, name, outcome.done)
    done = count_of(len(outcome.done), screen.queue.noun)
    now = ", ".join(f"{state.fields[name].label} is {state.words(name)}" for name in changes)
    sentence = f"{now} in {done}. {await offer_for_marked(screen, scopes)}".strip()
    screen.done_with()
    await tell_outcome(screen, "Edited", sentence, outcome, noun=screen.queue.noun, apart=True)
