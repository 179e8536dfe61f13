"""Emergency access ("break-glass"): more rights for a while, with a reason, reviewed afterwards."""

from peewee import SQL, ForeignKeyField, TextField

from rcm_tui.data.fields import ChoiceField, MomentField
from rcm_tui.data.tables.practice import ROLES, User
from rcm_tui.data.tables.row import Row


class EmergencyAccess(Row):
    """A time in which a person acts as `role`, in all business units and with identifiers open.

    It lasts until `ends_at` at most; `ended_at` is when it was ended, by `ended_by` ("" by its
    time), `alarmed_at` when an email about it went out. An administrator reviews it: `reviewed_by`,
    with what they found in `review`.
    """

    user = ForeignKeyField(User, backref="emergencies")
    role = ChoiceField(ROLES)
    reason = TextField()
    began_at = MomentField()
    ends_at = MomentField()
    ended_at = MomentField(null=True)
    ended_by = TextField(default="")
    alarmed_at = MomentField(null=True)
    reviewed_at = MomentField(null=True)
    reviewed_by = TextField(default="")
    review = TextField(default="")

    class Meta:
        table_name = "emergency_access"


EmergencyAccess.add_index(
    EmergencyAccess.index(EmergencyAccess.user, unique=True, name="one_open_emergency").where(
        SQL("ended_at IS NULL")
    )
)
EmergencyAccess.add_index(
    EmergencyAccess.index(EmergencyAccess.began_at, name="emergency_unreviewed").where(
        SQL("reviewed_at IS NULL")
    )
)
