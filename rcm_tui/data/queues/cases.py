"""The cases queue: what is being done about claims, by follow-up date."""

from rcm_tui.data.queues.days import days_since
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

STAGES = (
    Choice("New", "New", "open"),
    Choice("In Progress", "In Progress", "partly"),
    Choice("Awaiting Payment", "Awaiting Payment", "waiting"),
    Choice("Resolved", "Resolved", "done"),
    Choice("Cancelled", "Cancelled"),
)
PRIORITIES = (Choice("high", "high", "warning"), Choice("normal", "normal"), Choice("low", "low"))
URGENCY = "CASE c.priority WHEN 'high' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END"
OPEN = "c.closed_at IS NULL"
SETTLED = f"{OPEN} AND c.unsettled = 0 AND c.paid > 0"
LATE = "c.next_due < :today"
DUE = f"{OPEN} AND c.follow_up <= :today"
NAME = "COALESCE(client.last_name || ', ' || NULLIF(client.first_name, ''), client.last_name)"
SHORT = "COALESCE(NULLIF(payer.short_name, ''), payer.name)"
PAYERS = ("payer.name", "payer.short_name", "payer.payer_id")
# What payers paid on its claims since it was opened: corrections count with the claim.
RECOVERED = """COALESCE((SELECT SUM(e.amount) FROM case_claim AS k
 JOIN claim AS m ON m.chain = k.chain JOIN entry AS e ON e.claim_id = m.id
 AND e.account = 'payer payments' JOIN journal AS j ON j.id = e.journal_id
 AND j.created_at >= c.opened_at WHERE k.case_id = c.id), 0)"""
OF_IT = "t.case_id = c.id AND t.kind IN ('task', 'appointment') AND t.done_at IS NULL"
TASKS = f"(SELECT count(*) FROM timeline_entry AS t WHERE {OF_IT})"
OPEN_TASKS = f"(SELECT string_agg(t.subject, '; ') FROM timeline_entry AS t WHERE {OF_IT})"
BY_REASON = ("c.carc", "replace(c.carc, '-', ' ')")

CASES = Queue(
    name="cases",
    title="Cases",
    from_="case_file AS c",
    key="c.id",
    noun=("case", "cases"),
    joins=(
        Join("payer", "payer", "payer.id = c.payer_id"),
        Join("client", "client", "client.id = c.client_id"),
        Join("kind", "case_kind", "kind.id = c.kind_id"),
        Join("top", "case_file", "top.id = c.parent_id"),
    ),
    columns=(
        Column("number", "Case", "c.number", "code", 8, required=True),
        Column("subject", "Subject", "c.subject", width=24, required=True, flexible=True),
        Column("payer", "Payer", "payer.name", "text", 20, 2, short=SHORT, short_width=8),
        Column("patient", "Patient", NAME, "text", 16, 7),
        Column("carc", "CARC", "c.carc", "codes", 13, 4, required=True),
        Column("stage", "Stage", "c.stage", "state", 18, 0, STAGES, required=True),
        Column("priority", "Priority", "c.priority", "state", 8, 3, PRIORITIES, order=URGENCY),
        Column("followup", "Follow up", "c.follow_up", "date", 10),
        Column("owner", "Owner", "c.owner", "person", 8, 1, required=True),
        Column("claims", "Claims", "c.claims", "count", 6, 3, required=True),
        Column("outstanding", "Outstanding", "c.outstanding", "money", 11, required=True),
        Column("opened", "Opened", "c.opened_at", "datetime", 16, 8, required=True),
        Column("closed", "Closed", "c.closed_at", "datetime", 16, 9),
        Column("tag", "Tags", "c.tags", "codes", 14, 6, required=True),
        Column(
            "recovered",
            "Recovered",
            f"CAST({RECOVERED} AS BIGINT)",
            "money",
            11,
            9,
            required=True,
            help="What payers paid on its claims since it was opened",
        ),
        Column("level", "Level", "c.level", "count", 7, 5, required=True),
        Column("clock", "Clock", "c.next_due", "date", 10, 6),
        Column("kind", "Kind", "kind.name", "text", 16, 8),
        Column("under", "Under", "top.number", "code", 8, 9),
        Column("below", "Below", "c.open_children", "count", 5, 9, required=True),
        Column("paid", "Paid", "c.paid", "money", 11, 10, required=True),
        Column("tasks", "Tasks", TASKS, "count", 5, 4, required=True, help="Open tasks of it"),
        Column("open_tasks", "Open tasks", OPEN_TASKS, "text", 24, 11, help="What is to be done"),
    ),
    fields=(
        Field("payer", "text", PAYERS, help="The payer of all its claims"),
        Field("carc", "codes", BY_REASON, help="A reason that it disputes: 197 or CO-197"),
        Field("tag", "codes", ("c.tags",), ("tags",), help="One of its tags"),
        Field("owner", "person", ("c.owner",), help="Who is accountable: me, none, a login"),
        Field("followup", "date", ("c.follow_up",), ("follow_up", "due"), help="followup<=today"),
        Field(
            "rule",
            "text",
            ("r.name",),
            within="c.rule_id IN (SELECT r.id FROM case_rule AS r WHERE {test})",
            help="The rule that opened it",
        ),
        Field("level", "count", ("c.level",), help="How often it was escalated: level>0"),
        Field("clock", "date", ("c.next_due",), help="The nearest clock of its kind or its steps"),
        Field(
            "kind",
            "text",
            ("k.name",),
            within="c.kind_id IN (SELECT k.id FROM case_kind AS k WHERE {test})",
            help="Its kind: incident, investigation",
        ),
        Field(
            "under",
            "code",
            ("p.number",),
            ("parent",),
            within="c.parent_id IN (SELECT p.id FROM case_file AS p WHERE {test})",
            help="The number of the case that it stands under",
        ),
        Field("outstanding", "money", ("c.outstanding",), ("balance",), help="What payers owe"),
    ),
    search=(
        Search("c.number", "prefix"),
        Search("c.subject"),
        Search("client.last_name", "prefix"),
    ),
    totals=(
        Total("outstanding", "outstanding", "c.outstanding"),
        Total("patient_outstanding", "patient owes", "c.patient_outstanding"),
    ),
    default_order=Order.by("followup"),
    default_view="open",
    views=(
        View("all", "All Cases"),
        View("open", "Open Cases", condition=OPEN),
        View("mine", "My Open Cases", condition=f"{OPEN} AND c.owner = :me"),
        View("in_progress", "Cases In Progress", condition="c.stage = 'In Progress'"),
        View("awaiting", "Cases Awaiting Payment", condition="c.stage = 'Awaiting Payment'"),
        View("resolved", "Resolved Cases", "", "c.stage = 'Resolved'", Order.by("-closed")),
        View(
            "my_resolved",
            "My cases resolved in seven days",
            "",
            f"c.stage = 'Resolved' AND c.owner = :me AND {days_since('c.closed_at')} <= 7",
            Order.by("-closed"),
        ),
        View("due", "Follow-up due", condition=DUE),
        View(
            "settled",
            "Paid, can be resolved",
            condition=SETTLED,
            description="Payers owe and deny nothing on any of their claims any more",
            columns=tuple("number subject payer stage owner paid followup".split()),
        ),
        View(
            "escalated",
            "Escalated",
            condition=f"{OPEN} AND c.level > 0",
            order=Order.by("-level"),
            columns=tuple(
                "number level subject payer stage priority owner followup clock outstanding".split()
            ),
        ),
        View(
            "overdue",
            "Clocks overdue",
            condition=LATE,
            order=Order.by("clock"),
            columns=tuple("number clock subject kind payer stage owner level outstanding".split()),
        ),
        View("my_due", "My follow-up due", condition=f"{DUE} AND c.owner = :me"),
    ),
)
