"""Sessions reopened or changed after their claim line exists: what was billed, and what then.

Sources: F:17 and F:70 of the facts on charges and claims, S:65 to S:69 of the seed on the billing
workflow; the rest is ours.
"""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from rcm_tui.billing.charges.as_billed import differences
from rcm_tui.billing.charges.recording import set_session_status
from rcm_tui.billing.charges.reopening import change_sessions, reopen_sessions
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.resubmission import correct_claims, set_back
from rcm_tui.billing.claims.submission import mark_submitted
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import BilledCharge, ChargeItem, Session
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.ledger import Entry
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice

LONGER = datetime.timedelta(minutes=30)
NEXT_DAY = SERVICE_DAY + datetime.timedelta(days=1)


def do(store: Store, function: Any, *arguments: Any) -> Any:
    with store.work(BILLER, NOW) as work:
        return function(work, *arguments)


def billed(store: Store, practice: SmallPractice, *charges: ChargeItem) -> list[Claim]:
    """The charges on claims, by generation."""
    for charge in charges:
        ChargeItem.update(status="Ready to Bill").where(ChargeItem.id == charge.id).execute()
    do(store, generate_claims, GenerationChoice(charge_items=[charge.id for charge in charges]))
    return list(Claim.select().order_by(Claim.id))


def sent(store: Store, claim: Claim, number: str = "ICN1") -> None:
    """The claim submitted, and known to the payer by a number."""
    Claim.update(status="Ready to Submit").where(Claim.id == claim.id).execute()
    do(store, mark_submitted, [claim.id])
    Claim.update(payer_claim_control_number=number, acknowledgement="accepted by payer").where(
        Claim.id == claim.id
    ).execute()


def lengthen(store: Store, charge: ChargeItem) -> Outcome:
    session = Session.get_by_id(charge.session_id)
    changes = {session.id: {"ends_at": session.ends_at + LONGER}}
    outcome: Outcome = do(store, change_sessions, changes)
    return outcome


def again(row: Any) -> Any:
    return type(row).get_by_id(row.id)


def whole() -> list[Any]:
    """Everything that conserving means: charges, lines and claims, without versions."""
    rows = []
    for table in (ChargeItem, ClaimLine, Claim, Session):
        for row in table.select().order_by(table.id).dicts():
            rows.append({name: value for name, value in row.items() if name != "version"})
    return rows


def conserved() -> bool:
    """Every line of a claim says the sum of its charge items, and a claim that of its lines."""
    for line in ClaimLine.select():
        items = list(ChargeItem.select().where(ChargeItem.claim_line == line))
        if line.claim.status != "Submitted" or items:
            if sum((item.units for item in items), Decimal(0)) != line.units:
                return False
            if sum(item.billed for item in items) != line.billed:
                return False
    return all(
        claim.billed == sum(line.billed for line in claim.lines)
        and claim.line_count == claim.lines.count()
        for claim in Claim.select()
    )


class TestReopening:
    def test_keeps_what_was_billed_and_shows_what_changed(self, store: Store) -> None:
        """F:17, S:65."""
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        do(store, reopen_sessions, [charge.session_id], "the end was wrong")
        assert again(charge).status == "Awaiting Resubmission"
        assert differences(store.database, [charge.id]) == {charge.id: []}
        lengthen(store, charge)
        do(store, set_session_status, [charge.session_id], "submitted")
        shown = [str(one) for one in differences(store.database, [charge.id])[charge.id]]
        assert shown == ["time 09:00-11:00 → 09:00-11:30", "units 8 → 10", "amount 320.00 → 400.00"]
        assert again(charge).status == "Awaiting Resubmission"

    @pytest.mark.parametrize(
        ("change", "seen"),
        [
            ({"procedure_code": "97155"}, ["code 97153 → 97155", "amount 320.00 → 480.00"]),
            ({"telehealth": True}, ["modifiers none → 95", "place 11 → 02", "telehealth no → yes"]),
            ({"modifiers": "HM"}, ["modifiers none → HM"]),
        ],
    )
    def test_each_thing_that_changed_is_named(
        self, store: Store, change: dict[str, Any], seen: list[str]
    ) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        do(store, change_sessions, {charge.session_id: change})
        shown = [str(one) for one in differences(store.database, [charge.id])[charge.id]]
        assert shown == seen

    def test_the_place_and_who_are_named(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        change = {"location": practice.home.id, "practitioner": practice.supervisor.id}
        do(store, change_sessions, {charge.session_id: change})
        shown = [str(one) for one in differences(store.database, [charge.id])[charge.id]]
        assert shown == [
            "place 11 → 12",
            "practitioner TERRY, SAM → RUIZ, DANA",
            "location North office → Client's home",
        ]

    def test_a_reason_is_needed(self, store: Store) -> None:
        charge = small_practice().add_charge()
        with pytest.raises(Refused, match="reason"):
            do(store, reopen_sessions, [charge.session_id], " ")

    def test_what_is_billed_externally_is_not_changed_silently(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge(status="Billed Externally")
        before = whole()
        outcome = lengthen(store, charge)
        assert "undo its marking, or correct it in the external" in outcome.left[0].reason
        assert whole() == before

    def test_ready_to_bill_is_new_again_when_its_session_changes(self, store: Store) -> None:
        charge = small_practice().add_charge(status="Ready to Bill")
        lengthen(store, charge)
        assert (again(charge).status, again(charge).units) == ("New", 10)

    @pytest.mark.parametrize("change", [{"service": "ABA at school"}, {"note": "x"}, {}])
    def test_what_is_not_billed_may_change(self, store: Store, change: dict[str, Any]) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        do(store, change_sessions, {charge.session_id: change})
        assert again(charge).status == "Claim Line Created"
        assert BilledCharge.select().count() == 0

    def test_the_same_values_change_nothing(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        records = AuditRecord.select().count()
        session = Session.get_by_id(charge.session_id)
        same = {"ends_at": session.ends_at, "location": practice.office.id, "telehealth": False}
        assert do(store, change_sessions, {session.id: same}).done == []
        assert (again(charge).status, again(session).version) == ("Claim Line Created", 1)
        assert AuditRecord.select().count() == records

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"ends_at": NOW - datetime.timedelta(days=30)}, "is not after the start"),
            ({"ends_at": datetime.datetime(2026, 3, 2, 20)}, "time zone"),
            ({"procedure_code": " "}, "no procedure code"),
        ],
    )
    def test_what_makes_no_sense_is_left(
        self, store: Store, change: dict[str, Any], says: str
    ) -> None:
        charge = small_practice().add_charge()
        outcome = do(store, change_sessions, {charge.session_id: change})
        assert [says in left.reason for left in outcome.left] == [True]
        assert Session.get().version == 1

    def test_a_claim_is_of_one_client(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        other = practice.add_client("HADDAD")
        outcome = do(store, change_sessions, {charge.session_id: {"client": other.id}})
        assert "is one of its own" in outcome.left[0].reason

    def test_an_unknown_field_is_a_mistake_of_the_program(self, store: Store) -> None:
        charge = small_practice().add_charge()
        with pytest.raises(ValueError, match="not status"):
            do(store, change_sessions, {charge.session_id: {"status": "submitted"}})

    def test_it_can_be_undone(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        before = whole()
        lengthen(store, charge)
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        do(store, undo, action.id)
        assert whole() == before
        assert BilledCharge.select().count() == 0


class TestSettingBack:
    """F:17, S:69."""

    def test_bills_again_what_the_line_bills(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        lengthen(store, charge)
        outcome = do(store, set_back, [charge.id])
        item = again(charge)
        assert (outcome.done, outcome.amount) == ([charge.id], 32000)
        assert (item.status, item.units, item.billed) == ("Claim Line Created", 8, 32000)
        assert conserved()
        # The session keeps what was changed in it, and that stays on view.
        assert [one.what for one in differences(store.database, [charge.id])[charge.id]] == ["time"]

    def test_reopened_once_more_it_is_compared_with_what_is_billed(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        lengthen(store, charge)
        do(store, set_back, [charge.id])
        lengthen(store, charge)
        shown = [str(one) for one in differences(store.database, [charge.id])[charge.id]]
        assert shown == ["time 09:00-11:00 → 09:00-12:00", "units 8 → 12", "amount 320.00 → 480.00"]

    def test_only_what_awaits_resubmission(self, store: Store) -> None:
        charge = small_practice().add_charge()
        outcome = do(store, set_back, [charge.id])
        assert (outcome.done, len(outcome.left)) == ([], 1)


class TestCorrectingWhatWasNotSent:
    @pytest.mark.parametrize("status", ["Draft", "Ready to Submit"])
    def test_the_line_is_made_anew_and_the_claim_checked(self, store: Store, status: str) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(), practice.add_charge(day=NEXT_DAY)
        [claim] = billed(store, practice, charge, other)
        Claim.update(status=status).execute()
        lengthen(store, charge)
        outcome = do(store, correct_claims, [charge.id])
        lines = list(ClaimLine.select().order_by(ClaimLine.position))
        assert (outcome.done, outcome.made, outcome.left) == ([charge.id], [claim.id], [])
        assert [(line.units, line.billed) for line in lines] == [(10, 40000), (8, 32000)]
        assert (again(claim).billed, again(claim).status) == (72000, status)
        assert again(charge).status == "Claim Line Created"
        assert BilledCharge.select().count() == 0
        assert conserved()

    def test_a_line_shared_with_other_sessions_keeps_theirs(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(hour=12), practice.add_charge(hour=18)
        billed(store, practice, charge, other)
        lengthen(store, charge)
        do(store, correct_claims, [charge.id])
        [line] = ClaimLine.select()
        assert (line.units, line.billed, line.expected) == (18, 72000, 54000)
        assert conserved()

    def test_another_code_moves_it_to_a_line_of_its_own(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(hour=12), practice.add_charge(hour=18)
        [claim] = billed(store, practice, charge, other)
        do(store, change_sessions, {charge.session_id: {"modifiers": "HM"}})
        do(store, correct_claims, [charge.id])
        lines = [(line.modifiers, line.units) for line in again(claim).lines]
        assert lines == [("", 8), ("HM", 8)]
        assert again(charge).claim_line.position == 2
        assert conserved()

    def test_and_onto_a_line_that_bills_the_same(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(), practice.add_charge(day=NEXT_DAY)
        [claim] = billed(store, practice, charge, other)
        session = Session.get_by_id(charge.session_id)
        day = datetime.timedelta(days=1, hours=4)
        moved = {"starts_at": session.starts_at + day, "ends_at": session.ends_at + day}
        do(store, change_sessions, {session.id: moved})
        do(store, correct_claims, [charge.id])
        [line] = again(claim).lines
        assert (line.units, line.first_service_date) == (16, NEXT_DAY)
        assert (again(claim).line_count, again(claim).first_service_date) == (1, NEXT_DAY)
        assert conserved()

    def test_what_belongs_on_another_claim_is_new_again(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(), practice.add_charge(day=NEXT_DAY)
        [claim] = billed(store, practice, charge, other)
        do(store, change_sessions, {charge.session_id: {"location": practice.home.id}})
        outcome = do(store, correct_claims, [charge.id])
        assert outcome.done == [charge.id]
        assert (again(charge).status, again(charge).claim_line) == ("New", None)
        assert (again(claim).billed, again(claim).line_count) == (32000, 1)
        assert conserved()

    def test_a_claim_whose_sessions_all_moved_alike_moves_with_them(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        [claim] = billed(store, practice, charge)
        do(store, change_sessions, {charge.session_id: {"location": practice.home.id}})
        do(store, correct_claims, [charge.id])
        claim = again(claim)
        assert (claim.place_of_service, claim.facility) == ("12", practice.home)
        assert (claim.lines.get().place_of_service, claim.status) == ("12", "Ready to Submit")
        assert again(charge).claim_line == claim.lines.get()

    def test_a_line_edited_by_hand_is_not_overwritten(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        [claim] = billed(store, practice, charge)
        ClaimLine.update(units=Decimal(7)).execute()
        lengthen(store, charge)
        outcome = do(store, correct_claims, [charge.id])
        assert [left.reason for left in outcome.left] == [
            f"line 1 of {claim.number} was edited by hand: change it there, then set the"
            " charge back"
        ]
        assert (ClaimLine.get().units, again(charge).status) == (7, "Awaiting Resubmission")

    def test_another_item_of_the_line_that_was_reopened_stays_as_billed(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(hour=12), practice.add_charge(hour=18)
        billed(store, practice, charge, other)
        lengthen(store, charge)
        lengthen(store, other)
        do(store, correct_claims, [charge.id])
        assert ClaimLine.get().units == 18
        assert again(other).status == "Awaiting Resubmission"
        do(store, correct_claims, [other.id])
        assert ClaimLine.get().units == 20
        assert conserved()

    def test_not_while_the_session_is_open(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        billed(store, practice, charge)
        do(store, reopen_sessions, [charge.session_id], "x")
        outcome = do(store, correct_claims, [charge.id])
        assert "the practitioner submits it first" in outcome.left[0].reason

    def test_it_can_be_undone(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(hour=12), practice.add_charge(hour=18)
        billed(store, practice, charge, other)
        do(store, change_sessions, {charge.session_id: {"modifiers": "HM"}})
        before = (whole(), list(BilledCharge.select().dicts()))
        do(store, correct_claims, [charge.id])
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        assert action.title == "Correct 1 claim"
        do(store, undo, action.id)
        assert (whole(), list(BilledCharge.select().dicts())) == before


class TestReplacingWhatWasSent:
    """F:70."""

    def test_a_draft_with_frequency_7_names_the_payers_number(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(), practice.add_charge(day=NEXT_DAY)
        [claim] = billed(store, practice, charge, other)
        sent(store, claim)
        lengthen(store, charge)
        outcome = do(store, correct_claims, [charge.id])
        [new] = Claim.select().where(Claim.previous == claim)
        assert outcome.made == [new.id]
        assert (new.status, new.frequency, new.original_reference) == ("Draft", "7", "ICN1")
        assert (new.chain, new.client, new.rendering) == (
            claim.chain,
            claim.client,
            claim.rendering,
        )
        assert (new.billed, new.line_count, new.error_count) == (72000, 2, 0)
        assert [line.units for line in new.lines.order_by(ClaimLine.position)] == [10, 8]
        # The sent claim says what was sent; all its charges are on the replacement's lines now.
        assert (again(claim).status, again(claim).billed) == ("Submitted", 64000)
        assert {again(one).claim_line.claim for one in (charge, other)} == {new}
        assert again(charge).status == "Claim Line Created"
        assert conserved()

    def test_submitted_it_takes_the_place_of_the_first(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        [claim] = billed(store, practice, charge)
        sent(store, claim)
        lengthen(store, charge)
        [new] = do(store, correct_claims, [charge.id]).made
        Claim.update(status="Ready to Submit").where(Claim.id == new).execute()
        do(store, mark_submitted, [new])
        assert again(claim).status == "Historical"
        receivable = Entry.select().where(Entry.account == "payer receivable")
        assert sum(entry.amount for entry in receivable) == 40000

    def test_a_second_change_goes_into_the_same_draft(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(), practice.add_charge(day=NEXT_DAY)
        [claim] = billed(store, practice, charge, other)
        sent(store, claim)
        lengthen(store, charge)
        [new] = do(store, correct_claims, [charge.id]).made
        lengthen(store, other)
        assert do(store, correct_claims, [other.id]).made == [new]
        assert Claim.select().count() == 2
        assert Claim.get_by_id(new).billed == 80000
        assert conserved()

    @pytest.mark.parametrize(
        ("columns", "says"),
        [
            ({"payer_claim_control_number": ""}, "wait for the answer"),
            ({"acknowledgement": "rejected"}, "take it back to Draft"),
            ({"status": "Historical"}, "correct the submission that counts"),
        ],
    )
    def test_what_cannot_be_replaced_says_what_would_do(
        self, store: Store, columns: dict[str, Any], says: str
    ) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        [claim] = billed(store, practice, charge)
        sent(store, claim)
        Claim.update(**columns).execute()
        lengthen(store, charge)
        before = whole()
        outcome = do(store, correct_claims, [charge.id])
        assert [says in left.reason for left in outcome.left] == [True]
        assert whole() == before

    def test_a_replacement_of_somebody_elses_is_named(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge()
        [claim] = billed(store, practice, charge)
        sent(store, claim)
        other = practice.add_claim(previous=claim, frequency="7")
        lengthen(store, charge)
        outcome = do(store, correct_claims, [charge.id])
        assert f"{other.number} is to replace {claim.number} already" in outcome.left[0].reason

    def test_one_that_leaves_is_taken_off_and_new_again(self, store: Store) -> None:
        practice = small_practice()
        charge, other = practice.add_charge(), practice.add_charge(day=NEXT_DAY)
        [claim] = billed(store, practice, charge, other)
        sent(store, claim)
        do(store, change_sessions, {charge.session_id: {"location": practice.home.id}})
        [new] = do(store, correct_claims, [charge.id]).made
        assert (Claim.get_by_id(new).billed, again(charge).status) == (32000, "New")
        assert again(other).claim_line.claim_id == new
