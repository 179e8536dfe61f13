"""Billing the next payer by keys: many claims, one claim, and what is left with the reason."""

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.screens.claim import ClaimScreen
from tests.billing.claims.second_payer import left_to_patient
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

SIZE = (118, 34)
SECONDARY = ("3", "v", *"secondary", "enter")


def made() -> list[Claim]:
    return list(Claim.select().where(Claim.billed_after.is_null(False)).order_by(Claim.id))


async def test_marked_claims_go_to_their_next_payers_and_the_rest_stays_with_the_reason(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claims = [left_to_patient(practice, name) for name in ("ALPHA", "BRAVO", "CHARLIE")]
    practice.add_claim(status="Submitted", adjudication="denied", elsewhere=True)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *SECONDARY)
        assert "Second Health 2" in seen(pilot)
        await type_keys(pilot, "v", *"all", "enter", "ctrl+a", "b")
        told = seen(pilot)
        assert "3 claims to the next payer, asking for 144.00." in told
        assert "1 stay: its payer has not decided yet." in told
        await type_keys(pilot, "escape")
        assert made() == []
        await type_keys(pilot, "b", "enter")
        told = seen(pilot)
        assert "3 claims made to the next payer, asking for 144.00." in told
        assert "3 Ready to Submit, 0 Draft." in told
        assert "its payer has not decided yet" in told
        await type_keys(pilot, "enter", *SECONDARY[1:])
        assert all(claim.number not in seen(pilot) for claim in claims)
    assert {claim.billed_after.id for claim in made()} == {claim.id for claim in claims}


async def test_one_claim_from_its_own_screen_and_back_by_undo(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    left_to_patient(practice, "ALPHA")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *SECONDARY, "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        await type_keys(pilot, "b")
        (claim,) = made()
        assert f"{claim.number} asks the next payer for 48.00: Ready to Submit." in seen(pilot)
        await type_keys(pilot, "b")
        assert f"billed to Second Health 2 already: {claim.number} is Ready" in seen(pilot)
        await type_keys(pilot, "enter", "u", "enter")
    assert made() == []
