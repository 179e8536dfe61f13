"""Rules by which cases are escalated, and what they have escalated."""

from peewee import ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, FlagField, MomentField
from rcm_tui.data.tables.case_kinds import CaseKind
from rcm_tui.data.tables.cases import PRIORITIES, CaseFile
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import ROLES
from rcm_tui.data.tables.row import Row

PEOPLE = tuple(role for role in ROLES if role not in ("system", "auditor"))
"""The roles of those who can own a case."""


class EscalationRule(Row):
    """When open cases are raised to a level, and what becomes of them then.

    All conditions that are given hold: `overdue_days` counts from the nearest of a case's clocks
    and its follow-up, `least_outstanding` is cents, `priority` is that priority, `from_level` the
    least level that it has already. `sets_priority`, `owner` (a login) and `role` (its people in
    turn) say what changes besides the level; what is empty stays.
    """

    name = TextField()
    active = FlagField()
    overdue_days = IntegerField(null=True)
    least_outstanding = CentsField(null=True)
    priority = ChoiceField(("", *PRIORITIES), default="")
    from_level = IntegerField(default=0)
    kind = ForeignKeyField(CaseKind, backref="escalation_rules", null=True)
    payer = ForeignKeyField(Payer, backref="escalation_rules", null=True)
    level = IntegerField(default=1)
    sets_priority = ChoiceField(("", *PRIORITIES), default="")
    owner = TextField(default="")
    role = ChoiceField(("", *PEOPLE), default="")
    version = IntegerField(default=1)


class CaseEscalation(Row):
    """A case that was raised to a level: each level once, until the case is taken up again."""

    case = ForeignKeyField(CaseFile, backref="escalations", index=False)
    rule = ForeignKeyField(EscalationRule, backref="escalations")
    level = IntegerField()
    owner = TextField(default="")
    escalated_at = MomentField()

    class Meta:
        indexes = ((("case", "level"), True),)
