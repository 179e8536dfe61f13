"""Payers, their plans, benefits and fees, and who is enrolled with them."""

from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.common import (
    TERM_IN_ORDER,
    address,
    drafts,
    drafts_of,
    modifiers,
    procedure,
    term,
)
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.payers import (
    Benefit,
    Enrolment,
    Fee,
    MedicallyUnlikelyEdit,
    ModifierRule,
    Payer,
    Plan,
)
from rcm_tui.data.tables.practice import LOCATION_KINDS

FILING_INDICATORS = {
    "11": "other non-federal program",
    "12": "preferred provider organization",
    "13": "point of service",
    "14": "exclusive provider organization",
    "15": "indemnity insurance",
    "16": "Medicare managed care (HMO)",
    "17": "dental maintenance organization",
    "AM": "automobile medical",
    "BL": "Blue Cross / Blue Shield",
    "CH": "Champus",
    "CI": "commercial insurance",
    "DS": "disability",
    "FI": "federal employees program",
    "HM": "health maintenance organization",
    "LM": "liability medical",
    "MA": "Medicare part A",
    "MB": "Medicare part B",
    "MC": "Medicaid",
    "OF": "other federal program",
    "TV": "title V",
    "VA": "veterans affairs plan",
    "WC": "workers' compensation",
    "ZZ": "mutually defined",
}
RENDERING_POLICIES = {
    "session": "who held the session, if qualified",
    "case_manager": "the case manager",
}
CONCURRENT = {"usual": "the usual pairs of codes", "none": "no two codes"}
ROUNDINGS = {
    "eight minute": "eight minutes make a unit",
    "eight minute aggregated": "eight minutes, over the day",
    "whole units": "whole units only",
}
AUTO_POSTS = {
    "all": "payments that balance",
    "without denials": "those without denials",
    "never": "none: look at each first",
}
MUE_PROGRAMS = {
    "Medicaid": "Medicaid's values",
    "Medicare": "Medicare's values",
    "none": "only its own",
}
CORRECTION_CODES = {"7": "replacement (7)", "6": "corrected claim (6)"}
DENIED_LINES = {
    "replacement": "in a replacement of the whole claim",
    "new claim": "alone, as a new claim",
}
PAYER_FIELD = Field("payer", "Payer", "reference", True, reference="payer", fixed=True)
PROCEDURE = procedure()
PROGRAMS = {"any": "any program", "Medicaid": "Medicaid", "Medicare": "Medicare"}
EITHER = {"any": "no matter", "yes": "yes", "no": "no"}
LOCATIONS = {"any": "no matter", **{kind: kind for kind in LOCATION_KINDS}}
REPEATS = {
    "any": "no matter",
    "repeat": "yes, by anybody",
    "same practitioner": "yes, by the same practitioner",
    "another practitioner": "yes, by another practitioner",
}
OF_PAYER = "(SELECT name FROM payer WHERE payer.id = t.payer_id)"


def _days(name: str, label: str, changes_claims: bool) -> Field:
    return Field(
        name,
        label,
        "number",
        True,
        "Clocks",
        check=checks.more_than_zero,
        changes_claims=changes_claims,
    )


def _somebodys(values: Mapping[str, Any]) -> Mapping[str, str]:
    """A fee is a payer's, a business unit's or both."""
    if values["payer"] is None and values["business_unit"] is None:
        return {"payer": "Payer is empty and so is the business unit: one of them is needed."}
    return {}


def _does_something(values: Mapping[str, Any]) -> Mapping[str, str]:
    """A modifier rule adds or takes out a modifier, or sets the place."""
    if not (values["modifier"] or values["instead_of"] or values["sets_place"]):
        return {"modifier": "Add the modifier is empty: a modifier or a place is needed."}
    return {}


PAYER = RecordKind(
    "payer",
    "payer",
    Payer,
    (
        Field("name", "Name", "text", True, "Payer", longest=60),
        Field("short_name", "Short name", "text", section="Payer", longest=20),
        Field("payer_id", "Payer id (CPID)", "code", section="Payer", normalise=checks.upper),
        Field(
            "clearinghouse",
            "Clearinghouse",
            "reference",
            section="Payer",
            reference="clearinghouse",
        ),
        Field(
            "filing_indicator",
            "Kind of insurance",
            "choice",
            True,
            "Payer",
            choices=FILING_INDICATORS,
        ),
        *address(),
        _days("filing_days", "Days to file", True),
        _days("corrected_days", "Days to correct", True),
        _days("appeal_days", "Days to appeal", False),
        _days("answer_days", "Days to answer", False),
        Field(
            "receipt_days",
            "Days to confirm receipt",
            "number",
            True,
            "Clocks",
            check=checks.not_negative,
        ),
        _days("retro_days", "Days to authorize later", True),
        Field("needs_authorization", "Needs an authorization", "flag", section="Rules"),
        Field("needs_referring", "Needs a referring provider", "flag", section="Rules"),
        Field("needs_enrolment", "Needs enrolment", "flag", section="Rules"),
        Field(
            "rendering_policy", "Who renders", "choice", True, "Rules", choices=RENDERING_POLICIES
        ),
        Field(
            "concurrent",
            "At the same time",
            "choice",
            True,
            "Rules",
            CONCURRENT,
            changes_claims=False,
        ),
        Field("rounding", "Rounding", "choice", True, "Rules", ROUNDINGS, changes_claims=False),
        Field(
            "auto_post",
            "Post by themselves",
            "choice",
            True,
            "Rules",
            AUTO_POSTS,
            changes_claims=False,
        ),
        Field(
            "underpaid_tolerance",
            "Under contract let pass",
            "money",
            section="Rules",
            check=checks.not_negative,
            changes_claims=False,
        ),
        Field("mue_program", "Most units a day (MUE) by", "choice", True, "Rules", MUE_PROGRAMS),
        Field(
            "correction_code",
            "Corrected claims as",
            "choice",
            True,
            "Rules",
            CORRECTION_CODES,
            changes_claims=False,
        ),
        Field("takes_voids", "Takes voids (8)", "flag", section="Rules", changes_claims=False),
        Field(
            "denied_lines",
            "Denied lines again",
            "choice",
            True,
            "Rules",
            DENIED_LINES,
            changes_claims=False,
        ),
        Field(
            "denial_specialist",
            "Denial specialist",
            "code",
            section="Rules",
            codes="login",
            longest=60,
            changes_claims=False,
        ),
        Field("active", "Active", "flag", section="Rules", changes_claims=False),
    ),
    title_sql="t.name",
    detail_sql="t.payer_id",
    search_sql=("t.name", "t.short_name", "t.payer_id"),
    claims_sql=drafts("c.payer_id IN ({keys})"),
)

PLAN = RecordKind(
    "plan",
    "plan",
    Plan,
    (
        PAYER_FIELD,
        Field("name", "Name", "text", True, longest=60),
        Field("line_per_session", "A line for each session", "flag", changes_claims=False),
        Field("split_by_modifier", "Claims by modifier", "flag", changes_claims=False),
        Field("split_by_place", "Claims by place of service", "flag", changes_claims=False),
    ),
    title_sql="t.name",
    detail_sql=OF_PAYER,
    search_sql=("t.name",),
)

BENEFIT = RecordKind(
    "benefit",
    "benefit",
    Benefit,
    (
        PAYER_FIELD,
        PROCEDURE,
        Field("service", "Service", "text", True),
        Field("service_line", "Service line", "text", True, longest=30),
        Field("unit_minutes", "Minutes of a unit", "number", True, check=checks.more_than_zero),
        Field("min_units", "Least units a day", "units", True, check=checks.not_negative),
        Field("max_units", "Most units a day", "units", check=checks.more_than_zero),
        modifiers(),
        Field(
            "telehealth_modifier",
            "Telehealth modifier",
            "code",
            codes="modifier",
            normalise=checks.upper,
            check=checks.modifiers,
        ),
        Field(
            "session_qualification",
            "Qualification for session",
            "code",
            normalise=checks.qualifications,
            check=checks.known_qualifications,
            changes_claims=False,
        ),
        Field(
            "claim_qualification",
            "Qualification to render",
            "code",
            normalise=checks.qualifications,
            check=checks.known_qualifications,
        ),
        Field("needs_authorization", "Needs an authorization", "flag"),
        *term(),
    ),
    title_sql="t.procedure_code",
    detail_sql=OF_PAYER,
    search_sql=("t.procedure_code",),
    claims_sql=drafts_of("benefit", "c.payer_id = t.payer_id"),
    checks=(TERM_IN_ORDER,),
    unique=(("payer", "procedure_code", "starts_on"),),
    apart=("payer", "procedure_code"),
)

FEE = RecordKind(
    "fee",
    "fee",
    Fee,
    (
        Field("payer", "Payer", "reference", reference="payer"),
        Field("business_unit", "Business unit", "reference", reference="business_unit"),
        PROCEDURE,
        Field("billed", "Charge a unit", "money", True, check=checks.more_than_zero),
        Field("expected", "Expected a unit", "money", True, check=checks.not_negative),
        *term(),
    ),
    title_sql="t.procedure_code",
    detail_sql=OF_PAYER,
    search_sql=("t.procedure_code",),
    checks=(TERM_IN_ORDER, _somebodys),
    apart=("payer", "business_unit", "procedure_code"),
)

MUE = RecordKind(
    "mue",
    "unlikely edit",
    MedicallyUnlikelyEdit,
    (
        Field("payer", "Payer", "reference", reference="payer"),
        Field("program", "Program", "choice", True, choices=PROGRAMS),
        PROCEDURE,
        Field("units", "Most units a day", "units", check=checks.more_than_zero),
        *term(),
        Field("source", "Source", "text", changes_claims=False),
        Field("note", "Note", "text", changes_claims=False),
    ),
    title_sql="t.procedure_code",
    detail_sql=f"COALESCE({OF_PAYER}, t.program)",
    search_sql=("t.procedure_code",),
    claims_sql=drafts_of("mue", "t.payer_id IS NULL OR c.payer_id = t.payer_id"),
    checks=(TERM_IN_ORDER,),
    apart=("payer", "program", "procedure_code"),
)

MODIFIER_RULE = RecordKind(
    "modifier_rule",
    "modifier rule",
    ModifierRule,
    (
        Field("name", "Name", "text", True, "Rule", longest=60),
        Field("payer", "Payer", "reference", section="Rule", reference="payer"),
        Field("active", "In force", "flag", section="Rule"),
        Field("priority", "Priority", "number", True, "Rule", check=checks.not_negative),
        Field("note", "Note", "text", section="Rule"),
        Field(
            "procedure_codes",
            "Procedure codes",
            "code",
            section="When",
            codes="procedure",
            many=True,
            normalise=checks.codes,
            check=checks.procedures,
        ),
        Field(
            "qualification",
            "The practitioner holds",
            "code",
            section="When",
            normalise=checks.qualifications,
            check=checks.known_qualifications,
        ),
        Field("telehealth", "By telehealth", "choice", True, "When", EITHER),
        Field("location_kind", "Location", "choice", True, "When", LOCATIONS),
        Field(
            "place_of_service",
            "Place of service",
            "code",
            section="When",
            codes="place of service",
            many=True,
            check=checks.places_of_service,
        ),
        Field("repeat", "Same code again that day", "choice", True, "When", REPEATS),
        *term(required=False, section="When"),
        Field(
            "modifier",
            "Add the modifier",
            "code",
            section="Then",
            codes="modifier",
            normalise=checks.upper,
            check=checks.modifier,
        ),
        Field(
            "instead_of",
            "Instead of",
            "code",
            section="Then",
            codes="modifier",
            many=True,
            normalise=checks.codes,
            check=checks.known_modifiers,
        ),
        Field("position", "Order on the line", "number", True, "Then", check=checks.not_negative),
        Field(
            "sets_place",
            "Place of service becomes",
            "code",
            section="Then",
            codes="place of service",
            check=checks.place_of_service,
        ),
    ),
    title_sql="t.name",
    detail_sql=f"COALESCE({OF_PAYER}, 'all payers')",
    search_sql=("t.name",),
    checks=(TERM_IN_ORDER, _does_something),
)

ENROLMENT = RecordKind(
    "enrolment",
    "enrolment",
    Enrolment,
    (
        Field(
            "practitioner", "Practitioner", "reference", True, reference="practitioner", fixed=True
        ),
        PAYER_FIELD,
        *term(),
    ),
    title_sql=OF_PAYER,
    detail_sql="t.starts_on || ' – ' || COALESCE(t.ends_on, '')",
    claims_sql=drafts_of(
        "enrolment", "c.payer_id = t.payer_id AND c.rendering_id = t.practitioner_id"
    ),
    checks=(TERM_IN_ORDER,),
    unique=(("practitioner", "payer", "starts_on"),),
    apart=("practitioner", "payer"),
)

KINDS = (PAYER, PLAN, BENEFIT, FEE, MUE, MODIFIER_RULE, ENROLMENT)
