"""Steps of cases and cases below cases, driven by keys."""

import datetime

from textual.pilot import Pilot

from rcm_tui.billing.cases.escalation import escalate
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_kinds import CaseKindStep
from rcm_tui.data.tables.cases import CaseFile, CaseStep
from rcm_tui.data.tables.escalations import EscalationRule
from rcm_tui.screens.case import CaseScreen
from rcm_tui.screens.cases import CasesScreen
from tests.practice_builder import NOW, TODAY
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_cases import SIZE, case
from tests.screens.test_driving import said

FORWARD = "right_square_bracket"

MANAGER = Actor("mara", "Mara", "billing manager")


async def to_tab(pilot: Pilot[int], name: str) -> None:
    """Turns to a tab of the record by the key."""
    screen = pilot.app.screen
    assert isinstance(screen, CaseScreen)
    for _ in screen.parts:
        if screen.part != name:
            await type_keys(pilot, FORWARD)
    assert screen.part == name


async def test_steps_are_done_by_keys_and_refuse_resolving_until_they_are(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "n", *"Lost letters", *["tab"] * 10)
        await type_keys(pilot, *"incident", "down", "enter", "ctrl+s")
        assert said(pilot) == "Saved."
        made = case("K-1004")
        assert made.kind.name == "Incident"
        await type_keys(pilot, "ctrl+g", *"k-1004", "enter")
        assert isinstance(pilot.app.screen, CaseScreen)
        assert "Steps 0 of 5" in seen(pilot)
        await to_tab(pilot, "steps")
        assert "Find what is affected" in seen(pilot)
        await type_keys(pilot, "space")
        assert said(pilot) == "Stop it: done."
        assert "done · maria" in seen(pilot)
        await type_keys(pilot, "down", "enter", "x", *"one claim only", "enter")
        assert "not applicable · maria" in seen(pilot)
        assert "one claim only" in seen(pilot)
        await type_keys(pilot, "r", "enter")
        shown = seen(pilot)
        assert "Description is empty, which the kind Incident requires" in shown
        await type_keys(pilot, "escape", "u", "enter")
        assert "Undone: Leave out 1 step" in said(pilot)
        assert "Steps 1 of 5" in seen(pilot)
    states = [step.state for step in CaseStep.select().where(CaseStep.case == made)]
    assert sorted(states) == ["done", "open", "open", "open", "open"]


async def test_cases_below_a_case_are_opened_walked_and_resolved_with_it(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "enter")
        top = case("K-1002")
        await to_tab(pilot, "children")
        await type_keys(pilot, "c", *"Ask the payer", "ctrl+s")
        child = case("K-1004")
        assert (child.parent_id, child.payer_id) == (top.id, top.payer_id)
        assert isinstance(pilot.app.screen, CaseScreen)
        assert pilot.app.screen.key == top.id
        shown = seen(pilot)
        assert "Children 1 of 1" in shown
        assert "Ask the payer" in shown
        await type_keys(pilot, "enter")
        assert "K-1004  Ask the payer" in seen(pilot)
        await type_keys(pilot, "escape")
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        assert (screen.key, screen.part, screen.cursor) == (top.id, "children", ("case", child.id))
        await type_keys(pilot, "r")
        shown = seen(pilot)
        assert "Resolve 1 case, outstanding 220.00" in shown
        assert "with all that is open below: 1 case, 0 claims" in shown
        await type_keys(pilot, "down", "enter")
        assert "below it is open: K-1004" in seen(pilot)
        await type_keys(pilot, "escape", "r", "enter")
        assert "2 cases resolved" in seen(pilot)
        assert [case(n).stage for n in ("K-1002", "K-1004")] == ["Resolved", "Resolved"]
        await type_keys(pilot, "u", "enter")
        assert case("K-1004").closed_at is None
        await type_keys(pilot, "escape")
        assert isinstance(pilot.app.screen, CasesScreen)


async def test_marked_cases_are_put_under_another_and_never_under_their_own(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "slash", *"k-1003", "enter", "P", *"k-1002", "enter")
        assert said(pilot) == "1 case put under K-1002."
        assert case("K-1003").parent_id == case("K-1002").id
        await type_keys(pilot, "escape", "slash", *"k-1002", "enter", "P", *"k-1003", "enter")
        assert "It cannot stand under K-1003, which stands" in seen(pilot)
        await type_keys(pilot, "escape", "escape", "slash", *"k-1003", "enter")
        await type_keys(pilot, "P", *"on its own", "enter")
        assert case("K-1003").parent_id is None


async def test_a_rule_is_tried_and_asked_about_before_it_is_in_force(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    CaseFile.update(follow_up=TODAY - datetime.timedelta(days=9)).where(
        CaseFile.number == "K-1002"
    ).execute()
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "ctrl+p", *"escalation rules all", "enter")
        assert "Two weeks overdue" in seen(pilot)
        await type_keys(pilot, "enter", "tab", "space", "f6")
        assert "It would raise 1 case, outstanding 220.00, to level 1 now:" in seen(pilot)
        assert "K-1002" in seen(pilot)
        await type_keys(pilot, "escape", "ctrl+s")
        assert "Put the rule in force" in seen(pilot)
        assert EscalationRule.get_by_id(1).active is False
        await type_keys(pilot, "enter")
        assert EscalationRule.get_by_id(1).active
        # Marked ones are asked about as well.
        await type_keys(
            pilot, "escape", "escape", "home", "space", "space", "e", *"in force", "enter"
        )
        await type_keys(pilot, "y", "ctrl+s")
        assert "It would raise 1 case, outstanding 220.00, to level 1 now:" in seen(pilot)
        await type_keys(pilot, "escape", "escape", "escape", "minus")
        with busy_store.work(WORKER, NOW) as work:
            assert escalate(work).done == [case("K-1002").id]
        await type_keys(pilot, "escape", "4", "v", *"escalated", "enter")
        assert "K-1002" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "to level 1 by the rule “A week overdue”" in seen(pilot)
        assert "   level 1" in seen(pilot).splitlines()[3]


async def test_a_kind_is_edited_with_its_steps_as_rows(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store, MANAGER).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "0")
        menu = pilot.app.screen.query_one("#menu")
        menu.go("case_kinds")  # type: ignore[attr-defined]
        await type_keys(pilot, "enter")
        shown = seen(pilot)
        assert "Process to decision" in shown
        assert "owner description" in shown
        await type_keys(pilot, "enter")
        await type_keys(pilot, "escape", FORWARD)
        assert "Stop it" in seen(pilot)
        await type_keys(pilot, "enter", "9", "tab", *"Write it up", "ctrl+s")
        assert "9  Write it up" in seen(pilot)
    assert CaseKindStep.get(CaseKindStep.title == "Write it up").position == 9
