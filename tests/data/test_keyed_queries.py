"""What is asked for by keys is found by keys, not by a status that half the store has.

Without statistics SQLite takes an index of a status for better than several hundred keys. The
work of a day runs on a small practice, and its queries are explained as for a large one.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from peewee import Database, SqliteDatabase

from rcm_tui.billing.cases.rules.running import run_rules
from rcm_tui.billing.cases.rules.trial import try_rules
from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.claims.correcting import correctables
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.secondary import onward
from rcm_tui.billing.claims.submission import mark_submitted, save_and_submit
from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.undo import undo
from rcm_tui.data import bulk
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer, bind
from rcm_tui.data.references import references_to
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.undo import UndoableAction
from tests.billing.cases.rule_rows import add_rule, denied
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.practice_builder import BILLER, NOW, TODAY, small_practice

KEYS = 400
LARGE = "claim remittance charge_item journal entry".split()
BY_STATUS = re.compile(
    rf"USING (?:COVERING )?INDEX (?:{'|'.join(LARGE)})_\w+"
    r" \((?:status|state|adjudication|acknowledgement|kind|account)=\?(?! AND (?:id|rowid)=\?)"
)


@pytest.fixture
def plan_of(store: Store) -> Callable[..., str]:
    """How SQLite means to read a query."""
    if not isinstance(store.database, SqliteDatabase):
        pytest.skip("PostgreSQL keeps statistics of its own accord")

    def plan_of(sql: str, *parameters: Any) -> str:
        steps = read_rows(store.database, f"EXPLAIN QUERY PLAN {sql}", *parameters)
        return "; ".join(step[3] for step in steps)

    return plan_of


@pytest.fixture
def explained(plan_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Query by keys → its plan for as many keys as a page of work has."""
    plans: dict[str, str] = {}

    def explain_and_read(database: Database, sql: str, *parameters: Any) -> list[Any]:
        found = re.search(r"IN \((\?(?:, \?)*)\)", sql)
        if found is None:
            return read_rows(database, sql, *parameters)
        query = f"{sql[: found.start()]}IN (keys){sql[found.end() :]}"
        if query not in plans:
            keys = found[1].count("?")
            many = query.replace("(keys)", f"({', '.join('?' * KEYS)})", 1)
            values = [*[parameters[0]] * KEYS, *parameters[keys:]]
            plans[query] = plan_of(many, *values)
        return read_rows(database, sql, *parameters)

    monkeypatch.setattr(bulk, "read_rows", explain_and_read)
    return plans


def test_the_work_of_a_day_reads_what_is_asked_for_by_its_keys(
    store: Store, explained: dict[str, str]
) -> None:
    practice = small_practice()
    charges = [practice.add_charge(client=practice.add_client(name)).id for name in "AB"]
    original = submitted_claim(store, practice)
    Claim.update(status="Historical").where(Claim.id == original.id).execute()
    replacement = submitted_claim(
        store, practice, chain=original.chain, previous=original, frequency="7"
    )
    with store.work(BILLER, NOW) as work:
        approve_charges(work, ApprovalChoice(charge_items=charges))
        made = generate_claims(work, GenerationChoice(charge_items=charges)).made
        validate_claims(work, made)
        mark_submitted(work, save_and_submit(work, made).done)
    paid = [line(32000, 22000, "CO-45 80.00, PR-3 20.00"), line(24000, 0, "CO-16 240.00")]
    for status in ("1", "2", "4"):
        post(store, [claim_payment(original.patient_control_number, paid, status)])
    correctables(store.database, [replacement.id])
    onward(store.database, [replacement.id], TODAY)
    rule = add_rule(reason_codes="")
    (unpaid,) = denied(store, practice, 1)
    with store.work(BILLER, NOW) as work:
        assert run_rules(work, [unpaid.id]).done
    assert try_rules(store.database, [rule.id], NOW).denied
    drafted = practice.add_charge(client=practice.add_client("C"), status="Ready to Bill").id
    with store.work(BILLER, NOW) as work:
        generate_claims(work, GenerationChoice(charge_items=[drafted], as_draft=True))
    with store.work(BILLER, NOW) as work:
        undo(work, UndoableAction.select().order_by(UndoableAction.id.desc()).get().id)

    asked = " ".join(explained)
    for part in ("c.authorization_id IN", "n.chain = c.chain", "billed_after_id IN", "own.id IN"):
        assert part in asked  # the queries that were slow are among them
    assert {query: plan for query, plan in explained.items() if BY_STATUS.search(plan)} == {}


def test_no_view_looks_beside_each_row_for_all_of_a_status(
    store: Store, plan_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After statistics of a store where nobody has billed a second payer or corrected yet.

    Counting a heap of Home took a minute at 50,000 claims.
    """
    practice = small_practice()
    for _ in range(30):
        practice.add_claim(status="Submitted")
    store.database.execute_sql("ANALYZE")
    plans: dict[str, str] = {}

    def explain(self: QueuePages, sql: str, parameters: Any, reading: Any) -> list[Any]:
        text, bound = bind(sql, parameters, self.viewer, store.database.param)
        plans[f"{self.queue.name} {self.view.name if self.view else ''}"] = plan_of(text, *bound)
        return [(0,) * (1 + len(self.queue.totals))]

    monkeypatch.setattr(QueuePages, "_run", explain)
    viewer = Viewer(TODAY, "maria", store.time_zone)
    for queue in QUEUES.values():
        for view in queue.views:
            QueuePages(store.database, queue, viewer, view=view.name).totals()
    assert "claims secondary" in plans
    beside = {
        name: plan.partition("CORRELATED")[2]
        for name, plan in plans.items()
        if BY_STATUS.search(plan.partition("CORRELATED")[2])
    }
    assert beside == {}


@pytest.mark.parametrize("table", ["claim", "claim_line"])
def test_no_table_is_read_whole_for_a_claim_that_is_deleted(
    plan_of: Callable[..., str], table: str
) -> None:
    """The database looks for what refers to each row that goes, one at a time."""
    referring = list(references_to(table))
    assert referring
    for child, column in referring:
        plan = plan_of(f'SELECT 1 FROM "{child}" WHERE "{column}" = ?', 1)
        assert f"({column}=?" in plan, f"{child}.{column}: {plan}"
