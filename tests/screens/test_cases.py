"""Cases driven by keys: opened from the claims, worked from their queue and their record."""

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.denials import Denial
from rcm_tui.screens.case import CaseScreen
from rcm_tui.screens.cases import CasesScreen
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.form_screen import FormScreen
from tests.practice_builder import TODAY, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import queue_screen, said

SIZE = (110, 30)


def case(number: str) -> CaseFile:
    found = CaseFile.get(CaseFile.number == number)
    assert isinstance(found, CaseFile)
    return found


async def test_a_case_is_opened_for_the_marked_claims_and_what_stays_out_is_said_before(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    denied = Claim.get(Claim.adjudication == "denied")
    partly = Claim.get(Claim.adjudication == "partially paid")
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "slash", *"adjudication:(denied|partly)", "enter", "ctrl+a")
        await type_keys(pilot, "c")
        shown = seen(pilot)
        assert "1 claim, outstanding 320.00" in shown
        assert "1 stay out: it stands in an active case, K-1002" in shown
        assert "CO-197" in shown, "the CARC is that of its denial"
        assert "Authorization missing" in shown
        await type_keys(pilot, *"Retro authorization", "tab", "tab", "tab", *"+3d", "ctrl+s")
        shown = seen(pilot)
        assert "Case K-1004 is open for 1 claim, outstanding 320.00." in shown
        assert partly.number in shown
        await type_keys(pilot, "a")
        assert isinstance(pilot.app.screen, CaseScreen)
    opened = case("K-1004")
    assert (opened.subject, opened.owner, opened.carc) == ("Retro authorization", "maria", "CO-197")
    assert (opened.follow_up - TODAY).days == 3
    assert [link.claim_id for link in opened.links] == [denied.id]


async def test_a_claim_in_an_active_case_gets_no_second_one(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "slash", *"case:K-1002", "enter", "c")
        assert "it stands in an active case: K-1002" in said(pilot)
        await type_keys(pilot, "escape", "slash", *"case:none", "enter")
        assert queue_screen(pilot).table.total == Claim.select().count() - 1


async def test_a_case_goes_through_its_stages_and_comes_back(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "a")
        assert "taken to the next stage" in said(pilot)
        assert case("K-1002").stage == "Awaiting Payment"
        await type_keys(pilot, "a")
        assert "resolve it" in said(pilot)
        await type_keys(pilot, "enter", "x")
        assert "1 case, outstanding 220.00: cancelled" in seen(pilot)
        await type_keys(pilot, "escape")
        assert case("K-1002").stage == "Awaiting Payment"
        await type_keys(pilot, "r", "enter")
        assert case("K-1002").stage == "Resolved"
        assert "Resolved" in seen(pilot)
        await type_keys(pilot, "e")
        assert isinstance(pilot.app.screen, FormScreen)
        assert "reopen it to edit it" in said(pilot)
        await type_keys(pilot, "escape", "escape", "R")
        assert case("K-1002").stage == "In Progress"
        await type_keys(pilot, "u", "enter")
        assert said(pilot) == "Undone: Reopen 1 case."
        assert case("K-1002").stage == "Resolved"


async def test_marked_cases_are_edited_and_followed_up_together(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "v", *"all", "enter", "ctrl+a", "e", *"owner", "enter")
        await type_keys(pilot, *"ann", "ctrl+s")
        assert "3 cases, outstanding 220.00: Owner becomes ann." in seen(pilot)
        await type_keys(pilot, "enter")
        assert "K-1001" in seen(pilot), "the resolved one is left, with the reason"
        await type_keys(pilot, "enter", "ctrl+a", "h", "enter", "enter")
    owners = {one.number: one.owner for one in CaseFile.select()}
    assert owners == {"K-1001": "tom", "K-1002": "ann", "K-1003": "ann"}
    due = {(one.follow_up - TODAY).days for one in CaseFile.select() if one.follow_up}
    assert due == {7}


async def test_claims_are_added_from_their_queue_and_taken_out_in_the_case(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    denied = Claim.get(Claim.adjudication == "denied")
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "v", *"denied", "enter", "K", *"k-1002", "enter")
        assert "1 claim, outstanding 320.00, added to case K-1002." in said(pilot)
        await type_keys(pilot, "4", "enter", "right_square_bracket")
        assert denied.number in seen(pilot)
        await type_keys(pilot, "down", "enter")
        claim = pilot.app.screen
        assert isinstance(claim, ClaimScreen)
        assert "2 of 2" in seen(pilot)
        await type_keys(pilot, "alt+up")
        assert "1 of 2" in seen(pilot)
        await type_keys(pilot, "escape")
        key = pilot.app.screen.claim_key  # type: ignore[attr-defined]
        await type_keys(pilot, "minus", "enter")
        assert "taken out of case K-1002" in said(pilot)
        number = Claim.get_by_id(key).number
        await type_keys(pilot, "A", *number.lower(), "enter")
        assert CaseClaim.select().where(CaseClaim.active == 1).count() == 2
        await type_keys(pilot, "o")
        assert queue_screen(pilot).table.total == 2


async def test_the_cases_of_a_claim_are_those_of_this_or_of_all_submissions(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    first = practice.add_claim(status="Submitted", adjudication="denied", payer_balance=100)
    second = practice.add_claim(chain=first.id, previous=first)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "slash", *first.number.lower(), "enter", "c")
        await type_keys(pilot, *"Timely filing", "ctrl+s")
        assert "Case K-1001 is open for 1 claim" in said(pilot)
        await type_keys(pilot, "escape", "slash", *second.number.lower(), "enter", "enter")
        await type_keys(pilot, *["right_square_bracket"] * 6)
        assert "Of all submissions" in seen(pilot)
        assert "K-1001" in seen(pilot)
        await type_keys(pilot, "v")
        assert "Of this submission" in seen(pilot)
        assert "No case; c opens one." in seen(pilot)
        await type_keys(pilot, "v", "enter")
        assert isinstance(pilot.app.screen, CaseScreen)
        await type_keys(pilot, "right_square_bracket", "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        assert len(pilot.app.screen_stack) == 3, "the claim below is shown again"


async def test_snoozed_claims_are_gone_and_come_back_when_woken(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    denied = Claim.get(Claim.adjudication == "denied")
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "v", *"denied", "enter", "h", "tab", *"documents", "enter")
        assert "1 claim snoozed until 03/23/2026, 320.00." in said(pilot)
        assert queue_screen(pilot).table.total == 0
        row = Claim.get_by_id(denied.id)
        assert ((row.snoozed_until - TODAY).days, row.snooze_reason) == (7, "documents")
        await type_keys(pilot, "v", *"snoozed", "enter")
        assert "documents" in seen(pilot)
        await type_keys(pilot, "enter", "end")
        assert "03/23/2026, documents" in seen(pilot)
        await type_keys(pilot, "h")
        assert "1 claim woken." in said(pilot)
        await type_keys(pilot, "h", *"t", "enter")
        assert "A day after today is needed." in seen(pilot)
        await type_keys(pilot, "escape")
    assert Claim.get_by_id(denied.id).snoozed_until is None


async def test_home_leads_to_my_cases_and_the_finder_finds_them(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    with busy_store.work(Actor("maria")) as work:
        work.update(Claim, ("acknowledgement",), [("pending", c.id) for c in Claim.select()])
        work.update(Claim, ("adjudication",), [("pending", c.id) for c in Claim.select()])
    Denial.delete().execute()
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        assert "My cases to follow up" in seen(pilot)
        await type_keys(pilot, "n")
        screen = pilot.app.screen
        assert isinstance(screen, CasesScreen)
        assert screen.view.name == "my_due"
        assert screen.table.total == 1
        for text in ("k-1003", "units over"):
            await type_keys(pilot, "ctrl+g", *text)
            assert "Units over the contract" in seen(pilot)
            await type_keys(pilot, "enter")
            assert isinstance(pilot.app.screen, CaseScreen)
            assert pilot.app.screen.key == case("K-1003").id
        partly = case("K-1002").client.last_name
        await type_keys(pilot, "ctrl+g", *partly.lower()[:6])
        assert "K-1002" in seen(pilot)
        await type_keys(pilot, "escape", "ctrl+g")
        assert "K-1003" in seen(pilot), "what was opened last"


async def test_a_case_can_be_made_before_its_claims(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "n", *"duplicate", "down", "enter", "ctrl+s")
        assert said(pilot) == "Saved."
    made = case("K-1004")
    assert (made.subject, made.owner, made.claims) == ("Duplicate charges", "maria", 0)
