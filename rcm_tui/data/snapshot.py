"""Several reads that see the store at one moment, without keeping anybody from writing."""

from contextlib import AbstractContextManager
from typing import Any

from peewee import Database, SqliteDatabase


def one_moment(database: Database) -> AbstractContextManager[Any]:
    """A transaction for reading alone: what is read inside fits together.

    Write transactions are IMMEDIATE; a reader that asked for the same would wait for writers and
    make them wait.
    """
    if isinstance(database, SqliteDatabase):
        return database.atomic("DEFERRED")
    return database.atomic("REPEATABLE READ")
