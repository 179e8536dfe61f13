"""Cases: what is being done about claims that were denied or are not paid, and for which claims."""

from peewee import SQL, BigIntegerField, Check, ForeignKeyField, IntegerField, TextField, fn

from rcm_tui.data.fields import (
    ByBytes,
    CentsField,
    ChoiceField,
    CodeField,
    DateField,
    FlagField,
    MomentField,
)
from rcm_tui.data.tables.case_kinds import CaseKind
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.row import Row

NEW = "New"
IN_PROGRESS = "In Progress"
AWAITING_PAYMENT = "Awaiting Payment"
RESOLVED = "Resolved"
CANCELLED = "Cancelled"
ACTIVE_STAGES = (NEW, IN_PROGRESS, AWAITING_PAYMENT)
STAGES = (*ACTIVE_STAGES, RESOLVED, CANCELLED)

LOW, NORMAL, HIGH = "low", "normal", "high"
PRIORITIES = (LOW, NORMAL, HIGH)

OPEN_STEP, DONE, NOT_APPLICABLE = "open", "done", "not applicable"
STEP_STATES = (OPEN_STEP, DONE, NOT_APPLICABLE)


class CaseFile(Row):
    """A case. "case" is a word of SQL, so the table is the file that is kept of one.

    `payer` and `client` are those of its claims where they agree. `tags`, `carc` and
    `resolved_carc` are words parted by blanks (CO-197 CO-16). `owner` is a login. The figures from
    `claims` on are sums over its claims, kept for queues (billing/cases/totals.py): `claims` counts
    them, amounts are cents, and a claim counts with all its submissions; `unsettled` counts those
    of which a payer still owes or denies something. `rule` is the one that opened it.

    `due` is by when its kind wants it settled. `level` counts how often it was escalated. Kept of
    what lies below it (billing/cases/families.py): `open_children` counts the open cases at any
    depth, `children_claims` and `children_outstanding` are sums over those; and of its own steps:
    `next_due` is the nearest clock that runs, none once it is closed.
    """

    number = CodeField(unique=True)
    payer = ForeignKeyField(Payer, null=True, backref="cases")
    client = ForeignKeyField(Client, null=True, backref="cases")
    subject = TextField()
    tags = TextField(default="")
    carc = TextField(default="")
    resolved_carc = TextField(default="")
    description = TextField(default="")
    follow_up = DateField(null=True)
    priority = ChoiceField(PRIORITIES, default=NORMAL)
    owner = TextField(default="")
    stage = ChoiceField(STAGES, default=NEW)
    kind = ForeignKeyField(CaseKind, null=True, backref="cases")
    parent = ForeignKeyField("self", null=True, backref="children", index=False)
    due = DateField(null=True)
    level = IntegerField(default=0)
    opened_at = MomentField()
    closed_at = MomentField(null=True)
    claims = IntegerField(default=0)
    billed = CentsField(default=0)
    expected = CentsField(default=0)
    paid = CentsField(default=0)
    outstanding = CentsField(default=0)
    patient_outstanding = CentsField(default=0)
    first_service_date = DateField(null=True)
    last_service_date = DateField(null=True)
    unsettled = IntegerField(default=0)
    rule = ForeignKeyField(CaseRule, null=True, backref="cases", index=False)
    open_children = IntegerField(default=0)
    children_claims = IntegerField(default=0)
    children_outstanding = CentsField(default=0)
    next_due = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("follow_up", "id"), False),
            (("owner", "follow_up", "id"), False),
            (("stage", "follow_up", "id"), False),
            (("stage", "closed_at", "id"), False),
        )
        constraints = [
            Check("(stage IN ('Resolved', 'Cancelled')) = (closed_at IS NOT NULL)"),
        ]


CaseFile.add_index(
    CaseFile.index(CaseFile.follow_up, CaseFile.id, name="case_file_open").where(
        SQL("closed_at IS NULL")
    )
)
CaseFile.add_index(
    CaseFile.index(CaseFile.parent, CaseFile.id, name="case_file_children").where(
        SQL("parent_id IS NOT NULL")
    )
)
CaseFile.add_index(
    CaseFile.index(CaseFile.next_due, CaseFile.id, name="case_file_clocks").where(
        SQL("next_due IS NOT NULL")
    )
)
CaseFile.add_index(
    CaseFile.index(CaseFile.level, CaseFile.id, name="case_file_escalated").where(
        SQL("level > 0 AND closed_at IS NULL")
    )
)
CaseFile.add_index(
    CaseFile.index(ByBytes(fn.lower(CaseFile.subject)), name="case_file_subject_words")
)


# What the rules look for: a case of theirs that is open, for claims to join.
CaseFile.add_index(
    CaseFile.index(CaseFile.rule, CaseFile.payer, name="case_file_of_rule").where(
        SQL("rule_id IS NOT NULL")
    )
)
# What was paid after all and is still open: few among all cases.
CaseFile.add_index(
    CaseFile.index(CaseFile.follow_up, CaseFile.id, name="case_file_settled").where(
        SQL("closed_at IS NULL AND unsettled = 0 AND paid > 0")
    )
)


class CaseClaim(Row):
    """A claim of a case. `chain` is that of the claim, `active` whether the case is.

    A correction of the claim is another row of its chain, and stands in the same case.
    """

    case = ForeignKeyField(CaseFile, backref="links", index=False)
    claim = ForeignKeyField(Claim, backref="case_links")
    chain = BigIntegerField(index=True)
    active = FlagField(default=True)
    added_at = MomentField()

    class Meta:
        indexes = ((("case", "chain"), True),)


# One active case per claim, counted over its whole submission chain.
CaseClaim.add_index(
    CaseClaim.index(CaseClaim.chain, unique=True, name="one_active_case").where(SQL("active = 1"))
)


class CaseStep(Row):
    """A step of a case, copied from its kind: what is changed there afterwards leaves it alone.

    `settled_by` is the login of who did it or said that it does not apply, `settled_at` when.
    """

    case = ForeignKeyField(CaseFile, backref="steps", index=False)
    position = IntegerField()
    title = TextField()
    words = TextField(default="")
    needed = FlagField()
    due = DateField(null=True)
    state = ChoiceField(STEP_STATES, default=OPEN_STEP)
    settled_by = TextField(default="")
    settled_at = MomentField(null=True)
    note = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("case", "position", "id"), False),)
        constraints = [Check("(state = 'open') = (settled_at IS NULL)")]
