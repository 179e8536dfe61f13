"""Identifiers of clients for whom they are masked: shown when asked for, which is on record.

Member ids, dates of birth and telephone numbers are masked for the roles that the practice names
(client coordinators and auditors unless told otherwise: ours). Billing staff read them to payers
all day; theirs stay open, and opening the record is on record anyway.
"""

import json
from typing import Any

from rcm_tui.billing.audit_trail import TRAIL
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import READ_AUDIT, REVEAL, needs, refuse
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.identifiers import identifiers_in
from rcm_tui.data.work import Work

REVEALED = "identifiers revealed"

_COVERAGE = "'Member id, ' || p.name, v.member_id, 'Policy holder born', v.holder_birth_date"
_SQL = {
    "client": (
        "SELECT 'Born', c.birth_date, 'Telephone', c.phone FROM client c WHERE c.id = ?",
        f"SELECT {_COVERAGE} FROM coverage v JOIN payer p ON p.id = v.payer_id"
        " WHERE v.client_id = ? ORDER BY v.rank, v.id",
    ),
    "coverage": (
        f"SELECT {_COVERAGE} FROM coverage v JOIN payer p ON p.id = v.payer_id WHERE v.id = ?",
    ),
    "claim": (
        "SELECT 'Born', c.birth_date, 'Telephone', c.phone FROM claim f"
        " JOIN client c ON c.id = f.client_id WHERE f.id = ?",
        f"SELECT {_COVERAGE} FROM claim f JOIN coverage v ON v.id = f.coverage_id"
        " JOIN payer p ON p.id = v.payer_id WHERE f.id = ?",
    ),
    "remittance": ("SELECT 'Member id', member_id FROM remittance WHERE id = ?",),
}
"""What is read of each kind of record: labels and values in turn."""


@needs(REVEAL)
def reveal_identifiers(work: Work, subject: str, key: int) -> list[tuple[str, str]]:
    """The identifiers of a client, coverage, claim or remittance: what each is, and its value.

    Of an audit record, old and new values, for who may read the trail. Which were revealed is on
    record, and no value. Raises Refused where there are none.
    """
    found: list[tuple[str, str]] = []
    if subject == TRAIL:
        refuse(work.actor, READ_AUDIT, TRAIL, [key])
        found = _on_record(work, key)
    for sql in _SQL.get(subject, ()):
        for row in read_rows(work.database, sql, key):
            found += _told(row)
    if not found:
        raise Refused("nothing here is masked: there is no member id, birth date or telephone")
    work.record(REVEALED, subject, key, fields=[label for label, _ in found])
    return found


@needs(REVEAL)
def reveal_fields(work: Work, subject: str, key: int, fields: list[str]) -> None:
    """Records that fields of a form were revealed."""
    work.record(REVEALED, subject, key, fields=fields)


def _on_record(work: Work, key: int) -> list[tuple[str, str]]:
    rows = read_rows(work.database, "SELECT details FROM audit_record WHERE id = ?", key)
    details = json.loads(rows[0][0]) if rows else {}
    return [(name.replace("_", " ").capitalize(), value) for name, value in identifiers_in(details)]


def _told(row: Any) -> list[tuple[str, str]]:
    pairs = zip(row[::2], row[1::2], strict=True)
    return [(str(label), str(value)) for label, value in pairs if value]
