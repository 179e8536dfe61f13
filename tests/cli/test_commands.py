"""The commands as a person or a script runs them, from an empty practice to money posted."""

import datetime
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.cli import main
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Authorization
from rcm_tui.data.tables.payers import Payer
from rcm_tui.demo.build import build_demo
from tests.practice_builder import small_practice

Run = Callable[..., tuple[int, str, str]]

CLEARINGHOUSE = "demo-clearinghouse"

CLAIM_FIELDS = {
    "claim_number",
    "patient_control_number",
    "status",
    "acknowledgement",
    "adjudication",
    "billed",
    "paid",
    "payer_balance",
    "patient_balance",
    "payer",
    "patient",
    "frequency",
    "lines",
    "first_service_date",
}
CHARGE_FIELDS = {
    "charge_number",
    "status",
    "patient",
    "date_of_service",
    "procedure_code",
    "units",
    "billed",
    "duplicate_of",
    "claim_number",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line; returns exit status, standard output and standard error."""

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture(scope="module")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    now = datetime.datetime(2026, 11, 18, 17, 0, tzinfo=datetime.UTC)
    build_demo(
        folder / "demo.db",
        folder / "keys",
        claims=80,
        seed=3,
        replace=False,
        progress=lambda done, total: None,
        now=now,
    )
    return folder


@pytest.fixture
def demo(built_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo practice of the test's own, whose clearinghouse's folders are its own as well."""
    shutil.copytree(built_demo, tmp_path / "demo")
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(tmp_path / "demo" / "keys"))
    path = tmp_path / "demo" / "demo.db"
    with Store.open(str(path), tmp_path / "demo" / "keys") as store:
        store.database.execute_sql(
            "UPDATE clearinghouse SET outgoing = ?, incoming = ?",
            tuple(
                str(tmp_path / "demo" / CLEARINGHOUSE / folder)
                for folder in ("outgoing", "incoming")
            ),
        )
    return path


@pytest.fixture
def practice(store_url: str, key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small practice on either database, with one New charge."""
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder))
    with Store.open(store_url, key_folder):
        small_practice().add_charge(status="New")
        # Commands act by the wall clock, which is long past the small practice's days.
        Payer.update(filing_days=36_500).execute()
        Authorization.update(ends_on="2126-12-31").execute()
    return store_url


def listed(run: Run, url: object, queue: str, *options: str) -> list[dict[str, Any]]:
    status, out, _ = run("list", queue, "--db", url, "--format", "json", *options)
    assert status == 0
    rows: list[dict[str, Any]] = json.loads(out)
    return rows


def test_init_makes_an_encrypted_practice_and_shows_its_key_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(tmp_path / "keys"))
    path = tmp_path / "practice.db"
    status, out, _ = run("init", "--db", path, "--name", "North")
    key = (tmp_path / "keys" / "practice.db.key").read_text().strip()
    assert status == 0
    shown = [line.replace(" ", "") for line in out.splitlines() if line.startswith("  ")]
    assert shown[0] == key
    assert run("check", "--db", path)[0] == 0
    status, out, err = run("init", "--db", path)
    assert (status, out) == (1, "")
    assert "already" in err


def test_approve_and_generate_say_what_they_did(run: Run, practice: str) -> None:
    status, out, _ = run("approve", "--db", practice, "--json")
    assert (status, json.loads(out)) == (0, {"done": 1, "made": 0, "amount": "320.00", "left": []})
    status, out, _ = run("approve", "--db", practice, "--json")
    assert json.loads(out)["done"] == 0
    status, out, _ = run("generate", "--db", practice, "--json")
    assert json.loads(out)["made"] == 1
    (claim,) = listed(run, practice, "claims")
    assert claim.keys() >= CLAIM_FIELDS
    assert (claim["status"], claim["billed"], claim["lines"]) == ("Ready to Submit", "320.00", 1)
    (charge,) = listed(run, practice, "charges", "--view", "all")
    assert charge.keys() >= CHARGE_FIELDS
    assert charge["status"] == "Claim Line Created"
    assert charge["claim_number"] == claim["claim_number"]
    assert Decimal(charge["units"]) == 8


def test_an_unknown_unit_queue_view_or_field_is_named(run: Run, practice: str) -> None:
    for words, sentence in (
        (("approve", "--unit", "Nroth"), "Nroth"),
        (("list", "clams"), "claims"),
        (("list", "claims", "--view", "denide"), "denide"),
        (("list", "claims", "--filter", "blance>1"), "balance"),
        (("list", "claims", "--order", "colour"), "colour"),
    ):
        status, _, err = run(*words, "--db", practice)
        assert status == 1
        assert sentence in err


def test_wrong_usage_ends_with_two(run: Run) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("aprove")
    with pytest.raises(SystemExit, match="2"):
        run("approve", "--from", "yesterday")


def test_a_store_that_is_not_there_is_a_sentence(run: Run, tmp_path: Path) -> None:
    status, _, err = run("list", "claims", "--db", tmp_path / "none.db")
    assert status == 1
    assert "rcm-tui init" in err


def test_the_whole_loop_by_commands(run: Run, demo: Path) -> None:
    """Approve, generate, submit, let the practice clearinghouse answer, pick up, and check."""
    before = {row["claim_number"] for row in listed(run, demo, "claims")}
    # Left charges are said with status 1: two sessions of a day, one not yet submitted.
    assert run("approve", "--db", demo, "--json")[0] in (0, 1)
    assert run("generate", "--db", demo, "--json")[0] == 0
    status, out, _ = run("submit", "--db", demo, "--json")
    assert status == 0
    (file,) = json.loads(out)["files"]
    assert Path(file["path"]).exists()
    assert len(file["interchange_control_number"]) == 9
    made = [row for row in listed(run, demo, "claims") if row["claim_number"] not in before]
    sent = [row for row in made if row["status"] == "Submitted"]
    assert file["claims"] == len(sent) > 0
    assert Decimal(file["billed"]) == sum(Decimal(row["billed"]) for row in sent)
    assert run("worker", "--once", "--job", "practice clearinghouse", "--db", demo)[0] == 0
    assert run("worker", "--once", "--job", "pick up answers", "--db", demo)[0] == 0
    answered = {row["claim_number"]: row for row in listed(run, demo, "claims")}
    assert {answered[row["claim_number"]]["acknowledgement"] for row in sent} != {"none"}
    status, out, _ = run("check", "--db", demo, "--json")
    assert (status, json.loads(out)["ok"]) == (0, True)


def test_check_fails_when_a_balance_is_altered(run: Run, demo: Path) -> None:
    with Store.open(str(demo), demo.parent / "keys"):
        Claim.update(paid=Claim.paid + 1).where(Claim.adjudication == "paid").execute()
    status, out, _ = run("check", "--db", demo, "--json")
    result = json.loads(out)
    assert (status, result["ok"]) == (1, False)
    assert [check["name"] for check in result["checks"] if not check["ok"]]


def test_import_says_one_object_a_file(run: Run, demo: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.835").write_bytes(b"")
    (tmp_path / "letter.txt").write_bytes(b"Dear payer,\n")
    outgoing = demo.parent / CLEARINGHOUSE / "outgoing"
    sent = sorted(path for path in outgoing.iterdir() if path.is_file())[0]
    files = [tmp_path / "empty.835", tmp_path / "letter.txt", tmp_path / "none.835", sent]
    status, out, _ = run("import", "--db", demo, "--json", *files)
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert [row["outcome"] for row in rows[:3]] == ["refused", "refused", "refused"]
    assert [row["type"] for row in rows] == ["unknown", "unknown", "unknown", "837P"]
    assert all(row["findings"] for row in rows[:3])
    status, out, _ = run("import", "--db", demo, "--json", *files[:2])
    assert [json.loads(line)["outcome"] for line in out.splitlines()] == ["duplicate"] * 2


def test_the_demo_is_not_built_over_a_practice_by_chance(run: Run, demo: Path) -> None:
    status, _, err = run("demo", "--db", demo, "--claims", "10", "--build-only")
    assert status == 1
    assert "--fresh" in err
    status, out, _ = run("demo", "--db", demo, "--build-only")
    assert (status, out.strip()) == (0, str(demo))


def test_db_upgrade_says_when_there_is_nothing_to_do(run: Run, practice: str) -> None:
    status, out, _ = run("db", "upgrade", "--db", practice)
    assert (status, out) == (0, "the store is up to date\n")


def test_a_backup_is_taken_drilled_and_brought_back_by_commands(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(tmp_path / "keys"))
    path, backup = tmp_path / "practice.db", tmp_path / "backups" / "one.db"
    assert run("init", "--db", path, "--name", "North")[0] == 0
    status, out, _ = run("db", "backup", backup, "--db", path)
    assert status == 0
    assert "bytes, proven" in out
    status, out, err = run("db", "drill", backup, "--db", path)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == f"{backup} is whole"
    assert "ok   audit" in out
    assert sorted(file.name for file in backup.parent.iterdir()) == ["one.db", "one.db.sha256"]
    path.unlink()
    assert run("db", "restore", backup, "--db", path)[0] == 0
    assert run("check", "--db", path)[0] == 0
    assert run("db", "restore", backup, "--db", path)[2].endswith("nothing is overwritten\n")
    content = bytearray(backup.read_bytes())
    content[-1] ^= 1
    backup.write_bytes(content)
    status, _, err = run("db", "drill", backup, "--db", path)
    assert status == 1
    assert "one.db is damaged" in err


def test_the_newest_of_the_workers_backups_is_drilled(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(tmp_path / "keys"))
    path = tmp_path / "practice.db"
    assert run("init", "--db", path, "--name", "North")[0] == 0
    status, _, err = run("db", "drill", "--db", path)
    assert (status, "there is no scheduled backup in" in err) == (1, True)
    assert run("worker", "--once", "--job", "back up", "--db", path)[0] == 0
    status, out, err = run("db", "drill", "--db", path)
    assert (status, err) == (0, "")
    (newest,) = path.with_name("practice.db.backups").glob("*.db")
    assert out.splitlines()[-1] == f"{newest} is whole"
