"""From Draft to Submitted, and what happens to the ledger and to earlier submissions."""

import datetime

import pytest

from rcm_tui.billing.claims import submission
from rcm_tui.billing.claims.submission import (
    first_reasons,
    mark_sent_elsewhere,
    mark_submitted,
    save_and_submit,
    take_ready_claims,
)
from rcm_tui.billing.claims.validation import Finding
from rcm_tui.billing.outcome import NOT_REACHED, Left, Refused
from rcm_tui.billing.undo import undo
from rcm_tui.data.audit import verify
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import CLAIM_STATUSES, Claim, ClaimLine
from rcm_tui.data.tables.ledger import Entry, Journal
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.data.tables.undo import UndoableAction
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice
from tests.stopping import stop_after


def status(claim: Claim) -> str:
    return str(Claim.get_by_id(claim.id).status)


def ready(practice: SmallPractice, count: int) -> list[Claim]:
    """Claims that are Ready to Submit, each of a client of its own."""
    return [
        practice.add_claim(client=practice.add_client(f"C{n}"), status="Ready to Submit")
        for n in range(count)
    ]


def test_save_and_submit_takes_the_good_and_leaves_the_others(store: Store) -> None:
    practice = small_practice()
    good, bad = practice.add_claim(), practice.add_claim(client=practice.add_client("HADDAD"))
    ClaimLine.update(pointers="3").where(ClaimLine.claim == bad).execute()
    with store.work(BILLER, NOW) as work:
        outcome = save_and_submit(work, [good.id, bad.id])
    assert (outcome.done, outcome.amount) == ([good.id], 32000)
    assert [(left.name, left.reason) for left in outcome.left] == [
        (bad.number, "The line points to diagnosis 3, and the claim has 1.")
    ]
    assert (status(good), status(bad)) == ("Ready to Submit", "Draft")
    assert Claim.get_by_id(bad.id).error_count == 1
    record = AuditRecord.get(AuditRecord.action == "claim status")
    assert (record.subject_id, record.details) == (
        good.id,
        '{"status":["Draft","Ready to Submit"]}',
    )


@pytest.mark.parametrize("before", [one for one in CLAIM_STATUSES if one != "Draft"])
def test_only_drafts_can_be_saved_and_submitted(store: Store, before: str) -> None:
    claim = small_practice().add_claim(status=before)
    with store.work(BILLER, NOW) as work:
        outcome = save_and_submit(work, [claim.id])
    assert outcome.left[0].reason == f"it is {before}, not a Draft"
    assert status(claim) == before


def test_a_warning_does_not_block(store: Store) -> None:
    claim = small_practice().add_claim(diagnoses="F84.0 F840")
    with store.work(BILLER, NOW) as work:
        assert save_and_submit(work, [claim.id]).done == [claim.id]
    assert Claim.get_by_id(claim.id).warning_count == 1


@pytest.mark.parametrize("in_steps", [True, False])
def test_stopped_in_the_middle_what_was_done_stays_and_the_rest_is_left(
    store: Store, monkeypatch: pytest.MonkeyPatch, in_steps: bool
) -> None:
    monkeypatch.setattr(submission, "STEP", 1)
    practice = small_practice()
    claims = [practice.add_claim(client=practice.add_client(f"C{n}")) for n in range(3)]
    with store.work(BILLER, NOW, in_steps=in_steps) as work:
        outcome = save_and_submit(work, [claim.id for claim in claims], stop_after(2))
    assert outcome.done == [claims[0].id, claims[1].id]
    assert outcome.left == [Left(claims[2].id, claims[2].number, NOT_REACHED)]
    assert [status(claim) for claim in claims] == ["Ready to Submit"] * 2 + ["Draft"]
    assert UndoableAction.get().title == "Save & Submit 2 claims"


def test_stopped_before_the_first_step_nothing_is_changed(store: Store) -> None:
    claim = small_practice().add_claim()
    with store.work(BILLER, NOW) as work:
        outcome = save_and_submit(work, [claim.id], stop_after(0))
    assert (outcome.done, outcome.not_reached) == ([], 1)
    assert status(claim) == "Draft"
    assert UndoableAction.select().count() == 0


def test_an_error_in_a_later_step_keeps_the_steps_before_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "STEP", 1)
    practice = small_practice()
    claims = [practice.add_claim(client=practice.add_client(f"C{n}")) for n in range(3)]

    def breaks(done: int, total: int) -> None:
        if done == 1:
            raise OSError("the disk is full")

    with pytest.raises(OSError), store.work(BILLER, NOW, in_steps=True) as work:
        save_and_submit(work, [claim.id for claim in claims], breaks)
    assert [status(claim) for claim in claims] == ["Ready to Submit", "Draft", "Draft"]
    action = UndoableAction.get()
    with store.work(BILLER, NOW) as work:
        undo(work, action.id)
    assert [status(claim) for claim in claims] == ["Draft"] * 3
    assert verify(store.database, store.audit_key)[1] == []


def test_take_ready_claims_is_the_oldest_of_that_clearinghouse(store: Store) -> None:
    practice = small_practice()
    elsewhere = Clearinghouse.create(
        name="Other",
        outgoing="o",
        incoming="i",
        sender_id="S",
        receiver_id="R",
        submitter_name="N",
        receiver_name="R",
    )
    far = practice.add_client("FAR", practice.add_payer("Far Mutual", clearinghouse=elsewhere))
    other = practice.add_claim(client=far, status="Ready to Submit")
    claims = ready(practice, 3)
    practice.add_claim(client=practice.add_client("DRAFT"))
    with store.work(BILLER, NOW) as work:
        assert take_ready_claims(work, practice.clearinghouse.id, 2) == [c.id for c in claims[:2]]
        assert take_ready_claims(work, practice.clearinghouse.id) == [c.id for c in claims]
        assert take_ready_claims(work, elsewhere.id) == [other.id]
        assert take_ready_claims(work, practice.clearinghouse.id, 0) == []
    assert {status(claim) for claim in claims} == {"Ready to Submit"}


def test_what_fails_at_the_last_look_goes_back_to_draft(store: Store) -> None:
    practice = small_practice()
    first, second = ready(practice, 2)
    ClaimLine.update(billed=0).where(ClaimLine.claim == first).execute()
    with store.work(BILLER, NOW) as work:
        assert take_ready_claims(work, practice.clearinghouse.id) == [second.id]
    assert (status(first), status(second)) == ("Draft", "Ready to Submit")
    assert Claim.get_by_id(first.id).error_count == 2


def test_when_all_fail_none_is_taken(store: Store) -> None:
    practice = small_practice()
    claims = ready(practice, 3)
    BusinessUnit.update(npi="").execute()
    with store.work(BILLER, NOW) as work:
        assert take_ready_claims(work, practice.clearinghouse.id, 1) == []
    assert {status(claim) for claim in claims} == {"Draft"}


def test_mark_submitted(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim([("97153", 8), ("97155", 4)], status="Ready to Submit")
    Claim.update(chain=None).execute()
    with store.work(BILLER, NOW) as work:
        mark_submitted(work, [claim.id])
    sent = Claim.get_by_id(claim.id)
    assert (sent.status, sent.acknowledgement, sent.adjudication) == (
        "Submitted",
        "pending",
        "pending",
    )
    assert (sent.submitted_at, sent.chain, sent.elsewhere) == (NOW, claim.id, False)
    assert (sent.payer_balance, sent.patient_balance) == (56000, 0)
    assert [line.payer_balance for line in ClaimLine.select().order_by(ClaimLine.position)] == [
        32000,
        24000,
    ]
    assert sum(entry.amount for entry in Entry.select()) == 0


@pytest.mark.parametrize("before", [one for one in CLAIM_STATUSES if one != "Ready to Submit"])
def test_only_ready_claims_are_marked(store: Store, before: str) -> None:
    practice = small_practice()
    [fine] = ready(practice, 1)
    claim = practice.add_claim(status=before)
    with pytest.raises(Refused, match=claim.number), store.work(BILLER, NOW) as work:
        mark_submitted(work, [fine.id, claim.id])
    assert (status(fine), status(claim)) == ("Ready to Submit", before)
    assert Journal.select().count() == 0


def test_sent_elsewhere(store: Store) -> None:
    claim = small_practice().add_claim(diagnoses="")
    sent_at = NOW - datetime.timedelta(days=40)
    with store.work(BILLER, NOW) as work:
        mark_sent_elsewhere(work, [claim.id], sent_at)
    sent = Claim.get_by_id(claim.id)
    assert (sent.status, sent.elsewhere, sent.submitted_at) == ("Submitted", True, sent_at)
    assert sent.payer_balance == 32000
    with pytest.raises(Refused, match="not a Draft"), store.work(BILLER, NOW) as work:
        mark_sent_elsewhere(work, [claim.id], sent_at)


@pytest.mark.parametrize(("frequency", "balance"), [("7", 16000), ("8", 0)])
def test_a_correction_takes_the_place_of_what_it_corrects(
    store: Store, frequency: str, balance: int
) -> None:
    practice = small_practice()
    [first] = ready(practice, 1)
    with store.work(BILLER, NOW) as work:
        mark_submitted(work, [first.id])
    second = practice.add_claim(
        [("97153", 4)],
        client=first.client,
        status="Ready to Submit",
        frequency=frequency,
        original_reference="ICN1",
        previous=first,
        chain=first.id,
    )
    with store.work(BILLER, NOW) as work:
        assert take_ready_claims(work, practice.clearinghouse.id) == [second.id]
        mark_submitted(work, [second.id])
    old, new = Claim.get_by_id(first.id), Claim.get_by_id(second.id)
    assert (old.status, old.payer_balance) == ("Historical", 0)
    assert (new.status, new.chain, new.payer_balance) == ("Submitted", first.id, balance)


def test_first_reasons() -> None:
    findings = [Finding("r", "error", "f", None, f"Reason {n}.") for n in (1, 1, 2, 3, 4, 5)]
    findings.append(Finding("r", "warning", "f", None, "Only a warning."))
    assert first_reasons(findings) == "Reason 1. Reason 2. Reason 3. And 2 more."
    assert first_reasons(findings[:3]) == "Reason 1. Reason 2."
