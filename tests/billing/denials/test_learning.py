"""What was denied before becomes a payer rule, which then speaks by itself."""

import pytest

from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.denials.learning import denied_of_history, denied_of_line, learn
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.queues.denied_before import DENIED_BEFORE
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.denial_history import DenialHistory
from rcm_tui.data.tables.payer_rules import PayerRule
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, small_practice

KEPT = (("2026-01", "CO-197", 4), ("2026-02", "CO-197", 5), ("2026-02", "", 2))


def denied_claim_line(practice: SmallPractice, store: Store) -> Claim:
    """A draft whose line was denied 9 of 11 times for the lack of an authorization."""
    claim = practice.add_claim([("97153", 8)])
    modifiers = ClaimLine.get(ClaimLine.claim == claim).modifiers
    for month, reason, answered in (
        ("2026-01", "CO-197", 4),
        ("2026-02", "CO-197", 5),
        ("2026-02", "", 2),
    ):
        DenialHistory.create(
            payer=claim.payer,
            procedure_code="97153",
            modifiers=modifiers,
            place_of_service=claim.place_of_service,
            rendering=claim.rendering,
            month=month,
            reason=reason,
            answered=answered,
            denied=answered if reason else 0,
            denied_amount=32000 * answered if reason else 0,
        )
    with store.work(BILLER, NOW) as work:
        validate_claims(work, [claim.id])
    return claim


def said(claim: Claim) -> list[str]:
    found = ClaimValidation.select().where(ClaimValidation.claim == claim)
    return [f"{one.severity} {one.reason}" for one in found if one.field == "line.procedure_code"]


def test_a_warning_becomes_a_rule_of_the_same_lines_and_is_silent_then(store: Store) -> None:
    claim = denied_claim_line(small_practice(), store)
    (warning,) = said(claim)
    assert warning.startswith("warning 9 of 11 denied CO-197 since October 2025: 97153")
    with store.work(BILLER, NOW) as work:
        learnt = learn(work, [denied_of_line(work, claim.id, 1)])
    (rule,) = PayerRule.select()
    assert (rule.payer_id, rule.procedure_codes, rule.places) == (claim.payer_id, "97153", "11")
    assert (rule.rendering_id, rule.reason) == (claim.rendering_id, "CO-197")
    assert (rule.wanted, rule.strictness) == ("authorization", "soft")
    assert [one.id for one in learnt.claims] == [claim.id]
    assert said(claim) == []  # the claim has its authorization
    other = small_claim_without_authorization(claim)
    with store.work(BILLER, NOW) as work:
        validate_claims(work, [other.id])
    assert said(other) == [f"warning Payer rule: {rule.words.rstrip('.')}."]
    with store.work(BILLER, NOW) as work:
        again = learn(work, [denied_of_line(work, claim.id, 1)])
    assert (again.rules, again.known) == ([], 1)
    with store.work(BILLER, NOW) as work:
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        undo(work, action.id)
    assert PayerRule.select().count() == 0
    assert said(claim) == [warning]


def small_claim_without_authorization(claim: Claim) -> Claim:
    Claim.update(authorization_number="", authorization=None).where(Claim.id == claim.id).execute()
    return claim


def test_nothing_is_learnt_of_a_line_that_is_paid(store: Store) -> None:
    claim = small_practice().add_claim([("97153", 8)])
    with store.work(BILLER, NOW) as work, pytest.raises(Refused, match="denied often enough"):
        denied_of_line(work, claim.id, 1)


def test_the_queue_of_what_was_denied_sums_the_months_and_makes_rules(store: Store) -> None:
    denied_claim_line(small_practice(), store)
    DenialHistory.create(procedure_code="97155", reason="CO-50", month="2025-03", denied=9)
    pages = QueuePages(store.database, DENIED_BEFORE, Viewer(TODAY))
    page = pages.page(limit=9)
    row = dict(zip((one.name for one in DENIED_BEFORE.columns), page.rows[0], strict=True))
    assert len(page) == 1
    assert (row["denied"], row["answered"], row["percent"]) == (9, 11, 81)
    assert (row["amount"], row["month"], row["rule"]) == (288000, "2026-02", "")
    with store.work(BILLER, NOW) as work:
        learn(work, denied_of_history(store.database, map(int, page.keys)), hard=True)
    assert PayerRule.get().strictness == "hard"
    assert pages.page(limit=9).rows[0][-1] == "yes"
