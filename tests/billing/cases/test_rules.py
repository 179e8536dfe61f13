"""Rules that open cases from denials: which, for whom, once, and taken back whole."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.rules import running
from rcm_tui.billing.cases.rules.denied import DeniedClaim, DeniedCode
from rcm_tui.billing.cases.rules.due import aged_are_due, look_at_aged, look_at_next
from rcm_tui.billing.cases.rules.rule import Rule
from rcm_tui.billing.cases.rules.running import follow_up, run_rules, run_tried, take_back_run
from rcm_tui.billing.cases.stages import resolve
from rcm_tui.billing.check import check_store
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_rule_runs import CaseRuleClaim, CaseRuleDue, CaseRuleRun
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.timeline import TimelineEntry
from tests.billing.cases.rule_rows import add_rule, denied, deny, follow, sent
from tests.billing.remittances.received_builder import claim_payment, line, post
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, TODAY, small_practice

ADMINISTRATOR = Actor("ann")


def run(store: Store, claims: list[Claim]) -> Outcome:
    with store.work(BILLER, NOW) as work:
        return run_rules(work, [claim.id for claim in claims])


def cases() -> list[CaseFile]:
    return list(CaseFile.select().order_by(CaseFile.id))


def reasons(outcome: Outcome) -> list[str]:
    return [left.reason for left in outcome.left]


def in_order(store: Store) -> None:
    assert [
        one.problems for one in check_store(store.database, store.audit_key) if not one.ok
    ] == []


RULE = Rule(
    *(1, "any", None, None, frozenset[str](), frozenset[str](), frozenset[str](), None, None),
    *("open case", "", "normal", "", "after opening", 7, "named", (), 0),
)
DENIED = DeniedClaim(
    *(1, "C-1", 1, 5, 2, 3, datetime.date(2026, 3, 2), 32000, "2026-03-12T00:00:00"),
    (
        DeniedCode("CO", "197", frozenset({"N54"}), 20000),
        DeniedCode("CO", "16", frozenset({"MA130"}), 12000),
    ),
)


def rule(**values: Any) -> Rule:
    return replace(RULE, **values)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "CO-197"),
        ({"payer": 5}, "CO-197"),
        ({"payer": 6}, None),
        ({"business_unit": 2}, "CO-197"),
        ({"business_unit": 3}, None),
        ({"groups": frozenset({"PR"})}, None),
        ({"groups": frozenset({"CO", "OA"})}, "CO-197"),
        ({"reasons": frozenset({"16"})}, "CO-16"),
        ({"reasons": frozenset({"50"})}, None),
        ({"remarks": frozenset({"MA130", "N1"})}, "CO-16"),
        ({"reasons": frozenset({"197"}), "remarks": frozenset({"MA130"})}, None),
        ({"amount_from": 32000}, "CO-197"),
        ({"amount_from": 32001}, None),
        ({"age_from": 14}, "CO-197"),
        ({"age_from": 15}, None),
    ],
)
def test_a_rule_speaks_of_what_its_fields_say(values: dict[str, Any], code: str | None) -> None:
    found = rule(**values).code_of(DENIED, TODAY)
    assert (found.words if found else None) == code


@given(st.integers(0, 400), st.sampled_from(["after opening", "before the clock ends", "none"]))
def test_the_follow_up_is_never_before_today(days: int, way: str) -> None:
    one = rule(follow_up=way, follow_up_days=days)
    until = TODAY + datetime.timedelta(days=60)
    found = follow_up(one, TODAY, until)
    if way == "none":
        assert found is None
        return
    assert found is not None
    assert found >= TODAY
    expected = TODAY + datetime.timedelta(days=days)
    if way == "before the clock ends":
        expected = max(TODAY, until - datetime.timedelta(days=days))
    assert found == expected


def test_what_is_posted_opens_cases_and_twice_opens_nothing_twice(store: Store) -> None:
    practice = small_practice()
    one = add_rule(subject="", priority="high", tags="auth", follow_up_days=3)
    claims = denied(store, practice, 3)
    assert CaseFile.select().count() == 0, "posting itself opens nothing"
    assert CaseRuleDue.select().count() == 1, "one row a payment"
    follow(store)
    (case,) = cases()
    assert (case.subject, case.priority, case.tags) == ("Authorization missing", "high", "auth")
    assert (case.owner, case.carc, case.rule_id) == ("dana", "CO-197", one.id)
    assert (case.claims, case.outstanding) == (3, 96000)
    assert (case.payer_id, case.client_id) == (practice.payer.id, practice.client.id)
    assert case.follow_up == TODAY + datetime.timedelta(days=3)
    assert CaseRuleDue.select().count() == 0
    (entry,) = TimelineEntry.select()
    assert entry.text == "Opened by rule “Authorization” for 3 claims"
    again = run(store, claims)
    assert (again.done, again.made) == ([], [])
    assert reasons(again) == ["it stands in an active case: K-1001"] * 3
    with store.work(BILLER, NOW) as work:
        resolve(work, [case.id])
    again = run(store, claims)
    assert again.made == []
    assert reasons(again) == ["it stood in case K-1001 since it was denied"] * 3
    (did,) = CaseRuleRun.select()
    assert (did.occasion, did.opened, did.joined, did.claims) == ("posted", 1, 0, 3)
    assert (did.amount, did.login) == (96000, WORKER.login)
    assert CaseRuleClaim.select().where(CaseRuleClaim.opened == 1).count() == 3
    in_order(store)


def test_nothing_is_noted_and_nothing_opened_without_a_rule_in_force(store: Store) -> None:
    practice = small_practice()
    add_rule(active=False)
    claims = denied(store, practice, 1)
    assert CaseRuleDue.select().count() == 0
    assert run(store, claims) == Outcome()
    CaseRule.update(active=True, reason_codes="50").execute()
    assert reasons(run(store, claims)) == ["no rule speaks of its denial"]


def test_later_denials_join_the_open_case_of_their_payer_and_patient(store: Store) -> None:
    practice = small_practice()
    add_rule()
    denied(store, practice, 1)
    follow(store)
    other = practice.add_client("Osei")
    denied(store, practice, 1, client=other)
    follow(store)
    (case,) = cases()
    assert (case.claims, case.client_id) == (2, None)
    CaseRule.update(joins="open case of the patient").execute()
    denied(store, practice, 1, client=other)
    follow(store)
    assert [one.claims for one in cases()] == [2, 1]
    denied(store, practice, 1, client=other)
    follow(store)
    assert [one.claims for one in cases()] == [2, 2]
    CaseRule.update(joins="new case").execute()
    denied(store, practice, 2, client=other)
    follow(store)
    assert [one.claims for one in cases()] == [2, 2, 1, 1]
    runs = list(CaseRuleRun.select().order_by(CaseRuleRun.id))
    assert [(one.opened, one.joined) for one in runs] == [(1, 0), (0, 1), (1, 0), (0, 1), (2, 0)]
    in_order(store)


def test_another_payer_and_a_closed_case_are_not_joined(store: Store) -> None:
    practice = small_practice()
    add_rule()
    denied(store, practice, 1)
    follow(store)
    blue = practice.add_payer("Blue Meadow")
    client = practice.add_client("Haddad", blue)
    denied(store, practice, 1, client=client, payer=blue)
    follow(store)
    assert [case.payer_id for case in cases()] == [practice.payer.id, blue.id]
    with store.work(BILLER, NOW) as work:
        resolve(work, [cases()[0].id])
    denied(store, practice, 1)
    follow(store)
    assert len(cases()) == 3


def test_owners_are_named_in_turn_or_the_payers_specialist(store: Store) -> None:
    practice = small_practice()
    one = add_rule(joins="new case", owner_by="in turn", owners="dana tom ann")
    denied(store, practice, 2)
    follow(store)
    denied(store, practice, 2)
    follow(store)
    assert [case.owner for case in cases()] == ["dana", "tom", "ann", "dana"]
    assert CaseRule.get().given == 4
    CaseRule.update(owner_by="of the payer").execute()
    denied(store, practice, 1)
    Payer.update(denial_specialist="lea").where(Payer.id == practice.payer.id).execute()
    follow(store)
    denied(store, practice, 1)
    Payer.update(denial_specialist="").where(Payer.id == practice.payer.id).execute()
    follow(store)
    assert [case.owner for case in cases()][4:] == ["lea", "dana"]
    assert CaseRule.get_by_id(one.id).version == one.version, "turns are no edit of the rule"


def test_the_first_rule_that_fits_gets_the_claim(store: Store) -> None:
    practice = small_practice()
    add_rule("Rest", place=20, reason_codes="", subject="The rest")
    add_rule("Large", place=5, reason_codes="", amount_from=40000, subject="Large")
    add_rule("Authorization", place=10)
    denied(store, practice, 1)
    denied(store, practice, 1, "CO-50")
    follow(store)
    assert [case.subject for case in cases()] == ["Authorization missing", "The rest"]


def test_the_clock_of_the_denial_sets_the_follow_up(store: Store) -> None:
    practice = small_practice()
    Payer.update(corrected_days=60, appeal_days=30).execute()
    add_rule(follow_up="before the clock ends", follow_up_days=10)
    denied(store, practice, 1)
    follow(store)
    (case,) = cases()
    # CO-197 goes by the shorter of the two clocks, from the day of the notice.
    assert case.follow_up == max(TODAY, SERVICE_DAY + datetime.timedelta(days=30 - 10))


def test_what_is_paid_written_off_or_replaced_is_passed_over(store: Store) -> None:
    practice = small_practice()
    add_rule()
    claims = denied(store, practice, 3)
    Claim.update(payer_balance=0).where(Claim.id == claims[0].id).execute()
    Claim.update(status="Historical").where(Claim.id == claims[1].id).execute()
    assert run(store, claims).done == [claims[2].id]


def test_a_run_is_taken_back_whole_and_not_done_again_by_itself(store: Store) -> None:
    practice = small_practice()
    add_rule()
    mine = denied(store, practice, 1)
    with store.work(BILLER, NOW) as work:
        open_case(work, [mine[0].id], {"subject": "By hand"})
    denied(store, practice, 1)
    follow(store)
    denied(store, practice, 2)
    follow(store)
    assert [case.claims for case in cases()] == [1, 3]
    first, second = CaseRuleRun.select().order_by(CaseRuleRun.id)
    with pytest.raises(Refused, match="worker"), store.work(BILLER, NOW) as work:
        take_back_run(work, second.id)
    with store.work(ADMINISTRATOR, NOW) as work:
        take_back_run(work, second.id)
    assert [case.claims for case in cases()] == [1, 1]
    with store.work(ADMINISTRATOR, NOW) as work:
        take_back_run(work, first.id)
    assert [case.subject for case in cases()] == ["By hand"]
    assert CaseClaim.select().count() == 1
    follow(store)
    assert len(cases()) == 1
    with pytest.raises(Refused, match="taken back before"), store.work(ADMINISTRATOR, NOW) as work:
        take_back_run(work, first.id)
    in_order(store)


def test_a_run_that_was_worked_on_is_not_taken_back(store: Store) -> None:
    practice = small_practice()
    add_rule()
    denied(store, practice, 1)
    follow(store)
    with store.work(BILLER, NOW) as work:
        resolve(work, [cases()[0].id])
    with pytest.raises(Refused), store.work(ADMINISTRATOR, NOW) as work:
        take_back_run(work, CaseRuleRun.get().id)
    assert cases()[0].stage == "Resolved"


def test_claims_that_come_of_age_are_looked_at_once_a_day(store: Store) -> None:
    practice = small_practice()
    add_rule(age_from=15)
    young, old = denied(store, practice, 2)
    Claim.update(first_service_date=SERVICE_DAY - datetime.timedelta(days=9)).where(
        Claim.id == old.id
    ).execute()
    CaseRuleDue.delete().execute()

    def look(days: int) -> list[int]:
        with store.work(WORKER, NOW + datetime.timedelta(days=days)) as work:
            return look_at_aged(work).done

    assert aged_are_due(store.database, TODAY)
    assert look(0) == [], "what was old before the rule was switched on is left alone"
    assert not aged_are_due(store.database, TODAY)
    assert look(1) == [young.id]
    assert CaseRuleRun.get().occasion == "aged"
    assert look(2) == []


def test_a_rule_that_was_off_for_a_while_begins_anew(store: Store) -> None:
    practice = small_practice()
    rule = add_rule(age_from=15)

    def look(days: int) -> list[int]:
        with store.work(WORKER, NOW + datetime.timedelta(days=days)) as work:
            return look_at_aged(work).done

    look(0)
    CaseRule.update(active=False).execute()
    (claim,) = denied(store, practice, 1)
    assert look(1) == [], "it came of age while the rule was off"
    CaseRule.update(active=True).execute()
    assert look(2) == []
    assert aged_are_due(store.database, TODAY + datetime.timedelta(days=3))
    with store.work(BILLER, NOW + datetime.timedelta(days=2)) as work:
        assert run_tried(work, [rule.id], [claim.id]).done == [claim.id], "by hand it is"


def test_a_case_paid_after_all_is_settled(store: Store) -> None:
    practice = small_practice()
    add_rule()
    first, second = denied(store, practice, 2)
    follow(store)
    assert cases()[0].unsettled == 2

    def pay(claim: Claim) -> None:
        paid = [line(32000, 24000, "CO-45 80.00")]
        reversal = line(-32000, 0, "CO-197 -320.00")
        number = claim.patient_control_number
        post(
            store,
            [
                claim_payment(number, [reversal], status="22", charge=-32000),
                claim_payment(number, paid),
            ],
        )

    pay(first)
    follow(store)
    assert (cases()[0].unsettled, cases()[0].outstanding) == (1, 32000)
    pay(second)
    assert (cases()[0].unsettled, cases()[0].paid, cases()[0].outstanding) == (0, 48000, 0)
    in_order(store)


def test_denials_of_a_resent_claim_open_a_case_again(store: Store) -> None:
    practice = small_practice()
    add_rule()
    (claim,) = sent(store, practice, 1)
    deny(store, [claim])
    follow(store)
    with store.work(BILLER, NOW - datetime.timedelta(days=1)) as work:
        resolve(work, [cases()[0].id])
    outcome = run(store, [claim])
    assert len(outcome.made) == 1, "it was denied after that case was closed"


def test_a_run_in_steps_that_is_killed_is_gone_on_with(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = small_practice()
    add_rule(joins="new case")
    denied(store, practice, 5)
    monkeypatch.setattr(running, "CASES_A_STEP", 2)
    put = running._put
    calls: list[int] = []

    def killed(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        put(*args)

    monkeypatch.setattr(running, "_put", killed)
    with (
        pytest.raises(KeyboardInterrupt),
        store.work(WORKER, NOW, in_steps=True) as work,
    ):
        look_at_next(work)
    assert [case.claims for case in cases()] == [1, 1], "whole steps stay"
    assert CaseRuleDue.select().count() == 1
    follow(store)
    assert [case.claims for case in cases()] == [1] * 5
    assert [(run.opened, run.claims) for run in CaseRuleRun.select()] == [(2, 2), (3, 3)]
    for one in CaseRuleRun.select():
        with store.work(ADMINISTRATOR, NOW) as work:
            take_back_run(work, one.id)
    assert cases() == []
    in_order(store)
