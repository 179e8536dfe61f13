"""Where a denied claim is mended: the field that the payer's adjustment reason (CARC) speaks of."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import Database

from rcm_tui.billing.claims.validation import Finding
from rcm_tui.billing.editing.places import Place, place_of
from rcm_tui.data.bulk import read_by_keys, read_rows

FIELDS = {
    **dict.fromkeys(("4", "59", "97", "182", "236"), "line.modifiers"),
    **dict.fromkeys(("6", "7", "181"), "line.procedure_code"),
    **dict.fromkeys(("151", "222"), "line.units"),
    **dict.fromkeys(("5", "58"), "claim.place_of_service"),
    **dict.fromkeys(("9", "10", "11", "12", "146", "167"), "claim.diagnoses"),
    **dict.fromkeys(("15", "197", "284", "296", "302"), "claim.authorization"),
    **dict.fromkeys(("8", "170", "185", "208", "B7"), "claim.rendering"),
    **dict.fromkeys(("26", "27"), "claim.coverage"),
    **dict.fromkeys(("31", "140"), "coverage.member_id"),
}
"""The field that an adjustment reason speaks of (meaning: X12 code list 139; which field: ours)."""
BY_REMARK = ("16", "226", "227", "A1", "96")
"""Reasons that say nothing by themselves: their remark names the field."""
REMARKED = {
    **dict.fromkeys(("M20", "M51"), "line.procedure_code"),
    "M53": "line.units",
    **dict.fromkeys(("N519", "N822", "N823"), "line.modifiers"),
    **dict.fromkeys(("M64", "M76", "MA63"), "claim.diagnoses"),
    "M77": "claim.place_of_service",
    "M62": "claim.authorization",
    **dict.fromkeys(("N288", "N289", "N290"), "claim.rendering"),
    **dict.fromkeys(("N285", "N286"), "claim.referring"),
    **dict.fromkeys(("MA27", "MA61", "N382"), "coverage.member_id"),
}
"""The field that a remark speaks of (meaning: X12 code list 411; which field: ours)."""


def place_of_denial(database: Database, correction_id: int) -> Place | None:
    """Where in a correction to mend what the payer said of the claim before it.

    Of several reasons that speak of a field the one of most money counts; None where none does.
    """
    rows = read_rows(
        database,
        "SELECT a.reason_code, n.position, r.id FROM claim k"
        " JOIN remittance r ON r.claim_id = k.previous_id AND r.state = 'posted'"
        " JOIN adjustment a ON a.remittance_id = r.id"
        " LEFT JOIN remittance_line s ON s.id = a.line_id"
        " LEFT JOIN claim_line n ON n.claim_id = k.id AND n.previous_id = s.claim_line_id"
        " WHERE k.id = ? AND r.status_code <> '22'"
        " AND (a.group_code <> 'CO' OR a.reason_code <> '45')"
        " ORDER BY r.id DESC, a.amount DESC, n.position, a.id",
        correction_id,
    )
    remarks = _remarks(database, [row[2] for row in rows])
    for reason, position, remittance in rows:
        field = FIELDS.get(reason)
        if field is None and reason in BY_REMARK:
            named = (REMARKED.get(code) for code in remarks.get(remittance, ()))
            field = next(filter(None, named), None)
        if field:
            said = Finding("", "error", field, position, f"the payer said {reason}")
            return place_of(database, correction_id, said)
    return None


def _remarks(database: Database, remittances: Iterable[int]) -> dict[int, list[str]]:
    """Remittance → its remark codes, those of the claim first."""
    found: dict[int, list[str]] = {}
    sql = (
        "SELECT remittance_id, code FROM remark WHERE remittance_id IN ({keys})"
        " ORDER BY line_id IS NOT NULL, id"
    )
    for remittance, code in read_by_keys(database, sql, sorted(set(remittances))):
        found.setdefault(remittance, []).append(code)
    return found
