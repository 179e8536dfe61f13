import pytest

from rcm_tui.data import audit
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord

MARIA = Actor("maria")


def three_records(store: Store) -> None:
    for number in range(3):
        with store.work(MARIA) as work:
            work.record("approve", "charge_item", number, status=["New", "Ready to Bill"])


def behind_the_back(store: Store, sql: str) -> None:
    """Changes the audit trail as someone with the file in their hands would."""
    database = store.database
    if store.url.startswith("postgresql"):
        database.execute_sql("ALTER TABLE audit_record DISABLE TRIGGER ALL")
    else:
        database.execute_sql("DROP TRIGGER audit_record_no_update")
        database.execute_sql("DROP TRIGGER audit_record_no_delete")
    database.execute_sql(sql)


def test_a_trail_that_nobody_touched_holds(store: Store) -> None:
    three_records(store)
    assert audit.verify(store.database, store.audit_key) == (3, [])
    first = AuditRecord.select().order_by(AuditRecord.id).first()
    assert (first.actor, first.action, first.subject_id) == ("maria", "approve", 0)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_record SET actor = 'tom' WHERE subject_id = 1",
        "UPDATE audit_record SET details = '{}' WHERE subject_id = 2",
        "UPDATE audit_record SET at = '2020-01-01T00:00:00.000000Z' WHERE subject_id = 0",
        "UPDATE audit_record SET area = 'money' WHERE subject_id = 1",
        "DELETE FROM audit_record WHERE subject_id = 0",
        "DELETE FROM audit_record WHERE subject_id = 1",
        "DELETE FROM audit_record WHERE subject_id = 2",
        "DELETE FROM audit_record",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET count = 2",
    ],
)
def test_whatever_is_altered_or_gone_is_noticed(store: Store, sql: str) -> None:
    three_records(store)
    behind_the_back(store, sql)
    _, breaks = audit.verify(store.database, store.audit_key)
    assert breaks


def test_another_key_does_not_prove_the_trail(store: Store) -> None:
    three_records(store)
    name = store.audit_key.name
    (store.key_folder / name).write_text("11" * 32)
    _, breaks = audit.verify(store.database, store.audit_key)
    assert len(breaks) == 3


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_record SET actor = 'tom'", "DELETE FROM audit_record"]
)
def test_the_store_itself_refuses_to_change_the_trail(store: Store, sql: str) -> None:
    three_records(store)
    with pytest.raises(Exception, match="kept as written"):
        store.database.execute_sql(sql)


def test_a_unit_of_work_that_fails_leaves_no_audit_record(store: Store) -> None:
    def fail() -> None:
        with store.work(MARIA) as work:
            work.record("approve", "charge_item", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert audit.verify(store.database, store.audit_key) == (0, [])


class Enough(Exception):
    """Somebody has seen enough."""


def test_a_proof_that_is_stopped_says_how_far_it_came(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    for _ in range(2):
        three_records(store)
    seen = []

    def stop_at_four(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 4:
            raise Enough

    proof = audit.Proof()
    with pytest.raises(Enough):
        audit.prove(store.database, store.audit_key, proof, stop_at_four)
    assert seen == [(2, 6), (4, 6)]
    assert (proof.records, proof.total, proof.whole, proof.breaks) == (4, 6, False, [])
    whole = audit.Proof()
    audit.prove(store.database, store.audit_key, whole)
    assert (whole.records, whole.whole, whole.breaks) == (6, True, [])
    first = AuditRecord.select().order_by(AuditRecord.id).first()
    assert whole.since == AuditRecord.at.db_value(first.at)


def test_what_others_write_while_it_is_proven_is_no_break(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    three_records(store)
    proof, written = audit.Proof(), []

    def write_once(done: int, total: int) -> None:
        if not written:
            three_records(store)
            written.append(done)

    audit.prove(store.database, store.audit_key, proof, write_once)
    assert (proof.records, proof.whole, proof.breaks) == (6, True, [])
