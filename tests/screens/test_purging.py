"""Policies of what is let go, on screen: switched on, seen before, asked of the worker."""

import datetime

import pytest

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.jobs import Job
from rcm_tui.data.tables.legal_holds import LegalHold
from rcm_tui.data.tables.purging import ANSWER_FILES, PurgePolicy, PurgeRun
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.audit import AuditScreen
from rcm_tui.screens.purging import PurgePoliciesScreen, PurgeRunsScreen
from tests.billing.purging.test_purging import old_answer, run_of
from tests.practice_builder import NOW
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import differs, picture, settle
from tests.screens.test_driving import said

ROOT = Actor("root", "Root", "administrator")


async def test_a_policy_is_switched_on_seen_and_asked_of_the_worker(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    old_answer("old", NOW - datetime.timedelta(days=4000))
    async with make_workstation(busy_store, ROOT).run_test(size=(100, 30)) as pilot:
        app = pilot.app
        assert isinstance(app, Workstation)
        app.go("purge_policies")
        await settle(pilot)
        assert isinstance(app.screen, PurgePoliciesScreen)
        await type_keys(pilot, "a")
        assert "answer files (switched off): would purge 1, 0.0 MB" in seen(pilot)
        assert "Nothing is switched on" in seen(pilot)
        await type_keys(pilot, "escape", "enter", "tab", "space", "ctrl+s")
        assert "Saved." in said(pilot)
        await type_keys(pilot, "escape", "escape")
        assert [one.kept for one in PurgePolicy.select().where(PurgePolicy.active == 1)] == [
            ANSWER_FILES
        ]
        await type_keys(pilot, "a")
        assert "1 content of policies in force go for good" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "The worker was asked" in said(pilot)
        assert Job.get(Job.name == "purge").requested
        assert PurgeRun.select().count() == 0, "the worker does it"
        run_of(busy_store, ANSWER_FILES)
        app.go("purge_runs")
        await settle(pilot)
        assert isinstance(app.screen, PurgeRunsScreen)
        await type_keys(pilot, "enter")
        assert isinstance(app.screen, AuditScreen)
        assert "purge ended" in seen(pilot)
        assert app.screen.row()["kind"] == "purge_run"


async def test_a_hold_is_about_something(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store, ROOT).run_test(size=(100, 30)) as pilot:
        app = pilot.app
        assert isinstance(app, Workstation)
        app.go("legal_holds")
        await settle(pilot)
        await type_keys(pilot, "n", "tab", "tab", "tab", *"subpoena", "tab", *"3/1/2026", "ctrl+s")
        assert "a hold is about one of them" in seen(pilot)
        assert LegalHold.select().count() == 0


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_policies_and_what_they_would_let_go_look_as_they_did(
    busy_store: Store, make_workstation: MakeWorkstation, size: tuple[int, int]
) -> None:
    old_answer("old", NOW - datetime.timedelta(days=4000))
    PurgePolicy.update(active=True).where(PurgePolicy.kept == ANSWER_FILES).execute()
    async with make_workstation(busy_store, ROOT).run_test(size=size) as pilot:
        app = pilot.app
        assert isinstance(app, Workstation)
        app.go("purge_policies")
        await settle(pilot)
        problem = differs(f"purge-policies-{size[0]}x{size[1]}", picture(app))
        await type_keys(pilot, "a")
        problem += differs(f"purge-seen-{size[0]}x{size[1]}", picture(app))
        await type_keys(pilot, "escape", "enter")
        problem += differs(f"purge-policy-form-{size[0]}x{size[1]}", picture(app))
    assert not problem, problem
