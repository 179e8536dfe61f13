"""A peer: Textual's own DataTable with the rows of a csv file, loaded as its manual shows."""

import csv
import sys
from itertools import islice

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class StockTable(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        with open(sys.argv[1], newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            table.add_columns(*next(rows))
            table.add_rows(islice(rows, int(sys.argv[2])))


StockTable().run()
