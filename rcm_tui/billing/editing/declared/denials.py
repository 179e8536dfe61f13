"""What is done next about denials, as administrators and denial specialists edit it."""

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.denials import PREVENTABLE, DenialAction

WAYS = {
    "correct": "send a corrected claim",
    "new claim": "send a new claim",
    "next payer": "bill the next payer",
    "appeal": "appeal",
    "documents": "send documents",
    "patient": "bill the patient",
    "write off": "write off",
    "post": "nothing: it is posted",
    "look": "look closer first",
}
CLOCKS = {
    "corrected claim": "the payer's for corrected claims",
    "appeal": "the payer's for appeals",
    "corrected or appeal": "the shorter of the two",
    "first claim": "the payer's for first claims",
    "letter": "as the payer's letter says",
    "none": "none",
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
