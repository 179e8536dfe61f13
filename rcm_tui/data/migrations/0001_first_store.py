"""The first store: every table, and the triggers that keep ledger and audit trail as written."""

from pathlib import Path

from peewee import Database, SqliteDatabase

KEPT_AS_WRITTEN = ("journal", "entry", "audit_record")
ANOTHER_MANAGER = (
    "SELECT 1 FROM case_manager m WHERE m.client_id = NEW.client_id"
    " AND m.service_line = NEW.service_line AND m.id <> NEW.id"
    " AND m.starts_on <= COALESCE(NEW.ends_on, '~')"
    " AND NEW.starts_on <= COALESCE(m.ends_on, '~')"
)
ONE_MANAGER = "a service line has one case manager at a time"


def up(migrator: object, db: Database) -> None:
    dialect = "sqlite" if isinstance(db, SqliteDatabase) else "postgresql"
    text = Path(__file__).with_name(f"0001_first_store.{dialect}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    if dialect == "sqlite":
        _guard_sqlite(db)
    else:
        _know_dates_postgresql(db)
        _guard_postgresql(db)


def _guard_sqlite(db: Database) -> None:
    for table in KEPT_AS_WRITTEN:
        for event in ("UPDATE", "DELETE"):
            db.execute_sql(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} rows are kept as written'); END"
            )
    for event in ("INSERT", "UPDATE"):
        db.execute_sql(
            f"CREATE TRIGGER case_manager_alone_{event.lower()} AFTER {event} ON case_manager"
            f" WHEN EXISTS ({ANOTHER_MANAGER}) BEGIN SELECT RAISE(ABORT, '{ONE_MANAGER}'); END"
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
    db.execute_sql(
        "CREATE FUNCTION one_case_manager() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF EXISTS ({ANOTHER_MANAGER}) THEN RAISE EXCEPTION '{ONE_MANAGER}'"
        " USING ERRCODE = 'exclusion_violation'; END IF; RETURN NEW; END $$"
    )
    db.execute_sql(
        "CREATE TRIGGER case_manager_alone AFTER INSERT OR UPDATE ON case_manager"
        " FOR EACH ROW EXECUTE FUNCTION one_case_manager()"
    )


def _know_dates_postgresql(db: Database) -> None:
    """Queues count days with SQLite's own date(day, '+7 days'): the same for ISO text here."""
    db.execute_sql(
        "CREATE FUNCTION date(day text, step text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS"
        " $$ SELECT to_char(day::date + step::interval, 'YYYY-MM-DD') $$"
    )
