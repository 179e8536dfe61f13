"""Invoices of visits, and what patients pay on them."""

from peewee import Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, CodeField, DateField, UnitsField
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.data.tables.row import Row
from rcm_tui.data.tables.visits import Visit

METHODS = ("cash", "check", "card", "bank transfer", "other")
"""How patients pay. What payers pay comes in as remittances, never by one of these."""

POSTED, TAKEN_BACK = "posted", "taken back"


class Invoice(Row):
    """What a visit came to, in cents: the payer's share and the patient's make what is billed.

    `paid` is the sum of the patient's payments on it that stand.
    """

    number = CodeField(unique=True)
    visit = ForeignKeyField(Visit, backref="invoices", unique=True)
    client = ForeignKeyField(Client, backref="invoices", index=False)
    business_unit = ForeignKeyField(BusinessUnit, index=False)
    coverage = ForeignKeyField(Coverage, null=True, index=False)
    invoiced_on = DateField()
    billed = CentsField(default=0)
    payer_share = CentsField(default=0)
    patient_share = CentsField(default=0)
    paid = CentsField(default=0)
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("invoiced_on", "id"), False),
            (("client", "invoiced_on"), False),
            (("billed", "id"), False),
        )
        constraints = [
            Check("billed = payer_share + patient_share"),
            Check("payer_share >= 0"),
            Check("patient_share >= 0"),
            Check("paid >= 0"),
        ]


class InvoiceLine(Row):
    """One charge item on an invoice, as it is billed, and the patient's share of it."""

    invoice = ForeignKeyField(Invoice, backref="lines", index=False)
    position = IntegerField()
    charge_item = ForeignKeyField(ChargeItem, unique=True)
    procedure_code = TextField()
    modifiers = TextField(default="")
    units = UnitsField(default=0)
    billed = CentsField(default=0)
    patient_share = CentsField(default=0)

    class Meta:
        indexes = ((("invoice", "position"), True),)
        constraints = [Check("patient_share >= 0"), Check("billed >= patient_share")]


class PatientPayment(Row):
    """Money that a patient paid on an invoice. `journal` is its journal in the ledger.

    `applied` are the cents of it that stand on claims; the rest is unapplied. `reason` is why it
    was taken back.
    """

    number = CodeField(unique=True)
    client = ForeignKeyField(Client, index=False)
    invoice = ForeignKeyField(Invoice, backref="payments")
    method = ChoiceField(METHODS)
    reference = TextField(default="")
    memo = TextField(default="")
    amount = CentsField()
    applied = CentsField(default=0)
    received_on = DateField()
    state = ChoiceField((POSTED, TAKEN_BACK), default=POSTED)
    reason = TextField(default="")
    journal = ForeignKeyField(Journal, unique=True)
    version = IntegerField(default=1)

    class Meta:
        constraints = [Check("amount > 0"), Check("applied >= 0"), Check("amount >= applied")]


class PaymentApplication(Row):
    """Cents of a patient's payment that went onto the patient balance of a claim line."""

    payment = ForeignKeyField(PatientPayment, backref="applications")
    claim = ForeignKeyField(Claim)
    claim_line = ForeignKeyField(ClaimLine, index=False)
    amount = CentsField()
    state = ChoiceField((POSTED, TAKEN_BACK), default=POSTED)
    journal = ForeignKeyField(Journal, unique=True)
    version = IntegerField(default=1)

    class Meta:
        constraints = [Check("amount > 0")]
