"""Appeals: what payers were asked to decide again, by which letters, and what came of it."""

from peewee import SQL, BigIntegerField, Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import (
    CentsField,
    ChoiceField,
    CodeField,
    DateField,
    FlagField,
    MomentField,
)
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.row import Row
from rcm_tui.data.tables.timeline import TimelineEntry

DRAFT, SENT, CLOSED = "draft", "sent", "closed"
OPEN_STATES = (DRAFT, SENT)
APPEAL_STATES = (*OPEN_STATES, CLOSED)

OVERTURNED, PARTLY, UPHELD = "overturned", "partly", "upheld"
WITHDRAWN, DISMISSED = "withdrawn", "dismissed"
ANSWERS = (OVERTURNED, PARTLY, UPHELD, DISMISSED)
"""What a payer answers; withdrawn is what the practice takes back itself."""
OUTCOMES = (*ANSWERS, WITHDRAWN)

HOWS = ("mail", "fax", "portal", "email")

PROOFS = (
    "denial notice",
    "appeal form",
    "277CA acceptance",
    "authorization",
    "treatment plan",
    "session notes",
    "diagnosis report",
    "contract rates",
    "patient's consent",
    "earlier decision",
)
"""Kinds of documents that go with an appeal (ours)."""


class AppealLevel(Row):
    """A level of appeal as a payer calls it, with its clocks in days.

    For one payer, else for those of a claim filing indicator (MB, MC), else for all: the most
    particular that there is counts, with all its levels. Level 1 is filed within `days` of the
    notice, the others of the last answer; without `days` level 1 has the payer's own
    (`Payer.appeal_days`). `answer_days` is what the payer has to answer, 0 where nobody says.
    `required` are kinds of documents (`PROOFS`) parted by commas.
    """

    payer = ForeignKeyField(Payer, null=True, backref="appeal_levels")
    filing_indicator = TextField(default="")
    level = IntegerField()
    name = TextField()
    days = IntegerField(null=True)
    answer_days = IntegerField(default=30)
    required = TextField(default="")
    note = TextField(default="")
    active = FlagField(default=True)
    version = IntegerField(default=1)

    class Meta:
        constraints = [Check("level > 0"), Check("days IS NULL OR days > 0")]


class LetterTemplate(Row):
    """A letter of appeal: subject and body are Jinja2, filled in from claim, remittance and case.

    The most particular fits a denial: of its payer, CARC and level. `reason_codes` are CARCs
    parted by blanks, empty for any. `required` are kinds of documents (`PROOFS`) parted by commas.
    """

    name = TextField(unique=True)
    payer = ForeignKeyField(Payer, null=True, backref="letter_templates")
    reason_codes = TextField(default="")
    level = IntegerField(null=True)
    required = TextField(default="")
    subject = TextField()
    body = TextField(default="")
    active = FlagField(default=True)
    version = IntegerField(default=1)


class Appeal(Row):
    """One appeal of a claim at one level. `chain` is that of the claim: one is open at a time.

    `level_name` is what the payer calls the level, `reason` the denial (CO-197), `amount` the cents
    asked for. `notice_on` began the clock that ends on `deadline`; `late_reason` says why it is
    sent after that. `subject` and `letter` are kept as they were sent. `won` are the cents that the
    payer granted. `created_by` is a login.
    """

    number = CodeField(unique=True)
    claim = ForeignKeyField(Claim, backref="appeals")
    chain = BigIntegerField(index=True)
    case = ForeignKeyField(CaseFile, null=True, backref="appeals")
    payer = ForeignKeyField(Payer, null=True, backref="appeals")
    level = IntegerField()
    level_name = TextField()
    reason = TextField()
    amount = CentsField()
    notice_on = DateField()
    deadline = DateField(null=True)
    late_reason = TextField(default="")
    template = ForeignKeyField(LetterTemplate, null=True, backref="appeals")
    subject = TextField(default="")
    letter = TextField(default="")
    state = ChoiceField(APPEAL_STATES, default=DRAFT)
    how = ChoiceField(("", *HOWS), default="")
    sent_on = DateField(null=True)
    sent_at = MomentField(null=True)
    reference = TextField(default="")
    answer_due = DateField(null=True)
    answered_on = DateField(null=True)
    outcome = ChoiceField(("", *OUTCOMES), default="")
    won = CentsField(default=0)
    note = TextField(default="")
    created_at = MomentField()
    created_by = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("state", "deadline", "id"), False),
            (("state", "answer_due", "id"), False),
            (("outcome", "answered_on", "id"), False),
            (("deadline", "id"), False),
        )
        constraints = [
            Check("level > 0"),
            Check("amount > 0"),
            Check("won >= 0"),
            Check("(state = 'closed') = (outcome <> '')"),
            Check("state <> 'sent' OR sent_on IS NOT NULL"),
            Check("state <> 'draft' OR sent_on IS NULL"),
        ]


# No second appeal of a claim while one is open, counted over its whole submission chain.
Appeal.add_index(
    Appeal.index(Appeal.chain, unique=True, name="one_open_appeal").where(SQL("state <> 'closed'"))
)


class AppealProof(Row):
    """A kind of document that goes with an appeal, and whether it is enclosed.

    `file` is the entry of the case's timeline whose file it is; a document without one goes on
    paper, as somebody said who ticked it.
    """

    appeal = ForeignKeyField(Appeal, backref="proofs", index=False)
    kind = TextField()
    required = FlagField(default=True)
    enclosed = FlagField()
    file = ForeignKeyField(TimelineEntry, null=True, index=False, on_delete="SET NULL")
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("appeal", "kind"), True),)
