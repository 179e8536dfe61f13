"""Sessions by hand and from files, by keys: tried first, columns told, the refused kept apart."""

import csv
import os
import unicodedata
from pathlib import Path

import pytest

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem, Session
from rcm_tui.data.tables.exchange import ColumnMapping
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import Practitioner
from tests.exchange.tables.files import SESSION_HEADINGS, csv_bytes
from tests.practice_builder import BILLER, NOW
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import differs
from tests.screens.test_driving import said

MANAGER = Actor("ines", "Ines", "billing manager")


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / "rcm-tui-imports").mkdir(exist_ok=True)
    (folder / "rcm-tui-imports" / name).write_bytes(content)


def march(headings: list[str] | None = None) -> bytes:
    npi = Practitioner.select().order_by(Practitioner.id).first().npi
    rows = [
        ["S1", "M00001", npi, "3/10/2026", "9:00", "11:00", "97153", "", ""],
        ["S2", "M00001", npi, "3/11/2026", "9:00", "8:00", "97153", "", ""],
        ["S3", "M00001", npi, "3/12/2026", "9:00", "10:00", "97155", "", "yes"],
    ]
    return csv_bytes([headings or SESSION_HEADINGS, *rows])


async def test_a_file_is_tried_and_its_good_rows_taken_in(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    put(tmp_path, "march.csv", march())
    before = Session.select().count()
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2", "I")
        assert "march.csv" in seen(pilot)
        await type_keys(pilot, "enter")
        shown = seen(pilot)
        assert "What importing would do: 3 sessions of march.csv" in shown
        assert "csv, UTF-8, parted by commas" in shown
        assert "[✗ Refused 1]" in shown
        assert "End Time 8:00 is not after the start, 03/11/2026 09:00" in shown
        assert "a import 2 good rows" in shown
        assert Session.select().count() == before
        await type_keys(pilot, "right_square_bracket")
        assert "[● New 2]" in seen(pilot)
        assert "OKAFOR, ADA 03/12/2026 09:00 97155" in seen(pilot)
        await type_keys(pilot, "a")
        assert "To be corrected and imported again" in seen(pilot)
        await type_keys(pilot, "enter")
        assert said(pilot).startswith("Sessions imported: 2 new, 0 updated, 1 refused in ")
    assert Session.select().count() == before + 2
    (refused,) = (tmp_path / "exports").iterdir()
    with refused.open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["Row", "3"]


async def test_columns_are_told_on_screen_and_remembered(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    headings = ["Key", "Kid", *SESSION_HEADINGS[2:]]
    put(tmp_path, "odd.csv", march(headings))
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2", "I", "enter")
        assert "What the columns of sessions mean" in seen(pilot)
        assert "Needed: Client MRN or Client or" in seen(pilot)
        await type_keys(pilot, "ctrl+s")
        assert "Still needed" in seen(pilot)
        await type_keys(pilot, "down", "enter", *"client mrn", "enter")
        assert "Client MRN" in seen(pilot)
        await type_keys(pilot, "up", "enter", *"session id", "enter")
        await type_keys(pilot, "shift+tab", *"theralytics", "ctrl+s")
        assert "source theralytics" in seen(pilot)
        await type_keys(pilot, "a", "enter")
        assert said(pilot).startswith("Sessions imported: 2 new")
        kept = ColumnMapping.get()
        assert kept.source == "theralytics"
        # The same file again: it is said, and nothing is new.
        await type_keys(pilot, "I", "enter")
        assert "What the columns of sessions mean" in seen(pilot)
        await type_keys(pilot, "escape")


async def test_set_up_comes_from_files_too(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    put(tmp_path, "payers.csv", csv_bytes([["Name", "CPID"], ["=cmd|x", "60054"]]))
    async with make_workstation(busy_store, MANAGER).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "0", "I", "enter")
        assert "What importing would do: 1 payer of payers.csv" in seen(pilot)
        await type_keys(pilot, "a")
        assert said(pilot) == "Payers imported: 1 new, 0 updated."
        await type_keys(pilot, "I", "enter")
        assert "The same file came in on 2026-03-16 as payers.csv." in seen(pilot)
        assert "[✓ The same 1]" in seen(pilot)
        await type_keys(pilot, "a")
        assert "there is nothing to import" in seen(pilot)
    assert Payer.select().where(Payer.name == "=cmd|x").count() == 1


async def test_what_cannot_be_is_said(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2", "I")
        assert "Put the file into" in said(pilot)
        put(tmp_path, "payers.csv", csv_bytes([["Name", "CPID"], ["A", "60054"]]))
        (tmp_path / "rcm-tui-imports" / "link.csv").symlink_to("/etc/passwd")
        (tmp_path / "rcm-tui-imports" / ".hidden.csv").write_text("x")
        await type_keys(pilot, "I")
        assert "payers.csv" in seen(pilot)
        assert "link" not in seen(pilot)
        assert "hidden" not in seen(pilot)
        await type_keys(pilot, "enter")
        assert said(pilot).startswith("A biller may not edit payers: an administrator or a")
        put(tmp_path, "zebra.csv", b"a,b\n1,2\n")
        await type_keys(pilot, "I", *"zeb", "enter")
        assert "What does the file hold?" in seen(pilot)
        await type_keys(pilot, *"sessions", "enter")
        assert "What the columns of sessions mean" in seen(pilot)
        await type_keys(pilot, "escape")
    auditor = Actor("a", "A", "auditor")
    async with make_workstation(busy_store, auditor).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2", "I")
        assert said(pilot) == "An auditor looks and changes nothing."


async def test_a_session_is_entered_by_hand(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    before = ChargeItem.select().count()
    async with make_workstation(busy_store, BILLER).run_test(size=(100, 40)) as pilot:
        await type_keys(pilot, "2", "n", *"hadd", "enter")
        await type_keys(pilot, *_technician(), "enter")
        await type_keys(pilot, *"3/10", "enter", *"9:30am", "enter", *"8:30", "enter", "enter")
        await type_keys(pilot, "enter", *"97153", "enter", "ctrl+s")
        assert "is not after the start" in seen(pilot)
        assert ChargeItem.select().count() == before
        await type_keys(pilot, "ctrl+u", *"11:30", "enter", "ctrl+s")
    session = Session.select().order_by(Session.id.desc()).first()
    assert ChargeItem.select().count() == before + 1, "saved"
    assert session.client.last_name == "Haddad"
    assert (session.ends_at - session.starts_at).total_seconds() == 7200
    assert ChargeItem.get(ChargeItem.session == session).status == "New"


def _technician() -> str:
    return str(Practitioner.select().order_by(Practitioner.id).first().last_name[:4].lower())


async def test_the_sessions_queue_opens_and_changes_one(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store, BILLER).run_test(size=(160, 50)) as pilot:
        await type_keys(pilot, "0", *["down"] * 6, "enter")
        assert "Sessions" in seen(pilot)
        shown = seen(pilot)
        assert "Haddad, Rami" in shown
        await type_keys(pilot, "slash", *"status:scheduled", "enter", "enter")
        assert "By telehealth" in seen(pilot)
        await type_keys(pilot, *["tab"] * 12, *"submitted", "enter", "ctrl+s")
    assert not Session.select().where(Session.status == "scheduled").exists()
    assert not ChargeItem.select().where(ChargeItem.status == "Scheduled").exists()


HOSTILE = (
    "[@click=app.quit]x[/]",
    "[/oops]",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202eevil\u2066",
    "=HYPERLINK(1)",
    "$error {x} \\[a",
)
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])


@SIZES
@pytest.mark.parametrize(
    ("name", "keys"),
    {
        "import-files": ("2", "I"),
        "import-refused": ("2", "I", "enter"),
        "import-new": ("2", "I", "enter", "right_square_bracket"),
        "import-columns": ("2", "I", "enter", "m"),
        "import-column": ("2", "I", "enter", "m", "enter"),
    }.items(),
)
async def test_it_looks_as_it_did(
    busy_store: Store,
    make_workstation: MakeWorkstation,
    tmp_path: Path,
    size: tuple[int, int],
    name: str,
    keys: tuple[str, ...],
) -> None:
    put(tmp_path, "march.csv", march())
    os.utime(tmp_path / "rcm-tui-imports" / "march.csv", (NOW.timestamp(), NOW.timestamp()))
    async with make_workstation(busy_store).run_test(size=size) as pilot:
        await pilot.app.look()  # type: ignore[attr-defined]
        await type_keys(pilot, *keys)
        box = pilot.app.screen.query_one("#box").region
        lines = seen(pilot).splitlines()[box.y : box.bottom]
        # Only the dialog: what lies below it has pictures of its own.
        shown = "".join(f"{line[box.x : box.right].rstrip()}\n" for line in lines)
        problem = differs(f"{name}-{size[0]}x{size[1]}", shown)
    assert not problem, problem


@SIZES
async def test_hostile_files_are_only_letters(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path, size: tuple[int, int]
) -> None:
    rows = [[text, text, text, "3/10/2026", "9:00", "11:00", text, text, text] for text in HOSTILE]
    put(
        tmp_path, "[@click=app.quit]\u202e.csv", csv_bytes([[*SESSION_HEADINGS, HOSTILE[0]], *rows])
    )
    app = make_workstation(busy_store)
    async with app.run_test(size=size) as pilot:
        for keys in (("2", "I"), ("enter",), ("m",), ("down", "enter"), ("escape",), ("escape",)):
            await type_keys(pilot, *keys)
            shown = seen(pilot)
            for letter in shown.replace("\n", ""):
                assert unicodedata.category(letter) not in ("Cc", "Cf"), shown
        assert app.return_code is None
        await type_keys(pilot, "I", "enter")
        assert "[/oops]" in seen(pilot)
