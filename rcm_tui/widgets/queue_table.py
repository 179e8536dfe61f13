"""The table of a queue: a million rows at the cost of those on screen.

Lines are made from pages that are read on threads; the event loop never touches the database. The
picture changes only where a line changed. While rows are still being read, the old picture stays
for a moment, so that a page is painted once and not twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.actions import parse as parse_action
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer

from rcm_tui.data.queues.pages import Reading, ReadingStopped, Row
from rcm_tui.data.queues.queue import Column, Key, Order, Queue, Viewer
from rcm_tui.widgets.column_layout import ColumnLayout
from rcm_tui.widgets.line_picture import BLANK, LINES_KEPT, Line, LinePicture
from rcm_tui.widgets.marks import Marks
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_cache import RowCache, RowSource
from rcm_tui.widgets.row_look import Look, look
from rcm_tui.widgets.row_position import RowPosition
from rcm_tui.widgets.signs import ascii_wanted, sign

Run = Callable[[Callable[[], Any]], Awaitable[Any]]

PAGE = 100  # rows read at a time: two screens of a big terminal
PATIENCE = 0.08  # seconds that an old picture may stay while rows are read
GUTTER = 3  # cursor, mark, blank


class QueueTable(LinePicture, can_focus=True):
    """Shows a queue. Give it rows with `show`; tell it with `reload` that data has changed.

    `run` carries a function to a thread and brings its result back: `store.run`.
    """

    COMPONENT_CLASSES = {
        "queue-table--header",
        "queue-table--cursor",
        "queue-table--marked",
        "queue-table--quiet",
    }
    DEFAULT_CSS = """
    QueueTable {
        height: 1fr;
        background: $background;
        color: $foreground;
        & > .queue-table--header { color: $text-muted; text-style: none; }
        & > .queue-table--cursor { background: $primary-muted; color: $foreground; }
        & > .queue-table--marked { color: $accent; }
        & > .queue-table--quiet { color: $text-muted; }
        &:focus > .queue-table--cursor { background: $primary; color: $text; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next row", show=False, id="queue.down"),
        Binding("up,k", "move(-1)", "Previous row", show=False, id="queue.up"),
        Binding("pagedown", "page(1)", "Next page", show=False, id="queue.page-down"),
        Binding("pageup", "page(-1)", "Previous page", show=False, id="queue.page-up"),
        Binding("home,g", "first", "First row", show=False, id="queue.first"),
        Binding("end,G", "last", "Last row", show=False, id="queue.last"),
        Binding("enter", "open", "Open", show=False, id="queue.open"),
        Binding("space", "mark", "Mark", show=False, id="queue.mark"),
        Binding("asterisk", "invert_marks", "Invert marks", show=False, id="queue.invert"),
        Binding("ctrl+a", "mark_all", "Mark all", show=False, id="queue.mark-all"),
        Binding("minus", "unmark", "Unmark all", show=False, id="queue.unmark"),
    ]

    position: reactive[str] = reactive("", repaint=False)
    """Where the cursor is, as text: `412 of 1,004,310`, `1 of ≥1,001` until all are counted."""
    under_cursor: reactive[Key | None] = reactive(None, repaint=False)
    """The record that the picture has under the cursor; the one before while a row is read."""

    @dataclass
    class RowOpened(Message):
        """A row was asked for, with enter or two clicks."""

        table: QueueTable
        key: Key

        @property
        def control(self) -> QueueTable:
            return self.table

    @dataclass
    class CursorMoved(Message):
        """The cursor stands on another record, or on none when the queue is empty."""

        table: QueueTable
        row: int
        key: Key | None

        @property
        def control(self) -> QueueTable:
            return self.table

    @dataclass
    class MarksChanged(Message):
        """Other rows are marked; `table.marks` says which."""

        table: QueueTable

        @property
        def control(self) -> QueueTable:
            return self.table

    @dataclass
    class Counted(Message):
        """The number of rows is known: at least this many, or exactly."""

        table: QueueTable
        count: int
        exact: bool

        @property
        def control(self) -> QueueTable:
            return self.table

    @dataclass
    class HeaderClicked(Message):
        """A column's title was clicked."""

        table: QueueTable
        column: str

        @property
        def control(self) -> QueueTable:
            return self.table

    @dataclass
    class ReadFailed(Message):
        """Rows could not be read; what was on screen stays."""

        table: QueueTable
        error: Exception

        @property
        def control(self) -> QueueTable:
            return self.table

    def __init__(
        self,
        run: Run,
        *,
        empty: str = "Nothing here.",
        ascii_only: bool | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.marks = Marks()
        self.at = RowPosition()
        self.empty = empty
        self._run = run
        self._ascii = ascii_wanted() if ascii_only is None else ascii_only
        self._queue: Queue | None = None
        self._source: RowSource | None = None
        self._viewer: Viewer | None = None
        self._order = Order()
        self._columns: Sequence[Column] = ()
        self._cache = RowCache(PAGE)
        self._layout: ColumnLayout | None = None
        self._texts: dict[int, str] = {}
        self._painted = (-1, -1)  # the window's first row and the cursor, as they are on screen
        self._wants_end = False
        self._wants_open = False
        self._pending: Callable[[], None] | None = None
        self._patience: Timer | None = None
        self._looking: Reading | None = None
        self._counting: Reading | None = None
        self._paging: tuple[int, Reading] | None = None
        self._loader: asyncio.Task[None] | None = None
        self._following = False  # whether the picture is still to follow the cursor
        self._ahead = False  # whether the neighbours will be read once the picture is painted
        self._tasks: set[asyncio.Task[None]] = set()

    # -- what others ask --------------------------------------------------------------------

    def show(
        self,
        queue: Queue,
        source: RowSource,
        viewer: Viewer,
        order: Order,
        *,
        keep: Key | None = None,
        marks: Marks | None = None,
        columns: Sequence[Column] = (),
    ) -> None:
        """Shows other rows: another view, filter or order, with the cursor on `keep`.

        What is on screen stays until the first page has been read; a newer call replaces one that
        is still being read. Marks are forgotten unless they are given along.
        """

        def begin() -> None:
            self._queue, self._source, self._viewer = queue, source, viewer
            self._order = order
            self._columns = columns
            self._wants_end = False
            self.marks = marks or Marks()
            self._arrange()

        self._pending = partial(self._look, source, keep, begin)
        self._pending()

    def seek(self, key: Key) -> None:
        """Brings the cursor to a record, wherever in the list it is."""
        if self._pending is None and self._source is not None:
            self._look(self._source, key, lambda: None)

    def reload(self) -> None:
        """Reads again after data has changed: the cursor stays on its record, on the same line."""
        if self._pending is not None:  # rows of another list are on their way: read those afresh
            self._pending()
        elif self._source is not None:
            self._look(self._source, self.cursor_key, lambda: None)

    @property
    def cursor_key(self) -> Key | None:
        """The key of the record under the cursor; None while there is none."""
        found = self._cache.row(self.at.cursor)
        return found[0] if found else None

    @property
    def cursor_row(self) -> Row | None:
        """The values of the record under the cursor, in the order of the queue's `selected`."""
        found = self._cache.row(self.at.cursor)
        return found[1] if found else None

    @property
    def total(self) -> int | None:
        """The number of rows; None until they have been counted."""
        return self.at.known if self.at.exact else None

    @property
    def marked_count(self) -> int | None:
        """How many rows are marked; None while that depends on a count still to come."""
        return self.marks.count(self.total)

    async def settled(self) -> None:
        """Waits until nothing is being read any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- keys and mouse ---------------------------------------------------------------------

    def action_move(self, rows: int) -> None:
        self._wants_end = self._wants_open = False
        self.at.move(rows)
        self._moved()

    def action_page(self, pages: int) -> None:
        self._wants_end = self._wants_open = False
        self.at.page(pages)
        self._moved()

    def move_by_key(self, key: str, times: int) -> bool:
        """Does what a key that moves does, so many times at once; False for any other key.

        The picture follows when all keys that have come by now are done.
        """
        moves = {"move": self.at.move, "page": self.at.page}
        for binding in self._bindings.key_to_bindings.get(key, ()):
            _, action, arguments = parse_action(binding.action)
            if action in moves:
                (steps,) = arguments
                assert isinstance(steps, int)
                self._wants_end = self._wants_open = False
                moves[action](steps * times)
                if not self._following:
                    self._following = True
                    self.call_next(self._follow)
                return True
        return False

    def _follow(self) -> None:
        self._following = False
        self._moved()

    def action_first(self) -> None:
        self._wants_end = self._wants_open = False
        self.at.go(0)
        self._moved()

    def action_last(self) -> None:
        # Where the end is, is known once all rows are counted; until then the furthest known row.
        self._wants_open = False
        self._wants_end = not self.at.exact
        self.at.go(-1)
        self._moved()

    def go_to(self, row: int) -> None:
        """Moves the cursor to a row by its position."""
        self.at.go(row)
        self._moved()

    def action_open(self) -> None:
        key = self.cursor_key
        self._wants_open = key is None  # the row is still being read: it opens when it is there
        if key is not None:
            self.post_message(self.RowOpened(self, key))

    def action_mark(self) -> None:
        if (key := self.cursor_key) is not None:
            self.marks.toggle(key)
            self.at.move(1)
            self._marked()
            self._moved()

    def action_invert_marks(self) -> None:
        self.marks.invert()
        self._marked()

    def action_mark_all(self) -> None:
        self.marks.mark_all()
        self._marked()

    def action_unmark(self) -> None:
        self.marks.clear()
        self._marked()

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            column = self._layout.column_at(event.x - GUTTER) if self._layout else None
            if column is not None:
                self.post_message(self.HeaderClicked(self, column.name))
            return
        row = self.at.top + event.y - 1
        if row in self.at.window:
            self.go_to(row)
            if event.chain == 2:
                self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.at.scroll(3)
        self._moved()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.at.scroll(-3)
        self._moved()

    # -- reading ----------------------------------------------------------------------------

    def _look(self, source: RowSource, keep: Key | None, begin: Callable[[], None]) -> None:
        for reading in (self._looking, self._counting, self._paging and self._paging[1]):
            if reading is not None:
                reading.stop()
        reading = self._looking = Reading()
        same = source is self._source
        place = self._cache.place(self.at.cursor) if same else None
        row, line = self.at.cursor, self.at.cursor - self.at.top if keep is not None else 0
        read = partial(look, source, keep, place, line, self.at.height, self._cache.size, reading)

        async def looking() -> None:
            found: Look = await self._run(read)
            if reading is self._looking:
                self._looking = self._pending = None
                begin()
                # Keys pressed meanwhile count from the record's old row, so also from its new one.
                self._found(found, self.at.cursor - row if same else 0, keep is not None)

        self._start(looking())

    def _found(self, found: Look, moved: int, keeps_line: bool) -> None:
        self._cache.clear()
        self._texts.clear()
        self._stale()
        for number, page in found.pages.items():
            self._cache.add(number, page)
        line = self.at.cursor - self.at.top if keeps_line else 0
        self.at.cursor = max(0, found.cursor + moved)
        self.at.top = max(0, self.at.cursor - line)
        self.at.count(found.known, found.exact)
        self._counted()
        self._moved()
        if not found.exact:
            self._count()

    def _count(self) -> None:
        assert self._source is not None
        reading = self._counting = Reading()
        read = partial(self._source.count, reading=reading)

        async def counting() -> None:
            count: int = await self._run(read)
            if reading is self._counting:
                self._counting = None
                self.at.count(count, exact=True)
                self._stale()
                self._counted()
                if self._wants_end:
                    self.action_last()
                self._moved()

        self._start(counting())

    def _ensure(self) -> None:
        """Starts reading what the window needs; what is being read for a window left is stopped."""
        if self._source is None or self._looking is not None:
            return
        missing = self._missing()
        if self._paging and missing and self._paging[0] not in missing:
            self._paging[1].stop()
        if self._loader is None and self._next_page() is not None:
            if missing:
                self._read_on()
            elif not self._ahead:
                # What is not wanted yet is read after the picture: both at once slow each other.
                self._ahead = self.call_after_refresh(self._read_on)

    def _read_on(self) -> None:
        self._ahead = False
        if self._loader is None and self._source is not None and self.is_attached:
            self._loader = self._start(self._load(self._source))

    async def _load(self, source: RowSource) -> None:
        try:
            while source is self._source and not self._looking:
                number = self._next_page()
                if number is None:
                    break
                reading = Reading()
                self._paging = (number, reading)
                where = self._cache.request(number, self.total).where
                try:
                    page = await self._run(partial(source.page, **where, reading=reading))
                except ReadingStopped:
                    continue
                if not reading.stopped and source is self._source:
                    self._cache.add(number, page)
                    self._stale()
                    self._paint()
        finally:
            self._paging = None
            self._loader = None

    def _missing(self) -> list[int]:
        return [n for n in self._cache.pages_of(self.at.window) if not self._cache.has(n)]

    def _next_page(self) -> int | None:
        """The page to read next: what is on screen, then its neighbours, to have them in time."""
        on_screen = self._cache.pages_of(self.at.window)
        if not on_screen:
            return None
        last = (self.at.known - 1) // self._cache.size
        around = [*on_screen, min(on_screen.stop, last), max(on_screen.start - 1, 0)]
        return next((n for n in around if not self._cache.has(n)), None)

    def _start(self, reading: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        async def guarded() -> None:
            try:
                await reading
            except ReadingStopped:
                pass
            except Exception as error:
                self.post_message(self.ReadFailed(self, error))

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def on_unmount(self) -> None:
        for reading in (self._looking, self._counting, self._paging and self._paging[1]):
            if reading is not None:
                reading.stop()
        for task in self._tasks:
            task.cancel()

    # -- the picture ------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        self.at.resize(event.size.height - 1)
        self._forget_lines()
        self._stale()
        self._moved()

    def _arrange(self) -> None:
        """Chooses the columns for the width there is."""
        if self._queue is None:
            return
        self._layout = ColumnLayout.fit(
            self._queue, self.size.width - GUTTER, self._ascii, self._columns
        )
        self._texts.clear()
        self._put_header(self._full(self._layout.header(self._order), "queue-table--header"))

    def _moved(self) -> None:
        self._ensure()
        self._paint()

    def _marked(self) -> None:
        self._stale()
        self._paint(patient=False)
        self.post_message(self.MarksChanged(self))

    def _counted(self) -> None:
        self.post_message(self.Counted(self, self.at.known, self.at.exact))

    def _paint(self, patient: bool = True) -> None:
        """Brings the screen up to date, line by line; waits a moment for rows still being read."""
        if patient and self._missing():
            if self._patience is None:
                self._patience = self.set_timer(PATIENCE, self._impatient)
            return
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        top, cursor = self._painted
        self._painted = (self.at.top, self.at.cursor)
        if top == self.at.top and self._lines:  # the cursor alone has moved
            moved = {row - top: self._line(row) for row in (cursor, self.at.cursor)}
            self._put_lines(moved, self.at.height)
        else:
            rows = range(self.at.top, self.at.top + self.at.height)
            lines = [self._line(row) for row in rows]
            if not self.at.known and self._queue is not None:
                lines[0] = self._full(self.empty, "queue-table--quiet")
            self._put_lines(dict(enumerate(lines)), self.at.height)
        self._say_where()

    def _stale(self) -> None:
        """Every line may be another one now, though the window has not moved."""
        self._painted = (-1, -1)

    def _impatient(self) -> None:
        self._patience = None
        self._paint(patient=False)

    def _say_where(self) -> None:
        at = self.at
        if not at.known:
            self.position = ""
        else:
            of = f"{at.known:,}" if at.exact else f"≥{at.known:,}"
            self.position = f"{at.cursor + 1:,} of {of}"
        key = self.cursor_key
        if key != self.under_cursor and (key is not None or not at.known):
            self.under_cursor = key
            self.post_message(self.CursorMoved(self, at.cursor, key))
            if self._wants_open and not self._wants_end:
                self.action_open()

    def _line(self, row: int) -> Line:
        if row >= self.at.known or self._layout is None or self._viewer is None:
            return BLANK
        on = row == self.at.cursor
        cursor = sign("cursor", self._ascii) if on else " "
        found = self._cache.row(row)
        if found is None:
            style = "queue-table--cursor" if on else "queue-table--quiet"
            return self._full(sign("waiting", self._ascii), style, cursor)
        key, values = found
        marked = key in self.marks
        mark = sign("marked", self._ascii) if marked else " "
        text = self._texts.get(row)
        if text is None:
            if len(self._texts) > LINES_KEPT:
                self._texts.clear()
            text = self._texts[row] = self._layout.line(values, self._viewer)
        style = "queue-table--marked" if marked else ""
        return Line(f"{cursor}{mark} {text}", "queue-table--cursor" if on else style)

    def _full(self, text: str, style: str, cursor: str = " ") -> Line:
        """A line across the table, cut or filled up to its width."""
        return Line(cell(f"{cursor}  {text}", self.size.width), style)
