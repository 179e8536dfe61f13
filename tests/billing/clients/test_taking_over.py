"""Another case manager from a day on: who is named on what was not sent, foreseen and then done."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.editing import Invalid, add, remove, save
from rcm_tui.billing.editing.appointing import Foreseen, appoint, foresee
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import CaseManager, RenderingAssignment
from tests.billing.whole_rows import whole_rows
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

TAKES_OVER = datetime.date(2026, 3, 9)


def managed_practice() -> SmallPractice:
    """A practice whose claims name the case manager: no assignment goes before."""
    practice = small_practice()
    RenderingAssignment.delete().execute()
    return practice


def values(practice: SmallPractice, who: Any, **more: Any) -> dict[str, Any]:
    return {
        "client": practice.client.id,
        "practitioner": who.id,
        "service_line": "ABA",
        "starts_on": TAKES_OVER,
        "ends_on": None,
        **more,
    }


def taken_over(store: Store, given: dict[str, Any], seen: Foreseen) -> None:
    with store.work(BILLER, NOW) as work:
        appoint(work, 0, 0, given, ending=seen.ending)


def drafts_of_two_weeks(store: Store, practice: SmallPractice) -> list[Claim]:
    """A Draft of 03/02, one of 03/09, and charges of 03/03 and 03/10 that are not on a claim."""
    for day in (2, 9):
        practice.add_charge(day=datetime.date(2026, 3, day))
    with store.work(BILLER, NOW) as work:
        approve_charges(work, ApprovalChoice())
    for charge in ChargeItem.select():
        with store.work(BILLER, NOW) as work:
            generate_claims(work, GenerationChoice(charge_items=[charge.id], as_draft=True))
    for day in (3, 10):
        practice.add_charge(day=datetime.date(2026, 3, day))
    return list(Claim.select().order_by(Claim.id))


def test_what_will_change_is_foreseen_and_then_so(store: Store) -> None:
    practice = managed_practice()
    before, after = drafts_of_two_weeks(store, practice)
    solis = practice.add_practitioner("SOLIS")
    given = values(practice, solis)
    seen = foresee(store.database, 0, given)
    assert seen.ending is not None
    assert (seen.ending.name, str(seen.ending.last)) == ("RUIZ, DANA", "2026-03-08")
    assert [(one.day, one.old, one.new) for one in seen.changes.charges] == [
        ("2026-03-10", "RUIZ, DANA", "SOLIS, SAM")
    ]
    assert [(one.number, one.old, one.new) for one in seen.changes.drafts] == [
        (after.number, "RUIZ, DANA", "SOLIS, SAM")
    ]
    assert CaseManager.select().count() == 1, "nothing is written yet"
    taken_over(store, given, seen)
    assert [(str(m.starts_on), str(m.ends_on)) for m in CaseManager.select()] == [
        ("2026-01-01", "2026-03-08"),
        ("2026-03-09", "None"),
    ]
    assert Claim.get_by_id(before.id).rendering == practice.supervisor
    assert Claim.get_by_id(after.id).rendering == solis
    assert not foresee(store.database, 0, given).changes


def test_it_is_undone_whole(store: Store) -> None:
    practice = managed_practice()
    drafts_of_two_weeks(store, practice)
    given = values(practice, practice.add_practitioner("SOLIS"))
    before = whole_rows(store.database)
    taken_over(store, given, foresee(store.database, 0, given))
    assert whole_rows(store.database) != before
    last = last_undoable(store.database, BILLER.login)
    assert last is not None
    assert last.title == "Change case manager"
    with store.work(BILLER, NOW) as work:
        undo(work, last.id)
    assert whole_rows(store.database) == before


def test_when_the_new_one_does_not_fit_the_old_one_stays(store: Store) -> None:
    practice = managed_practice()
    given = values(practice, practice.add_practitioner("SOLIS", enrolled=False))
    seen = foresee(store.database, 0, given)
    with pytest.raises(Invalid, match="not enrolled"):
        taken_over(store, given, seen)
    assert [m.ends_on for m in CaseManager.select()] == [None]


def test_a_draft_whose_provider_was_chosen_by_hand_is_left(store: Store) -> None:
    practice = managed_practice()
    _, draft = drafts_of_two_weeks(store, practice)
    chosen = practice.add_practitioner("HAND")
    Claim.update(rendering=chosen).where(Claim.id == draft.id).execute()
    given = values(practice, practice.add_practitioner("SOLIS"))
    seen = foresee(store.database, 0, given)
    assert not seen.changes.drafts
    assert [(one.name, one.reason) for one in seen.changes.left] == [
        (draft.number, "its rendering provider was chosen by hand")
    ]
    taken_over(store, given, seen)
    assert Claim.get_by_id(draft.id).rendering == chosen


def test_a_draft_of_services_before_and_after_is_left(store: Store) -> None:
    practice = managed_practice()
    for day in (6, 9):
        practice.add_charge(day=datetime.date(2026, 3, day))
    with store.work(BILLER, NOW) as work:
        approve_charges(work, ApprovalChoice())
        generate_claims(work, GenerationChoice(as_draft=True))
    seen = foresee(store.database, 0, values(practice, practice.add_practitioner("SOLIS")))
    assert not seen.changes.drafts
    assert "different rendering providers" in seen.changes.left[0].reason


def test_a_submitted_claim_keeps_whom_it_names(store: Store) -> None:
    practice = managed_practice()
    claim = practice.add_claim(status="Submitted", day=TAKES_OVER)
    given = values(practice, practice.add_practitioner("SOLIS"))
    taken_over(store, given, foresee(store.database, 0, given))
    assert Claim.get_by_id(claim.id).rendering == practice.supervisor


def test_adding_editing_and_removing_do_the_same_to_drafts(store: Store) -> None:
    practice = managed_practice()
    CaseManager.delete().execute()
    _, draft = drafts_of_two_weeks(store, practice)
    assert draft.rendering is None
    solis = practice.add_practitioner("SOLIS")
    with store.work(BILLER, NOW) as work:
        key = add(work, "case_manager", values(practice, solis, starts_on="2026-01-01")).id
    assert Claim.get_by_id(draft.id).rendering == solis
    with store.work(BILLER, NOW) as work:
        save(work, "case_manager", key, 1, {"practitioner": practice.supervisor.id})
    assert Claim.get_by_id(draft.id).rendering == practice.supervisor
    with store.work(BILLER, NOW) as work:
        remove(work, "case_manager", key, 2)
    assert Claim.get_by_id(draft.id).rendering is None


# A vacation changes nothing (seeds/001:12): there is nothing to enter, and nobody is replaced.
def test_weeks_without_sessions_of_the_case_manager_change_nothing(store: Store) -> None:
    practice = managed_practice()
    before, after = drafts_of_two_weeks(store, practice)
    assert {before.rendering, after.rendering} == {practice.supervisor}
    assert not ChargeItem.select().where(ChargeItem.practitioner == practice.supervisor).exists()
