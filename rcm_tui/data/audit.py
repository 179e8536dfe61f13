"""Writing and proving the audit trail (tables/audit.py).

When its key is changed, the last record under the old key names the fingerprint of the new one,
which seals everything behind it: the chain goes on, and is proven with all keys that it had.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from peewee import Database

from rcm_tui.data.audit_areas import area_of
from rcm_tui.data.bulk import insert_rows, next_ids, read_rows
from rcm_tui.data.keys import AuditKey, KeyMissing, fingerprint
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.audit import AuditHead, AuditRecord

KEY, KEY_CHANGED = "audit_key", "audit key changed"
GENESIS = "0" * 64
PAGE, MOST_BREAKS = 5000, 20
COLUMNS = ("id", "at", "actor", "action", "subject", "subject_id", "details", "seal", "area")

# Every unit of work ends with one of these.
FIRST_HEAD = "INSERT INTO audit_head (id, count, seal, head_seal) VALUES (1, ?, ?, ?)"
NEXT_HEAD = "UPDATE audit_head SET count = ?, seal = ?, head_seal = ?"

Progress = Callable[[int, int], None]

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
    if head and not _fits(key.current, count, seal, head_seal):
        _refuse_changed_key(database, key)
    rows = []
    for row_id, record in zip(next_ids(database, AuditRecord, len(pending)), pending, strict=True):
        seal = _seal(key.current, seal, record)
        rows.append((row_id, *record, seal, area_of(record[2], record[3])))
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


def seals_head(database: Database, key: bytes) -> bool:
    """Whether a key is the one that the chain has now."""
    head = AuditHead.get_or_none()
    return head is None or _fits(key, head.count, head.seal, head.head_seal)


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


@dataclass(slots=True)
class Proof:
    """How far the chain has been proven: `records` of `total`, the first made at `since` (UTC).

    `breaks` are sentences, at most 20, the first about the first record that is wrong. `whole`
    is set when every record was read and the head fits.
    """

    records: int = 0
    total: int = 0
    since: str = ""
    until: str = ""
    breaks: list[str] = field(default_factory=list)
    whole: bool = False

    def broken(self, sentence: str) -> None:
        if len(self.breaks) < MOST_BREAKS:
            self.breaks.append(sentence)


def verify(database: Database, audit_key: AuditKey) -> tuple[int, list[str]]:
    """Proves the chain: how many records were read, and a sentence per break (at most 20)."""
    proof = Proof()
    prove(database, audit_key, proof)
    return proof.records, proof.breaks


def prove(
    database: Database, audit_key: AuditKey, proof: Proof, progress: Progress | None = None
) -> None:
    """Proves the chain record by record into `proof`, which says how far it came when stopped.

    `progress(done, total)` is called between pages; what it raises stops it.
    """
    ((proof.total,),) = read_rows(database, "SELECT COALESCE(MAX(count), 0) FROM audit_head")
    walk = _Walk(audit_key, proof)
    last = 0
    while True:
        page = _page(database, last, PAGE)
        for row in page:
            walk.read(row)
        if page:
            last = page[-1][0]
        if len(page) < PAGE:
            break
        if progress:
            progress(proof.records, max(proof.records, proof.total))
    # Others write meanwhile: the last records and the head are read as they were at one moment.
    with one_moment(database):
        while page := _page(database, last, PAGE):
            for row in page:
                walk.read(row)
            last = page[-1][0]
        head = AuditHead.get_or_none()
    proof.total = max(proof.records, proof.total)
    if head is not None or proof.records:
        walk.ends_at(head, counted=True)
    proof.whole = True


def verify_newest(database: Database, audit_key: AuditKey, most: int) -> tuple[int, list[str]]:
    """Proves the newest records alone, in the same time however long the trail is; as `verify`."""
    proof = Proof()
    with one_moment(database):
        newest = read_rows(
            database, "SELECT id FROM audit_record ORDER BY id DESC LIMIT ?", most + 1
        )
        head = AuditHead.get_or_none()
        if len(newest) <= most:
            return verify(database, audit_key)
        rows = _page(database, newest[-1][0] - 1, most + 1)
    # The first of them says what the next was chained to, under the key that there is now.
    start = max((place for place, row in enumerate(rows) if row[3] == KEY_CHANGED), default=0)
    walk = _Walk(audit_key, proof, rows[start][7])
    for row in rows[start + 1 :]:
        walk.read(row)
    walk.ends_at(head, counted=False)
    return proof.records, proof.breaks


class _Walk:
    """Along the chain, record by record."""

    def __init__(self, audit_key: AuditKey, proof: Proof, seal: str = GENESIS) -> None:
        self._audit_key = audit_key
        self._proof = proof
        self.seal = seal
        self._key: bytes | None = audit_key.current
        if seal == GENESIS:
            self._key = _key_from(1, audit_key.first, proof.breaks)

    def read(self, row: Any) -> None:
        proof = self._proof
        proof.since = proof.since or row[1]
        proof.until = row[1]
        proof.records += 1
        key = self._key
        if key is not None and not hmac.compare_digest(_seal(key, self.seal, row[1:7]), row[7]):
            proof.broken(f"audit record {row[0]} does not fit the chain: altered, or one is gone")
        elif row[8] != area_of(row[3], row[4]):
            proof.broken(f"audit record {row[0]} is not listed where it belongs: altered")
        self.seal = row[7]
        if row[3] == KEY_CHANGED:
            named = _fingerprint_in(row[6])
            self._key = _key_from(row[0] + 1, lambda: self._audit_key.named(named), proof.breaks)

    def ends_at(self, head: AuditHead | None, *, counted: bool) -> None:
        """Compares the head with the last record; with their number, where all were `counted`."""
        proof = self._proof
        if head is None:
            proof.broken("the audit head is missing")
        elif not _fits(self._audit_key.current, head.count, head.seal, head.head_seal):
            proof.broken("the audit head was altered")
        elif counted and (head.count, head.seal) != (proof.records, self.seal):
            said = f"the audit head counts {head.count} records"
            proof.broken(f"{said}, the trail has {proof.records}")
        elif head.seal != self.seal:
            proof.broken("the audit head is not that of the newest record: some are gone")


def _fits(key: bytes, count: int, seal: str, head_seal: str) -> bool:
    return hmac.compare_digest(_head_seal(key, count, seal), head_seal)


def _key_from(record: int, read: Callable[[], bytes], breaks: list[str]) -> bytes | None:
    try:
        return read()
    except KeyMissing as missing:
        breaks.append(f"audit records from {record} on cannot be proven: {missing}")
        return None


def _page(database: Database, last: int, rows: int) -> list[Any]:
    """The next records, each as the texts in the store, over which the seals were made."""
    names = ", ".join(COLUMNS)
    return read_rows(
        database, f"SELECT {names} FROM audit_record WHERE id > ? ORDER BY id LIMIT {rows}", last
    )


def _seal(key: bytes, previous: str, record: Any) -> str:
    message = "\x1f".join([previous, *("" if part is None else str(part) for part in record)])
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def _head_seal(key: bytes, count: int, seal: str) -> str:
    return hmac.new(key, f"head\x1f{count}\x1f{seal}".encode(), hashlib.sha256).hexdigest()
