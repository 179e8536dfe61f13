"""Payers, their plans, benefits and fees, and who is enrolled with them."""

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.common import TERM_IN_ORDER, address, drafts, drafts_of, term
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.payers import Benefit, Clearinghouse, Enrolment, Fee, Payer, Plan

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
ROUNDINGS = {
    "eight minute": "eight minutes make a unit",
    "eight minute aggregated": "eight minutes, over the day",
    "whole units": "whole units only",
}
PAYER_FIELD = Field("payer", "Payer", "reference", True, reference="payer", fixed=True)
PROCEDURE = Field(
    "procedure_code",
    "Procedure code",
    "code",
    True,
    codes="procedure",
    normalise=checks.upper,
    check=checks.procedure,
)
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
        Field("needs_authorization", "Needs an authorization", "flag", section="Rules"),
        Field("needs_referring", "Needs a referring provider", "flag", section="Rules"),
        Field("needs_enrolment", "Needs enrolment", "flag", section="Rules"),
        Field(
            "rendering_policy", "Who renders", "choice", True, "Rules", choices=RENDERING_POLICIES
        ),
        Field("rounding", "Rounding", "choice", True, "Rules", ROUNDINGS, changes_claims=False),
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
        Field("mue_units", "Most units paid a day (MUE)", "units", check=checks.more_than_zero),
        Field(
            "modifiers",
            "Modifiers",
            "code",
            codes="modifier",
            many=True,
            normalise=checks.codes,
            check=checks.modifiers,
        ),
        Field(
            "telehealth_modifier",
            "Telehealth modifier",
            "code",
            codes="modifier",
            normalise=checks.upper,
            check=checks.modifiers,
        ),
        Field("claim_qualification", "Qualification to render", "code", normalise=checks.upper),
        Field("needs_authorization", "Needs an authorization", "flag"),
        *term(),
    ),
    title_sql="t.procedure_code",
    detail_sql=OF_PAYER,
    search_sql=("t.procedure_code",),
    claims_sql=drafts_of("benefit", "c.payer_id = t.payer_id"),
    checks=(TERM_IN_ORDER,),
    unique=(("payer", "procedure_code", "starts_on"),),
)

FEE = RecordKind(
    "fee",
    "fee",
    Fee,
    (
        PAYER_FIELD,
        Field("business_unit", "Business unit", "reference", reference="business_unit"),
        PROCEDURE,
        Field("billed", "Charge a unit", "money", True, check=checks.more_than_zero),
        Field("expected", "Expected a unit", "money", True, check=checks.not_negative),
        *term(),
    ),
    title_sql="t.procedure_code",
    detail_sql=OF_PAYER,
    search_sql=("t.procedure_code",),
    checks=(TERM_IN_ORDER,),
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
)

CLEARINGHOUSE = RecordKind(
    "clearinghouse", "clearinghouse", Clearinghouse, (), "t.name", "t.kind", ("t.name",)
)
"""Referred to by payers; connections themselves are set up elsewhere."""

KINDS = (PAYER, PLAN, BENEFIT, FEE, ENROLMENT, CLEARINGHOUSE)
