"""Removing what belongs to a record from its form, and undoing from a form."""

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Client, ClientDiagnosis, Coverage
from rcm_tui.screens.form_screen import FormScreen
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_charge_and_payment import to_field
from tests.screens.test_driving import said


@pytest.fixture
def client(store: Store) -> Client:
    practice = small_practice()
    client = practice.client
    practice.add_claim()
    ClientDiagnosis.delete().where(ClientDiagnosis.client == client).execute()
    ClientDiagnosis.create(client=client, position=1, code="F84.0", starts_on="2026-01-01")
    return client


async def test_a_diagnosis_is_removed_after_a_question_and_brought_back(
    store: Store, client: Client, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", "enter", "escape", "x")
        assert "On a tab of what belongs to this record" in said(pilot)
        await to_field(pilot, f"client_diagnosis {ClientDiagnosis.get().id}")
        await type_keys(pilot, "delete")
        assert "Remove this diagnosis" in seen(pilot)
        await type_keys(pilot, "escape")
        assert ClientDiagnosis.select().count() == 1
        await type_keys(pilot, "delete", "enter")
        assert said(pilot).startswith("Removed: diagnosis")
        assert ClientDiagnosis.select().count() == 0
        await type_keys(pilot, "ctrl+z", "enter")
        assert "Undone: Remove diagnosis" in said(pilot)
        assert ClientDiagnosis.get().code == "F84.0"


async def test_what_is_referred_to_stays_and_says_why(
    store: Store, client: Client, make_workstation: MakeWorkstation
) -> None:
    coverage = Coverage.get(Coverage.client == client)
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", "enter")
        await to_field(pilot, f"coverage {coverage.id}")
        await type_keys(pilot, "delete", "enter")
        assert "cannot be removed: claim" in said(pilot)
        assert "refers to it" in said(pilot)
    assert Coverage.select().where(Coverage.id == coverage.id).exists()


async def test_what_was_saved_is_undone_from_the_form(
    store: Store, client: Client, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", "enter")
        await to_field(pilot, "city")
        await type_keys(pilot, *"TROY", "ctrl+s")
        assert Client.get_by_id(client.id).city == "TROY"
        await type_keys(pilot, "ctrl+z", "enter")
        assert "Undone: Edit client" in said(pilot)
        assert Client.get_by_id(client.id).city == client.city
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        assert form.state is not None
        assert form.state.values["city"] == client.city
