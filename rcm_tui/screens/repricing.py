"""What a fee, benefit or modifier rule would change in what is not submitted yet, and doing it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.screens.words import count_of, date_text, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from peewee import Database

    from rcm_tui.billing.charges.repricing import Change, Trial
    from rcm_tui.billing.charges.scope import Scope
    from rcm_tui.screens.forms.record_form import Saving
    from rcm_tui.screens.frame import Frame

WIDTH = 72
MANY = 2000
"""From so many charges on a bar is shown while they are looked through (ours)."""
CHARGE, LINE = ("charge", "charges"), ("line", "lines")
APPLY, SAVE, LEAVE = "apply", "save", ""
KEPT = "Charges keep the prices they had."
NOTHING = "Nothing that is not submitted would be billed otherwise."


class ChangesSheet(Dialog[str]):
    """What would be billed otherwise, each before → after. Gives what to do, "" for nothing.

    `saves` is for a record that is only tried: it can be saved without pricing anew.
    """

    DEFAULT_CSS = """
    ChangesSheet RowList { height: auto; max-height: 14; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "apply", show=False),
    ]

    def __init__(self, title: str, trial: Trial, *, saves: bool) -> None:
        super().__init__(title)
        self._trial = trial
        self._saves = saves

    def parts(self) -> ComposeResult:
        for sentence in summary(self._trial):
            yield from (Line(line) for line in folded("", sentence, WIDTH))
        if self._trial.changes:
            yield RowList(rows_of(self._trial))

    def keys(self) -> list[tuple[str, str]]:
        count = self._trial.count
        if not self._saves:
            return [("enter", f"price {count:,} anew"), ("esc", "leave them as they are")]
        apply = [("a", f"save and price {count:,} anew")] if count else []
        return [("enter", "save only"), *apply, ("esc", "go on editing")]

    def on_mount(self) -> None:
        for rows in self.query(RowList):
            rows.focus()

    def action_accept(self) -> None:
        self.dismiss(SAVE if self._saves else APPLY)

    def action_apply(self) -> None:
        if self._trial.count or not self._saves:
            self.dismiss(APPLY)

    def action_leave(self) -> None:
        self.dismiss(LEAVE)


def summary(trial: Trial) -> list[str]:
    """What a trial comes to, in sentences."""
    if not trial.count and not trial.stuck:
        return [NOTHING]
    lines = []
    if trial.charges:
        parts = ", ".join(f"{count:,} {status}" for status, count in trial.charges.items())
        lines.append(f"{count_of(trial.charge_count, CHARGE)} would be billed otherwise: {parts}.")
    if trial.lines:
        draft = count_of(trial.claims, ("Draft claim", "Draft claims"))
        lines.append(f"{count_of(trial.lines, LINE)} of {draft} as well.")
    if trial.stuck:
        lines.append(f"{count_of(trial.stuck, LINE)} of Draft claims cannot follow; see why below.")
    if trial.billed_before != trial.billed_after:
        more = trial.billed_after - trial.billed_before
        lines.append(
            f"Charged {money_text(trial.billed_before)} → {money_text(trial.billed_after)}"
            f" ({'+' if more > 0 else ''}{money_text(more)})."
        )
    return lines


def rows_of(trial: Trial) -> list[Row]:
    """Each change, and below it what cannot be done."""
    rows = []
    for change in trial.changes:
        day = date_text(datetime.date.fromisoformat(change.day))
        start = (
            (cell(change.number, 11), "$secondary"),
            f" {cell(change.patient, 17)} {day}  {cell(change.code, 5)}  ",
        )
        rows += [Row(line) for line in folded(written(*start), what_changes(change), WIDTH)]
        if change.reason:
            rows += [
                Row(line) for line in folded(" " * 12, f"left: {change.reason}", WIDTH, "$warning")
            ]
    hidden = trial.count + trial.stuck - len(trial.changes)
    if hidden > 0:
        rows.append(Row(written(f"… and {hidden:,} more")))
    return rows


def what_changes(change: Change) -> str:
    """`none → U1, 160.00 → 180.00`: only what differs, before and after."""
    before, after = change.before, change.after
    shown: Sequence[tuple[str, str, str]] = (
        ("", before.modifiers or "none", after.modifiers or "none"),
        ("POS ", before.place_of_service or "none", after.place_of_service or "none"),
        ("units ", str(before.units), str(after.units)),
        ("", money_text(before.billed), money_text(after.billed)),
        ("expected ", money_text(before.expected), money_text(after.expected)),
    )
    return ", ".join(f"{what}{old} → {new}" for what, old, new in shown if old != new)


async def offer_repricing(frame: Frame, saving: Saving, decided: str = "") -> str:
    """After saving: asks whether to price anew what depends on the record, if not `decided`.

    Returns a sentence about what was done, "" where nothing depends on it.
    """
    from rcm_tui.billing.charges.scope import scopes_of

    scopes = scopes_of(saving.kind, saving.key, saving.before, saving.after)
    if not scopes or saving.before == saving.after:
        return ""
    if decided == SAVE:
        return KEPT
    return await _offer(frame, scopes, sure=decided == APPLY)


async def offer_again(frame: Frame, saving: Saving) -> str:
    """Asks the same of a record as it is saved."""
    from rcm_tui.billing.charges.scope import scopes_of

    if saving.before != saving.after:
        frame.say("Save it first: what it would change is asked then.")
        return LEAVE
    frame.say(
        await _offer(frame, scopes_of(saving.kind, saving.key, None, saving.after)) or NOTHING
    )
    return LEAVE


async def scopes_of_marked(frame: Frame, kind: str, field: str, keys: Sequence[int]) -> list[Scope]:
    """What records have a say in by now, read before and after they are edited together."""
    from rcm_tui.billing.charges.scope import scopes_of_many
    from rcm_tui.billing.editing import record

    database = frame.workstation.store.database

    def read() -> list[Scope]:
        records = ((key, record(database, kind, key).values) for key in keys)
        return scopes_of_many(kind, field, records)

    return await frame.workstation.read(read)


async def offer_for_marked(frame: Frame, scopes: Sequence[Scope]) -> str:
    """Asks, after records were edited together, whether to price anew what depends on them."""
    return await _offer(frame, list(dict.fromkeys(scopes))) if scopes else ""


async def try_rule_of_form(frame: Frame, saving: Saving) -> str:
    """Shows what a modifier rule would change before it is saved. Gives what to do then."""
    from rcm_tui.billing.charges.repricing import try_rule

    app = frame.workstation
    database, key, values = app.store.database, saving.key, saving.after
    trial = await app.run_with_progress(
        "Trying the rule", lambda progress: try_rule(database, key, values, progress)
    )
    return str(await app.ask(ChangesSheet("What this rule would change", trial, saves=True)))


async def _offer(frame: Frame, scopes: Sequence[Scope], sure: bool = False) -> str:
    from rcm_tui.billing.charges.repricing import reprice, try_out
    from rcm_tui.billing.outcome import Cancelled
    from rcm_tui.screens.result_sheet import ResultSheet

    app = frame.workstation
    database = app.store.database
    if not sure:
        try:
            if await app.read(_count, database, scopes) < MANY:
                trial = await app.read(try_out, database, scopes)
            else:
                trial = await app.run_with_progress(
                    "Looking through charges",
                    lambda progress: try_out(database, scopes, None, progress),
                )
        except Cancelled:
            return "Nothing was priced anew."
        if not trial.count:
            return ""
        if await app.ask(ChangesSheet("Charges priced before", trial, saves=False)) != APPLY:
            return KEPT
    outcome = await app.change_with_progress("Pricing charges anew", reprice, scopes)
    more = f", {money_text(outcome.amount)} more" if outcome.amount > 0 else ""
    less = f", {money_text(-outcome.amount)} less" if outcome.amount < 0 else ""
    drafts = f" and {count_of(len(outcome.made), LINE)} of drafts" if outcome.made else ""
    sentence = f"{count_of(len(outcome.done), CHARGE)}{drafts} priced anew{more or less}."
    if outcome.left:
        await app.ask(ResultSheet("Priced anew", [sentence], outcome.left))
    return sentence


def _count(database: Database, scopes: Sequence[Scope]) -> int:
    return sum(len(scope.items(database)) for scope in scopes)
