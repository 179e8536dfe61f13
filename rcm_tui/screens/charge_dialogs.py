"""The dialogs over the charges queue: approve, generate claims, hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key
from textual.widgets import Static

from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import DateEntry, Entry, Toggle
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.billing.charges.approval import ApprovalChoice, ApprovalPreview
    from rcm_tui.billing.claims.generation import GenerationChoice, GenerationPreview
    from rcm_tui.screens.app import Workstation

T = TypeVar("T")
PAUSE = 0.15
REASONS = 3
CHARGE, CLAIM = ("charge", "charges"), ("claim", "claims")


class UnitToggle(Toggle):
    """A business unit among several, worked as marks in a queue are.

    `*` turns all of them round and `-` takes all away; a letter goes to the next unit that begins
    with it.
    """

    def __init__(self, key: int, name: str, value: bool) -> None:
        super().__init__(name, value, id=f"unit-{key}")
        self.unit = key
        self.unit_name = name

    def on_key(self, event: Key) -> None:
        units = list(self.screen.query(UnitToggle))
        if event.key in ("asterisk", "minus"):
            for one in units:
                if event.key == "asterisk" or one.value:
                    one.action_change()
        elif event.character and event.character.isalnum():
            place = units.index(self) + 1
            letter = event.character.casefold()
            for one in units[place:] + units[:place]:
                if one.unit_name.casefold().startswith(letter):
                    one.focus()
                    break
        else:
            return
        event.stop()
        event.prevent_default()


class CountingDialog(Dialog[T]):
    """A dialog that counts what it would do whenever its fields change, before anything is done."""

    DEFAULT_CSS = """
    CountingDialog .date { width: 14; }
    CountingDialog .figures { margin-top: 1; }
    """

    def __init__(
        self, title: str, units: Sequence[tuple[int, str]], unit: int | None = None
    ) -> None:
        super().__init__(title)
        self._units = units
        self._unit = unit
        self._count = 0

    @property
    def workstation(self) -> Workstation:
        return cast("Workstation", self.app)

    def unit_toggles(self) -> ComposeResult:
        if len(self._units) > 1:
            with Horizontal(classes="row"):
                yield Static("Units", classes="label", markup=False)
                for key, name in self._units:
                    yield UnitToggle(key, name, self._unit in (None, key))

    def chosen_units(self) -> list[int] | None:
        """The keys of the chosen units; None when all of the practice are."""
        limited = bool(self.workstation.actor.units)
        if len(self._units) < 2:
            return [key for key, _ in self._units] if limited else None
        chosen = [one.unit for one in self.query(UnitToggle) if one.value]
        return None if len(chosen) == len(self._units) and not limited else chosen

    def days_row(self, first: str = "", last: str = "") -> ComposeResult:
        """From and to, as dates of service."""
        with Horizontal(classes="row"):
            yield Static("From", classes="label", markup=False)
            yield DateEntry(first, id="from", classes="date", placeholder="any date")
            yield Static("To", classes="label", markup=False)
            yield DateEntry(last, id="to", classes="date", placeholder="any date")
            yield Static("t, -7d, lastweek, 3/14", classes="label", markup=False)

    def chosen_days(
        self, today: datetime.date
    ) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and last day meant. Raises ValueError with a sentence."""
        start = self.query_one("#from", DateEntry).days(today)
        end = self.query_one("#to", DateEntry).days(today)
        last = end or (start if start and start.first != start.last else None)
        days = (start.first if start else None, last.last if last else None)
        if days[0] and days[1] and days[1] < days[0]:
            raise ValueError(f"The last day, {days[1]}, is before the first, {days[0]}.")
        return days

    def figure_lines(self) -> ComposeResult:
        yield Line(id="whole", classes="figures")
        yield Line(id="part")
        for number in range(REASONS):
            yield Line(id=f"left-{number}")

    def on_mount(self) -> None:
        self.recount()

    def on_toggle_changed(self, _: Toggle.Changed) -> None:
        self.recount()

    def on_input_changed(self, _: Entry.Changed) -> None:
        self.recount()

    def recount(self) -> None:
        """Counts again; a newer count replaces an older one."""
        try:
            read = self.reading()
        except ValueError as error:
            self.problem(str(error))
            return
        self.problem("")
        counting: Any = partial(self._counted, read)
        self.run_worker(counting, group="count", exclusive=True, exit_on_error=False)

    async def _counted(self, read: Callable[[], Any]) -> None:
        try:
            figures = await self.workstation.read(read)
        except Exception as error:
            self.problem(f"This could not be counted: {type(error).__name__}: {error}")
        else:
            self.show_figures(figures)
            self.refresh_keys()

    def reading(self) -> Callable[[], Any]:
        """What counts, from the fields as they are. Raises ValueError with a sentence."""
        raise NotImplementedError

    def show_figures(self, preview: Any) -> None:
        """Shows what was counted."""
        raise NotImplementedError

    def show_left(self, left: dict[str, int], verb: str) -> None:
        """Why some stay, one reason a line."""
        listed = sorted(left.items(), key=lambda item: -item[1])
        for number in range(REASONS):
            content = EMPTY
            if number < len(listed):
                reason, count = listed[number]
                if number == REASONS - 1 and len(listed) > REASONS:
                    count = sum(c for _, c in listed[number:])
                    reason = "for other reasons"
                content = written((f"{count:>6,}", "$warning"), f" {verb}: {reason}")
            self.line(f"left-{number}", content)


class ApproveDialog(CountingDialog["ApprovalChoice | None"]):
    """Which New charges to approve. With `keys` only those (`what` says which); else by dates and
    units."""

    def __init__(
        self,
        units: Sequence[tuple[int, str]],
        today: datetime.date,
        keys: Sequence[int] | None,
        what: str = "",
    ) -> None:
        super().__init__("Approve charges", units if keys is None else ())
        self._today = today
        self._keys = keys
        self._what = what

    def parts(self) -> ComposeResult:
        if self._keys is None:
            yield from self.days_row()
            yield from self.unit_toggles()
        else:
            yield Line(written(self._what or f"{count_of(len(self._keys), CHARGE)} marked"))
        yield Toggle("Don't approve duplicates", True, id="duplicates")
        yield from self.figure_lines()

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", f"approve {self._count:,}"), ("space", "change"), ("esc", "cancel")]

    def choice(self) -> ApprovalChoice:
        from rcm_tui.billing.charges.approval import ApprovalChoice

        leave = self.query_one("#duplicates", Toggle).value
        if self._keys is not None:
            return ApprovalChoice(charge_items=self._keys, leave_duplicates=leave)
        first, last = self.chosen_days(self._today)
        return ApprovalChoice(
            from_date=first,
            to_date=last,
            business_units=self.chosen_units(),
            leave_duplicates=leave,
        )

    def reading(self) -> Callable[[], Any]:
        from rcm_tui.billing.charges.approval import preview_approval

        choice, database = self.choice(), self.workstation.store.database
        return lambda: preview_approval(database, choice)

    def show_figures(self, preview: ApprovalPreview) -> None:
        self._count = preview.approved_count
        self.line("whole", figure(preview.new_count, "New charges", preview.new_amount))
        self.line(
            "part", figure(preview.approved_count, "will be approved", preview.approved_amount)
        )
        self.show_left({**preview.left}, "stay New")
        if preview.warnings:
            warned = ", ".join(f"{count:,}: {what}" for what, count in preview.warnings.items())
            self.line(f"left-{REASONS - 1}", written(("Look at ", "$warning"), warned))

    def action_accept(self) -> None:
        try:
            choice = self.choice()
        except ValueError as error:
            self.problem(str(error))
            return
        self.dismiss(choice)


class GenerateDialog(CountingDialog["GenerationChoice | None"]):
    """Of which Ready to Bill charges to make claims; `what` says which those of `keys` are."""

    def __init__(
        self, units: Sequence[tuple[int, str]], keys: Sequence[int] | None, what: str = ""
    ) -> None:
        super().__init__("Generate claims", units if keys is None else ())
        self._keys = keys
        self._what = what

    def parts(self) -> ComposeResult:
        if self._keys is None:
            yield from self.unit_toggles()
        else:
            yield Line(written(self._what or f"{count_of(len(self._keys), CHARGE)} marked"))
        yield Toggle("Generate as draft, to be looked at first", False, id="draft")
        yield from self.figure_lines()

    def keys(self) -> list[tuple[str, str]]:
        words = f"generate {count_of(self._count, CLAIM)}"
        return [("enter", words), ("space", "change"), ("esc", "cancel")]

    def choice(self) -> GenerationChoice:
        from rcm_tui.billing.claims.generation import GenerationChoice

        return GenerationChoice(
            business_units=self.chosen_units() if self._keys is None else None,
            charge_items=self._keys,
            as_draft=self.query_one("#draft", Toggle).value,
        )

    def reading(self) -> Callable[[], Any]:
        from rcm_tui.billing.claims.generation import preview_generation

        choice, database = self.choice(), self.workstation.store.database
        return lambda: preview_generation(database, choice)

    def show_figures(self, preview: GenerationPreview) -> None:
        self._count = preview.claim_count
        self.line("whole", figure(preview.charge_count, "charges", preview.charge_amount))
        lines = f"claims with {count_of(preview.line_count, ('line', 'lines'))}"
        self.line("part", figure(preview.claim_count, lines, None))
        self.show_left(preview.left, "stay Ready to Bill")

    def action_accept(self) -> None:
        self.dismiss(self.choice())


class HoldDialog(Dialog["tuple[str, datetime.date | None] | None"]):
    """Why charges are put on hold, and until when."""

    DEFAULT_CSS = """
    HoldDialog .label { width: 12; }
    """

    def __init__(self, count: int, cents: int, today: datetime.date, reason: str = "") -> None:
        super().__init__(f"Hold {count_of(count, CHARGE)}, {money_text(cents)}")
        self._today = today
        self._reason = reason

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("Reason", classes="label", markup=False)
            yield Entry(
                self._reason, id="reason", placeholder="why, for whoever looks next", max_length=200
            )
        with Horizontal(classes="row"):
            yield Static("Look again", classes="label", markup=False)
            yield DateEntry(id="until", placeholder="no date; +7d, 3/14")

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "hold"), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        reason = self.query_one("#reason", Entry).value.strip()
        try:
            until = self.query_one("#until", DateEntry).days(self._today)
        except ValueError as error:
            self.problem(str(error))
            return
        if not reason:
            self.problem("A reason is needed: it is what the next person goes by.")
            return
        self.dismiss((reason, until.last if until else None))


class ReasonDialog(Dialog["str"]):
    """Asks for a reason. Gives "" when the person leaves."""

    def __init__(self, title: str, placeholder: str, verb: str) -> None:
        super().__init__(title)
        self._placeholder = placeholder
        self._verb = verb

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("Reason", classes="label", markup=False)
            yield Entry(id="reason", placeholder=self._placeholder, max_length=200)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", self._verb), ("esc", "cancel")]

    def action_accept(self) -> None:
        reason = self.query_one("#reason", Entry).value.strip()
        if not reason:
            self.problem("A reason is needed: it is what the next person goes by.")
            return
        self.dismiss(reason)

    def action_leave(self) -> None:
        self.dismiss("")


def figure(count: int, words: str, cents: int | None) -> Any:
    money = f"  {money_text(cents):>14}" if cents is not None else ""
    return written((f"{count:>6,}", "bold"), f" {words:<30}", (money, "bold"))
