"""What somebody tried and may not do: the view "Refused" of the audit trail, by keys."""

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.screens.audit import AuditScreen
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_audit import ADA, TRAIL
from tests.screens.test_driving import said


async def test_an_auditor_sees_what_a_biller_tried_and_how_often_does_not_matter(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    refused = AuditRecord.select().where(AuditRecord.action == "refused")
    bob = Actor("bob", "Bob", "biller")
    async with make_workstation(busy_store, bob).run_test(size=(120, 30)) as pilot:
        await type_keys(pilot, *TRAIL)
        assert "A biller may not read the audit trail" in said(pilot)
        assert refused.count() == 1
        await type_keys(pilot, "slash", *"who:bob", "enter", "r", "r")
        assert refused.count() == 1
    async with make_workstation(busy_store, ADA).run_test(size=(190, 30)) as pilot:
        # A key says why not before anything is asked: nothing was tried.
        await type_keys(pilot, "2", "a")
        assert "looks and changes nothing" in said(pilot)
        await type_keys(pilot, *TRAIL, "v", *"refused", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, AuditScreen)
        assert screen.view.name == "refused"
        assert screen.table.position == "1 of 1"
        shown = seen(pilot)
        assert "bob" in shown
        assert "attempt read the audit trail" in shown
        await type_keys(pilot, "enter")
        assert "a biller may not read the audit trail: an administrator" in seen(pilot)
    assert refused.count() == 1
