"""What is done next about what payers did not pay, by group, CARC and RARC: data that is edited."""

from peewee import ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import ChoiceField, FlagField
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.row import Row

CORRECT, NEW_CLAIM, NEXT_PAYER, APPEAL = "correct", "new claim", "next payer", "appeal"
DOCUMENTS, PATIENT, WRITE_OFF = "documents", "patient", "write off"
POST, LOOK = "post", "look"
WAYS = (CORRECT, NEW_CLAIM, NEXT_PAYER, APPEAL, DOCUMENTS, PATIENT, WRITE_OFF, POST, LOOK)

CORRECTED_CLAIM, APPEAL_FILED, EITHER_CLOCK = "corrected claim", "appeal", "corrected or appeal"
FIRST_CLAIM, LETTER, NO_CLOCK = "first claim", "letter", "none"
CLOCKS = (CORRECTED_CLAIM, APPEAL_FILED, EITHER_CLOCK, FIRST_CLAIM, LETTER, NO_CLOCK)

PREVENTABLE = ("yes", "mostly", "partly", "no", "does not apply")


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
