"""Tables brought in: what each row does, what is wrong with it and where, and nothing twice."""

import csv
import datetime
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.billing.outcome import Cancelled, Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import ChargeItem, Session
from rcm_tui.data.tables.clients import CaseManager, Client
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.payers import Benefit, Enrolment, Fee, Payer
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner, Qualification
from rcm_tui.exchange.tables import importing
from rcm_tui.exchange.tables.importing import (
    TableOptions,
    TableReport,
    import_table,
    try_table,
)
from rcm_tui.exchange.tables.mapping import ColumnsUnknown, recall
from rcm_tui.exchange.tables.source import TableRefused
from tests.exchange.tables.files import SESSION_HEADINGS, csv_bytes, xlsx_bytes
from tests.practice_builder import NOW, SmallPractice, npi, small_practice

MANAGER = Actor("ines", "Ines", "billing manager")


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


class Importer:
    """Imports rows under a file name, the refused ones into a folder."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.count = 0

    def __call__(self, content: bytes, **options: Any) -> TableReport:
        self.count += 1
        return import_table(
            self.store,
            options.pop("actor", MANAGER),
            f"file-{self.count}.csv",
            content,
            TableOptions(**options),
            refused_to=lambda kind: self.folder / f"{kind}-{self.count}.csv",
            now=NOW,
        )

    def trying(self, content: bytes, **options: Any) -> TableReport:
        return try_table(self.store, MANAGER, "file.csv", content, TableOptions(**options), now=NOW)


@pytest.fixture
def bring_in(store: Store, tmp_path: Path) -> Importer:
    return Importer(store, tmp_path)


def counts(report: TableReport) -> tuple[int, int, int, int]:
    found = report.counts
    return found["new"], found["update"], found["same"], found["refused"]


def session_row(practice: SmallPractice, number: int = 1, **cells: str) -> list[str]:
    values = {
        "Session ID": f"S{number}",
        "Client MRN": practice.client.mrn,
        "Provider NPI": practice.technician.npi,
        "Date": f"3/{number % 28 + 1}/2026",
        "Start Time": "9:00 AM",
        "End Time": "11:00 AM",
        "CPT Code": "97153",
        "Location": "",
        "Telehealth": "",
        **{name.replace("_", " "): value for name, value in cells.items()},
    }
    return [values[heading] for heading in SESSION_HEADINGS]


def sessions(*rows: Sequence[str]) -> bytes:
    return csv_bytes([SESSION_HEADINGS, *rows])


def faults(report: TableReport) -> list[tuple[int, str, str]]:
    return [
        (row.number, fault.heading, fault.reason) for row in report.rows for fault in row.faults
    ]


# -- sessions ---------------------------------------------------------------------------------


def test_sessions_come_in_with_a_charge_each(practice: SmallPractice, bring_in: Importer) -> None:
    report = bring_in(sessions(session_row(practice, 1), session_row(practice, 2)))
    assert counts(report) == (2, 0, 0, 0)
    first = Session.select().order_by(Session.starts_at).first()
    # Nine o'clock in New York on the second of March, before the clocks are put forward.
    assert first.starts_at == datetime.datetime(2026, 3, 2, 14, tzinfo=datetime.UTC)
    assert (first.source, first.external_id) == (report.source, "S1")
    assert first.status == "submitted"
    assert first.business_unit == practice.unit
    charge = ChargeItem.get(ChargeItem.session == first)
    assert (charge.status, charge.minutes, charge.billed) == ("New", 120, 32_000)


def test_trying_changes_nothing(practice: SmallPractice, bring_in: Importer, store: Store) -> None:
    before = AuditRecord.select().count()
    report = bring_in.trying(sessions(session_row(practice, 1), session_row(practice, 2, Date="x")))
    assert (report.outcome, counts(report)) == ("tried", (1, 0, 0, 1))
    assert not Session.select().exists()
    assert not IncomingFile.select().exists()
    assert AuditRecord.select().count() == before


BAD_ROWS: dict[str, tuple[dict[str, str], str, str]] = {
    "wrong NPI": (
        {"Provider_NPI": "1234567890"},
        "Provider NPI",
        "Provider NPI 1234567890 is not an NPI: ten digits, of which the last is a check digit.",
    ),
    "NPI of nobody": (
        {"Provider_NPI": npi(77777777)},
        "Provider NPI",
        f"Provider NPI {npi(77777777)} is no practitioner that is known",
    ),
    "unknown code": (
        {"CPT_Code": "99213"},
        "CPT Code",
        "CPT Code 99213 is a code that no payer's benefits have: 97151, 97153, 97155, 97156",
    ),
    "no code at all": ({"CPT_Code": "ABA"}, "CPT Code", "CPT Code ABA is not a procedure code"),
    "end before start": (
        {"End_Time": "8:00 AM"},
        "End Time",
        "End Time 8:00 AM is not after the start, 03/02/2026 09:00: a later time is needed.",
    ),
    "a session of 30 hours": (
        {"End_Time": "3/3/2026 3:00 PM"},
        "End Time",
        "End Time 3/3/2026 3:00 PM makes a session of 30 hours: 24 hours are the most",
    ),
    "unknown client": (
        {"Client_MRN": "M0001"},
        "Client MRN",
        "Client MRN M0001 is no client that is known: the nearest is M00001.",
    ),
    "unknown location": (
        {"Location": "Main ofice"},
        "Location",
        "Location Main ofice is no location that is known: the nearest is",
    ),
    "no date": ({"Date": ""}, "Start Time", "Start Time 9:00 AM has no date"),
    "day and month turned round": (
        {"Date": "13/2/2026"},
        "Date",
        "Date 13/2/2026 is not a date: month/day/year is needed, as 3/14/2026",
    ),
    "no time": ({"Start_Time": ""}, "Start Time", "Start Time is empty: it is needed."),
    "half a time": ({"Start_Time": "9"}, "Start Time", "Start Time 9 is not a time"),
    "clocks put forward": (
        {"Date": "3/8/2026", "Start_Time": "2:30 AM"},
        "Start Time",
        "Start Time 2:30 AM is in the hour by which clocks are put forward that night.",
    ),
    "neither yes nor no": ({"Telehealth": "maybe"}, "Telehealth", "neither yes nor no"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_named_with_column_value_and_remedy(
    practice: SmallPractice, bring_in: Importer, case: str
) -> None:
    if case == "unknown location":
        Location.update(name="Main office").where(Location.id == practice.office.id).execute()
    cells, heading, reason = BAD_ROWS[case]
    report = bring_in(sessions(session_row(practice, 1, **cells), session_row(practice, 2)))
    assert counts(report) == (1, 0, 0, 1)
    ((number, column, said),) = faults(report)
    assert (number, column) == (2, heading)
    assert reason in said
    assert Session.select().count() == 1


def test_every_fault_of_a_row_is_said_at_once(practice: SmallPractice, bring_in: Importer) -> None:
    row = session_row(practice, 1, Client_MRN="?", Date="?", CPT_Code="?")
    report = bring_in.trying(sessions(row))
    assert [heading for _, heading, _ in faults(report)] == ["Client MRN", "Date", "CPT Code"]


def test_refused_rows_can_be_corrected_and_brought_in_again(
    practice: SmallPractice, bring_in: Importer
) -> None:
    bad = session_row(practice, 2, End_Time="8:00 AM", Location="=HYPERLINK(1)")
    report = bring_in(sessions(session_row(practice, 1), bad))
    assert report.refused_file is not None
    text = report.refused_file.read_text(encoding="utf-8-sig")
    headings, row = list(csv.reader(io.StringIO(text)))
    assert headings == ["Row", "Reason", *SESSION_HEADINGS]
    assert row[0] == "3"
    assert "is not after the start" in row[1]
    assert row[headings.index("Location")] == "'=HYPERLINK(1)"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    # What the quote guards is read without it.
    again = bring_in(text.replace("8:00 AM,", "11:00 AM,").encode())
    assert faults(again)[0][2].startswith("Location =HYPERLINK(1) is no location")
    corrected = text.replace("'=HYPERLINK(1)", "").replace("8:00 AM,", "11:00 AM,")
    assert counts(bring_in(corrected.encode())) == (1, 0, 0, 0)
    assert Session.select().count() == 2


def test_no_file_is_written_where_nothing_is_refused(
    practice: SmallPractice, bring_in: Importer, tmp_path: Path
) -> None:
    before = set(tmp_path.glob("*.csv"))
    assert bring_in(sessions(session_row(practice))).refused_file is None
    assert set(tmp_path.glob("*.csv")) == before


def test_the_same_sessions_again_change_nothing(
    practice: SmallPractice, bring_in: Importer
) -> None:
    rows = [session_row(practice, number) for number in range(5)]
    bring_in(sessions(*rows))
    before = list(Session.select().order_by(Session.id).dicts())
    report = bring_in(sessions(*reversed(rows)))
    assert counts(report) == (0, 0, 5, 0)
    assert list(Session.select().order_by(Session.id).dicts()) == before
    assert ChargeItem.select().count() == 5


def test_a_changed_session_is_updated_and_shown_old_and_new(
    practice: SmallPractice, bring_in: Importer
) -> None:
    bring_in(sessions(session_row(practice, 1), session_row(practice, 2)))
    changed = sessions(session_row(practice, 1, End_Time="12:00 PM"), session_row(practice, 2))
    tried = bring_in.trying(changed)
    assert counts(tried) == (0, 1, 1, 0)
    (update,) = [row for row in tried.rows if row.outcome == "update"]
    assert update.changes == [("end", "03/02/2026 11:00", "03/02/2026 12:00")]
    assert update.name == "OKAFOR, ADA 03/02/2026 09:00 97153"
    assert counts(bring_in(changed)) == (0, 1, 1, 0)
    assert Session.select().count() == ChargeItem.select().count() == 2
    charge = ChargeItem.get(ChargeItem.minutes == 180)
    assert (charge.units, charge.billed) == (12, 48_000)


def test_without_ids_a_session_is_found_by_what_it_is(
    practice: SmallPractice, bring_in: Importer
) -> None:
    headings = [heading for heading in SESSION_HEADINGS if heading != "Session ID"]
    row = session_row(practice)[1:]
    assert counts(bring_in(csv_bytes([headings, row]))) == (1, 0, 0, 0)
    longer = [*row]
    longer[4] = "12:00 PM"
    assert counts(bring_in(csv_bytes([headings, longer]))) == (0, 1, 0, 0)
    # A first file with ids gives the session its id; from then on it is found by it.
    with_id = session_row(practice, End_Time="12:00 PM")
    assert counts(bring_in(sessions(with_id), source="theralytics")) == (0, 1, 0, 0)
    moved = session_row(practice, Start_Time="10:00 AM", End_Time="12:00 PM")
    assert counts(bring_in(sessions(moved), source="theralytics")) == (0, 1, 0, 0)
    assert Session.select().count() == 1


def test_two_rows_of_one_session_are_not_billed_twice(
    practice: SmallPractice, bring_in: Importer
) -> None:
    twice = session_row(practice, 1)
    report = bring_in(sessions(twice, session_row(practice, 2), twice))
    assert counts(report) == (2, 0, 0, 1)
    assert faults(report)[0] == (
        4,
        "Session ID",
        "Session ID S1 stands in row 2 too: each session has its own.",
    )
    headings = SESSION_HEADINGS[1:]
    again = session_row(practice, 9)[1:]
    report = bring_in(csv_bytes([headings, again, again]))
    assert faults(report)[0][2] == "This is the session of row 2 once more: leave one out."


def test_what_is_on_a_claim_goes_to_awaiting_resubmission(
    practice: SmallPractice, bring_in: Importer
) -> None:
    bring_in(sessions(session_row(practice, 1)))
    claim = practice.add_claim()
    ChargeItem.update(status="Claim Line Created", claim_line=claim.lines[0]).execute()
    report = bring_in(sessions(session_row(practice, 1, End_Time="12:00 PM")))
    assert counts(report) == (0, 1, 0, 0)
    assert ChargeItem.get().status == "Awaiting Resubmission"


def test_what_was_billed_externally_is_refused(practice: SmallPractice, bring_in: Importer) -> None:
    bring_in(sessions(session_row(practice, 1)))
    ChargeItem.update(status="Billed Externally").execute()
    report = bring_in(sessions(session_row(practice, 1, End_Time="12:00 PM")))
    assert counts(report) == (0, 0, 0, 1)
    assert "The session cannot be changed: it is Billed Externally" in faults(report)[0][2]


def test_status_moves_the_charge_on(practice: SmallPractice, bring_in: Importer) -> None:
    headings = [*SESSION_HEADINGS, "Session status"]
    scheduled = [*session_row(practice, 1), "Scheduled"]
    bring_in(csv_bytes([headings, scheduled]))
    assert ChargeItem.get().status == "Scheduled"
    assert counts(bring_in(csv_bytes([headings, [*scheduled[:-1], "Completed"]]))) == (0, 1, 0, 0)
    assert ChargeItem.get().status == "New"
    report = bring_in(csv_bytes([headings, [*scheduled[:-1], "No-show"]]))
    assert "submitted already" in faults(report)[0][2]
    report = bring_in(csv_bytes([headings, [*scheduled[:-1], "lost"]]))
    assert "Session status lost is none of scheduled, started" in faults(report)[0][2]


def test_modifiers_of_a_session_reach_its_charge(
    practice: SmallPractice, bring_in: Importer
) -> None:
    headings = [*SESSION_HEADINGS, "Mods"]
    rows = [[*session_row(practice, 1), "xp"], [*session_row(practice, 2), "Q9Q"]]
    report = bring_in(csv_bytes([headings, *rows]))
    assert counts(report) == (1, 0, 0, 1)
    assert "Mods Q9Q cannot be billed: Q9Q is not a modifier" in faults(report)[0][2]
    assert Session.get().modifiers == "XP"
    assert "XP" in ChargeItem.get().modifiers.split()


def test_people_are_found_by_name_and_told_apart(
    practice: SmallPractice, bring_in: Importer
) -> None:
    practice.add_client("Lindqvist", first_name="Per", birth_date=datetime.date(2018, 1, 1))
    other = practice.add_client("Lindqvist", first_name="Per", birth_date=datetime.date(2019, 1, 1))
    headings = ["Client", "Client DOB", "Provider", "Start", "Minutes", "CPT"]
    tech = practice.technician
    name = f"{tech.first_name} {tech.last_name}"
    rows = [
        ["lindqvist,  per", "1/1/2019", name, "2026-03-02 09:00", "90", "97153"],
        ["Per Lindqvist", "", name, "2026-03-03 09:00", "1:30", "97153"],
        ["Lindquist, Per", "", name, "2026-03-04 09:00", "90", "97153"],
    ]
    report = bring_in(csv_bytes([headings, *rows]))
    assert counts(report) == (1, 0, 0, 2)
    assert Session.get().client == other
    assert [reason for _, _, reason in faults(report)] == [
        "Client Per Lindqvist is 2 clients of that name: the MRN is needed.",
        "Client Lindquist, Per is no client that is known: the nearest is Lindqvist, Per.",
    ]


# -- what files are like ----------------------------------------------------------------------


def test_a_csv_in_latin_1(practice: SmallPractice, bring_in: Importer) -> None:
    practice.add_client("Muñoz", first_name="Zoë")
    headings = ["Client", "Provider NPI", "Start", "Minutes", "CPT"]
    row = ["Muñoz, Zoë", practice.technician.npi, "3/2/2026 9:00 AM", "60", "97153"]
    report = bring_in(csv_bytes([headings, row], encoding="latin-1"))
    assert counts(report) == (1, 0, 0, 0)
    assert "it is not UTF-8: look at the accents" in report.described


def test_a_workbook_with_merged_cells(practice: SmallPractice, bring_in: Importer) -> None:
    rows = [session_row(practice, number) for number in range(1, 5)]
    content = xlsx_bytes(
        [["Sessions of March"], [], SESSION_HEADINGS, *rows], merged=["A1:I1", "D5:D6"]
    )
    report = bring_in(content)
    assert counts(report) == (2, 0, 0, 2)
    assert faults(report)[0] == (
        5,
        "Date",
        "Date 3/3/2026 is part of the merged cells D5:D6: unmerge them and fill each.",
    )
    assert [number for number, _, _ in faults(report)] == [5, 6]
    with pytest.raises(TableRefused, match="the headings in row 1 have merged cells"):
        bring_in.trying(xlsx_bytes([SESSION_HEADINGS, *rows], merged=["H1:I1"]))


def test_a_workbooks_dates_times_and_numbers(practice: SmallPractice, bring_in: Importer) -> None:
    headings = ["Client MRN", "Provider NPI", "Date", "Start", "Hours", "CPT", "Telehealth"]
    row = [
        practice.client.mrn,
        int(practice.technician.npi),
        datetime.datetime(2026, 3, 2),
        datetime.time(9, 0),
        1.5,
        97153,
        True,
    ]
    formula = [*row]
    formula[4] = "=3/2"
    report = bring_in(xlsx_bytes([headings, row, formula]))
    assert counts(report) == (1, 0, 0, 1)
    assert faults(report) == [(3, "Hours", "Hours =3/2 is a formula: put its value in its place.")]
    session = Session.get()
    assert session.ends_at - session.starts_at == datetime.timedelta(minutes=90)
    assert session.telehealth


def test_a_file_that_breaks_off_gives_the_rows_before(
    practice: SmallPractice, bring_in: Importer
) -> None:
    content = sessions(session_row(practice, 1), session_row(practice, 2))
    broken = content + b'"S3,' + b"and nothing closes it\n" * 10_000
    report = bring_in(broken)
    assert counts(report) == (2, 0, 0, 1)
    assert faults(report)[0][0] == 4
    assert faults(report)[0][2].startswith("This row cannot be read, nor can the rows after it")


def test_a_location_of_another_unit_is_refused(practice: SmallPractice, bring_in: Importer) -> None:
    south = BusinessUnit.create(name="South Clinic", npi=npi(10000002), state="NY")
    Location.create(name="South room", business_unit=south)
    headings = [*SESSION_HEADINGS, "Business unit"]
    row = [*session_row(practice, Location="South room"), practice.unit.name]
    report = bring_in(csv_bytes([headings, row]))
    assert "South room belongs to another business unit" in faults(report)[0][2]
    row[-1] = ""
    assert counts(bring_in(csv_bytes([headings, row]))) == (1, 0, 0, 0)
    assert Session.get().business_unit == south


def test_hostile_cells_are_only_letters(practice: SmallPractice, bring_in: Importer) -> None:
    headings = [*SESSION_HEADINGS, "Service"]
    hostile = "[@click=app.quit]\x1b[31m\u202e'); DROP TABLE session;--"
    report = bring_in(csv_bytes([headings, [*session_row(practice), hostile]]))
    assert counts(report) == (1, 0, 0, 0)
    assert Session.get().service == "[@click=app.quit]\ufffd[31m\ufffd'); DROP TABLE session;--"
    assert report.notes == ["1 cells held characters that cannot be shown: each became \ufffd."]


# -- the file ---------------------------------------------------------------------------------


def test_the_file_is_kept_and_comes_in_once(practice: SmallPractice, bring_in: Importer) -> None:
    content = sessions(session_row(practice), session_row(practice, 2, Date="?"))
    report = bring_in(content)
    file = IncomingFile.get_by_id(report.incoming_file_id)
    assert (file.kind, file.outcome, file.size) == ("sessions", "imported", len(content))
    assert json.loads(file.findings)[0]["segment_number"] == 3
    again = bring_in(content)
    assert (again.outcome, again.notes) == (
        "duplicate",
        ["The same file came in on 2026-03-16 as file-1.csv."],
    )
    assert counts(bring_in(content, again=True)) == (0, 0, 1, 1)
    assert IncomingFile.select().count() == 1


def test_a_file_of_bad_rows_only_is_refused(practice: SmallPractice, bring_in: Importer) -> None:
    report = bring_in(sessions(session_row(practice, 1, Date="?")))
    assert report.outcome == "refused"
    assert IncomingFile.get().outcome == "refused"


def test_stopped_between_two_steps_the_rest_comes_in_with_the_next_try(
    practice: SmallPractice, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "STEP", 3)
    content = sessions(*(session_row(practice, number) for number in range(10)))
    asked: list[int] = []

    def progress(done: int, total: int) -> None:
        asked.append(done)
        if len(asked) == 3:
            raise Cancelled

    report = import_table(store, MANAGER, "a.csv", content, now=NOW, progress=progress)
    assert (report.outcome, report.counts["new"]) == ("stopped", 6)
    assert Session.select().count() == 6
    report = import_table(store, MANAGER, "a.csv", content, now=NOW)
    assert (report.outcome, counts(report)) == ("imported", (4, 0, 6, 0))


def test_an_auditor_imports_nothing_and_a_biller_sets_nothing_up(
    practice: SmallPractice, bring_in: Importer
) -> None:
    with pytest.raises(Refused, match="an auditor may not import tables"):
        bring_in(sessions(session_row(practice)), actor=Actor("a", "A", "auditor"))
    with pytest.raises(Refused, match="a biller may not edit payers: an admin"):
        bring_in(csv_bytes([["Payer name", "CPID"], ["A", "1"]]), actor=Actor("b", "B", "biller"))
    assert not IncomingFile.select().exists()


# -- headings ---------------------------------------------------------------------------------


def test_what_headings_mean_is_told_once_and_remembered(
    practice: SmallPractice, bring_in: Importer, store: Store
) -> None:
    headings = ["Kid", "Who", "Began", "Mins", "CPT", "Colour"]
    row = [practice.client.mrn, practice.technician.npi, "3/2/2026 9:00 AM", "60", "97153", "red"]
    content = csv_bytes([headings, row])
    with pytest.raises(ColumnsUnknown) as unknown:
        bring_in(content, kind="sessions")
    assert unknown.value.missing[0].startswith("Client MRN or Client or")
    assert "headings that mean nothing here: Kid, Who, Began, Colour" in str(unknown.value)
    told = {"kid": "client_mrn", "Who": "practitioner_npi", "Began": "start"}
    report = bring_in(content, source="Theralytics", told=told)
    assert counts(report) == (1, 0, 0, 0)
    assert report.notes == ["Left out, since they mean nothing here: Colour."]
    assert recall(store.database, "Theralytics", "sessions")["Kid"] == "client_mrn"
    row[2] = "3/3/2026 9:00 AM"
    # From now on neither the kind nor the columns have to be told.
    report = bring_in(csv_bytes([headings, row]), source="Theralytics")
    assert (report.remembered, counts(report)) == (True, (1, 0, 0, 0))
    row[2] = "3/4/2026 9:00 AM"
    with pytest.raises(TableRefused):
        bring_in(csv_bytes([headings, row]))
    told["CPT"] = ""
    told["Colour"] = "procedure_code"
    row[5] = "97155"
    bring_in(csv_bytes([headings, row]), source="Theralytics", told=told)
    assert Session.select().where(Session.procedure_code == "97155").count() == 1


def test_without_a_name_the_headings_are_the_source(
    practice: SmallPractice, bring_in: Importer
) -> None:
    headings = ["Kid", "Who", "Began", "Mins", "CPT"]
    row = [practice.client.mrn, practice.technician.npi, "3/2/2026 9:00 AM", "60", "97153"]
    told = {"Kid": "client", "Who": "practitioner", "Began": "start"}
    first = bring_in(csv_bytes([headings, row]), kind="sessions", told=told)
    row[2] = "3/3/2026 9:00 AM"
    report = bring_in(csv_bytes([headings[::-1], row[::-1]]))
    assert (report.source, report.remembered) == (first.source, True)
    assert counts(report) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ([], {}, "the file"),
        ([["a", "b"], ["1", "2"]], {}, "the headings are those of no table that is known"),
        ([["Date", "date "], ["1", "2"]], {"kind": "sessions"}, "the heading date stands twice"),
        ([["Date"], ["1"]], {"kind": "sesions"}, "did you mean sessions?"),
        ([["Date"], ["1"]], {"kind": "sessions", "told": {"X": "date"}}, "no heading X"),
        (
            [["Date", "MRN"], ["1", "1"]],
            {"kind": "sessions", "told": {"Date": "client_mnr"}},
            "did you mean client_mrn?",
        ),
        (
            [["Date", "MRN"], ["1", "1"]],
            {"kind": "sessions", "told": {"Date": "date", "MRN": "date"}},
            "two headings are said to be date",
        ),
    ],
)
def test_headings_that_cannot_be(
    practice: SmallPractice,
    bring_in: Importer,
    rows: list[list[str]],
    options: dict[str, Any],
    said: str,
) -> None:
    with pytest.raises(TableRefused, match=said):
        bring_in.trying(csv_bytes(rows), **options)


# -- set-up -----------------------------------------------------------------------------------


def test_practitioners_with_qualifications_and_enrolments(
    practice: SmallPractice, bring_in: Importer
) -> None:
    one, two = npi(55500001), npi(55500002)
    people = [
        ["Last name", "First name", "NPI", "Taxonomy"],
        ["Osei", "Kofi", one, "103K00000X"],
        ["Sato", "Ken", two, "103K00000X"],
        ["Brandt", "Lea", "1234567890", "103K00000X"],
        ["Haddad", "Rami", "", "behaviour"],
    ]
    report = bring_in(csv_bytes(people))
    assert (report.kind, counts(report)) == ("practitioners", (2, 0, 0, 2))
    assert faults(report) == [
        (
            4,
            "NPI",
            "NPI 1234567890 is not an NPI: ten digits, of which the last is a check digit.",
        ),
        (
            5,
            "Taxonomy",
            "Taxonomy behaviour is not a taxonomy code: ten characters ending in X, as 103K00000X.",
        ),
    ]
    people[1][1] = "Kofi A."
    tried = bring_in.trying(csv_bytes(people[:3]))
    assert counts(tried) == (0, 1, 1, 0)
    assert tried.rows[0].changes == [("First name", "Kofi", "Kofi A.")]
    assert counts(bring_in(csv_bytes(people[:3]))) == (0, 1, 1, 0)
    assert Practitioner.select().where(Practitioner.npi == one).count() == 1

    qualified = [
        ["Provider NPI", "Credential", "From", "Until"],
        [one, "BCBA", "1/1/2025", ""],
        [two, "BCBA", "2025-06-01", "5/31/2025"],
        [two, "Wizard", "2025-06-01", ""],
    ]
    report = bring_in(csv_bytes(qualified), kind="qualifications")
    assert counts(report) == (1, 0, 0, 2)
    assert [(number, heading) for number, heading, _ in faults(report)] == [
        (3, "Until"),
        (4, "Credential"),
    ]
    assert Qualification.select().where(Qualification.practitioner == Practitioner.get(npi=one))
    enrolled = [
        ["Provider NPI", "Insurance", "Effective date"],
        [one, practice.payer.name, "1/1/2026"],
        [one, practice.payer.payer_id, "1/1/2026"],
        [two, "Nobody Health", "1/1/2026"],
    ]
    report = bring_in(csv_bytes(enrolled))
    assert (report.kind, counts(report)) == ("enrolments", (1, 0, 0, 2))
    assert "is the same enrolment as in row 2" in faults(report)[0][2]
    assert "Nobody Health is no payer that is known" in faults(report)[1][2]
    assert (
        Enrolment.select().where(Enrolment.practitioner == Practitioner.get(npi=one)).count() == 1
    )


def test_payers_with_benefits_and_fees(practice: SmallPractice, bring_in: Importer) -> None:
    payers = [["Name", "CPID", "State", "Days to file"], ["Blue Meadow", "60054", "NY", "120"]]
    assert counts(bring_in(csv_bytes([*payers, ["Bad", "1", "Nowhere", "-3"]]))) == (1, 0, 0, 1)
    payer = Payer.get(Payer.name == "Blue Meadow")
    assert payer.filing_days == 120
    benefits = [
        ["Payer", "CPT code", "Service", "Service line", "From"],
        ["60054", "97153", "Technician", "ABA", "1/1/2026"],
        ["Blue Meadow", "9715", "Technician", "ABA", "1/1/2026"],
    ]
    report = bring_in(csv_bytes(benefits), kind="benefits")
    assert counts(report) == (1, 0, 0, 1)
    assert Benefit.get(Benefit.payer == payer).unit_minutes == 15
    fees = [
        ["Payer", "CPT code", "Rate", "Allowed", "From"],
        ["Blue Meadow", "97153", "$41.50", "30", "1/1/2026"],
        ["Blue Meadow", "97155", "41.505", "30", "1/1/2026"],
    ]
    report = bring_in(csv_bytes(fees))
    assert (report.kind, counts(report)) == ("fees", (1, 0, 0, 1))
    fee = Fee.get(Fee.payer == payer)
    assert (fee.billed, fee.expected) == (4150, 3000)
    fees[1][2] = "42.00"
    tried = bring_in.trying(csv_bytes(fees[:2]))
    assert tried.rows[0].changes == [("Charge a unit", "41.50", "42.00")]


def test_clients_with_coverages(practice: SmallPractice, bring_in: Importer) -> None:
    clients = [
        ["MRN", "Last name", "First name", "DOB", "Sex", "State", "Zip"],
        ["k-1", "Muñoz", "Zoë", "3/14/2019", "female", "NY", "10001"],
        ["k-2", "Lind", "Per", "3/14/2091", "M", "NY", "10001"],
        ["k-1", "Lind", "Per", "3/14/2019", "M", "NY", "10001"],
    ]
    report = bring_in(csv_bytes(clients))
    assert (report.kind, counts(report)) == ("clients", (1, 0, 0, 2))
    assert "is in the future: write the year in full" in faults(report)[0][2]
    assert Client.get(Client.mrn == "K-1").gender == "F"
    coverages = [
        ["Client MRN", "Payer", "Member ID", "Rank", "Patient is", "From"],
        ["K-1", practice.payer.name, "w 123", "1", "self", "1/1/2026"],
        ["K-1", practice.payer.name, "w!", "2", "self", "1/1/2026"],
    ]
    report = bring_in(csv_bytes(coverages))
    assert (report.kind, counts(report)) == ("coverages", (1, 0, 0, 1))


def test_overlapping_case_managers(practice: SmallPractice, bring_in: Importer) -> None:
    client = practice.add_client("Lind", first_name="Per")
    CaseManager.delete().where(CaseManager.client == client).execute()
    headings = ["Client MRN", "Service line", "Manager", "From", "Until"]
    manager = practice.supervisor.npi
    rows = [
        [client.mrn, "ABA", manager, "4/1/2026", "4/30/2026"],
        [client.mrn, "ABA", manager, "4/15/2026", ""],
        [client.mrn, "ABA", manager, "5/1/2026", ""],
    ]
    report = bring_in(csv_bytes([headings, *rows]))
    assert (report.kind, counts(report)) == ("case_managers", (2, 0, 0, 1))
    ((number, heading, reason),) = faults(report)
    assert (number, heading) == (3, "From")
    assert "04/01" in reason or "2026-04-01" in reason or "4/1/2026" in reason
    assert CaseManager.select().where(CaseManager.client == client).count() == 2


def test_an_import_of_records_is_one_actions_work(
    practice: SmallPractice, bring_in: Importer
) -> None:
    bring_in(csv_bytes([["Name", "CPID"], ["Blue Meadow", "60054"]]))
    details = json.loads(AuditRecord.get(AuditRecord.action == "table imported").details)
    assert (details["kind"], details["rows_new"], details["rows_refused"]) == ("payers", 1, 0)
    assert AuditRecord.select().where(AuditRecord.action == "added").count() == 1


def test_an_import_can_be_undone(
    practice: SmallPractice,
    bring_in: Importer,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "STEP", 2)
    kept = session_row(practice, 1)
    bring_in(sessions(kept))
    longer = session_row(practice, 1, End_Time="12:00 PM")
    bring_in(sessions(longer, *(session_row(practice, number) for number in range(2, 7))))
    assert (Session.select().count(), ChargeItem.get(ChargeItem.minutes == 180).units) == (6, 12)
    with store.work(MANAGER, NOW) as work:
        last = last_undoable(work.database, MANAGER.login)
        assert last is not None
        assert last.title == "Import 6 sessions"
        undo(work, last.id)
    assert Session.select().count() == ChargeItem.select().count() == 1
    assert ChargeItem.get().minutes == 120
    # What was taken back comes in again.
    assert counts(bring_in(sessions(longer), again=True)) == (0, 1, 0, 0)
