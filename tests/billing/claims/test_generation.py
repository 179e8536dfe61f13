"""Generating claims in the store: what is written, what is left, and what may not change."""

import datetime
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.claims import generation
from rcm_tui.billing.claims.generation import (
    GenerationChoice,
    generate_claims,
    preview_generation,
)
from rcm_tui.billing.outcome import NOT_REACHED, Left, Outcome
from rcm_tui.billing.undo import undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import ChargeItem, Session
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.clients import CaseManager as Manager
from rcm_tui.data.tables.clients import Client, ClientDiagnosis, Coverage, RenderingAssignment
from rcm_tui.data.tables.payers import Plan
from rcm_tui.data.tables.practice import Location
from rcm_tui.data.tables.undo import UndoableAction
from tests.billing.whole_rows import differing, whole_rows
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice
from tests.stopping import stop_after

READY = "Ready to Bill"
NEXT_DAY = SERVICE_DAY + datetime.timedelta(days=1)


def generate(store: Store, **choice: Any) -> Outcome:
    with store.work(BILLER, NOW) as work:
        return generate_claims(work, GenerationChoice(**choice))


def claims() -> list[Claim]:
    return list(Claim.select().order_by(Claim.id))


def lines() -> list[ClaimLine]:
    return list(ClaimLine.select().order_by(ClaimLine.claim, ClaimLine.position))


def test_a_charge_item_becomes_a_claim_that_is_ready(store: Store) -> None:
    practice = small_practice()
    charge = practice.add_charge(status=READY, location=practice.home)
    outcome = generate(store)
    [claim], [line] = claims(), lines()
    assert (outcome.done, outcome.made, outcome.left) == ([charge.id], [claim.id], [])
    assert outcome.amount == 32000
    assert (claim.number, claim.patient_control_number) == ("C-100001", "C100001")
    assert (claim.status, claim.error_count, claim.chain) == ("Ready to Submit", 0, claim.id)
    assert (claim.client, claim.coverage, claim.payer) == (
        practice.client,
        practice.coverage,
        practice.payer,
    )
    assert (claim.rendering, claim.facility) == (practice.supervisor, practice.home)
    assert (claim.authorization, claim.authorization_number) == (practice.authorization, "A00001")
    assert (claim.patient_name, claim.diagnoses) == ("OKAFOR, ADA", "F84.0")
    assert (claim.place_of_service, claim.frequency) == ("12", "1")
    assert (claim.billed, claim.expected, claim.line_count) == (32000, 24000, 1)
    assert (line.units, line.billed, line.expected, line.pointers) == (8, 32000, 24000, "1")
    assert (line.line_control_number, line.position) == ("C100001L1", 1)
    item = ChargeItem.get_by_id(charge.id)
    assert (item.status, item.claim_line, item.version) == ("Claim Line Created", line, 2)


def test_sessions_of_a_day_are_summed_onto_one_line(store: Store) -> None:
    practice = small_practice()
    for hour in (12, 15, 19):
        practice.add_charge(hour=hour, minutes=60, status=READY)
    generate(store)
    [line] = lines()
    assert (line.units, line.billed, line.expected) == (12, 48000, 36000)


def test_generating_again_makes_nothing(store: Store) -> None:
    practice = small_practice()
    practice.add_charge(status=READY)
    generate(store)
    before = (list(Claim.select().dicts()), AuditRecord.select().count())
    outcome = generate(store)
    assert (outcome.done, outcome.made, outcome.left) == ([], [], [])
    assert (list(Claim.select().dicts()), AuditRecord.select().count()) == before


def test_as_draft(store: Store) -> None:
    practice = small_practice()
    practice.add_charge(status=READY)
    generate(store, as_draft=True)
    [claim] = claims()
    assert (claim.status, claim.error_count) == ("Draft", 0)


def test_only_the_chosen(store: Store) -> None:
    practice = small_practice()
    first, second = (practice.add_charge(day=day, status=READY) for day in (SERVICE_DAY, NEXT_DAY))
    new = practice.add_charge(hour=19)
    outcome = generate(store, charge_items=[second.id, new.id])
    assert outcome.done == [second.id]
    assert [(left.name, left.reason) for left in outcome.left] == [
        (new.number, "it is New, not Ready to Bill: approve it first")
    ]
    assert generate(store, business_units=[practice.unit.id + 1]).done == []
    assert generate(store, business_units=[practice.unit.id]).done == [first.id]


def test_what_has_no_units_or_a_line_already_is_reported(store: Store) -> None:
    practice = small_practice()
    short = practice.add_charge(status=READY, units=0, billed=0)
    practice.add_charge(hour=19, status=READY)
    generate(store, charge_items=[short.id + 1])
    ChargeItem.update(status=READY).where(ChargeItem.id == short.id + 1).execute()
    preview = preview_generation(store.database, GenerationChoice())
    outcome = generate(store)
    assert (outcome.done, outcome.made) == ([], [])
    assert [left.reason.split(":")[0] for left in outcome.left] == [
        "no billable units",
        "on a claim line already",
    ]
    assert preview.left == {"no billable units": 1, "on a claim line already": 1}
    assert ChargeItem.get_by_id(short.id).status == READY


def test_an_item_without_coverage_becomes_a_draft_that_says_so(store: Store) -> None:
    practice = small_practice()
    practice.add_charge(status=READY, coverage=None, authorization=None)
    generate(store)
    [claim] = claims()
    rules = {row.rule for row in ClaimValidation.select()}
    assert (claim.status, claim.payer) == ("Draft", None)
    assert {"policy_holder.missing", "payer.missing"} <= rules
    assert claim.error_count == ClaimValidation.select().count()


@pytest.mark.parametrize("two", [False, True])
def test_no_rendering_provider_makes_a_draft_with_the_reason(store: Store, two: bool) -> None:
    practice = small_practice()
    if two:
        solis = practice.add_practitioner("SOLIS")
        RenderingAssignment.create(
            authorization=practice.authorization, practitioner=solis, starts_on=SERVICE_DAY
        )
    else:
        RenderingAssignment.delete().execute()
        Manager.delete().execute()
    practice.add_charge(status=READY)
    generate(store)
    [claim] = claims()
    finding = ClaimValidation.get(ClaimValidation.rule == "rendering.missing")
    assert (claim.status, claim.rendering) == ("Draft", None)
    assert ("two rendering providers on 2026-03-02" if two else "assigns nobody") in finding.reason


def test_a_session_over_midnight_ends_on_the_next_day(store: Store) -> None:
    practice = small_practice()
    # 22:00 to 00:00 in New York, and 22:00 to 00:15.
    midnight = practice.add_charge(day=NEXT_DAY, hour=3, status=READY, date_of_service=SERVICE_DAY)
    later = practice.add_charge(
        day=NEXT_DAY, hour=3, minutes=135, status=READY, date_of_service=SERVICE_DAY, code="97155"
    )
    assert Session.get_by_id(midnight.session_id).ends_at.hour == 5
    generate(store)
    by_code = {line.procedure_code: line for line in lines()}
    assert by_code["97153"].last_service_date == SERVICE_DAY
    assert by_code["97155"].first_service_date == SERVICE_DAY
    assert by_code["97155"].last_service_date == NEXT_DAY
    assert later.date_of_service == SERVICE_DAY


def test_plan_overrides_are_read(store: Store) -> None:
    practice = small_practice()
    Plan.update(line_per_session=True, split_by_place=False).execute()
    practice.add_charge(hour=12, status=READY)
    practice.add_charge(hour=15, status=READY)
    practice.add_charge(hour=19, status=READY, location=practice.home)
    generate(store)
    assert len(claims()) == 1
    assert [line.place_of_service for line in lines()] == ["11", "11", "12"]


@pytest.mark.parametrize(
    ("kind", "line1", "named"),
    [("office", "", True), ("home", "", False), ("school", "1 A ST", True)],
)
def test_facility(store: Store, kind: str, line1: str, named: bool) -> None:
    practice = small_practice()
    place = Location.create(name="X", kind=kind, line1=line1, place_of_service="11")
    practice.add_charge(status=READY, location=place)
    generate(store)
    assert claims()[0].facility == (place if named else None)


def test_diagnoses_are_those_that_hold_and_lines_point_to_theirs(store: Store) -> None:
    practice = small_practice()
    ClientDiagnosis.create(client=practice.client, position=2, code="f902", starts_on=NEXT_DAY)
    ClientDiagnosis.create(client=practice.client, position=3, code="F88", ends_on=SERVICE_DAY)
    ClientDiagnosis.create(client=practice.client, position=4, code="F82", starts_on=NOW.date())
    for day in (SERVICE_DAY, NEXT_DAY):
        practice.add_charge(day=day, status=READY)
    generate(store)
    [claim] = claims()
    assert claim.diagnoses == "F84.0 F90.2 F88"
    assert [line.pointers for line in lines()] == ["1 3", "1 2"]
    assert claim.status == "Ready to Submit"


def test_the_client_s_referring_provider_is_on_the_claim(store: Store) -> None:
    practice = small_practice()
    Client.update(referring=practice.referring).execute()
    practice.add_charge(status=READY)
    generate(store)
    assert claims()[0].referring == practice.referring


def test_numbers_that_a_claim_from_elsewhere_has_are_passed_over(store: Store) -> None:
    practice = small_practice()
    practice.add_claim(patient_control_number="C100001", client=practice.add_client("HADDAD"))
    practice.add_claim(number="C-100002", client=practice.add_client("OSEI"))
    practice.add_charge(status=READY)
    generate(store)
    assert claims()[-1].patient_control_number == "C100003"


def test_control_numbers_are_short_plain_and_unique(store: Store) -> None:
    practice = small_practice()
    Plan.update(line_per_session=True).execute()
    for hour in range(12):
        practice.add_charge(hour=hour, minutes=30, status=READY)
    generate(store)
    numbers = [claim.patient_control_number for claim in claims()]
    on_lines = [line.line_control_number for line in lines()]
    assert all(len(number) <= 20 and number.isalnum() for number in numbers)
    assert all(len(number) <= 30 and number.isalnum() for number in on_lines)
    assert len(set(on_lines)) == len(on_lines) == 12


@pytest.fixture
def three_to_bill(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[ChargeItem]:
    """Charges of three clients, of which one claim each is made, a claim in a step."""
    monkeypatch.setattr(generation, "STEP", 1)
    practice = small_practice()
    people = [practice.client, practice.add_client("B"), practice.add_client("C")]
    return [practice.add_charge(client=one, status=READY) for one in people]


def test_stopped_in_the_middle_whole_claims_stay_and_the_rest_is_left(
    store: Store, three_to_bill: list[ChargeItem]
) -> None:
    before = whole_rows(store.database)
    with store.work(BILLER, NOW, in_steps=True) as work:
        outcome = generate_claims(work, GenerationChoice(), stop_after(2))
    assert (len(outcome.made), len(outcome.done), outcome.not_reached) == (2, 2, 1)
    left = next(item for item in three_to_bill if item.id not in outcome.done)
    assert outcome.left == [Left(left.id, left.number, NOT_REACHED)]
    assert ChargeItem.get_by_id(left.id).status == READY
    assert [claim.line_count for claim in claims()] == [1, 1]
    action = UndoableAction.get()
    assert action.title == "Generate 2 claims"
    with store.work(BILLER, NOW) as work:
        undo(work, action.id)
    assert differing(before, whole_rows(store.database)) == []


def test_what_somebody_changed_between_two_steps_is_made_as_it_is_then(
    store: Store, three_to_bill: list[ChargeItem]
) -> None:
    gone, moved = three_to_bill[1], three_to_bill[2]

    def somebody(done: int, total: int) -> None:
        if done == 1:
            ChargeItem.update(status="On Hold").where(ChargeItem.id == gone.id).execute()
            ChargeItem.update(billed=99).where(ChargeItem.id == moved.id).execute()

    with store.work(BILLER, NOW, in_steps=True) as work:
        outcome = generate_claims(work, GenerationChoice(), somebody)
    assert outcome.left == [
        Left(gone.id, gone.number, "it is On Hold, not Ready to Bill: release it to New first")
    ]
    assert [claim.billed for claim in claims()] == [three_to_bill[0].billed, 99]
    assert outcome.amount == three_to_bill[0].billed + 99


def test_every_claim_is_in_the_audit_trail(store: Store) -> None:
    practice = small_practice()
    charge = practice.add_charge(status=READY)
    generate(store)
    record = AuditRecord.get(AuditRecord.action == "claim generated")
    assert record.subject_id == claims()[0].id
    assert f'"charges":"{charge.id}"' in record.details
    assert '"status":[null,"Ready to Submit"]' in record.details


sessions = st.lists(
    st.fixed_dictionaries(
        {
            "client": st.integers(0, 2),
            "code": st.sampled_from(["97153", "97155"]),
            "day": st.integers(1, 6),
            "hour": st.integers(12, 20),
            "minutes": st.sampled_from([5, 60, 120]),
            "status": st.sampled_from(["New", "Ready to Bill", "Scheduled", "Claim Line Created"]),
            "home": st.booleans(),
            "qualified": st.booleans(),
            "covered": st.sampled_from([True, True, True, False]),
        }
    ),
    min_size=1,
    max_size=25,
)


def add(practice: SmallPractice, clients: list[Client], drawn: dict[str, Any]) -> ChargeItem:
    extra = {} if drawn["covered"] else {"coverage": None}
    return practice.add_charge(
        client=clients[drawn["client"]],
        code=drawn["code"],
        day=datetime.date(2026, 3, drawn["day"]),
        hour=drawn["hour"],
        minutes=drawn["minutes"],
        status=drawn["status"],
        location=practice.home if drawn["home"] else practice.office,
        practitioner=practice.supervisor if drawn["qualified"] else practice.technician,
        **extra,
    )


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=sessions, line_per_session=st.booleans(), split_by_place=st.booleans())
def test_from_new_to_claims_nothing_is_lost_or_doubled(
    store: Store, drawn: list[dict[str, Any]], line_per_session: bool, split_by_place: bool
) -> None:
    with store.database.atomic() as transaction:
        practice = small_practice()
        Plan.update(line_per_session=line_per_session, split_by_place=split_by_place).execute()
        clients = [practice.client, practice.add_client("HADDAD"), practice.add_client("OSEI")]
        items = [add(practice, clients, one) for one in drawn]
        with store.work(BILLER, NOW) as work:
            approved = approve_charges(work, ApprovalChoice())
        new = [item for item in items if item.status == "New"]
        assert sorted([*approved.done, *(left.key for left in approved.left)]) == sorted(
            item.id for item in new
        )
        with store.work(BILLER, NOW) as work:
            assert approve_charges(work, ApprovalChoice()).done == []
        ready = {item.id for item in ChargeItem.select().where(ChargeItem.status == READY)}
        preview = preview_generation(store.database, GenerationChoice())
        outcome = generate(store)
        _nothing_lost(outcome, ready)
        assert (preview.charge_count, preview.claim_count, preview.line_count) == (
            len(outcome.done),
            len(outcome.made),
            ClaimLine.select().count(),
        )
        transaction.rollback()


def _nothing_lost(outcome: Outcome, ready: set[int]) -> None:
    reported = [left.key for left in outcome.left]
    assert Counter([*outcome.done, *reported]) == Counter(ready)
    charged: dict[int, list[ChargeItem]] = {}
    for item in ChargeItem.select().where(ChargeItem.claim_line.is_null(False)):
        charged.setdefault(item.claim_line_id, []).append(item)
    assert {item.id for items in charged.values() for item in items} == set(outcome.done)
    for line in ClaimLine.select():
        items = charged[line.id]
        assert line.billed == sum(item.billed for item in items)
        assert line.expected == sum(item.expected for item in items)
        assert line.units == sum((item.units for item in items), Decimal(0))
    for claim in Claim.select():
        its_lines = list(ClaimLine.select().where(ClaimLine.claim == claim))
        assert 1 <= claim.line_count == len(its_lines) <= 50
        assert claim.billed == sum(line.billed for line in its_lines)
        assert (claim.status == "Ready to Submit") == (claim.error_count == 0)


def test_the_same_items_give_the_same_claims_in_whatever_order_they_are_named(
    store: Store,
) -> None:
    def made(reverse: bool) -> list[Any]:
        with store.database.atomic() as transaction:
            practice = small_practice()
            clients = [practice.client, practice.add_client("HADDAD")]
            keys = [
                practice.add_charge(
                    client=clients[n % 2],
                    hour=12 + n,
                    code=("97153", "97155")[n % 3 == 0],
                    status=READY,
                ).id
                for n in range(8)
            ]
            generate(store, charge_items=reversed(keys) if reverse else keys)
            first_client, first_key = practice.client.id, keys[0]
            found = [
                (
                    line.claim.number,
                    line.claim.client_id - first_client,
                    line.position,
                    line.procedure_code,
                    line.billed,
                    sorted(item.id - first_key for item in line.charge_items),
                )
                for line in lines()
            ]
            transaction.rollback()
            return found

    assert made(False) == made(True)
    assert Coverage.select().count() == 0
