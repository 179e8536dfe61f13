"""Clients, their coverages, diagnoses, authorizations and case managers."""

from dataclasses import replace

from rcm_tui.billing.clients import case_managers
from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.common import (
    FULL_NAME,
    GENDERS,
    TERM_IN_ORDER,
    address,
    drafts,
    drafts_of,
    phone,
    term,
)
from rcm_tui.billing.editing.declared.payers import FILING_INDICATORS
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.clients import (
    Authorization,
    AuthorizedService,
    CaseManager,
    Client,
    ClientDiagnosis,
    Coverage,
    RenderingAssignment,
)

RELATIONSHIPS = {
    "18": "self",
    "01": "spouse",
    "19": "child",
    "20": "employee",
    "21": "unknown",
    "39": "organ donor",
    "40": "cadaver donor",
    "53": "life partner",
    "G8": "other",
}
MEASURES = {"units": "units of service", "hours": "hours"}
PERIODS = {
    "total": "all its days together",
    "week": "each week, Monday to Sunday",
    "month": "each calendar month",
}
AUTHORIZATION_STATES = {"pending": "pending", "approved": "approved", "denied": "denied"}
OF_CLIENT = "(SELECT last_name FROM client WHERE client.id = t.client_id)"
CLIENT_FIELD = Field("client", "Client", "reference", True, reference="client", fixed=True)
AUTHORIZATION_FIELD = Field(
    "authorization", "Authorization", "reference", True, reference="authorization", fixed=True
)


CLIENT = RecordKind(
    "client",
    "client",
    Client,
    (
        Field("mrn", "MRN", "code", True, "Person", normalise=checks.upper, changes_claims=False),
        Field("last_name", "Last name", "text", True, "Person", longest=60),
        Field("first_name", "First name", "text", section="Person", longest=35),
        Field("middle_name", "Middle name", "text", section="Person", longest=25),
        Field("suffix", "Suffix", "text", section="Person", longest=10),
        Field("birth_date", "Date of birth", "date", section="Person", identifier=True),
        Field("gender", "Gender", "choice", section="Person", choices=GENDERS),
        *address(),
        replace(phone(), identifier=True),
        Field(
            "business_unit",
            "Business unit",
            "reference",
            section="Practice",
            reference="business_unit",
            changes_claims=False,
        ),
        Field(
            "referring",
            "Referring provider",
            "reference",
            section="Practice",
            reference="practitioner",
            changes_claims=False,
        ),
        Field("active", "Active", "flag", section="Practice", changes_claims=False),
    ),
    title_sql=FULL_NAME,
    detail_sql="t.mrn || ' ' || COALESCE(t.birth_date, '')",
    search_sql=("t.last_name", "t.first_name", "t.mrn"),
    claims_sql=drafts("c.client_id IN ({keys})", few=True),
    unique=(("mrn",),),
)

COVERAGE = RecordKind(
    "coverage",
    "coverage",
    Coverage,
    (
        CLIENT_FIELD,
        Field("payer", "Payer", "reference", True, "Insurance", reference="payer"),
        Field("plan", "Plan", "reference", section="Insurance", reference="plan", within="payer"),
        Field("rank", "Rank", "number", True, "Insurance", check=checks.more_than_zero),
        Field(
            "member_id",
            "Member id",
            "code",
            section="Insurance",
            normalise=checks.upper,
            check=checks.member_id,
            identifier=True,
        ),
        Field("group_number", "Group number", "code", section="Insurance", longest=50),
        Field("group_name", "Group name", "text", section="Insurance", longest=60),
        Field(
            "filing_indicator",
            "Kind of insurance",
            "choice",
            section="Insurance",
            choices={"": "as the payer's", **FILING_INDICATORS},
        ),
        Field(
            "copay",
            "Copay a visit",
            "money",
            section="Insurance",
            check=checks.not_negative,
            changes_claims=False,
        ),
        *term(required=False, section="Insurance"),
        Field("relationship", "Patient is", "choice", True, "Policy holder", choices=RELATIONSHIPS),
        Field("holder_last_name", "Last name", "text", section="Policy holder", longest=60),
        Field("holder_first_name", "First name", "text", section="Policy holder", longest=35),
        Field("holder_middle_name", "Middle name", "text", section="Policy holder", longest=25),
        Field("holder_suffix", "Suffix", "text", section="Policy holder", longest=10),
        Field(
            "holder_birth_date", "Date of birth", "date", section="Policy holder", identifier=True
        ),
        Field("holder_gender", "Gender", "choice", section="Policy holder", choices=GENDERS),
        *address("holder_", "Policy holder"),
    ),
    title_sql=(
        "(SELECT name FROM payer WHERE payer.id = t.payer_id) || ' ' || t.member_id || CASE t.rank"
        " WHEN 1 THEN ' (primary)' WHEN 2 THEN ' (secondary)' ELSE ' (rank ' || t.rank || ')' END"
    ),
    detail_sql="COALESCE(t.starts_on, '') || ' – ' || COALESCE(t.ends_on, '')",
    search_sql=("(SELECT name FROM payer WHERE payer.id = t.payer_id)", "t.member_id"),
    claims_sql=drafts_of(
        "coverage", "c.client_id = t.client_id AND c.coverage_id = t.id", few=True
    ),
    checks=(TERM_IN_ORDER,),
)

DIAGNOSIS = RecordKind(
    "client_diagnosis",
    "diagnosis",
    ClientDiagnosis,
    (
        CLIENT_FIELD,
        Field("position", "Position", "number", True, check=checks.more_than_zero),
        Field(
            "code",
            "Diagnosis",
            "code",
            True,
            codes="diagnosis",
            normalise=checks.diagnosis_codes,
            check=checks.diagnosis,
        ),
        *term(required=False),
    ),
    title_sql="t.code",
    detail_sql=OF_CLIENT,
    search_sql=("t.code",),
    checks=(TERM_IN_ORDER,),
    unique=(("client", "position"),),
)

AUTHORIZATION = RecordKind(
    "authorization",
    "authorization",
    Authorization,
    (
        CLIENT_FIELD,
        Field("payer", "Payer", "reference", True, reference="payer"),
        Field("number", "Number", "code", longest=50),
        Field("status", "Status", "choice", True, choices=AUTHORIZATION_STATES),
        Field("starts_on", "From", "date", True),
        Field("ends_on", "Until", "date", True),
    ),
    title_sql="CASE WHEN t.number = '' THEN 'without a number' ELSE t.number END",
    detail_sql="t.status || ' ' || t.starts_on || ' – ' || t.ends_on",
    search_sql=("t.number",),
    claims_sql=drafts("c.authorization_id IN ({keys})", few=True),
    checks=(TERM_IN_ORDER,),
)

AUTHORIZED_SERVICE = RecordKind(
    "authorized_service",
    "authorized service",
    AuthorizedService,
    (
        AUTHORIZATION_FIELD,
        Field(
            "procedure_codes",
            "Procedure codes",
            "code",
            True,
            codes="procedure",
            many=True,
            normalise=checks.codes,
            check=checks.procedures,
        ),
        Field("amount", "Allowed", "units", True, check=checks.more_than_zero),
        Field("measure", "Measured in", "choice", True, choices=MEASURES),
        Field("per", "For", "choice", True, choices=PERIODS),
    ),
    title_sql="t.procedure_codes",
    claims_sql=drafts_of("authorized_service", "c.authorization_id = t.authorization_id", few=True),
    unique=(("authorization", "procedure_codes", "per"),),
)

RENDERING_ASSIGNMENT = RecordKind(
    "rendering_assignment",
    "rendering assignment",
    RenderingAssignment,
    (
        AUTHORIZATION_FIELD,
        Field("practitioner", "Rendering", "reference", True, reference="practitioner"),
        *term(),
    ),
    title_sql="(SELECT last_name FROM practitioner WHERE practitioner.id = t.practitioner_id)",
    claims_sql=drafts_of(
        "rendering_assignment", "c.authorization_id = t.authorization_id", few=True
    ),
    checks=(TERM_IN_ORDER,),
)

CASE_MANAGER = RecordKind(
    "case_manager",
    "case manager",
    CaseManager,
    (
        CLIENT_FIELD,
        Field("service_line", "Service line", "text", True, longest=30),
        Field("practitioner", "Case manager", "reference", True, reference="practitioner"),
        *term(),
    ),
    title_sql="(SELECT last_name FROM practitioner WHERE practitioner.id = t.practitioner_id)",
    detail_sql=OF_CLIENT,
    claims_sql=drafts_of("case_manager", "c.client_id = t.client_id", few=True),
    checks=(TERM_IN_ORDER,),
    fits=(case_managers.misfits,),
)

KINDS = (
    CLIENT,
    COVERAGE,
    DIAGNOSIS,
    AUTHORIZATION,
    AUTHORIZED_SERVICE,
    RENDERING_ASSIGNMENT,
    CASE_MANAGER,
)
