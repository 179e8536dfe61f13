"""What the rules of cases are to look at, and what they did."""

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, FlagField, MomentField
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.tables.row import Row

POSTED, AGED, BY_HAND = "posted", "aged", "by hand"
OCCASIONS = (POSTED, AGED, BY_HAND)


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
