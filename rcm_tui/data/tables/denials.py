"""What is done next about what payers did not pay, by group, CARC and RARC, and what is open."""

from peewee import BigIntegerField, Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.codes.denial_ways import CLOCKS, NO_CLOCK, PREVENTABLE, WAYS
from rcm_tui.data.fields import CentsField, ChoiceField, DateField, FlagField
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Remittance
from rcm_tui.data.tables.row import Row


class DenialAction(Row):
    """What an adjustment asks for: the way first, the other way where that one is closed.

    `group_codes` and `remark_codes` are codes parted by blanks, empty for any; `reason_code` is
    the CARC, "*" for any of the group. `clock` is whose days count, from the date of the notice:
    the payer's for a corrected claim, an appeal or a first claim, or what a letter says. One of a
    payer goes before those of all.
    """

    payer = ForeignKeyField(Payer, backref="denial_actions", null=True)
    group_codes = TextField(default="")
    reason_code = TextField(index=True)
    remark_codes = TextField(default="")
    meaning = TextField()
    category = TextField(default="")
    way = ChoiceField(WAYS)
    other_way = TextField(default="")
    action = TextField()
    clock = ChoiceField(CLOCKS, default=NO_CLOCK)
    preventable = ChoiceField(PREVENTABLE, default="yes")
    active = FlagField(default=True)
    version = IntegerField(default=1)


class Denial(Row):
    """What a payer's newest standing answer left open of a claim, as long as it is open.

    One per claim, kept by `billing/denials/open_denials.py` and never edited: it follows from
    remittance, balance, practice's table and payer. `chain` is that of the claim. Group, CARC and
    `remark_codes` (parted by blanks) are those of the greatest denied amount that a `DenialAction`
    speaks of; `category`, `way`, `other_way`, `clock` and `preventable` are copies of its own.
    Cents: `denied_amount` is what that answer denied in all, `open_amount` what of it the payer
    still owes. `until` is the last day of its clock, null where none runs. Work goes by `due_as`:
    the day on which it is as if it were due, see `billing/denials/triage.py`.
    """

    claim = ForeignKeyField(Claim, unique=True, backref="denials")
    chain = BigIntegerField(index=True)
    payer = ForeignKeyField(Payer, null=True, backref="denials", index=False)
    remittance = ForeignKeyField(Remittance, backref="denials")
    group_code = TextField()
    reason_code = TextField()
    remark_codes = TextField(default="")
    category = TextField(default="")
    way = ChoiceField(WAYS)
    other_way = TextField(default="")
    clock = ChoiceField(CLOCKS)
    preventable = ChoiceField(PREVENTABLE)
    denied_amount = CentsField()
    open_amount = CentsField()
    notice_on = DateField()
    until = DateField(null=True)
    due_as = DateField()

    class Meta:
        indexes = (
            # With the clock in it: what has run out is passed over without a look at the row.
            (("due_as", "claim", "until"), False),
            (("payer", "due_as", "claim"), False),
            (("reason_code", "due_as", "claim", "group_code", "until"), False),
            (("category", "due_as", "claim"), False),
        )
        constraints = [Check("open_amount > 0"), Check("denied_amount >= open_amount")]
