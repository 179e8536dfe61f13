"""What is read of the runs of case rules."""

from peewee import Database

from rcm_tui.data.bulk import read_rows


def cases_of_run(database: Database, run: int) -> list[int]:
    """The cases that a run of rules opened or joined, as far as they are there."""
    rows = read_rows(
        database,
        'SELECT DISTINCT f.id FROM case_rule_claim AS c JOIN case_file AS f ON f.id = c."case"'
        " WHERE c.run_id = ? ORDER BY f.id",
        run,
    )
    return [key for (key,) in rows]


def read_run(database: Database, run: int) -> tuple[int, int, int, int] | None:
    """Cases opened, claims joined, claims in all and cents of a run; None when it is gone."""
    rows = read_rows(
        database, "SELECT opened, joined, claims, amount FROM case_rule_run WHERE id = ?", run
    )
    return tuple(rows[0]) if rows else None
