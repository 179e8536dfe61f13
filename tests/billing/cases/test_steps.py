"""Kinds of cases: their steps copied, done one by one, and what they want before a case closes."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.cases.stages import cancel, resolve, set_stage
from rcm_tui.billing.cases.steps import settle_steps
from rcm_tui.billing.check import check_store
from rcm_tui.billing.editing import Invalid, add, remove, save
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.actor import Actor
from rcm_tui.data.first_case_kinds import KINDS
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.case_kinds import CaseKind, CaseKindStep
from rcm_tui.data.tables.cases import CaseFile, CaseStep
from tests.billing.cases.test_cases import denied, do, opened, undo_last
from tests.practice_builder import BILLER, TODAY, small_practice

ADMINISTRATOR = Actor("ada", "Ada", "administrator")


def kind_named(name: str) -> CaseKind:
    found = CaseKind.get(CaseKind.name == name)
    assert isinstance(found, CaseKind)
    return found


def new_case(store: Store, **fields: Any) -> CaseFile:
    added = do(store, add, "case_file", {"subject": "Refund", **fields})
    return CaseFile.get_by_id(added.id)


def steps_of(case: CaseFile) -> list[CaseStep]:
    found = CaseStep.select().where(CaseStep.case == case.id)
    return list(found.order_by(CaseStep.position))


def settle(store: Store, steps: list[CaseStep], state: str = "done", **more: Any) -> Any:
    return do(store, settle_steps, [step.id for step in steps], state, **more)


def proven(store: Store) -> None:
    (found,) = (one for one in check_store(store.database, store.audit_key) if one.name == "cases")
    assert found.ok, found.problems


def days(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def test_every_kind_gives_its_steps_and_clocks(store: Store) -> None:
    small_practice()
    for kind in KINDS:
        case = new_case(store, kind=kind_named(kind.name).id)
        found = [(s.position, s.title, s.words, s.needed, s.due, s.state) for s in steps_of(case)]
        assert found == [
            (n, s.title, s.words, s.needed, days(s.days) if s.days else None, "open")
            for n, s in enumerate(kind.steps, 1)
        ]
        assert kind.days is not None
        assert case.due == days(kind.days)
        clocks = [s.days for s in kind.steps if s.days] + [kind.days]
        assert case.next_due == days(min(clocks))
    proven(store)


def test_a_denials_case_is_of_the_usual_kind_and_one_of_two_is_refused(store: Store) -> None:
    case = opened(store, denied(small_practice(), 1))
    usual = kind_named("Service request")
    assert case.kind_id == usual.id
    assert [step.title for step in steps_of(case)] == ["Find out why", "Ask for it", "Follow up"]
    other = kind_named("Incident")
    with pytest.raises(Invalid, match="Usual one: Service request is that already"):
        do(store, save, "case_kind", other.id, other.version, {"usual": True})
    do(store, save, "case_kind", usual.id, usual.version, {"usual": False})
    do(store, save, "case_kind", other.id, other.version, {"usual": True})
    assert new_case(store).kind_id == other.id


def test_a_template_that_changes_leaves_running_cases_alone(store: Store) -> None:
    small_practice()
    kind = kind_named("Incident")
    running = new_case(store, kind=kind.id)
    first = CaseKindStep.get(CaseKindStep.kind == kind, CaseKindStep.position == 1)
    do(store, save, "case_kind_step", first.id, first.version, {"title": "Hold all claims"})
    new_step = {"kind": kind.id, "position": 6, "title": "Write it down"}
    do(store, add, "case_kind_step", new_step)
    assert [s.title for s in steps_of(running)] == [s.title for s in KINDS[2].steps]
    titles = [s.title for s in steps_of(new_case(store, kind=kind.id))]
    assert (titles[0], titles[-1], len(titles)) == ("Hold all claims", "Write it down", 6)


def test_steps_are_done_by_whom_and_when_and_that_is_undone(store: Store) -> None:
    small_practice()
    case = new_case(store, kind=kind_named("Incident").id)
    first, second = steps_of(case)[:2]
    settle(store, [first], note="Held 12 claims")
    done = steps_of(case)[0]
    assert (done.state, done.settled_by, done.note) == ("done", "maria", "Held 12 claims")
    assert done.settled_at is not None
    assert CaseFile.get_by_id(case.id).next_due == days(3)
    again = settle(store, [first])
    assert [left.reason for left in again.left] == ["it is done already"]
    settle(store, [second], "not applicable")
    assert CaseFile.get_by_id(case.id).next_due == days(10)
    details = [r.details for r in AuditRecord.select().where(AuditRecord.action == "step")]
    assert any("Held 12 claims" in text and "Stop it" in text for text in details)
    undo_last(store)
    undo_last(store)
    assert [s.state for s in steps_of(case)] == ["open"] * 5
    assert CaseFile.get_by_id(case.id).next_due == days(1)
    settle(store, [first])
    settle(store, [first], "open")
    assert steps_of(case)[0].settled_by == ""
    with pytest.raises(Refused, match="500 are the most"):
        settle(store, [first], note="x" * 501)
    proven(store)


def test_what_a_kind_requires_is_named_before_a_case_is_resolved(store: Store) -> None:
    small_practice()
    case = new_case(store, kind=kind_named("Process to decision").id, owner="")

    def why(function: Any, *args: Any, actor: Actor = ADMINISTRATOR) -> str:
        outcome = do(store, function, [case.id], *args, actor=actor)
        return outcome.left[0].reason if outcome.left else ""

    only = "of the kind Process to decision, closed by administrator or billing manager only"
    assert why(resolve, actor=BILLER) == only
    assert why(cancel, actor=BILLER) == only
    empty = "Owner and Description are empty, which the kind Process to decision requires"
    assert why(resolve) == empty
    do(store, save, "case_file", case.id, case.version, {"owner": "ada"})
    assert why(resolve).startswith("Description is empty")
    now = CaseFile.get_by_id(case.id)
    do(store, save, "case_file", case.id, now.version, {"description": "Overpaid in May"})
    listed = "Collect the facts, Check the rules, Propose and 2 more"
    assert why(set_stage, "Resolved") == f"5 needed steps are open: {listed}"
    steps = steps_of(case)
    settle(store, steps[:4])
    assert why(resolve) == "a needed step is open: Tell who asked"
    settle(store, steps[4:], "not applicable")
    assert why(resolve) == ""
    closed = CaseFile.get_by_id(case.id)
    assert (closed.stage, closed.next_due) == ("Resolved", None)
    left = settle(store, steps[:1], "open").left
    assert left[0].reason == f"case {case.number} is Resolved: reopen it first"
    proven(store)


def test_who_gives_a_case_up_needs_no_steps(store: Store) -> None:
    small_practice()
    case = new_case(store, kind=kind_named("Incident").id)
    assert do(store, cancel, [case.id]).done == [case.id]


def test_another_kind_takes_the_place_of_steps_that_nobody_touched(store: Store) -> None:
    small_practice()
    case = new_case(store, kind=kind_named("Incident").id)
    settle(store, steps_of(case)[:1])
    version = CaseFile.get_by_id(case.id).version
    kind = kind_named("Investigation")
    do(store, save, "case_file", case.id, version, {"kind": kind.id})
    assert [s.title for s in steps_of(case)] == ["Stop it", *(s.title for s in KINDS[3].steps)]
    assert CaseFile.get_by_id(case.id).due == days(60)
    proven(store)
    undo_last(store)
    assert [s.title for s in steps_of(case)] == [s.title for s in KINDS[2].steps]
    assert CaseFile.get_by_id(case.id).next_due == days(3)


def test_a_case_is_removed_with_its_steps_and_comes_back_with_them(store: Store) -> None:
    small_practice()
    case = new_case(store)
    do(store, remove, "case_file", case.id, case.version)
    assert not CaseStep.select().exists()
    undo_last(store)
    assert len(steps_of(case)) == 3
    proven(store)


def test_wrong_templates_get_a_sentence(store: Store) -> None:
    kind = kind_named("Incident")
    for field, value, sentence in (
        ("required", "owner pet", "Required owner pet has pet, which is none of owner, followup"),
        ("closers", "Biller, cook", "Closed by Biller, cook has cook, which is none of admin"),
        ("days", 0, "Days 0 is not enough"),
    ):
        with pytest.raises(Invalid, match=sentence):
            do(store, save, "case_kind", kind.id, kind.version, {field: value})
