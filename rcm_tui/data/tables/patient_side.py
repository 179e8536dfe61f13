"""What becomes of leftovers: write-offs with their reasons, rules of who may be billed, statements.

An area of the patient side: the money that no payer pays (any more).
"""

from peewee import BigIntegerField, Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import (
    CentsField,
    ChoiceField,
    CodeField,
    DateField,
    FlagField,
    MomentField,
)
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.invoices import PATIENT, PAYER, Invoice
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.row import Row

SIDES = (PAYER, PATIENT)
STANDS, REVOKED = "stands", "revoked"
EITHER = "either"
BILL_PATIENT, WRITE_OFF = "bill patient", "write off"


class WriteOffReason(Row):
    """Why money is given up, as the practice names it. An inactive one is not offered any more."""

    name = TextField(unique=True)
    side = ChoiceField((EITHER, *SIDES), default=EITHER)
    note = TextField(default="")
    active = FlagField(default=True)
    version = IntegerField(default=1)


class WriteOff(Row):
    """Cents of a claim, or of one of its lines, that were given up. `journal` is its journal.

    `side` says whose balance it was. `invoice` is the invoice that was settled by it. A revoked
    one was taken back by reversal; then who, when and why are said.
    """

    number = CodeField(unique=True)
    claim = ForeignKeyField(Claim, backref="write_offs")
    claim_line = ForeignKeyField(ClaimLine, null=True)
    invoice = ForeignKeyField(Invoice, null=True, backref="write_offs")
    side = ChoiceField(SIDES)
    amount = CentsField()
    reason = ForeignKeyField(WriteOffReason)
    note = TextField(default="")
    written_by = TextField()
    written_at = MomentField()
    state = ChoiceField((STANDS, REVOKED), default=STANDS)
    revoked_by = TextField(default="")
    revoked_at = MomentField(null=True)
    revoked_because = TextField(default="")
    journal = ForeignKeyField(Journal, unique=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("written_at", "id"), False),)
        constraints = [Check("amount > 0")]


class PatientBillingRule(Row):
    """Whether what a payer leaves may be billed to the patient, or must be written off.

    Empty conditions hold for all: `payer`, its claim filing indicator (MC is Medicaid), the
    `state` where the service was given, the group (CO, PR, OA, PI) of the adjustment that left it.
    """

    payer = ForeignKeyField(Payer, null=True, backref="patient_billing_rules")
    filing_indicator = TextField(default="")
    state = TextField(default="")
    group_code = ChoiceField(("", "CO", "PR", "OA", "PI"), default="")
    decision = ChoiceField((BILL_PATIENT, WRITE_OFF))
    note = TextField()
    active = FlagField(default=True)
    version = IntegerField(default=1)


class Statement(Row):
    """What a client was told to owe on a day, in cents, by age in days since the service.

    `content` is JSON with its lines, so that it can be printed again as it was. `last_journal` is
    the last journal of the ledger that it knew: the next statement begins after it.
    """

    number = CodeField(unique=True)
    client = ForeignKeyField(Client, backref="statements", index=False)
    statement_on = DateField()
    made_by = TextField()
    made_at = MomentField()
    due = CentsField()
    current = CentsField(default=0)
    over_30 = CentsField(default=0)
    over_60 = CentsField(default=0)
    over_90 = CentsField(default=0)
    over_120 = CentsField(default=0)
    last_journal = BigIntegerField(default=0)
    content = TextField()
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("client", "statement_on"), False), (("statement_on", "id"), False))
