"""Payers, their plans, benefits, fees and rules, and the clearinghouses that reach them."""

from peewee import SQL, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, DateField, FlagField, UnitsField
from rcm_tui.data.tables.practice import LOCATION_KINDS, BusinessUnit, Practitioner
from rcm_tui.data.tables.row import Row

AUTO_POSTS = ("all", "without denials", "never")


class Clearinghouse(Row):
    """A connection over which claims go out and answers come in.

    `outgoing` and `incoming` are folders (of this machine for the kind "folder", of the server for
    "sftp"). The sender and receiver identifiers go into ISA and GS. `kind` "practice" is the
    simulated clearinghouse of the demo, never a real one.
    The server of the kind "sftp" shows `host_key` ("ssh-ed25519 AAAA…"); we come as `login` by a
    private key or a password, whose files lie in the folder of keys: here are only their names.
    Incoming files are taken when their names fit `incoming_names` (*.835) and they have no more
    than `largest_mb` megabytes.
    """

    name = TextField(unique=True)
    kind = ChoiceField(("folder", "sftp", "practice"), default="folder")
    outgoing = TextField()
    incoming = TextField()
    host = TextField(default="")
    port = IntegerField(default=22)
    login = TextField(default="")
    host_key = TextField(default="")
    key_file = TextField(default="")
    password_file = TextField(default="")
    incoming_names = TextField(default="*")
    largest_mb = IntegerField(default=200)
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
    version = IntegerField(default=1)


class Payer(Row):
    """Who pays. `payer_id` is the identifier on the wire (CPID); clocks are in days.

    `rendering_policy` "case_manager" puts the case manager before the session's practitioner.
    `retro_days` is how long after a service an authorization can still be asked for; `concurrent`
    is which services may be held at once where the payer says nothing of two of them.
    `auto_post` is which of its payments post by themselves: all that balance, those without a
    denial, or none. `mue_program` says whose medically unlikely edits it goes by where it has none
    of its own.
    `correction_code` is the claim frequency code that its corrected claims carry, `takes_voids`
    whether it takes frequency 8, `denied_lines` how it wants denied lines back: in a replacement
    of the whole claim, or alone as a new one.
    `receipt_days` is how long it takes to say that it has what the clearinghouse took; 0 for one
    that never says so.
    `underpaid_tolerance` is in cents a claim line; without one the practice's holds.
    `denial_specialist` is the login of who works its denials, as far as rules go by payer.
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
    receipt_days = IntegerField(default=5)
    retro_days = IntegerField(default=30)
    needs_authorization = FlagField()
    needs_referring = FlagField()
    needs_enrolment = FlagField(default=True)
    rendering_policy = ChoiceField(("session", "case_manager"), default="session")
    concurrent = ChoiceField(("usual", "none"), default="usual")
    rounding = ChoiceField(
        ("eight minute", "eight minute aggregated", "whole units"), default="eight minute"
    )
    mue_program = ChoiceField(("Medicaid", "Medicare", "none"), default="Medicaid")
    auto_post = ChoiceField(AUTO_POSTS, default="all")
    correction_code = ChoiceField(("7", "6"), default="7")
    takes_voids = FlagField(default=True)
    denied_lines = ChoiceField(("replacement", "new claim"), default="replacement")
    underpaid_tolerance = CentsField(null=True)
    denial_specialist = TextField(default="")
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

    `unit_minutes` is the unit of measure, `min_units` and `max_units` what it takes and allows.
    `session_qualification` is what the practitioner of the session must hold,
    `claim_qualification` what the rendering provider must; one of several parted by "/".
    """

    payer = ForeignKeyField(Payer, backref="benefits")
    procedure_code = TextField()
    service = TextField()
    service_line = TextField(default="ABA")
    unit_minutes = IntegerField(default=15)
    min_units = UnitsField(default=1)
    max_units = UnitsField(null=True)
    modifiers = TextField(default="")
    telehealth_modifier = TextField(default="")
    session_qualification = TextField(default="")
    claim_qualification = TextField(default="")
    needs_authorization = FlagField()
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("payer", "procedure_code", "starts_on"), True),)


class Fee(Row):
    """Billed and expected cents per unit of service, of a payer, a business unit, or both."""

    payer = ForeignKeyField(Payer, backref="fees", null=True)
    business_unit = ForeignKeyField(BusinessUnit, null=True)
    procedure_code = TextField()
    billed = CentsField()
    expected = CentsField()
    starts_on = DateField()
    ends_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("payer", "procedure_code", "starts_on"), False),)


class MedicallyUnlikelyEdit(Row):
    """The most units of a code that are paid per patient and day (MUE), from day to day.

    Without a payer it is a program's published value, with its `source`; a payer's own goes
    before those. Without `units` there is no limit.
    """

    payer = ForeignKeyField(Payer, backref="mues", null=True)
    program = ChoiceField(("any", "Medicaid", "Medicare"), default="any")
    procedure_code = TextField()
    units = UnitsField(null=True)
    starts_on = DateField()
    ends_on = DateField(null=True)
    source = TextField(default="")
    note = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        table_name = "mue"
        indexes = ((("payer", "procedure_code", "starts_on"), False),)


class ModifierRule(Row):
    """Which modifiers and place of service a charge gets by who gave it, where and how.

    Rules are applied from the lowest `priority` on; those of all payers (null) before a payer's.
    A condition that is empty or "any" always holds; lists are parted by blanks, qualifications
    by "/". `modifier` is added, and taken out are those it stands `instead_of`; `position` orders
    modifiers on the line. `sets_place` is the place of service that the charge gets.
    """

    name = TextField()
    payer = ForeignKeyField(Payer, backref="modifier_rules", null=True)
    active = FlagField(default=True)
    priority = IntegerField(default=50)
    procedure_codes = TextField(default="")
    qualification = TextField(default="")
    telehealth = ChoiceField(("any", "yes", "no"), default="any")
    location_kind = ChoiceField(("any", *LOCATION_KINDS), default="any")
    place_of_service = TextField(default="")
    repeat = ChoiceField(
        ("any", "repeat", "same practitioner", "another practitioner"), default="any"
    )
    modifier = TextField(default="")
    instead_of = TextField(default="")
    position = IntegerField(default=50)
    sets_place = TextField(default="")
    starts_on = DateField(null=True)
    ends_on = DateField(null=True)
    note = TextField(default="")
    version = IntegerField(default=1)


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
