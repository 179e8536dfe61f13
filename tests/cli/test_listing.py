"""`rcm-tui list` gives what the screens would export, and each time is on record."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from rcm_tui.cli import main
from rcm_tui.data.actor import Actor
from rcm_tui.data.personal.views import save_view
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.queue import Order
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from tests.practice_builder import NOW, small_practice


@pytest.fixture(autouse=True)
def practice(
    store_url: str, key_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """A store with three claims that the command finds by its settings; gives their numbers."""
    monkeypatch.setenv("RCM_TUI_DB", store_url)
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder))
    monkeypatch.setenv("LOGNAME", "maria")
    with Store.open(store_url, key_folder) as store:
        made = small_practice()
        numbers = [
            made.add_claim(billed=billed, patient_name=name).number
            for billed, name in ((100, "=1+1"), (144005, "OKAFOR, ADA"), (5000, "\x1b[31mRED"))
        ]
        with store.work(Actor("maria", "Maria Sole", "biller"), NOW) as work:
            order = Order.by("-billed")
            save_view(work, CLAIMS, "Big ones", on="draft", filter="billed>10", order=order)
        yield numbers


def test_json_is_what_scripts_read(practice: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "claims", "--order=-billed", "--format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert [record["billed"] for record in records] == ["1440.05", "50.00", "1.00"]
    assert records[0]["claim_number"] == practice[1]
    assert records[0]["status"] == "Draft"


def test_columns_a_saved_view_and_a_limit(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["list", "claims", "--view", "big_ones", "--columns", "billed patient"]
    assert main([*command, "--format", "csv"]) == 0
    out = capsys.readouterr().out
    assert list(csv.reader(out.splitlines())) == [
        ["Billed", "Patient"],
        ["1440.05", "OKAFOR, ADA"],
        ["50.00", "\ufffd[31mRED"],
    ]
    assert main([*command, "--limit", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == ["  Billed  Patient", "1,440.05  OKAFOR, ADA"]


def test_files_are_written_whole_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "claims.xlsx"
    target.write_bytes(b"old")
    command = ["list", "claims", "--order", "billed", "--columns", "patient billed"]
    assert main([*command, "--format", "xlsx", "-o", str(target)]) == 0
    rows = list(openpyxl.load_workbook(target).active.values)
    assert rows[:2] == [("Patient", "Billed"), ("=1+1", 1)]
    assert main([*command, "--format", "csv", "-o", str(tmp_path / "claims.csv")]) == 0
    assert (tmp_path / "claims.csv").read_text().splitlines()[1] == "'=1+1,1.00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "there is no queue 'nothing'"),
        (["claims", "--view", "big_one"], "did you mean 'big_ones'?"),
        (["claims", "--filter", "blled>1"], "did you mean 'billed'?"),
        (["claims", "--columns", "ssn"], "has no column 'ssn'"),
        (["claims", "--format", "xlsx"], "needs -o FILE"),
        (["claims", "--format", "csv", "-o", "/nowhere/claims.csv"], "no folder /nowhere"),
    ],
)
def test_what_cannot_be_listed_is_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["list", *arguments]) == 1
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""


def test_every_list_is_on_record(store_url: str, key_folder: Path, tmp_path: Path) -> None:
    main(["list", "claims", "--filter", "okafor"])
    main(["list", "claims", "--format", "csv", "-o", str(tmp_path / "claims.csv")])
    with Store.open(store_url, key_folder):
        records = AuditRecord.select().where(AuditRecord.action == "exported")
        told = [(record.actor, json.loads(record.details)) for record in records]
    assert [(who, d["format"], d["filter"], d["rows"]) for who, d in told] == [
        ("maria", "table", "okafor", 3),
        ("maria", "csv", "", 3),
    ]
