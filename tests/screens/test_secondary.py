"""Billing the next payer by keys: many claims, one claim, and what is left with the reason."""

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.screens.claim import ClaimScreen
from tests.billing.claims.second_payer import (
    add_coverage,
    billed_onward,
    left_to_patient,
    sent,
)
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    reversal_of,
    submitted_claim,
)
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
        assert "1 to look at" in told
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


async def test_drafts_among_them_say_why_and_open_as_a_queue(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    left_to_patient(practice, "ALPHA")
    bravo = left_to_patient(practice, "BRAVO")
    Coverage.update(member_id="").where(
        Coverage.client == bravo.client, Coverage.rank == 2
    ).execute()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *SECONDARY, "ctrl+a", "b", "enter")
        told = seen(pilot)
        assert "1 Ready to Submit, 1 Draft." in told
        (draft,) = [claim for claim in made() if claim.status == "Draft"]
        assert f"{draft.number}      made, but Draft:" in told
        await type_keys(pilot, "o")
        assert draft.number in seen(pilot)
        assert "to look at" in seen(pilot)


async def test_a_claim_says_which_payers_it_goes_to_and_what_was_forwarded(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    said = [line(32000, 19200, "CO-45 80.00, PR-2 48.00"), line(24000, 24000, "", "97155")]
    post(store, [claim_payment(claim.patient_control_number, said, "19")])
    (forwarded,) = made()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "v", *"forwarded", "enter")
        assert forwarded.number in seen(pilot)
        await type_keys(pilot, "b")
        assert "it was forwarded to Second Health 2: wait" in seen(pilot)
        await type_keys(pilot, "enter", "enter")
        told = seen(pilot)
        assert f"Payer 1       Acme Health · {claim.number}  ✓ paid" in told
        assert f"Second Health 2 · {forwarded.number} (this one)" in told
        assert "forwarded by the payer before  owes 48.00" in told


async def test_what_the_next_payer_was_told_and_is_no_longer_so_is_a_view(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    lines = [line(32000, 19200, "CO-45 80.00, PR-2 48.00"), line(24000, 24000, "", "97155")]
    said = claim_payment(claim.patient_control_number, lines)
    post(store, [said])
    (second,) = sent(store, *billed_onward(store, claim).made)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "v", *"before has", "enter")
        assert second.number not in seen(pilot)
        post(store, [reversal_of(said)])
        await type_keys(pilot, "v", *"before has", "enter")
        assert second.number in seen(pilot)
