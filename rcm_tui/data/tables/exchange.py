"""What was sent, what came back, and what each answer said of each claim."""

from peewee import SQL, BlobField, ForeignKeyField, IntegerField, TextField

from rcm_tui.data.fields import CentsField, ChoiceField, FlagField, MomentField
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.tables.purging import PurgeRun
from rcm_tui.data.tables.row import Row

TRANSACTION_STATES = ("built", "staged", "sent", "unconfirmed", "refused")
INCOMING_OUTCOMES = ("received", "posted", "imported", "to review", "held", "refused")
RESPONSE_KINDS = ("TA1", "999", "277CA", "call")
RESPONSE_LEVELS = ("file", "group", "set", "claim")


class ClaimsTransaction(Row):
    """One interchange that carries claims out: its bytes, and how far its delivery has come.

    The bytes (zlib, with the SHA-256 of the plain file) never change once built; they are empty
    once a policy has let them go, in the run `purged`. `temporary_name`
    is the exact name under which it was staged, `fence` the lease number of who staged it.
    `confirmed_at` is when a TA1 or 999 named it.
    """

    clearinghouse = ForeignKeyField(Clearinghouse, backref="claims_transactions")
    interchange_control_number = IntegerField()
    group_control_number = IntegerField()
    file_name = TextField()
    content = BlobField()
    size = IntegerField()
    sha256 = TextField()
    claims = IntegerField()
    billed = CentsField()
    state = ChoiceField(TRANSACTION_STATES, default="built")
    temporary_name = TextField(default="")
    fence = IntegerField()
    built_at = MomentField()
    staged_at = MomentField(null=True)
    sent_at = MomentField(null=True)
    confirmed_at = MomentField(null=True)
    acknowledgement = ChoiceField(("pending", "accepted", "partly accepted", "rejected"))
    message = TextField(default="")
    purged = ForeignKeyField(PurgeRun, null=True, index=False)

    class Meta:
        indexes = (
            (("clearinghouse", "interchange_control_number"), True),
            (("clearinghouse", "file_name"), True),
            (("state",), False),
        )


class TransmittedClaim(Row):
    """A claim in a claims transaction. `live` until an answer frees it to be sent again."""

    claims_transaction = ForeignKeyField(ClaimsTransaction, backref="transmitted_claims")
    claim = ForeignKeyField(Claim, backref="transmissions", index=False)
    set_control_number = TextField()
    live = FlagField(default=True)

    class Meta:
        indexes = ((("claim", "claims_transaction"), True),)


# A claim is in at most one live claims transaction: kept by the store, not only by code.
TransmittedClaim.add_index(
    TransmittedClaim.index(TransmittedClaim.claim, unique=True, name="one_live_transmission").where(
        SQL("live = 1")
    )
)


class IncomingFile(Row):
    """A file that came in, whole, with what was read of it. The same bytes come in only once.

    `findings` is JSON: a list of objects with severity, segment_number, segment_id and reason.
    `source` is a clearinghouse's name or "import"; `name` is the file's own name, made plain. Its
    content is empty once a policy has let it go, in the run `purged`.
    """

    source = TextField()
    name = TextField()
    sha256 = TextField(unique=True)
    size = IntegerField()
    content = BlobField()
    kind = TextField(default="unknown")
    outcome = ChoiceField(INCOMING_OUTCOMES, default="received")
    claims = IntegerField(default=0)
    paid = CentsField(default=0)
    findings = TextField(default="[]")
    received_at = MomentField(index=True)
    purged = ForeignKeyField(PurgeRun, null=True, index=False)


class ClaimResponse(Row):
    """What one answer said: of one claim, or of the file, group or set that carried claims.

    An answer about a file, group or set is a row without a claim; what it meant for each claim is
    a row that names it as its `answer`. `claims` is how many it is about. `category`, `status` and
    `entity` are the sender's codes (TA104 and TA105, IK501 and IK502, STC01), `text` its words,
    `words` ours. `named` is what it names, as it was sent. `note` says why it changed nothing. What
    somebody was told by phone is of the kind "call", without a file.
    """

    claim = ForeignKeyField(Claim, null=True, backref="responses")
    answer = ForeignKeyField("self", null=True, backref="meant", index=False)
    level = ChoiceField(RESPONSE_LEVELS, default="claim")
    incoming_file = ForeignKeyField(IncomingFile, null=True, backref="responses")
    claims_transaction = ForeignKeyField(ClaimsTransaction, null=True, index=False)
    set_control_number = TextField(default="")
    kind = ChoiceField(RESPONSE_KINDS)
    accepted = FlagField()
    source = ChoiceField(("clearinghouse", "payer"), default="clearinghouse")
    category = TextField(default="")
    status = TextField(default="")
    entity = TextField(default="")
    text = TextField(default="")
    words = TextField(default="")
    named = TextField(default="")
    note = TextField(default="")
    claims = IntegerField(default=1)
    received_at = MomentField()


# Of the many answers the few that a person asks for: what was refused, what an answer about a file
# meant for its claims, and what was said of a file as a whole.
for _name, _column, _condition in (
    ("response_refused", "id", "accepted = 0 AND answer_id IS NULL"),
    ("response_meant", "answer", "answer_id IS NOT NULL"),
    ("response_of_file", "claims_transaction", "claim_id IS NULL"),
):
    ClaimResponse.add_index(
        ClaimResponse.index(getattr(ClaimResponse, _column), name=_name).where(SQL(_condition))
    )


class ColumnMapping(Row):
    """What the columns of a source's tables mean: remembered from one import to the next.

    `source` is a name that a person gave, or "headings …" for whatever has the same headings.
    `kind` is the kind of table (sessions, payers …). `columns` is JSON: {heading: column}, with
    "" for a heading that is left out.
    """

    source = TextField()
    kind = TextField()
    columns = TextField(default="{}")
    used_at = MomentField()

    class Meta:
        indexes = ((("source", "kind"), True),)
