"""The billing export (csv) and the duplicates report (xlsx), from the store and from the command.

Sources: F:28 and F:30 of the facts on charges and claims, S:37 to S:50 and S:72 to S:98 of the
seed on the billing workflow.
"""

import csv
import datetime
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.external import ExportChoice, mark_billed_externally
from rcm_tui.billing.charges.selection import Chosen
from rcm_tui.cli import main
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import CHARGE_STATUSES, ChargeItem
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.practice import BusinessUnit, Practitioner, Qualification
from rcm_tui.data.tables.row import database as bound_database
from rcm_tui.data.target import TargetRefused
from rcm_tui.exchange.billing_export import BillingExport, export_billing
from rcm_tui.exchange.duplicates_report import Reported, write_duplicates
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, npi, small_practice

NEXT_DAY = SERVICE_DAY + datetime.timedelta(days=1)
# F:30, word for word and in its order.
SEED_COLUMNS = (
    "Charge Item Name, Modifiers, Place of Service, Location Type, Telecare, Business Unit,"
    " Billable Units, Patient First Name, Patient Last Name, Patient MRN, Practitioner First Name,"
    " Practitioner Last Name, Practitioner Qualification, Start Date and Time, End Date and Time,"
    " Duration, Billing Unit Type, Procedure Code, Authorization #, Rendering Provider,"
    " Rendering Provider NPI"
).split(", ")
READY = "Ready to Bill"
HOSTILE = ["=1+1", "+49 30", "-2+3", "@SUM(A1)", '=HYPERLINK("x")', "＝1+1", "\x1b[31mred"]


def export(store: Store, folder: Path, **choice: Any) -> tuple[BillingExport, list[dict[str, str]]]:
    done = export_billing(
        store, BILLER, ExportChoice(**choice), folder / "out.csv", replace=True, now=NOW
    )
    with done.path.open(encoding="utf-8", newline="") as file:
        return done, list(csv.DictReader(file))


def report(store: Store, folder: Path, first: Any = None, last: Any = None) -> tuple[Reported, Any]:
    chosen = Chosen(first, last)
    done = write_duplicates(store, BILLER, chosen, folder / "out.xlsx", replace=True, now=NOW)
    return done, openpyxl.load_workbook(done.path)


def records(sheet: Any) -> list[dict[str, Any]]:
    titles, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


class TestBillingExport:
    def test_has_the_columns_of_the_seed_and_what_they_say(
        self, store: Store, tmp_path: Path
    ) -> None:
        practice = small_practice()
        charge = practice.add_charge(status=READY, modifiers="HM 95", telehealth=True)
        done, [row] = export(store, tmp_path)
        assert list(row) == SEED_COLUMNS
        assert list(row.values()) == [
            charge.number,
            "HM 95",
            "11",
            "office",
            "Yes",
            "North Clinic",
            "8",
            "ADA",
            "OKAFOR",
            "M00001",
            "SAM",
            "TERRY",
            "RBT",
            "2026-03-02 09:00",
            "2026-03-02 11:00",
            "120",
            "15 minutes",
            "97153",
            "A00001",
            "RUIZ, DANA",
            npi(20000901),
        ]
        assert done.charges == [charge.id]
        assert done.path.stat().st_mode & 0o777 == 0o600

    def test_the_rendering_provider_is_who_held_the_session_where_they_are_qualified(
        self, store: Store, tmp_path: Path
    ) -> None:
        practice = small_practice()
        solis = practice.add_practitioner("SOLIS", first_name="EVA")
        practice.add_charge(status=READY, practitioner=solis)
        _, [row] = export(store, tmp_path)
        assert (row["Rendering Provider"], row["Practitioner Last Name"]) == ("SOLIS, EVA", "SOLIS")

    def test_the_qualification_is_the_foremost_of_that_day(
        self, store: Store, tmp_path: Path
    ) -> None:
        practice = small_practice()
        held = {"practitioner": practice.technician, "code": "BCaBA", "rank": -1}
        Qualification.create(**held, starts_on=NEXT_DAY)
        for day in (SERVICE_DAY, NEXT_DAY):
            practice.add_charge(status=READY, day=day)
        _, rows = export(store, tmp_path)
        assert [row["Practitioner Qualification"] for row in rows] == ["RBT", "BCaBA"]

    @pytest.mark.parametrize("status", CHARGE_STATUSES)
    def test_only_what_is_ready_and_the_rest_with_its_reason(
        self, store: Store, tmp_path: Path, status: str
    ) -> None:
        charge = small_practice().add_charge(status=status)
        done, rows = export(store, tmp_path)
        assert len(rows) == (status == READY)
        billed = {"Claim Line Created", "Awaiting Resubmission", "Billed Externally"}
        left = status not in {READY, "Cancelled", *billed}
        assert [one.name for one in done.left] == [charge.number] * left
        _, rows = export(store, tmp_path, again=True)
        assert len(rows) == (status in (READY, "Billed Externally"))

    def test_dates_and_units_narrow_it(self, store: Store, tmp_path: Path) -> None:
        practice = small_practice()
        south = BusinessUnit.create(name="South Clinic")
        first = practice.add_charge(status=READY)
        second = practice.add_charge(status=READY, day=NEXT_DAY, business_unit=south)
        days = {"from_date": NEXT_DAY, "to_date": NEXT_DAY}
        assert export(store, tmp_path, **days)[0].charges == [second.id]
        assert export(store, tmp_path, business_units=[practice.unit.id])[0].charges == [first.id]

    def test_no_cell_is_a_formula(self, store: Store, tmp_path: Path) -> None:
        practice = small_practice()
        for name in HOSTILE:
            practice.add_charge(status=READY, client=practice.add_client(name))
        _, rows = export(store, tmp_path)
        names = [row["Patient Last Name"] for row in rows]
        assert names == [*(f"'{name}" for name in HOSTILE[:-1]), "\ufffd[31mred"]

    def test_it_is_on_record_and_marks_nothing(self, store: Store, tmp_path: Path) -> None:
        charge = small_practice().add_charge(status=READY)
        export(store, tmp_path)
        record = AuditRecord.get(AuditRecord.action == "charges exported for billing")
        assert f'"ids":"{charge.id}"' in record.details
        assert record.actor == BILLER.login
        assert ChargeItem.get().status == READY

    def test_a_file_that_is_there_is_not_overwritten_unasked(
        self, store: Store, tmp_path: Path
    ) -> None:
        small_practice()
        (tmp_path / "out.csv").write_text("mine")
        with pytest.raises(TargetRefused, match="there already"):
            export_billing(store, BILLER, ExportChoice(), tmp_path / "out.csv")
        assert (tmp_path / "out.csv").read_text() == "mine"

    def test_marked_it_is_a_twin_that_was_billed(self, store: Store) -> None:
        practice = small_practice()
        exported = practice.add_charge(status=READY)
        with store.work(BILLER, NOW) as work:
            outcome = mark_billed_externally(work, [exported.id])
        assert (outcome.done, outcome.amount) == ([exported.id], 32000)
        practice.add_charge(hour=18)
        with store.work(BILLER, NOW) as work:
            left = approve_charges(work, ApprovalChoice()).left
        assert [one.reason for one in left] == [
            f"a twin already billed: {exported.number} is Billed Externally"
        ]


class TestDuplicatesReport:
    @pytest.mark.parametrize("twin_status", CHARGE_STATUSES)
    @pytest.mark.parametrize("status", ["New", READY, "On Hold"])
    def test_names_what_waits_for_its_twin(
        self, store: Store, tmp_path: Path, status: str, twin_status: str
    ) -> None:
        """F:28, S:39."""
        practice = small_practice()
        charge = practice.add_charge(status=status)
        twin = practice.add_charge(hour=18, status=twin_status)
        _, book = report(store, tmp_path)
        named = {row["Charge"] for row in records(book["Duplicates"])}
        waits = {"Scheduled", "Awaiting Submission"}
        wanted = {charge.number} if status != "On Hold" and twin_status in waits else set()
        assert named == wanted
        awaited = {row["Charge"] for row in records(book["Waiting for submission"])}
        assert awaited == ({twin.number} if wanted else set())

    def test_the_place_of_service_does_not_matter_here(self, store: Store, tmp_path: Path) -> None:
        practice = small_practice()
        practice.add_charge()
        practice.add_charge(hour=18, status="Scheduled", location=practice.home)
        assert report(store, tmp_path)[0].charges == 1

    @pytest.mark.parametrize("columns", [{"code": "97155"}, {"day": NEXT_DAY}])
    def test_another_day_or_code_is_no_twin(
        self, store: Store, tmp_path: Path, columns: dict[str, Any]
    ) -> None:
        practice = small_practice()
        practice.add_charge()
        practice.add_charge(hour=18, status="Scheduled", **columns)
        assert report(store, tmp_path)[0].charges == 0

    def test_the_dates_are_those_of_the_charges(self, store: Store, tmp_path: Path) -> None:
        practice = small_practice()
        for day in (SERVICE_DAY, NEXT_DAY):
            practice.add_charge(day=day)
            practice.add_charge(day=day, hour=18, status="Scheduled")
        done, book = report(store, tmp_path, NEXT_DAY, NEXT_DAY)
        assert (done.charges, done.twins) == (1, 1)
        [row] = records(book["Duplicates"])
        assert row["Date of service"] == datetime.datetime(2026, 3, 3)

    def test_cells_are_typed_and_linked(self, store: Store, tmp_path: Path) -> None:
        practice = small_practice()
        charge = practice.add_charge(units=Decimal("7.5"))
        twins = [practice.add_charge(hour=hour, status="Scheduled") for hour in (17, 20)]
        _, book = report(store, tmp_path)
        sheet = book["Duplicates"]
        [row] = records(sheet)
        assert row == {
            "Charge": charge.number,
            "Status": "New",
            "Twin": twins[0].number,
            "Twins": 2,
            "Patient last name": "OKAFOR",
            "Patient first name": "ADA",
            "Patient MRN": "M00001",
            "Date of service": datetime.datetime(2026, 3, 2),
            "Start": datetime.datetime(2026, 3, 2, 9),
            "End": datetime.datetime(2026, 3, 2, 11),
            "Minutes": 120,
            "Service": "ABA",
            "Procedure code": "97153",
            "Modifiers": None,
            "Units": 7.5,
            "Billed": 320,
            "Expected": 240,
            "Payer": "Acme Health",
            "Authorization #": "A00001",
            "Practitioner last name": "TERRY",
            "Practitioner first name": "SAM",
            "Business unit": "North Clinic",
            "Location": "North office",
            "Place of service": "11",
            "Telehealth": "no",
            "Session": "submitted",
            "Opens with": f"rcm-tui --open charge:{charge.number}",
        }
        cells = {cell.column_letter: cell for cell in sheet[2]}
        assert (cells["H"].is_date, cells["I"].is_date) == (True, True)
        assert cells["P"].number_format == "#,##0.00"
        # The link leads to the twin's row, and from there back.
        there = cells["C"].hyperlink.location
        assert there == "'Waiting for submission'!A2"
        waiting = book["Waiting for submission"]
        assert [cell.value for cell in waiting["A"][1:]] == [twin.number for twin in twins]
        assert waiting["C2"].hyperlink.location == "'Duplicates'!A2"

    def test_names_that_look_like_formulas_are_text(self, store: Store, tmp_path: Path) -> None:
        practice = small_practice()
        for name in HOSTILE:
            client = practice.add_client(name)
            practice.add_charge(client=client)
            practice.add_charge(client=client, hour=18, status="Scheduled")
        _, book = report(store, tmp_path)
        cells = book["Duplicates"]["E"][1:]
        assert [cell.data_type for cell in cells] == ["s"] * len(HOSTILE)
        assert [cell.value for cell in cells] == [*HOSTILE[:-1], "\ufffd[31mred"]

    def test_libreoffice_reads_it_as_it_was_meant(self, store: Store, tmp_path: Path) -> None:
        office = shutil.which("soffice") or shutil.which("libreoffice")
        if office is None:
            pytest.skip("LibreOffice is not installed (soffice is not on the path)")
        practice = small_practice()
        Client.update(last_name="=1+1").execute()
        Practitioner.update(last_name="@SUM(A1)").execute()
        practice.add_charge()
        practice.add_charge(hour=18, status="Scheduled")
        done, _ = report(store, tmp_path)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        into = ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76"]
        subprocess.run(
            [office, "--headless", profile, *into, "--outdir", str(tmp_path), str(done.path)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
            [row] = csv.DictReader(file)
        assert (row["Patient last name"], row["Practitioner last name"]) == ("=1+1", "@SUM(A1)")
        assert (row["Date of service"], row["Start"]) == ("2026-03-02", "2026-03-02 09:00")
        assert (row["Billed"], row["Units"], row["Twins"]) == ("320.00", "8", "1")

    def test_it_is_on_record(self, store: Store, tmp_path: Path) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        twin = practice.add_charge(hour=18, status="Scheduled")
        report(store, tmp_path)
        record = AuditRecord.get(AuditRecord.action == "duplicates reported")
        assert f'"charges":"{charge.id}"' in record.details
        assert f'"twins":"{twin.id}"' in record.details


class TestCommands:
    def run(self, store: Store, key_folder: Path, *words: object) -> int:
        try:
            return main([str(word) for word in (*words, "--db", store.url)])
        finally:
            bound_database.initialize(store.database)  # the command closed its own

    @pytest.fixture(autouse=True)
    def keys(self, key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder))

    def test_export_and_mark(
        self, store: Store, key_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        practice = small_practice()
        practice.add_charge(status=READY)
        held = practice.add_charge(status="On Hold", hour=18)
        file = tmp_path / "billing.csv"
        days = ("--from", "2026-03-01", "--to", "2026-03-31", "-o", file)
        assert self.run(store, key_folder, "export", "billing", *days, "--mark-billed") == 1
        out, err = capsys.readouterr()
        assert "exported 1 charge to" in out
        assert "marked 1 as Billed Externally" in out
        assert f"left: {held.number}: it is On Hold, not Ready to Bill" in err
        assert file.read_text(encoding="utf-8").count("\n") == 2
        assert [row.status for row in ChargeItem.select().order_by(ChargeItem.id)] == [
            "Billed Externally",
            "On Hold",
        ]

    def test_report(
        self, store: Store, key_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        practice = small_practice()
        practice.add_charge()
        practice.add_charge(hour=18, status="Scheduled")
        days = ("--from", "2026-03-01", "--to", "2026-03-31")
        words = ("report", "duplicates", *days, "-o")
        assert self.run(store, key_folder, *words, tmp_path / "d.xlsx") == 0
        assert "1 charge waits for a twin" in capsys.readouterr().out
        assert (tmp_path / "d.xlsx").exists()
        assert self.run(store, key_folder, *words, tmp_path / "d.csv") == 1
        assert "end its name with .xlsx" in capsys.readouterr().err
