"""`u` takes back what a person did last, or says why not."""

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import said, statuses


async def test_the_last_action_is_named_and_taken_back(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_charge(hour=9)
    practice.add_charge(hour=12)
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2", "a", "enter", "enter")
        assert statuses(ChargeItem) == ["Ready to Bill"] * 2
        await type_keys(pilot, "u")
        shown = seen(pilot)
        assert "Approve 2 charges" in shown
        assert "2 charges, billed 640.00" in shown
        await type_keys(pilot, "escape")
        assert statuses(ChargeItem) == ["Ready to Bill"] * 2
        await type_keys(pilot, "u", "enter")
        assert said(pilot) == "Undone: Approve 2 charges."
        assert statuses(ChargeItem) == ["New"] * 2
        await type_keys(pilot, "u")
        assert "nothing that can be undone" in said(pilot)


async def test_what_something_has_built_on_is_refused_with_the_reason(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    charge = small_practice().add_charge()
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2", "a", "enter", "enter")
        with store.work(Actor("tom")) as work:
            work.update(ChargeItem, ("status",), [("On Hold", charge.id)])
        await type_keys(pilot, "u", "enter")
        assert "cannot be undone" in said(pilot)
        assert "status is On Hold now" in said(pilot)
    assert statuses(ChargeItem) == ["On Hold"]
