"""What an action left, opened as a queue of its own; and jumping to a row by its first letters."""

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from tests.practice_builder import SERVICE_DAY, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import queue_screen


async def test_the_refused_rows_become_a_queue_and_esc_goes_back(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_claim(day=SERVICE_DAY)
    broken = practice.add_claim(client=practice.add_client("OSEI"), diagnoses="")
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "v", *"draft", "enter", "ctrl+a", "a", "enter")
        assert "open these as a queue" in seen(pilot)
        await type_keys(pilot, "o")
        screen = queue_screen(pilot)
        assert screen.table.total == 1
        assert screen.row()["claim_number"] == broken.number
        assert "left as they were" in seen(pilot)
        # A filter in it is cleared first, then the rows are left.
        await type_keys(pilot, "slash", *"payer:nobody", "enter")
        assert screen.table.total == 0
        await type_keys(pilot, "escape")
        assert screen.table.total == 1
        await type_keys(pilot, "escape")
        assert screen.view.name == "draft"


async def test_letters_bring_the_cursor_to_the_first_row_that_begins_so(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "o", *"patient", "enter", "g", "f", *"na")
        screen = queue_screen(pilot)
        assert screen.row()["patient"].startswith("Na")
        position = screen.table.at.cursor
        await type_keys(pilot, "escape", "up")
        assert screen.table.at.cursor == position - 1
        assert not screen.row()["patient"].startswith("Na")


async def test_in_an_order_without_words_letters_find_the_patient(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "G", "f", *"hadd")
        screen = queue_screen(pilot)
        patient = Claim.select(Claim.patient_name).where(Claim.patient_name.startswith("Hadd"))
        assert screen.row()["patient"] == patient.first().patient_name
        await type_keys(pilot, *"zz")
        assert "Nothing begins with “haddzz”." in seen(pilot)
        await type_keys(pilot, "escape", "o", *"billed", "enter", "f", *"400")
        assert screen.row()["billed"] <= 40000
