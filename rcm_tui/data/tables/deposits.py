"""Money as the bank says it came in, and which payments of payers it is."""

from peewee import Check, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, CodeField, DateField, MomentField
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.tables.row import Row

BY_TRACE, BY_AMOUNT, BY_HAND = "trace", "amount and date", "hand"
MATCHED_BY = (BY_TRACE, BY_AMOUNT, BY_HAND)
"""How a deposit came to its payments."""


class Deposit(Row):
    """A line of the bank's statement: the day, cents (negative: taken out), and its reference.

    `matched` are the cents of the payments that it is. `source` is the file that it came from,
    empty where it was typed. `line_key` keeps a statement from coming in twice: what is alike in
    one file is counted through. `set_aside` is why it is no payment of a payer.
    """

    received_on = DateField()
    amount = CentsField()
    reference = CodeField(default="", index=True)
    description = TextField(default="")
    memo = TextField(default="")
    source = TextField(default="")
    line_key = TextField(unique=True)
    matched = CentsField(default=0)
    set_aside = TextField(default="")
    created_at = MomentField()
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("received_on", "id"), False), (("amount", "received_on"), False))
        constraints = [Check("amount <> 0")]


class DepositedPayment(Row):
    """A payment that came in with a deposit: each payment with one, a deposit may be several."""

    payment = ForeignKeyField(Payment, unique=True)
    deposit = ForeignKeyField(Deposit, backref="payments")
    matched_by = ChoiceField(MATCHED_BY)
