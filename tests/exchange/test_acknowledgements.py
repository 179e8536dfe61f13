"""TA1, 999 and 277CA reach the transactions and claims that they are about."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY, Claim
from rcm_tui.data.tables.exchange import ClaimResponse, ClaimsTransaction
from rcm_tui.exchange import outgoing
from rcm_tui.exchange.acknowledgements import status_answer
from rcm_tui.x12.acknowledgement_writer import (
    write_claim_acknowledgement,
    write_implementation_acknowledgements,
    write_interchange_acknowledgements,
)
from rcm_tui.x12.claim_acknowledgement import (
    AcknowledgementHeader,
    ClaimStatus,
    LevelTotals,
    LineStatus,
    Status,
)
from rcm_tui.x12.envelope import OutgoingEnvelope
from rcm_tui.x12.implementation_acknowledgement import (
    ElementError,
    ImplementationAcknowledgement,
    SegmentError,
    SetAcknowledgement,
)
from rcm_tui.x12.interchange_acknowledgement import InterchangeAcknowledgement
from rcm_tui.x12.parties import Party
from tests.exchange.receiving import BILLER, NOW, claim_file, reasons, receive
from tests.practice_builder import NOW as CLAIM_DAY
from tests.practice_builder import small_practice
from tests.x12.made import CREATED, claim, line

ENVELOPE = OutgoingEnvelope("RECEIVER", "SENDER", 70, 80, CREATED)
SOURCE = Party("2", "TEST CLEARINGHOUSE", id_qualifier="46", identifier="RECEIVER")
PROVIDER = LevelTotals("provider", Party("2", "NORTH", id_qualifier="XX", identifier="1234567893"))


@pytest.fixture
def sent(store: Store, monkeypatch: pytest.MonkeyPatch) -> ClaimsTransaction:
    """Four claims in two sets of one interchange that went out."""
    monkeypatch.setattr(outgoing, "CLAIMS_PER_SET", 2)
    practice = small_practice()
    for number in range(4):
        practice.add_claim(client=practice.add_client(f"PATIENT{number}"), status=READY)
    with store.work(BILLER, CLAIM_DAY) as work:
        (key,) = outgoing.build_claims_transactions(
            work, practice.clearinghouse.id, 1, "worker", lambda work: None
        )
    return ClaimsTransaction.get_by_id(key)


def acknowledgements() -> list[str]:
    return [row.acknowledgement for row in Claim.select().order_by(Claim.id)]


def ta1(number: str, code: str = "A", note: str = "000") -> bytes:
    return write_interchange_acknowledgements(
        ENVELOPE, [InterchangeAcknowledgement(number, CREATED, code, note)]
    )


def group_answer(number: str, sets: Sequence[SetAcknowledgement], code: str = "A") -> bytes:
    taken = sum(one.accepted for one in sets)
    said = ImplementationAcknowledgement(
        "HC", number, "005010X222A1", code, len(sets), len(sets), taken, sets=tuple(sets)
    )
    return write_implementation_acknowledgements(ENVELOPE, [said])


def claim_answer(entity: str, statuses: Sequence[ClaimStatus]) -> bytes:
    header = AcknowledgementHeader(
        "1", CREATED, source=SOURCE, source_entity=entity, source_trace="1"
    )
    receiver = LevelTotals("receiver", SOURCE, "1", (Status((("A1", "19", "PR"),)),))
    return b"".join(write_claim_acknowledgement(ENVELOPE, header, [receiver, PROVIDER, *statuses]))


def test_a_ta1_that_takes_the_interchange_confirms_it(
    store: Store, sent: ClaimsTransaction
) -> None:
    received = receive(store, ta1(f"{sent.interchange_control_number:09}"))
    assert (received.type, received.outcome, received.findings) == ("TA1", "posted", [])
    assert ClaimsTransaction.get().confirmed_at == NOW
    assert acknowledgements() == ["pending"] * 4


def test_a_ta1_that_rejects_rejects_every_claim(store: Store, sent: ClaimsTransaction) -> None:
    receive(store, ta1(f"{sent.interchange_control_number:09}", "R", "025"))
    assert acknowledgements() == ["rejected"] * 4
    assert ClaimsTransaction.get().acknowledgement == "rejected"
    whole = ClaimResponse.get(ClaimResponse.claim.is_null())
    assert (whole.level, whole.category, whole.status, whole.claims) == ("file", "R", "025", 4)
    assert whole.words == "the file was refused: a file with this control number was there before"
    assert whole.named == f"ISA {sent.interchange_control_number:09}"
    assert [row.level for row in whole.meant] == ["file"] * 4


def test_a_999_takes_the_group(store: Store, sent: ClaimsTransaction) -> None:
    sets = [SetAcknowledgement("837", f"000{n}", code="A") for n in (1, 2)]
    received = receive(store, group_answer(str(sent.group_control_number), sets))
    assert (received.type, received.outcome, received.findings) == ("999", "posted", [])
    assert ClaimsTransaction.get().acknowledgement == "accepted"
    assert acknowledgements() == ["pending"] * 4


@pytest.mark.parametrize("second", ["0002", "2"])
def test_a_999_that_rejects_one_set_rejects_its_claims_alone(
    store: Store, sent: ClaimsTransaction, second: str
) -> None:
    error = SegmentError(
        *("NM1", 24, "2010", "8", ("CLM01:TC000009",)),
        (ElementError(9, code="4", bad_value="W1"),),
    )
    sets = [
        SetAcknowledgement("837", "0001", code="A"),
        SetAcknowledgement("837", second, code="R", reasons=("5",), errors=(error,)),
    ]
    receive(store, group_answer(str(sent.group_control_number), sets, "P"))
    assert acknowledgements() == ["pending", "pending", "rejected", "rejected"]
    assert ClaimsTransaction.get().acknowledgement == "partly accepted"
    taken, refused = ClaimResponse.select().where(ClaimResponse.claim.is_null())
    assert (taken.level, taken.accepted, taken.claims) == ("group", True, 4)
    assert (refused.level, refused.category, refused.status) == ("set", "R", "5")
    assert refused.words == (
        "the set was refused: segments are in error; NM1 at 24 of claim TC000009: NM109 too short"
    )
    assert refused.text == "IK5 R 5, IK3 NM1 24 8, IK4 9 4 W1"
    assert [row.claim_id for row in refused.meant.order_by(ClaimResponse.id)] == [3, 4]


def test_a_999_that_rejects_the_group_rejects_all(store: Store, sent: ClaimsTransaction) -> None:
    receive(store, group_answer(str(sent.group_control_number), [], "R"))
    assert acknowledgements() == ["rejected"] * 4


def test_a_999_about_a_group_of_another_kind_touches_nothing(
    store: Store, sent: ClaimsTransaction
) -> None:
    content = group_answer(str(sent.group_control_number), [], "R").replace(b"AK1*HC", b"AK1*BE")
    received = receive(store, content)
    assert received.outcome == "posted"
    assert "a group of kind BE, not of claims" in reasons(received)
    assert acknowledgements() == ["pending"] * 4


@pytest.mark.parametrize("number", ["999", "", "12A", "9" * 12])
def test_what_was_not_sent_from_here_is_said(
    store: Store, sent: ClaimsTransaction, number: str
) -> None:
    content = group_answer("999", [SetAcknowledgement("837", "0001", code="R")], "R")
    received = receive(store, content.replace(b"AK1*HC*999", b"AK1*HC*" + number.encode()))
    assert "which was not sent from here" in reasons(received)
    assert acknowledgements() == ["pending"] * 4


def test_a_277ca_accepts_first_at_the_clearinghouse_then_at_the_payer(
    store: Store, sent: ClaimsTransaction
) -> None:
    number = Claim.select().order_by(Claim.id).get().patient_control_number
    accepted = ClaimStatus(
        number, (Status((("A2", "20", "PR"),), action="WQ"),), payer_claim_control_number="ICN5"
    )
    received = receive(store, claim_answer("AY", [accepted]))
    assert (received.type, received.outcome, received.claims) == ("277CA", "posted", 1)
    assert acknowledgements()[0] == "accepted by clearinghouse"
    receive(store, claim_answer("PR", [accepted]))
    assert acknowledgements() == ["accepted by payer", "pending", "pending", "pending"]
    assert Claim.get_by_id(1).payer_claim_control_number == "ICN5"


def test_a_277ca_rejects_in_our_words_with_their_codes(
    store: Store, sent: ClaimsTransaction
) -> None:
    number = Claim.select().order_by(Claim.id).get().patient_control_number
    status = Status((("A7", "562", "85"),), action="U", message="CHECK NPI")
    receive(store, claim_answer("AY", [ClaimStatus(number, (status,))]))
    assert acknowledgements()[0] == "rejected"
    said = ClaimResponse.get()
    assert (said.category, said.status, said.entity) == ("A7", "562", "85")
    assert said.words == "NPI of the billing provider (rejected: something is not valid)"
    assert (said.text, said.level, said.named) == ("CHECK NPI", "claim", f"claim {number}")


def test_a_277ca_about_an_unknown_claim_is_said(store: Store) -> None:
    status = ClaimStatus("NOBODY", (Status((("A2", "20", ""),)),))
    received = receive(store, claim_answer("PR", [status]))
    assert received.outcome == "posted"
    assert "no claim has the patient control number NOBODY" in reasons(received)
    kept = ClaimResponse.get()
    assert (kept.claim, kept.named) == (None, "claim NOBODY")
    assert kept.note == "no claim has this patient control number"


def test_of_claims_that_share_a_number_charge_and_date_tell_which_is_meant(store: Store) -> None:
    claims = [
        claim(lines=(line(1),)),
        claim(lines=(line(2),)),
        claim(charge=Decimal(60), lines=(line(2, charge=Decimal(60)),)),
    ]
    receive(store, claim_file(claims))
    status = ClaimStatus(
        "PCN1",
        (Status((("A2", "20", "PR"),), amount=Decimal(60)),),
        service_date=claims[2].lines[0].service_date,
    )
    receive(store, claim_answer("PR", [status]))
    assert acknowledgements() == ["pending", "pending", "accepted by payer"]


def test_a_line_that_is_rejected_rejects_the_claim() -> None:
    rejected = LineStatus("HC", "97153", statuses=(Status((("A6", "21", ""),), action="U"),))
    said = status_answer(
        ClaimStatus("P1", (Status((("A2", "20", "PR"),)),), lines=(rejected,)),
        AcknowledgementHeader(source_entity="PR"),
    )
    assert (said.accepted, said.source, said.category) == (False, "payer", "A6")
    assert said.words == "information is missing or not valid (rejected: something is missing)"


def test_a_claim_without_a_status_has_that_of_the_level_above() -> None:
    above = (Status((("A3", "24", "41"),), action="U"),)
    said = status_answer(ClaimStatus("P1"), AcknowledgementHeader(), above)
    assert (said.accepted, said.category, said.entity) == (False, "A3", "41")
    assert status_answer(ClaimStatus("P1"), AcknowledgementHeader()).accepted


def bht(sent: ClaimsTransaction, number: str) -> str:
    return f"{sent.interchange_control_number:09}{number}"


def refused_level(trace: str, *others: LevelTotals | ClaimStatus) -> bytes:
    header = AcknowledgementHeader(
        "1", CREATED, source=SOURCE, source_entity="PR", source_trace="1"
    )
    refused = Status((("A3", "24", "41"),), action="U", message="NOT ENROLLED")
    receiver = LevelTotals("receiver", SOURCE, trace, (refused,))
    return b"".join(write_claim_acknowledgement(ENVELOPE, header, [receiver, *others]))


def test_a_277ca_that_refuses_a_set_as_a_whole_rejects_its_claims(
    store: Store, sent: ClaimsTransaction
) -> None:
    receive(store, refused_level(bht(sent, "0002")))
    assert acknowledgements() == ["pending", "pending", "rejected", "rejected"]
    whole = ClaimResponse.get(ClaimResponse.claim.is_null())
    assert (whole.level, whole.source, whole.claims) == ("set", "payer", 2)
    assert whole.words == (
        "the submitter is not approved to submit electronically (sent back: it cannot be processed)"
    )
    assert whole.text == "NOT ENROLLED"


def test_a_refused_level_with_claims_is_said_claim_by_claim(
    store: Store, sent: ClaimsTransaction
) -> None:
    first = Claim.select().order_by(Claim.id).get().patient_control_number
    receive(store, refused_level(bht(sent, "0001"), PROVIDER, ClaimStatus(first)))
    assert acknowledgements() == ["rejected", "pending", "pending", "pending"]
    assert [row.level for row in ClaimResponse.select()] == ["claim"]


def test_a_refused_provider_without_claims_is_kept_and_rejects_none(
    store: Store, sent: ClaimsTransaction
) -> None:
    header = AcknowledgementHeader("1", CREATED, source=SOURCE, source_trace="1")
    taken = Status((("A1", "19", "PR"),))
    refused = replace(PROVIDER, statuses=(Status((("A3", "25", "85"),), action="U"),))
    receiver = LevelTotals("receiver", SOURCE, bht(sent, "0001"), (taken,))
    number = Claim.select().order_by(Claim.id).get().patient_control_number
    of_claim = ClaimStatus(number, (Status((("A2", "20", "PR"),)),))
    levels = [receiver, refused, PROVIDER, of_claim]
    received = receive(store, b"".join(write_claim_acknowledgement(ENVELOPE, header, levels)))
    assert "refuses a provider's claims without saying which" in reasons(received)
    assert acknowledgements()[0] == "accepted by payer"
    kept = ClaimResponse.get(ClaimResponse.accepted == 0)
    assert kept.named == f"BHT {bht(sent, '0001')}, provider 1234567893"


@pytest.mark.parametrize(
    "content", [ta1("000000999", "R", "006"), refused_level("0000009990001")], ids=["TA1", "277CA"]
)
def test_an_answer_about_another_system_s_file_is_kept(
    store: Store, sent: ClaimsTransaction, content: bytes
) -> None:
    received = receive(store, content)
    assert "which was not sent from here" in reasons(received)
    kept = ClaimResponse.get()
    assert (kept.claim, kept.claims_transaction, kept.claims) == (None, None, 0)
    assert kept.note == "it was not sent from here"
    assert acknowledgements() == ["pending"] * 4
