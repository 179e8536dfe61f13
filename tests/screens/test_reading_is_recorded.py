"""Opening a record that shows a client is in the audit trail, once per opening."""

import pytest

from rcm_tui.data import audit
from rcm_tui.data.actor import Actor
from rcm_tui.data.records.claim import read_claim
from rcm_tui.data.records.pulse import PulseReader
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from tests.practice_builder import SERVICE_DAY, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import type_keys
from tests.screens.test_driving import queue_screen

BOB = Actor("bob", "Bob", "biller")


def readings() -> list[tuple[str, str, int]]:
    """Who has read which record, in order."""
    kept = AuditRecord.select().where(AuditRecord.action == "read").order_by(AuditRecord.id)
    return [(one.actor, one.subject, one.subject_id) for one in kept]


@pytest.fixture
def claims(store: Store) -> list[Claim]:
    practice = small_practice()
    people = [practice.client, practice.add_client("SATO")]
    return [practice.add_claim(day=SERVICE_DAY, client=one) for one in people]


async def test_a_claim_is_recorded_each_time_it_is_opened_and_not_when_it_is_read_again(
    store: Store, claims: list[Claim], make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3")
        first = int(queue_screen(pilot).table.cursor_key or 0)
        second = next(claim.id for claim in claims if claim.id != first)
        assert readings() == []
        await type_keys(pilot, "enter")
        assert readings() == [("maria", "claim", first)]
        pilot.app.screen.refresh_data()  # type: ignore[attr-defined]
        await type_keys(pilot, "right_square_bracket")
        assert len(readings()) == 1
        await type_keys(pilot, "alt+down", "escape", "enter")
        assert readings() == [
            ("maria", "claim", first),
            ("maria", "claim", second),
            ("maria", "claim", second),
        ]
    record = read_claim(store.database, first)
    assert record is not None
    assert "read" not in {event.action for event in record.history}
    assert audit.verify(store.database, store.audit_key)[1] == []


async def test_a_client_is_recorded_and_a_payer_is_not(
    store: Store, claims: list[Claim], make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", "enter", "escape", "escape", "0", "enter", "enter")
    (one,) = readings()
    assert one[:2] == ("maria", "client")
    assert one[2] in {client.id for client in Client.select()}


def test_others_do_not_read_their_screens_again_for_it(store: Store) -> None:
    small_practice()
    with store.work(BOB) as work:
        work.record("approved", "charge_item", 1)
    reader = PulseReader(store)
    before = reader.read()
    with store.work(BOB) as work:
        work.record("read", "client", 1)
    reader._version = None  # as if another connection had written
    assert reader.read() == before
    with store.work(BOB) as work:
        work.record("approved", "charge_item", 1)
    reader._version = None
    assert reader.read() != before
