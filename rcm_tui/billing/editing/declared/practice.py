"""The practice itself, its business units, locations, practitioners and their qualifications."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from peewee import Database

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.common import (
    FULL_NAME,
    TERM_IN_ORDER,
    address,
    drafts,
    drafts_of,
    npi,
    phone,
    taxonomy,
    term,
)
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.practice import (
    QUALIFICATIONS,
    BusinessUnit,
    Location,
    Practice,
    Practitioner,
    Qualification,
)

TAX_ID_KINDS = {"EI": "employer (EIN)", "SY": "social security"}
PERIODS = {"week": "week", "month": "month"}
HALVES = {"up": "up", "down": "down"}
PLACES = {
    name: name for name in ("office", "home", "school", "community", "telehealth", "facility")
}


def _one_practice(
    _: Database, records: Sequence[tuple[int, Mapping[str, Any]]]
) -> Mapping[int, Mapping[str, str]]:
    """A store holds one practice, which was made with it."""
    new = {key: {"name": "a store holds one practice: change that one"} for key, _ in records}
    return {key: said for key, said in new.items() if not key}


PRACTICE = RecordKind(
    "practice",
    "practice",
    Practice,
    (
        Field("name", "Name", "text", True, longest=60, changes_claims=False),
        Field(
            "time_zone",
            "Time zone",
            "text",
            True,
            check=checks.time_zone,
            changes_claims=False,
        ),
        Field(
            "underpaid_tolerance",
            "Under contract let pass",
            "money",
            True,
            check=checks.not_negative,
            changes_claims=False,
        ),
        *(
            Field(
                f"denied_before_{name}",
                label,
                "number",
                True,
                "Warn of what was denied",
                check=checks.not_negative,
            )
            for name, label in (
                ("answers", "Answered lines at least"),
                ("percent", "Denied of them, %"),
                ("months", "In the last months"),
            )
        ),
        Field(
            "masked_roles",
            "Masked for",
            "text",
            section="Identifiers of clients",
            longest=200,
            check=checks.roles,
            changes_claims=False,
        ),
        Field("remit_name", "Name", "text", section="Remit to", longest=60, changes_claims=False),
        *(
            replace(one, changes_claims=False)
            for one in address("remit_", section="Remit to", whole_zip=False)
        ),
        phone("remit_phone", "Remit to"),
    ),
    title_sql="t.name",
    fits=(_one_practice,),
)

BUSINESS_UNIT = RecordKind(
    "business_unit",
    "business unit",
    BusinessUnit,
    (
        Field("name", "Name", "text", True, "Billing provider", longest=60),
        Field("first_name", "First name", "text", section="Billing provider", longest=35),
        Field("is_person", "Is a person", "flag", section="Billing provider"),
        npi("Billing provider"),
        Field("tax_id", "Tax id", "code", section="Billing provider", check=checks.tax_id),
        Field("tax_id_kind", "Kind of tax id", "choice", True, "Billing provider", TAX_ID_KINDS),
        taxonomy(),
        *address(whole_zip=True),
        phone(),
        Field(
            "charge_period", "Charge period", "choice", True, "Rules", PERIODS, changes_claims=False
        ),
        Field(
            "half_unit",
            "Half a unit is rounded",
            "choice",
            True,
            "Rules",
            HALVES,
            changes_claims=False,
        ),
        Field("active", "Active", "flag", section="Rules", changes_claims=False),
    ),
    title_sql="t.name",
    detail_sql="t.npi",
    search_sql=("t.name", "t.npi"),
    claims_sql=drafts("c.business_unit_id IN ({keys})"),
)

LOCATION = RecordKind(
    "location",
    "location",
    Location,
    (
        Field("name", "Name", "text", True, longest=60),
        Field("business_unit", "Business unit", "reference", reference="business_unit"),
        Field("kind", "Kind", "choice", True, choices=PLACES),
        Field(
            "place_of_service",
            "Place of service",
            "code",
            codes="place of service",
            check=checks.place_of_service,
            changes_claims=False,
        ),
        npi(),
        Field("auto_pay", "Auto-pay", "flag", changes_claims=False),
        *address(),
    ),
    title_sql="t.name",
    detail_sql="t.kind || CASE WHEN t.city = '' THEN '' ELSE ', ' || t.city END",
    search_sql=("t.name", "t.city"),
    claims_sql=drafts("c.facility_id IN ({keys})"),
)

PRACTITIONER = RecordKind(
    "practitioner",
    "practitioner",
    Practitioner,
    (
        Field("last_name", "Last name", "text", True, longest=60),
        Field("first_name", "First name", "text", longest=35),
        Field("middle_name", "Middle name", "text", longest=25),
        Field("suffix", "Suffix", "text", longest=10),
        npi(),
        taxonomy(),
        Field("is_organization", "Is an organization", "flag"),
        Field("employed", "Employed here", "flag", changes_claims=False),
        Field("active", "Active", "flag", changes_claims=False),
    ),
    title_sql=FULL_NAME,
    detail_sql="t.npi",
    search_sql=("t.last_name", "t.first_name", "t.npi"),
    claims_sql=drafts_of(
        "practitioner", "t.id IN (c.rendering_id, c.referring_id, c.supervising_id)"
    ),
    unique=(("npi",),),
)

QUALIFICATION = RecordKind(
    "qualification",
    "qualification",
    Qualification,
    (
        Field(
            "practitioner", "Practitioner", "reference", True, reference="practitioner", fixed=True
        ),
        Field("code", "Qualification", "choice", True, choices={q: q for q in QUALIFICATIONS}),
        Field("rank", "Rank", "number", True, check=checks.not_negative),
        *term(),
    ),
    title_sql="t.code",
    claims_sql=drafts_of("qualification", "c.rendering_id = t.practitioner_id"),
    checks=(TERM_IN_ORDER,),
    apart=("practitioner", "code"),
)

KINDS = (PRACTICE, BUSINESS_UNIT, LOCATION, PRACTITIONER, QUALIFICATION)
