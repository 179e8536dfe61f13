"""The people of the practice."""

from peewee import Database

from rcm_tui.data.bulk import read_rows


def people(database: Database) -> list[tuple[str, str, str]]:
    """Login, name and role of those who work here, by login. Blocks."""
    rows = read_rows(
        database,
        "SELECT login, name, role FROM person WHERE active = 1"
        " AND role NOT IN ('system', 'auditor') ORDER BY login",
    )
    return [(login, name, role) for login, name, role in rows]
