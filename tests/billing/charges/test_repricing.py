"""What a changed fee, benefit or modifier rule changes in what is not submitted yet."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.recording import SessionRecord, record_sessions, set_session_status
from rcm_tui.billing.charges.repricing import Trial, reprice, try_out, try_rule
from rcm_tui.billing.charges.scope import Scope, scopes_of
from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.editing import Invalid, add, blank, record, save
from rcm_tui.billing.outcome import Cancelled
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.payers import Benefit, Fee, ModifierRule, Payer
from tests.practice_builder import MANAGER, NOW, SERVICE_DAY, SmallPractice, small_practice

RULE: dict[str, Any] = {"name": "Homes", "modifier": "U1"}


def session(practice: SmallPractice, hour: int = 14, minutes: int = 60, **columns: Any) -> Any:
    start = datetime.datetime(2026, 3, 2, hour, 0, tzinfo=datetime.UTC)
    values: dict[str, Any] = {
        "client": practice.client.id,
        "practitioner": practice.technician.id,
        "business_unit": practice.unit.id,
        "location": practice.office.id,
        "service": "ABA",
        "procedure_code": "97153",
        "starts_at": start,
        "ends_at": start + datetime.timedelta(minutes=minutes),
    }
    return SessionRecord(**{**values, **columns})


def recorded(store: Store, *records: SessionRecord) -> list[int]:
    with store.work(MANAGER, NOW) as work:
        return record_sessions(work, records).made


def approved_and_generated(store: Store, keys: list[int]) -> list[int]:
    with store.work(MANAGER, NOW) as work:
        choice = ApprovalChoice(charge_items=keys, leave_duplicates=False)
        assert approve_charges(work, choice).left == []
        return generate_claims(work, GenerationChoice(charge_items=keys, as_draft=True)).made


def of_fee(store: Store, **changes: Any) -> Trial:
    fee = Fee.get(Fee.procedure_code == "97153")
    before = record(store.database, "fee", fee.id).values
    with store.work(MANAGER, NOW) as work:
        save(work, "fee", fee.id, fee.version, changes)
    after = record(store.database, "fee", fee.id).values
    return try_out(store.database, scopes_of("fee", fee.id, before, after))


def everything(store: Store) -> Any:
    with store.work(MANAGER, NOW) as work:
        return reprice(work, [Scope()])


def undo_last(store: Store) -> None:
    last = last_undoable(store.database, MANAGER.login)
    assert last is not None
    assert last.title.startswith("Price ")
    assert " 0 " not in last.title
    with store.work(MANAGER, NOW) as work:
        undo(work, last.id)


def test_a_changed_fee_shows_which_charges_are_priced_anew_and_does_it(store: Store) -> None:
    practice = small_practice()
    new, ready, other_code, scheduled = recorded(
        store,
        session(practice, 9),
        session(practice, 11),
        session(practice, 13, procedure_code="97155", practitioner=practice.supervisor.id),
        session(practice, 15, status="scheduled"),
    )
    with store.work(MANAGER, NOW) as work:
        approve_charges(work, ApprovalChoice(charge_items=[ready], leave_duplicates=False))
    trial = of_fee(store, billed=4500)
    assert trial.charges == {"New": 1, "Ready to Bill": 1, "Scheduled": 1}
    assert (trial.billed_before, trial.billed_after) == (3 * 16000, 3 * 18000)
    assert {change.key for change in trial.changes} == {new, ready, scheduled}
    first = trial.changes[0]
    assert (first.before.billed, first.after.billed) == (16000, 18000)
    assert first.patient == "OKAFOR, ADA"
    assert ChargeItem.get_by_id(new).billed == 16000, "it only looked"
    outcome = everything(store)
    assert sorted(outcome.done) == sorted([new, ready, scheduled])
    assert outcome.amount == 3 * 2000
    assert ChargeItem.get_by_id(ready).billed == 18000
    assert ChargeItem.get_by_id(ready).status == "Ready to Bill"
    assert ChargeItem.get_by_id(other_code).billed == 24000
    assert everything(store).done == [], "a second time changes nothing"
    undo_last(store)
    assert ChargeItem.get_by_id(ready).billed == 16000


def test_a_fee_that_moves_to_another_day_is_looked_at_where_it_was_too(store: Store) -> None:
    practice = small_practice()
    [key] = recorded(store, session(practice))
    trial = of_fee(store, starts_on=datetime.date(2026, 4, 1))
    assert [(one.key, one.after.billed) for one in trial.changes] == [(key, 0)]


@pytest.mark.parametrize(
    ("kind", "changes", "units"),
    [
        ("benefit", {"unit_minutes": 30}, 2),
        ("benefit", {"max_units": Decimal(3)}, 3),
        ("payer", {"rounding": "whole units"}, 4),
    ],
)
def test_benefits_and_rounding_change_units(
    store: Store, kind: str, changes: dict[str, Any], units: int
) -> None:
    practice = small_practice()
    [key] = recorded(store, session(practice, minutes=68))
    assert ChargeItem.get_by_id(key).units == 5
    table = {"benefit": Benefit, "payer": Payer}[kind]
    one = practice.benefits["97153"] if kind == "benefit" else practice.payer
    before = record(store.database, kind, one.id).values
    with store.work(MANAGER, NOW) as work:
        save(work, kind, one.id, table.get_by_id(one.id).version, changes)
    scopes = scopes_of(kind, one.id, before, record(store.database, kind, one.id).values)
    [change] = try_out(store.database, scopes).changes
    assert (change.before.units, change.after.units) == (5, units)
    assert scopes_of("payer", 1, {"rounding": "a"}, {"rounding": "a"}) == []


def test_a_rule_is_tried_before_it_is_saved(store: Store) -> None:
    practice = small_practice()
    office, home = recorded(
        store, session(practice, 9), session(practice, 11, location=practice.home.id)
    )
    values = {**blank("modifier_rule"), **RULE, "location_kind": "home"}
    trial = try_rule(store.database, 0, values)
    [change] = trial.changes
    assert (change.key, change.before.modifiers, change.after.modifiers) == (home, "", "U1")
    assert trial.looked_at == 2
    assert not ModifierRule.select().where(ModifierRule.name == "Homes").exists()
    with store.work(MANAGER, NOW) as work:
        add(work, "modifier_rule", values)
    assert everything(store).done == [home]
    assert ChargeItem.get_by_id(home).modifiers == "U1"
    assert ChargeItem.get_by_id(office).modifiers == ""


def test_a_rule_that_is_changed_or_put_out_of_force_is_tried_too(store: Store) -> None:
    practice = small_practice()
    rule = ModifierRule.create(**RULE)
    [key] = recorded(store, session(practice))
    values = record(store.database, "modifier_rule", rule.id).values
    [changed] = try_rule(store.database, rule.id, {**values, "modifier": "U2"}).changes
    assert (changed.key, changed.after.modifiers) == (key, "U2")
    [off] = try_rule(store.database, rule.id, {**values, "active": False}).changes
    assert off.after.modifiers == ""
    assert try_rule(store.database, rule.id, values).count == 0


def test_a_rule_for_repeats_looks_at_the_whole_day(store: Store) -> None:
    practice = small_practice()
    first, second = recorded(store, session(practice, 9), session(practice, 12))
    values = {**blank("modifier_rule"), **RULE, "modifier": "76", "repeat": "same practitioner"}
    [change] = try_rule(store.database, 0, values).changes
    assert (change.key, change.after.modifiers) == (second, "76")
    assert first != second


def test_a_rule_that_cannot_be_is_refused_field_by_field(store: Store) -> None:
    values = {**blank("modifier_rule"), **RULE, "modifier": "QQQ", "procedure_codes": "9715"}
    with pytest.raises(Invalid) as refused:
        try_rule(store.database, 0, values)
    assert set(refused.value.problems) == {"modifier", "procedure_codes"}
    with pytest.raises(Invalid, match="a modifier or a place is needed"):
        try_rule(store.database, 0, {**blank("modifier_rule"), "name": "does nothing"})


def test_draft_claims_follow_with_their_charges(store: Store) -> None:
    practice = small_practice()
    keys = recorded(store, session(practice, 9), session(practice, 11))
    [claim] = approved_and_generated(store, keys)
    values = {**blank("modifier_rule"), **RULE}
    trial = try_rule(store.database, 0, values)
    assert (trial.charge_count, trial.lines, trial.claims, trial.stuck) == (0, 1, 1, 0)
    [change] = trial.changes
    assert (change.kind, change.number) == ("line", Claim.get_by_id(claim).number)
    with store.work(MANAGER, NOW) as work:
        add(work, "modifier_rule", values)
    Fee.update(billed=4500).execute()
    outcome = everything(store)
    assert (outcome.done, len(outcome.made), outcome.amount) == ([], 1, 8 * 500)
    [line] = ClaimLine.select().where(ClaimLine.claim == claim)
    assert (line.modifiers, line.units, line.billed) == ("U1", 8, 36000)
    assert Claim.get_by_id(claim).billed == 36000
    assert {item.modifiers for item in ChargeItem.select()} == {"U1"}
    assert {item.status for item in ChargeItem.select()} == {"Claim Line Created"}
    assert sum(item.billed for item in ChargeItem.select()) == 36000, "cents are conserved"
    assert all(result.ok for result in check_store(store.database, store.audit_key))
    undo_last(store)
    [line] = ClaimLine.select().where(ClaimLine.claim == claim)
    assert (line.modifiers, line.billed, Claim.get_by_id(claim).billed) == ("", 32000, 32000)
    assert sum(item.billed for item in ChargeItem.select()) == 32000


def test_what_is_ready_or_submitted_stays(store: Store) -> None:
    practice = small_practice()
    [claim] = approved_and_generated(store, recorded(store, session(practice)))
    Claim.update(status="Ready to Submit").where(Claim.id == claim).execute()
    assert try_rule(store.database, 0, {**blank("modifier_rule"), **RULE}).looked_at == 0


def test_a_line_that_was_changed_by_hand_is_left_with_the_reason(store: Store) -> None:
    practice = small_practice()
    [claim] = approved_and_generated(store, recorded(store, session(practice)))
    ClaimLine.update(modifiers="U9").where(ClaimLine.claim == claim).execute()
    ModifierRule.create(**RULE)
    trial = try_out(store.database, [Scope()])
    assert (trial.lines, trial.stuck) == (0, 1)
    outcome = everything(store)
    assert (outcome.done, outcome.made) == ([], [])
    assert "changed by hand" in outcome.left[0].reason
    assert ClaimLine.get(ClaimLine.claim == claim).modifiers == "U9"
    assert ChargeItem.get().modifiers == "", "the charge stays with its line"


def test_a_line_whose_sessions_part_is_left_with_the_reason(store: Store) -> None:
    practice = small_practice()
    approved_and_generated(store, recorded(store, session(practice, 9), session(practice, 12)))
    ModifierRule.create(name="again", modifier="76", repeat="same practitioner")
    [left] = everything(store).left
    assert "generate it again" in left.reason


@pytest.mark.parametrize("codes", ["", "97153"], ids=["all lines", "one of two"])
def test_a_claim_goes_to_another_place_whole_or_not_at_all(store: Store, codes: str) -> None:
    practice = small_practice()
    keys = recorded(
        store,
        session(practice, 9, practitioner=practice.supervisor.id),
        session(practice, 12, procedure_code="97155", practitioner=practice.supervisor.id),
    )
    [claim] = approved_and_generated(store, keys)
    ModifierRule.create(name="place", sets_place="12", procedure_codes=codes)
    outcome = everything(store)
    places = {line.place_of_service for line in ClaimLine.select()}
    if codes:
        assert "place of service" in outcome.left[0].reason
        assert (Claim.get_by_id(claim).place_of_service, places) == ("11", {"11"})
    else:
        assert outcome.left == []
        assert (Claim.get_by_id(claim).place_of_service, places) == ("12", {"12"})


def test_a_trial_can_be_stopped(store: Store) -> None:
    practice = small_practice()
    recorded(store, session(practice))

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        try_out(store.database, [Scope()], progress=stop)


def test_minutes_of_a_day_are_counted_together_and_again_when_a_session_goes(
    store: Store,
) -> None:
    practice = small_practice()
    Payer.update(rounding="eight minute aggregated").execute()
    first, second = recorded(
        store,
        session(practice, 9, 22),
        session(practice, 12, 16, procedure_code="97155", practitioner=practice.supervisor.id),
    )

    def units() -> list[Decimal]:
        return [ChargeItem.get_by_id(key).units for key in (first, second)]

    # 22 + 16 minutes are 38: three units, the third to the larger remainder.
    assert units() == [2, 1]
    with store.work(MANAGER, NOW) as work:
        set_session_status(work, [ChargeItem.get_by_id(second).session_id], "reopened")
    # 22 minutes alone are one unit: what is not submitted may still not come to be.
    assert units() == [1, 2]
    with store.work(MANAGER, NOW) as work:
        set_session_status(work, [ChargeItem.get_by_id(second).session_id], "cancelled")
    assert units()[0] == 1


def test_units_cut_by_a_benefit_are_not_given_to_others(store: Store) -> None:
    practice = small_practice()
    Payer.update(rounding="eight minute aggregated").execute()
    Benefit.update(max_units=Decimal(4)).where(Benefit.procedure_code == "97153").execute()
    [long] = recorded(store, session(practice, 9, 120))
    approved_and_generated(store, [long])
    Claim.update(status="Ready to Submit").execute()
    [short] = recorded(
        store,
        session(practice, 13, 1, procedure_code="97155", practitioner=practice.supervisor.id),
    )
    assert [ChargeItem.get_by_id(key).units for key in (long, short)] == [4, 0]


def test_who_may_not_hold_the_session_is_left_at_approval(store: Store) -> None:
    practice = small_practice()
    Benefit.update(session_qualification="BCBA/BCBA-D").execute()
    lacking, holding = recorded(
        store,
        session(practice, 9),
        session(practice, 12, practitioner=practice.supervisor.id),
    )
    with store.work(MANAGER, NOW) as work:
        outcome = approve_charges(
            work, ApprovalChoice(charge_items=[lacking, holding], leave_duplicates=False)
        )
    assert outcome.done == [holding]
    assert outcome.left[0].reason == (
        "the practitioner lacks the qualification for the session:"
        f" SAM TERRY holds no BCBA/BCBA-D on {SERVICE_DAY}"
    )
