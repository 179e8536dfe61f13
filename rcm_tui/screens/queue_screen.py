"""A queue on screen: its view, filter, order, totals, marks and preview, whatever it lists.

Every queue's own screen is a short declaration on top of this one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer

from rcm_tui.data.personal.layouts import (
    ChosenColumn,
    arranged,
    chosen_columns,
    keep_columns,
)
from rcm_tui.data.queues.pages import QueuePages, Reading, ReadingStopped
from rcm_tui.data.queues.queue import FIGURES, Column, Order, Queue, View
from rcm_tui.screens import totals_line
from rcm_tui.screens.actions import Situation
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.pace import Pace
from rcm_tui.screens.typed_ahead import ROWS
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.queue_table import QueueTable
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.still import Aside, Still
from rcm_tui.widgets.written import Piece, written

if TYPE_CHECKING:
    from rcm_tui.screens.filter_bar import FilterBar
    from rcm_tui.screens.jump_bar import JumpBar

SETTLE = 0.12
"""Seconds for which the cursor rests before the preview is read."""


class QueueScreen(Frame):
    """Shows one queue. Keys are those of the table of actions for its `area`."""

    queue: Queue

    DEFAULT_CSS = """
    QueueScreen #top { height: 1; layout: horizontal; }
    QueueScreen #where { width: 26; }
    QueueScreen #totals { color: $text-muted; }
    QueueScreen #preview { height: 7; border-top: solid $panel; display: none; }
    QueueScreen #preview.shown { display: block; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.view: View = self.queue.view(self.queue.default_view)
        self.filter = ""
        self.order: Order | None = None
        self.pages: QueuePages | None = None
        self._totals: dict[str, int] | None = None
        self._marked: dict[str, int] | None = None
        self._summing: Reading | None = None
        self._resting: Timer | None = None
        self._pace = Pace()
        self._summing_later: Timer | None = None
        self._started = False
        self._aim: int | None = None
        self._chosen: tuple[ChosenColumn, ...] | None = None
        self.only: tuple[int, ...] | None = None
        self._came_from: tuple[View, str, Order | None, int | None] | None = None

    def body(self) -> ComposeResult:
        with Still(id="top"):
            yield Line(id="title")
            # A widget of its own: a cursor key repaints these few cells and not the whole line.
            yield Aside(id="where")
        yield QueueTable(self.workstation.store.run, empty="Nothing in this view.")
        yield RowList(id="preview")
        yield Line(id="totals")

    @property
    def table(self) -> QueueTable:
        return self.query_one(QueueTable)

    def on_mount(self) -> None:
        preview = self.query_one("#preview", RowList)
        preview.can_focus = False
        self.table.focus()
        # Watched, not told by message: what follows a cursor key is in one picture with it, where
        # a message would come 16 ms later.
        self.watch(self.table, "position", self._draw_where, init=False)
        self.watch(self.table, "under_cursor", self.refresh_footer, init=False)
        self._started = True
        self._show_rows()

    # -- what is shown ----------------------------------------------------------------------

    def want(self, view: str, filter: str = "", key: int | None = None) -> None:
        """Shows a view, with a filter or none, and the cursor on a record if one is named."""
        self.show_view(self.queue.view(view), filter, key)

    def show_view(self, view: View, filter: str = "", key: int | None = None) -> None:
        """The same for a view that need not be declared, such as a saved one."""
        self.view, self.filter, self.order = view, filter, None
        self._aim = key
        self.only = self._came_from = None
        if self._started:
            self._show_rows()

    @property
    def seen_filter(self) -> str:
        """The filter that rows are read with: what was typed, and what a screen leaves out."""
        return self.filter

    def show_only(self, keys: Iterable[int], title: str, at: int | None = None) -> None:
        """Shows some rows as a queue of their own; esc goes back to where one was.

        The cursor is on the first, or on that of the key `at`.
        """
        if self._came_from is None:
            key = self.table.cursor_key if self._started else None
            aim = None if key is None else int(key)
            self._came_from = (self.view, self.filter, self.order, aim)
        self.view, self.filter = View("", title), ""
        self._aim = at
        self.only = tuple(dict.fromkeys(keys))
        if self._started:
            self._show_rows()

    def do_return(self) -> None:
        assert self._came_from is not None
        self.view, self.filter, self.order, self._aim = self._came_from
        self.only = self._came_from = None
        self._show_rows()

    def refresh_data(self) -> None:
        self.table.reload()
        self._sum_soon()

    def others_changed(self) -> None:
        self.table.reload()
        self._sum_in_time()

    def done_with(self) -> None:
        self.table.marks.clear()
        super().done_with()

    def _show_rows(self, keep: bool = False) -> None:
        self.workstation.typed_ahead.hold(ROWS, once=True)
        self.background("rows", partial(self._read_rows, keep))

    async def _read_rows(self, keep: bool) -> bool:
        """Reads and shows the chosen rows; a filter that is wrong is told, and nothing changes."""
        from rcm_tui.data.queues.language import FilterError

        app = self.workstation
        try:
            pages = await app.read(
                QueuePages,
                app.store.database,
                self.queue,
                app.viewer,
                view=self.view,
                filter=self.seen_filter,
                order=self.order,
                only=self.only,
            )
        except FilterError as error:
            (await self._filter_bar()).problem(error.message)
            return False
        if self._chosen is None:
            self._chosen = await app.read(
                chosen_columns, app.store.database, self.queue, app.actor.login
            )
        self.pages = pages
        self._totals = self._marked = None
        aim, self._aim = self._aim, None
        self.table.show(
            self.queue,
            pages,
            app.viewer,
            pages.order,
            keep=self.table.cursor_key if keep else aim,
            columns=self._columns(),
        )
        self._draw_title()
        self._sum_soon()
        return True

    async def settled(self) -> None:
        """Waits until rows and totals have been read."""
        while True:
            pending = [w for w in self.workers if w.group in ("rows", "totals") and w.is_running]
            if not pending:
                break
            await asyncio.gather(*(w.wait() for w in pending), return_exceptions=True)
        await self.table.settled()

    # -- lines ------------------------------------------------------------------------------

    def _draw_title(self) -> None:
        left: list[Piece] = [
            (self.queue.title, "bold"),
            " · ",
            (self.view.title, "bold $secondary"),
        ]
        if self.filter:
            left.append((f"   /{self.filter}", "$accent"))
        self.query_one("#title", Line).show(written(*left))
        self._draw_where()
        self.refresh_footer()

    def _draw_where(self) -> None:
        self.query_one("#where", Aside).show(self.table.position)

    def _draw_totals(self) -> None:
        queue, width, marks = self.queue, self.size.width, bool(self.table.marks)
        left = totals_line.of_view(queue, self._totals, width, beside_marks=marks)
        right = totals_line.of_marks(queue, self._marked, width) if marks else EMPTY
        self.query_one("#totals", Line).show(left, right)

    def situation(self) -> Situation:
        table = self.table
        return Situation(
            self.area,
            self.workstation.actor.role,
            self.view.name if self.view in self.queue.views else "all",
            rows=table.cursor_key is not None,
            marked=bool(table.marks),
            filtered=bool(self.filter),
            apart=self.only is not None,
            row=self.row(),
        )

    def row(self) -> dict[str, Any]:
        """The values under the cursor by the names of their columns."""
        values = self.table.cursor_row
        if values is None:
            return {}
        return dict(zip((c.name for c in self.queue.columns), values, strict=False))

    # -- totals -----------------------------------------------------------------------------

    def _sum_soon(self) -> None:
        if self._summing_later is not None:
            self._summing_later.stop()
            self._summing_later = None
        self.background("totals", self._sum)

    def _sum_in_time(self) -> None:
        """Sums anew, but not all the time while others work: rows are fresh, totals soon are."""
        if self._summing_later is not None:
            return
        rest = self._pace.wait(time.monotonic())
        if rest > 0:
            self._summing_later = self.set_timer(rest, self._sum_soon)
        else:
            self._sum_soon()

    async def _sum(self) -> None:
        if self._summing is not None:
            self._summing.stop()
        pages = self.pages
        if pages is None:
            return
        self._summing = reading = Reading()
        try:
            if self.table.marks:
                self._marked = await self.sum_marked(reading)
                self._draw_totals()
            began = time.monotonic()
            self._totals = await self.workstation.read(pages.totals, reading=reading)
            self._pace.took(began, time.monotonic())
        except ReadingStopped:
            return
        self._draw_totals()
        self.refresh_footer()

    async def sum_marked(self, reading: Reading | None = None) -> dict[str, int]:
        """Count and totals of what an action would work on: the marked rows, or the cursor's."""
        assert self.pages is not None
        marks = self.table.marks
        if marks.everything:
            return await self.workstation.read(
                self.pages.totals, but=frozenset(marks.keys), reading=reading
            )
        return await self.workstation.read(
            self.pages.totals, only=await self.chosen_keys(), reading=reading
        )

    async def chosen_keys(self) -> Sequence[int]:
        """The keys of what an action works on: the marked rows, or the one under the cursor."""
        marks, pages = self.table.marks, self.pages
        if pages is None:
            return []
        if marks.everything:
            but = frozenset(marks.keys)
            return await self.workstation.read(
                lambda: [int(k) for k in pages.keys() if k not in but]  # noqa: SIM118
            )
        if marks:
            return sorted(int(key) for key in marks.keys)
        key = self.table.cursor_key
        return [] if key is None else [int(key)]

    # -- what the table tells ---------------------------------------------------------------

    def on_queue_table_cursor_moved(self, event: QueueTable.CursorMoved) -> None:
        event.stop()
        self._preview_soon()

    def on_queue_table_counted(self, event: QueueTable.Counted) -> None:
        event.stop()
        self.workstation.typed_ahead.release(ROWS)
        self.refresh_footer()

    def on_queue_table_marks_changed(self, event: QueueTable.MarksChanged) -> None:
        event.stop()
        self._marked = None
        self._draw_totals()
        self._sum_soon()

    def on_queue_table_header_clicked(self, event: QueueTable.HeaderClicked) -> None:
        event.stop()
        self._order_by(event.column)

    def on_queue_table_read_failed(self, event: QueueTable.ReadFailed) -> None:
        event.stop()
        self.say(f"The rows could not be read: {event.error}", "$error")

    def on_queue_table_row_opened(self, event: QueueTable.RowOpened) -> None:
        event.stop()
        self.open_row(int(event.key))

    def open_row(self, key: int) -> None:
        """Opens the record of a row, where there is a screen for it."""
        self.say("There is no screen for one of these in this version.", "$warning")

    async def step(self, by: int) -> int | None:
        """The next or previous record of the queue, for a record that was opened from it."""
        before = self.table.cursor_key
        self.table.action_move(by)
        await self.table.settled()
        key = self.table.cursor_key
        return None if key is None or key == before else int(key)

    @property
    def where(self) -> str:
        """`2 of 41`, for a record that was opened from here."""
        return self.table.position

    # -- actions ----------------------------------------------------------------------------

    def do_open_row(self) -> None:
        self.table.action_open()

    async def do_filter(self) -> None:
        bar = await self._filter_bar()
        bar.open(self.filter)
        self.set_focus(bar.entry)  # now, so that letters typed ahead find it
        self.background("known", self._read_known)

    async def _filter_bar(self) -> FilterBar:
        """The bar, made when it is first wanted: the first picture need not wait for it."""
        from rcm_tui.screens.filter_bar import FilterBar

        if not self.query(FilterBar):
            await self.query_one("#body").mount(FilterBar(self.queue, id="filter"), after="#top")
        return self.query_one(FilterBar)

    async def _read_known(self) -> None:
        from rcm_tui.data.records.desk import known_values

        app = self.workstation
        bar = await self._filter_bar()
        bar.know(await app.read(known_values, app.store.database))

    async def on_filter_bar_given(self, event: FilterBar.Given) -> None:
        event.stop()
        before, self.filter = self.filter, event.text
        if await self._read_rows(keep=False):
            (await self._filter_bar()).close()
            self.table.focus()
        else:
            self.filter = before

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        event.stop()
        self.table.focus()

    def do_clear(self) -> None:
        self.filter = ""
        self._show_rows(keep=True)

    async def do_views(self) -> None:
        from rcm_tui.screens.saved_views import choose_view

        await choose_view(self)

    async def do_save_view(self) -> None:
        from rcm_tui.screens.saved_views import save_what_is_seen

        await save_what_is_seen(self)

    async def do_jump(self) -> None:
        bar = await self._jump_bar()
        bar.open()
        self.set_focus(bar.entry)

    async def _jump_bar(self) -> JumpBar:
        from rcm_tui.screens.jump_bar import JumpBar

        if not self.query(JumpBar):
            await self.query_one("#body").mount(JumpBar(id="jump"), before=self.table)
        return self.query_one(JumpBar)

    def on_jump_bar_typed(self, event: JumpBar.Typed) -> None:
        event.stop()
        self.background("find", partial(self._jump, event.letters))

    def on_jump_bar_left(self, event: JumpBar.Left) -> None:
        event.stop()
        self.table.focus()

    async def _jump(self, letters: str) -> None:
        from rcm_tui.data.queues.jump import first_beginning

        if self.pages is None:
            return
        found = await self.workstation.read(first_beginning, self.pages, letters)
        none = f"Nothing begins with “{letters}”." if letters.strip() and found is None else ""
        (await self._jump_bar()).tell(none)
        if found is not None:
            self.table.seek(found[0])

    async def do_export(self) -> None:
        from rcm_tui.screens.exporting import export_what_is_seen

        await export_what_is_seen(self)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns that the person chose, from the left; none for the queue's own."""
        return self.view.columns or tuple(one.name for one in self._chosen or ())

    def _columns(self) -> tuple[Column, ...]:
        """The columns to show where they are not the queue's own: the last leaves first."""
        chosen = self._chosen or ()
        if self.view.columns:
            widths = {one.name: one.width for one in chosen}
            chosen = tuple(ChosenColumn(n, widths.get(n, 0)) for n in self.view.columns)
        sized = {one.name for one in chosen if one.width}
        return tuple(
            replace(column, priority=place, flexible=column.flexible and column.name not in sized)
            for place, column in enumerate(arranged(self.queue, chosen) if chosen else ())
        )

    async def do_columns(self) -> None:
        from rcm_tui.screens.columns import ColumnsDialog

        app = self.workstation
        now = tuple(self._chosen or ())
        if self.view.columns:
            now = tuple(ChosenColumn(name) for name in self.view.columns)
        wanted = await app.ask(ColumnsDialog(self.queue, now))
        if wanted is None:
            return
        await app.change(keep_columns, self.queue, wanted)
        self._chosen = tuple(wanted)
        if self.view.columns:
            self.view = replace(self.view, columns=())
        self._show_rows(keep=True)

    async def do_order(self) -> None:
        from rcm_tui.widgets.chooser import Chooser, Option

        current = self.pages.order.terms[:1] if self.pages else ()
        name = current[0][0] if current else None
        options = []
        for column in self.queue.columns:
            arrow = ""
            if column.name == name:
                arrow = "again turns it round"
            options.append(Option(column.name, column.title, arrow))
        chosen = await self.workstation.ask(Chooser("Order by", options, name))
        if chosen is not None:
            self._order_by(chosen)

    def _order_by(self, name: str) -> None:
        current = self.pages.order.terms[:1] if self.pages else ()
        if current and current[0][0] == name:
            down = not current[0][1]
        else:
            # Figures are looked at from the greatest, words and dates from the first.
            down = self.queue.column(name).kind in FIGURES
        self.order = Order(((name, down),))
        self._show_rows(keep=True)

    def do_preview(self) -> None:
        preview = self.query_one("#preview", RowList)
        preview.toggle_class("shown")
        self._preview_soon()

    def _preview_soon(self) -> None:
        if not self.query_one("#preview", RowList).has_class("shown"):
            return
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(SETTLE, self._preview)

    def _preview(self) -> None:
        self.background("preview", self._read_preview)

    async def _read_preview(self) -> None:
        key = self.table.cursor_key
        lines = await self.preview_lines(int(key)) if key is not None else []
        self.query_one("#preview", RowList).show([Row(line) for line in lines], keep=False)

    async def preview_lines(self, key: int) -> Iterable[Content]:
        """What the preview says of a record."""
        return []
