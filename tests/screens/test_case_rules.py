"""Rules of cases by keys: made, tried before they are in force, and what they did taken back."""

import pytest

from rcm_tui.billing.remittances.posting import post_payment
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.screens.case_rules import CaseRulesScreen, TrialSheet
from rcm_tui.screens.remittance_preview import RemittancePreviewScreen
from tests.billing.cases.rule_rows import add_rule, denied, follow, sent
from tests.billing.remittances.received_builder import claim_payment, line, post, remittances
from tests.practice_builder import BILLER, MANAGER, NOW, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import queue_screen, said

SIZE = (110, 30)


@pytest.fixture(autouse=True)
def only_sqlite(engine: str) -> None:
    if engine != "sqlite":
        pytest.skip("the screens read what tests/billing/cases try on both stores")


async def test_a_rule_is_made_tried_switched_on_and_its_run_taken_back(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claims = denied(store, practice, 3)
    async with make_workstation(store, MANAGER).run_test(size=SIZE) as pilot:
        pilot.app.go("case_rules")  # type: ignore[attr-defined]
        await pilot.pause()
        assert isinstance(pilot.app.screen, CaseRulesScreen)
        await type_keys(pilot, "n", *"Authorizations")
        await type_keys(pilot, *["tab"] * 6, *"197 15", "ctrl+s")
        assert said(pilot) == "Saved."
        (rule,) = CaseRule.select()
        assert (rule.name, rule.reason_codes, rule.active) == ("Authorizations", "197 15", False)
        await type_keys(pilot, "escape", "escape", "a")
        assert isinstance(pilot.app.screen, TrialSheet)
        shown = seen(pilot)
        assert "Would have opened 1 case with 3 claims, 960.00; joined 0." in shown
        assert "over the last 30 days" in shown
        await type_keys(pilot, "right")
        assert "over the last 90 days" in seen(pilot)
        assert CaseFile.select().count() == 0
        await type_keys(pilot, "enter")
        assert queue_screen(pilot).table.total == 3
        pilot.app.go("case_rules")  # type: ignore[attr-defined]
        await type_keys(pilot, "a", "c")
        assert "3 claims, 960.00 when denied." in seen(pilot)
        await type_keys(pilot, "enter")
        assert said(pilot) == "1 case opened, 3 claims in cases, 960.00 outstanding."
        assert CaseFile.get().rule_id == rule.id
        await type_keys(pilot, "u", "enter")
        assert CaseFile.select().count() == 0
    CaseRule.update(active=True, owners="dana").execute()
    denied(store, practice, 2)
    follow(store)
    async with make_workstation(store, Actor("ann")).run_test(size=SIZE) as pilot:
        pilot.app.go("case_rule_runs")  # type: ignore[attr-defined]
        await pilot.pause()
        assert "640.00" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "K-1002" in seen(pilot)
        assert queue_screen(pilot).table.total == 1
        pilot.app.go("case_rule_runs")  # type: ignore[attr-defined]
        await type_keys(pilot, "x")
        assert "Opened: 1 case; joined to others: 0 claims." in seen(pilot)
        await type_keys(pilot, "enter")
        assert CaseFile.select().count() == 0
        assert "Taken back: 1 case, 2 claims." in said(pilot)
        await type_keys(pilot, "x")
        assert said(pilot) == "It was taken back before."
    assert len(claims) == 3


async def test_a_trial_that_finds_nothing_says_so(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    small_practice()
    add_rule(active=False)
    async with make_workstation(store, MANAGER).run_test(size=SIZE) as pilot:
        pilot.app.go("case_rules")  # type: ignore[attr-defined]
        await type_keys(pilot, "a")
        assert "Nothing would have been opened or joined." in seen(pilot)
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, CaseRulesScreen)


async def test_a_case_that_is_paid_after_all_is_offered_on_home_and_resolved(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    add_rule()
    (claim,) = denied(store, practice, 1)
    follow(store)
    number = claim.patient_control_number
    taken_back = line(-32000, 0, "CO-197 -320.00")
    post(
        store,
        [
            claim_payment(number, [taken_back], status="22", charge=-32000),
            claim_payment(number, [line(32000, 24000, "CO-45 80.00")]),
        ],
    )
    async with make_workstation(store, MANAGER).run_test(size=SIZE) as pilot:
        assert "Cases paid, to resolve" in seen(pilot)
        await type_keys(pilot, "4", "v", *"paid", "enter")
        assert "Paid, can be resolved" in seen(pilot)
        assert queue_screen(pilot).table.total == 1
        assert "240.00" in seen(pilot)
        await type_keys(pilot, "ctrl+a", "r", "enter")
        assert queue_screen(pilot).table.total == 0
    assert CaseFile.get().stage == "Resolved"


async def test_the_preview_of_a_payment_says_which_case_it_opens(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    add_rule()
    (claim,) = sent(store, practice, 1)
    answer = claim_payment(
        claim.patient_control_number, [line(32000, 0, "CO-197 320.00")], status="4"
    )
    with store.work(BILLER, NOW) as work:
        post_payment(work, remittances([answer]), review=True)
    async with make_workstation(store, MANAGER).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "5", "right_square_bracket", "g", "enter")
        assert isinstance(pilot.app.screen, RemittancePreviewScreen)
        assert "opens case (rule Authorization)" in " ".join(seen(pilot).split())
