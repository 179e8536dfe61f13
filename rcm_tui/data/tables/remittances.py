"""Payments, the remittances (claim payments) in them, their lines, adjustments and remarks."""

from peewee import SQL, ForeignKeyField, IntegerField, TextField, fn

from rcm_tui.data.fields import (
    ByBytes,
    CentsField,
    ChoiceField,
    CodeField,
    DateField,
    MomentField,
    UnitsField,
)
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.row import Row

PAYMENT_STATES = ("posted", "posting", "to review", "held", "dismissed")
LINKS = ("", "patient control number", "payer claim control number", "reversal", "hand")
"""How a provider-level adjustment came to its claim; empty while it has none."""
REMITTANCE_STATES = ("posted", "held", "waiting", "orphan", "informational")


class Payment(Row):
    """One payment of a payer: BPR and TRN of one 835, or a paper check entered by hand.

    "held" does not balance; "to review" waits for a person; "posting" was begun and not ended;
    "dismissed" will never be posted, since it was by hand. `handling` is BPR01.
    `posted` and `unposted` are cents of claim payments; `held_reasons` is JSON, a list of
    sentences that say why it is not posted, with the figures by which it does not balance.
    `set_key` (sender, ISA13, GS06, ST02) and `payment_key` (payer, TRN02, BPR02, BPR16) keep it
    from coming in twice.
    `entered_by` is who typed it from paper, with `memo`; both are empty for an electronic one.
    """

    incoming_file = ForeignKeyField(IncomingFile, null=True, backref="payments")
    payer = ForeignKeyField(Payer, null=True, backref="payments")
    payer_name = TextField(default="")
    payer_identifier = TextField(default="")
    payee_name = TextField(default="")
    payee_npi = TextField(default="")
    trace_number = CodeField(default="", index=True)
    method = TextField(default="")
    handling = TextField(default="")
    amount = CentsField()
    effective_date = DateField(null=True)
    production_date = DateField(null=True)
    set_key = TextField(unique=True)
    payment_key = TextField(unique=True)
    state = ChoiceField(PAYMENT_STATES)
    held_reasons = TextField(default="[]")
    claims = IntegerField(default=0)
    posted = CentsField(default=0)
    unposted = CentsField(default=0)
    received_at = MomentField()
    posted_at = MomentField(null=True)
    journal = ForeignKeyField(Journal, null=True, index=False)
    entered_by = TextField(default="")
    memo = TextField(default="")

    class Meta:
        indexes = ((("amount", "id"), False), (("effective_date", "id"), False))


class Remittance(Row):
    """A claim payment (CLP). `status_code` is CLP02; amounts are cents.

    "held" is not posted yet. "waiting" is left out when its payment is posted: it does not
    balance, or was taken back; what it pays is unapplied then. An orphan has no claim yet; its
    money waits as unapplied. `reverses` names the remittance
    that a reversal (status 22) took back.
    """

    payment = ForeignKeyField(Payment, backref="remittances", index=False)
    position = IntegerField()
    claim = ForeignKeyField(Claim, null=True, backref="remittances")
    state = ChoiceField(REMITTANCE_STATES)
    reason = TextField(default="")
    patient_control_number = CodeField(index=True)
    payer_claim_control_number = CodeField(default="", index=True)
    status_code = TextField()
    charge = CentsField()
    paid = CentsField()
    patient_responsibility = CentsField(default=0)
    filing_indicator = TextField(default="")
    patient_name = TextField(default="")
    member_id = CodeField(default="", index=True)
    first_service_date = DateField(null=True)
    last_service_date = DateField(null=True)
    journal = ForeignKeyField(Journal, null=True, index=False)
    reverses = ForeignKeyField("self", null=True, index=False)

    class Meta:
        indexes = (
            (("payment", "position"), True),
            (("state", "id"), False),
            (("paid", "id"), False),
        )


# Whom remittances name that no claim, and so no client, leads to. With the state in it, since a
# planner prefers the index of all orphans otherwise.
Remittance.add_index(
    Remittance.index(
        Remittance.state, ByBytes(fn.lower(Remittance.patient_name)), name="remittance_orphan_words"
    ).where(SQL("state = 'orphan'"))
)


# What waits for a person, in the order in which it came.
Remittance.add_index(
    Remittance.index(Remittance.reverses, name="remittance_reversed").where(
        SQL("reverses_id IS NOT NULL")
    )
)
Remittance.add_index(
    Remittance.index(Remittance.id, name="remittance_waiting").where(
        SQL("state NOT IN ('posted', 'orphan', 'informational')")
    )
)


class RemittanceLine(Row):
    """A service payment (SVC). `claim_line` is null where no claim line matches it."""

    remittance = ForeignKeyField(Remittance, backref="lines", index=False)
    position = IntegerField()
    claim_line = ForeignKeyField(ClaimLine, null=True, backref="remittance_lines")
    line_control_number = TextField(default="")
    procedure_code = TextField(default="")
    modifiers = TextField(default="")
    charge = CentsField()
    paid = CentsField()
    allowed = CentsField(null=True)
    units = UnitsField(null=True)
    first_service_date = DateField(null=True)
    last_service_date = DateField(null=True)

    class Meta:
        indexes = ((("remittance", "position"), True),)


class Adjustment(Row):
    """A claim adjustment (CAS): group, reason code (CARC) and cents; `line` null at claim level."""

    remittance = ForeignKeyField(Remittance, backref="adjustments")
    line = ForeignKeyField(RemittanceLine, null=True, backref="adjustments", index=False)
    group_code = TextField()
    reason_code = TextField()
    amount = CentsField()
    quantity = UnitsField(null=True)

    class Meta:
        indexes = ((("reason_code", "group_code", "remittance"), False),)


class Remark(Row):
    """A remittance advice remark code (RARC); `line` null at claim level."""

    remittance = ForeignKeyField(Remittance, backref="remarks")
    line = ForeignKeyField(RemittanceLine, null=True, backref="remarks", index=False)
    code = TextField(index=True)


class ProviderAdjustment(Row):
    """A provider-level adjustment (PLB): a positive amount of cents lowers the payment.

    `journal` is its own in the ledger. `claim` is what it takes back or pays on, `remittance` the
    one that it recoups where there is one; `linked_by` says how they were found.
    """

    payment = ForeignKeyField(Payment, backref="provider_adjustments")
    position = IntegerField()
    provider_identifier = TextField(default="")
    fiscal_date = DateField(null=True)
    reason_code = TextField()
    identifier = CodeField(default="", index=True)
    amount = CentsField()
    journal = ForeignKeyField(Journal, null=True, index=False)
    claim = ForeignKeyField(Claim, null=True, backref="provider_adjustments")
    remittance = ForeignKeyField(Remittance, null=True, index=False)
    linked_by = ChoiceField(LINKS, default="")
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("payment", "position"), True),)
