"""The practice: its business units, locations, practitioners and the people who use the program."""

from peewee import ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, DateField, FlagField
from rcm_tui.data.tables.row import Row

ROLES = (
    "administrator",
    "billing manager",
    "biller",
    "denial specialist",
    "client coordinator",
    "auditor",
    "system",
)
LOCATION_KINDS = ("office", "home", "school", "community", "telehealth", "facility")
QUALIFICATIONS = ("RBT", "BCaBA", "BCBA", "BCBA-D", "PhD", "SLP", "OT", "MD", "other")


class Practice(Row):
    """The one practice of a store. `store_key` names the store's keys, which live outside it.

    Up to `underpaid_tolerance` cents a claim line under contract are let pass, where the payer
    says nothing else.
    A claim line is warned of when at least `denied_before_answers` like it were answered in the
    last `denied_before_months` months, and `denied_before_percent` of them denied for one reason;
    without months nothing is.
    `masked_roles` are the roles, parted by commas, that see identifiers of clients masked.
    The `remit` address is where patients send money; without one it is the business unit's.
    """

    name = TextField()
    store_key = TextField(unique=True)
    remit_name = TextField(default="")
    remit_line1 = TextField(default="")
    remit_line2 = TextField(default="")
    remit_city = TextField(default="")
    remit_state = TextField(default="")
    remit_zip = TextField(default="")
    remit_phone = TextField(default="")
    time_zone = TextField(default="America/New_York")
    is_demo = FlagField()
    underpaid_tolerance = CentsField(default=0)
    denied_before_answers = IntegerField(default=5)
    denied_before_percent = IntegerField(default=50)
    denied_before_months = IntegerField(default=6)
    masked_roles = TextField(default="client coordinator, auditor")
    version = IntegerField(default=1)


class User(Row):
    """A person who uses the program, or the worker (role "system").

    `emergency_role` is what they may act as for a while, with a reason; "" for no such access.
    """

    login = TextField(unique=True)
    name = TextField()
    role = ChoiceField(ROLES)
    active = FlagField(default=True)
    emergency_role = ChoiceField(("", *ROLES), default="")

    class Meta:
        table_name = "person"


class BusinessUnit(Row):
    """A billing entity of the practice: billing provider of its claims, owner of charge periods.

    `tax_id_kind` is EI (employer) or SY (social security). `half_unit` says whether exactly half
    a unit of service is rounded up or down. `employed` is false for the billing provider of
    claims that came in from elsewhere.
    """

    name = TextField()
    npi = TextField(default="")
    tax_id = TextField(default="")
    tax_id_kind = ChoiceField(("EI", "SY"), default="EI")
    taxonomy = TextField(default="")
    line1 = TextField(default="")
    line2 = TextField(default="")
    city = TextField(default="")
    state = TextField(default="")
    zip = TextField(default="")
    phone = TextField(default="")
    charge_period = ChoiceField(("week", "month"), default="week")
    half_unit = ChoiceField(("up", "down"), default="up")
    first_name = TextField(default="")
    is_person = FlagField()
    active = FlagField(default=True)
    version = IntegerField(default=1)


class Location(Row):
    """A place where sessions are held; `kind` "office" makes the business unit the facility.

    With `auto_pay` what payers pay goes onto the invoices of its visits by itself.
    """

    business_unit = ForeignKeyField(BusinessUnit, backref="locations", null=True)
    name = TextField()
    kind = ChoiceField(LOCATION_KINDS, default="office")
    place_of_service = TextField(default="11")
    npi = TextField(default="")
    line1 = TextField(default="")
    line2 = TextField(default="")
    city = TextField(default="")
    state = TextField(default="")
    zip = TextField(default="")
    auto_pay = FlagField()
    version = IntegerField(default=1)


class Practitioner(Row):
    """Someone who renders, supervises or refers. `is_organization` for a rendering group."""

    last_name = TextField()
    first_name = TextField(default="")
    middle_name = TextField(default="")
    suffix = TextField(default="")
    npi = TextField(default="", index=True)
    taxonomy = TextField(default="")
    is_organization = FlagField()
    employed = FlagField(default=True)
    active = FlagField(default=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("last_name", "first_name"), False),)


class Qualification(Row):
    """A dated qualification of a practitioner, such as BCBA; `rank` orders them when several."""

    practitioner = ForeignKeyField(Practitioner, backref="qualifications")
    code = ChoiceField(QUALIFICATIONS)
    rank = IntegerField(default=0)
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)
