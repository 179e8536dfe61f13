"""Underpayments by keys: from the payer to the line, its claim, a case, and back."""

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import Appeal
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.queue_screen import QueueScreen
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys


@pytest.fixture
def underpaid(store: Store) -> list[Claim]:
    """Two claims that were paid: 40.00 and 10.00 under contract."""
    practice = small_practice()
    claims = []
    for short in (4000, 1000):
        claim = submitted_claim(store, practice, [("97153", 8)])
        low = line(32000, 24000 - short, f"CO-45 {(8000 + short) / 100:.2f}")
        post(store, [claim_payment(claim.patient_control_number, [low])])
        claims.append(claim)
    return claims


@pytest.mark.parametrize("engine", ["sqlite"], indirect=False)
async def test_from_a_payer_to_its_lines_their_claim_and_a_case(
    store: Store, underpaid: list[Claim], make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(store).run_test(size=(160, 30)) as pilot:
        await type_keys(pilot, "3", "3", "3", "enter")
        queue = pilot.app.screen
        assert isinstance(queue, QueueScreen)
        assert (queue.name, queue.filter) == ("underpayments", 'payer:"Acme Health"')
        assert "under contract 50.00" in seen(pilot)
        await type_keys(pilot, "enter")
        record = pilot.app.screen
        assert isinstance(record, ClaimScreen)
        assert (record.key, record.part) == (underpaid[0].id, "lines")
        await type_keys(pilot, "escape", "a")
        assert f"Appeal {underpaid[0].number}, 40.00" in seen(pilot)
        await type_keys(pilot, "asterisk", "enter")
        (appeal,) = Appeal.select()
        assert (appeal.claim_id, appeal.amount, appeal.state) == (underpaid[0].id, 4000, "sent")
        await type_keys(pilot, "ctrl+a", "c", "ctrl+s")
        assert {one.claim_id for one in CaseClaim.select()} == {one.id for one in underpaid}
        assert CaseFile.get().subject == "Underpayment"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=False)
async def test_a_line_is_accepted_with_a_reason_and_taken_up_again(
    store: Store, underpaid: list[Claim], make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "3", "2", "r", "enter")
        assert "A reason is needed" in seen(pilot)
        assert "40.00 under contract" in seen(pilot)
        await type_keys(pilot, *"so be it", "enter")
        assert [one.accepted_short for one in ClaimLine.select().order_by(ClaimLine.id)] == [
            4000,
            0,
        ]
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        assert screen.table.position == "1 of 1"
        await type_keys(pilot, "v", *"accep", "enter", "R")
        assert [one.accepted_short for one in ClaimLine.select()] == [0, 0]
