"""Remittances without a claim, solved by the keyboard."""

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Payment, Remittance, RemittanceLine
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.orphan import OrphanScreen
from tests.practice_builder import SERVICE_DAY
from tests.screens.busy_practice import busy_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.orphans import (
    is_on_its_claim,
    is_on_its_line,
    line_without_a_claim_line,
    orphan_of_a_claim,
)
from tests.screens.test_driving import queue_screen, said


async def test_an_orphan_beside_its_candidates_is_taken_and_the_next_one_comes(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = busy_practice(store)
    orphan, claim = orphan_of_a_claim(practice)
    second = Remittance.create(
        payment=Payment.get(),
        position=5,
        state="orphan",
        patient_control_number="X2",
        status_code="4",
        charge=100,
        paid=0,
        patient_name="[@click=app.quit]NOBODY[/]",
    )
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "5", "v", *"without", "enter", "G", "enter")
        assert isinstance(pilot.app.screen, OrphanScreen)
        shown = seen(pilot)
        for words in ("WREN, IDA", claim.number, "Score 70:", "the patient's name (+20)", "320.00"):
            assert words in shown, shown
        await type_keys(pilot, "right_square_bracket")
        assert "CO-45 80.00" in seen(pilot)
        await type_keys(pilot, "left_square_bracket", "o")
        assert isinstance(pilot.app.screen, ClaimScreen)
        await type_keys(pilot, "escape", "enter")
        assert is_on_its_claim()
        assert f"240.00 is on claim {claim.number} now" in said(pilot)
        await type_keys(pilot, "u", "enter")
        assert "Undone: Match 1 remittance" in said(pilot)
        assert not is_on_its_claim()
        await type_keys(pilot, "alt+up")
        assert pilot.app.screen.key == second.id
        assert "NOBODY" in seen(pilot)
        await type_keys(pilot, "equals_sign")
        assert "There is no claim under the cursor" in said(pilot)
        # Not among the candidates: found by the letters of its patient's name.
        await type_keys(pilot, "slash", *"wren", "enter")
        assert claim.number in seen(pilot)
        await type_keys(pilot, "equals_sign")
    now = Remittance.get_by_id(second.id)
    assert (now.state, now.claim_id) == ("posted", claim.id)
    assert Remittance.get_by_id(orphan.id).state == "orphan"


async def test_the_sure_ones_at_once_and_off_again(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = busy_practice(store)
    orphan, claim = orphan_of_a_claim(practice)
    orphan.update(payer_claim_control_number="PC77").where(Remittance.id == orphan.id).execute()
    Claim.update(payer_claim_control_number="PC77").where(Claim.id == claim.id).execute()
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "5", "v", *"without", "enter", "ctrl+a", "A")
        assert "1 remittance, paid 240.00" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "1 remittance matched, 240.00." in seen(pilot)
        await type_keys(pilot, "enter")
        assert is_on_its_claim()
        queue_screen(pilot).want("all", key=orphan.id)
        await type_keys(pilot, "x", *"her sister's", "enter")
        assert "1 remittance taken off, 240.00." in said(pilot)
        now = Remittance.get_by_id(orphan.id)
        assert (now.state, now.reason) == (
            *("orphan", "taken off its claim by maria: her sister's"),
        )
        await type_keys(pilot, "equals_sign")
        assert isinstance(pilot.app.screen, OrphanScreen)
        assert pilot.app.screen.key == orphan.id
    assert Claim.get_by_id(claim.id).first_service_date == SERVICE_DAY


async def test_where_every_remittance_has_its_claim_it_says_so(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    busy_practice(store)
    Remittance.update(state="informational").where(Remittance.state == "orphan").execute()
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "5", "equals_sign")
        assert "Every remittance has its claim." in said(pilot)


async def test_a_line_without_a_claim_line_is_put_onto_one(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    line = line_without_a_claim_line(busy_practice(store))
    claim = Claim.get(Claim.patient_name == "Wren, Ida")
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "5", "5", "3")
        assert queue_screen(pilot).table.cursor_key == line.id
        await type_keys(pilot, "equals_sign")
        shown = seen(pilot)
        for words in (claim.number, "Score 85:", "the code 97153 (+35)", "as a whole"):
            assert words in shown, shown
        await type_keys(pilot, "o")
        assert isinstance(pilot.app.screen, ClaimScreen)
        await type_keys(pilot, "escape", "equals_sign")
        assert is_on_its_line()
        assert "240.00 is on line 1 now" in said(pilot)
        await type_keys(pilot, "equals_sign")
        assert f"It is on claim {claim.number}, line already." in said(pilot)
        await type_keys(pilot, "u", "enter")
        assert "Undone: Match 1 line" in said(pilot)
    assert not RemittanceLine.get_by_id(line.id).claim_line_id
