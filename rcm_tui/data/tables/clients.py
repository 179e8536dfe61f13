"""Clients (the patients), their coverages, diagnoses, authorizations and case managers."""

from peewee import SQL, Check, ForeignKeyField, IntegerField, TextField, fn

from rcm_tui.data.fields import (
    ByBytes,
    CentsField,
    ChoiceField,
    CodeField,
    DateField,
    FlagField,
    UnitsField,
)
from rcm_tui.data.tables.payers import Payer, Plan
from rcm_tui.data.tables.practice import BusinessUnit, Practitioner
from rcm_tui.data.tables.row import Row

GENDERS = ("F", "M", "U", "")


class Client(Row):
    """A patient of the practice. `mrn` is the practice's own record number."""

    mrn = CodeField(unique=True)
    last_name = TextField()
    first_name = TextField(default="")
    middle_name = TextField(default="")
    suffix = TextField(default="")
    birth_date = DateField(null=True, index=True)
    gender = ChoiceField(GENDERS, default="")
    line1 = TextField(default="")
    line2 = TextField(default="")
    city = TextField(default="")
    state = TextField(default="")
    zip = TextField(default="")
    phone = TextField(default="")
    business_unit = ForeignKeyField(BusinessUnit, null=True, backref="clients")
    referring = ForeignKeyField(Practitioner, null=True, backref="referred_clients")
    active = FlagField(default=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("last_name", "first_name", "birth_date"), False),)


# What follows the first word of a last name: Lopez of Garcia-Lopez, in SQL of both stores.
LATER_NAMES = "ltrim(ltrim(lower(last_name), 'abcdefghijklmnopqrstuvwxyz'), ' -''')"

for _name, _words in (
    ("client_last_name_words", fn.lower(Client.last_name)),
    ("client_first_name_words", fn.lower(Client.first_name)),
    ("client_later_name_words", SQL(LATER_NAMES)),
):
    Client.add_index(Client.index(ByBytes(_words), name=_name))


class Coverage(Row):
    """A client's insurance with one payer; `rank` 1 is primary, 2 secondary.

    `relationship` is the X12 individual relationship code: 18 self, 19 child, 01 spouse, G8 other.
    `copay` is what the patient pays of a visit, in cents, null where it is not known.
    The holder columns describe the policy holder; for "self" they repeat the client.
    """

    client = ForeignKeyField(Client, backref="coverages")
    payer = ForeignKeyField(Payer, backref="coverages")
    plan = ForeignKeyField(Plan, null=True, backref="coverages")
    rank = IntegerField(default=1)
    member_id = CodeField(default="", index=True)
    group_number = TextField(default="")
    group_name = TextField(default="")
    filing_indicator = TextField(default="")
    copay = CentsField(null=True)
    relationship = TextField(default="18")
    holder_last_name = TextField(default="")
    holder_first_name = TextField(default="")
    holder_middle_name = TextField(default="")
    holder_suffix = TextField(default="")
    holder_birth_date = DateField(null=True)
    holder_gender = ChoiceField(GENDERS, default="")
    holder_line1 = TextField(default="")
    holder_line2 = TextField(default="")
    holder_city = TextField(default="")
    holder_state = TextField(default="")
    holder_zip = TextField(default="")
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("payer", "member_id"), False),)


class ClientDiagnosis(Row):
    """An ICD-10-CM diagnosis of a client, in the order in which claims carry them."""

    client = ForeignKeyField(Client, backref="diagnoses")
    position = IntegerField()
    code = CodeField(index=True)
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("client", "position"), True),)


class Authorization(Row):
    """A payer's authorization for a client, from its first day to its last. Pending ones block
    billing."""

    client = ForeignKeyField(Client, backref="authorizations")
    payer = ForeignKeyField(Payer)
    number = TextField(default="")
    status = ChoiceField(("pending", "approved", "denied"), default="approved")
    starts_on = DateField()
    ends_on = DateField()
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("client", "payer", "starts_on"), False), (("ends_on", "id"), False))
        constraints = [Check("ends_on >= starts_on")]


class AuthorizedService(Row):
    """How much an authorization allows of a procedure code, or of several together.

    `procedure_codes` are parted by one blank. `amount` is in units of service or in hours
    (`measure`), in total or for each calendar week or month (`per`). A code may be under several
    of them, as so much a week and so much in total: each has to hold.
    """

    authorization = ForeignKeyField(Authorization, backref="services")
    procedure_codes = TextField()
    amount = UnitsField()
    measure = ChoiceField(("units", "hours"), default="units")
    per = ChoiceField(("total", "week", "month"), default="total")
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("authorization", "procedure_codes", "per"), True),)
        constraints = [Check("amount > 0")]


class RenderingAssignment(Row):
    """Who renders on an authorization's claims when the session's practitioner may not."""

    authorization = ForeignKeyField(Authorization, backref="rendering_assignments")
    practitioner = ForeignKeyField(Practitioner)
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)


class CaseManager(Row):
    """The clinician responsible for a client's service line between two dates.

    One at a time for each service line: triggers refuse what overlaps.
    """

    client = ForeignKeyField(Client, backref="case_managers")
    service_line = TextField(default="ABA")
    practitioner = ForeignKeyField(Practitioner)
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("client", "service_line", "starts_on"), True),
            (("starts_on", "id"), False),
        )
        constraints = [Check("ends_on IS NULL OR ends_on >= starts_on")]
