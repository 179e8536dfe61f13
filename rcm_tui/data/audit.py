"""Writing and proving the audit trail (tables/audit.py)."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import insert_rows, next_ids
from rcm_tui.data.tables.audit import AuditHead, AuditRecord

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


def append(database: Database, key: bytes, records: Iterable[Unsealed]) -> None:
    """Seals records and adds them to the chain. Call it inside the change's own transaction."""
    pending = list(records)
    if not pending:
        return
    head = database.execute_sql("SELECT count, seal FROM audit_head").fetchone()
    count, seal = head or (0, GENESIS)
    rows = []
    for row_id, record in zip(next_ids(database, AuditRecord, len(pending)), pending, strict=True):
        seal = _seal(key, seal, record)
        rows.append((row_id, *record, seal))
    insert_rows(database, AuditRecord, COLUMNS, rows)
    count += len(rows)
    database.execute_sql(
        (NEXT_HEAD if head else FIRST_HEAD).replace("?", database.param),
        (count, seal, _head_seal(key, count, seal)),
    )


def verify(database: Database, key: bytes) -> tuple[int, list[str]]:
    """Proves the chain: how many records were read, and a sentence per break (at most 20)."""
    breaks: list[str] = []
    seal, read = GENESIS, 0
    for row in _rows(database):
        read += 1
        expected = _seal(key, seal, row[1:7])
        if not hmac.compare_digest(expected, row[7]) and len(breaks) < 20:
            breaks.append(f"audit record {row[0]} does not fit the chain: altered, or one is gone")
        seal = row[7]
    head = AuditHead.get_or_none()
    if head is None:
        if read:
            breaks.append("the audit head is missing")
    elif not hmac.compare_digest(_head_seal(key, head.count, head.seal), head.head_seal):
        breaks.append("the audit head was altered")
    elif (head.count, head.seal) != (read, seal):
        breaks.append(f"the audit head counts {head.count} records, the trail has {read}")
    return read, breaks


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
