"""Identifiers on screen, for a role that they are masked for: one key reveals them, on record."""

import json
from dataclasses import replace

import pytest

from rcm_tui.billing.editing import KINDS
from rcm_tui.billing.editing.saving import save
from rcm_tui.data.actor import Actor
from rcm_tui.data.identifiers import masked_code
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.clients import Client
from rcm_tui.screens.form_reading import words_of
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import settle
from tests.screens.test_audit import TRAIL
from tests.screens.test_charge_and_payment import to_field

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")

ADA = Actor("ada", "Ada", "auditor", masked=True)
CORA = Actor("cora", "Cora", "client coordinator", masked=True)


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def revealed() -> list[tuple[str, int | None, list[str]]]:
    return [
        (one.subject, one.subject_id, json.loads(one.details)["fields"])
        for one in AuditRecord.select().order_by(AuditRecord.id)
        if one.action == "identifiers revealed"
    ]


async def test_a_form_masks_them_until_they_are_revealed_and_can_then_be_edited(
    store: Store, practice: SmallPractice, make_workstation: MakeWorkstation
) -> None:
    client, member = practice.client, practice.coverage.member_id
    born = client.birth_date.strftime("%m/%d/%Y")
    async with make_workstation(store, CORA).run_test(size=(100, 40)) as pilot:
        await type_keys(pilot, "6")
        assert born not in seen(pilot)
        assert f"••/••/{client.birth_date.year}" in seen(pilot)
        await type_keys(pilot, "enter")
        assert born not in seen(pilot)
        assert f"{client.birth_date:%A}" not in seen(pilot)
        await type_keys(pilot, "escape", "alt+i")
        assert born in seen(pilot)
        assert revealed() == [("client", client.id, ["birth_date"])]
        # Nothing was changed by it, and now it can be.
        assert "not saved" not in seen(pilot)
        await type_keys(pilot, "right_square_bracket", "right_square_bracket")
        assert member not in seen(pilot)
        await type_keys(pilot, "enter")
        assert member not in seen(pilot)
        await type_keys(pilot, "escape", "alt+i")
        assert member in seen(pilot)
    assert revealed()[1:] == [
        ("coverage", practice.coverage.id, ["member_id", "holder_birth_date"])
    ]


async def test_what_is_masked_is_saved_as_it_is(
    store: Store, practice: SmallPractice, make_workstation: MakeWorkstation
) -> None:
    before = practice.client.birth_date
    async with make_workstation(store, CORA).run_test(size=(100, 40)) as pilot:
        await type_keys(pilot, "6", "enter", "end", *"9", "ctrl+s")
        await settle(pilot)
    after = Client.get_by_id(practice.client.id)
    assert (after.mrn, after.birth_date) == (f"{practice.client.mrn}9", before)


def test_what_clashes_is_called_without_them(store: Store, practice: SmallPractice) -> None:
    member, values = practice.coverage.member_id, [practice.coverage.id]
    (open_,) = words_of(store.database, KINDS["claim"], "coverage", values, masked=False)
    (masked,) = words_of(store.database, KINDS["claim"], "coverage", values, masked=True)
    assert masked == open_.replace(member, masked_code(member)) != open_


async def test_a_claim_and_a_row_show_them_in_a_box(
    store: Store, practice: SmallPractice, make_workstation: MakeWorkstation
) -> None:
    claim = practice.add_claim()
    born = practice.client.birth_date.strftime("%m/%d/%Y")
    async with make_workstation(store, CORA).run_test(size=(100, 40)) as pilot:
        await type_keys(pilot, "3", "v", *"all", "enter", "enter")
        assert born not in seen(pilot)
        await type_keys(pilot, "alt+i")
        assert born in seen(pilot)
        assert practice.coverage.member_id in seen(pilot)
        await type_keys(pilot, "enter")
        assert born not in seen(pilot)
        await type_keys(pilot, "6", "alt+i")
        assert born in seen(pilot)
        await type_keys(pilot, "escape")
        assert born not in seen(pilot)
    assert [one[:2] for one in revealed()] == [("claim", claim.id), ("client", practice.client.id)]


async def test_who_they_are_not_masked_for_sees_them(
    store: Store, practice: SmallPractice, make_workstation: MakeWorkstation
) -> None:
    maria = replace(CORA, login="maria", role="biller", masked=False)
    async with make_workstation(store, maria).run_test(size=(100, 40)) as pilot:
        await type_keys(pilot, "6")
        assert practice.client.birth_date.strftime("%m/%d/%Y") in seen(pilot)


async def test_the_audit_trail_masks_old_and_new_values_until_they_are_revealed(
    store: Store, practice: SmallPractice, make_workstation: MakeWorkstation
) -> None:
    coverage = practice.coverage
    before, after = coverage.member_id, "W7654321"
    with store.work(BILLER, NOW) as work:
        save(work, "coverage", coverage.id, coverage.version, {"member_id": after})
        save(work, "coverage", coverage.id, coverage.version + 1, {"group_number": "G1"})
    edited = AuditRecord.select().where(AuditRecord.action == "edited").order_by(AuditRecord.id)
    first, last = (int(one.id) for one in edited)
    async with make_workstation(store, ADA).run_test(size=(160, 30)) as pilot:
        await type_keys(pilot, *TRAIL, "slash", *"what:edited", "enter", "down")
        assert "••••••21" in seen(pilot)
        for keys in (("down",), ("enter",), ("right_square_bracket", "enter")):
            # The list, the record, and the other one of the same coverage.
            await type_keys(pilot, *keys)
            assert before not in seen(pilot)
            assert after not in seen(pilot)
        await type_keys(pilot, "escape", "home", "down", "alt+i")
        assert after in seen(pilot)
        await type_keys(pilot, "enter")
        assert after not in seen(pilot)
        await type_keys(pilot, "up", "alt+i")
        assert "Nothing here is masked" in seen(pilot)
        await type_keys(pilot, "down", "enter", "alt+i")
        assert before in seen(pilot)
        assert after in seen(pilot)
    assert revealed() == [("audit_record", first, ["Member id"] * 2)] * 2
    assert first < last


@pytest.mark.parametrize("masked", [True, False])
async def test_the_history_of_a_record_is_masked(
    store: Store, practice: SmallPractice, make_workstation: MakeWorkstation, masked: bool
) -> None:
    claim = practice.add_claim()
    with store.work(BILLER, NOW) as work:
        work.record("subscriber corrected", claim, member_id=["W1234567", "W7654321"])
    who = CORA if masked else replace(CORA, login="maria", role="biller", masked=False)
    async with make_workstation(store, who).run_test(size=(120, 30)) as pilot:
        await type_keys(pilot, "3", "v", *"all", "enter", "enter", "left_square_bracket")
        shown = seen(pilot)
        assert "subscriber corrected" in shown
        assert ("W1234567" in shown, "W7654321" in shown) == (not masked, not masked)
        assert ("••••••67 → ••••••21" in shown) == masked


async def test_what_is_removed_or_undone_is_named_without_them(
    store: Store, practice: SmallPractice, make_workstation: MakeWorkstation
) -> None:
    member = practice.coverage.member_id
    masked = f"{masked_code(member)} (primary)"
    async with make_workstation(store, CORA).run_test(size=(100, 40)) as pilot:
        await type_keys(pilot, "6", "enter")
        await to_field(pilot, f"coverage {practice.coverage.id}")
        for keys, words in (
            (("delete",), "Remove this coverage"),
            (("enter",), "Removed: coverage"),
            (("ctrl+z",), "Undo what you did last"),
            (("enter",), "Undone: Remove coverage"),
        ):
            await type_keys(pilot, *keys)
            assert words in seen(pilot)
            assert masked in seen(pilot)
            assert member not in seen(pilot)
