"""Rules by which cases are escalated, as administrators edit them."""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.cases import PRIORITIES
from rcm_tui.data.tables.escalations import PEOPLE, EscalationRule

MOST_LEVEL = 9
ANY = {"": "any", **{one: one for one in PRIORITIES}}
STAYS = {"": "stays", **{one: one for one in PRIORITIES}}
ROLES = {"": "nobody's", **{role: f"next {role}" for role in PEOPLE}}


def level(value: int) -> str:
    right = 1 <= value <= MOST_LEVEL
    return "" if right else f"is no level: 1 to {MOST_LEVEL} are"


def decides(values: Mapping[str, Any]) -> Mapping[str, str]:
    """A rule asks for something, raises what it looks at, and gives it to one."""
    asked = ("overdue_days", "least_outstanding", "priority", "kind", "payer", "from_level")
    wrong = {}
    if not any(values[name] for name in asked):
        wrong["overdue_days"] = "Overdue is empty, and so is every condition: all cases would fit."
    if values["from_level"] is not None and values["from_level"] >= (values["level"] or 0):
        wrong["from_level"] = "From level is not below the level that the rule raises to."
    if values["owner"] and values["role"]:
        wrong["role"] = "Role and owner are both given: a case has one owner."
    return wrong


def owner_is_there(
    database: Database, records: Sequence[tuple[int, Mapping[str, Any]]]
) -> Mapping[int, Mapping[str, str]]:
    """The owner is a person who uses the program, and a role has somebody in it."""
    people = read_rows(database, "SELECT login, role FROM person WHERE active = 1")
    logins, roles = {row[0] for row in people}, {row[1] for row in people}
    wrong = {}
    for key, values in records:
        if values["owner"] and values["owner"] not in logins:
            wrong[key] = {"owner": f"Owner {values['owner']} is no login of the practice."}
        elif values["role"] and values["role"] not in roles:
            wrong[key] = {"role": f"Role {values['role']}: nobody has it."}
    return wrong


ESCALATION_RULE = RecordKind(
    "escalation_rule",
    "escalation rule",
    EscalationRule,
    (
        Field("name", "Rule", "text", True, "Rule", longest=60),
        Field("active", "In force", "flag", section="Rule"),
        Field("overdue_days", "Overdue", "number", section="When", check=checks.more_than_zero),
        Field("least_outstanding", "Outstanding", "money", section="When"),
        Field("priority", "Priority", "choice", section="When", choices=ANY),
        Field(
            "from_level", "From level", "number", True, section="When", check=checks.not_negative
        ),
        Field("kind", "Kind", "reference", section="When", reference="case_kind"),
        Field("payer", "Payer", "reference", section="When", reference="payer"),
        Field("level", "To level", "number", True, "Then", check=level),
        Field("sets_priority", "Priority then", "choice", section="Then", choices=STAYS),
        Field("owner", "Owner", "code", section="Then", codes="login", longest=60),
        Field("role", "Role", "choice", section="Then", choices=ROLES),
    ),
    title_sql="t.name",
    search_sql=("t.name",),
    unique=(("name",),),
    checks=(decides,),
    fits=(owner_is_there,),
)

KINDS = (ESCALATION_RULE,)
