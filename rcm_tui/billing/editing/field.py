"""What an editable record is: a table's fields as a person knows them, declared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from peewee import Database

from rcm_tui.data.tables.row import Row
from rcm_tui.data.work import Work

Kind = Literal["text", "code", "date", "money", "units", "number", "flag", "choice", "reference"]
"""Values: text and codes `str`, dates `date`, money cents, units `Decimal`, numbers and keys `int`.

A choice is one of its codes; a date, money, number or reference that is left out is None.
"""

Check = Callable[[Any], str]
"""Says what would be right, as the end of a sentence that names field and value; "" when it is."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record. `name` is the table's.

    `choices` are codes with their words. `reference` is the kind of record that is referred to;
    with `within` only those of the same client (or payer …) as this record, by that column.
    `codes` names the list that the code is looked up in, and `many` allows several, parted by
    blanks. `changes_claims` is False for what no claim is checked by. `longest` is in characters.
    """

    name: str
    label: str
    kind: Kind
    required: bool = False
    section: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""
    within: str = ""
    codes: str = ""
    many: bool = False
    normalise: Callable[[str], str] | None = None
    check: Check | None = None
    changes_claims: bool = True
    fixed: bool = False
    """Given when the record is made, and never changed: whose coverage it is."""
    longest: int = 80
    identifier: bool = False
    """Of a client: masked for whom the practice masks them."""


StoreCheck = Callable[
    [Database, Sequence[tuple[int, Mapping[str, Any]]]], Mapping[int, Mapping[str, str]]
]
"""Looks at records as they would be (keys, and values as the store has them) among what else the
store holds; a sentence for each field that does not fit, by key."""

WholeCheck = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Looks at the values of a whole record (by field); a sentence for each field that does not fit."""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record that can be edited.

    `title_sql` names a row `t` of it for people, `detail_sql` tells namesakes apart, and
    `search_sql` are the expressions whose beginnings are typed to find one. `claims_sql` gives the
    Draft claims that stand on records of this kind, by `{keys}`. `locked_sql` are columns (with
    `locked_from`) that `locked` makes a sentence of: why it cannot be edited, and what to do.
    `unique` are groups of fields that no two records share; records that have the fields `apart`
    in common may not hold on one day (from `starts_on` until `ends_on`).

    `entered` are fields that the table has in another form, as a day and a clock time for a moment:
    a kind that has some is read, made and changed by functions of its own (`own`).
    """

    name: str
    label: str
    table: type[Row]
    fields: tuple[Field, ...]
    title_sql: str
    detail_sql: str = "''"
    search_sql: tuple[str, ...] = ()
    claims_sql: str = ""
    locked_from: str = ""
    locked_sql: str = ""
    locked: Callable[..., str] | None = None
    checks: tuple[WholeCheck, ...] = ()
    fits: tuple[StoreCheck, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    apart: tuple[str, ...] = ()
    entered: Mapping[str, Any] = field(default_factory=dict)
    own: "OwnWay | None" = None

    @property
    def table_name(self) -> str:
        """The table's name in the store."""
        return str(self.table._meta.table_name)

    def field(self, name: str) -> Field:
        """A field by its name. Raises KeyError for an unknown one."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(f"a {self.label} has no field {name}")

    def column(self, name: str) -> Any:
        """The table's own field of this name, or the one that is entered in its stead."""
        return self.entered.get(name) or self.table._meta.combined[name]

    def columns(self) -> list[str]:
        """The names of the fields in the store."""
        return [str(self.column(one.name).column_name) for one in self.fields]


@dataclass(frozen=True, slots=True)
class OwnWay:
    """How records are read, made and changed whose fields are not simply those of a table.

    `read` gives key, version, title, why it is locked ("" if it is not) and the raw values in the
    order of the fields. `make` takes values and gives the new key; `change` takes a key, the raw
    values that change, and all as they will be. Both raise Refused, or Invalid for some fields.
    """

    read: Callable[[Database, Iterable[int]], Iterable[tuple[int, int, str, str, list[Any]]]]
    make: Callable[[Work, Mapping[str, Any]], int]
    change: Callable[[Work, int, Mapping[str, Any], Mapping[str, Any]], None]
