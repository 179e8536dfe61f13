"""A record on screen: a title, its parts as tabs, and one list of lines for the part shown.

Every record's own screen says how it is read and which lines each part has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from textual.app import ComposeResult
from textual.content import Content

from rcm_tui.screens.actions import Situation
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.typed_ahead import RECORD
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.tab_line import TabLine
from rcm_tui.widgets.written import written


class Walk(Protocol):
    """The queue that a record was opened from."""

    async def step(self, by: int) -> int | None: ...

    @property
    def where(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A tab: what it is called, what stands behind its name, and the lines it shows."""

    name: str
    title: str
    lines: Callable[[Any], Sequence[Row]]
    note: Callable[[Any], str] = lambda record: ""


class RecordScreen(Frame):
    """Shows one record; the same screen is used again for the next one."""

    parts: ClassVar[tuple[Part, ...]] = ()
    table: ClassVar[str] = ""
    """The table of the records, where it is not called as the area is."""
    remembered: ClassVar[bool] = True
    """Whether opening one is on record, and it is among those opened last."""
    line_list: ClassVar[type[RowList]] = RowList
    """The list of the lines; another one where there are thousands."""

    DEFAULT_CSS = """
    RecordScreen > #body > #title { text-style: bold; }
    RecordScreen > #body > #parts { border-bottom: solid $panel; height: 2; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.record: Any = None
        self.key = 0
        self.part = self.parts[0].name
        self._walk: Walk | None = None
        self._mounted = False
        self._noted = 0
        """The record whose opening was kept already."""

    def body(self) -> ComposeResult:
        yield Line(id="title")
        yield TabLine(id="parts")
        yield self.line_list(id="lines")

    def on_mount(self) -> None:
        self._mounted = True
        self.query_one("#lines", RowList).focus()
        if self.key:
            self._read_soon()

    # -- what is shown ----------------------------------------------------------------------

    def want(self, key: int, walk: Walk | None = None) -> None:
        """Shows another record, opened from a queue or not."""
        self.key, self._walk = key, walk
        self._noted = 0
        self.part = self.parts[0].name
        if self._mounted:
            self.say("")
            self._read_soon()

    def refresh_data(self) -> None:
        if self.key:
            self._read_soon()

    def on_resize(self) -> None:
        self.refresh_data()

    def _read_soon(self) -> None:
        self.background("record", self._read)

    async def _read(self) -> None:
        key = self.key
        record = await self.read_record(key)
        if key != self.key:
            return
        self.record = record
        if record is None:
            self.say("This record is not there any more.", "$warning")
        elif self.remembered and self._noted != key:
            self._noted = key
            title = self.heading(record)[0].plain
            self.workstation.opened(self.table or self.area, key, title)
        self._draw(keep=True)
        self.workstation.typed_ahead.release(RECORD)

    async def read_record(self, key: int) -> Any:
        """Reads the record; None when there is none."""
        raise NotImplementedError

    def heading(self, record: Any) -> tuple[Content, Content]:
        """What the first line says, left and right."""
        raise NotImplementedError

    def _draw(self, keep: bool = False) -> None:
        record = self.record
        if record is None:
            self.query_one("#title", Line).show(EMPTY)
            self.query_one("#lines", RowList).show([])
            return
        left, right = self.heading(record)
        if self._walk is not None and self._walk.where:
            right = written(right, (f"   {self._walk.where}", "$text-muted"))
        self.query_one("#title", Line).show(left, right)
        tabs = [
            (part.name, f"{part.title} {note}" if (note := part.note(record)) else part.title)
            for part in self.parts
        ]
        self.query_one("#parts", TabLine).show(tabs, self.part)
        lines = next(part.lines for part in self.parts if part.name == self.part)
        self.query_one("#lines", RowList).show(lines(record), keep=keep)
        self.refresh_footer()

    def situation(self) -> Situation:
        known = self.record is not None
        row = self.row() if known else {}
        return Situation(self.area, self.workstation.actor.role, self.part, rows=known, row=row)

    def row(self) -> dict[str, Any]:
        """What the table of actions needs to know of the record; asked only where there is one."""
        return {}

    # -- actions ----------------------------------------------------------------------------

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        if event.tab_line.id == "parts":
            event.stop()
            self.show_part(event.name)

    def show_part(self, name: str) -> None:
        """Shows one part of the record."""
        self.part = name
        self._draw()

    def do_next_part(self) -> None:
        self._turn(1)

    def do_previous_part(self) -> None:
        self._turn(-1)

    def _turn(self, by: int) -> None:
        names = [part.name for part in self.parts]
        self.show_part(names[(names.index(self.part) + by) % len(names)])

    def do_audit_trail(self) -> None:
        from rcm_tui.screens.audit import show_trail_of

        show_trail_of(self.workstation, self.table or self.area, self.key)

    async def do_next_record(self) -> None:
        await self._step(1)

    async def do_previous_record(self) -> None:
        await self._step(-1)

    async def _step(self, by: int) -> None:
        key = await self._walk.step(by) if self._walk is not None else None
        if key is None:
            self.say("There is no other record that way.", "$warning")
            return
        self.key = key
        await self._read()
