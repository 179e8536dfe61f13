"""Writing and proving the audit trail (tables/audit.py).

When its key is changed, the last record under the old key names the fingerprint of the new one,
which seals everything behind it: the chain goes on, and is proven with all keys that it had.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import insert_rows, next_ids, read_rows
from rcm_tui.data.keys import AuditKey, KeyMissing, fingerprint
from rcm_tui.data.tables.audit import AuditHead, AuditRecord

KEY, KEY_CHANGED = "audit_key", "audit key changed"
GENESIS = "0" * 64
COLUMNS = ("id", "at", "actor", "action", "subject", "subject_id", "details", "seal")

# Every unit of work ends with one of these.
FIRST_HEAD = "INSERT INTO audit_head (id, count, seal, head_seal) VALUES (1, ?, ?, ?)"
NEXT_HEAD = "UPDATE audit_head SET count = ?, seal = ?, head_seal = ?"

# at, actor, action, subject, subject_id, details as JSON text
Unsealed = tuple[str, str, str, str, int | None, str]


def details_text(details: dict[str, Any]) -> str:
    """Details as compact JSON with sorted keys, so that the same facts seal alike."""
    return json.dumps(details, sort_keys=True, separators=(",", ":"), default=str)


def append(database: Database, key: AuditKey, records: Iterable[Unsealed]) -> None:
    """Seals records and adds them to the chain. Call it inside the change's own transaction.

    Raises KeyMissing when the key was changed since the store was opened.
    """
    pending = list(records)
    if not pending:
        return
    head = database.execute_sql("SELECT count, seal, head_seal FROM audit_head").fetchone()
    count, seal, head_seal = head or (0, GENESIS, "")
    if head and not hmac.compare_digest(_head_seal(key.current, count, seal), head_seal):
        _refuse_changed_key(database, key)
    rows = []
    for row_id, record in zip(next_ids(database, AuditRecord, len(pending)), pending, strict=True):
        seal = _seal(key.current, seal, record)
        rows.append((row_id, *record, seal))
    insert_rows(database, AuditRecord, COLUMNS, rows)
    count += len(rows)
    database.execute_sql(
        (NEXT_HEAD if head else FIRST_HEAD).replace("?", database.param),
        (count, seal, _head_seal(key.current, count, seal)),
    )


def change_key(
    database: Database, key: AuditKey, new: bytes, at: str, actor: str, records: Iterable[Unsealed]
) -> AuditKey:
    """Has the chain go on under a new key, whose file is there already; then adds records.

    Call it inside a transaction.
    """
    number = (current_key(database) or (1, ""))[0] + 1
    details = details_text({"number": number, "fingerprint": fingerprint(new)})
    append(database, key, [(at, actor, KEY_CHANGED, KEY, number, details)])
    changed = replace(key, current=new)
    count, seal = database.execute_sql("SELECT count, seal FROM audit_head").fetchone()
    database.execute_sql(
        f"UPDATE audit_head SET head_seal = {database.param}",
        (_head_seal(new, count, seal),),
    )
    append(database, changed, records)
    return changed


def current_key(database: Database) -> tuple[int, str] | None:
    """Number and fingerprint of the key that the chain has now; None while it has its first."""
    row = read_rows(
        database,
        "SELECT subject_id, details FROM audit_record WHERE subject = ?"
        " ORDER BY subject_id DESC LIMIT 1",
        KEY,
    )
    return (int(row[0][0]), _fingerprint_in(row[0][1])) if row else None


def _fingerprint_in(details: str) -> str:
    try:
        return str(json.loads(details)["fingerprint"])
    except (ValueError, KeyError, TypeError):
        return ""


def _refuse_changed_key(database: Database, key: AuditKey) -> None:
    # A head that was altered is for `verify` to tell: work goes on.
    changed = current_key(database)
    if changed is not None and changed[1] != fingerprint(key.current):
        raise KeyMissing(
            "the key of the audit trail was changed meanwhile (rcm-tui db rekey): nothing was"
            " saved; leave and come in again"
        )


def verify(database: Database, audit_key: AuditKey) -> tuple[int, list[str]]:
    """Proves the chain: how many records were read, and a sentence per break (at most 20)."""
    breaks: list[str] = []
    seal, read = GENESIS, 0
    key = _key_from(1, audit_key.first, breaks)
    for row in _rows(database):
        read += 1
        fits = key is None or hmac.compare_digest(_seal(key, seal, row[1:7]), row[7])
        if not fits and len(breaks) < 20:
            breaks.append(f"audit record {row[0]} does not fit the chain: altered, or one is gone")
        seal = row[7]
        if row[3] == KEY_CHANGED:
            named = _fingerprint_in(row[6])
            key = _key_from(row[0] + 1, partial(audit_key.named, named), breaks)
    head = AuditHead.get_or_none()
    if head is None:
        if read:
            breaks.append("the audit head is missing")
    elif not hmac.compare_digest(
        _head_seal(audit_key.current, head.count, head.seal), head.head_seal
    ):
        breaks.append("the audit head was altered")
    elif (head.count, head.seal) != (read, seal):
        breaks.append(f"the audit head counts {head.count} records, the trail has {read}")
    return read, breaks


def _key_from(record: int, read: Callable[[], bytes], breaks: list[str]) -> bytes | None:
    try:
        return read()
    except KeyMissing as missing:
        breaks.append(f"audit records from {record} on cannot be proven: {missing}")
        return None


def _rows(database: Database) -> Iterator[Any]:
    last, size = 0, 5000
    while True:
        page: list[Any] = list(
            AuditRecord.select(*(getattr(AuditRecord, name) for name in COLUMNS))
            .where(AuditRecord.id > last)
            .order_by(AuditRecord.id)
            .limit(size)
            .tuples()
        )
        for row in page:
            # The seal was made over the text in the store, not over what Python reads into it.
            yield (row[0], AuditRecord.at.db_value(row[1]), *row[2:])
        if len(page) < size:
            return
        last = page[-1][0]


def _seal(key: bytes, previous: str, record: Any) -> str:
    message = "\x1f".join([previous, *("" if part is None else str(part) for part in record)])
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def _head_seal(key: bytes, count: int, seal: str) -> str:
    return hmac.new(key, f"head\x1f{count}\x1f{seal}".encode(), hashlib.sha256).hexdigest()
