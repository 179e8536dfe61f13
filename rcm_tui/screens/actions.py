"""Every action of every screen in one table: its key, what it does, when it is possible, why not.

The footer, the list of keys, the command list and the keys themselves are made from this table. A
screen does an action in its method `do_<name>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from textual.binding import Binding

from rcm_tui.data.tables.charges import NEW, ON_HOLD, READY_TO_BILL
from rcm_tui.data.tables.claims import DRAFT, READY

QUEUES = ("charges", "claims", "payments", "remittances", "jobs", "records")
EVERYWHERE = ("home", *QUEUES, "claim", "administration", "form")
READERS = ("auditor",)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a person is: what an action needs to know to say whether it is possible."""

    area: str
    role: str = "administrator"
    view: str = ""
    rows: bool = False
    marked: bool = False
    filtered: bool = False
    apart: bool = False
    row: Mapping[str, Any] = field(default_factory=dict)


Refusal = Callable[[Situation], str]


def always(_: Situation) -> str:
    return ""


def _rows(situation: Situation) -> str:
    return "" if situation.rows else "There is nothing in this view."


def _worker_of_it(situation: Situation) -> str:
    return "An auditor looks and changes nothing." if situation.role in READERS else ""


def _status(views: Mapping[str, str], word: str) -> Refusal:
    """Possible where the marked rows, or the one under the cursor, have a status."""
    wanted = set(views.values())

    def refusal(situation: Situation) -> str:
        if reason := _worker_of_it(situation) or _rows(situation):
            return reason
        view = views.get(situation.view)
        if view in wanted:
            return ""
        if situation.marked and situation.view == "all":
            return ""  # of several kinds: what does not fit is left, with the reason
        if situation.row.get("status") in wanted:
            return ""
        return f"Only {' and '.join(sorted(wanted))} {word}."

    return refusal


_NEW_CHARGES = {"new": NEW}
_READY_CHARGES = {"ready": READY_TO_BILL}
_HOLDABLE = {"new": NEW, "ready": READY_TO_BILL}
_HELD = {"on_hold": ON_HOLD}
_DRAFTS = {"draft": DRAFT, "draft_failed": DRAFT}
_READY_CLAIMS = {"ready": READY}


def _approvable(situation: Situation) -> str:
    """Approval looks for New charges itself; only where they are shown does its key start it."""
    if reason := _worker_of_it(situation):
        return reason
    if situation.view == "new" or situation.row.get("status") == NEW:
        return ""
    return "Approving starts from the view New, or from a New charge."


def _generatable(situation: Situation) -> str:
    if reason := _worker_of_it(situation):
        return reason
    if situation.view == "ready" or situation.row.get("status") == READY_TO_BILL:
        return _rows(situation)
    return "Generating starts from the view Ready to Bill, or from such a charge."


def _rejected(situation: Situation) -> str:
    if reason := _worker_of_it(situation) or _rows(situation):
        return reason
    if situation.view == "rejected" or situation.row.get("acknowledgement") == "rejected":
        return ""
    return "Only a rejected claim goes back to Draft; a denied one is corrected another way."


def _one_row(situation: Situation) -> str:
    if reason := _rows(situation):
        return reason
    return "Several are marked: unmark them (-) to edit one." if situation.marked else ""


def _several(situation: Situation) -> str:
    if reason := _worker_of_it(situation):
        return reason
    return "" if situation.marked else "Nothing is marked: space marks a row, ctrl+a the view."


def _workable(situation: Situation) -> str:
    return _worker_of_it(situation) or _rows(situation)


def _editable(situation: Situation) -> str:
    return _worker_of_it(situation) or str(situation.row.get("locked") or "")


def _wrong(situation: Situation) -> str:
    return "" if situation.row.get("wrong") else "Nothing is wrong in this form."


def _walked(situation: Situation) -> str:
    return "" if situation.row.get("walk", True) else "This was not opened from a queue."


def _a_view(situation: Situation) -> str:
    return "These rows are what an action left, not a view." if situation.apart else ""


def _apart(situation: Situation) -> str:
    return "" if situation.apart else "This is a view, not what an action left."


def _filtered(situation: Situation) -> str:
    return "" if situation.filtered else "There is no filter to clear."


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key does.

    `keys` are parted by commas; one without is found by its name only. `areas` are the screens
    that have it; `weight` orders the footer, 0 stays out of it; `title`
    are the footer's words, `help` the sentence of the list of keys.
    """

    name: str
    keys: str
    title: str
    help: str
    group: str
    areas: tuple[str, ...]
    weight: int = 0
    refusal: Refusal = always


WORK, LOOK, GO, HELP = "Work", "Find and look", "Go", "Help and looks"

ACTIONS: tuple[Action, ...] = (
    Action(
        "approve",
        "a",
        "approve",
        "Approve New charges: they become Ready to Bill",
        WORK,
        ("charges",),
        90,
        _approvable,
    ),
    Action(
        "generate",
        "a",
        "generate claims",
        "Generate claims of the charges that are Ready to Bill",
        WORK,
        ("charges",),
        90,
        _generatable,
    ),
    Action(
        "hold",
        "h",
        "hold",
        "Put charges on hold, with a reason",
        WORK,
        ("charges",),
        70,
        _status(_HOLDABLE, "charges can be put on hold"),
    ),
    Action(
        "release",
        "h",
        "release",
        "Take charges off hold: they become New",
        WORK,
        ("charges",),
        70,
        _status(_HELD, "charges can be released"),
    ),
    Action(
        "save",
        "a,ctrl+s",
        "save & submit",
        "Validate drafts and make them Ready to Submit",
        WORK,
        ("claims", "claim"),
        90,
        _status(_DRAFTS, "claims can be saved and submitted"),
    ),
    Action(
        "submit",
        "a",
        "submit now",
        "Have the worker send all that is Ready to Submit now",
        WORK,
        ("claims", "claim"),
        90,
        _status(_READY_CLAIMS, "claims can be sent now"),
    ),
    Action(
        "mend",
        "d",
        "back to draft",
        "Make rejected claims Drafts again, to be sent as originals",
        WORK,
        ("claims", "claim"),
        60,
        _rejected,
    ),
    Action(
        "start",
        "a",
        "submit now",
        "Start the submission now",
        WORK,
        ("jobs", "home"),
        80,
        _worker_of_it,
    ),
    Action(
        "pick_up",
        "t",
        "pick up answers",
        "Look for answers of the clearinghouse now",
        WORK,
        ("jobs",),
        60,
        _worker_of_it,
    ),
    Action(
        "save_form",
        "ctrl+s",
        "save",
        "Save the record; in a draft claim, Save & Submit",
        WORK,
        ("form",),
        90,
        _editable,
    ),
    Action(
        "edit",
        "e",
        "edit",
        "Edit what is under the cursor, at the field that is wrong",
        WORK,
        ("claims", "claim", "records"),
        75,
        _one_row,
    ),
    Action(
        "edit_marked",
        "e",
        "edit together",
        "Edit the marked ones together: one field, one value",
        WORK,
        ("claims", "records"),
        76,
        _several,
    ),
    Action(
        "work_on",
        "h",
        "work on",
        "Say that you are working on claims, or let them go again",
        WORK,
        ("claims",),
        13,
        _workable,
    ),
    Action(
        "hide_held",
        "H",
        "hide held",
        "Hide or show the claims that others work on",
        LOOK,
        ("claims",),
        6,
    ),
    Action("new", "n", "new", "Make a new record", WORK, ("records",), 60, _worker_of_it),
    Action(
        "next_wrong",
        "f8,n",
        "next error",
        "To the next field with something wrong",
        LOOK,
        ("form",),
        70,
        _wrong,
    ),
    Action(
        "previous_wrong",
        "f7,N",
        "error before",
        "To the field with something wrong before",
        LOOK,
        ("form",),
        0,
        _wrong,
    ),
    Action(
        "open",
        "enter",
        "open",
        "Open what is under the cursor",
        LOOK,
        ("home", "administration"),
        85,
    ),
    Action(
        "open_row",
        "enter",
        "open",
        "Open the record under the cursor",
        LOOK,
        ("claims", "remittances", "payments", "records"),
        85,
        _rows,
    ),
    Action(
        "next_urgent",
        "n",
        "most urgent",
        "Open the most urgent of what waits",
        LOOK,
        ("home",),
        60,
    ),
    Action("filter", "slash", "filter", "Filter by fields and words", LOOK, QUEUES, 50),
    Action("views", "v", "view", "Choose a view, with how many each holds", LOOK, QUEUES, 55),
    Action(
        "undo",
        "u",
        "undo",
        "Undo what you did last, as long as nothing has built on it",
        WORK,
        ("home", *QUEUES, "claim"),
        11,
        _worker_of_it,
    ),
    Action(
        "export",
        "E",
        "export",
        "Export what is seen, or the marked rows, to csv, xlsx or json",
        WORK,
        QUEUES,
        8,
        _rows,
    ),
    Action(
        "save_view",
        "s",
        "save view",
        "Save view, filter, order and columns as a view of your own",
        LOOK,
        QUEUES,
        10,
        _a_view,
    ),
    Action(
        "columns",
        "C",
        "columns",
        "Choose, move and size the columns of this queue",
        LOOK,
        QUEUES,
        7,
    ),
    Action(
        "jump",
        "f",
        "jump",
        "Jump to the first row that begins with the letters typed; esc ends it",
        LOOK,
        QUEUES,
        9,
        _rows,
    ),
    Action("order", "o", "order", "Order by a column; again turns it round", LOOK, QUEUES, 30),
    Action("preview", "p", "preview", "Show or hide the preview", LOOK, ("claims", "charges"), 35),
    Action(
        "payments",
        "right_square_bracket",
        "payments",
        "Go to the payments",
        LOOK,
        ("remittances",),
        52,
    ),
    Action(
        "remittances",
        "left_square_bracket",
        "remittances",
        "Go to the remittances",
        LOOK,
        ("payments",),
        52,
    ),
    Action(
        "clear",
        "escape,backspace",
        "clear filter",
        "Clear the filter, then go back",
        LOOK,
        QUEUES,
        20,
        _filtered,
    ),
    Action(
        "return",
        "escape,backspace",
        "back to the view",
        "Leave the rows that an action left, for where one was",
        LOOK,
        QUEUES,
        86,
        _apart,
    ),
    Action("back", "escape,backspace", "back", "Go back to where you came from", GO, EVERYWHERE),
    Action(
        "previous_part",
        "left_square_bracket",
        "[ ] parts",
        "The part before",
        GO,
        ("claim", "form"),
    ),
    Action(
        "next_part",
        "right_square_bracket",
        "next part",
        "The next part",
        GO,
        ("claim", "form"),
        50,
    ),
    Action(
        "next_record",
        "alt+down",
        "next",
        "The next record of the queue",
        GO,
        ("claim", "form"),
        40,
        _walked,
    ),
    Action(
        "previous_record",
        "alt+up",
        "previous",
        "The record before in the queue",
        GO,
        ("claim", "form"),
        0,
        _walked,
    ),
    Action(
        "find",
        "ctrl+g",
        "find",
        "Find anything: a name, number, date or amount",
        GO,
        EVERYWHERE,
        12,
    ),
    Action("more", "m", "more", "All that can be done here", GO, EVERYWHERE, 25),
    Action("commands", "ctrl+p", "commands", "Find any command by name", HELP, EVERYWHERE, 15),
    Action("keys", "question_mark", "keys", "All keys of this screen", HELP, EVERYWHERE, 1),
    Action("tour", "", "tour", "Take the tour of one minute", HELP, EVERYWHERE),
    Action("theme", "", "theme", "Choose the colours", HELP, EVERYWHERE),
)


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of all actions: those that a person chose by an action's name, else the table's."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys_of(self, action: Action) -> tuple[str, ...]:
        """The keys of an action, the one to show first."""
        return self.chosen.get(action.name) or tuple(filter(None, action.keys.split(",")))


def actions_of(area: str) -> list[Action]:
    """The actions that a screen has, in the table's order."""
    return [action for action in ACTIONS if area in action.areas]


def action_named(name: str) -> Action:
    """An action of the table by its name."""
    return next(action for action in ACTIONS if action.name == name)


def bindings_of(area: str) -> list[Binding]:
    """The keys of a screen as the table has them; of several actions the possible one is done."""
    keys = {key: None for action in actions_of(area) for key in action.keys.split(",") if key}
    return [Binding(key, f"act('{key}')", show=False) for key in keys]


def footer_of(situation: Situation, keymap: Keymap) -> list[tuple[str, str]]:
    """What the footer shows: the keys that do something now, the most important first."""
    possible = [
        action
        for action in actions_of(situation.area)
        if action.weight and not action.refusal(situation)
    ]
    possible.sort(key=lambda action: -action.weight)
    shown: dict[str, str] = {}
    for action in possible:
        # Of two that share a key the first of the table is done, so it is the one shown.
        shown.setdefault(keymap.keys_of(action)[0], action.title)
    return list(shown.items())
