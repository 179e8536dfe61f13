"""What came back of what was sent: every TA1, 999 and 277CA answer, and the files they speak of.

An answer about a file, group or set is one row, however many claims it refused; what it meant for
each claim is in that claim's history.
"""

from rcm_tui.data.queues.claims import AWAKE
from rcm_tui.data.queues.parties import patient_fields, patients, payer_column, payer_field
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

ANSWERS = (Choice("1", "accepted", "done"), Choice("0", "rejected", "failed"))
LEVELS = (
    Choice("file", "file"),
    Choice("group", "group"),
    Choice("set", "set"),
    Choice("claim", "claim"),
)
KINDS = (
    Choice("TA1", "TA1"),
    Choice("999", "999"),
    Choice("277CA", "277CA"),
    Choice("call", "call"),
)
SOURCES = (Choice("clearinghouse", "clearinghouse"), Choice("payer", "payer"))

OWN = "claim_response.answer_id IS NULL"
"""Not what an answer about a file meant for one of its claims: that is said by the answer."""
REFUSED = f"claim_response.accepted = 0 AND {OWN}"
# The newest rejection of each claim that still is as the rejection left it. Read from the claims,
# which are few, and not from all that was ever refused.
TO_DO = f"""claim_response.id IN (SELECT COALESCE(r.answer_id, r.id) FROM claim_response AS r
 JOIN claim AS k ON k.id = r.claim_id
 WHERE k.acknowledgement = 'rejected' AND k.status = 'Submitted'
  AND {AWAKE.replace("claim.", "k.")}
  AND r.id = (SELECT MAX(x.id) FROM claim_response AS x
   WHERE x.claim_id = k.id AND x.accepted = 0 AND x.note = ''))"""
OF_CLAIM = """claim_response.id IN (SELECT COALESCE(r.answer_id, r.id) FROM claim_response AS r
 JOIN claim AS k ON k.id = r.claim_id WHERE {test})"""
ABOUT = """CASE WHEN claim.id IS NOT NULL THEN claim.number
 WHEN claim_response.set_control_number <> '' AND sent.id IS NOT NULL
  THEN sent.file_name || ' set ' || claim_response.set_control_number
 ELSE COALESCE(sent.file_name, claim_response.named) END"""
ABOUT_IN_SHORT = """CASE WHEN claim.id IS NOT NULL THEN claim.number
 ELSE COALESCE('ISA ' || CAST(sent.interchange_control_number AS TEXT), claim_response.named) END"""
ENTITY = "NULLIF(claim_response.entity, '')"
CODES = (
    "claim_response.category || CASE WHEN claim_response.status = '' THEN '' ELSE"
    f" ' ' || claim_response.status END || COALESCE(' ' || {ENTITY}, '')"
)

RESPONSES = Queue(
    name="responses",
    title="Responses",
    from_="claim_response",
    key="claim_response.id",
    noun=("response", "responses"),
    joins=(
        Join("claim", "claim", "claim.id = claim_response.claim_id"),
        Join("payer", "payer", "payer.id = claim.payer_id"),
        Join("sent", "claims_transaction", "sent.id = claim_response.claims_transaction_id"),
    ),
    columns=(
        Column(
            "about",
            "About",
            ABOUT,
            "code",
            20,
            2,
            short=ABOUT_IN_SHORT,
            short_width=12,
            required=True,
            help="The claim, or the file that was sent",
        ),
        Column(
            "patient",
            "Patient",
            "COALESCE(claim.patient_name, '')",
            "text",
            14,
            1,
            required=True,
        ),
        payer_column(14, 5),
        Column("kind", "Said in", "claim_response.kind", "state", 7, 3, KINDS, required=True),
        Column(
            "source",
            "Said by",
            "claim_response.source",
            "state",
            13,
            3,
            SOURCES,
            required=True,
        ),
        Column(
            "answer",
            "Answer",
            "CAST(claim_response.accepted AS TEXT)",
            "state",
            10,
            0,
            ANSWERS,
            required=True,
        ),
        Column("level", "Level", "claim_response.level", "state", 6, 5, LEVELS, required=True),
        Column("claims", "Claims", "claim_response.claims", "count", 6, 5, required=True),
        Column("billed", "Billed", "claim.billed", "money", 10, 3),
        Column("codes", "Codes", CODES, "code", 10, 2, required=True),
        Column(
            "words",
            "In our words",
            "claim_response.words",
            "text",
            26,
            0,
            required=True,
            flexible=True,
        ),
        Column(
            "text",
            "Their words",
            "claim_response.text",
            "text",
            20,
            4,
            required=True,
            flexible=True,
        ),
        Column(
            "received_at",
            "Received",
            "claim_response.received_at",
            "datetime",
            16,
            2,
            required=True,
        ),
        Column("received", "No.", "claim_response.id", "count", 7, 9, required=True),
        Column(
            "note",
            "Changed nothing",
            "claim_response.note",
            "text",
            20,
            8,
            required=True,
            help="Why it changed nothing: it came too late, or names nothing of ours",
        ),
    ),
    fields=(
        Field(
            "claim_number",
            "code",
            ("k.number",),
            ("claim", "number"),
            within=OF_CLAIM,
            help="The claim's number",
        ),
        Field(
            "patient_control_number",
            "code",
            ("k.patient_control_number",),
            ("pcn",),
            within=OF_CLAIM,
            help="Patient control number, CLM01",
        ),
        *patient_fields(patients("claim.client_id")),
        payer_field("claim.payer_id IN (SELECT p.id FROM payer AS p WHERE {test})"),
        Field("category", "code", ("claim_response.category",), help="A7 of a 277CA, R of a 999"),
        Field("status", "code", ("claim_response.status",), ("code",), help="A status code: 562"),
        Field("entity", "code", ("claim_response.entity",), help="Who is meant: 82, IL, PR"),
        Field(
            "transaction",
            "count",
            ("claim_response.claims_transaction_id",),
            help="The claims transaction that it is about, by its No.",
        ),
        Field("isa", "count", ("sent.interchange_control_number",), ("interchange",)),
        Field("received_at", "datetime", ("claim_response.received_at",), ("date", "when")),
    ),
    search=(
        Search("claim.number", "prefix"),
        Search("claim.patient_name"),
        Search("claim_response.named"),
    ),
    totals=(Total("billed", "billed", "COALESCE(claim.billed, 0)"),),
    default_order=Order.by("-received"),
    default_view="to_do",
    views=(
        View(
            "to_do",
            "Rejected, to mend",
            condition=TO_DO,
            order=Order.by("received"),
            description="Refused and not yet sent again, the oldest first: never adjudicated",
        ),
        View("all", "All", condition=OWN),
        View(
            "files",
            "Files, groups and sets refused",
            condition=f"{REFUSED} AND claim_response.level <> 'claim'",
            description="A TA1, a 999 or a 277CA refused a whole file or a part of it",
        ),
        View(
            "by_clearinghouse",
            "Claims rejected by the clearinghouse",
            condition=(
                f"{REFUSED} AND claim_response.level = 'claim'"
                " AND claim_response.source = 'clearinghouse'"
            ),
        ),
        View(
            "by_payer",
            "Claims rejected by the payer",
            condition=(
                f"{REFUSED} AND claim_response.level = 'claim' AND claim_response.source = 'payer'"
            ),
        ),
        View(
            "accepted",
            "Accepted",
            condition=f"claim_response.accepted = 1 AND {OWN}",
        ),
        View(
            "nothing",
            "Changed nothing",
            condition=f"claim_response.note <> '' AND {OWN}",
            description="Too late, or about nothing that was sent from here",
        ),
    ),
)

STATES = (
    Choice("built", "built", "waiting"),
    Choice("staged", "staged", "waiting"),
    Choice("sent", "sent", "done"),
    Choice("unconfirmed", "unconfirmed", "warning"),
    Choice("refused", "refused", "failed"),
)
FILE_ANSWERS = (
    Choice("pending", "pending", "waiting"),
    Choice("accepted", "accepted", "done"),
    Choice("partly accepted", "partly", "partly"),
    Choice("rejected", "rejected", "failed"),
)


def _claims_now(test: str) -> str:
    return f"""(SELECT COUNT(*) FROM transmitted_claim AS t JOIN claim AS k ON k.id = t.claim_id
 WHERE t.claims_transaction_id = claims_transaction.id AND {test})"""


TRANSACTIONS = Queue(
    name="transactions",
    title="Claims transactions",
    from_="claims_transaction",
    key="claims_transaction.id",
    noun=("file", "files"),
    joins=(
        Join(
            "clearinghouse",
            "clearinghouse",
            "clearinghouse.id = claims_transaction.clearinghouse_id",
        ),
    ),
    columns=(
        Column(
            "built_at", "Built", "claims_transaction.built_at", "datetime", 16, 0, required=True
        ),
        Column(
            "isa",
            "ISA",
            "claims_transaction.interchange_control_number",
            "count",
            9,
            0,
            required=True,
            help="Interchange control number, ISA13",
        ),
        Column(
            "file",
            "File",
            "claims_transaction.file_name",
            "code",
            18,
            3,
            required=True,
            flexible=True,
        ),
        Column("clearinghouse", "To", "clearinghouse.name", "text", 18, 4, required=True),
        Column("claims", "Claims", "claims_transaction.claims", "count", 6, 0, required=True),
        Column("billed", "Billed", "claims_transaction.billed", "money", 12, 0, required=True),
        Column(
            "state", "Delivery", "claims_transaction.state", "state", 12, 0, STATES, required=True
        ),
        Column(
            "acknowledgement",
            "Answer",
            "claims_transaction.acknowledgement",
            "state",
            10,
            0,
            FILE_ANSWERS,
            required=True,
        ),
        Column(
            "unanswered",
            "No answer",
            _claims_now("t.live = 1 AND COALESCE(k.acknowledgement, '') = 'pending'"),
            "count",
            9,
            5,
            required=True,
            help="Claims in it that neither clearinghouse nor payer has named",
        ),
        Column(
            "rejected",
            "Rejected",
            _claims_now("t.live = 0"),
            "count",
            8,
            5,
            required=True,
            help="Claims in it that were rejected",
        ),
        Column("sent_at", "Sent", "claims_transaction.sent_at", "datetime", 16, 4),
        Column("confirmed_at", "Confirmed", "claims_transaction.confirmed_at", "datetime", 16, 6),
        Column(
            "group", "GS", "claims_transaction.group_control_number", "count", 9, 8, required=True
        ),
        Column("size", "Bytes", "claims_transaction.size", "count", 9, 9, required=True),
        Column(
            "message",
            "Message",
            "claims_transaction.message",
            "text",
            20,
            6,
            required=True,
            flexible=True,
        ),
        Column("number", "No.", "claims_transaction.id", "count", 6, 7, required=True),
    ),
    fields=(
        Field("clearinghouse", "text", ("clearinghouse.name",), ("to",)),
        Field("file", "code", ("claims_transaction.file_name",), ("name",)),
        Field("sent_at", "datetime", ("claims_transaction.sent_at",), ("sent", "date")),
        Field(
            "claim_number",
            "code",
            ("k.number",),
            ("claim",),
            within="""claims_transaction.id IN (SELECT t.claims_transaction_id
 FROM transmitted_claim AS t JOIN claim AS k ON k.id = t.claim_id WHERE {test})""",
            help="A claim that was in it",
        ),
    ),
    search=(Search("claims_transaction.file_name"),),
    totals=(Total("billed", "billed", "claims_transaction.billed"),),
    default_order=Order.by("-number"),
    default_view="all",
    views=(
        View("all", "All"),
        View(
            "unanswered",
            "Without an answer",
            condition="claims_transaction.acknowledgement = 'pending'",
            description="Neither a 999 nor a TA1 has taken or refused them",
        ),
        View(
            "refused",
            "Refused or taken in part",
            condition="claims_transaction.acknowledgement IN ('rejected', 'partly accepted')",
        ),
        View(
            "undelivered",
            "Not delivered for sure",
            condition="claims_transaction.state <> 'sent'",
            description="Built or staged, refused by the connection, or unconfirmed",
        ),
    ),
)
