"""Single records read whole, for the screens that show one."""

from typing import Any


def rows_of(query: Any) -> list[Any]:
    """The rows of a query as tuples (peewee's stubs take them for models)."""
    return list(query.tuples())
