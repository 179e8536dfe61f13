"""Rules by which denials open cases by themselves."""

from peewee import ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, DateField, FlagField
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.data.tables.row import Row

JOINS, JOINS_OF_CLIENT, OPENS = "open case", "open case of the patient", "new case"
CASES = (JOINS, JOINS_OF_CLIENT, OPENS)

FROM_OPENING, BEFORE_CLOCK, NO_FOLLOW_UP = "after opening", "before the clock ends", "none"
FOLLOW_UPS = (FROM_OPENING, BEFORE_CLOCK, NO_FOLLOW_UP)

NAMED, IN_TURN, OF_PAYER = "named", "in turn", "of the payer"
OWNERS = (NAMED, IN_TURN, OF_PAYER)


class CaseRule(Row):
    """Which denials go into which case: the first one in force that fits, by `place`.

    `group_codes`, `reason_codes` (CARC) and `remark_codes` are codes parted by blanks, empty for
    any. `amount_from` is in cents that are outstanding, `age_from` in days since the first day of
    service. `joins` says whether claims of one payer and subject share a case. `follow_up_days`
    count from the opening, or back from the end of the denial's clock. `owners` are logins parted
    by blanks: the first of them, each in turn, or the payer's denial specialist and else the
    first. `given` counts the cases given in turn; `looked_on` is the day up to which claims that
    have come into `age_from` were looked at.
    """

    name = TextField()
    place = IntegerField(default=10)
    active = FlagField()
    payer = ForeignKeyField(Payer, backref="case_rules", null=True)
    business_unit = ForeignKeyField(BusinessUnit, backref="case_rules", null=True)
    group_codes = TextField(default="")
    reason_codes = TextField(default="")
    remark_codes = TextField(default="")
    amount_from = CentsField(null=True)
    age_from = IntegerField(null=True)
    joins = ChoiceField(CASES, default=JOINS)
    subject = TextField(default="")
    priority = ChoiceField(("low", "normal", "high"), default="normal")
    tags = TextField(default="")
    follow_up = ChoiceField(FOLLOW_UPS, default=FROM_OPENING)
    follow_up_days = IntegerField(default=7)
    owner_by = ChoiceField(OWNERS, default=NAMED)
    owners = TextField(default="")
    given = IntegerField(default=0)
    looked_on = DateField(null=True)
    version = IntegerField(default=1)
