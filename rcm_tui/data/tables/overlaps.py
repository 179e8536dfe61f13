"""Which services may be billed for the same time, payer by payer."""

from peewee import ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import ChoiceField, FlagField
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.row import Row


class ConcurrentService(Row):
    """Whether a payer pays for two procedure codes held at the same time, in either order.

    `who` has two sessions at once: the "patient" (with two practitioners), or the "practitioner"
    (with two patients). A payer's own pairs go before what is usual (billing/charges/overlaps.py).
    """

    payer = ForeignKeyField(Payer, backref="concurrent_services")
    who = ChoiceField(("patient", "practitioner"), default="patient")
    procedure_code = TextField()
    other_code = TextField()
    allowed = FlagField(default=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("payer", "who", "procedure_code", "other_code"), True),)
