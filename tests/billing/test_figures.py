"""Key figures by hand-counted practices: each part, each whole, and nothing divided by nothing."""

import datetime
from fractions import Fraction

import pytest

from rcm_tui.billing.figures import KeyFigure, key_figures
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import ClaimResponse, IncomingFile
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remittance
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

TODAY = datetime.date(2026, 11, 20)


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def figures(store: Store) -> dict[str, KeyFigure]:
    return {figure.name: figure for figure in key_figures(store.database, TODAY)}


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
    claim_of(practice, 30, billed=120_00, paid=90_00, adjusted=30_00, **paid)
    claim_of(practice, 30, billed=120_00, paid=100_00, adjusted=20_00, **paid)
    claim_of(practice, 30, billed=500_00, adjudication="pending")
    claim_of(practice, 30, billed=50_00, adjudication="denied")
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
    denials = figures(store)["denials"]
    assert (denials.part, denials.whole) == (1, 3)


def test_every_figure_names_records_that_can_be_shown(store: Store) -> None:
    small_practice()
    for figure in figures(store).values():
        pages = QueuePages(
            store.database,
            QUEUES[figure.queue],
            Viewer(TODAY),
            view=figure.view,
            filter=figure.filter,
        )
        assert pages.page().keys == ()
