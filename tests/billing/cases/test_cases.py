"""Cases: one active case per claim and chain, its stages and sums, and taking all that back."""

import datetime
import json
import threading
from typing import Any

import peewee
import pytest

from rcm_tui.billing.cases.claims import add_claims, remove_claims
from rcm_tui.billing.cases.opening import denial_codes, open_case, propose_case
from rcm_tui.billing.cases.stages import advance, cancel, reopen, resolve, set_stage
from rcm_tui.billing.cases.totals import FIGURES, case_totals
from rcm_tui.billing.check import check_store
from rcm_tui.billing.editing import Invalid, save, save_many
from rcm_tui.billing.ledger import NewJournal, post_charges, post_journals, refresh_balances
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.ledger import PAYER_RECEIVABLE
from tests.practice_builder import BILLER, MANAGER, NOW, TODAY, SmallPractice, small_practice

SUBJECT = {"subject": "Authorization missing"}
TOM = Actor("tom", "Tom Berg", "biller")


def do(store: Store, function: Any, *args: Any, actor: Actor = MANAGER, **options: Any) -> Any:
    with store.work(actor, NOW) as work:
        return function(work, *args, **options)


def opened(store: Store, claims: list[Claim], **fields: Any) -> CaseFile:
    outcome = do(store, open_case, [claim.id for claim in claims], {**SUBJECT, **fields})
    assert outcome.done == sorted(claim.id for claim in claims)
    return CaseFile.get_by_id(outcome.made[0])


def undo_last(store: Store) -> Outcome:
    last = last_undoable(store.database, BILLER.login)
    assert last is not None
    outcome: Outcome = do(store, undo, last.id)
    return outcome


def denied(practice: SmallPractice, count: int, **columns: Any) -> list[Claim]:
    given = {"adjudication": "denied", "payer_balance": 32000, **columns}
    return [practice.add_claim(status="Submitted", **given) for _ in range(count)]


def active_links() -> set[tuple[int, int]]:
    return {(link.case_id, link.chain) for link in CaseClaim.select().where(CaseClaim.active == 1)}


def test_a_case_has_its_claims_payer_patient_owner_and_sums(store: Store) -> None:
    practice = small_practice()
    claims = denied(practice, 2, paid=0)
    late = practice.add_claim(
        status="Submitted", day=datetime.date(2026, 3, 9), payer_balance=100, patient_balance=7
    )
    case = opened(store, [*claims, late], priority="high", follow_up=TODAY)
    assert case.number == "K-1001"
    assert (case.owner, case.priority, case.stage) == ("maria", "high", "New")
    assert (case.payer_id, case.client_id) == (practice.payer.id, practice.client.id)
    assert case.opened_at == NOW
    assert case.claims == 3
    assert case.billed == sum(claim.billed for claim in [*claims, late])
    assert case.expected == sum(claim.expected for claim in [*claims, late])
    assert (case.outstanding, case.patient_outstanding) == (64100, 7)
    assert (case.first_service_date, case.last_service_date) == (
        claims[0].first_service_date,
        datetime.date(2026, 3, 9),
    )
    actions = {(r.subject, r.action) for r in AuditRecord.select()}
    assert {("case_file", "added"), ("case_file", "claims added")} <= actions
    assert ("claim", "case: claims added") in actions


def test_claims_of_two_payers_and_patients_leave_both_open(store: Store) -> None:
    practice = small_practice()
    other = practice.add_client("OSEI", practice.add_payer("Blue Meadow"))
    case = opened(store, [*denied(practice, 1), *denied(practice, 1, client=other)])
    assert (case.payer_id, case.client_id) == (None, None)


def test_a_claim_in_an_active_case_is_left_with_a_reason_that_names_it(store: Store) -> None:
    practice = small_practice()
    first, second = denied(practice, 2)
    case = opened(store, [first])
    proposal = propose_case(store.database, [first.id, second.id])
    assert proposal.claims == [second.id]
    assert [(left.name, case.number in left.reason) for left in proposal.left] == [
        (first.number, True)
    ]
    outcome = do(store, open_case, [first.id, second.id], SUBJECT)
    assert outcome.done == [second.id]
    assert [left.key for left in outcome.left] == [first.id]
    with pytest.raises(Refused, match=case.number):
        do(store, open_case, [first.id], SUBJECT)
    assert CaseFile.select().count() == 2


def test_the_whole_submission_chain_counts(store: Store) -> None:
    practice = small_practice()
    (original,) = denied(practice, 1, payer_balance=0, paid=500)
    corrected = practice.add_claim(
        [("97153", 4)],
        status="Submitted",
        chain=original.chain,
        previous=original,
        payer_balance=9000,
    )
    Claim.update(status="Historical").where(Claim.id == original.id).execute()
    assert propose_case(store.database, [original.id, corrected.id]).claims == [corrected.id]
    case = opened(store, [original])
    assert (case.claims, case.billed, case.outstanding, case.paid) == (
        1,
        corrected.billed,
        9000,
        500,
    )
    with pytest.raises(Refused, match=case.number):
        do(store, open_case, [corrected.id], SUBJECT)
    do(store, resolve, [case.id])
    assert do(store, open_case, [corrected.id], SUBJECT).done == [corrected.id]


def test_the_store_keeps_a_second_active_case_from_a_chain(store: Store) -> None:
    (claim,) = denied(small_practice(), 1)
    opened(store, [claim])
    second = CaseFile.create(number="K-9", subject="x", opened_at=NOW)
    values = {"case": second, "claim": claim, "chain": claim.chain, "added_at": NOW}
    with pytest.raises(peewee.IntegrityError), store.database.atomic():
        CaseClaim.create(**values)
    CaseClaim.create(**values, active=False)


def test_twenty_at_once_open_one_case(store: Store) -> None:
    claims = denied(small_practice(), 3)
    keys = [claim.id for claim in claims]
    outcomes: list[Outcome] = []
    refused: list[str] = []
    start = threading.Barrier(20)

    def race(number: int) -> None:
        start.wait()
        try:
            with store.work(Actor(f"p{number}"), NOW) as work:
                outcomes.append(open_case(work, keys, SUBJECT))
        except Refused as error:
            refused.append(str(error))
        finally:
            store.database.close()

    threads = [threading.Thread(target=race, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1
    assert len(refused) == 19
    assert all("K-1001" in reason for reason in refused)
    assert len(active_links()) == 3
    assert CaseFile.select().count() == 1


def test_stages_go_onward_one_step_each(store: Store) -> None:
    practice = small_practice()
    cases = [opened(store, denied(practice, 1)) for _ in range(3)]
    keys = [case.id for case in cases]
    do(store, advance, keys[1:])
    do(store, advance, keys[2:])
    outcome = do(store, advance, keys)
    assert outcome.done == keys[:2]
    assert outcome.amount == 64000
    assert [left.name for left in outcome.left] == [cases[2].number]
    stages = [case.stage for case in CaseFile.select().order_by(CaseFile.id)]
    assert stages == ["In Progress", "Awaiting Payment", "Awaiting Payment"]
    outcome = do(store, set_stage, keys, "Awaiting Payment")
    assert outcome.done == keys[:1]
    record = AuditRecord.select().where(AuditRecord.action == "stage").first()
    assert json.loads(record.details) == {"stage": ["New", "In Progress"]}


@pytest.mark.parametrize(("close", "stage"), [(resolve, "Resolved"), (cancel, "Cancelled")])
def test_closing_frees_the_claims_and_reopening_takes_them_back(
    store: Store, close: Any, stage: str
) -> None:
    claims = denied(small_practice(), 2)
    case = opened(store, claims)
    assert do(store, close, [case.id]).done == [case.id]
    closed = CaseFile.get_by_id(case.id)
    assert (closed.stage, closed.closed_at) == (stage, NOW)
    assert active_links() == set()
    assert "already" in do(store, close, [case.id]).left[0].reason
    assert do(store, reopen, [case.id]).done == [case.id]
    again = CaseFile.get_by_id(case.id)
    assert (again.stage, again.closed_at) == ("In Progress", None)
    assert len(active_links()) == 2
    assert "open" in do(store, reopen, [case.id]).left[0].reason


def test_reopening_is_refused_while_another_active_case_holds_a_claim(store: Store) -> None:
    one, two = denied(small_practice(), 2)
    first = opened(store, [one, two])
    do(store, resolve, [first.id])
    second = opened(store, [two])
    for again in (reopen, lambda work, keys: set_stage(work, keys, "New")):
        (left,) = do(store, again, [first.id]).left
        assert second.number in left.reason
        assert two.number in left.reason
    do(store, cancel, [second.id])
    third = opened(store, [one])
    do(store, cancel, [third.id])
    outcome = do(store, reopen, [first.id, second.id, third.id])
    assert outcome.done == [first.id]
    assert {left.key for left in outcome.left} == {second.id, third.id}
    assert len(active_links()) == 2


def test_claims_are_added_and_taken_out(store: Store) -> None:
    practice = small_practice()
    one, two = denied(practice, 2)
    other = practice.add_client("OSEI", practice.add_payer("Blue Meadow"))
    (three,) = denied(practice, 1, client=other)
    case = opened(store, [one])
    outcome = do(store, add_claims, case.id, [one.id, two.id, three.id])
    assert outcome.done == [two.id, three.id]
    assert [left.key for left in outcome.left] == [one.id]
    mixed = CaseFile.get_by_id(case.id)
    assert (mixed.claims, mixed.payer_id, mixed.client_id) == (3, None, None)
    outcome = do(store, remove_claims, case.id, [three.id, practice.add_claim().id])
    assert outcome.done == [three.id]
    assert len(outcome.left) == 1
    alike = CaseFile.get_by_id(case.id)
    assert (alike.claims, alike.payer_id, alike.client_id) == (
        2,
        practice.payer.id,
        practice.client.id,
    )
    do(store, cancel, [case.id])
    with pytest.raises(Refused, match="reopen it first"):
        do(store, add_claims, case.id, [three.id])


def test_the_sums_follow_the_ledger(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim(status="Submitted")
    case = opened(store, [claim])
    do(store, post_charges, [claim.id])
    assert CaseFile.get_by_id(case.id).outstanding == claim.billed
    entries = [
        (PAYER_RECEIVABLE, claim.id, None, -5000),
        ("payer payments", claim.id, None, 5000),
    ]
    do(store, post_journals, [NewJournal("remittance", claim.id, entries)])
    do(store, refresh_balances, [claim.id])
    now = CaseFile.get_by_id(case.id)
    assert (now.paid, now.outstanding, now.version) == (5000, claim.billed - 5000, 2)


@pytest.mark.parametrize("close", [None, resolve])
def test_opening_and_closing_are_undone(store: Store, close: Any) -> None:
    practice = small_practice()
    claim = practice.add_claim(status="Submitted")
    case = opened(store, [claim])
    if close is not None:
        do(store, close, [case.id])
    do(store, post_charges, [claim.id])  # money that comes in between does not stand in the way
    undo_last(store)
    if close is None:
        assert CaseFile.select().count() == CaseClaim.select().count() == 0
    else:
        again = CaseFile.get_by_id(case.id)
        assert (again.stage, again.closed_at, again.outstanding) == ("New", None, claim.billed)
        assert active_links() == {(case.id, claim.chain)}


def test_undoing_is_refused_when_the_claim_has_come_to_another_case(store: Store) -> None:
    one, two = denied(small_practice(), 2)
    case = opened(store, [one, two])
    do(store, remove_claims, case.id, [two.id])
    taken_out = last_undoable(store.database, BILLER.login)
    do(store, open_case, [two.id], SUBJECT, actor=TOM)
    assert taken_out is not None
    with pytest.raises(Refused, match="K-1002"):
        do(store, undo, taken_out.id)
    do(store, resolve, [case.id])
    closed = last_undoable(store.database, BILLER.login)
    do(store, open_case, [one.id], SUBJECT, actor=TOM)
    assert closed is not None
    with pytest.raises(Refused, match="K-1003"):
        do(store, undo, closed.id)


def test_adding_and_taking_out_are_undone_with_the_sums(store: Store) -> None:
    one, two = denied(small_practice(), 2)
    case = opened(store, [one])
    do(store, add_claims, case.id, [two.id])
    undo_last(store)
    assert CaseFile.get_by_id(case.id).claims == 1
    do(store, add_claims, case.id, [two.id])
    do(store, remove_claims, case.id, [one.id])
    undo_last(store)
    now = CaseFile.get_by_id(case.id)
    assert (now.claims, now.outstanding) == (2, 64000)
    kept = case_totals(store.database, [case.id])[case.id].values()
    assert [getattr(now, name) for name in FIGURES[:6]] == kept[:6]


def test_cases_are_edited_in_forms_alone_and_together(store: Store) -> None:
    practice = small_practice()
    cases = [opened(store, denied(practice, 1)) for _ in range(3)]
    do(store, save, "case_file", cases[0].id, cases[0].version, {"carc": "co197, oa18"})
    assert CaseFile.get_by_id(cases[0].id).carc == "CO-197 OA-18"
    version = CaseFile.get_by_id(cases[0].id).version
    with pytest.raises(Invalid, match="add it there first"):
        do(store, save, "case_file", cases[0].id, version, {"resolved_carc": "CO-16"})
    with pytest.raises(Invalid, match="CO-197"):
        do(store, save, "case_file", cases[0].id, version, {"carc": "nonsense"})
    do(store, cancel, [cases[2].id])
    outcome = do(
        store,
        save_many,
        "case_file",
        [case.id for case in cases],
        {"owner": "tom", "priority": "low", "follow_up": TODAY},
    )
    assert outcome.done == [cases[0].id, cases[1].id]
    assert "reopen it" in outcome.left[0].reason
    undo_last(store)
    assert {case.owner for case in CaseFile.select()} == {"maria"}


def test_a_case_needs_a_subject_and_a_known_priority(store: Store) -> None:
    claims = denied(small_practice(), 1)
    with pytest.raises(Invalid, match="Subject is empty"):
        do(store, open_case, [claims[0].id], {"subject": " "})
    with pytest.raises(Invalid, match="Priority"):
        do(store, open_case, [claims[0].id], {**SUBJECT, "priority": "urgent"})
    assert CaseFile.select().count() == 0
    assert denial_codes(store.database, [claims[0].id]) == ""


def test_the_proof_of_the_store_finds_a_case_that_says_something_else(
    store: Store,
) -> None:
    (claim,) = denied(small_practice(), 1)
    case = opened(store, [claim])

    def found() -> list[str]:
        checks = check_store(store.database, store.audit_key)
        return next(check.problems for check in checks if check.name == "cases")

    assert found() == []
    CaseFile.update(outstanding=1).where(CaseFile.id == case.id).execute()
    assert found() == [f"case {case.number}: outstanding says 1, its claims make 32000"]
    CaseFile.update(outstanding=32000).where(CaseFile.id == case.id).execute()
    CaseClaim.update(active=False).execute()
    assert found() == [f"case {case.number} and its claims disagree on whether it is active"]
