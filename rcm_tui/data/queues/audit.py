"""The audit trail, as it is listed: who did what to which record, when, and what changed."""

from rcm_tui.data.audit_areas import AREAS, MONEY, PEOPLE, READS, REFUSED, SIGN_INS, STORE
from rcm_tui.data.queues.queue import Choice, Column, Field, Order, Queue, Search, View

AREA = tuple(Choice(area, area) for area in AREAS)
CALLED = {
    "audit_record": "audit trail",
    "case_file": "case",
    "charge_item": "charge",
    "claims_transaction": "claims transaction",
    "fee": "fee",
    "incoming_file": "file received",
    "mue": "medically unlikely edit",
    "person": "user",
    "user_key": "SSH key",
    "user_unit": "unit of a user",
}
KINDS = tuple(
    Choice(subject, CALLED.get(subject, subject.replace("_", " ")))
    for subject in sorted(
        {
            *CALLED,
            *("appeal", "appointment_type", "appeal_level", "audit_key", "authorization"),
            *("benefit", "business_unit", "case_kind", "case_manager", "case_rule"),
            *("claim", "claim_line", "clearinghouse", "client", "client_diagnosis", "coverage"),
            *("denial", "denial_action", "deposit", "emergency_access", "escalation_rule"),
            *("invoice", "job", "journal", "lease", "legal_hold", "letter_template", "location"),
            *("modifier_rule", "patient_billing_rule", "patient_payment", "payer", "payer_rule"),
            *("payment", "plan", "practice", "practitioner", "provider_adjustment"),
            *("purge_policy", "purge_run", "refund", "remittance", "remittance_line"),
            *("report", "saved_view", "session", "statement", "store", "timeline_entry", "visit"),
            *("write_off", "write_off_reason"),
        }
    )
)
"""What is on record, by the names of its tables; others are shown as they are."""

_NUMBERED = ("case_file", "charge_item", "claim", "invoice", "patient_payment")
_NAMED = {
    "client": "t.last_name || ', ' || t.first_name",
    "practitioner": "t.last_name || ', ' || t.first_name",
    "payer": "t.name",
    "business_unit": "t.name",
    "location": "t.name",
    "clearinghouse": "t.name",
    "person": "t.login",
    "payment": "t.trace_number",
    "claims_transaction": "t.file_name",
}


def _title(table: str, expression: str) -> str:
    return (
        f"WHEN '{table}' THEN (SELECT {expression} FROM {table} AS t"
        " WHERE t.id = audit_record.subject_id)"
    )


RECORD = (
    "COALESCE(CASE audit_record.subject "
    + " ".join(
        _title(table, title)
        for table, title in (*((table, "t.number") for table in _NUMBERED), *_NAMED.items())
    )
    + " END, CAST(audit_record.subject_id AS TEXT), '')"
)
"""What people call the record, where it is there still; else its key."""


def _seen(column: str) -> str:
    """Each value that a column of the trail has, found by as many look-ups in its index."""
    return (
        f"audit_record.{column} IN (SELECT seen.{column} FROM (WITH RECURSIVE one({column}) AS"
        f" (SELECT MIN({column}) FROM audit_record UNION ALL"
        f" SELECT (SELECT MIN(a.{column}) FROM audit_record AS a"
        f" WHERE a.{column} > one.{column}) FROM one WHERE one.{column} IS NOT NULL)"
        f" SELECT {column} FROM one WHERE {column} IS NOT NULL) AS seen WHERE {{test}})"
    )


def _about(subject: str, table: str) -> str:
    """What wraps a test of the record `t` that an audit record is about."""
    return (
        f"audit_record.id IN (SELECT a.id FROM {table} AS t JOIN audit_record AS a"
        f" ON a.subject = '{subject}' AND a.subject_id = t.id WHERE {{test}})"
    )


OF_CLIENT = (
    "audit_record.id IN (SELECT a.id FROM client AS t JOIN audit_record AS a"
    " ON a.subject = 'client' AND a.subject_id = t.id WHERE {test}"
    " UNION ALL SELECT a.id FROM client AS t JOIN claim AS k ON k.client_id = t.id"
    " JOIN audit_record AS a ON a.subject = 'claim' AND a.subject_id = k.id WHERE {test})"
)


def _area(area: str) -> str:
    return f"audit_record.area = '{area}'"


AUDIT = Queue(
    name="audit",
    title="Audit trail",
    from_="audit_record",
    key="audit_record.id",
    noun=("record", "records"),
    columns=(
        Column("when", "When", "audit_record.at", "datetime", 16, 0, required=True),
        Column("who", "Who", "audit_record.actor", "person", 10, 0, required=True),
        Column("what", "What", "audit_record.action", "text", 22, 0, required=True),
        Column(
            "kind", "Kind of record", "audit_record.subject", "state", 14, 1, KINDS, required=True
        ),
        Column("record", "Record", RECORD, "code", 16, 0, required=True),
        Column(
            "changed",
            "What changed",
            "audit_record.details",
            "details",
            24,
            2,
            required=True,
            flexible=True,
            identifier=True,
        ),
        Column("area", "Area", "audit_record.area", "state", 8, 6, AREA, required=True),
        Column("number", "Record no.", "audit_record.subject_id", "count", 8, 8),
        Column("no", "No.", "audit_record.id", "count", 9, 7, required=True),
    ),
    fields=(
        Field("when", "datetime", ("audit_record.at",), ("date", "day", "at")),
        Field(
            "who",
            "person",
            ("seen.actor",),
            ("person", "by", "actor"),
            within=_seen("actor"),
            help="Login of who did it; worker for the worker",
        ),
        Field(
            "what",
            "text",
            ("seen.action",),
            ("action", "did"),
            within=_seen("action"),
            help="What was done: read, exported, submitted …",
        ),
        Field(
            "kind",
            "state",
            ("audit_record.subject",),
            ("subject", "of"),
            KINDS,
            help="Kind of record",
        ),
        Field(
            "claim",
            "code",
            ("t.number",),
            ("claim_number",),
            within=_about("claim", "claim"),
            help="The claim's number",
        ),
        Field("case", "code", ("t.number",), within=_about("case_file", "case_file")),
        Field(
            "client",
            "text",
            ("t.last_name || ', ' || t.first_name",),
            ("patient",),
            within=OF_CLIENT,
            help="Records of the client and of the client's claims",
        ),
        Field("number", "count", ("audit_record.subject_id",), ("record_number",)),
        Field(
            "changed",
            "details",
            ("audit_record.details",),
            ("words", "details"),
            help="Words among what changed; reads every record",
        ),
    ),
    search=(
        Search("seen.action", within=_seen("action")),
        Search("t.number", "prefix", within=_about("claim", "claim")),
        Search("t.number", "exact", within=_about("case_file", "case_file")),
        Search("t.number", "exact", within=_about("charge_item", "charge_item")),
        Search("t.number", "exact", within=_about("invoice", "invoice")),
        Search("t.last_name", "prefix", within=_about("client", "client")),
    ),
    default_order=Order.by("-when"),
    default_view="all",
    views=(
        View("all", "All"),
        View("today", "Today", filter="when:today"),
        View("people_work", "By people", condition="audit_record.actor <> 'worker'"),
        View("money", "Money", condition=_area(MONEY)),
        View(
            "reads",
            "Reads and exports",
            condition=_area(READS),
            description="Who opened which client's record, and what left as a file",
        ),
        View("people", "People and rights", condition=_area(PEOPLE)),
        View(
            "refused",
            "Refused",
            condition=_area(REFUSED),
            description="What somebody tried and may not do",
        ),
        View("sign_ins", "Sign-ins", condition=_area(SIGN_INS)),
        View("store", "Store and worker", condition=_area(STORE)),
    ),
)
