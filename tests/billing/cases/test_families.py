"""Cases below cases: no circles, a depth that is bounded, figures rolled up, guarded closing."""

from itertools import pairwise

import pytest

from rcm_tui.billing.cases.claims import add_claims
from rcm_tui.billing.cases.closing import open_below
from rcm_tui.billing.cases.families import DEEPEST
from rcm_tui.billing.cases.stages import cancel, reopen, resolve, set_stage
from rcm_tui.billing.check import check_store
from rcm_tui.billing.editing import Invalid, remove, save, save_many
from rcm_tui.billing.ledger import NewJournal, post_charges, post_journals, refresh_balances
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.ledger import PAYER_RECEIVABLE
from tests.billing.cases.test_cases import denied, do, opened, undo_last
from tests.billing.cases.test_steps import kind_named, new_case, proven, settle, steps_of
from tests.practice_builder import small_practice


def put(store: Store, cases: list[CaseFile], parent: CaseFile | None) -> Outcome:
    changes = {"parent": parent and parent.id}
    outcome: Outcome = do(store, save_many, "case_file", [c.id for c in cases], changes)
    return outcome


def now(case: CaseFile) -> CaseFile:
    return CaseFile.get_by_id(case.id)


def below(case: CaseFile) -> tuple[int, int, int]:
    found = now(case)
    return found.open_children, found.children_claims, found.children_outstanding


def test_what_lies_below_adds_up_at_any_depth_and_follows_every_change(store: Store) -> None:
    practice = small_practice()
    claims = denied(practice, 4)
    top, middle, low = (opened(store, [claim]) for claim in claims[:3])
    put(store, [low], middle)
    put(store, [middle], top)
    assert (below(top), below(middle), below(low)) == ((2, 2, 64000), (1, 1, 32000), (0, 0, 0))
    do(store, add_claims, low.id, [claims[3].id])
    assert below(top) == (2, 3, 96000)
    do(store, resolve, [low.id])
    assert (below(top), below(middle)) == ((1, 1, 32000), (0, 0, 0))
    undo_last(store)
    assert below(top) == (2, 3, 96000)
    put(store, [middle], None)
    assert (below(top), below(middle)) == ((0, 0, 0), (1, 2, 64000))
    undo_last(store)
    assert below(top) == (2, 3, 96000)
    child = new_case(store, parent=middle.id)
    assert below(top)[0] == 3
    do(store, remove, "case_file", child.id, child.version)
    assert below(top)[0] == 2
    proven(store)


def test_money_that_moves_on_a_claim_reaches_the_cases_above(store: Store) -> None:
    claim = small_practice().add_claim(status="Submitted")
    top, low = new_case(store), opened(store, [claim])
    put(store, [low], top)
    do(store, post_charges, [claim.id])
    assert below(top) == (1, 1, claim.billed)
    entries = [
        (PAYER_RECEIVABLE, claim.id, None, -5000),
        ("payer payments", claim.id, None, 5000),
    ]
    do(store, post_journals, [NewJournal("remittance", claim.id, entries)])
    do(store, refresh_balances, [claim.id])
    assert below(top) == (1, 1, claim.billed - 5000)
    proven(store)


def test_a_circle_and_a_closed_or_too_deep_case_above_are_refused(store: Store) -> None:
    small_practice()
    chain = [new_case(store) for _ in range(DEEPEST + 1)]
    for upper, lower in pairwise(chain[:DEEPEST]):
        assert put(store, [lower], upper).done == [lower.id]
    for parent, sentence in (
        (chain[0], "It cannot stand under itself"),
        (chain[2], f"It cannot stand under {chain[2].number}, which stands under it"),
    ):
        (left,) = put(store, [chain[0]], parent).left
        assert left.reason.startswith(sentence)
    deep = f"cases would stand {DEEPEST + 1} deep there, {DEEPEST} is the most"
    assert deep in put(store, [chain[DEEPEST]], chain[DEEPEST - 1]).left[0].reason
    assert deep in put(store, [chain[0]], chain[DEEPEST]).left[0].reason, "what is below counts"
    alone = chain[DEEPEST]
    do(store, resolve, [alone.id])
    fresh = new_case(store)
    with pytest.raises(Invalid, match=f"under {alone.number}, which is Resolved: reopen"):
        do(store, save, "case_file", fresh.id, fresh.version, {"parent": alone.id})
    one, two = new_case(store), new_case(store)
    left = put(store, [one, two], one).left
    assert len(left) == 1, "of several the one that would stand under itself is left"
    proven(store)


def test_a_case_waits_for_what_is_open_below_it(store: Store) -> None:
    practice = small_practice()
    claims = denied(practice, 2)
    top, low = opened(store, claims[:1]), opened(store, claims[1:])
    strict = new_case(store, kind=kind_named("Incident").id, parent=low.id, owner="tom")
    put(store, [low], top)
    for function in (resolve, cancel):
        (left,) = do(store, function, [top.id]).left
        assert left.reason == f"below it is open: {low.number} and 1 more; settle that first"
    assert do(store, set_stage, [top.id], "Resolved").left[0].name == top.number
    found = open_below(store.database, [top.id])
    assert (found.cases, found.claims, found.outstanding) == ([low.id, strict.id], 1, 32000)
    outcome = do(store, resolve, [top.id], with_children=True)
    reasons = {left.name: left.reason for left in outcome.left}
    assert outcome.done == []
    assert reasons[strict.number].startswith("Description is empty")
    assert reasons[low.number] == f"below it is open: {strict.number}; settle that first"
    idle = new_case(store, parent=top.id)
    do(store, resolve, [top.id], with_children=True)
    assert now(idle).closed_at is None, "nothing below is closed while the case itself is not"
    do(store, resolve, [idle.id])
    do(store, save_many, "case_file", [strict.id], {"description": "Lost"})
    settle(store, steps_of(strict))
    outcome = do(store, resolve, [top.id], with_children=True)
    assert sorted(outcome.done) == sorted([top.id, low.id, strict.id])
    assert outcome.amount == 64000
    proven(store)
    (left,) = do(store, reopen, [strict.id]).left
    assert left.reason == f"the case above it is Resolved: reopen {low.number} first"
    assert do(store, reopen, [strict.id, low.id, top.id]).left == []
    undo_last(store)
    undo_last(store)
    assert [now(c).stage for c in (top, low, strict)] == ["New", "New", "New"]
    assert below(top)[0] == 2
    proven(store)


def test_a_case_with_others_below_it_is_not_removed(store: Store) -> None:
    small_practice()
    top = new_case(store)
    low = new_case(store, parent=top.id)
    with pytest.raises(Refused, match=f"case {low.number} refers to it"):
        do(store, remove, "case_file", top.id, now(top).version)


def test_figures_that_were_altered_are_found(store: Store) -> None:
    small_practice()
    top = new_case(store)
    low = new_case(store, parent=top.id)
    CaseFile.update(open_children=7).where(CaseFile.id == top.id).execute()
    CaseFile.update(next_due="2020-01-01").where(CaseFile.id == low.id).execute()
    found = next(one for one in check_store(store.database, store.audit_key) if one.name == "cases")
    assert len(found.problems) == 2
    assert f"case {top.number}: open children says 7" in found.problems[0]
