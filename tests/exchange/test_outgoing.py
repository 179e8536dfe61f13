"""Ready claims become one interchange, valid to the guide, with all that changes around it."""

import datetime
import hashlib
import io
import zlib
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import DRAFT, READY, SUBMITTED, Claim, ClaimValidation
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.exchange import ClaimsTransaction, TransmittedClaim
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange import outgoing
from rcm_tui.exchange.outgoing import (
    build_claims_transactions,
    claim_file,
    claims_waiting,
    professional_claims,
)
from rcm_tui.x12.events import ClaimRead, ClaimsOpened, FindingRead, InterchangeOpened
from rcm_tui.x12.reader import read_all
from tests.exchange.sending import Sending, claims_in
from tests.practice_builder import NOW, small_practice
from tests.x12 import pyx12_says


@pytest.fixture
def sending(store: Store, tmp_path: Path) -> Sending:
    return Sending.of(store, small_practice(), tmp_path)


def content(row: ClaimsTransaction) -> bytes:
    return zlib.decompress(bytes(row.content))


def built(sending: Sending, claims_per_file: int = 5000) -> list[ClaimsTransaction]:
    with sending.store.work(WORKER, NOW) as work:
        keys = build_claims_transactions(
            work, sending.key, 1, "a worker", lambda work: None, claims_per_file
        )
    return [sending.row(key) for key in keys]


def test_the_file_is_valid_and_says_what_the_rows_say(sending: Sending) -> None:
    sending.ready(3)
    practice = sending.practice
    child = practice.add_client("HADDAD")
    Coverage.update(relationship="19", holder_first_name="RAMI", group_number="G1").where(
        Coverage.client == child
    ).execute()
    practice.add_claim(
        [("97153", 8), ("97155", 4)],
        client=child,
        status=READY,
        facility=practice.home,
        place_of_service="12",
        referring=practice.referring,
        supervising=practice.supervisor,
        claim_note="SEE THE LETTER OF MARCH",
    )
    (row,) = built(sending)
    assert pyx12_says.errors(content(row)) == []
    events = read_all(content(row))
    assert not [event for event in events if isinstance(event, FindingRead)]
    read = [event.claim for event in events if isinstance(event, ClaimRead)]
    by_number = {claim.patient_control_number: claim for claim in read}
    ids = [claim.id for claim in Claim.select()]
    assert len(by_number) == len(read) == len(ids) == 4
    for claim in professional_claims(sending.store.database, ids):
        back = by_number[claim.patient_control_number]
        for part in (
            "charge",
            "diagnoses",
            "prior_authorization",
            "relationship",
            "frequency_code",
        ):
            assert getattr(back, part) == getattr(claim, part)
        assert back.payer.identifier == claim.payer.identifier
        assert back.subscriber.member_id == claim.subscriber.member_id
        assert [line.charge for line in back.lines] == [line.charge for line in claim.lines]
        assert [line.units for line in back.lines] == [line.units for line in claim.lines]
        assert [line.line_control_number for line in back.lines] == [
            line.line_control_number for line in claim.lines
        ]


def test_the_envelope_is_the_clearinghouses_and_the_time_is_local(sending: Sending) -> None:
    sending.ready(1)
    (row,) = built(sending)
    events = read_all(content(row))
    (opened,) = [event.interchange for event in events if isinstance(event, InterchangeOpened)]
    (header,) = [event.header for event in events if isinstance(event, ClaimsOpened)]
    assert (opened.sender, opened.receiver) == ("SENDER", "RECEIVER")
    assert opened.usage_indicator == "T"
    # 15:00 UTC is 11:00 in New York, where daylight saving time has begun.
    assert opened.created == datetime.datetime(2026, 3, 16, 11, 0)
    assert header.submitter_name == "TEST PRACTICE"
    assert header.receiver_name == "TEST CLEARINGHOUSE"


def test_what_is_stored_is_what_was_built(sending: Sending) -> None:
    claims = sending.ready(2)
    (row,) = built(sending)
    plain = content(row)
    assert sorted(claims_in(plain)) == claims
    assert (row.size, row.sha256) == (len(plain), hashlib.sha256(plain).hexdigest())
    assert (row.claims, row.billed, row.state) == (2, 64000, "built")
    assert (row.fence, row.built_at, row.acknowledgement) == (1, NOW, "pending")
    assert row.file_name == "837P_000000001_20260316T150000000000Z.837"
    for claim in Claim.select():
        assert (claim.status, claim.acknowledgement, claim.submitted_at) == (
            SUBMITTED,
            "pending",
            NOW,
        )


def test_control_numbers_rise_from_file_to_file(sending: Sending) -> None:
    sending.ready(3)
    rows = [row for _ in range(3) for row in built(sending, claims_per_file=1)]
    assert [row.interchange_control_number for row in rows] == [1, 2, 3]
    assert [row.group_control_number for row in rows] == [1, 2, 3]
    assert [row.claims for row in rows] == [1, 1, 1]
    assert built(sending) == []
    assert claims_waiting(sending.store.database, sending.key) == 0


def test_every_clearinghouse_counts_for_itself(sending: Sending) -> None:
    other = Clearinghouse.get_by_id(sending.key)
    columns = {**other.__data__, "name": "Second"}
    del columns["id"]
    second = Clearinghouse.create(**columns)
    payer = sending.practice.add_payer("Second Health", clearinghouse=second)
    patient = sending.practice.add_client("OSEI", payer)
    mine = sending.ready(1)
    theirs = sending.practice.add_claim(client=patient, status=READY).patient_control_number
    assert claims_waiting(sending.store.database, sending.key) == 1
    (first,) = built(sending)
    with sending.store.work(WORKER, NOW) as work:
        (key,) = build_claims_transactions(work, second.id, 1, "a", lambda work: None)
    row = sending.row(key)
    assert (claims_in(content(first)), claims_in(content(row))) == (mine, [theirs])
    assert (first.interchange_control_number, row.interchange_control_number) == (1, 1)


def test_each_claim_remembers_the_set_it_is_in(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "CLAIMS_PER_SET", 2)
    sending.ready(5)
    (row,) = built(sending)
    in_file = {
        event.claim.patient_control_number: event.set.control_number
        for event in read_all(content(row))
        if isinstance(event, ClaimRead)
    }
    query: Any = (
        TransmittedClaim.select(
            Claim.patient_control_number, TransmittedClaim.set_control_number, TransmittedClaim.live
        )
        .join(Claim)
        .tuples()
    )
    remembered = {number: control for number, control, live in query if live}
    assert remembered == in_file
    assert sorted(set(in_file.values())) == ["0001", "0002", "0003"]


def test_a_claim_that_cannot_be_written_goes_back_and_the_others_go(sending: Sending) -> None:
    claims = sending.ready(3)
    # What no rule looks at, and no 837P can carry.
    Claim.update(wire='{"claim":{"related_causes":["AA","EM","OA","AB"]}}').where(
        Claim.patient_control_number == claims[1]
    ).execute()
    (row,) = built(sending)
    assert sorted(claims_in(content(row))) == [claims[0], claims[2]]
    assert (row.claims, row.billed) == (2, 64000)
    back = Claim.get(Claim.patient_control_number == claims[1])
    assert (back.status, back.error_count, back.version) == (DRAFT, 1, 2)
    finding = ClaimValidation.get(ClaimValidation.claim == back)
    assert (finding.rule, finding.severity) == ("unwritable", "error")
    assert "related causes" in finding.reason
    assert TransmittedClaim.select().where(TransmittedClaim.claim == back).count() == 0


def test_when_no_claim_can_be_written_there_is_no_file(sending: Sending) -> None:
    sending.ready(2)
    Claim.update(wire='{"claim":{"related_causes":["AA","EM","OA","AB"]}}').execute()
    assert built(sending) == []
    assert {claim.status for claim in Claim.select()} == {DRAFT}
    assert ClaimsTransaction.select().count() == 0


def test_a_clearinghouse_without_a_telephone_is_refused_and_no_claim_is_blamed(
    sending: Sending,
) -> None:
    sending.ready(2)
    Clearinghouse.update(submitter_phone="").execute()
    with pytest.raises(Refused) as caught:
        built(sending)
    assert "Test clearinghouse" in str(caught.value)
    assert "telephone" in str(caught.value)
    assert "Correct the clearinghouse's settings" in str(caught.value)
    assert {claim.status for claim in Claim.select()} == {READY}


def test_a_fence_that_has_risen_changes_nothing(sending: Sending) -> None:
    sending.ready(1)

    class Late(Exception):
        pass

    def late(work: object) -> None:
        raise Late

    def build_late() -> None:
        with sending.store.work(WORKER, NOW) as work:
            build_claims_transactions(work, sending.key, 1, "a", late)

    with pytest.raises(Late):
        build_late()
    assert Claim.get().status == READY


def test_control_numbers_that_are_used_up_stop_the_sending(sending: Sending) -> None:
    sending.ready(1)
    with sending.store.work(WORKER, NOW) as work:
        work.next_number(f"ISA13 {sending.key}", 999_999_999)
    with pytest.raises(Refused, match="used up"):
        built(sending)
    assert Claim.get().status == READY


def test_a_file_of_any_claims_can_be_made_without_sending_them(sending: Sending) -> None:
    claims = sending.ready(2)
    ids = [claim.id for claim in Claim.select().order_by(Claim.id)]
    plain = claim_file(sending.store.database, ids, Clearinghouse.get_by_id(sending.key), NOW, 77)
    assert pyx12_says.errors(plain) == []
    assert claims_in(plain) == claims
    assert b"*000000077*" in io.BytesIO(plain).read(106)
    assert {claim.status for claim in Claim.select()} == {READY}
    assert ClaimsTransaction.select().count() == 0
