"""The rows that were refused, as a csv that can be corrected and brought in again.

Headings and cells are those of the file; two columns before them say which row it was and why it
was refused, and mean nothing when the file comes in again.
"""

import csv
import datetime
import io
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from rcm_tui.data.queues.text_formats import FORMULA_STARTS
from rcm_tui.data.target import TargetRefused, safe_target, written_beside
from rcm_tui.exchange.tables.meanings import text_of
from rcm_tui.exchange.tables.source import SourceRow

HEADINGS = ("Row", "Reason")
MOST_NAMES = 1000


class RefusedRows:
    """Writes refused rows as they come; the file appears, whole, when the block ends.

    `target` is asked for when the first row is refused; None writes nothing. Without a refused
    row, or when the block raises, there is no file.
    """

    def __init__(self, headings: Sequence[str], target: Callable[[], Path] | None) -> None:
        self.path: Path | None = None
        self.count = 0
        self._headings = headings
        self._target = target
        self._open = ExitStack()
        self._text: io.TextIOWrapper | None = None

    def __enter__(self) -> "RefusedRows":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._text is not None:
            self._text.flush()
            self._text.detach()
        self._open.__exit__(kind, error, trace)

    def take(self, row: SourceRow, reason: str) -> None:
        """Adds a row."""
        self.count += 1
        if self._target is None:
            return
        if self._text is None:
            self.path = self._target()
            file = self._open.enter_context(written_beside(self.path))
            # With a mark: else a spreadsheet takes the accents for another encoding.
            self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            self._write([*HEADINGS, *self._headings])
        cells = [text_of(value) for value in row.values]
        self._write([str(row.number), reason, *cells])

    def _write(self, cells: Sequence[str]) -> None:
        assert self._text is not None
        csv.writer(self._text).writerow([_safe(cell) for cell in cells])


def refused_target(folder: Path, kind: str, today: datetime.date) -> Path:
    """A new file's path for the refused rows of a kind of table, in a folder.

    Raises TargetRefused where nothing can be written.
    """
    stem = f"{kind}-refused-{today.isoformat()}"
    for number in range(1, MOST_NAMES):
        name = f"{stem}.csv" if number == 1 else f"{stem}-{number}.csv"
        if not (folder / name).exists():
            return safe_target(folder, name)
    raise TargetRefused(f"there are {MOST_NAMES} files like {stem}.csv already: clear {folder}")


def _safe(cell: str) -> str:
    # A spreadsheet would run a text that starts like a formula; reading takes the quote off again.
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell
