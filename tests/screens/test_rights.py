"""Screens say what a person's role may not do before anything is asked."""

import pytest

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.screens.actions import ACTIONS
from rcm_tui.screens.actions.action import WORK, Situation
from rcm_tui.screens.actions.rights import EDITING, OF_AREA, RIGHT_OF, right_of
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_billing_workflow import said

LOOKS = frozenset(
    (
        "twin",
        "edit",
        "try_out",
        "work_on",
        "next_denial",
        "match_line",
        "match_deposit",
        "preview_payment",
        "its_responses",
    )
)
"""What is among the work and changes nothing itself: it opens, tries or shows."""


def test_every_action_that_changes_something_has_a_right() -> None:
    without = {
        action.name
        for action in ACTIONS
        for area in action.areas
        if action.group == WORK
        and action.name not in EDITING
        and right_of(action.name, area, {}) is None
    }
    assert without - LOOKS == set()
    names = {action.name for action in ACTIONS}
    assert {*RIGHT_OF, *EDITING, *(name for name, _ in OF_AREA)} - names == set()


@pytest.mark.parametrize(
    ("name", "area", "role", "row", "said"),
    [
        ("new", "records", "biller", {"kind": "payer"}, "A biller may not edit payers: an adminis"),
        ("new", "records", "biller", {"kind": "client"}, ""),
        ("save_form", "form", "client coordinator", {"kind": "claim"}, "A client coordinator may"),
        (
            "refund",
            "claims",
            "denial specialist",
            {},
            "A denial specialist may not refund: an admin",
        ),
        ("reopen", "cases", "client coordinator", {}, "A client coordinator may not close cases"),
        ("approve", "charges", "auditor", {}, "An auditor looks and changes nothing."),
        ("export", "charges", "auditor", {}, ""),
    ],
)
def test_why_not_names_the_role_and_who_may(
    name: str, area: str, role: str, row: dict[str, str], said: str
) -> None:
    (action,) = (each for each in ACTIONS if each.name == name and area in each.areas)
    denied = action.why_not(Situation(area, role, rows=True, row=row))
    assert denied.startswith(said) if said else "may not" not in denied


async def test_a_key_says_why_not_and_opens_no_dialog(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    specialist = Actor("dana", "Dana Ruiz", "denial specialist")
    async with make_workstation(busy_store, specialist).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "2", "a")
        assert said(pilot).startswith("A denial specialist may not approve charges")
        assert len(pilot.app.screen_stack) == 2  # the default one and the charges


async def test_who_is_limited_approves_what_is_of_her_units(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    north, south = BusinessUnit.select().order_by(BusinessUnit.name)
    one = ChargeItem.select().where(ChargeItem.status == "New").get()
    ChargeItem.update(business_unit=south).where(ChargeItem.id == one.id).execute()

    def new(unit: BusinessUnit) -> int:
        return int(
            ChargeItem.select()
            .where(ChargeItem.status == "New", ChargeItem.business_unit == unit)
            .count()
        )

    before = new(north), new(south)
    limited = Actor("maria", "Maria Sole", "biller", frozenset((int(north.id),)))
    async with make_workstation(busy_store, limited).run_test(size=(120, 40)) as pilot:
        await type_keys(pilot, "2", "a")
        assert "South Clinic" not in seen(pilot)
        await type_keys(pilot, "enter", "enter")
    assert new(north) < before[0]
    assert new(south) == before[1] > 0
