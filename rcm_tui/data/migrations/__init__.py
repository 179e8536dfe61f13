"""Numbered migrations, applied in order by `upgrade`, recorded in `schema_migration`.

They run through peewee's runner inside one write transaction: it has no lock of its own, and
three at once would apply the same one twice.
"""

from pathlib import Path

from peewee import Database, PostgresqlDatabase

FOLDER = Path(__file__).parent
TABLE = "schema_migration"
LOCK = 0x52434E


class WrongVersion(Exception):
    """The store and the program are of different versions."""


def known() -> list[str]:
    """The names of this program's migrations, in order."""
    return sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))


def upgrade(database: Database) -> list[str]:
    """Applies what is missing. Raises WrongVersion when the store is newer than the program."""
    # The runner costs a start 15 ms that only an upgrade needs.
    from playhouse.migrations import Runner

    with database.atomic():
        if isinstance(database, PostgresqlDatabase):
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        _refuse_newer(_applied(database))
        applied: list[str] = Runner(database, str(FOLDER), TABLE).up()
        return applied


def refuse_other_versions(database: Database) -> None:
    """Raises WrongVersion unless the store has exactly the migrations of this program."""
    applied = _applied(database)
    _refuse_newer(applied)
    missing = set(known()) - applied
    if missing:
        raise WrongVersion(
            f"the store is older than the program ({len(missing)} to apply): run rcm-tui db upgrade"
        )


def _applied(database: Database) -> set[str]:
    if not database.table_exists(TABLE):
        return set()
    return {row[0] for row in database.execute_sql(f"SELECT name FROM {TABLE}").fetchall()}


def _refuse_newer(applied: set[str]) -> None:
    unknown = sorted(applied - set(known()))
    if unknown:
        raise WrongVersion(
            f"the store is newer than the program (it has {unknown[-1]}): update rcm-tui"
        )
