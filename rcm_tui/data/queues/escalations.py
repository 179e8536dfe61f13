"""Rules by which cases are escalated."""

from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, View

RULE = "escalation_rule"
FORCE = (Choice("1", "in force", "done"), Choice("0", "switched off", "waiting"))
TO = f"CASE WHEN {RULE}.owner <> '' THEN {RULE}.owner ELSE {RULE}.role END"
RAISED = f"(SELECT count(*) FROM case_escalation e WHERE e.rule_id = {RULE}.id)"

ESCALATION_RULES = Queue(
    name="escalation_rules",
    title="Escalation rules",
    from_=RULE,
    key=f"{RULE}.id",
    noun=("escalation rule", "escalation rules"),
    joins=(
        Join("payer", "payer", f"payer.id = {RULE}.payer_id"),
        Join("kind", "case_kind", f"kind.id = {RULE}.kind_id"),
    ),
    columns=(
        Column("level", "Level", f"{RULE}.level", "count", 7, required=True),
        Column("name", "Rule", f"{RULE}.name", width=22, required=True, flexible=True),
        Column(
            "force",
            "In force",
            f"CAST({RULE}.active AS TEXT)",
            "state",
            14,
            0,
            FORCE,
            required=True,
        ),
        Column("overdue", "Overdue", f"{RULE}.overdue_days", "count", 7),
        Column("outstanding", "Outstanding", f"{RULE}.least_outstanding", "money", 11),
        Column("priority", "Priority", f"{RULE}.priority", "text", 8, 2, required=True),
        Column("kind", "Kind", "COALESCE(kind.name, '')", "text", 18, 3, required=True),
        Column("payer", "Payer", "COALESCE(payer.name, '')", "text", 14, 3, required=True),
        Column("to", "Goes to", TO, "text", 16, 1, required=True),
        Column("raised", "Raised", RAISED, "count", 6, 1, required=True),
    ),
    fields=(Field("name", "text", (f"{RULE}.name",)),),
    search=(Search(f"{RULE}.name"),),
    default_order=Order.by("level", "name"),
    default_view="all",
    views=(
        View("all", "All"),
        View("now", "In force", condition=f"{RULE}.active = 1"),
    ),
)
