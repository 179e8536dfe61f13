"""The audit trail: append-only, chained by HMAC with a key that is kept outside the store."""

from peewee import BigIntegerField, TextField

from rcm_tui.data.fields import MomentField
from rcm_tui.data.tables.row import Row


class AuditRecord(Row):
    """Who did what to which record, when. `details` is JSON; `seal` chains it to the one before.

    `area` follows from action and subject (audit_areas.py): it is proven without the seal.
    """

    at = MomentField()
    actor = TextField()
    action = TextField()
    subject = TextField()
    subject_id = BigIntegerField(null=True)
    details = TextField(default="{}")
    seal = TextField()
    area = TextField(default="")

    class Meta:
        indexes = (
            (("subject", "subject_id"), False),
            (("at", "id"), False),
            (("area", "at", "id"), False),
            (("actor", "at", "id"), False),
            (("action", "at", "id"), False),
            (("subject", "at", "id"), False),
        )


class AuditHead(Row):
    """The one row that names the newest audit record and how many there are, sealed as well."""

    count = BigIntegerField()
    seal = TextField()
    head_seal = TextField()
