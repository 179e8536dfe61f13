"""Field classes for STRICT tables: SQLite's STRICT knows INTEGER, TEXT and BLOB, and so do we."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from peewee import SQL, BigIntegerField, Check, Context, Node, SmallIntegerField, TextField

MILLI = Decimal(1000)


class CentsField(BigIntegerField):
    """Money: an integer number of cents, never a float."""


class UnitsField(BigIntegerField):
    """Units of service: thousandths in the store (payers pay half units), `Decimal` in Python."""

    def db_value(self, value: Any) -> int | None:
        return None if value is None else units_to_store(Decimal(value))

    def python_value(self, value: Any) -> Decimal | None:
        return None if value is None else units_from_store(value)


class DateField(TextField):
    """A calendar date, ISO text in the store so that text order is date order."""

    def db_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, datetime.date) else value

    def python_value(self, value: Any) -> datetime.date | None:
        return None if value is None else datetime.date.fromisoformat(value)


class MomentField(TextField):
    """A moment in UTC, fixed-width ISO text in the store so that text order is time order."""

    def db_value(self, value: Any) -> str | None:
        return moment_to_store(value) if isinstance(value, datetime.datetime) else value

    def python_value(self, value: Any) -> datetime.datetime | None:
        return None if value is None else moment_from_store(value)


class CodeField(TextField):
    """A number or code that is looked up by how it begins: letters are in the order of their bytes.

    SQLite always compares so; PostgreSQL is told to, or else an index would not find a beginning.
    """

    def ddl_datatype(self, ctx: Context) -> SQL:
        return SQL(f"TEXT{_in_bytes(ctx)}")


class ByBytes(Node):
    """An expression of an index whose beginnings are looked up, in the order of its bytes."""

    def __init__(self, expression: Node) -> None:
        self.expression = expression

    def __sql__(self, ctx: Context) -> Context:
        ctx.sql(self.expression).literal(_in_bytes(ctx))
        return ctx


def _in_bytes(ctx: Context) -> str:
    return ' COLLATE "C"' if ctx.state.param == "%s" else ""


class FlagField(SmallIntegerField):
    """Yes or no as 1 or 0, which both stores compare alike."""

    def __init__(self, default: bool = False, **options: Any) -> None:
        constraints = options.pop("constraints", [])
        super().__init__(default=default, constraints=constraints, **options)

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        self.constraints = [*(self.constraints or []), Check(f"{name} IN (0, 1)")]
        super().bind(model, name, set_attribute)

    def db_value(self, value: Any) -> int | None:
        return None if value is None else int(bool(value))

    def python_value(self, value: Any) -> bool | None:
        return None if value is None else bool(value)


class ChoiceField(TextField):
    """An enumeration: text, with the allowed values as a CHECK constraint."""

    def __init__(self, choices: Iterable[str], **options: Any) -> None:
        self.allowed = tuple(choices)
        super().__init__(**options)

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in self.allowed)
        self.constraints = [*(self.constraints or []), Check(f"{name} IN ({listed})")]
        super().bind(model, name, set_attribute)


def units_to_store(units: Decimal) -> int:
    """Thousandths of a unit of service. Raises ValueError when the units are finer than that."""
    milli = units * MILLI
    if milli != milli.to_integral_value():
        raise ValueError(f"units {units} have more than three decimals")
    return int(milli)


def units_from_store(milli: int) -> Decimal:
    """Units of service from thousandths, without trailing zeros."""
    whole, rest = divmod(milli, 1000)
    return Decimal(whole) if not rest else (Decimal(milli) / MILLI).normalize()


def moment_to_store(moment: datetime.datetime) -> str:
    """UTC text of a moment. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is datetime.UTC:  # nearly all of them, and there are many
        return moment.isoformat(timespec="microseconds")[:26] + "Z"
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    utc = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


def moment_from_store(text: str) -> datetime.datetime:
    """The moment that `moment_to_store` wrote."""
    return datetime.datetime.fromisoformat(text)


def cents(amount: Decimal) -> int:
    """Cents of an amount of money. Raises ValueError when it has fractions of a cent."""
    scaled = amount * 100
    whole = int(scaled)
    if scaled != whole:
        raise ValueError(f"amount {amount} has fractions of a cent")
    return whole


def dollars(amount: int) -> Decimal:
    """An amount in cents as a `Decimal` with two places."""
    return Decimal(amount).scaleb(-2)
