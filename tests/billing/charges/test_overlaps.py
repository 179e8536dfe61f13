"""The matrix of services at the same time: the usual pairs, and what a payer says instead."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges, preview_approval
from rcm_tui.billing.charges.overlaps import find_overlaps
from rcm_tui.billing.editing import Invalid, add, save
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import Session
from rcm_tui.data.tables.overlaps import ConcurrentService
from rcm_tui.data.tables.payers import Payer
from tests.practice_builder import MANAGER, NOW, SERVICE_DAY, SmallPractice, small_practice


def pair(practice: SmallPractice, who: str, one: str, other: str, **columns: Any) -> None:
    """Two sessions at the same time: of one patient, or of one practitioner."""
    if who == "patient":
        practice.add_charge(code=one)
        practice.add_charge(code=other, practitioner=practice.supervisor, hour=15, **columns)
    else:
        practice.add_charge(code=one)
        practice.add_charge(code=other, client=practice.add_client("OTHER"), hour=15, **columns)


def overlaps(store: Store) -> list[tuple[str, int]]:
    charges = [row.id for row in Session.select()]
    found = find_overlaps(store.database, charges, [SERVICE_DAY.isoformat()])
    return [(one.who, one.charge) for one in found]


# The usual pairs: aba_rules.md:2 and :20, which of them ours.
USUAL = [
    ("patient", "97153", "97155", True),
    ("patient", "97155", "97153", True),
    ("patient", "97153", "97156", True),
    ("patient", "97154", "97155", True),
    ("patient", "97151", "97152", True),
    ("patient", "97153", "97153", False),
    ("patient", "97155", "97155", False),
    ("patient", "97151", "97153", False),
    ("practitioner", "97154", "97154", True),
    ("practitioner", "97157", "97157", True),
    ("practitioner", "97158", "97158", True),
    ("practitioner", "97153", "97153", False),
    ("practitioner", "97153", "97155", False),
]


@pytest.mark.parametrize(("who", "one", "other", "allowed"), USUAL)
def test_the_usual_pairs(store: Store, who: str, one: str, other: str, allowed: bool) -> None:
    pair(small_practice(), who, one, other)
    assert overlaps(store) == ([] if allowed else [(who, 1), (who, 2)])


# Humana Military pays for no two of them, but for separate family service; and not for two
# supervisors on one code: aba_rules.md:20.
NONE_BUT = [
    ("patient", "97153", "97155", False),
    ("patient", "97155", "97155", False),
    ("patient", "97153", "97156", True),
    ("practitioner", "97154", "97154", False),
]


@pytest.mark.parametrize(("who", "one", "other", "allowed"), NONE_BUT)
def test_a_payer_may_pay_for_none_but_some(
    store: Store, who: str, one: str, other: str, allowed: bool
) -> None:
    practice = small_practice()
    Payer.update(concurrent="none").execute()
    ConcurrentService.create(payer=practice.payer, procedure_code="97156", other_code="97153")
    pair(practice, who, one, other)
    assert bool(overlaps(store)) != allowed


def test_a_payer_may_refuse_one_of_the_usual_pairs(store: Store) -> None:
    practice = small_practice()
    ConcurrentService.create(
        payer=practice.payer, procedure_code="97155", other_code="97153", allowed=False
    )
    pair(practice, "patient", "97153", "97155")
    assert overlaps(store)


def test_what_one_payer_says_is_not_said_by_another(store: Store) -> None:
    practice = small_practice()
    other = practice.add_payer("Blue Meadow", concurrent="none")
    ConcurrentService.create(payer=other, procedure_code="97151", other_code="97153")
    pair(practice, "patient", "97151", "97153")
    assert overlaps(store)


def test_each_sessions_payer_has_to_allow_it(store: Store) -> None:
    practice = small_practice()
    other = practice.add_payer("Blue Meadow", concurrent="none")
    client = practice.add_client("OTHER", other)
    practice.add_charge(code="97154")
    practice.add_charge(code="97154", client=client, hour=15)
    assert overlaps(store)
    ConcurrentService.create(
        payer=other, who="practitioner", procedure_code="97154", other_code="97154"
    )
    assert overlaps(store) == []


def test_sessions_that_only_touch_do_not_overlap(store: Store) -> None:
    practice = small_practice()
    practice.add_charge(code="97151")
    practice.add_charge(code="97151", hour=16)
    practice.add_charge(code="97151", hour=15, day=SERVICE_DAY + datetime.timedelta(days=1))
    assert overlaps(store) == []


def test_approval_warns_by_the_payers_matrix(store: Store) -> None:
    practice = small_practice()
    pair(practice, "patient", "97153", "97155")
    assert preview_approval(store.database, ApprovalChoice()).warnings == {}
    with store.work(MANAGER, NOW) as work:
        save(work, "payer", practice.payer.id, 1, {"concurrent": "none"})
    assert sum(preview_approval(store.database, ApprovalChoice()).warnings.values()) == 2
    with store.work(MANAGER, NOW) as work:
        outcome = approve_charges(work, ApprovalChoice())
    assert len(outcome.warnings) == 2
    assert "the patient has another session at the same time" in outcome.warnings[0].reason


def test_of_two_codes_a_payer_says_one_thing(store: Store) -> None:
    practice = small_practice()
    values = {"payer": practice.payer.id, "procedure_code": "97153", "other_code": "97155"}
    with store.work(MANAGER, NOW) as work:
        key = add(work, "concurrent_service", values).id
        turned = {**values, "procedure_code": "97155", "other_code": "97153"}
        with pytest.raises(Invalid, match="97153 with 97155 is there already"):
            add(work, "concurrent_service", turned)
        add(work, "concurrent_service", {**turned, "who": "practitioner"})
        save(work, "concurrent_service", key, 1, {"allowed": False})
    assert ConcurrentService.select().count() == 2
