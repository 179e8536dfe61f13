"""The workbook of figures: typed cells, and the same figures as on screen."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rcm_tui.billing.figures import key_figures
from rcm_tui.cli import main
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.target import TargetRefused
from rcm_tui.exchange.figures_report import KINDS, write_report
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.denials import follow_denials
from tests.practice_builder import BILLER, NOW, small_practice


@pytest.fixture
def answered(store: Store) -> Store:
    """A claim that was underpaid, with the patient's share still open, and one with a formula."""
    practice = small_practice()
    claim = submitted_claim(store, practice, [("97153", 8)])
    said = line(32000, 16000, "CO-45 100.00, PR-3 60.00")
    post(store, [claim_payment(claim.patient_control_number, [said])])
    with store.work(BILLER, NOW) as work:
        follow_denials(work)
    other = practice.add_client("=HYPERLINK(1)", practice.add_payer("=1+1"))
    submitted_claim(store, practice, client=other)
    return store


def test_the_sheets_hold_the_figures_as_typed_cells(answered: Store, tmp_path: Path) -> None:
    target = tmp_path / "figures.xlsx"
    write_report(answered, BILLER, KINDS, target, now=NOW)
    book = load_workbook(target)
    assert book.sheetnames == [
        *("Key figures", "Months", "AR by payer", "AR by patient", "Underpaid by payer"),
        *("Cases by stage", "Cases by payer and subject", "Cases by owner", "Cases by CARC"),
        *("Denials by month", "Denials by payer", "Denials by procedure", "Denials by CARC"),
        *("Recovered", "Appeals"),
    ]
    (denied,) = book["Denials by payer"].iter_rows(min_row=2, values_only=True)
    assert denied == ("Acme Health", 1, 0, 0, 320, 0, 0, 0, 0)
    rows = {row[0]: row for row in book["Key figures"].iter_rows(min_row=2, values_only=True)}
    for figure in key_figures(answered.database, Viewer(answered.today(NOW))):
        row = rows[figure.formula.title]
        part = Decimal(figure.part) / 100 if figure.money else figure.part
        assert Decimal(str(row[6 if figure.money else 4])) == part, figure.name
        assert (row[1] is None) == (figure.value is None)
    months = list(book["Months"].iter_rows(min_row=2, values_only=True))
    assert (len(months), months[-1][0], months[-1][1]) == (12, "2026-03", 160)
    owed = {row[0]: row for row in book["AR by payer"].iter_rows(min_row=2, values_only=True)}
    assert owed["=1+1"][-1] == 560
    assert book["AR by payer"]["A2"].data_type == "s"
    (patient,) = book["AR by patient"].iter_rows(min_row=2, values_only=True)
    assert patient[-1] == 60
    (under,) = book["Underpaid by payer"].iter_rows(min_row=2, values_only=True)
    assert (under[0], under[5]) == ("Acme Health", 20)
    assert AuditRecord.select().where(AuditRecord.action == "report written").count() == 1


def test_nothing_is_written_over(answered: Store, tmp_path: Path) -> None:
    target = tmp_path / "figures.xlsx"
    target.write_text("mine")
    with pytest.raises(TargetRefused, match="there already"):
        write_report(answered, BILLER, KINDS, target, now=NOW)
    assert target.read_text() == "mine"


def test_reports_by_command(
    store: Store,
    store_url: str,
    key_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder))
    small_practice().add_claim(
        day=datetime.datetime.now(datetime.UTC).date(), status="Submitted", payer_balance=100
    )
    for kind, sheet in (("figures", "Key figures"), ("ageing", "AR by payer")):
        target = tmp_path / f"{kind}.xlsx"
        assert main(["report", kind, "-o", str(target), "--db", store_url]) == 0
        assert sheet in load_workbook(target).sheetnames
    assert main(["report", "figures", "-o", "figures.csv", "--db", store_url]) == 1
    assert "xlsx" in capsys.readouterr().err
