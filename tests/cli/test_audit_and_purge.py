"""The audit trail as a list, and the purge, from the command line."""

import datetime
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rcm_tui.cli import main
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.practice import User
from rcm_tui.data.tables.row import database as bound_database
from tests.billing.purging.test_purging import old_answer, switched_on
from tests.practice_builder import small_practice

Run = Callable[..., int]


@pytest.fixture
def run(store_url: str, key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs commands on a store with an old answer and two people; the test reads it after them."""
    monkeypatch.setenv("RCM_TUI_DB", store_url)
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder))
    monkeypatch.setenv("LOGNAME", "root")
    with Store.open(store_url, key_folder) as store:
        small_practice()
        for login, role in (("root", "administrator"), ("bob", "biller")):
            User.insert(login=login, name=login, role=role).on_conflict_ignore().execute()
            User.update(role=role).where(User.login == login).execute()
        old_answer("old", datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=4000))
        switched_on("answer files")

        def command(*words: str) -> int:
            try:
                return main(list(words))
            finally:
                bound_database.initialize(store.database)  # the command closed its own

        yield command


def test_the_trail_is_listed_for_who_may_and_that_is_on_record(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("list", "audit", "--format", "json", "--view", "reads") == 0
    (read,) = json.loads(capsys.readouterr().out)
    assert (read["who"], read["what"], read["kind"]) == ("root", "read", "audit_record")
    kept = [one.action for one in AuditRecord.select().order_by(AuditRecord.id)]
    assert kept == ["read", "exported"]
    monkeypatch.setenv("LOGNAME", "bob")
    assert run("list", "audit") == 1
    assert "a biller may not read the audit trail" in capsys.readouterr().err
    (refused,) = AuditRecord.select().where(AuditRecord.action == "refused")
    assert refused.actor == "bob"
    assert json.loads(refused.details)["attempt"] == "read the audit trail"
    assert AuditRecord.select().count() == 3
    assert run("list", "claims", "--view", "all") == 0, "what is allowed goes on"


def test_a_purge_is_seen_before_it_is_done_and_proves(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("db", "purge", "--json") == 0
    seen = {one["kept"]: one for one in json.loads(capsys.readouterr().out)}
    assert (seen["answer files"]["things"], seen["answer files"]["active"]) == (1, True)
    assert not seen["sent files"]["active"]
    assert IncomingFile.get().purged is None
    monkeypatch.setenv("LOGNAME", "bob")
    assert run("db", "purge", "--yes") == 1
    assert "may not care for the store" in capsys.readouterr().err
    (refused,) = AuditRecord.select().where(AuditRecord.action == "refused")
    assert (refused.actor, json.loads(refused.details)["attempt"]) == ("bob", "care for the store")
    monkeypatch.setenv("LOGNAME", "root")
    assert run("db", "purge", "--yes") == 0
    assert "1 content let go: answer files 1" in capsys.readouterr().out
    assert IncomingFile.get().purged is not None
    assert run("check") == 0
    assert "everything holds" in capsys.readouterr().out
