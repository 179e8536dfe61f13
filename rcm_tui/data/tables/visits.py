"""Visits: appointments of clients with practitioners, and the services given at them."""

from peewee import SQL, Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import ChoiceField, CodeField, DateField, FlagField, UnitsField
from rcm_tui.data.tables.charges import Session
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
from rcm_tui.data.tables.row import Row

BOOKED = "booked"
CHECKED_IN = "checked in"
CHECKED_OUT = "checked out"
CANCELLED = "cancelled"
NO_SHOW = "no-show"
VISIT_STATUSES = (BOOKED, CHECKED_IN, CHECKED_OUT, CANCELLED, NO_SHOW)


class AppointmentType(Row):
    """What visits are booked as, such as "Follow-up"; `minutes` is how long one usually takes."""

    name = TextField(unique=True)
    minutes = IntegerField(default=60)
    active = FlagField(default=True)
    version = IntegerField(default=1)

    class Meta:
        constraints = [Check("minutes > 0")]


class Visit(Row):
    """An appointment of a client. `visit_on` and `begins` (HH:MM) are the practice's own clock.

    `illness_on` is the date of current illness that its claim says. `queued` is set where its
    claim waits as a Draft for review. `reason` is why it was cancelled or missed.
    """

    number = CodeField(unique=True)
    client = ForeignKeyField(Client, backref="visits", index=False)
    appointment_type = ForeignKeyField(AppointmentType, index=False)
    practitioner = ForeignKeyField(Practitioner, index=False)
    business_unit = ForeignKeyField(BusinessUnit, index=False)
    location = ForeignKeyField(Location, null=True, index=False)
    visit_on = DateField()
    begins = TextField()
    minutes = IntegerField(default=60)
    telehealth = FlagField()
    status = ChoiceField(VISIT_STATUSES, default=BOOKED)
    illness_on = DateField(null=True)
    queued = FlagField()
    reason = TextField(default="")
    note = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("visit_on", "begins", "id"), False),
            (("client", "appointment_type", "visit_on"), False),
        )
        constraints = [Check("minutes > 0")]


# The few that are still to be checked out or claimed, by day, among all that ever were.
for _name, _condition in (
    ("visit_open", "status IN ('booked', 'checked in')"),
    ("visit_queued", "queued = 1"),
):
    Visit.add_index(
        Visit.index(Visit.visit_on, Visit.begins, Visit.id, name=_name).where(SQL(_condition))
    )


class VisitService(Row):
    """A line item of a visit: a procedure code with whole units of service.

    `modifiers` are those beyond what the payer's benefit adds; `diagnoses` (in order, parted by
    blanks) take the place of the client's on the claim line. `session` is what checking out made
    of it, from which its charge item comes.
    """

    visit = ForeignKeyField(Visit, backref="services", index=False)
    position = IntegerField()
    procedure_code = TextField()
    units = UnitsField(default=1)
    modifiers = TextField(default="")
    diagnoses = TextField(default="")
    session = ForeignKeyField(Session, null=True, unique=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("visit", "position"), True),)
        constraints = [Check("units > 0")]
