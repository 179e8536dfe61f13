"""Cases: what is being done about claims. Stages are set by billing/cases/stages.py."""

import re
from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.cases.families import fits_its_parent
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.cases import ACTIVE_STAGES, PRIORITIES, CaseFile

CARC = re.compile(r"(CO|PR|OA|PI|CR)-?([A-Z]?[0-9]{1,3})")


def carc_codes(text: str) -> str:
    """CARCs as people read them (CO-197 CO-16), parted by one blank; commas part them too."""
    return " ".join(
        f"{found[1]}-{found[2]}" if (found := CARC.fullmatch(code)) else code
        for code in text.upper().replace(",", " ").split()
    )


def carcs(value: str) -> str:
    """What is wrong with adjustment reason codes, as the end of a sentence."""
    wrong = [code for code in value.split() if not CARC.fullmatch(code)]
    return f"has {wrong[0]}: group and code are needed, as CO-197" if wrong else ""


def tags(text: str) -> str:
    """Tags in small letters, parted by one blank; commas part them too."""
    return " ".join(dict.fromkeys(text.lower().replace(",", " ").split()))


def resolved_are_disputed(values: Mapping[str, Any]) -> Mapping[str, str]:
    """Only a code that the case disputes can be resolved."""
    others = [
        code for code in values["resolved_carc"].split() if code not in values["carc"].split()
    ]
    why = f"Resolved CARCs has {others[0]}, which is not among the CARC codes" if others else ""
    return {"resolved_carc": f"{why}: add it there first."} if why else {}


def escalation_level(value: int) -> str:
    """How often a case was escalated: rules raise it, people may set it back."""
    return "" if 0 <= value <= 9 else "is no level: 0 to 9 are"


def case_locked(number: str, stage: str) -> str:
    """Why a case cannot be edited, and what to do; "" for an active one (ours)."""
    return "" if stage in ACTIVE_STAGES else f"case {number} is {stage}: reopen it to edit it"


def _codes(name: str, label: str) -> Field:
    return Field(
        name, label, "code", codes="carc", many=True, normalise=carc_codes, check=carcs, longest=120
    )


CASE = RecordKind(
    "case_file",
    "case",
    CaseFile,
    (
        Field("subject", "Subject", "text", True, codes="subject", longest=80),
        Field("priority", "Priority", "choice", True, choices={one: one for one in PRIORITIES}),
        Field("owner", "Owner", "code", codes="login", longest=60),
        Field("follow_up", "Follow up by", "date"),
        Field("payer", "Payer", "reference", reference="payer"),
        Field("client", "Patient", "reference", reference="client"),
        _codes("carc", "CARC codes"),
        _codes("resolved_carc", "Resolved CARCs"),
        Field("tags", "Tags", "code", many=True, normalise=tags, longest=120),
        Field("description", "Description", "text", longest=1000),
        Field("kind", "Kind", "reference", reference="case_kind"),
        Field("parent", "Under case", "reference", reference="case_file"),
        Field("level", "Level", "number", True, check=escalation_level),
    ),
    title_sql="t.number",
    detail_sql="t.subject",
    search_sql=("t.number", "t.subject"),
    locked_sql="t.number, t.stage",
    locked=case_locked,
    checks=(resolved_are_disputed,),
    fits=(fits_its_parent,),
)

KINDS = (CASE,)
