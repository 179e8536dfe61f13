"""How long contents are kept: the practice's policies, and the runs that let contents go."""

from peewee import BigIntegerField, Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import ChoiceField, FlagField, MomentField
from rcm_tui.data.tables.row import Row

ANSWER_FILES, SENT_FILES, ATTACHMENTS = "answer files", "sent files", "files of cases"
UNDO, DRAFTS, RUNS = "undo", "drafts", "job runs"
KEPT = (ANSWER_FILES, SENT_FILES, ATTACHMENTS, UNDO, DRAFTS, RUNS)
"""What a policy can let go. Ledger, audit trail, control numbers and checksums are never let go:
what proves the store would be gone with them."""


class PurgePolicy(Row):
    """How many months one kind of content is kept; `basis` names where the months come from.

    It acts only while it is `active`, which an administrator decides.
    """

    kept = ChoiceField(KEPT, unique=True)
    months = IntegerField()
    active = FlagField(default=False)
    basis = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        constraints = [Check("months >= 1")]


class PurgeRun(Row):
    """One run of a policy: by whom, how many contents went, their bytes, how many a hold kept."""

    policy = ForeignKeyField(PurgePolicy, backref="runs")
    at = MomentField()
    login = TextField()
    months = IntegerField()
    things = IntegerField(default=0)
    bytes = BigIntegerField(default=0)
    held = IntegerField(default=0)
