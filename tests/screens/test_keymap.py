"""Keys of one's own: what is refused, with which words, and where the chosen ones appear."""

import re

import pytest

from rcm_tui.data.store import Store
from rcm_tui.screens.actions import ACTIONS, Keymap
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.keymap import KeyRefused, read_key, read_keymap
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.settings import SettingsError
from tests.practice_builder import BILLER, NOW
from tests.screens.picture import picture, press


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a", "a"),
        ("G", "G"),
        ("/", "slash"),
        ("?", "question_mark"),
        ("+", "plus"),
        ("ctrl+g", "ctrl+g"),
        ("Ctrl+G ".lower(), "ctrl+g"),
        ("alt+↓", "alt+down"),
        ("shift+alt+up", "alt+shift+up"),
        ("PgUp", "pageup"),
        ("esc", "escape"),
        ("F5", "f5"),
    ],
)
def test_keys_are_read_as_people_write_them(text: str, key: str) -> None:
    assert read_key(text) == key


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ctrl+m", "the same for it as for enter"),
        ("ctrl+i", "the same for it as for tab"),
        ("ctrl+h", "the same for it as for backspace"),
        ("ctrl+j", "the same for it as for enter"),
        ("ctrl+[", "the same for it as for esc"),
        ("ctrl+enter", "the same for it as for enter"),
        ("shift+space", "the same for it as for space"),
        ("ctrl+G", "the same for it as for ctrl+g"),
        ("ctrl+shift+g", "the same for it as without shift"),
        ("shift+g", "write the letter itself"),
        ("ctrl+1", "terminals cannot send it"),
        ("ctrl+é", "terminals cannot send it"),
        ("alt+[", "other keys begin with it"),
        ("hyper+g", "there is no such key"),
        ("ctrl+ctrl+g", "there is no such key"),
        ("", "there is no such key"),
        (" ", "there is no such key"),
        ("ctrl+", "there is no such key"),
        ("enterr", "there is no such key"),
        ("\x1b", "there is no such key"),
    ],
)
def test_what_terminals_cannot_tell_apart_is_refused(text: str, reason: str) -> None:
    with pytest.raises(KeyRefused, match=re.escape(reason)):
        read_key(text)


def test_an_unknown_action_is_told_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"'aprove' is not an action: did you mean approve\?"):
        read_keymap({"aprove": ("A",)})
    with pytest.raises(SettingsError, match=r"there are .*approve, .*back, "):
        read_keymap({"zzz": ("A",)})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"approve": ("h",)}, "keys: h would be both approve and hold in Charges"),
        ({"approve": ("X",), "filter": ("X",)}, "X would be both approve and filter in Charges"),
        ({"filter": ("ctrl+p",)}, "ctrl+p would be both filter and commands"),
        ({"approve": ("j",)}, "approve cannot be j: in every list that means"),
        ({"approve": ("3",)}, "approve cannot be 3: that goes to a section everywhere"),
        ({"approve": ("ctrl+q",)}, "approve cannot be ctrl+q: that quits everywhere"),
        ({"approve": ("ctrl+m",)}, "approve cannot be ctrl+m: a terminal sends the same"),
    ],
)
def test_conflicts_are_refused_with_both_names(
    said: dict[str, tuple[str, ...]], words: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)):
        read_keymap(said)


def test_the_table_itself_has_no_conflict_and_every_key_can_be_sent() -> None:
    said = {action.name: Keymap().keys_of(action) for action in ACTIONS if action.keys}
    assert set(read_keymap(said).chosen) == set(said)


def test_actions_that_share_a_key_may_share_another() -> None:
    chosen = read_keymap({"approve": ("A",), "generate": ("A",)}).chosen
    assert chosen == {"approve": ("A",), "generate": ("A",)}
    # What one gives up another may have.
    assert read_keymap({"filter": ("f9",), "views": ("/",)}).chosen["views"] == ("slash",)


async def test_a_chosen_key_acts_and_the_old_one_no_longer_does(
    busy_store: Store, plain_terminal: None
) -> None:
    keymap = read_keymap({"views": ("f4",), "find": ("f3",), "more": ("M", "m")})
    app = Workstation(busy_store, BILLER, clock=lambda: NOW, keymap=keymap)
    async with app.run_test(size=(220, 80)) as pilot:
        await press(pilot, "3")
        assert " f4 view " in picture(app)
        assert " f3 find " in picture(app)
        await press(pilot, "v")
        assert isinstance(app.screen, QueueScreen)
        await press(pilot, "f4")
        assert "Views of claims" in picture(app)
        await press(pilot, "escape", "question_mark")
        assert "│   f4              Choose a view" in picture(app)
        await press(pilot, "escape", "ctrl+p", *"anything")
        assert " f3 " in picture(app)
        await press(pilot, "escape", "f3")
        assert "Find anything" in picture(app)
        await press(pilot, "escape", "1")
        assert isinstance(app.screen, Frame)
        await press(pilot, "M")
        assert "What can be done here" in picture(app)


async def test_an_action_that_has_no_key_can_be_given_one(
    busy_store: Store, plain_terminal: None
) -> None:
    app = Workstation(busy_store, BILLER, clock=lambda: NOW, keymap=read_keymap({"theme": ("f9",)}))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f9")
        assert "High contrast" in picture(app)
    assert Keymap().keys_of(next(a for a in ACTIONS if a.name == "theme")) == ()
