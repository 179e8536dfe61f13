"""The records of a charge item and of a payment; charges edited before they are on a claim line."""

from textual.pilot import Pilot

from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import ClaimLine
from rcm_tui.data.tables.remittances import Payment, ProviderAdjustment
from rcm_tui.screens.charge import ChargeScreen
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.payment import PaymentScreen
from rcm_tui.screens.remittance_preview import RemittancePreviewScreen
from tests.practice_builder import SERVICE_DAY, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import settle
from tests.screens.test_driving import queue_screen, said


async def to_field(pilot: Pilot[int], name: str) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    with pilot.app._context():
        screen.widget.go(name)
    await settle(pilot)


async def all_rows(pilot: Pilot[int], key: int | None = None) -> None:
    """Shows all rows of the queue, with the cursor on one."""
    queue_screen(pilot).want("all", key=key)
    await settle(pilot)
    assert key is None or queue_screen(pilot).table.cursor_key == key


async def test_a_charge_shows_its_session_money_and_twin_and_leads_on(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    twin = practice.add_charge(hour=18, status="Billed Externally")
    charge = practice.add_charge(hour=9)
    other = practice.add_charge(client=practice.add_client("SATO"), hour=12)
    ChargeItem.update(duplicate_of=twin.id, notes="called twice").where(
        ChargeItem.id == charge.id
    ).execute()
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2", "g", "enter")
        assert isinstance(pilot.app.screen, ChargeScreen)
        shown = seen(pilot)
        for words in (charge.number, "OKAFOR", "97153", "320.00", "called twice", "submitted"):
            assert words in shown
        assert f"{twin.number}" in shown
        await type_keys(pilot, "enter")
        assert pilot.app.screen.key == twin.id, "enter on the twin opens it"  # type: ignore[attr-defined]
        assert "Billed Externally" in seen(pilot)
        await type_keys(pilot, "escape", "g", "enter", "alt+down")
        assert pilot.app.screen.key == other.id  # type: ignore[attr-defined]
        await type_keys(pilot, "alt+up")
        assert pilot.app.screen.key == charge.id  # type: ignore[attr-defined]


async def test_a_charge_on_a_claim_line_leads_to_its_claim_and_is_locked(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claim = practice.add_claim(day=SERVICE_DAY)
    charge = practice.add_charge(hour=9, status="Claim Line Created")
    line = ClaimLine.get(ClaimLine.claim == claim)
    ChargeItem.update(claim_line=line).where(ChargeItem.id == charge.id).execute()
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2")
        await all_rows(pilot)
        await type_keys(pilot, "enter", "right_square_bracket")
        assert "Control no." in seen(pilot)
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        assert pilot.app.screen.key == claim.id
        await type_keys(pilot, "escape", "e")
        assert f"is on claim {claim.number} and locked" in said(pilot)
        await type_keys(pilot, "ctrl+s")
        assert "locked" in said(pilot)
    assert ChargeItem.get_by_id(charge.id).version == charge.version


async def test_a_charge_is_mended_before_its_claim_line_and_priced_as_it_was(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    charge = practice.add_charge(hour=9)
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2", "e")
        await to_field(pilot, "modifiers")
        await type_keys(pilot, *"hm gt", "ctrl+s")
        assert "Units and price stay as they were" in said(pilot)
        now = ChargeItem.get_by_id(charge.id)
        assert (now.modifiers, now.billed, now.units) == ("HM GT", charge.billed, charge.units)
        await type_keys(pilot, "escape", "u", "enter")
        assert "Undone: Edit charge" in said(pilot)
        assert ChargeItem.get_by_id(charge.id).modifiers == charge.modifiers


async def test_marked_charges_get_one_value_and_what_is_on_a_claim_is_left(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claim = practice.add_claim(day=SERVICE_DAY)
    free = [practice.add_charge(hour=hour) for hour in (9, 12)]
    billed = practice.add_charge(hour=15, status="Claim Line Created")
    line = ClaimLine.get(ClaimLine.claim == claim)
    ChargeItem.update(claim_line=line).where(ChargeItem.id == billed.id).execute()
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2")
        await all_rows(pilot)
        await type_keys(pilot, "ctrl+a", "e", *"notes", "enter")
        await type_keys(pilot, *"see mail", "ctrl+s", "enter")
        assert "see mail" in seen(pilot)
        assert f"is on claim {claim.number} and" in seen(pilot)
    notes = {charge.id: charge.notes for charge in ChargeItem.select()}
    assert notes == {**dict.fromkeys((one.id for one in free), "see mail"), billed.id: ""}


async def test_a_payment_shows_its_money_what_is_held_and_its_remittances(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    posted = Payment.get(Payment.state == "posted")
    held = Payment.get(Payment.state == "held")
    ProviderAdjustment.create(
        payment=posted, position=1, reason_code="WO", identifier="77", amount=120900
    )
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "5", "right_square_bracket")
        await all_rows(pilot, held.id)
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, RemittancePreviewScreen)
        assert "BPR02 says 100.00, its claims sum to 90.00" in seen(pilot)
        await type_keys(pilot, "o")
        assert isinstance(pilot.app.screen, PaymentScreen)
        assert "BPR02 says 100.00, its claims sum to 90.00" in seen(pilot)
        await type_keys(pilot, "escape", "escape")
        await all_rows(pilot, posted.id)
        await type_keys(pilot, "enter", "right_square_bracket")
        shown = seen(pilot)
        assert "TAKAHASHI, YUI" in shown
        assert "no claim" in shown
        await type_keys(pilot, "right_square_bracket")
        assert "WO" in seen(pilot)
        assert "1,209.00" in seen(pilot)
        await type_keys(pilot, "left_square_bracket", "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        await type_keys(pilot, "escape", "r")
        assert queue_screen(pilot).queue.name == "remittances"
        assert queue_screen(pilot).table.total == 4
