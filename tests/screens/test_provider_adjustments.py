"""Provider-level adjustments, linked to claims by the keyboard and shown on them."""

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Payment, ProviderAdjustment
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.payment import PaymentScreen
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import said


async def test_a_recoupment_is_linked_shown_on_its_claim_and_unlinked(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    payment = Payment.get(Payment.state == "posted")
    adjustment = ProviderAdjustment.create(
        payment=payment, position=1, reason_code="WO", identifier="LETTER-7", amount=120900
    )
    claim = Claim.get(Claim.adjudication == "paid")
    ProviderAdjustment.create(
        payment=payment, position=2, reason_code="L6", identifier="INTEREST", amount=-125
    )
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "5", "5", "4")
        shown = seen(pilot)
        assert "WO overpayment, taken" in shown
        assert "INTEREST" not in shown, "it takes nothing back"
        await type_keys(pilot, "equals_sign", *claim.number.lower(), "enter")
        assert "Linked: WO 1,209.00" in said(pilot)
        assert "Nothing in this view." in seen(pilot)
        now = ProviderAdjustment.get_by_id(adjustment.id)
        assert (now.claim_id, now.linked_by) == (claim.id, "hand")
        await type_keys(pilot, "v", *"linked", "enter", "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        assert "1,209.00 kept back with check 0099231" in seen(pilot)
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, PaymentScreen)
        await type_keys(pilot, "right_square_bracket", "right_square_bracket")
        assert claim.number in seen(pilot)
        await type_keys(pilot, "escape", "escape", "equals_sign")
        assert f"It is linked to claim {claim.number}" in said(pilot)
        await type_keys(pilot, "x", "enter")
        assert "1 adjustment unlinked." in said(pilot)
        assert ProviderAdjustment.get_by_id(adjustment.id).claim_id is None
        await type_keys(pilot, "v", *"recoup", "enter", "A")
        assert "it names LETTER-7: no claim of ours" in seen(pilot)
