"""Statements: lines since the last one, what is due by age, from the ledger to the cent."""

import datetime
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.invoices.payments import take_payment_on_account
from rcm_tui.billing.patients.rules import decide, rules_in_force
from rcm_tui.billing.statements.content import StatementContent, kept_back
from rcm_tui.billing.statements.making import make_statements
from rcm_tui.billing.write_offs.writing_off import write_off
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.patient_side import PatientBillingRule, Statement, WriteOffReason
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import Practice
from rcm_tui.exchange.statements.pdf import write_statements_pdf
from rcm_tui.exchange.statements.text import statement_text
from tests.billing.claims.second_payer import add_coverage, billed_onward, sent
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, small_practice

LATER = NOW + datetime.timedelta(days=29)


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def left_over(store: Store, practice: SmallPractice, days: int, share: str) -> Claim:
    """A claim of `days` ago whose payer left so much to the patient."""
    day = TODAY - datetime.timedelta(days=days)
    claim = submitted_claim(store, practice, (("97153", 8),), day=day)
    cents = round(float(share) * 100)
    paid = line(32000, 32000 - cents, f"PR-3 {share}", first_service_date=day)
    post(store, [claim_payment(claim.patient_control_number, [paid])])
    return claim


def due(store: Store, day: datetime.date, view: str = "due") -> list[int]:
    viewer = Viewer(day, "maria")
    queue = QUEUES["statements_due"]
    pages = QueuePages(store.database, queue, viewer, view=queue.view(view))
    return [int(key) for key in pages.page(limit=10).keys]


def make(store: Store, practice: SmallPractice, now: datetime.datetime = NOW) -> StatementContent:
    with store.work(BILLER, now) as work:
        (key,) = make_statements(work, [practice.client.id]).made
    return StatementContent.from_json(Statement.get_by_id(key).content)


def test_what_is_due_stands_by_age(store: Store, practice: SmallPractice) -> None:
    for days, share in ((0, "1.00"), (30, "2.00"), (31, "4.00"), (90, "8.00"), (121, "16.00")):
        left_over(store, practice, days, share)
    content = make(store, practice)
    assert content.ageing == [300, 400, 800, 0, 1600]
    assert content.due == sum(content.ageing) == 3100
    row = Statement.get()
    assert (row.due, row.current, row.over_30, row.over_60, row.over_90, row.over_120) == (
        3100, 300, 400, 800, 0, 1600,
    )  # fmt: skip
    assert AuditRecord.select().where(AuditRecord.action == "statement made").count() == 1


def test_the_next_one_begins_where_the_last_one_ended(
    store: Store, practice: SmallPractice
) -> None:
    first = left_over(store, practice, 14, "20.00")
    before = make(store, practice)
    assert [(one.words, one.amount) for one in before.lines] == [
        ("Your share after insurance", 2000)
    ]
    assert (before.previous, before.before, before.due) == ("", 0, 2000)
    with store.work(BILLER, NOW) as work:
        take_payment_on_account(work, practice.client.id, 1500, "check")
    second = left_over(store, practice, 5, "7.00")
    with store.work(BILLER, NOW) as work:
        small = WriteOffReason.get(WriteOffReason.name == "Small balance").id
        write_off(work, [first.id], "patient", small)
    after = make(store, practice, LATER)
    assert (after.previous, after.before) == (f"{before.number} of {TODAY.isoformat()}", 2000)
    assert [(one.words, one.claim, one.amount) for one in after.lines] == [
        ("Payment, thank you", first.number, -1500),
        ("Your share after insurance", second.number, 700),
        ("Written off", first.number, -500),
    ]
    assert after.due == 700 == sum(claim.patient_balance for claim in Claim.select())


def test_who_owes_nothing_gets_none(store: Store, practice: SmallPractice) -> None:
    with store.work(BILLER, NOW) as work:
        outcome = make_statements(work, [practice.client.id])
    assert [left.reason for left in outcome.left] == ["nothing is due"]
    assert not Statement.select().count()


def test_a_statement_is_due_again_after_four_weeks(store: Store, practice: SmallPractice) -> None:
    left_over(store, practice, 3, "20.00")
    assert due(store, TODAY) == due(store, TODAY, "first") == [practice.client.id]
    make(store, practice)
    assert due(store, TODAY, "first") == []
    assert due(store, TODAY + datetime.timedelta(days=27)) == []
    assert due(store, TODAY + datetime.timedelta(days=28)) == [practice.client.id]


def test_money_is_sent_to_the_remit_address_or_to_the_unit(
    store: Store, practice: SmallPractice
) -> None:
    left_over(store, practice, 3, "20.00")
    assert make(store, practice).remit_to[0] == Practice.get().name
    Practice.update(
        remit_name="Lockbox 7", remit_line1="PO BOX 12", remit_city="Albany", remit_state="NY",
        remit_zip="122010012", remit_phone="5185550100",
    ).execute()  # fmt: skip
    content = make(store, practice, LATER)
    assert content.remit_to == ["Lockbox 7", "PO BOX 12", "Albany, NY 12201-0012"]
    assert content.phone == "518-555-0100"


def say(store: Store, practice: SmallPractice) -> str:
    with store.work(BILLER, NOW) as work:
        (left,) = make_statements(work, [practice.client.id]).left
    return left.reason


def test_what_a_further_payer_is_asked_first_is_on_no_statement(
    store: Store, practice: SmallPractice
) -> None:
    add_coverage(practice)
    asked = left_over(store, practice, 14, "20.00")
    stays = left_over(store, practice, 14, "5.00")
    first = make(store, practice)
    assert (first.due, due(store, TODAY + datetime.timedelta(days=28))) == (
        2500, [practice.client.id],
    )  # fmt: skip
    (second,) = billed_onward(store, asked).made
    # Made and not sent yet: the share stands on the first claim still, and waits.
    assert Claim.get_by_id(asked.id).patient_balance == 2000
    between = make(store, practice, LATER)
    assert (between.before, between.due, sum(between.ageing)) == (2500, 500, 500)
    assert [(one.words, one.claim, one.amount) for one in between.lines] == [
        ("Not to be paid now", "", -2000)
    ]
    assert "Not to be paid now " in statement_text(between)
    assert write_statements_pdf([between], io.BytesIO()) == 1
    sent(store, second)
    assert make(store, practice, LATER).due == 500
    # The second payer leaves 4.00 of it to the patient.
    paid = line(32000, 1600, "OA-23 300.00, PR-2 4.00", first_service_date=asked.first_service_date)
    number = Claim.get_by_id(second).patient_control_number
    post(store, [claim_payment(number, [paid], "2")])
    after = make(store, practice, LATER)
    assert (after.before, after.due, sum(after.ageing)) == (500, 900, 900)
    owed = [one.patient_balance for one in Claim.select().order_by(Claim.id)]
    assert owed == [0, 500, 400]
    assert stays.id


def test_what_may_not_be_billed_to_patients_is_on_no_statement(
    store: Store, practice: SmallPractice
) -> None:
    left_over(store, practice, 14, "20.00")
    rule = PatientBillingRule.create(
        payer=practice.payer, group_code="PR", decision="write off", note="Medicaid: never"
    )
    assert due(store, TODAY) == []
    assert say(store, practice) == (
        "20.00 of 1 claim is not asked for: a further payer is asked first, or it may not be billed"
        " to patients"
    )
    PatientBillingRule.update(active=False).where(PatientBillingRule.id == rule.id).execute()
    assert due(store, TODAY) == [practice.client.id]
    assert make(store, practice).due == 2000


RULES = st.lists(
    st.tuples(
        st.sampled_from([None, "its", "another"]),
        st.sampled_from(["", "CI", "MC"]),
        st.sampled_from(["", "NY", "CA"]),
        st.sampled_from(["", "PR", "CO"]),
        st.sampled_from(["write off", "bill patient"]),
        st.booleans(),
    ),
    max_size=6,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rules=RULES, indicator=st.sampled_from(["CI", "MC", ""]))
def test_statements_ask_for_what_the_rules_let_be_billed(
    store: Store, rules: list[tuple[Any, ...]], indicator: str
) -> None:
    """The rules are told once in Python and once in SQL: they decide the same."""
    with store.database.atomic() as savepoint:
        practice = small_practice()
        payers = {"its": practice.payer, "another": practice.add_payer("Other"), None: None}
        practice.coverage.filing_indicator = indicator
        practice.coverage.save()
        claim = practice.add_claim(status="Submitted", patient_balance=500)
        for payer, filing, state, group, decision, active in rules:
            PatientBillingRule.create(
                payer=payers[payer],
                filing_indicator=filing,
                state=state,
                group_code=group,
                decision=decision,
                note="",
                active=active,
            )
        in_python = decide(
            rules_in_force(store.database),
            practice.payer.id,
            indicator or Payer.get_by_id(practice.payer.id).filing_indicator,
            "NY",
            ["PR"],
        )
        kept = kept_back(store.database, [practice.client.id])
        assert (claim.id not in kept) == in_python.may
        savepoint.rollback()
