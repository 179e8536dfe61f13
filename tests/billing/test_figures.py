"""Key figures by hand-counted practices: each part, each whole, and nothing divided by nothing."""

import datetime
from fractions import Fraction

import pytest

from rcm_tui.billing.figures import FORMULAS, KeyFigure, key_figures
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.exchange import ClaimResponse, IncomingFile
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remittance
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    remittances,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

TODAY = datetime.date(2026, 11, 20)


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def figures(store: Store) -> dict[str, KeyFigure]:
    return {figure.name: figure for figure in key_figures(store.database, Viewer(TODAY))}


def claim_of(practice: SmallPractice, days_ago: int, **columns: object) -> Claim:
    day = TODAY - datetime.timedelta(days=days_ago)
    return practice.add_claim(status="Submitted", day=day, **columns)


def test_an_empty_practice_has_no_figures_and_no_errors(store: Store) -> None:
    small_practice()
    assert {figure.value for figure in figures(store).values()} == {None}


def test_days_in_ar_are_debts_less_credits_over_a_days_charges(
    store: Store, practice: SmallPractice
) -> None:
    claim_of(practice, 10, billed=365_00, payer_balance=200_00)
    claim_of(practice, 100, billed=365_00, patient_balance=150_00)
    claim_of(practice, 50, billed=0, payer_balance=-50_00)
    claim_of(practice, 400, billed=999_00)  # longer ago than a year: its charges do not count
    found = figures(store)
    # 300.00 over 730.00 / 365 a day
    assert found["days_in_ar"].value == Fraction(300_00 * 365, 730_00) == 150
    assert found["old_ar"].value == Fraction(150_00, 350_00)


def test_collection_counts_decided_claims_alone(store: Store, practice: SmallPractice) -> None:
    paid = {"adjudication": "paid", "expected": 100_00}
    one = claim_of(practice, 30, billed=120_00, paid=90_00, adjusted=30_00, **paid)
    other = claim_of(practice, 30, billed=120_00, paid=100_00, adjusted=20_00, **paid)
    claim_of(practice, 30, billed=500_00, adjudication="pending")
    claim_of(practice, 30, billed=50_00, adjudication="denied")
    old = claim_of(practice, 400, billed=120_00, paid=60_00, adjusted=60_00, **paid)
    for claim, allowed in ((one, 90_00), (other, 100_00), (old, 60_00)):
        ClaimLine.update(expected=100_00, allowed=allowed).where(ClaimLine.claim == claim).execute()
    found = figures(store)
    assert found["net_collection"].value == Fraction(190_00, 240_00)
    assert found["underpaid"].value == Fraction(10_00, 200_00)


def test_what_was_refused_or_edited_is_not_clean(store: Store, practice: SmallPractice) -> None:
    sent = {"submitted_at": datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)}
    refused, edited, _ = (claim_of(practice, 20, **sent) for _ in range(3))
    claim_of(practice, 20, elsewhere=True, **sent)
    file = IncomingFile.create(
        source="test", name="a.277", sha256="0", size=0, content=b"", received_at=NOW
    )
    ClaimResponse.create(
        claim=refused, incoming_file=file, kind="277CA", accepted=False, received_at=NOW
    )
    ClaimResponse.create(
        claim=edited, incoming_file=file, kind="277CA", accepted=True, received_at=NOW
    )
    with store.work(BILLER) as work:
        work.record("edited", "claim", edited.id, claim_note=["", "x"])
        work.record("claim generated", "claim", edited.id)
    found = figures(store)
    assert (found["first_pass"].part, found["first_pass"].whole) == (2, 3)
    assert (found["clean_claims"].part, found["clean_claims"].whole) == (1, 3)


def test_the_first_remittance_decides_whether_a_claim_was_denied(
    store: Store, practice: SmallPractice
) -> None:
    payment = Payment.create(
        amount=0,
        effective_date=TODAY - datetime.timedelta(days=5),
        set_key="s",
        payment_key="p",
        state="posted",
        received_at=NOW,
    )
    number = 0

    def remitted(claim: Claim, *adjustments: tuple[str, str]) -> None:
        nonlocal number
        number += 1
        said = Remittance.create(
            payment=payment,
            position=number,
            claim=claim,
            state="posted",
            patient_control_number=claim.patient_control_number,
            status_code="1",
            charge=100_00,
            paid=0,
        )
        for group, reason in adjustments:
            Adjustment.create(remittance=said, group_code=group, reason_code=reason, amount=1)

    contract, denied, later = (claim_of(practice, 40) for _ in range(3))
    remitted(contract, ("CO", "45"), ("PR", "1"))
    remitted(denied, ("CO", "197"), ("CO", "45"))
    remitted(later, ("CO", "45"))
    remitted(later, ("CO", "197"))  # not its first
    found = figures(store)
    assert (found["denials"].part, found["denials"].whole) == (1, 3)
    dollars = found["denied_money"]
    assert (dollars.part, dollars.whole) == (denied.billed, 3 * denied.billed)


def test_a_claim_sent_anew_is_no_first_send(store: Store, practice: SmallPractice) -> None:
    sent = {"submitted_at": datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)}
    first = claim_of(practice, 20, acknowledgement="rejected", **sent)
    claim_of(practice, 20, previous=first, chain=first.id, **sent)
    replaced = claim_of(practice, 20, **sent)
    Claim.update(status="Historical").where(Claim.id == replaced.id).execute()
    found = figures(store)["first_pass"]
    assert (found.part, found.whole) == (1, 2)


def test_what_a_figure_says_is_what_its_queue_holds(store: Store, practice: SmallPractice) -> None:
    for day, low in ((30, 1000), (100, 2000), (200, 0)):
        claim = submitted_claim(
            store, practice, day=TODAY - datetime.timedelta(days=day), submitted_at=NOW
        )
        said = claim_payment(
            claim.patient_control_number,
            [
                line(32000, 20000 - low, f"CO-45 {80 + low / 100:.2f}, PR-1 40.00"),
                line(24000, 10000, "CO-45 60.00, CO-197 80.00", code="97155"),
            ],
        )
        post(store, remittances([said], effective_date=TODAY - datetime.timedelta(days=5)))
    claim_of(practice, 10, billed=100_00, payer_balance=-30_00, elsewhere=True)
    found = figures(store)
    assert {figure.name for figure in found.values()} == {one.name for one in FORMULAS}
    for figure in found.values():
        for measure, said_to_be in (
            (figure.formula.part, figure.part),
            (figure.formula.whole, figure.whole),
        ):
            if measure.summed is not None:
                continue
            pages = QueuePages(
                store.database,
                QUEUES[measure.queue],
                Viewer(TODAY),
                view=measure.view,
                filter=measure.filter,
            )
            assert len(pages.page().keys) == pages.count()
            totals = pages.totals()
            counted = sum(
                -totals[name[1:]] if name[0] == "-" else totals[name] for name in measure.sums
            )
            assert counted == said_to_be, figure.name
    assert found["old_ar"].part == 2 * (4000 + 8000)  # the patient's, and what was denied
    assert found["days_in_ar"].part == 3 * (4000 + 8000) - 30_00
    assert found["underpaid"].part == 3000
    assert (found["denials"].part, found["denials"].whole) == (3, 3)
