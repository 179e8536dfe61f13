"""How payers answered claim lines, summed by month: what figures and warnings are read from."""

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, MomentField
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import Practitioner
from rcm_tui.data.tables.row import Row


class DenialHistory(Row):
    """Answers of a payer to lines of one code, modifiers, place and provider in one month.

    An answer is what one posted remittance says of one claim line; it counts in the `month`
    (2026-05) of the notice, and in one row: of the `reason` (CO-197) for which most of it was
    denied, empty where nothing was. `answered` are those that stand, `denied` those of them that
    were denied. `ever` are the denials with those that a payer took back since, `overturned` those
    of them that an answer which stands paid later. Amounts are cents.
    """

    payer = ForeignKeyField(Payer, null=True, index=False)
    procedure_code = TextField()
    modifiers = TextField(default="")
    place_of_service = TextField(default="")
    rendering = ForeignKeyField(Practitioner, null=True, index=False)
    reason = TextField(default="")
    month = TextField()
    answered = IntegerField(default=0)
    denied = IntegerField(default=0)
    ever = IntegerField(default=0)
    overturned = IntegerField(default=0)
    billed = CentsField(default=0)
    denied_amount = CentsField(default=0)
    ever_amount = CentsField(default=0)
    recovered = CentsField(default=0)

    class Meta:
        indexes = (
            (("payer", "procedure_code", "month"), False),
            (("month", "payer"), False),
        )


class Following(Row):
    """How far something that follows the audit trail has come: to which record, and when."""

    name = TextField(unique=True)
    audit_record = BigIntegerField(default=0)
    at = MomentField()
