"""A remittance typed from a paper EOB, by the keyboard alone."""

from textual.pilot import Pilot

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Adjustment, Payment, ProviderAdjustment
from rcm_tui.screens.paper import PaperScreen
from rcm_tui.screens.payment import PaymentScreen
from tests.billing.remittances.received_builder import balances, submitted_claim
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import said


async def begun(pilot: Pilot[int], amount: str) -> None:
    """Payer, number and amount of the check; the rest as it is offered."""
    await type_keys(pilot, "5", "right_square_bracket", "n", *"acme", "enter")
    await type_keys(pilot, *"00441", "tab", *amount, "tab", "tab", "tab", *"scan 12", "enter")
    assert isinstance(pilot.app.screen, PaperScreen)


async def test_an_eob_is_typed_cell_by_cell_and_posted(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claim = submitted_claim(store, practice)
    other = submitted_claim(store, practice, client=practice.add_client("SATO", first_name="KEN"))
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        await begun(pilot, "570")
        assert "570.00 left" in seen(pilot)
        await type_keys(pilot, "n", *"okafor", "enter")
        shown = seen(pilot)
        assert claim.number in shown
        assert "claims pay 420.00" in shown, "prefilled as the contract expects it"
        # Allowed 230 and a copay of 20: contractual and paid follow.
        await type_keys(pilot, *"230", "tab", "tab", "tab", *"20", "tab")
        assert "90.00" in seen(pilot)
        assert "claims pay 390.00" in seen(pilot)
        # The second line is denied whole.
        await type_keys(pilot, "down", "tab", "enter", *"CO-197", "enter")
        assert "CO-197 240.00" in seen(pilot)
        await type_keys(pilot, "ctrl+s")
        assert "The check is over 570.00, its claims pay 210.00: 360.00 is left" in said(pilot)
        await type_keys(pilot, "n", *"sato", "enter", *"1.2.3", "tab")
        assert "'1.2.3' is no amount" in said(pilot)
        await type_keys(pilot, "escape", "p", *"WO 60 L-7", "enter")
        assert "balances" in seen(pilot)
        await type_keys(pilot, "i", *"ICN44", "enter", "ctrl+s")
        assert isinstance(pilot.app.screen, PaymentScreen)
        assert "2 claims posted, 570.00." in said(pilot)
    payment = Payment.get()
    assert (payment.state, payment.amount, payment.trace_number, payment.method) == (
        *("posted", 57000, "00441", "CHK"),
    )
    assert (payment.entered_by, payment.memo) == ("maria", "scan 12")
    assert balances(claim) == (21000, 9000, 24000, 2000)
    assert balances(other) == (42000, 14000, 0, 0)
    assert Claim.get_by_id(other.id).payer_claim_control_number == "ICN44"
    assert ProviderAdjustment.get().amount == 6000
    codes = {f"{one.group_code}-{one.reason_code}" for one in Adjustment.select()}
    assert codes == {"CO-45", "PR-3", "CO-197"}


async def test_what_is_typed_is_asked_for_before_it_is_lost(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    submitted_claim(store, practice)
    async with make_workstation(store).run_test(size=(160, 50)) as pilot:
        await begun(pilot, "100")
        await type_keys(pilot, "n", *"okafor", "enter", *"12", "escape")
        assert isinstance(pilot.app.screen, PaperScreen), "esc leaves the cell first"
        assert "12_" not in seen(pilot)
        await type_keys(pilot, "escape")
        assert "1 claim, paid 420.00, typed and not posted" in seen(pilot)
        await type_keys(pilot, "escape")
        assert isinstance(pilot.app.screen, PaperScreen)
        await type_keys(pilot, "e", "tab", *["backspace"] * 6, *"420", "enter")
        assert "balances" in seen(pilot)
        await type_keys(pilot, "x")
        assert "420.00 left" in seen(pilot)
        await type_keys(pilot, "escape")
        assert not isinstance(pilot.app.screen, PaperScreen), "nothing would be lost"
    assert not Payment.select().exists()
