"""Which claim and which claim line a remittance is for."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.remittances.matching import KnownLine, match_claims, match_lines
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    lines_of,
    submitted_claim,
)
from tests.practice_builder import SERVICE_DAY, small_practice

NEXT_DAY = SERVICE_DAY + datetime.timedelta(days=1)


def known(key: int, code: str = "97153", modifiers: str = "", **columns: Any) -> KnownLine:
    day = columns.get("day", SERVICE_DAY).isoformat()
    return KnownLine(key, f"L{key}", code, tuple(modifiers.split()), day, columns.get("billed", 1))


LINES = [
    known(1, modifiers="HM"),
    known(2, modifiers="HN"),
    known(3, "97155", billed=24000),
    known(4, "97155", day=NEXT_DAY, billed=36000),
]


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ([line(1, 1, line_control_number="L4", code="XXXXX")], [4]),
        ([line(1, 1, modifiers=("HN",)), line(1, 1, modifiers=("HM",))], [2, 1]),
        ([line(1, 1), line(1, 1)], [1, 2]),
        ([line(1, 1), line(1, 1, modifiers=("HM",))], [2, 1]),
        ([line(1, 1), line(1, 1), line(1, 1)], [1, 2, None]),
        ([line(1, 1, code="97155", first_service_date=NEXT_DAY)], [4]),
        ([line(36000, 1, code="97155", first_service_date=None)], [4]),
        ([line(-36000, 1, code="97155", first_service_date=None)], [4]),
        ([line(5, 1, code="97155", first_service_date=None)], [None]),
        ([line(1, 1, code="00000", submitted_procedure_code="97155")], [3]),
        ([line(1, 1, line_control_number="L1"), line(1, 1, line_control_number="L1")], [1, 2]),
        ([line(1, 1, code="99999", line_control_number="")], [None]),
    ],
    ids=[
        *("control number", "modifiers", "modifiers dropped", "strict match first"),
        *("one too many", "date", "amount without date", "amount of a reversal"),
        *("nothing alike", "as submitted", "one line once", "another code"),
    ],
)
def test_lines(sent: list[Any], found: list[int | None]) -> None:
    assert match_lines(claim_payment("C", sent), LINES) == found


def test_the_order_of_modifiers_does_not_matter() -> None:
    lines = [known(1, modifiers="95 HM"), known(2, modifiers="HM HO")]
    sent = claim_payment("C", [line(1, 1, modifiers=("HO", "HM"))])
    assert match_lines(sent, lines) == [2]


def test_a_claim_without_a_date_of_its_lines_gives_them_its_own() -> None:
    sent = claim_payment(
        "C", [line(1, 1, code="97155", first_service_date=None)], first_service_date=NEXT_DAY
    )
    assert match_lines(sent, LINES) == [4]


def test_claims_by_control_number_then_by_the_payers_number(store: Store) -> None:
    practice = small_practice()
    first = submitted_claim(store, practice, payer_claim_control_number="ICN1")
    second = submitted_claim(store, practice, payer_claim_control_number="ICN2")
    sent = [
        claim_payment(second.patient_control_number, payer_claim_control_number="ICN1"),
        claim_payment("0", payer_claim_control_number="ICN1"),
        claim_payment("", payer_claim_control_number=""),
        claim_payment("NOBODY", payer_claim_control_number="NOTHING"),
    ]
    found = match_claims(store.database, sent)
    assert [match.claim and match.claim.id for match in found] == [second.id, first.id, None, None]
    assert found[2].reason == "no claim has the patient control number (none)"
    assert found[3].reason == "no claim has the patient control number NOBODY"


def test_two_claims_with_the_payers_number_are_for_a_person(store: Store) -> None:
    practice = small_practice()
    for _ in range(2):
        submitted_claim(store, practice, payer_claim_control_number="ICN1")
    (found,) = match_claims(store.database, [claim_payment("0", payer_claim_control_number="ICN1")])
    assert found.claim is None
    assert found.reason == (
        "2 claims have the payer's claim control number ICN1,"
        " and charge and date do not tell them apart"
    )


def test_claims_from_elsewhere_that_share_a_number_are_told_apart(store: Store) -> None:
    practice = small_practice()
    numbers = ("A", "A~2", "A~3", "A~4")
    claims = [
        submitted_claim(store, practice, [("97153", turn)], patient_control_number=number)
        for turn, number in enumerate(numbers, 1)
    ]
    for claim in claims:
        for charge in (claim.billed, -claim.billed):
            (found,) = match_claims(store.database, [claim_payment("A", charge=charge, paid=0)])
            assert found.claim is not None
            assert found.claim.id == claim.id
    (unknown,) = match_claims(store.database, [claim_payment("A", charge=1, paid=0)])
    assert unknown.claim is None
    assert unknown.reason == (
        "4 claims have the patient control number A, and charge and date do not tell them apart"
    )


@pytest.mark.parametrize("status", ["Draft", "Ready to Submit"])
def test_a_claim_that_was_never_sent_is_not_posted_to(store: Store, status: str) -> None:
    claim = small_practice().add_claim(status=status)
    (found,) = match_claims(store.database, [claim_payment(claim.patient_control_number)])
    assert found.claim is None
    assert found.reason == f"claim {claim.number} was never submitted"


def test_a_historical_claim_still_gets_its_answer(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    Claim.update(status="Historical").execute()
    (found,) = match_claims(store.database, [claim_payment(claim.patient_control_number)])
    assert found.claim is not None
    assert found.claim.id == claim.id


def test_by_line_control_numbers_where_no_other_number_fits(store: Store) -> None:
    practice = small_practice()
    claim, other = (submitted_claim(store, practice) for _ in range(2))
    numbers = [one.line_control_number for one in lines_of(claim)]

    def sent(charge: int, *numbers: str, **columns: Any) -> Any:
        lines = [line(charge // len(numbers), 1, line_control_number=n) for n in numbers]
        return claim_payment("LOST", lines, first_service_date=SERVICE_DAY, **columns)

    found = match_claims(
        store.database,
        [
            sent(56000, *numbers),
            sent(55000, *numbers),  # another charge: line numbers alone prove nothing
            sent(56000, numbers[0], lines_of(other)[0].line_control_number),
            sent(56000, "1", "2"),
        ],
    )
    assert [match.claim and match.claim.id for match in found] == [claim.id, None, None, None]
    assert found[0].lines == [one.id for one in lines_of(claim)]


def test_what_a_person_chose_is_as_chosen(store: Store) -> None:
    practice = small_practice()
    claim, other = (submitted_claim(store, practice) for _ in range(2))
    first, second = lines_of(claim)
    chosen = claim_payment(
        other.patient_control_number,
        [line(1, 1, code="97155", claim_line=first.id), line(1, 1, code="97155")],
        claim=claim.id,
    )
    by_number = claim_payment(claim.patient_control_number, [line(1, 1)])
    found = match_claims(store.database, [chosen, by_number])
    assert [match.claim and match.claim.id for match in found] == [claim.id, claim.id]
    assert [match.lines for match in found] == [[first.id, second.id], [first.id]]
