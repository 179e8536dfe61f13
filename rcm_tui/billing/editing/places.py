"""Where a finding of a claim is mended: on the claim, its line, or what it stands on."""

from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.validation import Finding
from rcm_tui.data.bulk import read_rows

STANDS_ON = {
    "client": ("client", "client_id"),
    "coverage": ("coverage", "coverage_id"),
    "payer": ("payer", "payer_id"),
    "business_unit": ("business_unit", "business_unit_id"),
    "rendering": ("practitioner", "rendering_id"),
    "referring": ("practitioner", "referring_id"),
    "facility": ("location", "facility_id"),
    "authorization": ("authorization", "authorization_id"),
}
"""What a finding's field begins with → the kind of record, and the claim's column for it."""

ELSEWHERE = {
    "claim.payer": ("coverage", ""),
    "claim.billed": ("", "claim_line"),
    "claim.lines": ("", "claim_line"),
    "claim.first_service_date": ("", "claim_line"),
    "client.case_managers": ("", "case_manager"),
    "claim.patient_control_number": ("", ""),
    "claim.coordination": ("", ""),
}
"""Findings on what is no field: the field that decides it, or the kind of record to add or mend."""


@dataclass(frozen=True, slots=True)
class Place:
    """The record and field to go to. Without a field, `among` its records of that kind."""

    kind: str
    id: int
    field: str = ""
    among: str = ""


def place_of(database: Database, claim_id: int, finding: Finding) -> Place:
    """Where to mend what was found on a claim.

    Where the claim has no coverage (payer, provider …) to mend, it is chosen on the claim.
    """
    part, _, name = finding.field.partition(".")
    field, among = ELSEWHERE.get(finding.field, (name, ""))
    if part == "line":
        line = _line(database, claim_id, finding.line)
        return (
            Place("claim_line", line, field) if line else Place("claim", claim_id, "", "claim_line")
        )
    if part in STANDS_ON:
        kind, column = STANDS_ON[part]
        ((key,),) = _row(database, f"SELECT {column} FROM claim WHERE id = ?", claim_id)
        if key is not None:
            return Place(kind, int(key), field, among)
        return Place("claim", claim_id, "coverage" if part == "payer" else part)
    return Place("claim", claim_id, field, among)


def _line(database: Database, claim: int, position: int | None) -> int | None:
    rows = read_rows(
        database,
        "SELECT id FROM claim_line WHERE claim_id = ? AND position = ?",
        claim,
        position or 1,
    )
    return int(rows[0][0]) if rows else None


def _row(database: Database, sql: str, key: int) -> list[Any]:
    return read_rows(database, sql, key) or [(None,)]
