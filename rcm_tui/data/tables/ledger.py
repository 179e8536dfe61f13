"""The double-entry ledger: journals whose entries sum to zero, never changed, never deleted."""

from peewee import Check, ForeignKeyField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, DateField, MomentField
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.row import Row

CHARGES = "charges"
PAYER_RECEIVABLE = "payer receivable"
PATIENT_RECEIVABLE = "patient receivable"
PAYER_PAYMENTS = "payer payments"
PATIENT_PAYMENTS = "patient payments"
CONTRACTUAL = "contractual adjustments"
PRIOR_PAYER = "prior payer"
NEXT_PAYER = "next payer"
WRITE_OFFS = "write-offs"
UNAPPLIED = "unapplied"
PROVIDER_ADJUSTMENTS = "provider adjustments"
ACCOUNTS = (
    CHARGES,
    PAYER_RECEIVABLE,
    PATIENT_RECEIVABLE,
    PAYER_PAYMENTS,
    PATIENT_PAYMENTS,
    CONTRACTUAL,
    PRIOR_PAYER,
    NEXT_PAYER,
    WRITE_OFFS,
    UNAPPLIED,
    PROVIDER_ADJUSTMENTS,
)

REBILLED = "rebilled"
"""The kind of journal by which claim lines give their charges up to a claim of their own."""
JOURNAL_KINDS = (
    "charge",
    "charge reversal",
    REBILLED,
    "remittance",
    "remittance reversal",
    "provider adjustment",
    "orphan",
    "match",
    "write-off",
    "write-off reversal",
    "patient payment",
    "patient payment reversal",
    "application",
    "application reversal",
    "transfer",
    "refund",
    "refund reversal",
)


class Journal(Row):
    """One event in the ledger. `posted_on` is the accounting date; `reverses` what it takes back.

    The store refuses to change or delete journals and entries, and refuses a second reversal.
    """

    kind = ChoiceField(JOURNAL_KINDS)
    posted_on = DateField()
    claim = ForeignKeyField(Claim, null=True, backref="journals")
    reverses = ForeignKeyField("self", null=True, unique=True)
    memo = TextField(default="")
    created_at = MomentField()


class Entry(Row):
    """Cents on one account: debits positive, credits negative.

    Receivables: positive is owed to the practice. Payments: cash received is a debit. Charges
    are credits.
    """

    journal = ForeignKeyField(Journal, backref="entries")
    account = ChoiceField(ACCOUNTS)
    claim = ForeignKeyField(Claim, null=True, backref="entries", index=False)
    claim_line = ForeignKeyField(ClaimLine, null=True, backref="entries")
    amount = CentsField()

    class Meta:
        indexes = ((("claim", "account", "amount"), False),)
        constraints = [Check("amount <> 0")]
