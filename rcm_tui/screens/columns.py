"""Which columns of a queue a person sees, in what order and how wide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.data.personal.layouts import NARROWEST, WIDEST, ChosenColumn
from rcm_tui.data.queues.queue import Queue
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import written


class ColumnsDialog(Dialog["list[ChosenColumn] | None"]):
    """The columns from the left, those left out below. Gives the chosen; none for the queue's."""

    DEFAULT_CSS = """
    ColumnsDialog RowList { height: auto; max-height: 16; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", show=False),
        Binding("K,shift+up", "shift(-1)", show=False),
        Binding("J,shift+down", "shift(1)", show=False),
        Binding("plus", "size(1)", show=False),
        Binding("minus", "size(-1)", show=False),
        Binding("d", "declared", show=False),
    ]

    def __init__(self, queue: Queue, chosen: Sequence[ChosenColumn]) -> None:
        super().__init__(f"Columns of {queue.title.lower()}")
        self._queue = queue
        self._begin(chosen)

    def _begin(self, chosen: Sequence[ChosenColumn]) -> None:
        names = [one.name for one in chosen] or [column.name for column in self._queue.columns]
        self._shown = set(names)
        rest = [column.name for column in self._queue.columns if column.name not in self._shown]
        self._order = [*names, *rest]
        self._widths = {one.name: one.width for one in chosen if one.width}

    def parts(self) -> ComposeResult:
        yield RowList(self._rows())

    def keys(self) -> list[tuple[str, str]]:
        return [
            ("enter", "keep"),
            ("space", "show"),
            ("J", "K move"),
            ("+", "- size"),
            ("d", "as declared"),
            ("esc", "cancel"),
        ]

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_accept()

    def action_choose(self) -> None:
        name = self._here()
        if self._shown == {name}:
            self.problem("One column has to stay.")
            return
        self._shown ^= {name}
        self._draw()

    def action_shift(self, by: int) -> None:
        name = self._here()
        place = self._order.index(name)
        other = place + by
        if 0 <= other < len(self._order):
            self._order[place], self._order[other] = self._order[other], name
            self._draw()
            self.query_one(RowList).go(name)

    def action_size(self, by: int) -> None:
        name = self._here()
        width = self._widths.get(name) or self._queue.column(name).width
        self._widths[name] = max(NARROWEST, min(width + by, WIDEST))
        self._draw()

    def action_declared(self) -> None:
        self._begin(())
        self._draw()

    def action_accept(self) -> None:
        declared = [column.name for column in self._queue.columns]
        names = [name for name in self._order if name in self._shown]
        if names == declared and not self._widths:
            self.dismiss([])
            return
        self.dismiss([ChosenColumn(name, self._widths.get(name, 0)) for name in names])

    def action_leave(self) -> None:
        self.dismiss(None)

    def _here(self) -> str:
        return str(self.query_one(RowList).key)

    def _draw(self) -> None:
        self.problem("")
        self.query_one(RowList).show(self._rows())

    def _rows(self) -> list[Row]:
        rows = []
        for name in self._order:
            column = self._queue.column(name)
            shown = name in self._shown
            box = sign("marked", ascii_wanted()) if shown else ("-" if ascii_wanted() else "□")
            width = self._widths.get(name)
            size = f"{width} cells" if width else f"{column.width}, as declared"
            style = "" if shown else "$text-muted"
            rows.append(
                Row(written((f"{box} {column.title:<24}", style), (size, "$text-muted")), name)
            )
        return rows
