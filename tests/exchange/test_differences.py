"""What a file says otherwise than the rows: kept as pairs, given back while the rows stand."""

import json
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings

from rcm_tui.exchange.differences import applied, differences
from rcm_tui.x12.claim import Payer, ProfessionalClaim
from tests.x12 import strategies
from tests.x12.made import CHILD, claim, full_claim, line


def through_json(tree: object) -> dict[str, object]:
    kept: dict[str, object] = json.loads(json.dumps(tree))
    return kept


def test_equal_claims_have_no_differences() -> None:
    assert differences(full_claim(), full_claim()) == {}


def test_only_what_differs_is_kept() -> None:
    ours = claim(lines=(line(1), line(2)))
    theirs = replace(
        ours,
        payer=replace(ours.payer, name="OTHER NAME"),
        lines=(line(1), line(2, charge=Decimal("99.50"))),
        patient=CHILD,
    )
    tree = differences(ours, theirs)
    assert tree["payer"] == {"name": ["EXAMPLE HEALTH PLAN", "OTHER NAME"]}
    assert tree["lines"] == {"1": {"charge": ["120.00", "99.50"]}}
    assert tree["patient"][0] is None
    assert applied(ours, through_json(tree)) == theirs


def test_rows_that_were_changed_since_keep_their_own_word() -> None:
    ours = claim(lines=(line(1), line(2)))
    theirs = replace(ours, payer=Payer("OTHER", "60054"), lines=(line(1), line(3)))
    tree = through_json(differences(ours, theirs))
    now = replace(ours, payer=Payer("CORRECTED", "60054"), lines=(line(1),))
    assert applied(now, tree) == now


def test_a_part_that_is_gone_or_of_another_version_is_passed_over() -> None:
    ours = claim(facility=claim().billing_provider)
    theirs = replace(ours, facility=replace(claim().billing_provider, last_name="X"))
    tree = through_json(differences(ours, theirs))
    assert applied(replace(ours, facility=None), tree).facility is None
    assert applied(ours, {"no_such_field": [1, 2]}) == ours


@settings(max_examples=25)
@given(strategies.claims(), strategies.claims())
def test_any_claim_can_be_told_by_its_differences_from_any_other(
    ours: ProfessionalClaim, theirs: ProfessionalClaim
) -> None:
    assert applied(ours, through_json(differences(ours, theirs))) == theirs
