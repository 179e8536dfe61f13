"""The check is ok on what the program wrote, and fails on whatever was altered behind its back."""

from decimal import Decimal

import pytest

from rcm_tui.billing.check import CHECKS, CheckResult, check_store
from rcm_tui.billing.ledger import seal_journals
from rcm_tui.billing.outcome import Cancelled
from rcm_tui.billing.remittances.posting import post_payment
from rcm_tui.billing.remittances.received import ReceivedProviderAdjustment
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction, TransmittedClaim
from rcm_tui.data.work import Work
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    remittances,
    reversal_of,
    submitted_claim,
)
from tests.denials import follow_denials
from tests.practice_builder import BILLER, NOW, small_practice


def fill(store: Store) -> list[Claim]:
    """A store with everything the checks look at: paid, denied, reversed, orphaned, held."""
    practice = small_practice()
    practice.add_claim()
    claims = [submitted_claim(store, practice) for _ in range(3)]
    numbers = [claim.patient_control_number for claim in claims]
    paid = claim_payment(numbers[0], [line(32000, 22000, "CO-45 80.00, PR-3 20.00")])
    denied = claim_payment(numbers[1], [line(32000, 0, "CO-197 320.00")], "4")
    taken = [ReceivedProviderAdjustment("WO", 500, "X")]
    post(store, remittances([paid, denied, claim_payment("X", [line(100, 100)])], taken=taken))
    post(store, [reversal_of(paid), claim_payment(numbers[2], [line(32000, 32000)])])
    assert post(store, remittances([], amount=1)).state == "held"
    with store.work(BILLER, NOW) as work:
        follow_denials(work)
    transaction = ClaimsTransaction.create(
        clearinghouse=practice.clearinghouse,
        interchange_control_number=1,
        group_control_number=1,
        file_name="1.837",
        content=b"",
        size=0,
        sha256="",
        claims=1,
        billed=claims[0].billed,
        fence=1,
        built_at=NOW,
        acknowledgement="pending",
    )
    TransmittedClaim.create(
        claims_transaction=transaction, claim=claims[0], set_control_number="0001"
    )
    Claim.update(elsewhere=False).where(Claim.id == claims[0].id).execute()
    return claims


def failures(store: Store) -> dict[str, list[str]]:
    return {each.name: each.problems for each in checked(store) if not each.ok}


def checked(store: Store) -> list[CheckResult]:
    return check_store(store.database, store.audit_key)


def unguard(store: Store) -> None:
    """What somebody does who alters rows behind the program's back: the guards come off."""
    run = store.database.execute_sql
    if type(store.database).__name__.startswith("Sqlite"):
        run("PRAGMA foreign_keys = OFF")
        for table in ("journal", "entry", "audit_record"):
            for event in ("update", "delete"):
                run(f"DROP TRIGGER {table}_no_{event}")
    else:
        run("SET session_replication_role = replica")
    run("DROP INDEX one_live_transmission")
    run("DROP INDEX claim_patient_control_number")


def tamper(store: Store, sql: str) -> None:
    assert store.database.execute_sql(sql).rowcount, f"it altered nothing: {sql}"


def test_what_the_program_wrote_is_ok(store: Store) -> None:
    fill(store)
    told: list[tuple[int, int]] = []
    results = check_store(store.database, store.audit_key, lambda *done: told.append(done))
    assert {each.name: each.problems for each in results if not each.ok} == {}
    assert [each.name for each in results] == list(CHECKS)
    assert told[-1] == (len(CHECKS), len(CHECKS))
    figures = {each.name: each.figures for each in results}
    assert figures["payments"]["payments"] == 3
    assert figures["payments"]["held"] == 1
    assert figures["billed is accounted for"]["billed"] == Decimal("1680.00")
    assert figures["billed is accounted for"]["Submitted claims"] == 3
    assert figures["transmissions"]["live transmissions"] == 1


def test_an_empty_store_is_ok(store: Store) -> None:
    assert failures(store) == {}


ALTERED = [
    (
        "UPDATE entry SET amount = amount + 100 WHERE id = 1",
        "journals sum to zero",
        "journal 1 is off by 1.00: it must sum to zero",
    ),
    ("DELETE FROM entry WHERE journal_id = 1", "journals sum to zero", "no entries"),
    ("UPDATE entry SET amount = 2 * amount WHERE journal_id = 1", "ledger as posted", "1 to"),
    ("UPDATE journal SET memo = 'x' WHERE id = 1", "ledger as posted", "not as they were"),
    (
        "UPDATE journal SET posted_on = '2020-01-01' WHERE id = 2",
        "ledger as posted",
        "not as they were",
    ),
    (
        "UPDATE entry SET account = 'write-offs' WHERE account = 'contractual adjustments'",
        "ledger as posted",
        "not as they were",
    ),
    (
        "INSERT INTO journal (kind, posted_on, memo, created_at)"
        " VALUES ('transfer', '2026-01-01', '', '2026-01-01T00:00:00.000000Z')",
        "ledger as posted",
        "the ledger has",
    ),
    ("UPDATE claim SET paid = paid + 1 WHERE id = 3", "claim balances", "paid says"),
    (
        "UPDATE claim SET payer_balance = 0, written_off = 56000 WHERE id = 3",
        "claim balances",
        "written off says 560.00, the ledger 0.00",
    ),
    ("UPDATE claim SET patient_balance = 1 WHERE id = 1", "claim balances", "patient balance"),
    (
        "UPDATE claim_line SET adjusted = adjusted - 5 WHERE id = 2",
        "line balances",
        "claim line TL",
    ),
    ("UPDATE claim SET billed = billed + 1 WHERE id = 3", "billed is accounted for", "bills"),
    ("UPDATE claim SET payer_balance = 7 WHERE id = 1", "billed is accounted for", "Draft"),
    ("UPDATE payment SET amount = amount + 1 WHERE id = 1", "payments", "the ledger received"),
    ("UPDATE payment SET posted = posted + 1 WHERE id = 1", "payments", "posted and unposted"),
    ("UPDATE payment SET state = 'posted' WHERE state = 'held'", "payments", "payment"),
    ("UPDATE remittance SET paid = paid - 1 WHERE id = 1", "payments", "its remittances pay"),
    ("DELETE FROM remittance WHERE id = 2", "payments", "says it has 3 remittances"),
    ("UPDATE provider_adjustment SET amount = 1", "payments", "provider adjustments 0.01"),
    (
        "INSERT INTO charge_day VALUES (1, '2026-03-02', 'New', 1, 100)",
        "charge periods",
        "business unit 1 has 0 charges New on 2026-03-02, 0.00; its periods say 1, 1.00",
    ),
    ("DELETE FROM denial", "open denials", "is not among the open denials"),
    ("UPDATE audit_record SET details = '{}' WHERE id = 1", "audit trail", "does not fit"),
    ("UPDATE audit_record SET actor = 'else' WHERE id = 2", "audit trail", "does not fit"),
    ("DELETE FROM audit_record WHERE id = 2", "audit trail", "does not fit"),
    (
        "DELETE FROM audit_record WHERE id = (SELECT max(id) FROM audit_record)",
        "audit trail",
        "audit head",
    ),
    ("UPDATE remittance SET claim_id = 999 WHERE id = 1", "references", "which is gone"),
    ("DELETE FROM journal WHERE id = 1", "references", "refers to journal 1"),
    (
        "UPDATE claim SET patient_control_number = 'SAME' WHERE id < 3",
        "control numbers",
        "2 rows of claim share patient control number SAME",
    ),
    ("DELETE FROM transmitted_claim", "transmissions", "no claims transaction holds it"),
    ("UPDATE claims_transaction SET claims = 2", "transmissions", "says it carries 2 claims"),
    (
        "INSERT INTO transmitted_claim (claims_transaction_id, claim_id, set_control_number,"
        " live) SELECT 999, claim_id, '0001', 1 FROM transmitted_claim",
        "transmissions",
        "is live in 2 claims transactions",
    ),
    ("UPDATE transmitted_claim SET claim_id = 1", "transmissions", "yet a claims transaction"),
    ("UPDATE claim SET underpaid = 1 WHERE id = 3", "contracts", "says 0.01 under contract"),
    ("UPDATE claim_line SET expected = 99900 WHERE allowed IS NOT NULL", "contracts", "make"),
    ("UPDATE denial_history SET denied = denied + 1", "denial history", "its remittances"),
    ("DELETE FROM adjustment WHERE reason_code = '197'", "denial history", "its remittances"),
]
"""What is altered, the check that finds it, and words of the sentence that says so."""


def test_what_was_altered_is_found(store: Store) -> None:
    fill(store)
    unguard(store)
    for sql, check, sentence in ALTERED:
        with store.database.atomic() as transaction:
            tamper(store, sql)
            found = failures(store)
            transaction.rollback()
        said = found.get(check, [])
        assert any(sentence in problem for problem in said), (sql, found)
    assert failures(store) == {}


def test_a_consistent_forgery_of_ledger_and_balances_is_found(store: Store) -> None:
    claims = fill(store)
    key = claims[2].id
    unguard(store)
    for sql in (
        "UPDATE entry SET amount = amount - 100 WHERE account = 'payer payments'"
        f" AND claim_id = {key}",
        "UPDATE entry SET amount = amount + 100 WHERE account = 'payer receivable'"
        f" AND amount < 0 AND claim_id = {key}",
        f"UPDATE claim SET paid = paid - 100, payer_balance = payer_balance + 100 WHERE id = {key}",
        "UPDATE claim_line SET paid = paid - 100, payer_balance = payer_balance + 100"
        f" WHERE claim_id = {key} AND paid > 0",
        "UPDATE remittance SET paid = paid - 100 WHERE id = 5",
        "UPDATE payment SET posted = posted - 100, amount = amount - 100 WHERE id = 2",
    ):
        tamper(store, sql)
    assert list(failures(store)) == ["ledger as posted"]


def test_only_twenty_problems_are_kept_and_all_counted(store: Store) -> None:
    practice = small_practice()
    for _ in range(25):
        submitted_claim(store, practice)
    tamper(store, "UPDATE claim SET paid = 1")
    (result,) = (each for each in checked(store) if each.name == "claim balances")
    assert len(result.problems) == 20
    assert result.figures["problems"] == 25


def test_journals_copied_in_bulk_are_ok_once_sealed(store: Store) -> None:
    fill(store)

    def copy(work: Work) -> tuple[int, int]:
        ((top,),) = read_rows(work.database, "SELECT max(id) FROM journal")
        for sql in (
            "INSERT INTO journal (id, kind, posted_on, claim_id, reverses_id, memo, created_at)"
            f" SELECT id + {top}, kind, posted_on, NULL, NULL, memo, created_at FROM journal"
            " WHERE kind = 'charge'",
            "INSERT INTO entry (journal_id, account, amount)"
            f" SELECT entry.journal_id + {top}, account, amount FROM entry JOIN journal"
            f" ON journal.id = entry.journal_id WHERE kind = 'charge' AND journal.id <= {top}",
        ):
            work.database.execute_sql(sql)
        return top + 1, 2 * top

    with store.work(BILLER, NOW) as work:
        first, last = copy(work)
    assert list(failures(store)) == ["ledger as posted"]
    with store.work(BILLER, NOW) as work:
        seal_journals(work, first, last)
    assert failures(store) == {}


def test_nothing_is_changed_by_checking(store: Store) -> None:
    fill(store)
    before = read_rows(store.database, "SELECT count(*), max(id) FROM audit_record")
    checked(store)
    assert read_rows(store.database, "SELECT count(*), max(id) FROM audit_record") == before


def test_work_that_is_undone_leaves_the_store_ok(store: Store) -> None:
    claims = fill(store)
    sent = [claim_payment(claims[1].patient_control_number, [line(32000, 32000)])]

    def stop(done: int, total: int) -> None:
        if done == total:
            raise Cancelled

    with pytest.raises(Cancelled), store.work(BILLER, NOW) as work:
        post_payment(work, remittances(sent), stop)
    assert failures(store) == {}
    # Where keys are given out by a sequence, those that were undone stay unused.
    post(store, sent)
    assert failures(store) == {}
