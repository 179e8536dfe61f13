"""Clients to whom a statement is due, and the statements that were made."""

from rcm_tui.data.queues.days import days_since
from rcm_tui.data.queues.parties import patient_column, patient_fields, patients
from rcm_tui.data.queues.queue import Column, Field, Join, Order, Queue, Search, Total, View

AGAIN_AFTER = 28
"""Days after a statement on which the next one is due (ours)."""
FURTHER = """EXISTS (SELECT 1 FROM claim AS further WHERE further.chain = claim.chain
 AND further.payer_sequence > claim.payer_sequence AND further.frequency <> '8'
 AND COALESCE(further.status, '') IN ('Draft', 'Ready to Submit', 'Submitted')
 AND COALESCE(further.adjudication, '') IN ('none', 'pending'))"""
"""SQL: a claim to a further payer is open, who is asked before the patient."""
NOT_THEIRS = """COALESCE((SELECT rule.decision FROM patient_billing_rule AS rule
 LEFT JOIN payer ON payer.id = claim.payer_id
 LEFT JOIN coverage ON coverage.id = claim.coverage_id
 LEFT JOIN location AS facility ON facility.id = claim.facility_id
 LEFT JOIN business_unit AS unit ON unit.id = claim.business_unit_id
 WHERE rule.active = 1 AND (rule.payer_id IS NULL OR rule.payer_id = claim.payer_id)
 AND rule.filing_indicator IN
 ('', COALESCE(NULLIF(coverage.filing_indicator, ''), payer.filing_indicator, ''))
 AND rule.state IN ('', COALESCE(NULLIF(facility.state, ''), unit.state, ''))
 AND rule.group_code IN ('', 'PR')
 ORDER BY CASE WHEN rule.payer_id IS NULL THEN 0 ELSE 8 END
 + CASE rule.filing_indicator WHEN '' THEN 0 ELSE 4 END + CASE rule.state WHEN '' THEN 0 ELSE 2 END
 + CASE rule.group_code WHEN '' THEN 0 ELSE 1 END DESC, rule.decision DESC, rule.id LIMIT 1
 ), '') = 'write off'"""
"""SQL: the practice's rules do not let a claim's share be billed to the patient.

As `billing/patients/rules.py` decides for the group PR; a test holds them together.
"""
_ANY_SUCH_RULE = (
    "EXISTS (SELECT 1 FROM patient_billing_rule WHERE active = 1 AND decision = 'write off')"
)
NOT_WRITTEN_OFF = f"(NOT {_ANY_SUCH_RULE} OR NOT {NOT_THEIRS})"
ASKED_FOR = f"NOT {FURTHER} AND {NOT_WRITTEN_OFF}"
"""SQL: what a claim leaves to the patient stands on a statement."""
# Claims that the rules cannot tell apart are summed first, so that these are asked once for them.
ALIKE = (
    "claim.client_id, claim.payer_id, claim.coverage_id, claim.facility_id, claim.business_unit_id"
)
OWED = f"""(SELECT claim.client_id AS who, CAST(SUM(claim.balance) AS BIGINT) AS balance,
 CAST(SUM(claim.claims) AS BIGINT) AS claims, MIN(claim.oldest) AS oldest
 FROM (SELECT {ALIKE}, SUM(claim.patient_balance) AS balance, COUNT(*) AS claims,
 MIN(claim.first_service_date) AS oldest FROM claim
 WHERE claim.patient_balance > 0 AND NOT {FURTHER} GROUP BY {ALIKE}) AS claim
 WHERE {NOT_WRITTEN_OFF} GROUP BY claim.client_id) AS owed"""
LAST = "(SELECT MAX(s.statement_on) FROM statement s WHERE s.client_id = owed.who)"
COUNT = "(SELECT COUNT(*) FROM statement s WHERE s.client_id = owed.who)"
HAD_ONE = "EXISTS (SELECT 1 FROM statement AS s WHERE s.client_id = owed.who)"
WAITED = f"({LAST} IS NULL OR {days_since(LAST)} >= {AGAIN_AFTER})"

STATEMENTS_DUE = Queue(
    name="statements_due",
    title="Statements due",
    from_=OWED,
    key="owed.who",
    noun=("client", "clients"),
    joins=(Join("client", "client", "client.id = owed.who"),),
    columns=(
        patient_column(24, "client"),
        Column("mrn", "MRN", "client.mrn", "code", 9, 1, required=True),
        Column("claims", "Claims", "owed.claims", "count", 6, 2, required=True),
        Column("balance", "Owed", "owed.balance", "money", 12, 0, required=True),
        Column("oldest", "Oldest", "owed.oldest", "age", 7, 1, required=True),
        Column("last", "Last statement", LAST, "date", 14, 0),
        Column("statements", "So far", COUNT, "count", 6, 3, required=True),
    ),
    fields=(*patient_fields(patients("owed.who")),),
    search=(Search("client.last_name", "prefix"), Search("client.first_name", "prefix")),
    totals=(Total("balance", "owed", "owed.balance"),),
    default_order=Order.by("-balance"),
    default_view="due",
    views=(
        View(
            "due",
            "Due",
            condition=WAITED,
            description="They owe something, and had no statement for four weeks",
        ),
        View("first", "First statement", condition=f"NOT {HAD_ONE}"),
        View("all", "All who owe"),
    ),
)

STATEMENTS = Queue(
    name="statements",
    title="Statements",
    from_="statement",
    key="statement.id",
    noun=("statement", "statements"),
    joins=(Join("client", "client", "client.id = statement.client_id"),),
    columns=(
        Column("statement", "Statement", "statement.number", "code", 9, 0, required=True),
        Column("statement_on", "Date", "statement.statement_on", "date", 10, 0, required=True),
        patient_column(18, "client"),
        Column("due", "Due", "statement.due", "money", 10, 0, required=True),
        Column("current", "0–30", "statement.current", "money", 10, 3, required=True),
        Column("over_30", "31–60", "statement.over_30", "money", 10, 4, required=True),
        Column("over_60", "61–90", "statement.over_60", "money", 10, 4, required=True),
        Column("over_90", "91–120", "statement.over_90", "money", 10, 4, required=True),
        Column("over_120", "over 120", "statement.over_120", "money", 10, 3, required=True),
        Column("made_by", "By", "statement.made_by", "text", 8, 2, required=True),
    ),
    fields=(
        *patient_fields(patients("statement.client_id")),
        Field("date", "date", ("statement.statement_on",), ("made",)),
    ),
    search=(Search("statement.number", "prefix"), Search("client.last_name", "prefix")),
    totals=(Total("due", "due", "statement.due"),),
    default_order=Order.by("-statement_on"),
    default_view="all",
    views=(View("all", "All"), View("today", "Of today", filter="date:today")),
)
