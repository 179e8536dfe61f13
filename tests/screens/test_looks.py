"""Themes, NO_COLOR, 256 colours and the tour: a choice is kept, and nothing needs colour."""

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem

from rcm_tui.data.personal.preferences import preferences
from rcm_tui.data.store import Store
from rcm_tui.screens.actions import ACTIONS, Keymap
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.home import HomeScreen
from rcm_tui.screens.theme import OUR_THEMES, STYLES, TITLES
from rcm_tui.screens.tour import STEPS, named_actions
from rcm_tui.settings import THEMES, Settings, load
from rcm_tui.widgets.signs import SIGNS
from tests.practice_builder import BILLER, NOW
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import picture, press, settle

COLOURED = re.compile(rb"\x1b\[[0-9;:]*?(?:(?<=[;\[])(?:3[0-8]|4[0-8]|9\d|10[0-7]))[0-9;:]*m")


def test_the_settings_name_the_themes_that_there_are() -> None:
    assert tuple(OUR_THEMES) == tuple(TITLES) == THEMES
    assert load(environ={}).theme == THEMES[0]
    assert "theme" in Settings.__dataclass_fields__


async def test_a_theme_is_chosen_by_name_and_kept(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(busy_store)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "3")
        dark = app.screen.query_one("QueueTable").render_line(3)._segments[0].style
        await press(pilot, "ctrl+p", *"colours", "enter", *"light", "enter")
        assert app.theme == "light"
        assert isinstance(app.screen, Frame)
        assert app.screen.said == "Colours: Light: dark letters on paper."
        light = app.screen.query_one("QueueTable").render_line(3)._segments[0].style
        assert dark is not None
        assert light is not None
        assert dark.bgcolor != light.bgcolor
    assert preferences(busy_store.database, BILLER.login) == {"theme": "light"}


@pytest.mark.parametrize("name", OUR_THEMES)
def test_a_theme_can_be_read_and_survives_256_colours(name: str) -> None:
    theme = OUR_THEMES[name]
    grounds = [str(theme.background), str(theme.surface), str(theme.panel), theme.primary]
    numbers = [Color.parse(one).downgrade(ColorSystem.EIGHT_BIT).number for one in grounds]
    assert len(set(numbers)) == len(numbers), numbers  # what lies on what can still be told
    words = [theme.foreground, theme.secondary, theme.accent, theme.success, theme.warning]
    for word in [*words, theme.error, theme.variables["text-muted"]]:
        for ground in (theme.background, theme.surface):
            assert contrast(str(word), str(ground)) >= 4.5, (word, ground)
    assert contrast(str(theme.foreground), theme.primary) >= 4.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, from 1 to 21."""
    lights = []
    for colour in (one, other):
        parts = [part / 255 for part in Color.parse(colour).get_truecolor()]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_every_coloured_state_has_a_sign() -> None:
    assert {name for name in STYLES if name} <= set(SIGNS)


async def test_without_colour_the_signs_and_words_say_the_same(
    busy_store: Store, plain_terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = []
    for no_color in (False, True):
        if no_color:
            monkeypatch.setenv("NO_COLOR", "1")
        app = Workstation(busy_store, BILLER, clock=lambda: NOW)
        async with app.run_test(size=(160, 50)) as pilot:
            await app.look()
            await press(pilot, "3", "space", "space")
            pictures.append(picture(app))
            strips = app.screen._compositor.render_strips()
            colours = {
                colour
                for strip in strips
                for segment in strip
                if segment.style is not None
                for colour in (segment.style.color, segment.style.bgcolor)
            }
            assert (colours == {None}) is no_color
    assert pictures[0] == pictures[1]
    assert all(words in pictures[1] for words in ("▸", "■", "✗ denied", "✗ rejected", "✓ paid"))


@contextmanager
def terminal(store: Store, keys: Path, **variables: str) -> Iterator["Terminal"]:
    """The program in a terminal of 80×24, on a store."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(keys.parent),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "RCM_TUI_KEY_FOLDER": str(keys),
        "RCM_TUI_WORKER": "service",
        **variables,
    }
    command = [sys.executable, "-m", "rcm_tui", "--db", str(keys.parent / "practice.db")]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True
    )
    os.close(theirs)
    try:
        yield Terminal(ours)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


class Terminal:
    """What the program wrote, and keys for it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.written = b""

    def wait_for(self, words: bytes) -> None:
        while words not in self.written:
            assert select.select([self._handle], [], [], 60)[0], self.written[-2000:]
            self.written += os.read(self._handle, 65536)

    def press(self, keys: bytes) -> None:
        os.write(self._handle, keys)

    def finish(self) -> None:
        try:
            while data := os.read(self._handle, 65536):
                self.written += data
        except OSError:
            pass  # the other end is closed


@pytest.mark.parametrize("no_color", [False, True], ids=["256 colours", "NO_COLOR"])
def test_the_terminal_gets_the_colours_that_it_asked_for(
    busy_store: Store, key_folder: Path, no_color: bool
) -> None:
    with terminal(busy_store, key_folder, **({"NO_COLOR": "1"} if no_color else {})) as opened:
        opened.wait_for(b"leave the tour")
        opened.press(b"\x1b")
        opened.wait_for(b"most urgent")
        opened.press(b"\x11")
        opened.finish()
    assert (COLOURED.search(opened.written) is None) is no_color
    assert b"38;2;" not in opened.written  # no true colour where only 256 are there


# -- the tour ---------------------------------------------------------------------------------


def test_the_tour_names_only_actions_that_there_are() -> None:
    assert set(named_actions()) <= {action.name for action in ACTIONS}
    assert 5 <= len(STEPS) <= 6


async def test_the_tour_goes_over_the_real_screens_once(
    busy_store: Store, plain_terminal: None
) -> None:
    keymap = Keymap({"find": ("f3",)})
    app = Workstation(busy_store, BILLER, clock=lambda: NOW, keymap=keymap, tour=True)
    async with app.run_test(size=(80, 24)) as pilot:
        for number, step in enumerate(STEPS, 1):
            await settle(pilot)
            shown = picture(app)
            assert f"{number} of {len(STEPS)} · {step.title}" in shown
            below = app.screen_stack[-2]
            assert isinstance(below, Frame)
            assert below.section == step.section
            if step.section == "remittances":
                assert "found from anywhere with f3." in shown
            await press(pilot, "enter")
        assert isinstance(app.screen, HomeScreen)
    assert preferences(busy_store.database, BILLER.login) == {"tour": "seen"}


async def test_esc_leaves_the_tour_and_a_command_brings_it_back(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(busy_store)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "ctrl+p", *"tour", "enter")
        assert f"1 of {len(STEPS)}" in picture(app)
        await press(pilot, "enter", "escape")
        assert isinstance(app.screen, HomeScreen)
    assert preferences(busy_store.database, BILLER.login) == {"tour": "seen"}
