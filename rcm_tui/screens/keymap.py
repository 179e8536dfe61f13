"""Keys as a person wants them: `[keys]` of the settings, read with care.

Whatever could not work is refused with a sentence: an action that is not there, a key that no
terminal can send or tell from another, and two actions on one key of one screen.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import combinations

from textual.binding import Binding
from textual.keys import _character_to_key

from rcm_tui.screens.actions import ACTIONS, Action, Keymap
from rcm_tui.settings import SettingsError
from rcm_tui.widgets.key_line import KEY_NAMES, key_name
from rcm_tui.widgets.queue_table import QueueTable
from rcm_tui.widgets.row_list import RowList

TWINS = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+j": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "esc",
}
"""Keys for which a terminal sends the same as for another."""

MODIFIERS = ("ctrl", "alt", "shift")
ARROWS = {"↑": "up", "↓": "down", "←": "left", "→": "right"}
SHORT = {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown"} | {
    "del": "delete",
    "ins": "insert",
}
PLAIN = ("escape", "enter", "tab", "space", "backspace")
"""Named keys that a terminal sends the same way whatever is held down with them."""
MOVING = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete")
FUNCTION = tuple(f"f{number}" for number in range(1, 13))
PROGRAM = {
    **{str(number): "goes to a section" for number in range(10)},
    "ctrl+q": "quits",
    "ctrl+c": "is kept for interrupting",
    "tab": "goes to the next field",
    "shift+tab": "goes to the field before",
}


class KeyRefused(ValueError):
    """A key that cannot be used, with the reason."""


def read_keymap(said: Mapping[str, Iterable[str]]) -> Keymap:
    """The keys of all actions, where some are said otherwise: action's name → its keys.

    Raises SettingsError with a sentence about the first thing that cannot be.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    known = {action.name: action for action in ACTIONS}
    for name, keys in said.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
            raise SettingsError(f"keys: {name!r} is not an action: {hint}")
        try:
            chosen[name] = tuple(dict.fromkeys(_allowed(key, known[name]) for key in keys))
        except KeyRefused as refused:
            raise SettingsError(f"keys: {name} cannot be {refused}") from None
    keymap = Keymap(chosen)
    for one, other in combinations(ACTIONS, 2):
        if chosen.keys() & {one.name, other.name}:
            _apart(one, other, keymap)
    return keymap


def read_key(text: str) -> str:
    """A key as people write it (`/`, `G`, `ctrl+g`, `PgUp`, `alt+↓`), by the name we use.

    Raises KeyRefused with the reason where no terminal could send it or tell it from another.
    """
    *held, base = text.strip().split("+") if text.strip("+ ") else (text.strip(),)
    modifiers = [word.strip().lower() for word in held]
    wrong = [word for word in modifiers if word not in MODIFIERS]
    name = _base(base.strip())
    if wrong or not name or len(set(modifiers)) != len(modifiers):
        raise KeyRefused(f"{text!r}: there is no such key; write a, G, /, f5, ctrl+g or alt+down")
    key = "+".join([*(word for word in MODIFIERS if word in modifiers), name])
    if key in TWINS:
        raise KeyRefused(f"{text}: a terminal sends the same for it as for {TWINS[key]}")
    if modifiers and name in PLAIN and key != "shift+tab":
        raise KeyRefused(f"{text}: a terminal sends the same for it as for {key_name(name)}")
    if len(base.strip()) == 1 and name not in MOVING:
        _letter(text, base.strip(), modifiers)
    return key


def _letter(text: str, letter: str, modifiers: list[str]) -> None:
    if "shift" in modifiers:
        if "ctrl" in modifiers:
            raise KeyRefused(f"{text}: a terminal sends the same for it as without shift")
        raise KeyRefused(f"{text}: write the letter itself, such as G")
    if "ctrl" in modifiers:
        if "alt" in modifiers or not (letter.isascii() and letter.isalpha()):
            raise KeyRefused(f"{text}: terminals cannot send it")
        if letter.isupper():
            raise KeyRefused(f"{text}: a terminal sends the same for it as for {text.lower()}")
    elif "alt" in modifiers and (letter in "[O" or letter.isupper()):
        raise KeyRefused(f"{text}: in a terminal other keys begin with it")


def _base(word: str) -> str:
    """The name of a key without what is held down with it; nothing when there is none."""
    if len(word) == 1:
        if word in ARROWS:
            return ARROWS[word]
        return _character_to_key(word) if word.isprintable() and word != " " else ""
    name = SHORT.get(word.lower(), word.lower())
    if name in (*PLAIN, *MOVING, *FUNCTION):
        return name
    return name if name in KEY_NAMES else ""


def _allowed(text: str, action: Action) -> str:
    key = read_key(text)
    if key not in action.keys.split(","):  # what it has from the start it may keep
        if key in PROGRAM:
            raise KeyRefused(f"{text}: that {PROGRAM[key]} everywhere")
        for binding in (*QueueTable.BINDINGS, *RowList.BINDINGS):
            if isinstance(binding, Binding) and key in binding.key.split(","):
                raise KeyRefused(f"{text}: in every list that means “{binding.description}”")
    return key


def _apart(one: Action, other: Action, keymap: Keymap) -> None:
    """Refuses one key for two actions of a screen, unless they share one from the start."""
    areas = [area for area in one.areas if area in other.areas]
    if one.name == other.name or not areas or _shared(one.keys.split(","), other.keys.split(",")):
        return
    for key in _shared(keymap.keys_of(one), keymap.keys_of(other)):
        raise SettingsError(
            f"keys: {key_name(key)} would be both {one.name} and {other.name} in"
            f" {areas[0].capitalize()}; give one of them another key"
        )


def _shared(keys: Iterable[str], others: Iterable[str]) -> list[str]:
    known = set(others)
    return [key for key in keys if key in known]
