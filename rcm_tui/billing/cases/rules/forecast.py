"""What the rules will do about a payment once it is posted: said in its preview."""

import datetime

from peewee import Database

from rcm_tui.billing.cases.rules.denied import (
    CLAIM,
    DeniedClaim,
    cases_since,
    denied_claim,
    denied_codes,
)
from rcm_tui.billing.cases.rules.planning import PlannedCase, Planner
from rcm_tui.billing.cases.rules.rule import load_rules
from rcm_tui.billing.remittances.preview import Preview, PreviewRow, preview_payment
from rcm_tui.data.bulk import read_by_keys

TO_COME = "9999-12-31"
"""An answer that is not posted is newer than every case that is closed."""
CLAIMS = f"SELECT {CLAIM} FROM claim WHERE id IN ({{keys}}) AND COALESCE(status, '') = 'Submitted'"


def preview_with_cases(database: Database, payment_id: int, today: datetime.date) -> Preview | None:
    """The preview of a payment; the words of what it denies say which case that opens or joins."""
    preview = preview_payment(database, payment_id)
    rules = load_rules(database) if preview is not None else []
    if preview is None or not rules:
        return preview
    rows = {row.remittance: row for row in preview.rows if _denies(row)}
    planner = Planner(database, rules)
    denied = _denied(database, rows)
    stand = cases_since(database, denied.values())
    seen: set[int] = set()
    for remittance, row in rows.items():
        claim = denied.get(remittance)
        if claim is None or claim.chain in seen:
            continue
        seen.add(claim.chain)
        if claim.id in stand:
            row.words += f"; {stand[claim.id]}"
        elif (case := planner.place(claim, today)) is not None:
            row.words += f"; {_words(case)}"
    return preview


def _words(case: PlannedCase) -> str:
    if case.joins is not None:
        return f"joins case {case.joins[1]} (rule {case.rule.name})"
    return f"opens case (rule {case.rule.name})"


def _denies(row: PreviewRow) -> bool:
    return (
        row.fate == "posts"
        and row.claim is not None
        and row.left_open > 0
        and row.adjudication in ("denied", "partially paid")
    )


def _denied(database: Database, rows: dict[int, PreviewRow]) -> dict[int, DeniedClaim]:
    codes = denied_codes(database, rows)
    claims = {
        row[0]: row for row in read_by_keys(database, CLAIMS, {row.claim for row in rows.values()})
    }
    return {
        remittance: denied_claim(claims[row.claim], row.left_open, TO_COME, codes[remittance])
        for remittance, row in rows.items()
        if remittance in codes and row.claim in claims
    }
