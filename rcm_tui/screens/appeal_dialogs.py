"""The dialogs over appeals: what goes out with which letter, the letter itself, the answer."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from rcm_tui.data.tables.appeals import ANSWERS, HOWS, OVERTURNED, PARTLY
from rcm_tui.screens.visit_dialogs import OneOf, typed_cents
from rcm_tui.screens.words import count_of, date_text, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import DateEntry, Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.text_box import TextBox
from rcm_tui.widgets.ticks import Ticks
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.billing.appeals.drafting import DraftLetter
    from rcm_tui.billing.appeals.grounds import Ground

CLAIM, APPEAL = ("claim", "claims"), ("appeal", "appeals")
WIDTH = 72
SEND, KEEP, TEMPLATE, EDIT, FILE = "send", "keep", "template", "edit", "file"
ON_FILE = "denial notice"
"""The payer's remittance is on file, so that it is always at hand."""


@dataclass(slots=True)
class Appealing:
    """What is about to be appealed, and how, as it is being put together."""

    grounds: Sequence[Ground]
    letters: dict[int, DraftLetter]
    templates: dict[int, str]
    how: str = HOWS[0]
    reference: str = ""
    late_reason: str = ""
    enclosed: set[str] = field(default_factory=lambda: {ON_FILE})
    wanted: str = ""
    """The kind of document that a file is chosen for."""
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Kind of document → the entry of the timeline that it is, and the name of its file."""

    @property
    def amount(self) -> int:
        return sum(ground.amount for ground in self.grounds)

    @property
    def required(self) -> list[str]:
        """All kinds of documents that any of them needs, in the order in which they are named."""
        kinds = (
            kind
            for ground in self.grounds
            for kind in (*ground.level.required, *self.letters[ground.claim].required)
        )
        return list(dict.fromkeys(kinds))


class AppealDialog(Dialog["str | None"]):
    """Shows level, clock and letter, and asks how it goes out. Gives SEND, KEEP, TEMPLATE, EDIT or
    FILE; what was typed is left in its `Appealing`."""

    DEFAULT_CSS = """
    AppealDialog .label { width: 11; }
    AppealDialog RowList { height: 8; background: $surface; }
    AppealDialog #enclosed-row { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        # None of those that a field uses itself to edit its line.
        Binding("ctrl+l", "give('template')", show=False),
        Binding("ctrl+t", "give('edit')", show=False),
        Binding("ctrl+r", "give('keep')", show=False),
        Binding("ctrl+o", "give('file')", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(self, appealing: Appealing, today: datetime.date) -> None:
        self._it, self._today = appealing, today
        grounds = appealing.grounds
        what = grounds[0].number if len(grounds) == 1 else count_of(len(grounds), CLAIM)
        super().__init__(f"Appeal {what}, {money_text(appealing.amount)}")

    def parts(self) -> ComposeResult:
        for line in self._facts():
            yield Line(line)
        yield RowList(self._letter(), id="letter")
        if kinds := self._it.required:
            with Horizontal(classes="row", id="enclosed-row"):
                yield Static("Enclosed", classes="label", markup=False)
                notes = {kind: name for kind, (_, name) in self._it.files.items()}
                hint = "ctrl+o a file of the case" if len(self._it.grounds) == 1 else ""
                yield Ticks(kinds, self._it.enclosed, notes=notes, hint=hint, id="enclosed")
        with Horizontal(classes="row"):
            yield Static("Sent by", classes="label", markup=False)
            yield OneOf(HOWS, self._it.how, id="how")
        with Horizontal(classes="row"):
            yield Static("Reference", classes="label", markup=False)
            yield Entry(
                self._it.reference,
                id="reference",
                placeholder="of the fax, the portal or the parcel",
                max_length=60,
            )
        if self._late:
            with Horizontal(classes="row"):
                yield Static("Why late", classes="label", markup=False)
                yield Entry(
                    self._it.late_reason,
                    id="late",
                    placeholder="the clock is over: why it is sent all the same",
                    max_length=200,
                )

    def keys(self) -> list[tuple[str, str]]:
        one = len(self._it.grounds) == 1
        return [
            ("enter", "send"),
            *([("asterisk", "all")] if self._it.required else []),
            ("ctrl+l", "letter"),
            *([("ctrl+t", "text")] if one else []),
            ("ctrl+r", "draft"),
            ("esc", "cancel"),
        ]

    def on_mount(self) -> None:
        letter = self.query_one("#letter", RowList)
        letter.can_focus = False
        # On a small screen the letter gives way to what is asked.
        letter.styles.height = max(3, 10 - len(self._it.required) - self._late)
        missing = [kind for kind in self._it.required if kind not in self._it.enclosed]
        if self._late and not self._it.late_reason:
            self.query_one("#late", Entry).focus()
        else:
            self.query_one("#enclosed" if missing else "#how").focus()

    @property
    def _late(self) -> bool:
        return any(ground.deadline < self._today for ground in self._it.grounds)

    def _facts(self) -> list[Content]:
        grounds = self._it.grounds
        names = ", ".join(dict.fromkeys(self._it.templates[one.claim] for one in grounds))
        first = min(grounds, key=lambda ground: ground.deadline)
        left = first.days_left(self._today)
        clock = f"{left} days left, until {date_text(first.deadline)}"
        if left < 0:
            clock = f"its time ran out on {date_text(first.deadline)}"
        if len(grounds) == 1:
            level = f"{first.level.name}, level {first.level.level} · {clock}"
            reason = " ".join((first.reason, *first.remarks))
            lines = folded(("Denied     ", "$text-muted"), f"{reason}: {first.meaning}", WIDTH)
        else:
            levels = ", ".join(dict.fromkeys(ground.level.name for ground in grounds))
            level = f"{levels} · the first clock: {clock}"
            reasons = ", ".join(dict.fromkeys(ground.reason for ground in grounds))
            lines = folded(("Denied     ", "$text-muted"), reasons, WIDTH)[:2]
        return [
            *folded(
                ("Level      ", "$text-muted"), level, WIDTH, "bold $error" if left < 0 else ""
            ),
            *lines,
            *folded(("Letter     ", "$text-muted"), names, WIDTH, "bold")[:2],
        ]

    def _letter(self) -> list[Row]:
        return letter_rows(self._it.letters[self._it.grounds[0].claim].text)

    def action_page(self, by: int) -> None:
        self.query_one("#letter", RowList).action_page(by)

    def action_give(self, what: str) -> None:
        if what == EDIT and len(self._it.grounds) > 1:
            self.problem("Each claim has a letter of its own: keep them as drafts to edit one.")
            return
        if what == FILE and (len(self._it.grounds) > 1 or not self._it.required):
            self.problem("Keep them as drafts to say of one which files go with it.")
            return
        self._take()
        if what == FILE:
            self._it.wanted = self.query_one("#enclosed", Ticks).current
        if what == KEEP and self._late and not self._it.late_reason:
            self._say_why_late()
            return
        self.dismiss(what)

    def action_accept(self) -> None:
        self._take()
        if self._late and not self._it.late_reason:
            self._say_why_late()
            return
        missing = [kind for kind in self._it.required if kind not in self._it.enclosed]
        if missing:
            self.problem(f"Not enclosed yet: {', '.join(missing)}. space ticks one, * all.")
            self.query_one("#enclosed").focus()
            return
        self.dismiss(SEND)

    def _say_why_late(self) -> None:
        self.problem("Its clock is over: say why it is sent all the same.")
        self.query_one("#late").focus()

    def _take(self) -> None:
        """Keeps what was typed."""
        self._it.how = self.query_one("#how", OneOf).value
        self._it.reference = self.query_one("#reference", Entry).value.strip()
        if self._it.required:
            self._it.enclosed = self.query_one("#enclosed", Ticks).ticked
        if self._late:
            self._it.late_reason = self.query_one("#late", Entry).value.strip()


@dataclass(frozen=True, slots=True)
class Sending:
    """How drafts go out."""

    how: str
    reference: str
    enclosed: set[str]


class SendDialog(Dialog["Sending | None"]):
    """How drafts are sent, and that what they need is enclosed."""

    DEFAULT_CSS = """
    SendDialog .label { width: 11; }
    SendDialog #enclosed-row { height: auto; }
    """

    def __init__(self, title: str, missing: Sequence[str]) -> None:
        super().__init__(title)
        self._missing = list(missing)

    def parts(self) -> ComposeResult:
        if self._missing:
            with Horizontal(classes="row", id="enclosed-row"):
                yield Static("Enclosed", classes="label", markup=False)
                yield Ticks(self._missing, id="enclosed")
        with Horizontal(classes="row"):
            yield Static("Sent by", classes="label", markup=False)
            yield OneOf(HOWS, HOWS[0], id="how")
        with Horizontal(classes="row"):
            yield Static("Reference", classes="label", markup=False)
            yield Entry(id="reference", placeholder="may be left out", max_length=60)

    def keys(self) -> list[tuple[str, str]]:
        ticks = [("asterisk", "enclose all")] if self._missing else []
        return [("enter", "send"), *ticks, ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        ticked = self.query_one("#enclosed", Ticks).ticked if self._missing else set()
        if missing := [kind for kind in self._missing if kind not in ticked]:
            self.problem(f"Not enclosed yet: {', '.join(missing)}. space ticks one, * all.")
            return
        reference = self.query_one("#reference", Entry).value.strip()
        self.dismiss(Sending(self.query_one("#how", OneOf).value, reference, ticked))


def letter_rows(text: str, width: int = WIDTH) -> list[Row]:
    """A letter as lines of the screen; those that begin with blanks keep their columns."""
    rows: list[Row] = []
    for line in text.split("\n"):
        if line.startswith(" "):
            rows.append(Row(written(line)))
        else:
            rows += [Row(one) for one in folded("", line, width)]
    return rows


class LetterDialog(Dialog["tuple[str, str] | None"]):
    """Subject and words of a letter, to be edited. Gives both, or None."""

    DEFAULT_CSS = """
    LetterDialog .label { width: 9; }
    LetterDialog TextBox, LetterDialog TextBox:focus { height: 15; }
    LetterDialog #notes { height: 5; margin-top: 1; }
    LetterDialog.-noted TextBox, LetterDialog.-noted TextBox:focus { height: 9; }
    """

    def __init__(
        self, title: str, subject: str, text: str, notes: Sequence[str] = (), wrong: str = ""
    ) -> None:
        super().__init__(title)
        self._subject, self._text, self._notes, self._wrong = subject, text, notes, wrong
        self.set_class(bool(notes), "-noted")
        self._warned = False

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("Subject", classes="label", markup=False)
            yield Entry(self._subject, id="subject", max_length=200)
        yield TextBox(self._text, id="words")
        if self._notes:
            yield RowList(
                [
                    Row(line)
                    for note in self._notes
                    for line in folded("", note, WIDTH, "$text-muted")
                ],
                id="notes",
            )

    def keys(self) -> list[tuple[str, str]]:
        return [("ctrl+s", "keep"), ("tab", "next field"), ("esc", "cancel")]

    def on_mount(self) -> None:
        words = self.query_one("#words", TextBox)
        words.move_cursor((0, 0))
        words.focus()
        self.problem(self._wrong)

    def action_accept(self) -> None:
        subject = self.query_one("#subject", Entry).value.strip()
        text = self.query_one("#words", TextBox).text
        if not text.strip():
            self.problem("The letter has to say something.")
        else:
            self.dismiss((subject, text))

    def action_leave(self) -> None:
        changed = self._wrong or self.query_one("#words", TextBox).text != self._text
        if changed and not self._warned:
            self._warned = True
            self.problem("esc again throws away what you typed; ctrl+s keeps it.")
        else:
            self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the payer answered; `won` are cents, None where the outcome says it all."""

    outcome: str
    answered_on: datetime.date
    won: int | None
    note: str


class AnswerDialog(Dialog["Answer | None"]):
    """The outcome of appeals, its day, and what was won."""

    DEFAULT_CSS = """
    AnswerDialog .label { width: 10; }
    """

    def __init__(self, what: str, count: int, cents: int, today: datetime.date) -> None:
        super().__init__(f"Answer to {what}, {money_text(cents)} asked for")
        self._today, self._count = today, count

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("Outcome", classes="label", markup=False)
            yield OneOf(ANSWERS, OVERTURNED, id="outcome")
        with Horizontal(classes="row"):
            yield Static("Answered", classes="label", markup=False)
            yield DateEntry("t", id="answered", placeholder="t, -3d, 3/14")
        if self._count == 1:
            with Horizontal(classes="row"):
                yield Static("Won", classes="label", markup=False)
                yield Entry(id="won", placeholder="all of it, unless partly", max_length=14)
        with Horizontal(classes="row"):
            yield Static("Note", classes="label", markup=False)
            yield Entry(id="note", placeholder="may be left out", max_length=200)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "write it down"), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        outcome = self.query_one("#outcome", OneOf).value
        won: int | None = None
        try:
            day = self.query_one("#answered", DateEntry).days(self._today)
            if self._count == 1 and (text := self.query_one("#won", Entry).value.strip()):
                won = typed_cents(text)
        except ValueError as error:
            self.problem(str(error))
            return
        if outcome == PARTLY and won is None:
            self.problem(
                "Partly: say how much was won."
                if self._count == 1
                else "Partly overturned ones are answered one at a time, with what was won."
            )
            return
        note = self.query_one("#note", Entry).value.strip()
        self.dismiss(Answer(outcome, day.first if day else self._today, won, note))
