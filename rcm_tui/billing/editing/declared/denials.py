"""What is done next about denials, as administrators and denial specialists edit it."""

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.codes.denial_ways import (
    APPEAL,
    APPEAL_FILED,
    CORRECT,
    CORRECTED_CLAIM,
    DOCUMENTS,
    EITHER_CLOCK,
    FIRST_CLAIM,
    LETTER,
    LOOK,
    NEW_CLAIM,
    NEXT_PAYER,
    NO_CLOCK,
    PATIENT,
    POST,
    PREVENTABLE,
    WRITE_OFF,
)
from rcm_tui.data.tables.denials import DenialAction

WAYS = {
    CORRECT: "send a corrected claim",
    NEW_CLAIM: "send a new claim",
    NEXT_PAYER: "bill the next payer",
    APPEAL: "appeal",
    DOCUMENTS: "send documents",
    PATIENT: "bill the patient",
    WRITE_OFF: "write off",
    POST: "nothing: it is posted",
    LOOK: "look closer first",
}
CLOCKS = {
    CORRECTED_CLAIM: "the payer's for corrected claims",
    APPEAL_FILED: "the payer's for appeals",
    EITHER_CLOCK: "the shorter of the two",
    FIRST_CLAIM: "the payer's for first claims",
    LETTER: "as the payer's letter says",
    NO_CLOCK: "none",
}

DENIAL_ACTION = RecordKind(
    "denial_action",
    "denial action",
    DenialAction,
    (
        Field("payer", "Payer", "reference", section="Which", reference="payer"),
        Field("group_codes", "Groups", "code", section="Which", normalise=checks.codes),
        Field("reason_code", "Reason (CARC)", "code", True, "Which", normalise=checks.upper),
        Field("remark_codes", "Remarks (RARC)", "code", section="Which", normalise=checks.codes),
        Field("active", "In force", "flag", section="Which"),
        Field("meaning", "Meaning", "text", True, "What", longest=120),
        Field("category", "Category", "text", section="What", longest=40),
        Field("way", "Way", "choice", True, "What", WAYS),
        Field("other_way", "Otherwise", "choice", section="What", choices={"": "none", **WAYS}),
        Field("action", "What to do", "text", True, "What", longest=300),
        Field("clock", "Clock", "choice", True, "What", CLOCKS),
        Field(
            "preventable", "Preventable", "choice", True, "What", {one: one for one in PREVENTABLE}
        ),
    ),
    title_sql="TRIM(t.group_codes || ' ' || t.reason_code || ' ' || t.remark_codes)",
    detail_sql="t.meaning",
    search_sql=("t.reason_code", "t.meaning"),
    unique=(("payer", "group_codes", "reason_code", "remark_codes"),),
)

KINDS = (DENIAL_ACTION,)
