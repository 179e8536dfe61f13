"""Files that come in: each gets a type and an outcome, is kept whole, and comes in only once."""

import zlib
from decimal import Decimal
from pathlib import Path

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.outcome import Cancelled, Refused
from rcm_tui.billing.remittances.held import give_way
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.deposits import Deposit, DepositedPayment
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.remittances import Payment, Remittance
from rcm_tui.exchange.findings import MOST, Findings
from tests.exchange.receiving import BILLER, NOW, claim_file, reasons, receive
from tests.x12.made import claim, line, remittance_file


def test_a_remittance_posts_to_the_claims_that_it_names(store: Store) -> None:
    claims = [claim(n, lines=(line(1, line_control_number=f"L{n}"),)) for n in range(2)]
    receive(store, claim_file(claims))
    received = receive(store, remittance_file(2))
    assert (received.type, received.outcome, received.claims) == ("835", "posted", 2)
    assert received.paid == 16000
    assert received.findings == []
    for row in Claim.select():
        assert (row.paid, row.adjusted, row.patient_balance) == (8000, 2000, 2000)
        assert row.payer_balance == 0
    assert {row.state for row in Remittance.select()} == {"posted"}
    assert {row.allowed for row in ClaimLine.select()} == {10000}


def test_an_835_for_unknown_claims_waits_among_the_orphans(store: Store) -> None:
    received = receive(store, remittance_file(3))
    assert (received.outcome, received.claims) == ("posted", 3)
    assert "3 of 3 claim payments are of claims that are not here" in reasons(received)
    assert {row.state for row in Remittance.select()} == {"orphan"}


def test_an_835_that_does_not_balance_is_held_with_the_figure(store: Store) -> None:
    received = receive(store, remittance_file(2, paid="161.00"))
    assert received.outcome == "held"
    assert "off by 1.00" in reasons(received)
    assert Payment.get().state == "held"
    assert Journal.select().count() == 0
    assert IncomingFile.get().outcome == "held"


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_a_remittance_that_is_cut_off_is_held(store: Store, share: float) -> None:
    content = remittance_file(20)
    received = receive(store, content[: int(len(content) * share)])
    assert (received.type, received.outcome) == ("835", "held")
    assert "missing" in reasons(received)
    assert Journal.select().count() == 0


def test_of_a_cut_837p_the_whole_claims_come_in(store: Store) -> None:
    claims = [claim(n, lines=(line(1, line_control_number=f"L{n}"),)) for n in range(10)]
    content = claim_file(claims)
    cut = content[: content.index(b"CLM*PCN7*") + 60]
    received = receive(store, cut)
    assert (received.outcome, received.claims) == ("imported", 7)
    assert "Claim PCN7 is not whole and was left out" in reasons(received)
    assert {row.patient_control_number for row in Claim.select()} == {f"PCN{n}" for n in range(7)}


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"", "unknown", "empty"),
        (bytes(range(256)) * 40, "unknown", "No interchange header"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "unknown", "No interchange header"),
        (b"date,client,code\n2024-01-01,1,97153\n", "unknown", "No interchange header"),
        (b"ISA*00*", "unknown", "No interchange header"),
        ("Grüße\u202e".encode("utf-16"), "unknown", "No interchange header"),
    ],
)
def test_what_is_of_no_use_is_kept_whole_with_the_reason(
    store: Store, content: bytes, kind: str, reason: str
) -> None:
    received = receive(store, content)
    assert (received.type, received.outcome, received.claims) == (kind, "refused", 0)
    assert reason in reasons(received)
    kept = IncomingFile.get()
    assert zlib.decompress(kept.content) == content
    assert (kept.outcome, kept.size) == ("refused", len(content))
    assert receive(store, content).outcome == "duplicate"


@pytest.mark.parametrize(
    ("kind", "header", "first"),
    [
        ("271", "GS*HB*A1*B1*20240304*1530*1*X*005010X279A1~", "ST*271*0001*005010X279A1~"),
        ("837I", "GS*HC*A1*B1*20240304*1530*1*X*005010X223A2~", "ST*837*0001*005010X223A2~"),
        ("837D", "GS*HC*A1*B1*20240304*1530*1*X*005010X224A2~", "ST*837*0001*005010X224A2~"),
        ("277", "GS*HN*A1*B1*20240304*1530*1*X*005010X212~", "ST*277*0001*005010X212~"),
        ("834", "GS*BE*A1*B1*20240304*1530*1*X*005010X220A1~", "ST*834*0001*005010X220A1~"),
    ],
)
def test_other_transactions_are_named_and_refused(
    store: Store, kind: str, header: str, first: str
) -> None:
    isa = remittance_file(1)[:106].decode()
    content = f"{isa}{header}{first}BHT*0022*11*1*20240304*1530~SE*3*0001~GE*1*1~IEA*1*000000070~"
    received = receive(store, content.encode())
    assert (received.type, received.outcome) == (kind, "refused")
    assert f"type {kind} was left unused" in reasons(received)


def test_the_same_file_twice_changes_nothing(store: Store) -> None:
    contents = [claim_file([claim()]), remittance_file(1), b"junk"]
    first = [receive(store, content) for content in contents]
    before = (AuditRecord.select().count(), Journal.select().count(), Claim.get().version)
    for content, earlier in zip(contents, first, strict=True):
        again = receive(store, content, name="another name.x12")
        assert (again.outcome, again.type) == ("duplicate", earlier.type)
        assert again.incoming_file_id == earlier.incoming_file_id
        assert "came in on 2024-03-18 as file.x12" in reasons(again)
    assert (AuditRecord.select().count(), Journal.select().count(), Claim.get().version) == before


def test_the_same_payment_in_another_file_is_not_posted_again(store: Store) -> None:
    content = remittance_file(2)
    receive(store, content)
    again = receive(store, content.replace(b"000000070", b"000000071"))
    assert again.outcome == "duplicate"
    assert "repeats payment TRACE1" in reasons(again)
    assert Payment.select().count() == 1
    assert IncomingFile.select().count() == 2


def test_a_duplicate_payment_beside_a_new_one_is_a_finding(store: Store) -> None:
    first = remittance_file(1)
    receive(store, first)
    second = first.replace(b"TRACE1", b"TRACE2").replace(b"000000070", b"000000072")
    received = receive(store, first.replace(b"000000070", b"000000071") + second)
    assert (received.outcome, received.claims, received.paid) == ("posted", 1, 8000)
    assert "repeats payment TRACE1" in reasons(received)
    assert Payment.select().count() == 2


def test_another_payment_under_the_same_control_numbers_is_posted(store: Store) -> None:
    receive(store, remittance_file(1))
    received = receive(store, remittance_file(1).replace(b"TRACE1", b"TRACE2"))
    assert received.outcome == "posted"
    assert "under control numbers that an earlier, different payment had" in reasons(received)
    assert Payment.select().count() == 2


def test_a_held_payment_beside_a_good_one_makes_the_file_held(store: Store) -> None:
    good = remittance_file(1)
    bad = remittance_file(1, paid="9.00").replace(b"000000070", b"000000071")
    received = receive(store, good + bad.replace(b"TRACE1", b"TRACE2"))
    assert (received.outcome, received.claims) == ("held", 2)
    assert sorted(row.state for row in Payment.select()) == ["held", "posted"]


def test_what_was_cut_off_on_its_way_gives_way_to_the_whole(store: Store) -> None:
    whole = remittance_file(5)
    assert receive(store, whole[: len(whole) // 2]).outcome == "held"
    received = receive(store, whole)
    assert (received.outcome, received.claims) == ("posted", 5)
    assert "It takes the place of payment TRACE1 over 400.00 that was held" in reasons(received)
    assert [row.state for row in Payment.select()] == ["posted"]
    assert Remittance.select().count() == 5
    assert IncomingFile.select().count() == 2
    assert receive(store, whole[: len(whole) // 2]).outcome == "duplicate"
    assert receive(store, whole[: len(whole) // 3]).outcome == "duplicate"
    assert [
        one.problems for one in check_store(store.database, store.audit_key) if not one.ok
    ] == []


def test_the_deposit_of_a_payment_that_gives_way_waits_for_the_better_copy(store: Store) -> None:
    whole = remittance_file(5)
    receive(store, whole[: len(whole) // 2])
    held = Payment.get()
    deposit = Deposit.create(
        received_on=NOW.date(), amount=40000, line_key="1", matched=held.amount, created_at=NOW
    )
    DepositedPayment.create(payment=held, deposit=deposit, matched_by="hand")
    assert receive(store, whole).outcome == "posted"
    assert DepositedPayment.select().count() == 0
    assert Deposit.get().matched == 0


def test_only_a_held_payment_gives_way(store: Store) -> None:
    receive(store, remittance_file(1))
    with store.work(BILLER, NOW) as work, pytest.raises(Refused, match="is posted"):
        give_way(work, Payment.get().id)
    assert Payment.select().count() == 1


def test_fractions_of_a_cent_hold_a_payment(store: Store) -> None:
    content = remittance_file(1).replace(b"CAS*CO*45*20.00", b"CAS*CO*45*19.999")
    received = receive(store, content)
    assert received.outcome == "held"
    assert "fractions of a cent" in reasons(received)


@pytest.mark.parametrize(
    ("said", "instead", "why"),
    [
        (b"*C*ACH", b"*D*ACH", "BPR03 D"),
        (b"BPR*I*", b"BPR*P*", "BPR01 P"),
        (b"BPR*I*", b"BPR*H*", "BPR01 H), yet 80.00 is paid"),
    ],
)
def test_what_is_no_plain_payment_is_to_review(
    store: Store, said: bytes, instead: bytes, why: str
) -> None:
    content = remittance_file(1)
    assert said in content
    received = receive(store, content.replace(said, instead))
    assert received.outcome == "to review"
    assert why in reasons(received)
    assert Journal.select().count() == 0


def test_a_payment_waits_where_that_is_asked_for(store: Store) -> None:
    claims = [claim(n, lines=(line(1, line_control_number=f"L{n}"),)) for n in range(2)]
    receive(store, claim_file(claims))
    journals = Journal.select().count()
    received = receive(store, remittance_file(2), review=True)
    assert (received.outcome, received.claims, received.paid) == ("to review", 2, 16000)
    assert Payment.get().state == "to review"
    assert Journal.select().count() == journals
    again = receive(store, remittance_file(2).replace(b"000000070", b"000000071"))
    assert again.outcome == "posted"  # nothing of the first was posted: this one takes its place
    assert "that was to review since" in reasons(again)
    third = receive(store, remittance_file(2).replace(b"000000070", b"000000073"))
    assert third.outcome == "duplicate"
    assert Payment.select().count() == 1
    noted = AuditRecord.select().where(AuditRecord.action == "payment came again")
    assert [row.subject_id for row in noted] == [Payment.get().id]


def test_a_file_on_disk_is_read_as_it_is_kept(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "remittance.835"
    content = remittance_file(300)
    path.write_bytes(content)
    received = receive(store, path)
    assert received.claims == 300
    assert zlib.decompress(IncomingFile.get().content) == content


def test_stopping_leaves_nothing(store: Store) -> None:
    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    claims = [claim(n, lines=(line(1, line_control_number=f"L{n}"),)) for n in range(400)]
    content = claim_file(claims)
    with pytest.raises(Cancelled):
        receive(store, content, progress=stop)
    assert (IncomingFile.select().count(), Claim.select().count()) == (0, 0)
    assert receive(store, content).claims == 400


def test_the_name_of_a_file_is_made_plain(store: Store) -> None:
    receive(store, b"x", name="../../etc/\x1b[2Jclaims\u202e.837")
    assert IncomingFile.get().name == "\ufffd[2Jclaims\ufffd.837"


def test_a_control_number_used_for_several_claims_is_told_by_charge_and_date(store: Store) -> None:
    claims = [
        claim(lines=(line(1),)),
        claim(lines=(line(2),)),
        claim(charge=Decimal(60), lines=(line(2, charge=Decimal(60)),)),
    ]
    receive(store, claim_file(claims))
    content = remittance_file(2)
    # Of the two payments the second is about PCN1, for 120.00 of 2 February.
    received = receive(store, content)
    assert received.claims == 2
    paid = {row.patient_control_number: row.paid for row in Claim.select()}
    assert paid == {"PCN1": 0, "PCN1~2": 8000, "PCN1~3": 0}
    assert ClaimLine.get(ClaimLine.paid > 0).first_service_date.day == 2


def test_findings_are_bounded() -> None:
    findings = Findings()
    for number in range(MOST + 5):
        findings.say("warning", f"finding {number}")
    assert len(findings.all()) == MOST + 1
    assert findings.all()[-1].reason == "5 more findings are not listed."
