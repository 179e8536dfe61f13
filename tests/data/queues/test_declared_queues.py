"""The declared queues: every view and field runs on both databases, and views read by an index."""

from decimal import Decimal

import pytest

from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Order, Queue, Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import AppealLevel, LetterTemplate
from rcm_tui.data.tables.case_kinds import CaseKind, CaseKindStep
from rcm_tui.data.tables.claims import ClaimLine
from rcm_tui.data.tables.denials import DenialAction
from rcm_tui.data.tables.escalations import EscalationRule
from rcm_tui.data.tables.patient_side import PatientBillingRule, WriteOffReason
from rcm_tui.data.tables.payers import MedicallyUnlikelyEdit, ModifierRule
from rcm_tui.data.tables.purging import PurgePolicy
from tests.practice_builder import TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")
VALUES = {
    "text": "ada",
    "code": "97153",
    "codes": "CO-197",
    "diagnosis": "pica",
    "person": "me",
    "money": "100..200",
    "count": "3",
    "units": "2.5",
    "date": "lastweek",
    "datetime": "<-30d",
    "age": "60",
    "details": "reissued",
}
BIG = ("claim", "charge_item")
SET_UP = (
    *("appeal_level", "letter_template"),
    *("payer", "practice", "practitioner", "business_unit", "location"),
    *("plan", "benefit", "fee", "mue", "modifier_rule"),
    *("write_off_reason", "patient_billing_rule", "denial_action", "case_rule", "payer_rule"),
    "emergency_access",
    *("case_kind", "escalation_rule", "purge_policy", "purge_run", "legal_hold"),
)
"""A practice has some dozens of these: sorting them costs nothing."""
NAMESAKES = "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"
"""Only those of one name are sorted, by their keys."""


def listed(queue: Queue, store: Store, view: str, filter: str = "") -> list[str]:
    pages = QueuePages(store.database, queue, VIEWER, view=view, filter=filter)
    return [str(row[0]) for row in pages.page(limit=50).rows]


def noted_statements(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, tuple[object, ...]]]:
    """The statements that the store runs from now on, until the patch is undone."""
    seen: list[tuple[str, tuple[object, ...]]] = []
    run = store.database.execute_sql

    def noted(sql: str, parameters: tuple[object, ...] = ()) -> object:
        seen.append((sql, parameters))
        return run(sql, parameters)

    monkeypatch.setattr(store.database, "execute_sql", noted)
    return seen


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)
def test_every_view_order_and_total_runs(store: Store, queue: Queue) -> None:
    practice = small_practice()
    practice.add_charge()
    practice.add_claim()
    for view in queue.views:
        pages = QueuePages(store.database, queue, VIEWER, view=view.name)
        found = pages.page(limit=100)
        assert pages.totals()["count"] == len(found)
    for column in queue.columns:
        for order in (Order.by(column.name), Order.by(f"-{column.name}")):
            pages = QueuePages(store.database, queue, VIEWER, order=order)
            first = pages.page(limit=1)
            if len(first):
                pages.page(after=first.places[-1], limit=1)


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)
def test_every_field_can_be_filtered(store: Store, queue: Queue) -> None:
    for table in (
        AppealLevel,
        LetterTemplate,
        MedicallyUnlikelyEdit,
        ModifierRule,
        WriteOffReason,
        PatientBillingRule,
        DenialAction,
        CaseKindStep,
        CaseKind,
        EscalationRule,
        PurgePolicy,
    ):  # a new store has some
        table.delete().execute()
    for field in queue.filterable.values():
        value = VALUES.get(field.kind, field.choices[0].label if field.choices else "")
        text = f"{field.name}{value}" if value.startswith("<") else f"{field.name}:{value}"
        pages = QueuePages(store.database, queue, VIEWER, view=queue.views[0].name, filter=text)
        assert pages.page(limit=10).keys == ()


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)
def test_views_do_not_sort_or_scan_a_big_table_on_sqlite(
    store: Store, engine: str, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine != "sqlite":
        pytest.skip("plans are read from SQLite")
    if queue.from_ in SET_UP:
        pytest.skip("a set-up table is small and may be sorted")
    if queue.from_.startswith("(SELECT"):
        pytest.skip("what is summed from other rows is sorted after it is summed")
    run = store.database.execute_sql
    seen = noted_statements(store, monkeypatch)
    for view in queue.views:
        QueuePages(store.database, queue, VIEWER, view=view.name).page(limit=10)
    monkeypatch.undo()
    # What can be missing in the column ordered by is read on its own, after the rest.
    assert len(seen) >= len(queue.views)
    for sql, parameters in seen:
        plan = run("EXPLAIN QUERY PLAN " + sql, parameters).fetchall()
        inside = [row[0] for row in plan if row[3].endswith("page") and row[1] == 0][:1]
        steps = [row[3] for row in plan if row[1] in inside]
        assert inside, plan
        assert steps, plan
        for step in steps:
            assert not any(step == f"SCAN {table}" for table in BIG), (sql, steps)
            if "MULTI-INDEX" not in " ".join(steps):
                assert "TEMP B-TREE" not in step or step == NAMESAKES, (sql, steps)


SUMMED = {name: queue for name, queue in QUEUES.items() if queue.from_.startswith("(SELECT")}


@pytest.mark.parametrize("queue", SUMMED.values(), ids=SUMMED)
def test_what_is_summed_from_other_rows_is_summed_once_for_a_page(
    store: Store, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = noted_statements(store, monkeypatch)
    QueuePages(store.database, queue, VIEWER).page(limit=10)
    assert seen
    for sql, _ in seen:
        assert sql.count(queue.from_[:30]) == 1, sql


def add_claims_for_words() -> None:
    practice = small_practice()
    for last_name, first_name, numbers in (
        ("OKAFOR", "BRIGHT", (("C-1", "C1K"), ("C-17", "C17K"))),
        ("LOVELACE", "BRIGID", (("D-9", "C-2"),)),
    ):
        client = practice.add_client(last_name, first_name=first_name)
        for number, control_number in numbers:
            practice.add_claim(client=client, number=number, patient_control_number=control_number)


WORDS = [
    ("okafor", {"C-1", "C-17"}),
    ("Love", {"D-9"}),
    ("bri", {"C-1", "C-17", "D-9"}),
    ("bri lovelace", {"D-9"}),
    ("bri c-17", {"C-17"}),
    ("c-1", {"C-1", "C-17"}),
    ("c1k", {"C-1"}),
    ("c17", set()),
    ("-okafor", {"D-9"}),
    ("okafor | c-2", {"C-1", "C-17", "D-9"}),
]


def test_bare_words_find_claims_by_numbers_and_names(store: Store) -> None:
    add_claims_for_words()
    for text, numbers in WORDS:
        assert set(listed(CLAIMS, store, "all", text)) == numbers, text


def test_bare_words_are_looked_up_by_indexes(
    store: Store, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_claims_for_words()
    run = store.database.execute_sql
    if engine == "postgresql":
        run("SET enable_seqscan = off")
    for text, numbers in WORDS:
        if text.startswith("-"):  # what is not something is looked for everywhere
            continue
        pages = QueuePages(store.database, CLAIMS, VIEWER, view="all", filter=text)
        seen = noted_statements(store, monkeypatch)
        assert pages.count() == len(numbers)
        monkeypatch.undo()
        ((sql, parameters),) = seen
        explain = "EXPLAIN QUERY PLAN " if engine == "sqlite" else "EXPLAIN "
        plan = "\n".join(str(row[-1]) for row in run(explain + sql, parameters).fetchall())
        assert "claim_client_id" in plan, (text, plan)
        assert "claim_number_words" in plan, (text, plan)
        assert "SCAN claim" not in plan, (text, plan)
        assert "Seq Scan on claim" not in plan, (text, plan)


def test_the_views_of_claims_hold_what_they_say(store: Store) -> None:
    practice = small_practice()
    draft = practice.add_claim()
    failed = practice.add_claim(error_count=1)
    ready = practice.add_claim(status="Ready to Submit")
    old = practice.add_claim(
        status="Submitted",
        adjudication="pending",
        acknowledgement="accepted by payer",
        submitted_at="2026-01-10T12:00:00.000000Z",
        payer_balance=32000,
    )
    rejected = practice.add_claim(status="Submitted", acknowledgement="rejected")
    denied = practice.add_claim(status="Submitted", adjudication="denied", payer_balance=32000)
    under = practice.add_claim(
        status="Submitted", adjudication="paid", underpaid=1, patient_balance=0
    )
    ClaimLine.update(allowed=ClaimLine.expected - 1).where(ClaimLine.claim == under).execute()
    replaced = practice.add_claim(
        status="Historical", adjudication="denied", submitted_at="2026-01-10T12:00:00.000000Z"
    )
    expected = {
        "draft": {draft, failed},
        "draft_failed": {failed},
        "ready": {ready},
        "submitted": {old, rejected, denied, under},
        "rejected": {rejected},
        "denied": {denied},
        "open_payer": {old, denied},
        "underpaid": {under},
        "no_response": {old},
        "historical": {replaced},
        "filing_near": set(),
    }
    for view, claims in expected.items():
        assert set(listed(CLAIMS, store, view)) == {claim.number for claim in claims}, view


def test_the_filing_deadline_counts_the_payer_s_days(store: Store) -> None:
    practice = small_practice()
    practice.payer.filing_days = 20  # the service was 14 days before today
    practice.payer.save()
    claim = practice.add_claim()
    pages = QueuePages(store.database, CLAIMS, VIEWER, view="filing_near")
    names = [column.name for column in CLAIMS.columns]
    (row,) = pages.page(limit=5).rows
    assert row[names.index("claim_number")] == claim.number
    assert row[names.index("days_to_file")] == 6


def test_a_charge_shows_its_patient_payer_and_units(store: Store) -> None:
    practice = small_practice()
    charge = practice.add_charge()
    queue = QUEUES["charges"]
    pages = QueuePages(store.database, queue, VIEWER, filter="okafor")
    names = [column.name for column in queue.columns]
    (row,) = pages.page(limit=5).rows
    shown = dict(zip(names, row, strict=False))
    assert shown["charge_number"] == charge.number
    assert shown["patient"] == "OKAFOR, ADA"
    assert shown["payer"] == "Acme Health"
    assert Decimal(shown["units"]) == 8000
