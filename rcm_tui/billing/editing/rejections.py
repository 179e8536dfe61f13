"""Where a claim rejected on arrival is mended: what the status codes of a 277CA speak of."""

from __future__ import annotations

from peewee import Database

from rcm_tui.billing.claims.validation import Finding
from rcm_tui.billing.editing.places import Place, place_of
from rcm_tui.data.bulk import read_rows

FIELDS = {
    "26": "coverage.member_id",
    "33": "coverage.member_id",
    "97": "coverage.member_id",
    "116": "coverage.payer",
    "125": "{person}last_name",
    "126": "{person}line1",
    "128": "business_unit.tax_id",
    "145": "{provider}.taxonomy",
    "153": "coverage.member_id",
    "157": "{person}gender",
    "158": "{person}birth_date",
    "164": "coverage.member_id",
    "187": "line.first_service_date",
    "188": "line.first_service_date",
    "249": "claim.place_of_service",
    "254": "claim.diagnoses",
    "255": "claim.diagnoses",
    "453": "line.modifiers",
    "454": "line.procedure_code",
    "476": "line.units",
    "478": "line.billed",
    "500": "{person}zip",
    "501": "{person}state",
    "502": "{person}city",
    "503": "{person}line1",
    "562": "{provider}.npi",
}
"""The field that a claim status code speaks of (X12 code list 508; which field is ours)."""
PROVIDERS = {"82": "rendering", "DN": "referring", "85": "business_unit"}
"""Providers by X12 entity identifier code."""
SUBSCRIBER = "IL"


def rejected_field(status: str, entity: str) -> str:
    """The field that a rejection speaks of, as findings name it; "" where it is vague."""
    provider = PROVIDERS.get(entity, "")
    person = "coverage.holder_" if entity == SUBSCRIBER else f"{provider or 'client'}."
    return FIELDS.get(status, "").format(person=person, provider=provider or "rendering")


def place_of_rejection(database: Database, claim_id: int) -> Place | None:
    """Where to mend what the newest rejection of a claim speaks of; None where that is vague."""
    rows = read_rows(
        database,
        "SELECT status, entity, CASE WHEN words = '' THEN text ELSE words END FROM claim_response"
        " WHERE claim_id = ? AND accepted = 0 AND note = '' ORDER BY id DESC LIMIT 1",
        claim_id,
    )
    if not rows or not (field := rejected_field(rows[0][0], rows[0][1])):
        return None
    return place_of(database, claim_id, Finding("", "error", field, None, str(rows[0][2])))
