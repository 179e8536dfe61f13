"""A record with a panel under its lines that says why the line under the cursor is there."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from rcm_tui.screens.record_screen import RecordScreen
from rcm_tui.widgets.row_list import Row, RowList


class WeighedScreen(RecordScreen):
    """A record whose lines are weighed against each other, such as candidates for a match."""

    DEFAULT_CSS = """
    WeighedScreen #why { height: 5; border-top: solid $panel; }
    """

    def body(self) -> ComposeResult:
        yield from super().body()
        panel = RowList(id="why")
        panel.can_focus = False
        yield panel

    def why_rows(self) -> Sequence[Row]:
        """The reasons of the line under the cursor; nothing where none speaks of it."""
        raise NotImplementedError

    async def read_next(self) -> bool:
        """Reads the next record of the queue, or this one again where there is none; whether."""
        following = await self._walk.step(1) if self._walk is not None else None
        if following is not None:
            self.key = following
        await self._read()
        return following is not None

    def _draw(self, keep: bool = False) -> None:
        super()._draw(keep)
        self._explain()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self._explain()
        self.refresh_footer()

    def _explain(self) -> None:
        self.query_one("#why", RowList).show(self.why_rows(), keep=False)
