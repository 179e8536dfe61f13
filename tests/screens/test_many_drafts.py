"""Very many marked drafts through Save & Submit: progress, stopping in the middle, undoing.

300 in the suite, in steps of 100; RCM_TUI_TEST_DRAFTS=10000 for as many as a big practice has.
"""

import os
import threading
from typing import Any

import pytest

from rcm_tui.billing.claims import submission
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.result_sheet import ResultSheet
from rcm_tui.widgets.progress_dialog import ProgressDialog
from tests.billing.whole_rows import differing, whole_rows
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import settle
from tests.screens.test_driving import until_said

DRAFTS = int(os.environ.get("RCM_TUI_TEST_DRAFTS", "300"))
EVERY_SO_MANY_IS_BROKEN = 10
STEP = 100


@pytest.fixture
def drafts(store: Store, monkeypatch: pytest.MonkeyPatch) -> int:
    """Drafts of which every tenth has no diagnosis; returns how many those are."""
    monkeypatch.setattr(submission, "STEP", STEP)
    practice = small_practice()
    with store.database.atomic():
        for number in range(DRAFTS):
            broken = number % EVERY_SO_MANY_IS_BROKEN == 0
            client = practice.add_client(f"DRAFTED{number}")
            practice.add_claim(client=client, diagnoses="" if broken else "F84.0")
    return len(range(0, DRAFTS, EVERY_SO_MANY_IS_BROKEN))


def by_status() -> dict[str, int]:
    found: dict[str, int] = {}
    for (status,) in Claim.select(Claim.status).tuples():
        found[status] = found.get(status, 0) + 1
    return found


async def test_all_are_saved_the_sheet_tells_what_was_left_and_undo_restores_every_field(
    store: Store, drafts: int, make_workstation: MakeWorkstation
) -> None:
    before = whole_rows(store.database)
    whole = DRAFTS - drafts
    async with make_workstation(store).run_test(size=(100, 40)) as pilot:
        await type_keys(pilot, "3", "v", *"draft", "enter", "ctrl+a", "a")
        assert f"{DRAFTS:,} claims, billed {DRAFTS * 320:,}.00" in seen(pilot)
        await pilot.press("enter")
        while not isinstance(pilot.app.screen, ResultSheet):
            await pilot.pause()
        await settle(pilot)
        shown = seen(pilot)
        assert f"{whole:,} claims Ready to Submit, {whole * 320:,}.00" in shown
        assert f"{drafts:,} left as they were" in shown
        assert by_status() == {"Draft": drafts, "Ready to Submit": whole}
        await type_keys(pilot, "enter", "u")
        assert f"Save & Submit {whole:,} claims" in seen(pilot)
        assert f"{whole:,} claims, billed {whole * 320:,}.00" in seen(pilot)
        await pilot.press("enter")
        while not isinstance(pilot.app.screen, QueueScreen):
            await pilot.pause()
        await until_said(pilot, "Undone")
    assert differing(before, whole_rows(store.database)) == []


async def test_stopped_in_the_middle_what_was_done_stays_and_can_be_taken_back(
    store: Store, drafts: int, make_workstation: MakeWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = whole_rows(store.database)
    in_the_middle, go_on = threading.Event(), threading.Event()
    steps = 0
    validate = submission.validate_claims

    def validate_and_wait(*args: Any, **options: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == 2:
            in_the_middle.set()
            assert go_on.wait(60)
        return validate(*args, **options)

    monkeypatch.setattr(submission, "validate_claims", validate_and_wait)
    reached = 2 * STEP  # the step in which it is stopped is done whole
    ready = reached - reached // EVERY_SO_MANY_IS_BROKEN
    async with make_workstation(store).run_test(size=(100, 40)) as pilot:
        await type_keys(pilot, "3", "v", *"draft", "enter", "ctrl+a", "a")
        await pilot.press("enter")
        while not in_the_middle.is_set():
            await pilot.pause()
        await pilot.pause()
        assert isinstance(pilot.app.screen, ProgressDialog)
        assert f"of {DRAFTS:,}" in seen(pilot)
        assert "what is done stays" in seen(pilot)
        # The first step is there for all to see: nobody waits for the whole.
        assert by_status() == {"Draft": DRAFTS - ready // 2, "Ready to Submit": ready // 2}
        await pilot.press("escape")
        assert "stopping" in seen(pilot)
        go_on.set()
        while not isinstance(pilot.app.screen, ResultSheet):
            await pilot.pause()
        await settle(pilot)
        shown = seen(pilot)
        assert f"{ready:,} claims Ready to Submit, {ready * 320:,}.00" in shown
        assert f"Stopped: {DRAFTS - reached:,} claims not reached" in shown
        assert f"{DRAFTS - ready:,} left as they were" in shown
        assert f"{DRAFTS - reached:,}  not reached" in shown
        assert by_status() == {"Draft": DRAFTS - ready, "Ready to Submit": ready}
        assert not half_done()
        await type_keys(pilot, "enter", "u")
        assert f"Save & Submit {ready:,} claims" in seen(pilot)
        await pilot.press("enter")
        while not isinstance(pilot.app.screen, QueueScreen):
            await pilot.pause()
        await until_said(pilot, "Undone")
    assert differing(before, whole_rows(store.database)) == []


def half_done() -> list[int]:
    """Claims that are Ready to Submit with an error found, or that no audit record tells of."""
    told = AuditRecord.select(AuditRecord.subject_id).where(AuditRecord.action == "claim status")
    ready = Claim.status == "Ready to Submit"
    wrong = (Claim.error_count > 0) | Claim.id.not_in(told)
    return [row[0] for row in Claim.select(Claim.id).where(ready & wrong).tuples()]
