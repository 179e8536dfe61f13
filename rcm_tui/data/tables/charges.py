"""Sessions (encounter services) and the charge items that come of them."""

from peewee import SQL, Check, ForeignKeyField, IntegerField, TextField, fn

from rcm_tui.data.fields import (
    CentsField,
    ChoiceField,
    CodeField,
    DateField,
    FlagField,
    MomentField,
    UnitsField,
)
from rcm_tui.data.tables.claims import ClaimLine
from rcm_tui.data.tables.clients import Authorization, Client, Coverage
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
from rcm_tui.data.tables.row import Row

SESSION_STATUSES = ("scheduled", "started", "submitted", "reopened", "cancelled")

SCHEDULED = "Scheduled"
AWAITING_SUBMISSION = "Awaiting Submission"
NEW = "New"
PENDING_AUTHORIZATION = "Pending Authorization"
ON_HOLD = "On Hold"
READY_TO_BILL = "Ready to Bill"
CLAIM_LINE_CREATED = "Claim Line Created"
AWAITING_RESUBMISSION = "Awaiting Resubmission"
BILLED_EXTERNALLY = "Billed Externally"
CANCELLED = "Cancelled"
CHARGE_STATUSES = (
    SCHEDULED,
    AWAITING_SUBMISSION,
    NEW,
    PENDING_AUTHORIZATION,
    ON_HOLD,
    READY_TO_BILL,
    CLAIM_LINE_CREATED,
    AWAITING_RESUBMISSION,
    BILLED_EXTERNALLY,
    CANCELLED,
)


class Session(Row):
    """A session: one practitioner with one client. Start and end are moments in UTC.

    `external_id` is its id in the system that it was imported from (`source`), "" for none.
    `modifiers` are those that its charge is billed with beyond what the payer's rules add.
    """

    client = ForeignKeyField(Client, backref="sessions", index=False)
    practitioner = ForeignKeyField(Practitioner, backref="sessions")
    business_unit = ForeignKeyField(BusinessUnit)
    location = ForeignKeyField(Location, null=True)
    service = TextField()
    procedure_code = TextField()
    starts_at = MomentField()
    ends_at = MomentField()
    telehealth = FlagField()
    modifiers = TextField(default="")
    status = ChoiceField(SESSION_STATUSES, default="scheduled")
    note = TextField(default="")
    source = TextField(default="")
    external_id = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("client", "starts_at"), False), (("starts_at", "id"), False))
        constraints = [Check("ends_at > starts_at")]


# A session of another system comes in once, however often its file does.
Session.add_index(
    Session.index(Session.source, Session.external_id, unique=True, name="session_came_once").where(
        SQL("external_id <> ''")
    )
)


class ChargeItem(Row):
    """What one session may be billed for. Amounts in cents, duration in minutes.

    `modifiers` are in billing order, parted by blanks. `claim_line` is the line that it was
    summed onto; `duplicate_of` its twin where approval found one.
    """

    number = CodeField(unique=True)
    session = ForeignKeyField(Session, backref="charge_items", unique=True)
    status = ChoiceField(CHARGE_STATUSES, default=SCHEDULED)
    client = ForeignKeyField(Client, backref="charge_items", index=False)
    practitioner = ForeignKeyField(Practitioner, index=False)
    business_unit = ForeignKeyField(BusinessUnit, index=False)
    location = ForeignKeyField(Location, null=True, index=False)
    coverage = ForeignKeyField(Coverage, null=True, index=False)
    authorization = ForeignKeyField(Authorization, null=True)
    date_of_service = DateField()
    minutes = IntegerField()
    procedure_code = TextField()
    modifiers = TextField(default="")
    units = UnitsField(default=0)
    billed = CentsField(default=0)
    expected = CentsField(default=0)
    place_of_service = TextField(default="")
    telehealth = FlagField()
    duplicate_of = ForeignKeyField("self", null=True, index=False)
    hold_reason = TextField(default="")
    hold_until = DateField(null=True)
    notes = TextField(default="")
    claim_line = ForeignKeyField(ClaimLine, null=True, backref="charge_items")
    created_at = MomentField()
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("status", "date_of_service", "id"), False),
            (("date_of_service", "id"), False),
            (("client", "date_of_service", "procedure_code"), False),
            (("billed", "id"), False),
        )
        constraints = [Check("minutes >= 0"), Check("billed >= 0"), Check("units >= 0")]


ChargeItem.add_index(ChargeItem.index(fn.lower(ChargeItem.number), name="charge_item_number_words"))


class BilledCharge(Row):
    """A charge item as its claim line billed it, kept from when its session was reopened.

    Session times are moments in UTC, amounts cents, duration minutes. It goes when the line is
    made anew; a charge that is set back to Claim Line Created takes its values again.
    """

    charge_item = ForeignKeyField(ChargeItem, backref="as_billed", unique=True)
    claim_line = ForeignKeyField(ClaimLine)
    starts_at = MomentField()
    ends_at = MomentField()
    practitioner = ForeignKeyField(Practitioner, index=False)
    location = ForeignKeyField(Location, null=True, index=False)
    coverage = ForeignKeyField(Coverage, null=True, index=False)
    authorization = ForeignKeyField(Authorization, null=True, index=False)
    date_of_service = DateField()
    minutes = IntegerField()
    procedure_code = TextField()
    modifiers = TextField(default="")
    units = UnitsField()
    billed = CentsField()
    expected = CentsField()
    place_of_service = TextField(default="")
    telehealth = FlagField()
    kept_at = MomentField()
