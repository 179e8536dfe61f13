"""Invoices of visits, and what is paid on them: by patients, and by their payers."""

from peewee import Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import (
    CentsField,
    ChoiceField,
    CodeField,
    DateField,
    FlagField,
    MomentField,
    UnitsField,
)
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.data.tables.row import Row
from rcm_tui.data.tables.visits import Visit

METHODS = ("cash", "check", "card", "bank transfer", "other")
"""How patients pay, and are paid back. What payers pay comes in as remittances."""

POSTED, TAKEN_BACK = "posted", "taken back"
OPEN, SETTLED = "open", "settled"
PATIENT, PAYER = "patient", "payer"


class Invoice(Row):
    """What a visit came to, in cents: the payer's share and the patient's make what is billed.

    `paid` is what the patient's payments on it that stand come to, less what was given back of
    them; `payer_paid` what payers paid of its charges as the ledger has it, and `insurance_paid`
    what of that was put on it by the Insurance method; `written_off` what of the patient's share
    was written off. A settled one is closed.
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
    payer_paid = CentsField(default=0)
    insurance_paid = CentsField(default=0)
    written_off = CentsField(default=0)
    state = ChoiceField((OPEN, SETTLED), default=OPEN)
    settled_on = DateField(null=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("invoiced_on", "id"), False),
            (("client", "invoiced_on"), False),
            (("billed", "id"), False),
        )
        constraints = [
            Check("billed = payer_share + patient_share"),
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


class PatientPayment(Row):
    """Money that a patient paid, on an invoice or on the account. `journal` is its journal.

    `applied` are the cents of it that stand on claims, `refunded` those that were given back; the
    rest is unapplied. `reason` is why it was taken back.
    """

    number = CodeField(unique=True)
    client = ForeignKeyField(Client, backref="payments")
    invoice = ForeignKeyField(Invoice, backref="payments", null=True)
    method = ChoiceField(METHODS)
    reference = TextField(default="")
    memo = TextField(default="")
    amount = CentsField()
    applied = CentsField(default=0)
    refunded = CentsField(default=0)
    received_on = DateField()
    state = ChoiceField((POSTED, TAKEN_BACK), default=POSTED)
    reason = TextField(default="")
    journal = ForeignKeyField(Journal, unique=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("received_on", "id"), False),)
        constraints = [
            Check("amount > 0"),
            Check("applied >= 0"),
            Check("refunded >= 0"),
            Check("amount >= applied + refunded"),
        ]


class PaymentApplication(Row):
    """Cents of a patient's payment that went onto the patient balance of a claim line."""

    payment = ForeignKeyField(PatientPayment, backref="applications")
    claim = ForeignKeyField(Claim)
    claim_line = ForeignKeyField(ClaimLine)
    amount = CentsField()
    state = ChoiceField((POSTED, TAKEN_BACK), default=POSTED)
    journal = ForeignKeyField(Journal, unique=True)
    version = IntegerField(default=1)

    class Meta:
        constraints = [Check("amount > 0")]


class InsurancePayment(Row):
    """Cents of what a payer paid of an invoice's claim, put on it by the Insurance method.

    Negative where the payer took back what it had paid. The money itself came in as a remittance:
    this says on the invoice what the ledger has on the claim. `automatic` is auto-pay's.
    """

    invoice = ForeignKeyField(Invoice, backref="insurance_payments")
    claim = ForeignKeyField(Claim, null=True)
    amount = CentsField()
    automatic = FlagField()
    memo = TextField(default="")
    put_on = DateField()
    put_by = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        constraints = [Check("amount <> 0")]


class Refund(Row):
    """Money that was given back: to a patient of a payment, or of a claim that is overpaid.

    `payment` is the patient's payment whose unapplied money it was; without one it is the credit
    of `claim`. `reason` is why the refund itself was taken back (a check that never was cashed).
    """

    number = CodeField(unique=True)
    side = ChoiceField((PATIENT, PAYER))
    client = ForeignKeyField(Client, null=True)
    payer = ForeignKeyField(Payer, null=True)
    invoice = ForeignKeyField(Invoice, null=True, backref="refunds")
    payment = ForeignKeyField(PatientPayment, null=True, backref="refunds")
    claim = ForeignKeyField(Claim, null=True)
    method = ChoiceField(METHODS)
    reference = TextField(default="")
    memo = TextField(default="")
    amount = CentsField()
    refunded_on = DateField()
    made_by = TextField(default="")
    made_at = MomentField()
    state = ChoiceField((POSTED, TAKEN_BACK), default=POSTED)
    reason = TextField(default="")
    journal = ForeignKeyField(Journal, unique=True)
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("refunded_on", "id"), False),)
        constraints = [Check("amount > 0")]
