"""Reading a queue: pages by keyset, counts, totals, and where a record stands. No screen needed.

Every function here blocks and belongs on a thread. A `Reading` given along can stop it from
another thread, when what it reads is no longer wanted.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from peewee import Database

from rcm_tui.data.identifiers import masked_value
from rcm_tui.data.queues.keyset import Place, Range, ranges
from rcm_tui.data.queues.queue import Key, Order, Queue, Value, View, Viewer, bind

if TYPE_CHECKING:
    from rcm_tui.data.queues.condition import Condition, Dialect, LookUp

Row = tuple[Value, ...]
IN_LIST = 500  # keys in one IN (…): far below every limit on parameters
FEW_KEYS = 200
"""So many that a filter's own lists hold at most are looked up before (ours)."""
EVERYTHING = Range("", (), ())


class ReadingStopped(Exception):
    """The reading was stopped from another thread because something newer replaced it."""


class Reading:
    """One request to the store that can be stopped from another thread while it runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self.stopped = False

    def stop(self) -> None:
        """Interrupts the running statement, if any, and refuses every later one."""
        with self._lock:
            self.stopped = True
            if self._connection is not None:
                # SQLite's interrupt and psycopg's cancel: both may be called from any thread.
                interrupt = getattr(self._connection, "interrupt", None)
                (interrupt or self._connection.cancel)()

    @contextmanager
    def during(self, connection: Any) -> Iterator[None]:
        """Lets `stop` interrupt this connection inside the block. Raises ReadingStopped."""
        with self._lock:
            if self.stopped:
                raise ReadingStopped
            self._connection = connection
        try:
            yield
        except Exception as error:
            if self.stopped:
                raise ReadingStopped from error
            raise
        finally:
            with self._lock:
                self._connection = None
        if self.stopped:  # too late to interrupt; what was read is not wanted all the same
            raise ReadingStopped


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a queue in its order; `places` says where each stands, for the pages beside."""

    keys: tuple[Key, ...] = ()
    places: tuple[Place, ...] = ()
    rows: tuple[Row, ...] = ()

    def __len__(self) -> int:
        return len(self.keys)


class QueuePages:
    """A queue as one person sees it now: a view, a filter and an order over a database.

    Raises FilterError for a filter that cannot be understood and KeyError (a sentence) for an
    unknown view or column. Rows are tuples of the queue's `selected` expressions. `only` keeps
    of the view the rows of these keys (the marked ones), however many.
    """

    def __init__(
        self,
        database: Database,
        queue: Queue,
        viewer: Viewer,
        *,
        view: str | View | None = None,
        filter: str = "",
        order: Order | None = None,
        only: Iterable[Key] | None = None,
    ) -> None:
        self.database = database
        self.queue = queue
        self.viewer = viewer
        name = view or queue.default_view
        self.view = queue.view(name) if isinstance(name, str) and name else name or None
        self.filter = filter
        chosen = order or (self.view.order if self.view else None) or queue.default_order
        self.order = chosen
        self._terms = queue.terms(chosen)
        columns = enumerate(queue.columns) if viewer.masks else ()
        self._masked = {place: one.kind for place, one in columns if one.identifier}
        self._only = None if only is None else list(only)
        self._looks_up = False
        self._condition, self._parameters = self._conditions(self._noticed)
        self._few: tuple[Value, ...] | None = None

    # -- pages ------------------------------------------------------------------------------

    def page(
        self,
        *,
        after: Place | None = None,
        before: Place | None = None,
        last: bool = False,
        own: bool = False,
        skip: int = 0,
        limit: int = 100,
        reading: Reading | None = None,
    ) -> Page:
        """Rows following a place, or before it, or (with neither) from the start or the end.

        `own` takes the row at the place itself too, where it is still there. `skip` leaves rows
        out on the way, so that a far row is counted from the nearest place known: the cost is
        that of the rows skipped and read, not of the whole queue.
        """
        backward = last or before is not None
        found: list[Row] = []
        for part in ranges(self._terms, before if backward else after, backward, own):
            rows = self._read(part, limit - len(found), skip, reading)
            found += rows
            if len(found) >= limit:
                break
            if skip:
                skip = 0 if rows else skip - self._count_in(part, reading)
        return self._page(found[::-1] if backward else found)

    def rows_by_keys(self, keys: Iterable[Key], reading: Reading | None = None) -> dict[Key, Row]:
        """The rows of these keys, whether or not they are in this view; unknown ones are absent."""
        found: dict[Key, Row] = {}
        names = ", ".join(self.queue.selected)
        source = self.queue.source(names)
        key = self.queue.key
        for some, marks in _in_lists(keys):
            sql = f"SELECT {key}, {names} FROM {source} WHERE {key} IN ({marks})"
            for row in self._run(sql, some, reading):
                found[_key(row[0])] = self._shown(row[1:])
        return found

    def keys(self, chunk: int = 1000, reading: Reading | None = None) -> Iterator[Key]:
        """All keys of the view in its order, read in chunks: no cursor stays open in between."""
        place: Place | None = None
        terms = ", ".join(term.expression for term in self._terms)
        while True:
            found: list[Row] = []
            for part in ranges(self._terms, place):
                source, parameters = self._matching(part, reading, terms)
                sql = f"SELECT {terms} {source} ORDER BY {self._ordered(part)} LIMIT ?"
                found += self._run(sql, (*parameters, chunk - len(found)), reading)
                if len(found) >= chunk:
                    break
            yield from (_key(row[-1]) for row in found)
            if len(found) < chunk:
                return
            place = found[-1]

    # -- places -----------------------------------------------------------------------------

    def place_of(self, key: Key, reading: Reading | None = None) -> Place | None:
        """Where a record stands in this order now; None when the view does not hold it."""
        terms = ", ".join(term.expression for term in self._terms)
        own = Range(f"{self.queue.key} = ?", (key,), ())
        source, parameters = self._remembered(own, reading, terms)
        rows = self._run(f"SELECT {terms} {source}", parameters, reading)
        return rows[0] if rows else None

    def first_where(
        self, condition: str, parameters: tuple[Value, ...], reading: Reading | None = None
    ) -> Key | None:
        """The first row of the view, in its order, for which an SQL condition holds."""
        part = next(ranges(self._terms, None))
        narrowed = Range(condition, parameters, part.order)
        terms = ", ".join(term.expression for term in self._terms)
        source, bound = self._matching(narrowed, reading, terms)
        sql = f"SELECT {terms} {source} ORDER BY {self._ordered(narrowed)} LIMIT 1"
        rows = self._run(sql, bound, reading)
        return _key(rows[0][-1]) if rows else None

    def rank(self, place: Place, reading: Reading | None = None) -> int:
        """How many rows of the view stand before a place."""
        return sum(self._count_in(p, reading) for p in ranges(self._terms, place, backward=True))

    # -- figures ----------------------------------------------------------------------------

    def count_capped(self, cap: int = 1001, reading: Reading | None = None) -> int:
        """The number of rows, counted no further than `cap`: cheap for any view.

        Where there are fewer, these very rows are remembered, and pages and places are of them
        until the next call. Looking for a few rows among a million along the index of their order
        would read the whole table out of order for each page.
        """
        self._few = None
        source, parameters = self._matching(EVERYTHING, reading)
        found = self._run(f"SELECT {self.queue.key} {source} LIMIT ?", (*parameters, cap), reading)
        if self._condition and len(found) < cap:
            self._few = tuple(row[0] for row in found)
        return len(found)

    def count(self, reading: Reading | None = None) -> int:
        """The exact number of rows."""
        source, parameters = self._matching(EVERYTHING, reading)
        return _whole(self._run(f"SELECT COUNT(*) {source}", parameters, reading)[0][0])

    def totals(
        self,
        *,
        only: Iterable[Key] | None = None,
        but: Iterable[Key] = (),
        reading: Reading | None = None,
    ) -> dict[str, int]:
        """`count` and every declared total: of the view, of some of its rows, of all but some."""
        if only is not None:
            return self._sums_of(only, reading)
        whole = self._sums(EVERYTHING, reading)
        for name, figure in self._sums_of(but, reading).items():
            whole[name] -= figure
        return whole

    def grouped(
        self, by: Sequence[str], sums: Sequence[str], reading: Reading | None = None
    ) -> list[tuple[tuple[Value, ...], tuple[int, ...]]]:
        """The view's rows summed by columns: the values of each group, and its figures.

        `by` names columns of the queue, `sums` are SQL expressions over a row, summed as integers.
        """
        names = ", ".join(self.queue.column(name).expression for name in by)
        figures = ", ".join(f"SUM({expression})" for expression in sums)
        source, parameters = self._matching(EVERYTHING, reading, names, figures)
        places = ", ".join(str(place) for place in range(1, len(by) + 1))
        sql = f"SELECT {names}, {figures} {source} GROUP BY {places}"
        return [
            (row[: len(by)], tuple(_whole(figure) for figure in row[len(by) :]))
            for row in self._run(sql, parameters, reading)
        ]

    # -- SQL --------------------------------------------------------------------------------

    def _noticed(self, _: Condition) -> None:
        self._looks_up = True

    def _looked_up(self, query: Condition, reading: Reading | None) -> Sequence[Key] | None:
        """The keys of a filter's list; None where they are many."""
        limited = (*query.parameters, FEW_KEYS + 1)
        rows = self._run(f"{query.sql} LIMIT ?", limited, reading)
        if len(rows) > FEW_KEYS:
            return None
        return list(dict.fromkeys(row[0] for row in rows if row[0] is not None))

    def _current(self, reading: Reading | None) -> tuple[str, tuple[Value, ...]]:
        """The condition as the store is now: a payer may have come or be called otherwise."""
        if not self._looks_up:
            return self._condition, self._parameters
        return self._conditions(lambda query: self._looked_up(query, reading))

    def _conditions(self, look_up: LookUp) -> tuple[str, tuple[Value, ...]]:
        view = self.view or View("", "")
        parts = [f"({view.condition})"] if view.condition else []
        parameters: tuple[Value, ...] = ()
        for text in (view.filter, self.filter):
            if text.strip():
                # Loaded with the first filter: the first screen need not wait for the parser.
                from rcm_tui.data.queues.condition import compile_filter

                postgresql = self.database.param == "%s"
                dialect: Dialect = "postgresql" if postgresql else "sqlite"
                compiled = compile_filter(text, self.queue, self.viewer, dialect, look_up)
                if compiled is not None:
                    parts.append(compiled.sql)
                    parameters += compiled.parameters
        if self._only is not None:
            parts.append(f"{self.queue.key} IN ({self._listed(self._only)})")
            parameters += (json.dumps(self._only),)
        return " AND ".join(parts), parameters

    def _listed(self, keys: list[Key]) -> str:
        """SQL for the keys in one parameter, since there may be more than a statement takes."""
        if self.database.param != "%s":
            return "SELECT value FROM json_each(?)"
        kind = "bigint" if all(isinstance(key, int) for key in keys) else "text"
        return f"SELECT value::{kind} FROM json_array_elements_text(?::json)"

    def _matching(
        self, part: Range, reading: Reading | None, *fragments: str
    ) -> tuple[str, tuple[Value, ...]]:
        """FROM and WHERE of the view's rows in a range, with the joins that the fragments need."""
        return self._rows_of(*self._current(reading), part, *fragments)

    def _remembered(
        self, part: Range, reading: Reading | None, *fragments: str
    ) -> tuple[str, tuple[Value, ...]]:
        """The same, from the few rows that the last capped count found, if they were few."""
        few = self._few
        if few is None:
            return self._matching(part, reading, *fragments)
        marks = ", ".join("?" * len(few))
        test = f"{self.queue.key} IN ({marks})" if few else "1 = 0"
        return self._rows_of(test, few, part, *fragments)

    def _rows_of(
        self, condition: str, parameters: tuple[Value, ...], part: Range, *fragments: str
    ) -> tuple[str, tuple[Value, ...]]:
        conditions = [text for text in (condition, part.condition) if text]
        where = " WHERE " + " AND ".join(conditions) if conditions else ""
        source = f"FROM {self.queue.source(where, *fragments)}{where}"
        return source, parameters + part.parameters

    def _ordered(self, part: Range) -> str:
        return ", ".join(f"{self._terms[n].expression} {way}" for n, way in part.order)

    def _read(self, part: Range, limit: int, skip: int, reading: Reading | None) -> list[Row]:
        # Inside, keys by an index and few joins; outside, those rows with all their columns: one
        # statement, so that both see the same state of the store. The CROSS JOIN keeps SQLite
        # from starting with the big table.
        if self.queue.from_.startswith("("):
            return self._read_summed(part, limit, skip, reading)
        terms = ", ".join(f"{t.expression} AS place_{n}" for n, t in enumerate(self._terms))
        source, parameters = self._remembered(part, reading, terms)
        inner = f"SELECT {terms} {source} ORDER BY {self._ordered(part)} LIMIT ? OFFSET ?"
        names = ", ".join(self.queue.selected)
        places = ", ".join(f"page.place_{n}" for n in range(len(self._terms)))
        sql = (
            f"SELECT {places}, {names} FROM ({inner}) AS page"
            f" CROSS JOIN {self.queue.source(names)}"
            f" WHERE {self.queue.key} = page.place_{len(self._terms) - 1}"
            f" ORDER BY {', '.join(f'page.place_{n} {way}' for n, way in part.order)}"
        )
        return self._run(sql, (*parameters, limit, skip), reading)

    def _read_summed(
        self, part: Range, limit: int, skip: int, reading: Reading | None
    ) -> list[Row]:
        """The same of what is summed from other rows, which would be summed twice otherwise."""
        names = ", ".join((*(term.expression for term in self._terms), *self.queue.selected))
        source, parameters = self._remembered(part, reading, names)
        sql = f"SELECT {names} {source} ORDER BY {self._ordered(part)} LIMIT ? OFFSET ?"
        return self._run(sql, (*parameters, limit, skip), reading)

    def _page(self, found: Sequence[Row]) -> Page:
        width = len(self._terms)
        places = tuple(row[:width] for row in found)
        rows = tuple(self._shown(row[width:]) for row in found)
        return Page(tuple(_key(place[-1]) for place in places), places, rows)

    def _shown(self, row: Row) -> Row:
        """A row as the viewer may see it."""
        if not self._masked:
            return row
        values = list(row)
        for place, kind in self._masked.items():
            values[place] = masked_value(values[place], kind)
        return tuple(values)

    def _count_in(self, part: Range, reading: Reading | None) -> int:
        source, parameters = self._remembered(part, reading)
        return _whole(self._run(f"SELECT COUNT(*) {source}", parameters, reading)[0][0])

    def _sums(self, part: Range, reading: Reading | None) -> dict[str, int]:
        figures = ", ".join(["COUNT(*)", *(f"SUM({t.expression})" for t in self.queue.totals)])
        source, parameters = self._matching(part, reading, figures)
        row = self._run(f"SELECT {figures} {source}", parameters, reading)[0]
        names = ["count", *(total.name for total in self.queue.totals)]
        return {name: _whole(value) for name, value in zip(names, row, strict=True)}

    def _sums_of(self, keys: Iterable[Key], reading: Reading | None) -> dict[str, int]:
        summed = {"count": 0, **{total.name: 0 for total in self.queue.totals}}
        for some, marks in _in_lists(keys):
            part = Range(f"{self.queue.key} IN ({marks})", some, ())
            for name, figure in self._sums(part, reading).items():
                summed[name] += figure
        return summed

    def _run(self, sql: str, parameters: Iterable[Value], reading: Reading | None) -> list[Row]:
        text, bound = bind(sql, parameters, self.viewer, self.database.param)
        with (reading or Reading()).during(self.database.connection()):
            rows: list[Row] = self.database.execute_sql(text, bound).fetchall()
        return rows


def _in_lists(keys: Iterable[Key]) -> Iterator[tuple[tuple[Key, ...], str]]:
    remaining = iter(keys)
    while some := tuple(islice(remaining, IN_LIST)):
        yield some, ", ".join("?" * len(some))


def _key(value: Value) -> Key:
    assert value is not None  # the key of a queue is never NULL: its declaration says so
    return value


def _whole(value: Any) -> int:
    """PostgreSQL sums integers as numeric, and both give NULL for the sum of nothing."""
    return int(value or 0)
