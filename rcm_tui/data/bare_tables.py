"""Tables of PostgreSQL without indexes and references while very many rows are written.

Making an index once over all rows takes a fraction of growing it row by row, and so does checking
a reference. All within one transaction: whatever is raised, the tables are as they were.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from peewee import Database

MEMORY = "256MB"
"""What the server may use to make one index; its own default of 64 MB sorts on disk (ours)."""
INDEXES = (
    "SELECT quote_ident(i.relname), pg_get_indexdef(i.oid) FROM pg_index x"
    " JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid"
    " WHERE t.relnamespace = current_schema()::regnamespace AND NOT EXISTS"
    " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype <> 'f')"
    " ORDER BY i.relname"
)
REFERENCES = (
    "SELECT quote_ident(t.relname), quote_ident(c.conname), pg_get_constraintdef(c.oid)"
    " FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
    " WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2"
)
Done = Callable[[int, int], None]


@contextmanager
def bare_tables(database: Database, done: Done) -> Iterator[None]:
    """Takes indexes and references away while the block runs, and makes them anew at its end."""
    database.execute_sql(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
    references = database.execute_sql(REFERENCES).fetchall()
    indexes = database.execute_sql(INDEXES).fetchall()
    for table, name, _ in references:
        database.execute_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        database.execute_sql(f"DROP INDEX {name}")
    yield
    again = [sql for _, sql in indexes]
    again += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {sql}" for table, name, sql in references]
    for number, sql in enumerate(again):
        done(number, len(again))
        database.execute_sql(sql.replace("%", "%%"))
    done(len(again), len(again))
