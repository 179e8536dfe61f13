"""What responses are about: their claims, and the file that they speak of."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import moment_from_store


@dataclass(frozen=True, slots=True)
class Response:
    """One answer as it came, and what it is about."""

    id: int
    level: str
    kind: str
    accepted: bool
    source: str
    codes: tuple[str, str, str]
    text: str
    words: str
    named: str
    note: str
    claims: int
    received_at: datetime.datetime
    file_name: str
    claim: int | None
    claim_number: str
    transaction: int | None
    sent_file: str
    set_control_number: str


def read_response(database: Database, key: int) -> Response | None:
    """One answer; None when there is none."""
    rows = read_rows(
        database,
        "SELECT r.id, r.level, r.kind, r.accepted, r.source, r.category, r.status, r.entity,"
        " r.text, r.words, r.named, r.note, r.claims, r.received_at, COALESCE(f.name, ''),"
        " r.claim_id, COALESCE(c.number, ''), r.claims_transaction_id, COALESCE(t.file_name, ''),"
        " r.set_control_number FROM claim_response AS r"
        " LEFT JOIN incoming_file AS f ON f.id = r.incoming_file_id"
        " LEFT JOIN claim AS c ON c.id = r.claim_id"
        " LEFT JOIN claims_transaction AS t ON t.id = r.claims_transaction_id WHERE r.id = ?",
        key,
    )
    for one in rows:
        values = list(one)
        values[3] = bool(values[3])
        values[5:8] = [tuple(values[5:8])]
        values[11] = moment_from_store(values[11])
        return Response(*values)
    return None


def claims_of_responses(database: Database, keys: Sequence[int]) -> list[int]:
    """The claims that answers are about, or that what they say of a file was said of, once each."""
    own = read_by_keys(
        database,
        "SELECT claim_id FROM claim_response WHERE id IN ({keys}) AND claim_id IS NOT NULL"
        " ORDER BY id",
        keys,
    )
    meant = read_by_keys(
        database,
        "SELECT claim_id FROM claim_response WHERE answer_id IN ({keys}) AND claim_id IS NOT NULL"
        " ORDER BY id",
        keys,
    )
    return list(dict.fromkeys(int(claim) for (claim,) in (*own, *meant)))


def claims_of_set(database: Database, transaction: int, set_control_number: str) -> list[int]:
    """The claims that went out in a set of a claims transaction, or in all of it without one."""
    rows = read_rows(
        database,
        "SELECT claim_id FROM transmitted_claim WHERE claims_transaction_id = ?"
        " AND (? = '' OR set_control_number = ?) ORDER BY id",
        transaction,
        set_control_number,
        set_control_number,
    )
    return [int(claim) for (claim,) in rows]
