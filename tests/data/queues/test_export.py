"""Exports hold exactly what is seen, typed, and never a formula or escape code from data."""

import csv
import datetime
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from peewee import Database

from rcm_tui.data.queues import workbook
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.export import (
    Exported,
    ExportRefused,
    Selection,
    export_file,
    export_stream,
    suggested_name,
)
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Order, View
from rcm_tui.data.queues.text_formats import write_csv, write_json, write_table
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.target import safe_target
from tests.data.queues.bills import BILLS, VIEWER, add_bills, bills_database
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, small_practice

ALBANY = replace(VIEWER, zone=ZoneInfo("America/New_York"), today=TODAY)
HOSTILE = [
    "=1+1",
    "=cmd|'/c calc'!A1",
    "+49 30",
    "-2+3",
    "@SUM(A1)",
    "\tTAB",
    "＝1+1",
    'O"Hara, Pat; =1',
    "[@click=app.quit]x[/oops]",
    "Élan 𝔘nicode",
    " =1+1",
]


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


@pytest.fixture
def bills(empty_url: str) -> Iterator[Database]:
    with bills_database(empty_url) as opened:
        rows = [
            (
                n,
                f"B{n}",
                "Okafor",
                1,
                "denied",
                -144005 + n,
                2500,
                1200 + n,
                "2026-03-02",
                "2026-03-02T02:30:00.000000Z",
                None,
                None,
            )
            for n in range(1, 6)
        ]
        rows.append((6, "B6", None, None, "odd", None, None, None, "not a date", "no", None, None))
        add_bills(opened, rows)
        yield opened


def claims(store: Store, **options: object) -> QueuePages:
    return QueuePages(store.database, CLAIMS, ALBANY, **options)


def written(selection: Selection, store: Store, folder: Path, format: str) -> Path:
    target = folder / f"out.{format}"
    done = export_file(store, BILLER, selection, format, target, now=NOW, replace=True)
    assert done == Exported(target, selection.count())
    return target


def names_of(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_columns_view_filter_and_order_are_those_seen(
    store: Store, practice: SmallPractice, tmp_path: Path
) -> None:
    practice.add_claim(billed=20000)
    big = practice.add_claim(billed=144000)
    practice.add_claim(billed=5000)
    practice.add_claim(status="Submitted", billed=99900)
    pages = claims(store, view="draft", filter="billed>100", order=Order.by("-billed"))
    selection = Selection(pages, ["billed", "claim_number", "first_service_date"])
    rows = names_of(written(selection, store, tmp_path, "csv"))
    assert rows[0] == ["Billed", "Claim", "From"]
    assert [row[0] for row in rows[1:]] == ["1440.00", "200.00"]
    assert rows[1] == ["1440.00", big.number, "2026-03-02"]


def test_a_view_may_choose_the_columns(
    store: Store, practice: SmallPractice, tmp_path: Path
) -> None:
    practice.add_claim()
    pages = claims(store, view=View("mine", "Mine", columns=("patient", "billed")))
    assert names_of(written(Selection(pages), store, tmp_path, "csv"))[0] == ["Patient", "Billed"]
    rows = names_of(written(Selection(pages, ["billed"]), store, tmp_path, "csv"))
    assert rows == [["Billed"], ["320.00"]]


def test_only_marked_rows_of_the_view_in_its_order(store: Store, practice: SmallPractice) -> None:
    made = [practice.add_claim(billed=100 * n) for n in range(1, 8)]
    sent = practice.add_claim(status="Submitted")
    marked = {made[1].id, made[5].id, made[3].id, sent.id}
    pages = claims(store, view="draft", order=Order.by("-billed"))
    selection = Selection(pages, ["claim_number"], only=marked)
    assert [row[0] for row in selection.rows()] == [made[n].number for n in (5, 3, 1)]
    assert selection.count() == 3
    assert list(Selection(pages, only=()).rows()) == []
    rest = Selection(pages, ["claim_number"], but=marked)
    assert [row[0] for row in rest.rows()] == [made[n].number for n in (6, 4, 2, 0)]
    assert rest.count() == 4


def test_an_unknown_column_is_a_sentence(store: Store) -> None:
    with pytest.raises(KeyError, match="has no column 'ssn'"):
        Selection(claims(store), ["ssn"])


def test_rows_come_in_chunks_with_progress_and_stop_at_the_limit(
    store: Store, practice: SmallPractice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rcm_tui.data.queues.export.CHUNK", 2)
    made = [practice.add_claim() for _ in range(5)]
    told: list[tuple[int, int]] = []
    pages = claims(store, view="draft", order=Order.by("claim_number"))
    rows = list(Selection(pages, ["claim_number"]).rows(lambda *done: told.append(done)))
    assert [row[0] for row in rows] == sorted(claim.number for claim in made)
    assert told == [(2, 5), (4, 5), (5, 5)]
    for limit in (0, 1, 2, 3, 9):
        limited = Selection(pages, ["claim_number"], limit=limit)
        assert len(list(limited.rows())) == min(limit, 5) == limited.count()


def test_more_rows_than_are_counted_cheaply_all_come(
    store: Store, practice: SmallPractice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rcm_tui.data.queues.export.FEW", 3)
    for _ in range(5):
        practice.add_claim()
    selection = Selection(claims(store, view="draft"))
    assert selection.count() == 5 == len(list(selection.rows()))


def test_text_that_starts_like_a_formula_is_prefixed_in_csv(
    store: Store, practice: SmallPractice, tmp_path: Path
) -> None:
    for name in HOSTILE:
        practice.add_claim(patient_name=name)
    selection = Selection(claims(store, order=Order.by("claim_number")), ["patient", "billed"])
    cells = [row[0] for row in names_of(written(selection, store, tmp_path, "csv"))[1:]]
    assert cells == [
        ("'" if name.strip(" ")[0] in "=+-@＝" else "") + name.replace("\t", "\ufffd")
        for name in HOSTILE
    ]


def test_typed_cells_of_every_kind_in_csv_and_json(bills: Database) -> None:
    pages = QueuePages(bills, BILLS, ALBANY, order=Order.by("number"))
    selection = Selection(pages)
    text = io.StringIO(newline="")
    write_csv(text, selection.columns, selection.rows(), ALBANY)
    first, *_, last = list(csv.reader(io.StringIO(text.getvalue())))[1:]
    assert first == [
        "B1",
        "Okafor",
        "Aetna",
        "Denied",
        "-1440.04",
        "2.5",
        "1201",
        "2026-03-02",
        "14",
        "2026-03-01T21:30:00-05:00",
    ]
    assert last == ["B6", "", "", "odd", "", "", "", "not a date", "not a date", "no"]
    text = io.StringIO()
    write_json(text, selection.columns, selection.rows(), ALBANY)
    record = json.loads(text.getvalue())[0]
    assert record["balance"] == "-1440.04"
    assert record["units"] == "2.5"
    assert record["lines"] == 1201
    assert record["status"] == "denied"
    assert record["answered"] == "2026-03-02T02:30:00.000000Z"


def test_json_of_nothing_is_an_empty_array(bills: Database) -> None:
    text = io.StringIO()
    write_json(text, BILLS.columns, [], VIEWER)
    assert json.loads(text.getvalue()) == []


def test_no_control_or_direction_character_reaches_a_terminal() -> None:
    row = ["\x1b]0;x\x07", "a\u202eb\x9b31m", None, None, None, None, None, "", "", None]
    for write in (write_csv, write_json, write_table):
        text = io.StringIO(newline="")
        write(text, BILLS.columns, [row], VIEWER)
        shown = text.getvalue().replace("\r\n", "").replace("\n", "")
        assert shown.isprintable(), write
        assert "31m" in shown
        if write is write_json:
            assert json.loads(text.getvalue())[0]["number"] == row[0]


def test_the_table_is_what_the_screen_shows(bills: Database) -> None:
    selection = Selection(
        QueuePages(bills, BILLS, ALBANY, order=Order.by("number")), ["number", "balance", "age"]
    )
    text = io.StringIO()
    write_table(text, selection.columns, selection.rows(), ALBANY)
    lines = text.getvalue().splitlines()
    assert lines[0].split() == ["bill", "balance", "age"]
    assert lines[1].split() == ["B1", "-1,440.04", "14", "d"]


def test_a_workbook_has_typed_cells_widths_a_frozen_header_and_a_filter(
    bills: Database, tmp_path: Path
) -> None:
    selection = Selection(QueuePages(bills, BILLS, ALBANY, order=Order.by("number")))
    path = tmp_path / "bills.xlsx"
    with path.open("wb") as file:
        whole = ("Bills", selection.columns, selection.rows())
        workbook.write_workbook(file, [whole], ALBANY)
    sheet = openpyxl.load_workbook(path)["Bills"]
    names = [column.name for column in selection.columns]
    cells = dict(zip(names, sheet[2], strict=True))
    assert cells["balance"].value == -1440.04
    assert cells["balance"].number_format == "#,##0.00"
    assert cells["units"].value == 2.5
    assert cells["lines"].value == 1201
    assert cells["lines"].number_format == "#,##0"
    assert cells["service"].value == datetime.datetime(2026, 3, 2)
    assert cells["service"].number_format == "yyyy-mm-dd"
    assert cells["answered"].value == datetime.datetime(2026, 3, 1, 21, 30)
    assert cells["age"].value == 14
    assert cells["number"].value == "B1"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:J7"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width > 10
    assert [cell.value for cell in sheet[7]][4:8] == [None, None, None, "not a date"]


def test_names_that_look_like_formulas_are_texts_in_a_workbook(
    store: Store, practice: SmallPractice, tmp_path: Path
) -> None:
    for name in HOSTILE:
        practice.add_claim(patient_name=name)
    selection = Selection(claims(store, order=Order.by("claim_number")), ["patient"])
    sheet = openpyxl.load_workbook(written(selection, store, tmp_path, "xlsx")).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(HOSTILE)
    assert [cell.value.replace("\ufffd", "\t") for cell in cells] == HOSTILE
    assert cells[0].quotePrefix


def test_libreoffice_reads_a_workbook_as_it_was_meant(
    store: Store, practice: SmallPractice, tmp_path: Path
) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (soffice is not on the path)")
    for name in HOSTILE:
        practice.add_claim(patient_name=name, billed=144005)
    selection = Selection(
        claims(store, order=Order.by("claim_number")), ["patient", "billed", "first_service_date"]
    )
    path = written(selection, store, tmp_path, "xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    into = ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76"]
    subprocess.run(
        [office, "--headless", profile, *into, "--outdir", str(tmp_path / "read"), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    rows = names_of(tmp_path / "read" / "out.csv")
    assert [row[0].replace("\ufffd", "\t") for row in rows[1:]] == HOSTILE
    assert {tuple(row[1:]) for row in rows[1:]} == {("1,440.05", "2026-03-02")}


def test_more_rows_than_a_sheet_holds_are_refused(
    store: Store, practice: SmallPractice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    practice.add_claim()
    practice.add_claim()
    with pytest.raises(ExportRefused, match="a workbook holds 1 rows and this is 2: choose csv"):
        export_file(store, BILLER, Selection(claims(store)), "xlsx", tmp_path / "out.xlsx")
    assert list(tmp_path.glob("*out*")) == []


def audited() -> list[tuple[str, str, dict[str, object]]]:
    query = AuditRecord.select().where(AuditRecord.action == "exported").order_by(AuditRecord.id)
    return [(record.actor, record.subject, json.loads(record.details)) for record in query]


def test_every_export_is_on_record(store: Store, practice: SmallPractice, tmp_path: Path) -> None:
    made = [practice.add_claim() for _ in range(3)]
    pages = claims(store, view="draft", filter="okafor", order=Order.by("-billed"))
    written(Selection(pages, ["patient"], only=[made[0].id]), store, tmp_path, "xlsx")
    export_stream(store, BILLER, Selection(pages, ["patient"]), "json", io.StringIO(), now=NOW)
    expected = {
        "queue": "claims",
        "view": "draft",
        "filter": "okafor",
        "order": "-billed",
        "columns": ["patient"],
    }
    assert audited() == [
        ("maria", "claim", {**expected, "format": "xlsx", "rows": 1, "marked": 1}),
        ("maria", "claim", {**expected, "format": "json", "rows": 3}),
    ]


def test_an_export_that_is_stopped_leaves_no_file_and_no_record(
    store: Store, practice: SmallPractice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.add_claim()

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    exports = tmp_path / "exports"
    for format in ("csv", "xlsx", "json"):
        with pytest.raises(KeyboardInterrupt):
            export_file(
                store,
                BILLER,
                Selection(claims(store)),
                format,
                safe_target(exports, f"out.{format}"),
                progress=stop,
            )
    assert list(exports.iterdir()) == []
    assert list(temporary.iterdir()) == []
    assert audited() == []


class GoneAway(io.StringIO):
    """A reader that closes the pipe in the second line (`| head -1`)."""

    def write(self, text: str) -> int:
        if self.getvalue():
            raise BrokenPipeError
        return super().write(text)


def test_what_was_written_before_the_reader_went_away_is_on_record(
    store: Store, practice: SmallPractice
) -> None:
    practice.add_claim()
    practice.add_claim()
    with pytest.raises(BrokenPipeError):
        export_stream(store, BILLER, Selection(claims(store)), "csv", GoneAway(), now=NOW)
    assert audited()[0][2]["rows"] == 1


def test_money_is_right_to_the_cent_in_a_file(
    store: Store, practice: SmallPractice, tmp_path: Path
) -> None:
    amounts = [0, 1, 99, 100, 123456789, 10**13 + 1]
    for amount in amounts:
        practice.add_claim(billed=amount)
    selection = Selection(claims(store, order=Order.by("billed")), ["billed"])
    rows = names_of(written(selection, store, tmp_path, "csv"))[1:]
    assert [Decimal(row[0]) for row in rows] == [Decimal(a).scaleb(-2) for a in amounts]
    records = json.loads(written(selection, store, tmp_path, "json").read_text())
    assert [Decimal(r["billed"]) for r in records] == [Decimal(a).scaleb(-2) for a in amounts]
    assert sum(int(Decimal(row[0]) * 100) for row in rows) == sum(
        claim.billed for claim in Claim.select()
    )


def test_a_suggested_name_holds_nothing_that_was_typed(store: Store) -> None:
    assert suggested_name(claims(store, view="draft_failed", filter="okafor"), "xlsx") == (
        "claims-draft-failed-2026-03-16.xlsx"
    )
    assert suggested_name(claims(store, view=View("okafor", "Okafor")), "csv") == (
        "claims-2026-03-16.csv"
    )
