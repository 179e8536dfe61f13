"""People's rights and business units by commands."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rcm_tui.billing.rights import RIGHTS
from rcm_tui.cli import main
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.practice import BusinessUnit
from tests.practice_builder import small_practice

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("RCM_TUI_DB", str(tmp_path / "practice.db"))
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(tmp_path / "keys"))

    def command(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(list(words))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_a_person_who_is_limited_approves_the_charges_of_her_unit_alone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", "--name", "North")
    with Store.open(str(tmp_path / "practice.db"), tmp_path / "keys"):
        practice = small_practice()
        own = practice.add_charge(status="New")
        south = BusinessUnit.create(name="South")
        other = practice.add_charge(
            status="New", client=practice.add_client("ITO"), business_unit=south
        )
        name = practice.unit.name
    assert run("users", "add", "maria", "--name", "Maria", "--role", "biller")[0] == 0
    status, out, _ = run("users", "units", "maria", name)
    assert (status, out) == (0, f"maria changes records of {name}\n")
    assert json.loads(run("users", "list", "--json")[1])[0]["units"] == [name]
    assert f"only {name}" in run("users", "list")[1]
    monkeypatch.setattr("getpass.getuser", lambda: "maria")
    assert run("approve", "--from", "2026-03-01", "--to", "2026-03-31")[0] == 0
    status, _, err = run("users", "units", "maria")
    assert status == 1
    assert "a biller may not manage users and keys: an administrator may" in err
    with Store.open(str(tmp_path / "practice.db"), tmp_path / "keys"):
        assert ChargeItem.get_by_id(own.id).status == "Ready to Bill"
        assert ChargeItem.get_by_id(other.id).status == "New"


def test_the_table_of_rights_is_shown(run: Run) -> None:
    shown = json.loads(run("users", "rights", "--json")[1])
    assert [row["action"] for row in shown] == [right.action for right in RIGHTS]
    payers = next(row for row in shown if row["action"] == "edit payers")
    assert payers == {
        "action": "edit payers",
        "roles": ["administrator", "billing manager"],
        "units": "whole",
    }
    lines = run("users", "rights")[1].splitlines()
    assert any(
        line.split() == ["edit", "payers*", "administrator,", "billing", "manager"]
        for line in lines
    )
