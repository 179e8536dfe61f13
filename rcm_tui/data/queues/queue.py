"""What a queue is: one declaration from which screens, commands, saved views and exports are made.

Everything here is plain data. SQL text in a declaration is written by us, may hold `:today` (an
ISO date) and `:me` (the user), and has to mean the same to SQLite and PostgreSQL. What people
type never becomes SQL text: it arrives as parameters (`language.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from functools import cached_property
from typing import Literal

Kind = Literal[
    "text",  # words; found anywhere in the value
    "code",  # claim numbers, CARCs, procedure codes; found when equal, or by `C-10*`
    "codes",  # several such, parted by blanks; found when one of them is equal
    "diagnosis",  # an ICD-10-CM code, shown and found by what it is called
    "person",  # a user; `me` and `none` mean something
    "state",  # one of a few stored values, each a Choice
    "money",  # integer cents
    "count",  # an integer
    "units",  # units of service
    "date",  # ISO date text
    "datetime",  # ISO date and time text, UTC
    "age",  # ISO date text, shown and filtered as days up to today
    "details",  # JSON of an audit record, shown as words; filtered as text
]
Sign = Literal["", "open", "done", "failed", "partly", "waiting", "warning", "clock"]
Key = int | str
Value = str | int | None

FIGURES: frozenset[str] = frozenset({"money", "count", "units", "age"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks and when: what `me`, `today` and a day's limits mean in a filter."""

    today: date
    me: Key | None = None
    zone: tzinfo = UTC
    masks: bool = False
    """Whether identifiers of clients are masked for them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One stored value of a state, its word for people, and the sign drawn before the word."""

    value: str
    label: str
    sign: Sign = ""


@dataclass(frozen=True, slots=True)
class Join:
    """A table that columns may speak of; left out of a query in which none does.

    It must add exactly one row to each row of the queue: `on` leads to a unique key.
    """

    alias: str
    table: str
    on: str

    @property
    def sql(self) -> str:
        return f"LEFT JOIN {self.table} AS {self.alias} ON {self.on}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a queue: an SQL expression and how its values are drawn.

    `priority` 0 stays on the narrowest screen; the highest number leaves first. `short` is an
    expression shown instead, in `short_width` cells, once the table is narrow (a payer's short
    code for its name). `order` is the expression to sort by when it is not `expression`.
    `required` promises that the sort expression is never NULL, which makes paging cheaper; a
    false promise loses rows, so leave it off in doubt. An `identifier` of a client is masked for
    whom the practice masks them.
    """

    name: str
    title: str
    expression: str
    kind: Kind = "text"
    width: int = 12
    priority: int = 0
    choices: tuple[Choice, ...] = ()
    short: str = ""
    short_width: int = 0
    order: str = ""
    required: bool = False
    flexible: bool = False  # takes the width that is left over on wide screens
    identifier: bool = False
    help: str = ""

    @property
    def align(self) -> Literal["left", "right"]:
        return "right" if self.kind in FIGURES else "left"

    def choice(self, value: Value) -> Choice | None:
        return next((c for c in self.choices if c.value == value), None)


@dataclass(frozen=True, slots=True)
class Field:
    """Something a filter can test: `name operator value`.

    `within` wraps the test for values that live in other rows; `{test}` stands for it:
    `EXISTS (SELECT 1 FROM adjustment AS a WHERE a.claim_id = claim.id AND {test})`, or, to use an
    index of the queue's own table, `claim.payer_id IN (SELECT p.id FROM payer AS p WHERE {test})`.
    Several `expressions` are tried one after the other (a payer's name or its id). `identity` is
    what `me` is compared with, for a person who is shown by name and known by a key. `parts` of a
    code are what its hyphens are between: with a group and a reason, `CO-197` is looked up by
    both, and a bare `197` by the expressions. `filled` is the test of `any` and `none` where one
    that looks at a row at a time is quicker than `within`. With `looked_up`, the list of `within`
    is read on its own before, and its keys stand in the statement when they are few: only then
    does a database know how many rows to expect, and nothing at all is read for a payer that is
    not there. A `+` before the column is left out then; it keeps the planner on the order of the
    queue where they are many.
    """

    name: str
    kind: Kind
    expressions: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    within: str = "{test}"
    filled: str = ""
    identity: str = ""
    parts: tuple[str, ...] = ()
    looked_up: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Where a bare word of a filter is looked for.

    `prefix` can use an index on `lower(expression)`, by bytes; `exact` one on the expression, and
    finds what was typed, in capitals or in small letters; `contains` reads every row. Where all
    places of a queue use an index and their `within` is `column IN (SELECT …)`, a word among a
    million rows is found in a millisecond; a single place without an index spoils that.
    """

    expression: str
    match: Literal["prefix", "contains", "exact"] = "contains"
    within: str = "{test}"


@dataclass(frozen=True, slots=True)
class Total:
    """One figure under a queue: the sum of an expression over all its rows.

    One that is not `shown` is for figures that are made of it.
    """

    name: str
    title: str
    expression: str
    kind: Kind = "money"
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """Columns to sort by, most important first; the key is always added as the last term."""

    terms: tuple[tuple[str, bool], ...] = ()  # (column name, descending)

    @classmethod
    def by(cls, *names: str) -> Order:
        """`Order.by("-balance", "patient")`: a minus sign means from the greatest down."""
        return cls(tuple((name.lstrip("-"), name.startswith("-")) for name in names))

    def __str__(self) -> str:
        return " ".join(f"-{name}" if down else name for name, down in self.terms)


@dataclass(frozen=True, slots=True)
class View:
    """A named part of a queue: a filter in the filter language, an SQL condition, or both.

    `columns` names the columns shown, from the left; empty means the queue's own.
    """

    name: str
    title: str
    filter: str = ""
    condition: str = ""
    order: Order | None = None
    description: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an ORDER BY, as SQL. NULLs come last, whichever way it runs."""

    expression: str
    descending: bool
    required: bool


@dataclass(frozen=True)
class Queue:
    """A kind of record as it can be listed, filtered, sorted, totalled and exported.

    `from_` is the table that has one row per record, `key` its unique, never NULL, single-column
    key. Columns can be filtered by their names without being declared again under `fields`.
    """

    name: str
    title: str
    from_: str
    key: str
    columns: tuple[Column, ...]
    joins: tuple[Join, ...] = ()
    fields: tuple[Field, ...] = ()
    views: tuple[View, ...] = ()
    default_view: str = ""
    default_order: Order = field(default_factory=Order)
    search: tuple[Search, ...] = ()
    totals: tuple[Total, ...] = ()
    noun: tuple[str, str] = ("row", "rows")

    def __post_init__(self) -> None:
        for order in (self.default_order, *(v.order for v in self.views if v.order)):
            self.terms(order)
        if self.default_view:
            self.view(self.default_view)

    @cached_property
    def filterable(self) -> dict[str, Field]:
        """Every field by its name: the columns, then the declared fields, which win."""
        found = {
            c.name: Field(c.name, c.kind, (c.expression,), choices=c.choices, help=c.help)
            for c in self.columns
        }
        found.update((f.name, f) for f in self.fields)
        return found

    def field(self, name: str) -> Field | None:
        """The field of this name or synonym, in any case; None when there is none."""
        wanted = name.lower()
        return self.filterable.get(wanted) or next(
            (f for f in self.fields if wanted in f.synonyms), None
        )

    def column(self, name: str) -> Column:
        """The column of this name. Raises KeyError with a sentence."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"The queue {self.name} has no column '{name}'.")

    def view(self, name: str) -> View:
        """The view of this name. Raises KeyError with a sentence."""
        for view in self.views:
            if view.name == name:
                return view
        known = ", ".join(view.name for view in self.views)
        raise KeyError(f"The queue {self.name} has no view '{name}'; it has {known}.")

    @cached_property
    def selected(self) -> tuple[str, ...]:
        """The expressions of a row: one per column, then one per column that has a short form."""
        return tuple(c.expression for c in self.columns) + tuple(
            c.short for c in self.columns if c.short
        )

    @cached_property
    def shorts(self) -> dict[str, int]:
        """Where in a row the short form of a column is."""
        with_short = [c.name for c in self.columns if c.short]
        return {name: len(self.columns) + n for n, name in enumerate(with_short)}

    def terms(self, order: Order) -> tuple[Term, ...]:
        """The order as SQL terms, ended by the key, so that no two rows are equal in it.

        Raises KeyError for a column that does not exist.
        """
        terms: list[Term] = []
        for name, descending in order.terms:
            column = self.column(name)
            if column.kind == "age":  # the oldest has the earliest date
                descending = not descending
            terms.append(Term(column.order or column.expression, descending, column.required))
        # The same direction as the term before lets one index be read either way.
        terms.append(Term(self.key, bool(terms) and terms[-1].descending, True))
        return tuple(terms)

    def source(self, *fragments: str) -> str:
        """FROM with only the joins that the fragments speak of, directly or through another."""
        needed: set[str] = set()
        texts: list[str] = list(fragments)
        while texts:
            text = texts.pop()
            for join in self.joins:
                if join.alias not in needed and re.search(rf"\b{join.alias}\.", text):
                    needed.add(join.alias)
                    texts.append(join.on)
        return " ".join([self.from_, *(j.sql for j in self.joins if j.alias in needed)])


_TOKENS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|::|:today\b|:me\b|\?|%")


def bind(
    sql: str, parameters: Iterable[Value], viewer: Viewer, placeholder: str
) -> tuple[str, tuple[Value, ...]]:
    """SQL with `?`, `:today` and `:me` as the database's own placeholders, and their values."""
    given = iter(parameters)
    bound: list[Value] = []

    def place(match: re.Match[str]) -> str:
        token = match.group()
        if token == "?":
            bound.append(next(given))
        elif token == ":today":
            bound.append(viewer.today.isoformat())
        elif token == ":me":
            bound.append(viewer.me)
        else:  # a literal, a quoted name, a cast or a percent sign stays what it is
            return token.replace("%", "%%") if placeholder == "%s" else token
        return placeholder

    text = _TOKENS.sub(place, sql)
    return text, tuple(bound)
