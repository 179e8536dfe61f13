"""Reading csv and xlsx: whatever the encoding, the delimiter and the workbook's quirks."""

import csv
import datetime
import gc
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from rcm_tui.data.plain import HOSTILE
from rcm_tui.exchange.kept import keep
from rcm_tui.exchange.tables.opening import looks_like_a_table, open_table, recognised
from rcm_tui.exchange.tables.source import SourceRow, TableRefused, plain_cell
from tests.exchange.tables.files import csv_bytes, xlsx_bytes


def opened(content: bytes, sheet: str = "") -> tuple[str, list[SourceRow]]:
    table = open_table(keep(content), sheet)
    return table.described, list(table.rows)


@pytest.mark.parametrize(
    ("encoding", "called"),
    [
        ("utf-8", "UTF-8,"),
        ("utf-8-sig", "UTF-8 with a byte order mark"),
        ("utf-16", "UTF-16,"),
        ("utf-16-le", "UTF-16 without a mark"),
        ("utf-16-be", "UTF-16 without a mark"),
        ("cp1252", "Windows-1252 (it is not UTF-8"),
    ],
)
def test_any_encoding_is_read_and_said(encoding: str, called: str) -> None:
    rows = [["Last name", "First name"], ["Muñoz", "Zoë"], ["Søndergård", "Bjørn"]]
    described, read = opened(csv_bytes(rows, encoding=encoding))
    assert called in described
    assert [row.values for row in read] == rows


def test_what_is_no_windows_text_is_latin_1() -> None:
    described, read = opened("Nom\nPérez\x85\x81\n".encode("latin-1"))
    assert "Latin-1" in described
    assert read[1].values[0].startswith("Pérez")


@pytest.mark.parametrize(
    ("delimiter", "called"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
)
def test_the_delimiter_is_found(delimiter: str, called: str) -> None:
    rows = [["Name", "Rate", "Note"], ["A, B", "1,5", "x; y"], ["C", "2", "z | w"]]
    described, read = opened(csv_bytes(rows, delimiter))
    assert described.endswith(called)
    assert [row.values for row in read] == rows


def test_excels_own_line_names_the_delimiter() -> None:
    described, read = opened(b"sep=;\r\nName;Rate\r\nA;1,5\r\n")
    assert described.endswith("semicolons")
    assert [(row.number, row.values) for row in read] == [(2, ["Name", "Rate"]), (3, ["A", "1,5"])]


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    _, read = opened(b'Name,Note\nA,"two\nlines"\n\nB,x\n')
    assert [(row.number, row.values) for row in read] == [
        (1, ["Name", "Note"]),
        (2, ["A", "two lines"]),
        (3, []),
        (4, ["B", "x"]),
    ]


def test_a_quotation_mark_that_is_never_closed_is_said_at_its_row() -> None:
    _, read = opened(b'Name,Note\nA,x\nB,"' + b"never closed\n" * 20_000)
    assert read[1].values == ["A", "x"]
    assert [row.number for row in read if row.faults] == [3]
    assert "is a quotation mark missing?" in read[-1].faults[0]


def test_a_cell_that_is_too_long_is_a_fault() -> None:
    _, read = opened(csv_bytes([["Name", "Note"], ["A", "x" * 40_000]]))
    assert read[1].faults == {1: "has 40,000 characters: at most 32,767 fit into a cell"}


def test_hostile_characters_are_replaced_and_counted() -> None:
    _, read = opened(
        csv_bytes([["Name"], ["\x1b[31mred\x07"], ["\u202eevil"], ["\u00a0 plain\t "]])
    )
    assert [row.values[0] for row in read[1:]] == ["\ufffd[31mred\ufffd", "\ufffdevil", "plain"]
    assert [row.replaced for row in read] == [0, 1, 1, 0]


@given(st.text())
def test_a_plain_cell_is_one_line_and_harmless(text: str) -> None:
    cleaned, replaced = plain_cell(text)
    assert not HOSTILE.search(cleaned)
    assert cleaned == cleaned.strip()
    cleaned.encode("utf-8")
    if not replaced and not cleaned.startswith(("=", "+", "-", "@")):
        assert plain_cell(cleaned) == (cleaned, False)


SIMPLE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"]),
    max_size=12,
)


@given(
    st.lists(st.tuples(SIMPLE, SIMPLE, SIMPLE), min_size=1, max_size=20),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    # Headings whose only sign is the delimiter, so that it is known.
    listed = [("Alpha", "Beta", "Gamma")] * 40 + rows
    _, read = opened(csv_bytes(listed, delimiter, encoding))
    assert [row.number for row in read] == list(range(1, len(listed) + 1))
    for row, cells in zip(read, listed, strict=True):
        assert row.values == [plain_cell(cell)[0] for cell in cells]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_a_sentence(content: bytes) -> None:
    try:
        _, rows = opened(content)
    except TableRefused:
        return
    for row in rows:
        assert all(not isinstance(v, str) or not HOSTILE.search(v) for v in row.values)


def test_a_workbooks_cells_keep_their_types() -> None:
    day = datetime.datetime(2026, 3, 2)
    rows = [
        ["Day", "Start", "Rate", "NPI", "Name"],
        [day, datetime.time(9, 30), 41.1, 1200009003, "007"],
    ]
    described, read = opened(xlsx_bytes(rows))
    assert described == "xlsx, sheet 'Rows'"
    assert read[1].values == [day, datetime.time(9, 30), Decimal("41.1"), 1200009003, "007"]


def test_formulas_errors_and_merged_cells_are_faults_of_their_cells() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["A", "B", "C"])
    sheet.append(["=1+1", "x", "y"])
    sheet.append(["1", "#REF!", "y"])
    sheet.append(["1", "shared", "y"])
    sheet.append(["2", None, "z"])
    sheet["B3"].data_type = "e"
    sheet.merge_cells("B4:B5")
    file = io.BytesIO()
    book.save(file)
    _, read = opened(file.getvalue())
    assert read[1].faults == {0: "is a formula: put its value in its place"}
    assert read[2].faults == {1: "is an error of the workbook: mend or empty the cell"}
    said = "is part of the merged cells B4:B5: unmerge them and fill each"
    assert read[3].faults == read[4].faults == {1: said}


def test_the_sheet_is_the_first_that_is_seen_or_the_one_that_is_named() -> None:
    book = Workbook()
    book.active.title = "Hidden"
    book.active.sheet_state = "hidden"
    book.create_sheet("March").append(["Day"])
    book.create_sheet("April").append(["Month"])
    file = io.BytesIO()
    book.save(file)
    assert opened(file.getvalue())[0] == "xlsx, sheet 'March' of 3"
    assert opened(file.getvalue(), "April")[1][0].values == ["Month"]
    with pytest.raises(TableRefused, match="there is no sheet 'May': there are Hidden, March"):
        opened(file.getvalue(), "May")


def test_what_only_looks_like_a_workbook_is_refused() -> None:
    with pytest.raises(TableRefused, match="cannot be read"):
        opened(b"PK\x03\x04 and nothing else")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(TableRefused, match="cannot be read"):
        opened(file.getvalue())
    with pytest.raises(TableRefused, match=r"old kind \(\.xls\)"):
        opened(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))


def test_a_workbook_that_is_cut_off_says_from_which_row() -> None:
    whole = xlsx_bytes([["Name", "Note"], *([f"n{i}", "x"] for i in range(50))])
    source = zipfile.ZipFile(io.BytesIO(whole))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part in source.namelist():
            data = source.read(part)
            if part.endswith("sheet1.xml"):
                data = data[: len(data) // 2]
            archive.writestr(part, data)
    _, read = opened(file.getvalue())
    assert read[0].values == ["Name", "Note"]
    assert "nor can the rows after it" in read[-1].faults[0]


def test_files_are_recognised_by_their_content(tmp_path: Path) -> None:
    assert recognised(b"\r\nISA*00*") == "x12"
    assert recognised(xlsx_bytes([["A"]])) == "workbook"
    assert recognised(b"Client MRN,Date\n") == "text"
    assert recognised(b"") == recognised(b"\x01\x02\x03\x04") == "unknown"
    assert looks_like_a_table(b"Export of March\n\nClient MRN;Start Time;CPT\n")
    assert looks_like_a_table("Client MRN,Start Time\n".encode("utf-16"))
    assert not looks_like_a_table(b"Dear Sir, here is the start of a letter.\n")


def test_a_large_file_is_read_in_flat_memory() -> None:
    import tracemalloc

    # What earlier tests left to be collected is not the reader's.
    gc.collect()

    def peak(count: int) -> int:
        content = csv_bytes([["Name", "Note"], *([f"name {i}", "x" * 40] for i in range(count))])
        kept = keep(content)
        del content
        tracemalloc.start()
        try:
            assert sum(1 for _ in open_table(kept).rows) == count + 1
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # At most a chunk of a megabyte is in memory: of files beyond that, the length is no matter.
    small, large = peak(30_000), peak(90_000)
    assert large < small + 200_000


def test_csv_module_limits_are_left_alone() -> None:
    assert csv.field_size_limit() == 131_072
