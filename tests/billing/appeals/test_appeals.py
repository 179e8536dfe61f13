"""Appeals: what can be appealed and why not, one at a time, level by level, and its case."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from peewee import IntegrityError

from rcm_tui.billing.appeals.answering import answer_appeals, recovered, withdraw_appeals
from rcm_tui.billing.appeals.documents import (
    files_of_chain,
    link_document,
    unlink_document,
)
from rcm_tui.billing.appeals.drafting import DraftLetter, draft_appeals, rewrite
from rcm_tui.billing.appeals.grounds import grounds_of
from rcm_tui.billing.appeals.levels import load_levels
from rcm_tui.billing.appeals.sending import draft_and_send, enclose_and_send, send_appeals
from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.timeline.files import attach
from rcm_tui.billing.cases.timeline.writing import add_note
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.records.appeal import proofs_of_appeal
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import Appeal, AppealLevel, AppealProof
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Payment, Remark, Remittance
from rcm_tui.data.tables.timeline import TimelineEntry
from tests.denials import denied_claim
from tests.practice_builder import BILLER, NOW, TODAY, small_practice

NOTICE = datetime.date(2026, 3, 12)
ALL = ("denial notice", "earlier decision")


def letter(text: str = "Please decide again.", *required: str) -> DraftLetter:
    return DraftLetter("Appeal", text, None, required)


def sent(store: Store, claim: Claim, now: datetime.datetime = NOW, **options: Any) -> Appeal:
    with store.work(BILLER, now) as work:
        outcome = draft_and_send(work, {claim.id: letter()}, "fax", enclosed=ALL, **options)
    assert outcome.left == []
    return Appeal.get_by_id(outcome.made[0])


def reason_left(store: Store, claim: Claim) -> str:
    found = grounds_of(store.database, [claim.id], TODAY)
    assert not found.taken
    return found.left[0].reason


def test_a_denied_claim_is_appealed_at_the_first_level_of_its_payer(store: Store) -> None:
    practice = small_practice()
    Payer.update(appeal_days=90).execute()
    claim = denied_claim(practice, "OSEI", "197")
    (ground,) = grounds_of(store.database, [claim.id], TODAY).taken
    assert (ground.level.level, ground.level.name, ground.reason) == (1, "appeal", "CO-197")
    assert ground.amount == claim.billed
    assert ground.meaning == "there was no authorization"
    assert (ground.notice_on, ground.deadline) == (NOTICE, NOTICE + datetime.timedelta(days=90))
    assert ground.days_left(TODAY) == 86


@pytest.mark.parametrize(
    ("indicator", "name", "days"),
    [
        ("MB", "redetermination", 120),
        ("16", "reconsideration", 60),
        ("CI", "appeal", 180),
    ],
)
def test_levels_follow_the_class_of_the_payer(
    store: Store, indicator: str, name: str, days: int
) -> None:
    practice = small_practice()
    Payer.update(filing_indicator=indicator).execute()
    claim = denied_claim(practice, "OSEI", "50")
    Coverage.update(filing_indicator="").execute()
    (ground,) = grounds_of(store.database, [claim.id], TODAY).taken
    assert (ground.level.name, (ground.deadline - NOTICE).days) == (name, days)


def test_a_payers_own_levels_stand_alone(store: Store) -> None:
    practice = small_practice()
    AppealLevel.create(payer=practice.payer, level=1, name="dispute", days=365)
    levels = load_levels(store.database)
    own = levels.of(practice.payer.id, "MB")
    assert [(level.name, level.days_to_file(90)) for level in own] == [("dispute", 365)]
    assert levels.of(None, "MB")[0].name == "redetermination"


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (
            {"acknowledgement": "rejected", "adjudication": "none"},
            "it was rejected, not denied: correct it and send it again",
        ),
        ({"status": "Draft"}, "it is Draft: no payer has decided it"),
        ({"status": "Historical"}, "it is Historical: a later submission stands for it"),
        ({"adjudication": "pending"}, "the payer has not answered yet"),
        ({"payer_balance": 0}, "nothing of it is open at the payer any more"),
    ],
)
def test_what_cannot_be_appealed_says_why(
    store: Store, columns: dict[str, Any], reason: str
) -> None:
    claim = denied_claim(small_practice(), "OSEI", "197")
    Claim.update(**columns).where(Claim.id == claim.id).execute()
    assert reason_left(store, claim) == reason


@pytest.mark.parametrize("share", ["1", "2", "3"])
def test_the_patients_share_is_no_denial(store: Store, share: str) -> None:
    claim = denied_claim(small_practice(), "OSEI", share)
    remittance = Remittance.get(Remittance.claim == claim)
    for adjustment in remittance.adjustments:
        adjustment.group_code = "PR"
        adjustment.save()
    Claim.update(payer_balance=0, patient_balance=claim.billed, adjudication="paid").execute()
    assert "the patient's share (PR)" in reason_left(store, claim)


def test_what_could_not_be_processed_is_never_appealed(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "16")
    Remark.create(remittance=Remittance.get(Remittance.claim == claim), code="MA130")
    assert "MA130" in reason_left(store, claim)
    assert "as a new claim" in reason_left(store, claim)


def test_an_underpayment_is_appealed_for_the_difference(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "45")
    Claim.update(payer_balance=0, underpaid=4500, adjudication="paid").execute()
    (ground,) = grounds_of(store.database, [claim.id], TODAY).taken
    assert (ground.reason, ground.amount, ground.notice_on) == ("CO-45", 4500, NOTICE)


def test_one_appeal_is_open_at_a_time_and_the_store_keeps_it(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "197")
    first = sent(store, claim)
    with store.work(BILLER, NOW) as work:
        outcome = draft_appeals(work, {claim.id: letter()})
    assert (outcome.made, outcome.left[0].reason) == (
        [],
        "appeal A-1001 is open, it was sent on 03/16/2026: answer or withdraw that first",
    )
    columns = {
        **{"claim": claim, "chain": first.chain, "level": 2, "level_name": "second"},
        **{"reason": "CO-197", "amount": 1, "notice_on": NOTICE, "created_at": NOW},
    }
    with pytest.raises(IntegrityError), store.database.atomic():
        Appeal.create(number="A-1", **columns)
    Appeal.create(number="A-2", state="closed", outcome="upheld", sent_on=NOTICE, **columns)


def test_levels_follow_each_other_from_the_answer_until_there_is_none(store: Store) -> None:
    practice = small_practice()
    claim = denied_claim(practice, "OSEI", "50")
    answered_on = TODAY
    for level, name in ((1, "appeal"), (2, "second appeal"), (3, "external review")):
        now = datetime.datetime.combine(answered_on, NOW.timetz())
        appeal = sent(store, claim, now)
        assert (appeal.level, appeal.level_name) == (level, name)
        if level > 1:
            assert appeal.notice_on == answered_on
        answered_on += datetime.timedelta(days=20)
        now = datetime.datetime.combine(answered_on, NOW.timetz())
        with store.work(BILLER, now) as work:
            answer_appeals(work, [appeal.id], "upheld")
    assert reason_left(store, claim) == (
        "Acme Health has 3 levels of appeal, and A-1003 (external review) was answered upheld:"
        " it was the last"
    )


def test_after_its_clock_it_needs_a_reason(store: Store) -> None:
    practice = small_practice()
    Payer.update(appeal_days=2).execute()
    claim = denied_claim(practice, "OSEI", "50")
    with store.work(BILLER, NOW) as work:
        refused = draft_appeals(work, {claim.id: letter()})
        assert refused.made == []
        assert refused.left[0].reason == (
            "its 2 days from the notice of 03/12/2026 ended on 03/14/2026: say why it is sent all"
            " the same"
        )
        late = draft_appeals(work, {claim.id: letter()}, late_reason="The notice came on Monday.")
    assert Appeal.get_by_id(late.made[0]).late_reason == "The notice came on Monday."


def test_documents_that_are_asked_for_hold_it_back(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "29")
    with store.work(BILLER, NOW) as work:
        drafted = draft_appeals(work, {claim.id: letter("Filed.", "277CA acceptance")})
        held = send_appeals(work, drafted.made, "portal")
        assert held.left[0].reason == "not enclosed: denial notice, 277CA acceptance"
        enclosed = {"denial notice", "277CA acceptance"}
        sent_with = enclose_and_send(work, drafted.made, "portal", enclosed=enclosed)
        assert sent_with.done == drafted.made
        with pytest.raises(Refused, match=r"A-1001 is sent: what was sent is kept"):
            rewrite(work, drafted.made[0], "Other", "Other words.")
    kinds = {proof.kind: (proof.required, proof.enclosed) for proof in AppealProof.select()}
    assert kinds == {
        "denial notice": (True, True),
        "277CA acceptance": (True, True),
    }


def test_a_document_is_a_file_of_a_case_of_its_claim(store: Store) -> None:
    practice = small_practice()
    claim, other = (denied_claim(practice, name, "29") for name in ("OSEI", "BRANDT"))
    with store.work(BILLER, NOW) as work:
        cases = [open_case(work, [one.id], {"subject": "Late"}).made[0] for one in (claim, other)]
        of_it, of_another = (
            attach(work, [case], store.files, "proof.pdf", b"%PDF", most=99).made[0]
            for case in cases
        )
        note = add_note(work, [cases[0]], "No file").made[0]
        asked = letter("Filed.", "277CA acceptance")
        with pytest.raises(Refused, match="denial notice: that is no file of a case in which"):
            draft_appeals(work, {claim.id: replace(asked, files={"denial notice": of_another})})
        files = replace(asked, files={"denial notice": of_it})
        (appeal,) = draft_appeals(work, {claim.id: files}).made
        held = send_appeals(work, [appeal], "portal")
        assert held.left[0].reason == "not enclosed: 277CA acceptance"
        for entry in (of_another, note, 0):
            with pytest.raises(Refused, match="no file of a case"):
                link_document(work, appeal, "277CA acceptance", entry)
        with pytest.raises(Refused, match="'passport' is no document"):
            link_document(work, appeal, "passport", of_it)
        link_document(work, appeal, "277CA acceptance", of_it)
        link_document(work, appeal, "session notes", of_it)
        unlink_document(work, appeal, "denial notice")
        with pytest.raises(Refused, match="denial notice of A-1001 has no file"):
            unlink_document(work, appeal, "denial notice")
        held = send_appeals(work, [appeal], "portal")
        assert held.left[0].reason == "not enclosed: denial notice"
        link_document(work, appeal, "denial notice", of_it)
    with store.work(BILLER, NOW) as work:
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        undo(work, action.id)
        assert not AppealProof.get(AppealProof.kind == "denial notice").enclosed
    with store.work(BILLER, NOW) as work:
        link_document(work, appeal, "denial notice", of_it)
        assert send_appeals(work, [appeal], "portal").done == [appeal]
        with pytest.raises(Refused, match="A-1001 is sent"):
            unlink_document(work, appeal, "denial notice")
    assert [
        (one.kind, one.required, one.file_name) for one in proofs_of_appeal(store.database, appeal)
    ] == [
        ("denial notice", True, "proof.pdf"),
        ("277CA acceptance", True, "proof.pdf"),
        ("session notes", False, "proof.pdf"),
    ]
    (document,) = {one.name for one in files_of_chain(store.database, claim.chain or claim.id)}
    assert document == "proof.pdf"


def test_a_letter_keeps_its_columns_and_nothing_that_acts(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "50")
    text = "\n\nDear\x1b[31m\r\n  03/02  97153   8 units\n" + " " * 90 + "far\n \n"
    with store.work(BILLER, NOW) as work:
        drafted = draft_appeals(work, {claim.id: letter(text)})
    kept = Appeal.get_by_id(drafted.made[0]).letter
    assert kept == "Dear\ufffd[31m\n  03/02  97153   8 units\n" + " " * 40 + "far"


def test_its_case_awaits_the_answer_and_is_told_of_it(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "50")
    with store.work(BILLER, NOW) as work:
        case = open_case(work, [claim.id], {}).made[0]
    appeal = sent(store, claim, reference="FX-1")
    row = CaseFile.get_by_id(case)
    assert (row.stage, row.follow_up) == ("Awaiting Payment", appeal.answer_due)
    assert (appeal.case_id, appeal.how, appeal.reference) == (case, "fax", "FX-1")
    assert appeal.answer_due == TODAY + datetime.timedelta(days=30)
    with store.work(BILLER, NOW) as work:
        answer_appeals(work, [appeal.id], "partly", won=1000, note="Half of the units.")
    events = [entry.text for entry in TimelineEntry.select().where(TimelineEntry.kind == "event")]
    assert events[-2:] == [
        f"Appeal A-1001 (appeal) of {claim.number} sent by fax. Answer due 04/15/2026.",
        f"Appeal A-1001 (appeal) of {claim.number}: partly, 10.00 won.",
    ]
    assert CaseFile.get_by_id(case).follow_up == TODAY
    answered = Appeal.get_by_id(appeal.id)
    assert (answered.state, answered.outcome, answered.won) == ("closed", "partly", 1000)


def test_answers_that_cannot_be_are_refused(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "50")
    appeal = sent(store, claim)
    later = TODAY + datetime.timedelta(days=1)
    with store.work(BILLER, NOW) as work:
        for outcome, options, words in (
            ("lost", {}, "is no answer to an appeal"),
            ("partly", {}, "say how much was won"),
            ("partly", {"won": claim.billed}, "lies between nothing and"),
            ("upheld", {"won": 1}, "nothing was won"),
            ("overturned", {"answered_on": later}, "is a day to come"),
        ):
            with pytest.raises(Refused, match=words):
                answer_appeals(work, [appeal.id], outcome, **options)  # type: ignore[arg-type]
        with pytest.raises(Refused, match="no way to send"):
            send_appeals(work, [appeal.id], "pigeon")
        early = answer_appeals(
            work, [appeal.id], "overturned", answered_on=TODAY - datetime.timedelta(days=2)
        )
        assert early.left[0].reason.startswith("it was sent on 03/16/2026, after")
        assert answer_appeals(work, [appeal.id], "overturned").amount == claim.billed
        again = answer_appeals(work, [appeal.id], "upheld")
        assert again.left[0].reason == "it is closed: only what was sent is answered"


def test_withdrawn_it_can_be_appealed_again_at_its_level(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "50")
    appeal = sent(store, claim)
    with store.work(BILLER, NOW) as work:
        withdraw_appeals(work, [appeal.id], "Sent to the wrong address.")
    assert Appeal.get_by_id(appeal.id).outcome == "withdrawn"
    (ground,) = grounds_of(store.database, [claim.id], TODAY).taken
    assert (ground.level.level, ground.notice_on) == (1, NOTICE)


def test_every_step_is_undone_until_something_has_built_on_it(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "50")
    with store.work(BILLER, NOW) as work:
        case = open_case(work, [claim.id], {}).made[0]
    appeal = sent(store, claim)
    action = last_undoable(store.database, BILLER.login)
    assert action is not None
    assert action.title == "Appeal 1 claim"
    with store.work(BILLER, NOW) as work:
        answer_appeals(work, [appeal.id], "upheld")
    with pytest.raises(Refused), store.work(BILLER, NOW) as work:
        undo(work, action.id)
    answered = last_undoable(store.database, BILLER.login)
    assert answered is not None
    with store.work(BILLER, NOW) as work:
        undo(work, answered.id)
    assert Appeal.get_by_id(appeal.id).state == "sent"
    with store.work(BILLER, NOW) as work:
        undo(work, action.id)
    assert Appeal.select().count() == 0
    row = CaseFile.get_by_id(case)
    assert (row.stage, row.follow_up) == ("New", None)


def test_money_that_came_since_it_was_sent_is_recovered(store: Store) -> None:
    practice = small_practice()
    claim = denied_claim(practice, "OSEI", "50")
    appeal = sent(store, claim)
    assert recovered(store.database, [appeal.id]) == {}
    payment = Payment.create(
        **{"payer": claim.payer, "amount": 5000, "set_key": "s", "payment_key": "p"},
        **{"state": "posted", "received_at": NOW + datetime.timedelta(days=10)},
    )
    Remittance.create(
        **{"payment": payment, "position": 1, "claim": claim, "state": "posted"},
        **{"patient_control_number": claim.patient_control_number, "status_code": "1"},
        **{"charge": claim.billed, "paid": 5000},
    )
    assert recovered(store.database, [appeal.id]) == {appeal.id: 5000}
    with store.work(BILLER, NOW) as work:
        withdraw_appeals(work, [appeal.id])
    assert recovered(store.database, [appeal.id]) == {}
