"""Corrections by keys: what is asked before, what is refused, where one lands."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.claims.correcting import modify_claims
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.payers import Payer
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.frame import Frame
from tests.billing.claims.test_correcting import PAID, answered, do, send
from tests.billing.remittances.received_builder import claim_payment, post, reversal_of
from tests.conftest import Template
from tests.denials import denied_claim
from tests.practice_builder import SmallPractice, small_practice
from tests.rejections import rejected_claim
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

SIZE = (118, 34)
DENIED = ("3", "v", *"denied", "enter")
REJECTED = ("3", "v", *"rejected", "enter")
DRAFT = ("3", "v", *"draft", "enter")


@pytest.fixture
def sqlite_store(sqlite_template: Template, tmp_path: Path, key_folder: Path) -> Iterator[Store]:
    """An empty practice: keys and screens are the same on either store."""
    shutil.copytree(sqlite_template.keys, key_folder)
    file = shutil.copy2(sqlite_template.place, tmp_path / "practice.db")
    with Store.open(str(file), key_folder) as store:
        yield store


def said(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, Frame)
    return screen.said


def denials(practice: SmallPractice, *reasons: str) -> list[Claim]:
    return [
        denied_claim(practice, f"CLIENT{number}", reason, f"ICN{number}")
        for number, reason in enumerate(reasons)
    ]


async def test_one_denial_is_corrected_compared_and_discarded(
    sqlite_store: Store, make_workstation: MakeWorkstation
) -> None:
    (claim,) = denials(small_practice(), "4")
    async with make_workstation(sqlite_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "d")
        assert f"Correct and resend {claim.number}" in seen(pilot)
        assert "1 claim, billed 320.00." in seen(pilot)
        await type_keys(pilot, "tab", "ctrl+u", "enter")
        assert "claim control number is needed" in seen(pilot)
        await type_keys(pilot, *"TYPED7", "enter")
        (made,) = Claim.select().where(Claim.previous == claim)
        assert (made.frequency, made.original_reference, made.claim_note) == (
            "7",
            "TYPED7",
            "CORRECTED CLAIM",
        )
        assert isinstance(pilot.app.screen, FormScreen)
        await type_keys(pilot, "escape", "escape")
        assert isinstance(pilot.app.screen, ClaimScreen)
        # Nothing was changed: that is said before it is sent.
        await type_keys(pilot, "ctrl+s")
        assert f"which takes the place of {claim.number}" in seen(pilot)
        assert "the payer would call it a duplicate" in seen(pilot)
        assert "original → replacement" in seen(pilot)
        await type_keys(pilot, "escape")
        assert Claim.get_by_id(made.id).status == "Draft"
        await type_keys(pilot, "x")
        assert "1 correction, billed 320.00, will be Inactive." in seen(pilot)
        await type_keys(pilot, "enter")
        assert Claim.get_by_id(made.id).status == "Inactive"


async def test_many_are_corrected_together_and_the_others_say_why(
    sqlite_store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    first, second, wrong, unnumbered = denials(practice, "4", "11", "109", "4")
    Claim.update(payer_claim_control_number="").where(Claim.id == unnumbered.id).execute()
    async with make_workstation(sqlite_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "ctrl+a", "d")
        assert "3 claims, billed 960.00." in seen(pilot)
        assert "1 stay: the payer says that it is another payer's" in seen(pilot)
        assert "1 stay: the payer's claim control number is missing." in seen(pilot)
        await type_keys(pilot, "enter")
        assert "2 claims in Draft, billed 640.00." in seen(pilot)
        made = {claim.previous_id for claim in Claim.select().where(Claim.frequency == "7")}
        assert made == {first.id, second.id}
        await type_keys(pilot, "enter", *DRAFT[1:], "ctrl+a", "ctrl+s")
        assert "2 of them take the place of earlier submissions." in seen(pilot)
        assert "2 bill the same as before: payers call that a duplicate (CO-18)." in seen(pilot)
    assert not Claim.select().where(Claim.previous == wrong).exists()


async def test_a_void_asks_with_count_and_money(
    sqlite_store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    denials(practice, "4", "4")
    async with make_workstation(sqlite_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "ctrl+a", "x")
        assert "2 claims, billed 640.00, will be voided (frequency 8)" in seen(pilot)
        await type_keys(pilot, "enter")
        assert said(pilot).startswith("2 voids Ready to Submit, 640.00.")
        assert {one.status for one in Claim.select().where(Claim.frequency == "8")} == {
            "Ready to Submit"
        }
        await type_keys(pilot, "x")
        assert "a correction is open already" in said(pilot)


async def test_a_payer_that_takes_no_voids_says_what_to_do(
    sqlite_store: Store, make_workstation: MakeWorkstation
) -> None:
    denials(small_practice(), "4")
    Payer.update(takes_voids=False).execute()
    async with make_workstation(sqlite_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "x")
        assert "Acme Health takes no voids (8): ask by phone or letter" in said(pilot)
    assert not Claim.select().where(Claim.frequency == "8").exists()


async def test_a_rejected_claim_is_sent_as_new_and_another_payers_lands_on_its_coverage(
    sqlite_store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claim = rejected_claim(practice, "FIRST")
    (elsewhere,) = denials(practice, "109")
    async with make_workstation(sqlite_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *REJECTED, "D", "enter")
        (made,) = Claim.select().where(Claim.previous == claim)
        assert (made.frequency, made.supersedes, made.status) == ("1", True, "Draft")
        screen = pilot.app.screen
        assert isinstance(screen, ClaimScreen)
        assert screen.key == made.id
        await type_keys(pilot, "escape", "v", *"denied", "enter", "d")
        assert "bill that one as a new claim" in said(pilot)
        await type_keys(pilot, "D", "enter")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert (form.key, form.state.name if form.state else "") == (
            Claim.get(Claim.previous == elsewhere).id,
            "coverage",
        )


async def test_a_draft_is_split_by_marked_lines(
    sqlite_store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claim = practice.add_claim((("97153", 8), ("97155", 4), ("97156", 4)))
    second = ClaimLine.get(ClaimLine.claim == claim, ClaimLine.position == 2)
    charge = practice.add_charge(claim_line=second, status="Claim Line Created")
    async with make_workstation(sqlite_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DRAFT, "enter", "m", *"split", "enter")
        await type_keys(pilot, "enter")
        assert "Nothing is marked" in seen(pilot)
        await type_keys(pilot, "down", "space")
        assert "1 of 3 lines go, 240.00" in seen(pilot)
        await type_keys(pilot, "enter")
        assert said(pilot) == "1 line moved to a claim of its own."
    new = ChargeItem.get_by_id(charge.id).claim_line.claim
    assert (new.billed, Claim.get_by_id(claim.id).line_count) == (24000, 2)


async def test_all_submissions_and_this_one_alone(
    sqlite_store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claim, payment = answered(sqlite_store, practice)
    (key,) = do(sqlite_store, modify_claims, [claim.id], "CORRECTED CLAIM").made
    made = send(sqlite_store, key)
    said_again = claim_payment(made.patient_control_number, PAID, payer_claim_control_number="I2")
    post(sqlite_store, [reversal_of(payment), said_again])
    async with make_workstation(sqlite_store).run_test(size=(118, 44)) as pilot:
        await type_keys(pilot, "3", "enter")
        await type_keys(pilot, *["right_square_bracket"] * 3)
        shown = seen(pilot)
        assert "Submissions 2" in shown
        assert re.search(rf"{claim.number}.*original.*Historical.*ICN1", shown)
        assert re.search(rf"{made.number}.*replacement.*paid.*I2.*560.00 +0.00", shown)
        assert "Together: paid 400.00 · payer owes 0.00 · patient owes 20.00" in shown
        assert f"Otherwise than {claim.number}" in shown
        assert "Of all submissions; v shows the other view." in shown
        assert shown.count("835") == 3
        await type_keys(pilot, "v")
        assert "Of this submission; v shows the other view." in seen(pilot)
        assert seen(pilot).count("835") == 1
        await type_keys(pilot, "right_square_bracket")
        assert f"for {claim.number}" not in seen(pilot)
        await type_keys(pilot, "v")
        assert f"for {claim.number}" in seen(pilot)
        await type_keys(pilot, "right_square_bracket")
        assert f"charge reversal  for {claim.number}" in seen(pilot)
        # On Submissions a version is opened by enter.
        await type_keys(pilot, *["left_square_bracket"] * 2, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, ClaimScreen)
        assert (screen.key, screen.part) == (claim.id, "submissions")
