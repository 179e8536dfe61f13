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
        _add_up_days_sqlite(db)
    else:
        _know_dates_postgresql(db)
        _guard_postgresql(db)
        _add_up_days_postgresql(db)


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
        # Beyond some centuries there is no day; a step that is too long must not be an error.
        " $$ SELECT CASE WHEN length(step) <= length('+99999 days')"
        " THEN to_char(day::date + step::interval, 'YYYY-MM-DD') END $$"
    )


# What charge periods are added up from: how many charge items of which status each business unit
# has on each day. Only the triggers write it, and `check` proves it.
DAYS = (
    "CREATE TABLE charge_day (business_unit_id BIGINT NOT NULL, date_of_service TEXT NOT NULL,"
    " status TEXT NOT NULL, items BIGINT NOT NULL, billed BIGINT NOT NULL,"
    " PRIMARY KEY (business_unit_id, date_of_service, status))"
)
OF_A_CHARGE = "business_unit_id, date_of_service, status"
ADDED = (
    f"INSERT INTO charge_day ({OF_A_CHARGE}, items, billed)"
    " VALUES (NEW.business_unit_id, NEW.date_of_service, NEW.status, 1, NEW.billed)"
    f" ON CONFLICT ({OF_A_CHARGE}) DO UPDATE SET items = charge_day.items + 1,"
    " billed = charge_day.billed + excluded.billed"
)
OF_THE_OLD = (
    "business_unit_id = OLD.business_unit_id AND date_of_service = OLD.date_of_service"
    " AND status = OLD.status"
)
TAKEN = f"UPDATE charge_day SET items = items - 1, billed = billed - OLD.billed WHERE {OF_THE_OLD}"
EMPTIED = f"DELETE FROM charge_day WHERE {OF_THE_OLD} AND items = 0"
MOVED = " OR ".join(
    f"OLD.{name} <> NEW.{name}"
    for name in ("status", "date_of_service", "business_unit_id", "billed")
)


def _add_up_days_sqlite(db: Database) -> None:
    db.execute_sql(f"{DAYS.replace('BIGINT', 'INTEGER')} STRICT, WITHOUT ROWID")
    for event, when, done in (
        ("INSERT", "", (ADDED,)),
        ("UPDATE", f" WHEN {MOVED}", (TAKEN, ADDED, EMPTIED)),
        ("DELETE", "", (TAKEN, EMPTIED)),
    ):
        db.execute_sql(
            f"CREATE TRIGGER charge_day_{event.lower()} AFTER {event} ON charge_item{when}"
            f" BEGIN {'; '.join(done)}; END"
        )


def _add_up_days_postgresql(db: Database) -> None:
    db.execute_sql(DAYS)
    db.execute_sql(
        "CREATE FUNCTION add_up_charge_days() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'INSERT' THEN {TAKEN}; END IF;"
        f" IF TG_OP <> 'DELETE' THEN {ADDED}; END IF;"
        f" IF TG_OP <> 'INSERT' THEN {EMPTIED}; END IF;"
        " RETURN NULL; END $$"
    )
    for event, when in (
        ("INSERT", ""),
        ("UPDATE", f"WHEN ({MOVED.replace('<>', 'IS DISTINCT FROM')})"),
        ("DELETE", ""),
    ):
        db.execute_sql(
            f"CREATE TRIGGER charge_day_{event.lower()} AFTER {event} ON charge_item"
            f" FOR EACH ROW {when} EXECUTE FUNCTION add_up_charge_days()"
        )
