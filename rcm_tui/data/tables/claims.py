"""Claims, their lines, and what validation last found on them."""

from peewee import SQL, BigIntegerField, Check, ForeignKeyField, IntegerField, TextField, fn

from rcm_tui.data.fields import (
    CentsField,
    ChoiceField,
    CodeField,
    DateField,
    FlagField,
    MomentField,
    UnitsField,
)
from rcm_tui.data.tables.clients import Authorization, Client, Coverage
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
from rcm_tui.data.tables.row import Row

DRAFT = "Draft"
READY = "Ready to Submit"
SUBMITTED = "Submitted"
HISTORICAL = "Historical"
INACTIVE = "Inactive"
CLAIM_STATUSES = (DRAFT, READY, SUBMITTED, HISTORICAL, INACTIVE)

REPLACES = ("6", "7", "8")
"""Claim frequency codes (CLM05-3) of what stands for an earlier claim: correction, replacement,
void."""
VOID = "8"

ACKNOWLEDGEMENTS = (
    "none",
    "pending",
    "accepted by clearinghouse",
    "accepted by payer",
    "rejected",
)
ADJUDICATED = ("paid", "partially paid", "denied", "overpaid")
"""What a payer decided."""
VOIDED = "voided"
"""Of a void itself: its payer has taken back what it had said, or took in that there is nothing."""
ADJUDICATIONS = ("none", "pending", *ADJUDICATED, VOIDED)


class Claim(Row):
    """One submission of a claim: a correction, void or secondary is a row of its own.

    `patient_control_number` is CLM01. `chain` is the id of the first claim of its submission
    chain, `previous` the one before; once sent it takes that one's place when its frequency code
    is one of `REPLACES`, or it `supersedes`. Amounts are cents; `paid`, `adjusted`, `written_off`
    and the balances are sums of the ledger kept for speed, `underpaid` is that of what its lines
    are under contract. `elsewhere` marks a claim that another
    system sent. `illness_on` is the date of current illness (onset). `wire` is JSON with what an
    imported 837P said beyond these columns. Up to the day `snoozed_until` it stays out of the
    views that people work from.

    `payer_sequence` says whether it goes to the first, second or third payer; `billed_after` is the
    claim to the payer before, from whose remittance it tells what that payer did.
    """

    number = CodeField(unique=True)
    patient_control_number = CodeField(unique=True)
    status = ChoiceField(CLAIM_STATUSES, default=DRAFT)
    acknowledgement = ChoiceField(ACKNOWLEDGEMENTS, default="none")
    adjudication = ChoiceField(ADJUDICATIONS, default="none")
    client = ForeignKeyField(Client, backref="claims")
    coverage = ForeignKeyField(Coverage, null=True, index=False)
    payer = ForeignKeyField(Payer, null=True, index=False)
    business_unit = ForeignKeyField(BusinessUnit, index=False)
    rendering = ForeignKeyField(Practitioner, null=True, backref="rendered_claims", index=False)
    referring = ForeignKeyField(Practitioner, null=True, backref="referred_claims", index=False)
    supervising = ForeignKeyField(Practitioner, null=True, backref="supervised_claims", index=False)
    facility = ForeignKeyField(Location, null=True, index=False)
    authorization = ForeignKeyField(Authorization, null=True)
    authorization_number = TextField(default="")
    place_of_service = TextField(default="")
    frequency = TextField(default="1")
    original_reference = TextField(default="")
    payer_claim_control_number = CodeField(default="", index=True)
    claim_note = TextField(default="")
    illness_on = DateField(null=True)
    diagnoses = TextField(default="")
    patient_name = TextField()
    first_service_date = DateField()
    last_service_date = DateField()
    line_count = IntegerField(default=0)
    billed = CentsField(default=0)
    expected = CentsField(default=0)
    paid = CentsField(default=0)
    adjusted = CentsField(default=0)
    written_off = CentsField(default=0)
    payer_balance = CentsField(default=0)
    patient_balance = CentsField(default=0)
    underpaid = CentsField(default=0)
    error_count = IntegerField(default=0)
    warning_count = IntegerField(default=0)
    chain = BigIntegerField(null=True, index=True)
    previous = ForeignKeyField("self", null=True)
    payer_sequence = IntegerField(default=1)
    billed_after = ForeignKeyField("self", null=True, backref="billed_next")
    supersedes = FlagField()
    elsewhere = FlagField()
    wire = TextField(default="")
    created_at = MomentField()
    submitted_at = MomentField(null=True)
    answered_at = MomentField(null=True)
    snoozed_until = DateField(null=True)
    snooze_reason = TextField(default="")
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("status", "first_service_date", "id"), False),
            (("first_service_date", "id"), False),
            (("acknowledgement", "first_service_date", "id"), False),
            (("adjudication", "first_service_date", "id"), False),
            (("payer", "first_service_date", "id"), False),
            (("patient_name", "id"), False),
            (("billed", "id"), False),
        )
        constraints = [
            Check("billed >= 0"),
            Check("last_service_date >= first_service_date"),
            Check("status <> 'Submitted' OR submitted_at IS NOT NULL"),
        ]


# The few claims that a queue's view asks for among a million, in the order in which they are shown.
for _name, _columns, _condition in (
    # The last column saves a look at the claim: most are not snoozed.
    ("claim_open_payer", "first_service_date id snoozed_until", "payer_balance > 0"),
    ("claim_open_patient", "first_service_date id", "patient_balance > 0"),
    ("claim_credit_payer", "first_service_date id", "payer_balance < 0"),
    ("claim_credit_patient", "first_service_date id", "patient_balance < 0"),
    ("claim_underpaid", "first_service_date id", "underpaid > 0"),
    ("claim_snoozed", "snoozed_until id", "snoozed_until IS NOT NULL"),
    ("claim_further", "first_service_date id", "billed_after_id IS NOT NULL"),
):
    Claim.add_index(
        Claim.index(*(getattr(Claim, column) for column in _columns.split()), name=_name).where(
            SQL(_condition)
        )
    )
Claim.add_index(Claim.index(fn.lower(Claim.number), name="claim_number_words"))


class ClaimLine(Row):
    """A service line. `pointers` are diagnosis pointers ("1 2"), `modifiers` in billing order.

    `line_control_number` is REF*6R. Amounts are cents; `allowed` is what the payer allowed,
    `denied` what its last answer left open for a reason, and `accepted_short` how much less than
    expected a biller took for good. `previous` is the line of
    the earlier submission that it bills again. A `rebilled` line is billed by a later claim of
    its own, and is out of the charges of this one.
    """

    claim = ForeignKeyField(Claim, backref="lines", index=False)
    position = IntegerField()
    line_control_number = TextField(unique=True)
    first_service_date = DateField()
    last_service_date = DateField()
    procedure_code = TextField()
    modifiers = TextField(default="")
    units = UnitsField()
    billed = CentsField()
    expected = CentsField(default=0)
    allowed = CentsField(null=True)
    denied = CentsField(default=0)
    accepted_short = CentsField(default=0)
    place_of_service = TextField(default="")
    pointers = TextField(default="1")
    paid = CentsField(default=0)
    adjusted = CentsField(default=0)
    written_off = CentsField(default=0)
    payer_balance = CentsField(default=0)
    patient_balance = CentsField(default=0)
    previous = ForeignKeyField("self", null=True, index=False)
    rebilled = FlagField()
    version = IntegerField(default=1)

    class Meta:
        indexes = ((("claim", "position"), True),)


# Few lines have one before; a line that goes is looked for in it.
ClaimLine.add_index(
    ClaimLine.index(ClaimLine.previous, name="claim_line_again").where(
        SQL("previous_id IS NOT NULL")
    )
)


UNDER_CONTRACT = "(expected - allowed - denied)"
"""SQL: cents of a claim line that the payer allowed too little, and no adjustment explains.

What an adjustment left open is a denial, and worked as one.
"""
# Few lines among millions, the worst first.
ClaimLine.add_index(
    ClaimLine.index(
        SQL(UNDER_CONTRACT), ClaimLine.id, ClaimLine.claim, name="claim_line_underpaid"
    ).where(SQL(f"{UNDER_CONTRACT} > 0"))
)


class ClaimValidation(Row):
    """One finding of the last validation of a claim; `line` is its position where one is meant."""

    claim = ForeignKeyField(Claim, backref="validations")
    rule = TextField()
    severity = ChoiceField(("error", "warning"))
    field = TextField()
    line = IntegerField(null=True)
    reason = TextField()
