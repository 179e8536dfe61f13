"""The first store: every table, and the triggers that keep ledger and audit trail as written."""

from pathlib import Path

from peewee import Database, SqliteDatabase

KEPT_AS_WRITTEN = ("journal", "entry", "audit_record")


def up(migrator: object, db: Database) -> None:
    dialect = "sqlite" if isinstance(db, SqliteDatabase) else "postgresql"
    text = Path(__file__).with_name(f"0001_first_store.{dialect}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    guard = _guard_sqlite if dialect == "sqlite" else _guard_postgresql
    guard(db)


def _guard_sqlite(db: Database) -> None:
    for table in KEPT_AS_WRITTEN:
        for event in ("UPDATE", "DELETE"):
            db.execute_sql(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} rows are kept as written'); END"
            )


def _guard_postgresql(db: Database) -> None:
    db.execute_sql(
        "CREATE FUNCTION kept_as_written() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '%% rows are kept as written', TG_TABLE_NAME; END $$"
    )
    for table in KEPT_AS_WRITTEN:
        db.execute_sql(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION kept_as_written()"
        )
