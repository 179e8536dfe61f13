"""Rules by which denials open cases, as administrators edit them. A new one is switched off."""

from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.cases import tags
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.case_rules import (
    BEFORE_CLOCK,
    FROM_OPENING,
    IN_TURN,
    JOINS,
    JOINS_OF_CLIENT,
    NAMED,
    NO_FOLLOW_UP,
    OF_PAYER,
    OPENS,
    CaseRule,
)
from rcm_tui.data.tables.cases import PRIORITIES

GROUPS = ("CO", "PR", "OA", "PI", "CR")
CASES = {
    JOINS: "one of payer and subject",
    JOINS_OF_CLIENT: "one of payer, subject, patient",
    OPENS: "a new one each",
}
FOLLOW_UPS = {
    FROM_OPENING: "days after the opening",
    BEFORE_CLOCK: "days before the clock ends",
    NO_FOLLOW_UP: "none",
}
OWNERS = {
    NAMED: "the first of the owners",
    IN_TURN: "each owner in turn",
    OF_PAYER: "the payer's denial specialist",
}


def groups(value: str) -> str:
    """What is wrong with adjustment groups, as the end of a sentence."""
    wrong = [code for code in value.split() if code not in GROUPS]
    return f"has {wrong[0]}, which is none of {', '.join(GROUPS)}" if wrong else ""


def logins(text: str) -> str:
    """Logins parted by one blank; commas part them too."""
    return " ".join(dict.fromkeys(text.replace(",", " ").split()))


def takes_turns(values: Mapping[str, Any]) -> Mapping[str, str]:
    """Whoever gives cases in turn gives them to several."""
    if values["owner_by"] == IN_TURN and len(values["owners"].split()) < 2:
        return {"owners": "Owners: at least two logins are needed to take turns."}
    return {}


def _codes(name: str, label: str, **more: Any) -> Field:
    return Field(
        name, label, "code", section="When", many=True, normalise=checks.codes, longest=120, **more
    )


CASE_RULE = RecordKind(
    "case_rule",
    "case rule",
    CaseRule,
    (
        Field("name", "Name", "text", True, "Rule", longest=60, changes_claims=False),
        Field("active", "In force", "flag", section="Rule", changes_claims=False),
        Field("place", "Order", "number", True, "Rule", check=checks.not_negative),
        Field("payer", "Payer", "reference", section="When", reference="payer"),
        Field(
            "business_unit",
            "Business unit",
            "reference",
            section="When",
            reference="business_unit",
        ),
        _codes("group_codes", "Groups", check=groups),
        _codes("reason_codes", "Reasons (CARC)"),
        _codes("remark_codes", "Remarks (RARC)"),
        Field(
            "amount_from", "Outstanding from", "money", section="When", check=checks.more_than_zero
        ),
        Field("age_from", "Days old from", "number", section="When", check=checks.more_than_zero),
        Field("joins", "Case", "choice", True, "Then", CASES),
        Field("subject", "Subject", "text", section="Then", codes="subject", longest=80),
        Field("priority", "Priority", "choice", True, "Then", {one: one for one in PRIORITIES}),
        Field("tags", "Tags", "code", section="Then", many=True, normalise=tags, longest=120),
        Field("follow_up", "Follow up", "choice", True, "Then", FOLLOW_UPS),
        Field("follow_up_days", "Days", "number", True, "Then", check=checks.not_negative),
        Field("owner_by", "Who gets it", "choice", True, "Then", OWNERS),
        Field(
            "owners",
            "Owners",
            "code",
            section="Then",
            codes="login",
            many=True,
            normalise=logins,
            longest=200,
        ),
    ),
    title_sql="t.name",
    detail_sql="TRIM(t.group_codes || ' ' || t.reason_codes || ' ' || t.remark_codes)",
    search_sql=("t.name",),
    checks=(takes_turns,),
    unique=(("name",),),
)

KINDS = (CASE_RULE,)
