"""What holds for charges whatever is done to them, in whatever order."""

import datetime
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.external import mark_billed_externally
from rcm_tui.billing.charges.holds import hold_charges, release_charges
from rcm_tui.billing.charges.lifecycle import STEPS
from rcm_tui.billing.charges.recording import SessionRecord, record_sessions, set_session_status
from rcm_tui.billing.charges.reopening import change_sessions
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.resubmission import correct_claims, set_back
from rcm_tui.billing.claims.submission import mark_submitted
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import BilledCharge, ChargeItem, Session
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.payers import Plan
from rcm_tui.data.work import Work
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice

ON_A_CLAIM = {"Claim Line Created", "Awaiting Resubmission"}
WAYS = {(step.before, step.after) for step in STEPS}
HOUR = datetime.timedelta(hours=1)

drawn_session = st.fixed_dictionaries(
    {
        "client": st.integers(0, 1),
        "day": st.integers(0, 2),
        "hour": st.integers(12, 20),
        "minutes": st.sampled_from((5, 30, 60, 90)),
        "code": st.sampled_from(("97153", "97155")),
        "telehealth": st.booleans(),
        "away": st.booleans(),
        "modifiers": st.sampled_from(("", "", "HM")),
        "status": st.sampled_from(("submitted", "submitted", "submitted", "scheduled")),
    }
)
overrides = st.fixed_dictionaries(
    {name: st.booleans() for name in ("line_per_session", "split_by_modifier", "split_by_place")}
)


def record_of(practice: SmallPractice, clients: list[Any], drawn: dict[str, Any]) -> SessionRecord:
    day = SERVICE_DAY + datetime.timedelta(days=drawn["day"])
    start = datetime.datetime.combine(day, datetime.time(drawn["hour"]), datetime.UTC)
    held = practice.technician if drawn["code"] == "97153" else practice.supervisor
    return SessionRecord(
        clients[drawn["client"]].id,
        held.id,
        practice.unit.id,
        (practice.home if drawn["away"] else practice.office).id,
        "ABA",
        drawn["code"],
        start,
        start + datetime.timedelta(minutes=drawn["minutes"]),
        telehealth=drawn["telehealth"],
        status=drawn["status"],
        modifiers=drawn["modifiers"],
    )


def recorded(work: Work, sessions: list[dict[str, Any]], plan: dict[str, bool]) -> SmallPractice:
    practice = small_practice()
    Plan.update(**plan).execute()
    clients = [practice.client, practice.add_client("HADDAD")]
    outcome = record_sessions(work, [record_of(practice, clients, one) for one in sessions])
    assert outcome.left == []
    return practice


def signature() -> Counter[Any]:
    """The claims by what is on them, and not by their numbers."""
    found: list[Any] = []
    for claim in Claim.select():
        lines = sorted(
            (str(one.first_service_date), one.procedure_code, one.modifiers, one.units, one.billed)
            for one in claim.lines
        )
        place = (claim.client.last_name, claim.place_of_service, claim.status, claim.diagnoses)
        found.append((*place, tuple(lines)))
    return Counter(found)


@given(
    sessions=st.lists(drawn_session, min_size=1, max_size=10),
    plan=overrides,
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_claims_do_not_depend_on_the_order_of_recording_or_generating(
    store: Store, sessions: list[Any], plan: dict[str, bool], order: Any
) -> None:
    made = []
    for shuffled in (False, True):
        with store.database.atomic() as transaction:
            with store.work(BILLER, NOW) as work:
                if shuffled:
                    order.shuffle(sessions)
                recorded(work, sessions, plan)
                approve_charges(work, ApprovalChoice(leave_duplicates=False))
                generate_claims(work, GenerationChoice())
                assert generate_claims(work, GenerationChoice()).made == []
            made.append(signature())
            transaction.rollback()
    assert made[0] == made[1]


@given(sessions=st.lists(drawn_session, min_size=1, max_size=10), plan=overrides)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_plan_is_obeyed(store: Store, sessions: list[Any], plan: dict[str, bool]) -> None:
    """F:46: one line per session; split by modifier; do not split by place of service."""
    with store.database.atomic() as transaction:
        with store.work(BILLER, NOW) as work:
            recorded(work, sessions, plan)
            approve_charges(work, ApprovalChoice(leave_duplicates=False))
            generate_claims(work, GenerationChoice())
        for claim in Claim.select():
            lines = list(claim.lines)
            if plan["line_per_session"]:
                assert all(line.charge_items.count() == 1 for line in lines)
            if plan["split_by_modifier"]:
                assert len({line.modifiers for line in lines}) == 1
            if plan["split_by_place"]:
                assert len({line.place_of_service for line in lines}) == 1
        if not plan["split_by_place"] and not plan["split_by_modifier"]:
            by_whom = Counter((c.client.id, c.rendering and c.rendering.id) for c in Claim.select())
            assert not by_whom or max(by_whom.values()) == 1
        transaction.rollback()


def doings(practice: SmallPractice) -> list[Any]:
    """Everything that can be done to a charge item, by number."""
    today = datetime.date(2026, 3, 20)
    return [
        lambda work, c: approve_charges(work, ApprovalChoice(charge_items=[c.id])),
        lambda work, c: approve_charges(work, ApprovalChoice(leave_duplicates=False)),
        lambda work, c: generate_claims(work, GenerationChoice(charge_items=[c.id])),
        lambda work, c: generate_claims(work, GenerationChoice(as_draft=True)),
        lambda work, c: hold_charges(work, [c.id], "card", today),
        lambda work, c: release_charges(work, [c.id]),
        lambda work, c: set_session_status(work, [c.session_id], "reopened"),
        lambda work, c: set_session_status(work, [c.session_id], "submitted"),
        lambda work, c: set_session_status(work, [c.session_id], "cancelled"),
        lambda work, c: change_sessions(
            work, {c.session_id: {"ends_at": c.session.ends_at + HOUR / 2}}
        ),
        lambda work, c: change_sessions(work, {c.session_id: {"modifiers": "HM"}}),
        lambda work, c: change_sessions(work, {c.session_id: {"location": practice.home.id}}),
        lambda work, c: change_sessions(
            work, {c.session_id: {"practitioner": practice.supervisor.id}}
        ),
        lambda work, c: set_back(work, [c.id]),
        lambda work, c: correct_claims(work, [c.id]),
        lambda work, c: mark_billed_externally(work, [c.id]),
        lambda work, c: send(work, c),
        *(
            partial(changed_and_corrected, change=change)
            for change in (
                {"ends_at": HOUR},
                {"modifiers": "HM"},
                {"location": practice.home.id},
                {"procedure_code": "97155"},
            )
        ),
        lambda work, c: take_back(work),
    ]


MANY = 22
OFTEN = [*range(MANY), *[17, 18, 19, 20] * 3, *[16] * 4]
"""The doings, those more often that only mean something after others: sent, corrected."""


def changed_and_corrected(work: Work, charge: ChargeItem, change: dict[str, Any]) -> Outcome:
    """A session changed after its line was made, and its claim corrected at once."""
    if "ends_at" in change:
        change = {"ends_at": charge.session.ends_at + change["ends_at"]}
    set_session_status(work, [charge.session_id], "submitted")
    change_sessions(work, {charge.session_id: change})
    return correct_claims(work, [charge.id])


def send(work: Work, charge: ChargeItem) -> Outcome:
    """Submits the claim of a charge where it is Ready, and the payer gives it a number."""
    line = charge.claim_line
    if line is not None and line.claim.status == "Ready to Submit":
        mark_submitted(work, [line.claim.id])
        Claim.update(payer_claim_control_number=f"ICN{line.claim.id}").where(
            Claim.id == line.claim.id
        ).execute()
    return Outcome()


def take_back(work: Work) -> Outcome:
    action = last_undoable(work.database, work.actor.login)
    return undo(work, action.id) if action is not None else Outcome()


def as_billed() -> dict[int, tuple[Decimal, int]]:
    """Units and cents that each charge's line bills of it."""
    billed = {row.id: (row.units, row.billed) for row in ChargeItem.select()}
    for kept in BilledCharge.select():
        if kept.charge_item.status == "Awaiting Resubmission":
            billed[kept.charge_item.id] = (kept.units, kept.billed)
    return billed


def check_what_always_holds(store: Store) -> None:
    on_line: dict[int, list[tuple[Decimal, int]]] = {}
    billed = as_billed()
    for charge in ChargeItem.select():
        assert (charge.claim_line is not None) == (charge.status in ON_A_CLAIM), charge.status
        if charge.status == "Ready to Bill":
            assert charge.session.status == "submitted"
        if charge.claim_line is not None:
            on_line.setdefault(charge.claim_line.id, []).append(billed[charge.id])
    for line in ClaimLine.select():
        members = on_line.get(line.id)
        if members is None:
            assert line.claim.status in ("Submitted", "Historical"), "a line without a charge"
        else:
            assert line.units == sum(units for units, _ in members)
            assert line.billed == sum(cents for _, cents in members)
    for claim in Claim.select():
        lines = list(claim.lines)
        assert len(lines) <= 50
        assert (claim.line_count, claim.billed) == (len(lines), sum(one.billed for one in lines))
        assert bool(lines) == (claim.status != "Inactive")
    days = "SELECT business_unit_id, date_of_service, status, items, billed FROM charge_day"
    kept = {tuple(row[:3]): tuple(map(int, row[3:])) for row in read_rows(store.database, days)}
    real: dict[Any, tuple[int, int]] = {}
    for charge in ChargeItem.select():
        key = (charge.business_unit.id, str(charge.date_of_service), charge.status)
        count, cents = real.get(key, (0, 0))
        real[key] = (count + 1, cents + charge.billed)
    assert kept == real


@given(
    sessions=st.lists(drawn_session, min_size=1, max_size=5),
    plan=overrides,
    billed=st.sampled_from((True, True, False)),
    steps=st.lists(st.tuples(st.sampled_from(OFTEN), st.integers(0, 4)), min_size=2, max_size=10),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_units_and_cents_are_conserved_whatever_is_done(
    store: Store,
    sessions: list[Any],
    plan: dict[str, bool],
    billed: bool,
    steps: list[tuple[int, int]],
) -> None:
    with store.database.atomic() as transaction:
        with store.work(BILLER, NOW) as work:
            practice = recorded(work, sessions, plan)
            if billed:
                approve_charges(work, ApprovalChoice(leave_duplicates=False))
                generate_claims(work, GenerationChoice())
        whats = doings(practice)
        assert len(whats) == MANY
        keys = [row.id for row in ChargeItem.select().order_by(ChargeItem.id)]
        for what, whose in steps:
            charge = ChargeItem.get_by_id(keys[whose % len(keys)])
            before = {row.id: row.status for row in ChargeItem.select()}
            with suppress(Refused), store.work(BILLER, NOW) as work:
                whats[what](work, charge)
            check_what_always_holds(store)
            if what < 17:  # several at once, and undoing, go ways of their own
                for row in ChargeItem.select():
                    way = (before[row.id], row.status)
                    assert way[0] == way[1] or way in WAYS, (what, way)
        assert Session.select().count() == len(sessions)
        transaction.rollback()
