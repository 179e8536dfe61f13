"""Exports from the screen: what is seen or marked, in one folder, on record."""

import csv
import json
from pathlib import Path

from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import said


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def test_exactly_what_is_seen_is_exported_and_recorded(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "slash", *"payer:BLUE", "enter", "o", *"claim", "enter")
        await type_keys(pilot, "E", "ctrl+u", *"blue.csv", "enter")
        path = tmp_path / "exports" / "blue.csv"
        assert said(pilot).startswith("3 claims exported to ")
    rows = table(path)
    assert [row[0] for row in rows[1:]] == sorted(row[0] for row in rows[1:]), (
        "in the order that was seen"
    )
    assert len(rows) == 4
    record = AuditRecord.get(AuditRecord.action == "exported")
    details = json.loads(record.details)
    assert (details["filter"], details["rows"], details["format"]) == ("payer:BLUE", 3, "csv")


async def test_only_marked_rows_are_exported(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "space", "space", "E")
        assert "Export 2 claims marked" in seen(pilot)
        await type_keys(pilot, "ctrl+u", *"two.json", "enter")
        # All of the view but the first.
        await type_keys(pilot, "minus", "g", "ctrl+a", "space", "E", "ctrl+u", *"but.csv", "enter")
    assert len(json.loads((tmp_path / "exports" / "two.json").read_text(encoding="utf-8"))) == 2
    assert len(table(tmp_path / "exports" / "but.csv")) == Claim.select().count()


async def test_a_file_goes_nowhere_else_and_over_nothing(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "there.csv").write_text("kept", encoding="utf-8")
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "3", "E")
        assert "claims-all-2026" in seen(pilot)
        await type_keys(pilot, "ctrl+u", *"../x.csv", "enter")
        assert "begins with ." in seen(pilot)
        await type_keys(pilot, "ctrl+u", *"there.csv", "enter")
        assert "is there already" in seen(pilot)
        await type_keys(pilot, "ctrl+u", *"x.exe", "enter")
        assert "End the name with one of .csv, .xlsx, .json." in seen(pilot)
        await type_keys(pilot, "escape")
    assert (tmp_path / "exports" / "there.csv").read_text(encoding="utf-8") == "kept"
    assert [path.name for path in (tmp_path / "exports").iterdir()] == ["there.csv"]


async def test_names_that_try_to_act_are_only_letters_in_the_file(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    Claim.update(patient_name="=HYPERLINK(1)[@click=app.quit]").execute()
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "3", "E", "ctrl+u", *"x.csv", "enter")
    for row in table(tmp_path / "exports" / "x.csv")[1:]:
        assert not any(cell.startswith("=") for cell in row)
