from pathlib import Path

import pytest

from rcm_tui.data import migrations
from rcm_tui.data.store import Store, create
from rcm_tui.data.store_database import StoreError
from tests.data.frozen_schema import statements


def schema(database: object) -> dict[str, str]:
    rows = database.execute_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: sql for name, sql in rows.fetchall() if not name.startswith("schema_migration")}


def test_the_migrations_make_what_the_tables_declare(tmp_path: Path) -> None:
    with create(str(tmp_path / "made.db"), tmp_path / "keys", "Practice") as store:
        migrated = schema(store.database)
        fresh = type(store.database)(tmp_path / "fresh.db", None)
        for statement in statements("sqlite"):
            fresh.execute_sql(statement)
        declared = schema(fresh)
        fresh.close_everywhere()
    triggers = {name for name in migrated if name not in declared} - {"charge_day"}
    assert {name: migrated[name] for name in declared} == declared
    assert all(migrated[name].startswith("CREATE TRIGGER") for name in triggers)
    assert len(triggers) == 11


def test_the_two_dialects_hold_the_same_tables_and_indexes() -> None:
    def names(dialect: str) -> list[str]:
        return [statement.split('"')[1] for statement in statements(dialect)]

    frozen = (migrations.FOLDER / "0001_first_store.postgresql.sql").read_text()
    assert names("sqlite") == names("postgresql")
    assert frozen == ";\n".join(statements("postgresql")) + ";\n"


def test_a_store_newer_than_the_program_is_refused(tmp_path: Path) -> None:
    url = str(tmp_path / "made.db")
    with create(url, tmp_path / "keys", "Practice") as store:
        store.database.execute_sql(
            "INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01')"
        )
    with pytest.raises(StoreError, match=r"newer than the program .*9999_later"):
        Store.open(url, tmp_path / "keys")


def test_a_store_older_than_the_program_says_how_to_upgrade(tmp_path: Path) -> None:
    url = str(tmp_path / "made.db")
    with create(url, tmp_path / "keys", "Practice") as store:
        store.database.execute_sql("DELETE FROM schema_migration")
    with pytest.raises(StoreError, match="rcm-tui db upgrade"):
        Store.open(url, tmp_path / "keys")
