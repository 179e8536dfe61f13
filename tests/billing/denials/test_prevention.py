"""What was denied before, for the next line like it: how wide is looked, and from when on."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.denials.prevention import DeniedBefore, Prevention, Situation
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.denial_history import DenialHistory
from rcm_tui.data.tables.payer_rules import PayerRule
from rcm_tui.data.tables.practice import Practice
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.denials import follow_denials
from tests.practice_builder import MANAGER, NOW, TODAY, SmallPractice, small_practice

SINCE = "2025-10"


def kept(practice: SmallPractice, denied: int, answered: int, **columns: Any) -> None:
    """Answers to 97153 HM at 11 by the technician: so many denied for CO-197, the others not."""
    same = {
        "payer": practice.payer,
        "procedure_code": "97153",
        "modifiers": "HM",
        "place_of_service": "11",
        "rendering": practice.technician,
        "month": "2026-02",
        **columns,
    }
    DenialHistory.create(**same, reason="CO-197", answered=denied, denied=denied)
    DenialHistory.create(**same, answered=answered - denied)


def looked_up(store: Store, practice: SmallPractice, **changed: Any) -> DeniedBefore | None:
    mine = Situation(practice.payer.id, "97153", "HM", "11", practice.technician.id)
    return Prevention(store.database, TODAY).denied_before(mine._replace(**changed))


def test_the_narrowest_that_was_answered_often_enough_speaks(store: Store) -> None:
    practice = small_practice()
    assert looked_up(store, practice) is None
    kept(practice, 4, 4)
    assert looked_up(store, practice) is None  # four are too few
    kept(practice, 5, 7, rendering=practice.supervisor)
    expected = DeniedBefore("CO-197", 9, 11, SINCE, "place")
    assert looked_up(store, practice) == expected
    kept(practice, 0, 20, place_of_service="12")
    assert looked_up(store, practice) == expected
    assert looked_up(store, practice, place="02") is None  # of the code 9 of 31
    assert looked_up(store, practice, rendering=practice.supervisor.id) == DeniedBefore(
        "CO-197", 5, 7, SINCE, "provider"
    )
    kept(practice, 0, 9)  # the technician is paid: the others do not count any more
    assert looked_up(store, practice) is None
    assert looked_up(store, practice, modifiers="HN") is None
    assert looked_up(store, practice, payer=99) is None


@pytest.mark.parametrize(
    ("answers", "percent", "months", "warned"),
    [(5, 50, 6, True), (6, 50, 6, False), (5, 61, 6, False), (5, 60, 1, False), (5, 60, 0, False)],
)
def test_the_practice_says_what_is_enough(
    store: Store, answers: int, percent: int, months: int, warned: bool
) -> None:
    practice = small_practice()
    kept(practice, 3, 5)
    Practice.update(
        denied_before_answers=answers,
        denied_before_percent=percent,
        denied_before_months=months,
    ).execute()
    assert (looked_up(store, practice) is not None) == warned


def test_what_is_long_ago_does_not_count(store: Store) -> None:
    practice = small_practice()
    kept(practice, 9, 9, month="2025-09")
    assert looked_up(store, practice) is None
    DenialHistory.update(month=SINCE).execute()
    assert looked_up(store, practice) is not None


def test_from_posted_denials_to_the_warning_on_the_next_draft(store: Store) -> None:
    practice = small_practice()
    day = datetime.date(2026, 3, 2)
    for _ in range(6):
        claim = submitted_claim(store, practice, [("97153", 8)])
        denied = line(32000, 0, "CO-197 320.00")
        post(store, [claim_payment(claim.patient_control_number, [denied], "4")])
    draft = practice.add_claim([("97153", 8)], first_service_date=day)

    def warnings() -> list[str]:
        with store.work(MANAGER, NOW) as work:
            follow_denials(work)
            found = validate_claims(work, [draft.id])[draft.id]
        return [f"{one.severity}: {one.reason}" for one in found if one.line == 1]

    modifiers = ClaimLine.get(ClaimLine.claim == draft).modifiers
    said = f"6 of 6 denied CO-197 since October 2025: 97153 {modifiers}".strip()
    assert [one for one in warnings() if one.startswith(f"warning: {said} at place 11 by")]
    rule = PayerRule.create(
        payer=practice.payer,
        procedure_codes="97153",
        wanted="authorization",
        words="Acme wants an authorization for 97153.",
        strictness="hard",
        reason="CO-197",
    )
    assert not [one for one in warnings() if "denied" in one]  # learnt, and kept
    Claim.update(authorization_number="").where(Claim.id == draft.id).execute()
    assert f"error: Payer rule: {rule.words}" in warnings()
