"""What is done to charges from any screen: approve, generate claims, and what follows each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rcm_tui.data.records.desk import active_units, ready_claims
from rcm_tui.screens.charge_dialogs import CHARGE, CLAIM, ApproveDialog, GenerateDialog
from rcm_tui.screens.result_sheet import ResultSheet, show_result, stopped
from rcm_tui.screens.submitting import submit_now
from rcm_tui.screens.words import count_of, money_text

if TYPE_CHECKING:
    from rcm_tui.screens.app import Workstation
    from rcm_tui.screens.frame import Frame


async def approve(screen: Frame, keys: Sequence[int] | None, what: str = "") -> bool:
    """Asks which charges, or shows those of `keys`, and approves them. True to go on to claims."""
    from rcm_tui.billing.charges.approval import approve_charges

    app = screen.workstation
    units = await own_units(app)
    choice = await app.ask(ApproveDialog(units, app.today, keys, what))
    if choice is None:
        return False
    outcome = await app.change_in_steps("Approving charges", approve_charges, choice)
    screen.done_with()
    done = [
        f"{count_of(len(outcome.done), CHARGE)} approved, {money_text(outcome.amount)}:"
        " Ready to Bill.",
        *stopped(outcome, CHARGE),
    ]
    if outcome.warnings:
        done.append(f"{len(outcome.warnings):,} of them overlap another session; look at them.")
    sheet = ResultSheet(
        "Approved" if outcome.done else "Nothing was approved",
        done,
        [*outcome.left, *outcome.warnings],
        left_title="to look at",
        onward="generate claims" if outcome.done else "",
        apart=True,
    )
    return await show_charges(screen, sheet) == "onward"


async def generate(screen: Frame, keys: Sequence[int] | None, what: str = "") -> None:
    """Asks of which charges, or shows those of `keys`, and makes claims of them."""
    from rcm_tui.billing.claims.generation import generate_claims

    app = screen.workstation
    units = await own_units(app)
    choice = await app.ask(GenerateDialog(units, keys, what))
    if choice is None:
        return
    outcome = await app.change_in_steps("Generating claims", generate_claims, choice)
    screen.done_with()
    ready = await app.read(ready_claims, app.store.database, outcome.made)
    done = [
        f"{count_of(len(outcome.made), CLAIM)} made of"
        f" {count_of(len(outcome.done), CHARGE)}, {money_text(outcome.amount)}.",
        f"{ready:,} Ready to Submit, {len(outcome.made) - ready:,} Draft.",
        *stopped(outcome, CHARGE),
    ]
    sheet = ResultSheet(
        "Generated" if outcome.made else "No claims were made",
        done,
        outcome.left,
        onward="submit now" if ready else "",
        apart=True,
    )
    if await show_charges(screen, sheet) == "onward":
        await submit_now(screen)


async def show_charges(screen: Frame, sheet: ResultSheet) -> str:
    """Shows a result; the charges that were left become a queue on the screen of charges."""
    from rcm_tui.screens.queue_screen import QueueScreen

    if isinstance(screen, QueueScreen) and screen.queue.name == "charges":
        return await show_result(screen, sheet)
    app = screen.workstation
    answer: str = await app.ask(sheet)
    if answer == "apart":
        app.go("charges")
        charges = app.frame("charges")
        assert isinstance(charges, QueueScreen)
        charges.show_only([left.key for left in sheet.left], sheet.left_title)
    return answer


async def own_units(app: Workstation) -> list[tuple[int, str]]:
    """The active business units, or those of them that the person is limited to."""
    units, own = await app.read(active_units, app.store.database), app.actor.units
    return [unit for unit in units if not own or unit[0] in own]
