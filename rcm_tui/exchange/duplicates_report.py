"""The duplicates report: a workbook of charges whose twins still wait to be submitted.

Two sheets, each with all details of the sessions: what is New or Ready to Bill, and what it waits
for. The links between them are the workbook's own. No link of a workbook can open a record in a
terminal; the last column says what to type to do so.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from peewee import Database

from rcm_tui.billing.charges.duplicates import waiting_twins
from rcm_tui.billing.charges.selection import Chosen
from rcm_tui.billing.dated import practice_zone
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import dollars, units_from_store
from rcm_tui.data.plain import HOSTILE, REPLACEMENT
from rcm_tui.data.queues.text_formats import FORMULA_STARTS
from rcm_tui.data.spans import spans
from rcm_tui.data.store import Store
from rcm_tui.data.target import refuse_unwritable
from rcm_tui.exchange.charge_files import name_for_days, recorded_file

FOUND, WAITING = "Duplicates", "Waiting for submission"
LONGEST_TEXT = 32_767  # characters in a cell
MOMENT, DAY, MONEY, UNITS, COUNT = (
    "yyyy-mm-dd hh:mm",
    "yyyy-mm-dd",
    "#,##0.00",
    "0.###",
    "#,##0",
)
COLUMNS = (
    ("Charge", 13, ""),
    ("Status", 21, ""),
    ("Twin", 15, ""),
    ("Twins", 8, COUNT),
    ("Patient last name", 20, ""),
    ("Patient first name", 18, ""),
    ("Patient MRN", 14, ""),
    ("Date of service", 16, DAY),
    ("Start", 18, MOMENT),
    ("End", 18, MOMENT),
    ("Minutes", 10, COUNT),
    ("Service", 16, ""),
    ("Procedure code", 16, ""),
    ("Modifiers", 12, ""),
    ("Units", 8, UNITS),
    ("Billed", 12, MONEY),
    ("Expected", 12, MONEY),
    ("Payer", 24, ""),
    ("Authorization #", 17, ""),
    ("Practitioner last name", 24, ""),
    ("Practitioner first name", 24, ""),
    ("Business unit", 20, ""),
    ("Location", 20, ""),
    ("Place of service", 17, ""),
    ("Telehealth", 12, ""),
    ("Session", 12, ""),
    ("Opens with", 38, ""),
)
TWIN = 2  # the place of the column with the link
DETAILS_SQL = (
    "SELECT c.id, c.number, c.status, k.last_name, k.first_name, k.mrn, c.date_of_service,"
    " s.starts_at, s.ends_at, c.minutes, s.service, c.procedure_code, c.modifiers, c.units,"
    " c.billed, c.expected, COALESCE(y.name, ''), COALESCE(a.number, ''), p.last_name,"
    " p.first_name, u.name, COALESCE(l.name, ''), c.place_of_service, c.telehealth, s.status"
    " FROM charge_item c JOIN session s ON s.id = c.session_id"
    " JOIN client k ON k.id = c.client_id JOIN practitioner p ON p.id = c.practitioner_id"
    " JOIN business_unit u ON u.id = c.business_unit_id"
    " LEFT JOIN coverage v ON v.id = c.coverage_id LEFT JOIN payer y ON y.id = v.payer_id"
    ' LEFT JOIN "authorization" a ON a.id = c.authorization_id'
    " LEFT JOIN location l ON l.id = c.location_id WHERE c.id IN ({keys})"
)


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that was written: how many charges have twins, and how many those are."""

    path: Path
    charges: int
    twins: int


def write_duplicates(
    store: Store,
    actor: Actor,
    chosen: Chosen,
    target: Path,
    *,
    replace: bool = False,
    now: datetime.datetime | None = None,
) -> Reported:
    """Writes the report of a date range to a file, and that it was made to the audit trail.

    Blocks; belongs on a thread. From a screen, `target` comes of `safe_target`. Raises
    TargetRefused when no file can be put there.
    """
    refuse_unwritable(target, replace=replace)
    pairs = list(waiting_twins(store.database, chosen))
    details = _details(store.database, {key for pair in pairs for key in pair})
    found = _by_first(pairs)
    waiting = _by_first((twin, key) for key, twin in pairs)
    said = {"charges": spans(found), "twins": spans(waiting), "format": "xlsx"}
    action = "duplicates reported"
    with recorded_file(store, actor, now, target, action, chosen, **said) as file:
        _write(file, found, waiting, details)
    return Reported(target, len(found), len(waiting))


def suggested_name(chosen: Chosen) -> str:
    """A file name such as `duplicates-2026-03-02-2026-03-08.xlsx`."""
    return name_for_days("duplicates", chosen, ".xlsx")


def _by_first(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """The second keys by the first, both in the order in which they come."""
    found: dict[int, list[int]] = {}
    for first, second in pairs:
        found.setdefault(first, []).append(second)
    return found


def _details(database: Database, keys: Iterable[int]) -> dict[int, list[Any]]:
    """The cells of each charge but those of its twins: dates, money and units typed."""
    zone = practice_zone(database)
    found = {}
    for key, *row in read_by_keys(database, DETAILS_SQL, sorted(set(keys))):
        (number, status, last, first, mrn, day, starts_at, ends_at, minutes) = row[:9]
        (service, code, modifiers, units, billed, expected, payer, authorization) = row[9:17]
        (held_last, held_first, unit, location, place, telehealth, session) = row[17:]
        # Excel knows no time zones: times are the practice's.
        start, end = (
            datetime.datetime.fromisoformat(text).astimezone(zone).replace(tzinfo=None)
            for text in (starts_at, ends_at)
        )
        found[key] = [
            *(number, status, last, first, mrn, datetime.date.fromisoformat(day), start, end),
            *(minutes, service, code, modifiers, units_from_store(units), dollars(billed)),
            *(dollars(expected), payer, authorization, held_last, held_first, unit, location),
            *(place, "yes" if telehealth else "no", session, f"rcm-tui --open charge:{number}"),
        ]
    return found


def _write(
    file: BinaryIO,
    found: dict[int, list[int]],
    waiting: dict[int, list[int]],
    details: dict[int, list[Any]],
) -> None:
    # openpyxl takes an eighth of a second to load, and few need it.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "rcm-tui"
    sheets = [(FOUND, found), (WAITING, waiting)]
    rows = {title: {key: place for place, key in enumerate(keys, 2)} for title, keys in sheets}
    made: list[Any] = []
    try:
        for (title, keys), other in zip(sheets, (WAITING, FOUND), strict=True):
            sheet = book.create_sheet(title)
            made.append(sheet)
            _fill(sheet, keys, details, other, rows[other])
    except BaseException:
        # openpyxl collects the rows in temporary files, which would stay with what they hold.
        for sheet in made:
            sheet.close()
            sheet._writer.cleanup()
        raise
    book.save(file)


def _fill(
    sheet: Any,
    keys: dict[int, list[int]],
    details: dict[int, list[Any]],
    other: str,
    rows: dict[int, int],
) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "B2"
    for place, (_, width, _) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    headings = [WriteOnlyCell(sheet, title) for title, _, _ in COLUMNS]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for key, twins in keys.items():
        cells = details[key]
        first = twins[0]
        values = [*cells[:TWIN], details[first][0], len(twins), *cells[TWIN:]]
        row = [
            _cell(sheet, value, format)
            for value, (_, _, format) in zip(values, COLUMNS, strict=True)
        ]
        _link(row[TWIN], f"'{other}'!A{rows[first]}")
        sheet.append(row)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(keys) + 1}"


def _cell(sheet: Any, value: Any, format: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = format
        return cell
    text = HOSTILE.sub(REPLACEMENT, value)[:LONGEST_TEXT]
    cell = WriteOnlyCell(sheet, text)
    if text.startswith(FORMULA_STARTS):
        # The quote keeps it a text when somebody edits the cell.
        cell.quotePrefix = True
    cell.data_type = "s"  # openpyxl takes a text that starts with = for a formula
    return cell


def _link(cell: Any, location: str) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.row, cell.column = 1, 1  # where it is comes with its row
    cell.hyperlink = Hyperlink(ref="A1", location=location)
    cell.font = Font(underline="single", color="0563C1")
