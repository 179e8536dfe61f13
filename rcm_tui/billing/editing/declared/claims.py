"""Claims and their lines: editable while the claim is a Draft."""

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.common import modifiers, procedure
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.claims import DRAFT, HISTORICAL, READY, SUBMITTED, Claim, ClaimLine

FREQUENCIES = {"1": "original", "6": "corrected claim", "7": "replacement", "8": "void"}


def claim_locked(number: str, status: str, acknowledgement: str) -> str:
    """Why a claim cannot be edited, and what to do; "" for a Draft (ours)."""
    if status == DRAFT:
        return ""
    if status == READY:
        todo = "take it back to Draft first"
    elif status == SUBMITTED and acknowledgement == "rejected":
        todo = "take it back to Draft to correct it and send it again"
    elif status == SUBMITTED:
        todo = "correct it with Modify & Resubmit, which makes a new Draft of it"
    elif status == HISTORICAL:
        todo = "a later submission has taken its place: work on that one"
    else:
        todo = "only Drafts are edited"
    return f"claim {number} is {status} and locked: {todo}"


CLAIM = RecordKind(
    "claim",
    "claim",
    Claim,
    (
        Field("client", "Client", "reference", True, "Claim", reference="client", fixed=True),
        Field(
            "coverage",
            "Coverage",
            "reference",
            section="Claim",
            reference="coverage",
            within="client",
        ),
        Field(
            "diagnoses",
            "Diagnoses",
            "code",
            section="Claim",
            codes="diagnosis",
            many=True,
            normalise=checks.diagnosis_codes,
            check=checks.diagnoses,
            longest=120,
        ),
        Field(
            "place_of_service",
            "Place of service",
            "code",
            section="Claim",
            codes="place of service",
            check=checks.place_of_service,
        ),
        Field("illness_on", "Current illness since", "date", section="Claim", changes_claims=False),
        Field("rendering", "Rendering", "reference", section="Providers", reference="practitioner"),
        Field("referring", "Referring", "reference", section="Providers", reference="practitioner"),
        Field(
            "supervising", "Supervising", "reference", section="Providers", reference="practitioner"
        ),
        Field("facility", "Facility", "reference", section="Providers", reference="location"),
        Field(
            "authorization",
            "Authorization",
            "reference",
            section="Authorization",
            reference="authorization",
            within="client",
        ),
        Field(
            "authorization_number",
            "Authorization number",
            "code",
            section="Authorization",
            longest=50,
        ),
        Field("frequency", "Frequency", "choice", True, "Submission", FREQUENCIES),
        Field(
            "original_reference",
            "Payer's claim number",
            "code",
            section="Submission",
            longest=50,
        ),
        Field("claim_note", "Note to the payer", "text", section="Submission", longest=80),
    ),
    title_sql="t.number",
    detail_sql="t.patient_name",
    search_sql=("t.number",),
    claims_sql=(
        f"SELECT id FROM claim WHERE id IN ({{keys}}) AND COALESCE(status, '') = '{DRAFT}'"
    ),
    locked_from="JOIN claim AS locker ON locker.id = t.id",
    locked_sql="locker.number, locker.status, locker.acknowledgement",
    locked=claim_locked,
)

CLAIM_LINE = RecordKind(
    "claim_line",
    "claim line",
    ClaimLine,
    (
        Field("claim", "Claim", "reference", True, reference="claim", fixed=True),
        Field("first_service_date", "From", "date", True),
        Field("last_service_date", "Until", "date", True),
        procedure(),
        modifiers(),
        Field("units", "Units", "units", True, check=checks.more_than_zero),
        Field("billed", "Charge", "money", True, check=checks.more_than_zero),
        Field(
            "expected", "Expected", "money", True, check=checks.not_negative, changes_claims=False
        ),
        Field(
            "place_of_service",
            "Place of service",
            "code",
            codes="place of service",
            check=checks.place_of_service,
        ),
        Field(
            "pointers", "Diagnosis pointers", "code", normalise=checks.codes, check=checks.pointers
        ),
    ),
    title_sql="(SELECT number FROM claim WHERE claim.id = t.claim_id) || ' line ' || t.position",
    detail_sql="t.procedure_code",
    claims_sql=(
        "SELECT DISTINCT c.id FROM claim_line l JOIN claim c ON c.id = l.claim_id"
        f" WHERE l.id IN ({{keys}}) AND COALESCE(c.status, '') = '{DRAFT}'"
    ),
    locked_from="JOIN claim AS locker ON locker.id = t.claim_id",
    locked_sql="locker.number, locker.status, locker.acknowledgement",
    locked=claim_locked,
    checks=(checks.in_order("first_service_date", "last_service_date", "Until"),),
)

KINDS = (CLAIM, CLAIM_LINE)
