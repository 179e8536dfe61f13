"""The queue table, driven through Textual's pilot. Nothing waits for time: only for idle."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.message import Message
from textual.pilot import Pilot

from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.widgets.marks import Marks
from rcm_tui.widgets.queue_table import QueueTable
from rcm_tui.widgets.row_cache import RowSource
from tests.data.queues.bills import BILLS, add_bills, bills_database, temporary_url
from tests.widgets.rows import LETTERS, ORDER, VIEWER, Letters, letter


async def on_thread(function: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(function)


class TableApp(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield QueueTable(on_thread, empty="No letters here.", ascii_only=False)

    def on_mount(self) -> None:
        self.query_one(QueueTable).focus()

    def note(self, message: Message) -> None:
        self.said.append(message)

    on_queue_table_row_opened = note
    on_queue_table_cursor_moved = note
    on_queue_table_marks_changed = note
    on_queue_table_counted = note
    on_queue_table_header_clicked = note
    on_queue_table_read_failed = note


@dataclass
class Driver:
    """A table on screen, and what a person can do with it and see of it."""

    pilot: Pilot[None]
    app: TableApp
    table: QueueTable
    drawn: list[int] = field(default_factory=list)

    async def settle(self) -> None:
        await self.table.settled()
        await self.pilot.pause()

    async def show(self, source: RowSource, **more: Any) -> None:
        self.table.show(LETTERS, source, VIEWER, ORDER, **more)
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    def lines(self) -> list[str]:
        height = self.table.size.height
        return [self.table.render_line(y).text.rstrip() for y in range(height)]

    def names(self) -> list[str]:
        """The first column of the rows on screen, with cursor and mark."""
        return [line[:11].rstrip() for line in self.lines()[1:]]

    def said(self, kind: type[Message]) -> list[Any]:
        return [message for message in self.app.said if isinstance(message, kind)]


@asynccontextmanager
async def table_on_screen(width: int = 80, height: int = 11) -> AsyncIterator[Driver]:
    app = TableApp()
    async with app.run_test(size=(width, height)) as pilot:
        driver = Driver(pilot, app, app.query_one(QueueTable))
        await driver.settle()
        yield driver


async def test_rows_the_cursor_and_the_position_are_shown() -> None:
    async with table_on_screen(height=5) as on:
        await on.show(Letters.numbered(3))
        assert on.lines() == [
            "   letter   patient                     payer        status      ▼balance owner",
            "▸  L-0      Okafor, Ada                 Aetna        ✗ Denied    1,440.00 maria",
            "   L-1      Okafor, Ada                 Aetna        ✗ Denied    1,439.99 maria",
            "   L-2      Okafor, Ada                 Aetna        ✗ Denied    1,439.98 maria",
            "",
        ]
        assert on.table.position == "1 of 3"
        assert on.table.total == 3
        assert on.table.cursor_key == 0
        assert on.table.cursor_row == letter(0)[1]


async def test_a_moving_key_that_came_many_times_ends_where_each_press_would() -> None:
    bursts = [("down", 7), ("up", 3), ("pagedown", 2), ("j", 4), ("pageup", 1), ("pagedown", 50)]
    bursts += [("k", 2), ("pageup", 3), ("down", 100), ("up", 1)]
    async with table_on_screen(height=6) as one_by_one, table_on_screen(height=6) as at_once:
        for on in (one_by_one, at_once):
            await on.show(Letters.numbered(73))
        for key, times in bursts:
            await one_by_one.press(*[key] * times)
            moves = len(at_once.said(QueueTable.CursorMoved))
            assert at_once.table.move_by_key(key, times)
            await at_once.settle()
            assert at_once.lines() == one_by_one.lines(), (key, times)
            assert at_once.table.position == one_by_one.table.position
            assert len(at_once.said(QueueTable.CursorMoved)) == moves + 1, (key, times)


async def test_only_keys_that_move_are_done_many_at_once() -> None:
    async with table_on_screen() as on:
        await on.show(Letters.numbered(9))
        for key in ("space", "enter", "home", "end", "ctrl+a", "x"):
            assert not on.table.move_by_key(key, 2)
        await on.settle()
        assert on.table.position == "1 of 9"
        assert not on.table.marks


async def test_keys_move_the_cursor() -> None:
    async with table_on_screen() as on:
        await on.show(Letters.numbered(1000))
        seen = []
        for key in ("j", "down", "k", "pagedown", "G", "up", "pageup", "g", "up", "end", "home"):
            await on.press(key)
            seen.append((key, on.table.cursor_key, on.table.at.top))
        assert seen == [
            ("j", 1, 0),
            ("down", 2, 0),
            ("k", 1, 0),
            ("pagedown", 11, 10),
            ("G", 999, 990),
            ("up", 998, 990),
            ("pageup", 988, 980),
            ("g", 0, 0),
            ("up", 0, 0),
            ("end", 999, 990),
            ("home", 0, 0),
        ]
        assert on.table.position == "1 of 1,000"


async def test_a_long_list_is_counted_later_and_read_in_few_pages() -> None:
    source = Letters.numbered(30_000)
    async with table_on_screen() as on:
        await on.show(source)
        assert on.table.total == 30_000
        assert [(c.count, c.exact) for c in on.said(QueueTable.Counted)] == [
            (1001, False),
            (30_000, True),
        ]
        await on.press("end")
        assert on.names()[-1] == "▸  L-29999"
        assert on.table.position == "30,000 of 30,000"
        assert len(source.reads) <= 6
        # The end was read from the end, not by counting from the start.
        assert all(read["skip"] == 0 for read in source.reads)


async def test_the_end_waits_for_the_count() -> None:
    class Slow(Letters):
        counted = threading.Event()

        def count(self, reading: Any = None) -> int:
            self.counted.wait()
            return len(self.rows)

    source = Slow([letter(n) for n in range(5000)])
    async with table_on_screen() as on:
        on.table.show(LETTERS, source, VIEWER, ORDER)
        while on.table.cursor_key is None:
            await on.pilot.pause()
        assert on.table.position == "1 of ≥1,001"
        assert on.table.total is None
        await on.pilot.press("G")
        await on.pilot.pause()
        assert on.table.position == "1,001 of ≥1,001"
        source.counted.set()
        await on.settle()
        assert on.table.cursor_key == 4999


async def test_keys_go_on_while_rows_are_still_being_read() -> None:
    source = Letters.numbered(1000)
    async with table_on_screen() as on:
        await on.show(source)
        source.gate = threading.Event()
        await on.pilot.press(*["pagedown"] * 30)
        assert on.table.at.cursor == 300
        reads = len(source.reads)
        source.gate.set()
        await on.settle()
        assert on.names()[0] == "▸  L-300"
        # What was passed on the way was not read: only what is on screen and beside it.
        assert len(source.reads) - reads <= 4


async def test_a_newer_list_replaces_one_still_being_read() -> None:
    slow = Letters.numbered(10)
    slow.gate = threading.Event()
    async with table_on_screen() as on:
        on.table.show(LETTERS, slow, VIEWER, ORDER)
        await on.pilot.pause()
        await on.show(Letters([letter(7, "Lindqvist, Per")]))
        assert "Lindqvist, Per" in on.lines()[1]
        assert on.table.total == 1
        # The gate never opened: the first reading ended because it was stopped.
        assert not slow.gate.is_set()


async def test_what_is_on_screen_stays_until_the_new_rows_are_there() -> None:
    slow = Letters([letter(7, "Lindqvist, Per")])
    slow.gate = threading.Event()
    async with table_on_screen() as on:
        await on.show(Letters.numbered(10))
        on.table.show(LETTERS, slow, VIEWER, ORDER)
        await on.pilot.press("down")
        assert on.names()[:2] == ["   L-0", "▸  L-1"]
        slow.gate.set()
        await on.settle()
        assert on.names()[:2] == ["▸  L-7", ""]


async def test_a_reload_keeps_the_cursor_on_its_record_and_line() -> None:
    source = Letters.numbered(1000)
    async with table_on_screen() as on:
        await on.show(source)
        await on.press("pagedown", "pagedown", "j", "j")
        assert (on.table.cursor_key, on.table.at.top) == (22, 20)
        line = on.names().index("▸  L-22")
        source.rows[:0] = [letter(-n) for n in range(250, 0, -1)]
        on.table.reload()
        await on.settle()
        assert on.table.cursor_key == 22
        assert on.names().index("▸  L-22") == line
        assert on.table.position == "273 of 1,250"
        await on.press("up")
        assert on.table.cursor_key == 21


async def test_keys_pressed_during_a_reload_are_not_lost() -> None:
    source = Letters.numbered(1000)
    async with table_on_screen() as on:
        await on.show(source)
        await on.press("j", "j")
        source.gate = threading.Event()
        source.rows[:0] = [letter(-n) for n in range(3, 0, -1)]
        on.table.reload()
        await on.pilot.press("j", "j")
        assert on.table.cursor_key == 4
        source.gate.set()
        await on.settle()
        assert on.table.cursor_key == 4
        assert on.names()[4] == "▸  L-4"


async def test_a_record_that_has_gone_leaves_the_cursor_to_the_next_one() -> None:
    source = Letters.numbered(50)
    async with table_on_screen() as on:
        await on.show(source)
        await on.press("j", "j", "j")
        del source.rows[3]
        on.table.reload()
        await on.settle()
        assert on.table.cursor_key == 4
        assert on.names()[3] == "▸  L-4"
        await on.press("end")
        del source.rows[-1]
        on.table.reload()
        await on.settle()
        assert on.table.cursor_key == 48
        source.rows.clear()
        on.table.reload()
        await on.settle()
        assert on.table.cursor_key is None
        assert on.said(QueueTable.CursorMoved)[-1].key is None


async def test_another_order_can_keep_the_record() -> None:
    async with table_on_screen() as on:
        await on.show(Letters.numbered(500), keep=321)
        assert on.table.cursor_key == 321
        await on.show(Letters.numbered(300), keep=321)
        assert on.table.cursor_key == 0


async def test_an_empty_list_says_so() -> None:
    async with table_on_screen() as on:
        await on.show(Letters())
        assert on.lines()[1] == "   No letters here."
        assert on.table.position == ""
        await on.press("down", "end", "enter", "space", "pageup")
        assert on.said(QueueTable.RowOpened) == []
        await on.show(Letters.numbered(1))
        assert on.lines()[1].startswith("▸  L-0")


async def test_enter_opens_the_record_under_the_cursor() -> None:
    async with table_on_screen() as on:
        await on.show(Letters.numbered(5))
        await on.press("j", "enter")
        assert [m.key for m in on.said(QueueTable.RowOpened)] == [1]
        assert [(m.row, m.key) for m in on.said(QueueTable.CursorMoved)] == [(0, 0), (1, 1)]


async def test_enter_waits_for_the_row_that_it_is_meant_for() -> None:
    source = Letters.numbered(1000)
    async with table_on_screen() as on:
        await on.show(source)
        source.gate = threading.Event()
        await on.pilot.press("G", "enter")
        assert on.said(QueueTable.RowOpened) == []
        source.gate.set()
        await on.settle()
        assert [m.key for m in on.said(QueueTable.RowOpened)] == [999]


async def test_a_reload_does_not_call_off_another_list() -> None:
    slow = Letters([letter(7, "Lindqvist, Per")])
    slow.gate = threading.Event()
    async with table_on_screen() as on:
        await on.show(Letters.numbered(10))
        on.table.show(LETTERS, slow, VIEWER, ORDER)
        on.table.reload()
        slow.gate.set()
        await on.settle()
        assert on.names()[:2] == ["▸  L-7", ""]
        on.table.reload()
        await on.settle()
        assert on.names()[:2] == ["▸  L-7", ""]


async def test_marking() -> None:
    async with table_on_screen(height=6) as on:
        await on.show(Letters.numbered(2000))
        await on.press("space", "j", "space")
        assert on.names() == [" ■ L-0", "   L-1", " ■ L-2", "▸  L-3", "   L-4"]
        assert (on.table.marks.keys, on.table.marked_count) == ({0, 2}, 2)
        await on.press("asterisk")
        assert on.names() == ["   L-0", " ■ L-1", "   L-2", "▸■ L-3", " ■ L-4"]
        assert on.table.marked_count == 1998
        await on.press("ctrl+a")
        assert on.table.marked_count == 2000
        assert on.table.marks.keys == set()
        await on.press("minus")
        assert not on.table.marks
        assert on.names()[3] == "▸  L-3"
        assert len(on.said(QueueTable.MarksChanged)) == 5


async def test_marks_outlive_a_reload_but_not_another_list() -> None:
    source = Letters.numbered(20)
    async with table_on_screen() as on:
        await on.show(source)
        await on.press("space")
        on.table.reload()
        await on.settle()
        assert on.names()[0] == " ■ L-0"
        await on.show(source)
        assert on.names()[0] == "▸  L-0"
        await on.show(source, marks=Marks(keys={2}))
        assert on.names()[2] == " ■ L-2"


HOSTILE = [
    "[@click=app.quit]x",
    "[/oops]",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202eneves",
    "e\u0301\u0301\u0301\u0301",
    "👨\u200d👩\u200d👧 family",
    "山田太郎山田太郎山田太郎",
    "two\nlines\ttab",
    "\ud800",
]


async def test_hostile_names_are_only_text() -> None:
    async with table_on_screen(height=12) as on:
        await on.show(Letters([letter(n, name) for n, name in enumerate(HOSTILE)]))
        shown = on.lines()[1:]
        assert "[@click=app.quit]x" in shown[0]
        assert "[/oops]" in shown[1]
        assert not any(c in "".join(shown) for c in "\x1b\x07\u202e\u200d\n\t\ud800")
        strips = [on.table.render_line(y) for y in range(12)]
        assert {strip.cell_length for strip in strips} == {80}
        assert not any(s.style.meta for strip in strips for s in strip if s.style)
        # A balance stands at the same cell whatever the name before it.
        assert {cell_len(line[: line.index(" 1,4")]) for line in shown if line} == {64}


async def test_every_segment_has_a_background() -> None:
    async with table_on_screen() as on:
        await on.show(Letters.numbered(3))
        for y in range(11):
            for segment in on.table.render_line(y):
                assert segment.style is not None
                assert segment.style.bgcolor is not None


async def test_only_the_lines_that_changed_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async with table_on_screen() as on:
        source = Letters.numbered(500)
        await on.show(source)
        drawn: list[int] = []
        refresh = QueueTable.refresh

        def noted(table: QueueTable, *regions: Any, **more: Any) -> QueueTable:
            drawn.extend(region.y for region in regions)
            return refresh(table, *regions, **more)

        monkeypatch.setattr(QueueTable, "refresh", noted)
        await on.press("j")
        assert sorted(drawn) == [1, 2]
        drawn.clear()
        await on.press("k", "k", "k")
        assert sorted(drawn) == [1, 2]
        drawn.clear()
        source.rows[4] = letter(4, "Someone Else")
        on.table.reload()
        await on.settle()
        assert drawn == [5]


async def test_the_picture_is_what_is_drawn() -> None:
    async with table_on_screen() as on:
        await on.show(Letters.numbered(500))
        for keys in (["j"], ["pagedown"], ["space"], ["asterisk"], ["end"], ["g"]):
            await on.press(*keys)
            strips = on.table.render_lines(on.table.size.region)
            assert [strip.text.rstrip() for strip in strips] == on.lines()


async def test_narrow_and_wide() -> None:
    async with table_on_screen(width=40) as on:
        await on.show(Letters.numbered(30))
        assert on.lines()[0] == "   letter   patient             ▼balance"
        await on.pilot.resize_terminal(100, 20)
        await on.settle()
        assert "owner" in on.lines()[0]
        assert len(on.lines()) == 20
        assert on.names()[18] == "   L-18"
        await on.pilot.resize_terminal(100, 2)
        await on.press("j", "j")
        assert on.names() == ["▸  L-2"]


async def test_the_mouse_works() -> None:
    async with table_on_screen() as on:
        await on.show(Letters.numbered(500))
        await on.pilot.click(QueueTable, offset=(5, 4))
        await on.settle()
        assert on.table.cursor_key == 3
        await on.pilot.click(QueueTable, offset=(5, 6), times=2)
        await on.settle()
        assert [m.key for m in on.said(QueueTable.RowOpened)] == [5]
        await on.pilot.click(QueueTable, offset=(4, 0))
        await on.settle()
        assert [m.column for m in on.said(QueueTable.HeaderClicked)] == ["number"]


async def test_the_wheel_scrolls_three_rows() -> None:
    async with table_on_screen() as on:
        await on.show(Letters.numbered(500))
        await on.pilot._post_mouse_events(  # the pilot has no public wheel
            [MouseScrollDown], QueueTable, (5, 5), 0
        )
        await on.settle()
        assert (on.table.at.top, on.table.cursor_key) == (3, 3)


async def test_a_failure_is_told_and_the_rows_stay() -> None:
    source = Letters.numbered(500)
    async with table_on_screen() as on:
        await on.show(source)
        source.failing = OSError("disk gone")
        on.table.reload()
        await on.settle()
        assert [str(m.error) for m in on.said(QueueTable.ReadFailed)] == ["disk gone"]
        assert on.names()[0] == "▸  L-0"
        source.failing = None
        on.table.reload()
        await on.press("j")
        assert on.names()[1] == "▸  L-1"


async def test_the_table_reads_a_store(tmp_path: Any) -> None:
    with bills_database(temporary_url(tmp_path)) as database:
        add_bills(
            database,
            [
                (
                    *(n, f"B-{n}", f"Patient {n % 7}", n % 3 + 1, "denied", n % 50 or None),
                    *(1000, 1, f"2026-{n % 12 + 1:02}-01", None, None, None),
                )
                for n in range(1, 1201)
            ],
        )

        async def run(function: Callable[[], Any]) -> Any:
            def connected() -> Any:
                database.connect(reuse_if_open=True)
                return function()

            return await asyncio.to_thread(connected)

        app = TableApp()
        async with app.run_test(size=(120, 51)) as pilot:
            table = app.query_one(QueueTable)
            table._run = run
            driver = Driver(pilot, app, table)
            pages = QueuePages(database, BILLS, VIEWER, view="open")
            table.show(BILLS, pages, VIEWER, pages.order)
            await driver.settle()
            expected = list(pages.keys())
            assert table.total == len(expected) == 1176
            walked = []
            for _ in range(24):
                walked += [table._cache.row(row)[0] for row in table.at.window]
                await driver.press("pagedown")
            assert list(dict.fromkeys(walked)) == expected
            await driver.press("home", "end")
            assert table.cursor_key == expected[-1]
