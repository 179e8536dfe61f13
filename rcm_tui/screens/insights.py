"""Insights: figures in sections, each line one key from the rows that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from rcm_tui.screens.actions import Situation
from rcm_tui.screens.frame import Frame
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written

COUNTING = "…"


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind a line: a queue, its view and filter; `figure` is what the line counts.

    `inside` says what one looks into, empty where there is no more to see.
    """

    queue: str
    view: str
    filter: str
    figure: Any = None
    inside: str = ""


class InsightsScreen(Frame):
    """Lines of figures. `i` looks into one, enter opens the rows behind it."""

    about = ""
    """What the head says."""

    def body(self) -> ComposeResult:
        yield Line(id="as-of")
        yield RowList(id="figures")

    def on_mount(self) -> None:
        self._behind: dict[object, Behind] = {}
        self.inside: list[Behind] = []
        self.query_one("#figures", RowList).focus()
        self.refresh_data()

    @property
    def within(self) -> str:
        """The filter of what one looks into; empty for all."""
        return self.inside[-1].filter if self.inside else ""

    def show_lines(self, lines: Iterable[tuple[Content, Behind | None]], *, keep: bool) -> None:
        """Shows lines; one with rows behind it can be chosen."""
        self._behind = {}
        rows: list[Row] = []
        for content, behind in lines:
            key: object = None
            if behind is not None:
                key = (behind.queue, behind.view, behind.filter, behind.inside)
                key = (key, len(rows)) if key in self._behind else key
                self._behind[key] = behind
            rows.append(Row(content, key))
        self.query_one("#figures", RowList).show(rows, keep=keep)
        self.refresh_footer()

    def say_when(self, when: str) -> None:
        """Writes the head: what is looked into, and as of when it is."""
        names = [self.about, *(one.inside for one in self.inside)]
        self.query_one("#as-of", Line).show(
            written((" › ".join(names), "bold")), written((when, "$text-muted"))
        )

    def chosen(self) -> Behind | None:
        """What is under the cursor."""
        return self._behind.get(self.query_one("#figures", RowList).key)

    def redraw(self) -> None:
        """Draws anew what is looked into now."""
        raise NotImplementedError

    def situation(self) -> Situation:
        behind = self.chosen() if self.is_mounted and hasattr(self, "_behind") else None
        row = {"inside": bool(behind and behind.inside), "looked_into": bool(self._inside_of())}
        return Situation(self.area, self.workstation.actor.role, rows=behind is not None, row=row)

    def _inside_of(self) -> Sequence[Behind]:
        return getattr(self, "inside", ())

    def do_open(self) -> None:
        self.query_one("#figures", RowList).action_choose()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        behind = self._behind[event.key]
        self.workstation.go(behind.queue, behind.view, behind.filter)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.refresh_footer()

    def do_look_inside(self) -> None:
        behind = self.chosen()
        if behind is not None and behind.inside:
            self.inside.append(behind)
            self.redraw()
            self.refresh_footer()

    def do_widen(self) -> None:
        self.inside.pop()
        self.redraw()
        self.refresh_footer()

    async def do_export_figures(self) -> None:
        from rcm_tui.screens.reports import export_figures

        await export_figures(self, (self.area,))


def heading(text: str) -> tuple[Content, None]:
    """The line over a section."""
    return written((text, "$text-muted")), None


BLANK: tuple[Content, None] = (Content(""), None)
