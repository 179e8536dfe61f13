"""Rules by which denials open cases by themselves, what they are to look at, and what they did."""

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, DateField, FlagField, MomentField
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.tables.row import Row

JOINS, JOINS_OF_CLIENT, OPENS = "open case", "open case of the patient", "new case"
CASES = (JOINS, JOINS_OF_CLIENT, OPENS)

FROM_OPENING, BEFORE_CLOCK, NO_FOLLOW_UP = "after opening", "before the clock ends", "none"
FOLLOW_UPS = (FROM_OPENING, BEFORE_CLOCK, NO_FOLLOW_UP)

NAMED, IN_TURN, OF_PAYER = "named", "in turn", "of the payer"
OWNERS = (NAMED, IN_TURN, OF_PAYER)

POSTED, AGED, BY_HAND = "posted", "aged", "by hand"
OCCASIONS = (POSTED, AGED, BY_HAND)


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


class CaseRuleDue(Row):
    """Denials that the rules are to look at: those of a payment, or of a claim matched by hand.

    Written with what is posted; the worker takes it away with what it opens.
    """

    payment = ForeignKeyField(Payment, null=True, backref="case_rules_due")
    claim = ForeignKeyField(Claim, null=True, backref="case_rules_due")


class CaseRuleRun(Row):
    """What the rules did at once: how many cases they opened and joined, with how many claims.

    `amount` is what the claims had outstanding, in cents. `action` is by which it is taken back.
    """

    ran_at = MomentField()
    occasion = ChoiceField(OCCASIONS)
    login = TextField(default="")
    opened = IntegerField(default=0)
    joined = IntegerField(default=0)
    claims = IntegerField(default=0)
    amount = CentsField(default=0)
    action = BigIntegerField(default=0)
    taken_back_at = MomentField(null=True)

    class Meta:
        indexes = ((("ran_at", "id"), False),)


class CaseRuleClaim(Row):
    """A claim that a rule put into a case, and whether it opened the case for it.

    Neither rule nor case is a reference: what was done stays on record when they go.
    """

    run = ForeignKeyField(CaseRuleRun, backref="claims_of_run", index=False)
    rule = BigIntegerField()
    case = BigIntegerField(index=True)
    claim = ForeignKeyField(Claim, backref="case_rule_claims")
    opened = FlagField()

    class Meta:
        indexes = ((("run", "id"), False),)
