"""Claims that somebody works on, and editing the marked rows together."""

from rcm_tui.data.personal.holds import holders, take_claims
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.work import Actor
from tests.practice_builder import SERVICE_DAY, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import queue_screen, said

TOM = Actor("[/tom]", "Tom", "biller")


async def test_claims_are_taken_to_work_on_let_go_and_hidden_when_others_hold_them(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3")
        screen = queue_screen(pilot)
        first = int(screen.table.cursor_key or 0)
        with busy_store.work(TOM) as work:
            take_claims(work, [first])
        await type_keys(pilot, "space", "space", "h")
        assert "You are working on 1 claim" in seen(pilot)
        assert "[/tom] works on it since" in seen(pilot)
        await type_keys(pilot, "enter", "minus", "H")
        assert screen.table.total == 8
        assert first not in await screen.chosen_keys()
        await type_keys(pilot, "g", "h")
        assert "1 claim let go" in said(pilot)
        await type_keys(pilot, "H")
        assert screen.table.total == 9
    assert list(holders(busy_store.database, range(1000))) == [first]


async def test_marked_drafts_get_one_value_and_what_is_locked_is_left(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    drafts = [practice.add_claim(day=SERVICE_DAY), practice.add_claim(day=SERVICE_DAY)]
    locked = practice.add_claim(status="Submitted", client=practice.add_client("OSEI"))
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "ctrl+a", "e", *"note", "enter", *"see file", "enter")
        assert "3 claims, billed 960.00: Note to the payer becomes see file." in seen(pilot)
        await type_keys(pilot, "enter")
        assert "is see file in 2 claims" in seen(pilot)
        assert f"{locked.number}" in seen(pilot)
        await type_keys(pilot, "o")
        assert queue_screen(pilot).table.total == 1
    notes = {claim.id: claim.claim_note for claim in Claim.select()}
    assert notes == {**{draft.id: "see file" for draft in drafts}, locked.id: ""}


async def test_a_wrong_value_is_told_and_nothing_is_changed(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    claim = small_practice().add_claim(day=SERVICE_DAY)
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "space", "e", *"diagno", "enter", *"nonsense", "enter", "enter")
        assert "nonsense" in said(pilot).lower()
    assert Claim.get_by_id(claim.id).diagnoses == "F84.0"
