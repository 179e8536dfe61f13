"""Payers, their plans, benefits, fees and rules, and the clearinghouses that reach them."""

from peewee import SQL, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, DateField, FlagField, UnitsField
from rcm_tui.data.tables.practice import BusinessUnit, Practitioner
from rcm_tui.data.tables.row import Row


class Clearinghouse(Row):
    """A connection over which claims go out and answers come in.

    `outgoing` and `incoming` are folders (of this machine for the kind "folder"). The sender and
    receiver identifiers go into ISA and GS. `kind` "practice" is the simulated clearinghouse of
    the demo, never a real one.
    """

    name = TextField(unique=True)
    kind = ChoiceField(("folder", "practice"), default="folder")
    outgoing = TextField()
    incoming = TextField()
    sender_qualifier = TextField(default="ZZ")
    sender_id = TextField()
    receiver_qualifier = TextField(default="ZZ")
    receiver_id = TextField()
    submitter_name = TextField()
    submitter_contact = TextField(default="BILLING OFFICE")
    submitter_phone = TextField(default="")
    receiver_name = TextField()
    usage = ChoiceField(("P", "T"), default="P")
    active = FlagField(default=True)


class Payer(Row):
    """Who pays. `payer_id` is the identifier on the wire (CPID); clocks are in days.

    `rendering_policy` "case_manager" puts the case manager before the session's practitioner.
    """

    name = TextField()
    short_name = TextField(default="")
    payer_id = TextField(default="", index=True)
    clearinghouse = ForeignKeyField(Clearinghouse, backref="payers", null=True)
    filing_indicator = TextField(default="CI")
    line1 = TextField(default="")
    line2 = TextField(default="")
    city = TextField(default="")
    state = TextField(default="")
    zip = TextField(default="")
    filing_days = IntegerField(default=90)
    corrected_days = IntegerField(default=180)
    appeal_days = IntegerField(default=180)
    answer_days = IntegerField(default=30)
    needs_authorization = FlagField()
    needs_referring = FlagField()
    needs_enrolment = FlagField(default=True)
    rendering_policy = ChoiceField(("session", "case_manager"), default="session")
    rounding = ChoiceField(
        ("eight minute", "eight minute aggregated", "whole units"), default="eight minute"
    )
    active = FlagField(default=True)
    version = IntegerField(default=1)


class Plan(Row):
    """A plan of a payer, with its overrides of how charges become claims."""

    payer = ForeignKeyField(Payer, backref="plans")
    name = TextField()
    line_per_session = FlagField()
    split_by_modifier = FlagField()
    split_by_place = FlagField(default=True)
    version = IntegerField(default=1)


class Benefit(Row):
    """What a payer covers for a procedure code.

    `unit_minutes` is the unit of measure; `mue_units` the most units per patient and day;
    `claim_qualification` what the rendering provider must hold, several parted by "/".
    """

    payer = ForeignKeyField(Payer, backref="benefits")
    procedure_code = TextField()
    service = TextField()
    service_line = TextField(default="ABA")
    unit_minutes = IntegerField(default=15)
    min_units = UnitsField(default=1)
    max_units = UnitsField(null=True)
    mue_units = UnitsField(null=True)
    modifiers = TextField(default="")
    telehealth_modifier = TextField(default="")
    claim_qualification = TextField(default="")
    needs_authorization = FlagField()
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("payer", "procedure_code", "starts_on"), True),)


class Fee(Row):
    """Billed and expected cents per unit of service, by payer and optionally business unit."""

    payer = ForeignKeyField(Payer, backref="fees")
    business_unit = ForeignKeyField(BusinessUnit, null=True)
    procedure_code = TextField()
    billed = CentsField()
    expected = CentsField()
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("payer", "procedure_code", "starts_on"), False),)


class Enrolment(Row):
    """From when to when a practitioner is enrolled with a payer."""

    practitioner = ForeignKeyField(Practitioner, backref="enrolments")
    payer = ForeignKeyField(Payer)
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("practitioner", "payer", "starts_on"), True),)


class RuleSetting(Row):
    """How strictly a validation is taken: for one payer, or for all when `payer` is null."""

    rule = TextField()
    payer = ForeignKeyField(Payer, null=True, backref="rule_settings")
    severity = ChoiceField(("off", "warning", "error"))

    class Meta:
        indexes = ((("rule", "payer"), True),)


# Null payers are all distinct to a unique index; the setting for all payers is still only one.
RuleSetting.add_index(
    RuleSetting.index(RuleSetting.rule, unique=True, name="one_rule_setting_for_all").where(
        SQL("payer_id IS NULL")
    )
)
