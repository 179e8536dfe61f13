"""A partial update sends what changed, from where it begins, and leaves the rest as it was."""

import pyte
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from rcm_tui.widgets.exact_compositor import ExactCompositor

WIDTH, HEIGHT = 30, 3


class Letters(Widget):
    DEFAULT_CSS = "Letters { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.lines = ["abcdefghijklmnopqrstuvwxyz0123"] * HEIGHT

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(self.lines[y])], WIDTH)


class LettersScreen(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self._compositor = ExactCompositor()

    def compose(self) -> ComposeResult:
        yield Letters()


class LettersApp(App[None]):
    def get_default_screen(self) -> Screen[None]:
        return LettersScreen()


def written(app: App[None], *regions: Region) -> str:
    """What goes to the terminal when these regions of the letters have changed."""
    letters = app.screen.query_one(Letters)
    letters._set_dirty(*regions)
    compositor = app.screen._compositor
    compositor.update_widgets({letters})
    update = compositor.render_partial_update()
    assert update is not None
    return update.render_segments(app.console)


async def test_only_what_changed_is_sent() -> None:
    app = LettersApp()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        sent = written(app, Region(10, 1, 3, 1))
        assert "klm" in sent
        assert "j" not in sent
        assert "\x1b[2;11H" in sent  # the second line, the eleventh column


async def test_the_terminal_shows_what_the_program_does_whatever_changes() -> None:
    app = LettersApp()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        screen = pyte.Screen(WIDTH, HEIGHT)
        terminal = pyte.Stream(screen)
        terminal.feed(written(app, Region(0, 0, WIDTH, 1), Region(0, 1, WIDTH, HEIGHT - 1)))
        letters = app.screen.query_one(Letters)
        changes = [
            [Region(0, 0, 1, 1)],
            [Region(29, 2, 1, 1)],
            [Region(4, 1, 5, 2)],
            [Region(3, 0, 4, 1), Region(5, 0, 9, 1)],
            [Region(0, 0, 30, 1), Region(12, 1, 3, 1), Region(20, 1, 3, 1)],
            [Region(1, 0, 28, 3)],
        ]
        for number, regions in enumerate(changes):
            sign = str(number)
            for region in regions:
                for y in region.line_range:
                    line = letters.lines[y]
                    left, right = region.column_span
                    letters.lines[y] = line[:left] + sign * region.width + line[right:]
            terminal.feed(written(app, *regions))
            assert screen.display == letters.lines, regions
