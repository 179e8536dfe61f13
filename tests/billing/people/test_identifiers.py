"""Identifiers of clients: masked for the roles that the practice names, revealed on record."""

import json
from io import StringIO
from typing import Any

import pytest

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.saving import save
from rcm_tui.billing.outcome import NotAllowed, Refused
from rcm_tui.billing.people.identifiers import reveal_identifiers
from rcm_tui.data.actor import Actor
from rcm_tui.data.admission import admitted
from rcm_tui.data.identifiers import (
    IDENTIFIERS,
    identifiers_in,
    masked_code,
    masked_day,
    masked_details,
    masked_title,
)
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.export import Selection, export_stream
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.practice import Practice, User
from tests.practice_builder import BILLER, NOW, TODAY, small_practice

CORA = Actor("cora", "Cora", "client coordinator")
ADA = Actor("ada", "Ada", "auditor")


@pytest.mark.parametrize(
    ("code", "shown"),
    [("W123456789", "••••••••89"), ("W1", "••"), ("", "••"), ("ABC", "••"), ("ABCD", "••CD")],
)
def test_of_a_code_the_end_is_left(code: str, shown: str) -> None:
    assert masked_code(code) == shown


def test_of_a_day_the_year_is_left() -> None:
    assert masked_day("2017-03-14") == "••/••/2017"
    assert masked_title("Aetna W1234567 (primary)") == "Aetna ••••••67 (primary)"
    assert masked_title("M00001 2017-03-14") == "M00001 2017"
    assert masked_title("2026-01-01 – 2026-12-31") == "2026-01-01 – 2026-12-31"
    assert masked_title("Ng, Wei") == "Ng, Wei"


def test_the_practice_says_for_whom(store: Store) -> None:
    User.create(login="maria", name="Maria", role="biller")
    maria = Actor("maria", "Maria", "administrator")
    for roles, masked in (
        ("client coordinator, auditor", [True, False]),
        ("biller", [False, True]),
        ("", [False, False]),
    ):
        Practice.update(masked_roles=roles).execute()
        seen = [admitted(store.database, who, NOW).masked for who in (CORA, maria)]
        assert seen == masked


def test_queues_and_exports_are_masked_and_a_revealed_export_is_on_record(store: Store) -> None:
    practice = small_practice()
    member = practice.coverage.member_id
    queue = QUEUES["coverages"]
    pages = QueuePages(store.database, queue, Viewer(TODAY, "cora", masks=True))
    shown = pages.page().rows[0][queue.columns.index(queue.column("member_id"))]
    assert shown == masked_code(member)
    assert pages.rows_by_keys(pages.page().keys)[practice.coverage.id] == pages.page().rows[0]
    # Whoever is told a number finds by it.
    viewer = Viewer(TODAY, "cora", masks=True)
    assert len(QueuePages(store.database, queue, viewer, filter=member).page()) == 1

    for reveal, holds in ((False, masked_code(member)), (True, member)):
        told = StringIO()
        selection = Selection(pages, ("member_id",), reveal=reveal)
        assert (selection.masks, selection.identifies) == (not reveal, True)
        export_stream(store, CORA, selection, "csv", told, now=NOW)
        assert holds in told.getvalue()
        assert (member in told.getvalue()) == reveal
    first, second = [
        json.loads(one.details) for one in AuditRecord.select() if one.action == "exported"
    ]
    assert "identifiers" not in first
    assert second["identifiers"] == ["member_id"]


def test_what_is_revealed_is_on_record_by_name_and_never_by_value(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim()
    with store.work(CORA, NOW) as work:
        of_client = reveal_identifiers(work, "client", practice.client.id)
        of_claim = reveal_identifiers(work, "claim", claim.id)
        with pytest.raises(Refused, match="nothing here is masked"):
            reveal_identifiers(work, "remittance", 999)
    member = practice.coverage.member_id
    assert (f"Member id, {practice.payer.name}", member) in of_client
    assert ("Born", practice.client.birth_date.isoformat()) in of_claim
    records = [one for one in AuditRecord.select() if one.action == "identifiers revealed"]
    assert [(one.subject, one.subject_id) for one in records] == [
        ("client", practice.client.id),
        ("claim", claim.id),
    ]
    for one in records:
        assert "Born" in json.loads(one.details)["fields"]
        assert not any(value in one.details for _, value in of_client)


@pytest.mark.parametrize(
    ("details", "masked"),
    [
        ({"birth_date": ["2017-03-14", None]}, {"birth_date": ["••/••/2017", None]}),
        ({"member_id": "W1234567", "rank": 1}, {"member_id": "••••••67", "rank": 1}),
        ({"phone": ["", "718 555 0100"]}, {"phone": ["", "••••••••••00"]}),
        ({"rows": [{"member_id": "W123", "n": 2}]}, {"rows": [{"member_id": "••23", "n": 2}]}),
        ({"member_id": 12345}, {"member_id": "•••45"}),
        (
            {"title": "Edit coverage Aetna W1234567 (primary)"},
            {"title": "Edit coverage Aetna ••••••67 (primary)"},
        ),
        (
            {"filter": 'status:denied member:W1234567|member = "W 12"'},
            {"filter": 'status:denied member:••••••67|member = ••••2"'},
        ),
        ({"reason": "waits until 2026-03-14", "status": ["New", "Draft"]}, None),
    ],
)
def test_what_is_on_record_is_masked_by_the_names_of_its_fields(
    details: dict[str, Any], masked: dict[str, Any] | None
) -> None:
    assert masked_details(details) == (masked or details)
    assert bool(list(identifiers_in(details))) == (masked is not None)


def test_the_trail_masks_the_fields_that_forms_mask() -> None:
    declared = {
        (field.name, "date" if field.kind == "date" else "code")
        for kind in KINDS.values()
        for field in kind.fields
        if field.identifier
    }
    assert declared == set(IDENTIFIERS.items())


def test_the_trail_and_its_exports_are_masked_and_reveals_are_on_record(store: Store) -> None:
    practice = small_practice()
    coverage = practice.coverage
    before = coverage.member_id
    with store.work(BILLER, NOW) as work:
        save(work, "coverage", coverage.id, coverage.version, {"member_id": "W7654321"})
    (record,) = AuditRecord.select().where(AuditRecord.action == "edited")
    queue = QUEUES["audit"]
    viewer = Viewer(TODAY, "ada", masks=True)
    pages = QueuePages(store.database, queue, viewer, filter="what:edited")
    for reveal in (False, True):
        for form in ("csv", "json", "table"):
            told = StringIO()
            selection = Selection(pages, ("what", "changed"), reveal=reveal)
            export_stream(store, ADA, selection, form, told, now=NOW)
            assert ("W7654321" in told.getvalue()) == (before in told.getvalue()) == reveal, form
            assert "member" in told.getvalue()
    exports = [json.loads(one.details) for one in AuditRecord.select() if one.action == "exported"]
    assert [one.get("identifiers") for one in exports] == [None] * 3 + [["changed"]] * 3

    refused = pytest.raises(NotAllowed, match="may not read the audit trail")
    with refused, store.work(CORA, NOW) as work:
        reveal_identifiers(work, "audit_record", record.id)
    with store.work(ADA, NOW) as work:
        found = reveal_identifiers(work, "audit_record", record.id)
        with pytest.raises(Refused, match="nothing here is masked"):
            reveal_identifiers(work, "audit_record", record.id + 1)
    assert found == [("Member id", before), ("Member id", "W7654321")]
    (revealed,) = (one for one in AuditRecord.select() if one.action == "identifiers revealed")
    assert (revealed.subject, revealed.subject_id) == ("audit_record", record.id)
    assert "W7654321" not in revealed.details
