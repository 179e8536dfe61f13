"""Kinds of cases and their steps, as administrators edit them. What runs keeps its own steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.case_kinds import CaseKind, CaseKindStep
from rcm_tui.data.tables.escalations import PEOPLE

REQUIRABLE = {
    "owner": "Owner",
    "followup": "Follow up by",
    "payer": "Payer",
    "patient": "Patient",
    "carc": "CARC codes",
    "settled": "Resolved CARCs",
    "tags": "Tags",
    "description": "Description",
    "claims": "Claims",
}
"""What a kind may require of a case before it is resolved: the word, and the field's label."""


def words(text: str) -> str:
    """Words in small letters, parted by one blank; commas part them too."""
    return " ".join(dict.fromkeys(text.lower().replace(",", " ").split()))


def requirable(value: str) -> str:
    unknown = [word for word in value.split() if word not in REQUIRABLE]
    if not unknown:
        return ""
    return f"has {unknown[0]}, which is none of {', '.join(REQUIRABLE)}"


def roles(text: str) -> str:
    """Roles in small letters, parted by commas."""
    named = (" ".join(part.lower().split()) for part in text.split(","))
    return ", ".join(dict.fromkeys(filter(None, named)))


def known_roles(value: str) -> str:
    unknown = [role for role in filter(None, value.split(", ")) if role not in PEOPLE]
    return f"has {unknown[0]}, which is none of {', '.join(PEOPLE)}" if unknown else ""


def one_usual(
    database: Database, records: Sequence[tuple[int, Mapping[str, Any]]]
) -> Mapping[int, Mapping[str, str]]:
    """One kind is given to new cases, and that one is in use."""
    ((other, name),) = read_rows(
        database, "SELECT id, name FROM case_kind WHERE usual = 1 LIMIT 1"
    ) or [(0, "")]
    wrong = {}
    for key, values in records:
        if values["usual"] and other not in (0, key):
            wrong[key] = {"usual": f"Usual one: {name} is that already: say no there first."}
        elif values["usual"] and not values["active"]:
            wrong[key] = {"active": "In use is no: new cases are given this kind."}
    return wrong


CASE_KIND = RecordKind(
    "case_kind",
    "kind of case",
    CaseKind,
    (
        Field("name", "Kind", "text", True, longest=40),
        Field("description", "What it is", "text", longest=200),
        Field("days", "Days", "number", check=checks.more_than_zero),
        Field(
            "required",
            "Required",
            "code",
            codes="case field",
            many=True,
            normalise=words,
            check=requirable,
            longest=120,
        ),
        Field("closers", "Closed by", "text", normalise=roles, check=known_roles, longest=120),
        Field("usual", "Usual one", "flag"),
        Field("active", "In use", "flag"),
    ),
    title_sql="t.name",
    search_sql=("t.name",),
    unique=(("name",),),
    fits=(one_usual,),
)

CASE_KIND_STEP = RecordKind(
    "case_kind_step",
    "step",
    CaseKindStep,
    (
        Field("kind", "Kind", "reference", True, reference="case_kind", fixed=True),
        Field("position", "Place", "number", True, check=checks.more_than_zero),
        Field("title", "Step", "text", True, longest=60),
        Field("words", "How", "text", longest=200),
        Field("needed", "Needed", "flag"),
        Field("days", "Days", "number", check=checks.more_than_zero),
    ),
    title_sql="t.title",
    search_sql=("t.title",),
)

KINDS = (CASE_KIND, CASE_KIND_STEP)
