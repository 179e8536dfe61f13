"""What a correction says otherwise than what was sent before, and where a denial is mended."""

from typing import Any

import pytest

from rcm_tui.billing.claims.cloning import clone_claim
from rcm_tui.billing.editing.comparing import compare, corrections_among
from rcm_tui.billing.editing.denials import place_of_denial
from rcm_tui.billing.editing.places import Place
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.remittances import Remark, Remittance
from tests.denials import denied_claim
from tests.practice_builder import BILLER, NOW, small_practice


def corrected(store: Store, claim: Claim, frequency: str = "7") -> Claim:
    with store.work(BILLER, NOW) as work:
        clone = clone_claim(work, claim.id, frequency=frequency, original_reference="ICN4")
    return Claim.get_by_id(clone.id)


def told(store: Store, claim: Claim) -> list[tuple[Any, ...]]:
    found = compare(store.database, claim.id)
    assert found is not None
    return [(one.line, one.field.name, one.before, one.after) for one in found.changes]


def test_a_first_submission_is_compared_with_nothing(store: Store) -> None:
    assert compare(store.database, small_practice().add_claim().id) is None


@pytest.mark.parametrize(("frequency", "duplicate"), [("7", True), ("8", False)])
def test_nothing_of_the_services_differs(store: Store, frequency: str, duplicate: bool) -> None:
    claim = denied_claim(small_practice(), "OKAFOR")
    made = corrected(store, claim, frequency)
    found = compare(store.database, made.id)
    assert found is not None
    assert (found.earlier_number, found.same, found.duplicate) == (claim.number, True, duplicate)
    assert told(store, made) == [
        (0, "frequency", "1", frequency),
        (0, "original_reference", "", "ICN4"),
    ]


def test_fields_of_the_claim_and_its_lines(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim((("97153", 8), ("97155", 4)), status="Submitted")
    made = corrected(store, claim)
    Claim.update(facility=practice.home, diagnoses="F84.0 F80.2").where(
        Claim.id == made.id
    ).execute()
    second = ClaimLine.get(ClaimLine.claim == made, ClaimLine.position == 2)
    ClaimLine.update(modifiers="HO", units=5, billed=30000).where(
        ClaimLine.id == second.id
    ).execute()
    found = compare(store.database, made.id)
    assert found is not None
    assert not found.same
    assert [
        row for row in told(store, made) if row[1] not in ("frequency", "original_reference")
    ] == [
        (0, "diagnoses", "F84.0", "F84.0 F80.2"),
        (0, "facility", practice.office.id, practice.home.id),
        (2, "modifiers", "", "HO"),
        (2, "units", 4, 5),
        (2, "billed", 24000, 30000),
    ]
    labels = {one.field.name: (one.before_label, one.after_label) for one in found.changes}
    assert labels["facility"] == ("North office", "Client's home")


def test_lines_that_came_and_went(store: Store) -> None:
    claim = small_practice().add_claim((("97153", 8), ("97155", 4)), status="Submitted")
    made = corrected(store, claim)
    ClaimLine.delete().where(ClaimLine.claim == made, ClaimLine.position == 1).execute()
    ClaimLine.update(previous=None).where(ClaimLine.claim == made).execute()
    found = compare(store.database, made.id)
    assert found is not None
    assert found.added == ["line 2: 97155 on 2026-03-02"]
    assert found.left_out == ["line 1: 97153 on 2026-03-02", "line 2: 97155 on 2026-03-02"]
    assert not found.same


def test_only_what_takes_anothers_place_is_a_correction(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim(status="Submitted")
    made = [corrected(store, claim, frequency).id for frequency in ("1", "6", "7", "8")]
    assert corrections_among(store.database, [claim.id, *made]) == made[1:]


@pytest.mark.parametrize(
    ("reason", "kind", "field"),
    [
        ("4", "claim_line", "modifiers"),
        ("181", "claim_line", "procedure_code"),
        ("11", "claim", "diagnoses"),
        ("B7", "claim", "rendering"),
    ],
)
def test_a_denial_leads_to_the_field_it_speaks_of(
    store: Store, reason: str, kind: str, field: str
) -> None:
    made = corrected(store, denied_claim(small_practice(), "OKAFOR", reason))
    place = place_of_denial(store.database, made.id)
    assert place is not None
    assert (place.kind, place.field) == (kind, field)
    if kind == "claim_line":
        assert place == Place(kind, ClaimLine.get(ClaimLine.claim == made).id, field)


@pytest.mark.parametrize(
    ("remark", "kind", "field"),
    [
        ("M76", "claim", "diagnoses"),
        ("N290", "claim", "rendering"),
        ("N519", "claim_line", "modifiers"),
    ],
)
def test_a_vague_denial_leads_to_the_field_that_its_remark_names(
    store: Store, remark: str, kind: str, field: str
) -> None:
    made = corrected(store, denied_claim(small_practice(), "OKAFOR", "16"))
    Remark.create(remittance=Remittance.get(), code=remark)
    place = place_of_denial(store.database, made.id)
    assert place is not None
    assert (place.kind, place.field) == (kind, field)


def test_a_vague_denial_leads_nowhere(store: Store) -> None:
    made = corrected(store, denied_claim(small_practice(), "OKAFOR", "16"))
    assert place_of_denial(store.database, made.id) is None
