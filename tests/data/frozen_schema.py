"""The schema that the tables declare today, as SQL: compared with what the migrations make.

`python -m tests.data.frozen_schema sqlite|postgresql` prints it, for writing a new migration.
"""

import sys

from peewee import PostgresqlDatabase, SqliteDatabase

from rcm_tui.data.tables.every import ALL_TABLES


def statements(dialect: str) -> list[str]:
    """CREATE TABLE and CREATE INDEX statements of all tables in the order of their references."""
    database = (
        SqliteDatabase(None)
        if dialect == "sqlite"
        else PostgresqlDatabase(None, prefer_psycopg3=True)
    )
    result = []
    with database.bind_ctx(ALL_TABLES, bind_refs=False, bind_backrefs=False):
        for table in ALL_TABLES:
            table._meta.strict_tables = dialect == "sqlite"
            try:
                schema = table._schema
                contexts = [schema._create_table(safe=False), *schema._create_indexes(safe=False)]
                for context in contexts:
                    sql, parameters = context.query()
                    assert not parameters, (sql, parameters)
                    result.append(sql)
            finally:
                table._meta.strict_tables = True
    return result


if __name__ == "__main__":
    print(";\n".join(statements(sys.argv[1])) + ";")
