"""Dataclasses of the X12 models as plain JSON values and back; defaults are left out."""

import types
from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


def encoded(value: Any) -> Any:
    """A JSON value: amounts as decimal strings, dates as ISO text, dataclasses as objects."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [encoded(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return encoded_fields(value)
    return value


def encoded_fields(value: Any, names: Collection[str] | None = None) -> dict[str, Any]:
    """The fields of a dataclass that differ from their defaults; only `names` where given."""
    said = {}
    for name, default in _compared(value.__class__):
        if names is None or name in names:
            held = getattr(value, name)
            if held is not default and held != default:
                said[name] = encoded(held)
    return said


def decoded(kind: Any, value: Any) -> Any:
    """The value of a type annotation from what `encoded` made. Raises ValueError when unlike."""
    if value is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        kind = next(choice for choice in get_args(kind) if choice is not type(None))
        return decoded(kind, value)
    if origin is tuple:
        return tuple(decoded(get_args(kind)[0], item) for item in value)
    if hasattr(kind, "__dataclass_fields__"):
        return kind(**decoded_fields(kind, value))
    if kind is Decimal:
        return Decimal(value)
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if not isinstance(value, kind):
        raise ValueError(f"{value!r} is not a {kind.__name__}")
    return value


def decoded_fields(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Constructor arguments for some fields of a dataclass."""
    hints = _hints(kind)
    return {name: decoded(hints[name], value) for name, value in values.items() if name in hints}


@cache
def _compared(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The fields that count, each with its default, or MISSING where it has none."""
    return tuple((item.name, item.default) for item in fields(kind) if item.compare)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
