"""Rows of a query as plain tuples, with dates and flags as Python has them."""

from collections.abc import Iterable
from typing import Any


def tuples(query: Any) -> Iterable[tuple[Any, ...]]:
    """The selected columns of each row; peewee's own types would promise a model."""
    rows: Iterable[tuple[Any, ...]] = query.tuples()
    return rows
