"""The tour of one minute: a few sentences over the real screens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.data.personal.preferences import prefer
from rcm_tui.screens.actions import ACTIONS, Keymap
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.key_line import key_name
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import folded

if TYPE_CHECKING:
    from rcm_tui.screens.app import Workstation

SEEN = "tour"
"""The preference of those who have seen it."""
WIDTH = 74


@dataclass(frozen=True, slots=True)
class Step:
    """A section, and what is said over it; `{name}` in a sentence is the key of that action."""

    section: str
    title: str
    sentences: tuple[str, ...]


STEPS = (
    Step(
        "home",
        "Home says what waits for you",
        (
            "The most urgent work stands first, with how much money it is.",
            "{open} opens a line; {next_urgent} opens the most urgent one.",
        ),
    ),
    Step(
        "charges",
        "Charges are approved, then claims are generated",
        (
            "{approve} is always the main step onward: here it approves, then generates, submits.",
            "space marks a row, ctrl+a all that the view holds; actions take what is marked.",
        ),
    ),
    Step(
        "claims",
        "Every queue works the same way",
        (
            "{views} chooses a view: drafts, rejected, denied. {filter} filters by any field.",
            "{open_row} opens the record; esc or backspace always goes back.",
        ),
    ),
    Step(
        "remittances",
        "Money is posted as it comes in",
        (
            "The worker picks up answers by itself; what it could not match waits here.",
            "Numbers and names are found from anywhere with {find}.",
        ),
    ),
    Step(
        "home",
        "You cannot get lost",
        (
            "The last line shows the keys that matter now; {keys} shows all, with why one does"
            " nothing.",
            "{commands} does anything by its name, this tour too. Nothing is sent or deleted"
            " without asking.",
        ),
    ),
)


class TourStep(Dialog[bool]):
    """One step over its screen; enter goes on (True), esc ends the tour."""

    DEFAULT_CSS = """
    TourStep { align: center bottom; background: $background 10%; }
    TourStep > #box { margin-bottom: 2; }
    TourStep #problem { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "accept", show=False)]

    def __init__(self, number: int, keymap: Keymap) -> None:
        self._step = STEPS[number]
        self._last = number + 1 == len(STEPS)
        self._sentences = [in_keys(text, keymap) for text in self._step.sentences]
        super().__init__(f"{number + 1} of {len(STEPS)} · {self._step.title}")

    def parts(self) -> ComposeResult:
        for sentence in self._sentences:
            yield from (Line(line) for line in folded("", sentence, WIDTH))

    def keys(self) -> list[tuple[str, str]]:
        if self._last:
            return [("enter", "begin to work")]
        return [("enter", "next"), ("esc", "leave the tour")]

    def action_accept(self) -> None:
        self.dismiss(True)


def in_keys(sentence: str, keymap: Keymap) -> str:
    """The sentence with the keys of the actions that it names, as this person has them."""
    keys = {action.name: keymap.keys_of(action) for action in ACTIONS}
    return sentence.format_map(
        {name: key_name(next(iter(k), "ctrl+p")) for name, k in keys.items()}
    )


def named_actions() -> Iterable[str]:
    """The names of the actions that the tour speaks of."""
    import string

    for step in STEPS:
        for sentence in step.sentences:
            yield from (name for _, name, _, _ in string.Formatter().parse(sentence) if name)


async def take_tour(app: Workstation) -> None:
    """Goes through the steps, and remembers that this person has seen them."""
    for number, step in enumerate(STEPS):
        app.go(step.section)
        if not await app.ask(TourStep(number, app.keymap)):
            break
    app.go("home")
    await app.change(prefer, SEEN, "seen")
