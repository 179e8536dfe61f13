"""Escalation by rule: what fits, how far it raises, to whom it goes, and only once a level."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.cases.escalation import active_rules, escalate, plan
from rcm_tui.billing.cases.stages import reopen, resolve
from rcm_tui.billing.editing import Invalid, add, save
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.escalations import CaseEscalation, EscalationRule
from rcm_tui.data.tables.practice import User
from rcm_tui.jobs.schedule import ESCALATE
from rcm_tui.jobs.worker import Worker
from tests.billing.cases.test_cases import denied, do, opened, undo_last
from tests.billing.cases.test_steps import kind_named, new_case, proven
from tests.jobs.clock import Clock
from tests.practice_builder import NOW, TODAY, small_practice


def rule(store: Store, **fields: Any) -> EscalationRule:
    values = {"name": f"Rule {EscalationRule.select().count()}", "active": True, **fields}
    return EscalationRule.get_by_id(do(store, add, "escalation_rule", values).id)


def person(login: str, role: str, **columns: Any) -> None:
    User.create(login=login, name=login.title(), role=role, **columns)


def run(store: Store) -> list[int]:
    return list(do(store, escalate, actor=WORKER).done)


def days(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def level_of(case: CaseFile) -> int:
    return int(CaseFile.get_by_id(case.id).level)


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"overdue_days": 4}, {"late", "clock"}),
        ({"overdue_days": 5}, {"late"}),
        ({"least_outstanding": 32000}, {"money"}),
        ({"least_outstanding": 32001}, set()),
        ({"priority": "high"}, {"high"}),
        ({"kind": "Incident"}, {"clock"}),
        ({"payer": True}, {"money"}),
        ({"overdue_days": 4, "kind": "Incident"}, {"clock"}),
        ({"overdue_days": 5, "kind": "Incident"}, set()),
        ({"from_level": 1, "level": 2}, set()),
    ],
)
def test_a_rule_raises_what_fits_all_its_conditions(
    store: Store, fields: dict[str, Any], fits: set[str]
) -> None:
    practice = small_practice()
    cases = {
        "late": new_case(store, follow_up=days(-5)),
        "high": new_case(store, priority="high", follow_up=days(5)),
        "clock": new_case(store, kind=kind_named("Incident").id),
        "money": opened(store, denied(practice, 1)),
    }
    done = new_case(store, priority="high", follow_up=days(-30))
    do(store, resolve, [done.id])
    CaseFile.update(next_due=days(-4)).where(CaseFile.id == cases["clock"].id).execute()
    values = {**fields}
    if "kind" in values:
        values["kind"] = kind_named(values["kind"]).id
    if "payer" in values:
        values["payer"] = practice.payer.id
    rule(store, **values)
    planned = plan(store.database, active_rules(store.database), TODAY)
    assert {one.case for one in planned} == {cases[name].id for name in fits}
    assert not CaseEscalation.select().exists(), "only tried"
    run(store)
    assert {name for name in cases if level_of(cases[name])} == fits
    assert level_of(done) == 0


def test_money_below_a_case_counts_with_its_own(store: Store) -> None:
    practice = small_practice()
    top = new_case(store)
    opened(store, denied(practice, 2), parent=top.id)
    rule(store, least_outstanding=50000)
    assert len(run(store)) == 2, "the one below has it too"
    assert level_of(top) == 1


def test_each_level_is_reached_once_whatever_people_set_since(store: Store) -> None:
    small_practice()
    case = new_case(store, follow_up=days(-10))
    rule(store, overdue_days=3)
    rule(store, overdue_days=7, from_level=1, level=2, sets_priority="high")
    assert run(store) == [case.id]
    assert level_of(case) == 1
    assert run(store) == [case.id]
    found = CaseFile.get_by_id(case.id)
    assert (found.level, found.priority) == (2, "high")
    assert run(store) == []
    do(store, save, "case_file", case.id, found.version, {"level": 0})
    assert run(store) == [], "a person has set it back"
    do(store, resolve, [case.id])
    do(store, reopen, [case.id])
    assert not CaseEscalation.select().exists()
    assert run(store) == [case.id], "taken up again it begins anew"
    proven(store)


def test_the_highest_level_counts_where_several_rules_fit(store: Store) -> None:
    small_practice()
    case = new_case(store, follow_up=days(-10))
    rule(store, overdue_days=3)
    highest = rule(store, overdue_days=7, level=3)
    assert run(store) == [case.id]
    assert level_of(case) == 3
    assert [row.rule_id for row in CaseEscalation.select()] == [highest.id]


def test_a_roles_people_get_cases_in_turn_and_a_person_gets_hers(store: Store) -> None:
    practice = small_practice()
    for login in ("dora", "bert"):
        person(login, "denial specialist")
    person("gone", "denial specialist", active=False)
    person("carl", "billing manager")
    rule(store, overdue_days=1, role="denial specialist")
    rule(store, least_outstanding=1, level=2, owner="carl")
    late = [new_case(store, follow_up=days(-2), owner="tom") for _ in range(3)]
    dear = opened(store, denied(practice, 1))
    run(store)
    owners = [CaseFile.get_by_id(case.id).owner for case in (*late, dear)]
    assert owners == ["bert", "dora", "bert", "carl"]
    another = new_case(store, follow_up=days(-2))
    run(store)
    assert CaseFile.get_by_id(another.id).owner == "dora"
    told = [r.details for r in AuditRecord.select().where(AuditRecord.subject_id == late[0].id)]
    assert any("to level 1 by the rule" in text and "bert" in text for text in told)


def test_what_a_person_runs_is_undone(store: Store) -> None:
    small_practice()
    case = new_case(store, follow_up=days(-2), owner="tom")
    rule(store, overdue_days=1, sets_priority="high")
    do(store, escalate)
    assert level_of(case) == 1
    undo_last(store)
    found = CaseFile.get_by_id(case.id)
    assert (found.level, found.priority) == (0, "normal")
    assert run(store) == [case.id]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "every condition: all cases would fit"),
        ({"overdue_days": 1, "from_level": 2, "level": 2}, "not below the level"),
        ({"overdue_days": 1, "owner": "maria", "role": "biller"}, "a case has one owner"),
        ({"overdue_days": 1, "owner": "nemo"}, "Owner nemo is no login of the practice"),
        ({"overdue_days": 1, "role": "client coordinator"}, "nobody has it"),
        ({"overdue_days": 1, "level": 12}, "To level 12 is no level: 1 to 9 are"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(
    store: Store, fields: dict[str, Any], sentence: str
) -> None:
    small_practice()
    with pytest.raises(Invalid, match=sentence):
        rule(store, **fields)


def test_the_worker_escalates_every_hour_and_not_twice(store: Store) -> None:
    small_practice()
    case = new_case(store, follow_up=days(-2))
    rule(store, overdue_days=1)
    worker = Worker(store, "one", Clock(NOW))
    assert worker.run(once=True, job=ESCALATE) == 0
    assert level_of(case) == 1
    worker.run(once=True, job=ESCALATE)
    assert CaseEscalation.select().count() == 1
