"""Rules by which denials open cases, and what they did, as they are listed."""

from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

ACTIVE = (Choice("1", "in force", "done"), Choice("0", "off"))
CASES = (
    Choice("open case", "joins"),
    Choice("open case of the patient", "joins, by patient"),
    Choice("new case", "new each"),
)
OWNERS = (
    Choice("named", "named"),
    Choice("in turn", "in turn"),
    Choice("of the payer", "of payer"),
)
OCCASIONS = (
    Choice("posted", "posted"),
    Choice("aged", "came of age"),
    Choice("by hand", "by hand"),
)
TAKEN_BACK = "COALESCE(case_rule_run.taken_back_at, undoable_action.undone_at)"
STATES = (Choice("stands", "stands", "done"), Choice("taken back", "taken back", "partly"))

CASE_RULES = Queue(
    name="case_rules",
    title="Case rules",
    from_="case_rule",
    key="case_rule.id",
    noun=("rule", "rules"),
    joins=(
        Join("payer", "payer", "payer.id = case_rule.payer_id"),
        Join("unit", "business_unit", "unit.id = case_rule.business_unit_id"),
    ),
    columns=(
        Column("place", "Order", "case_rule.place", "count", 5, 3, required=True),
        Column("name", "Rule", "case_rule.name", "text", 22, 0, required=True, flexible=True),
        Column(
            "active",
            "State",
            "CAST(case_rule.active AS TEXT)",
            "state",
            10,
            0,
            ACTIVE,
            required=True,
        ),
        Column("payer", "Payer", "COALESCE(payer.name, '')", "text", 16, 2, required=True),
        Column("unit", "Unit", "COALESCE(unit.name, '')", "text", 12, 8, required=True),
        Column("group", "Group", "case_rule.group_codes", "code", 6, 5, required=True),
        Column("carc", "CARC", "case_rule.reason_codes", "codes", 10, 1, required=True),
        Column("rarc", "RARC", "case_rule.remark_codes", "codes", 8, 6, required=True),
        Column("amount", "From", "case_rule.amount_from", "money", 9, 4),
        Column("age", "Days", "case_rule.age_from", "count", 5, 5),
        Column("case", "Case", "case_rule.joins", "state", 18, 7, CASES, required=True),
        Column("subject", "Subject", "case_rule.subject", "text", 18, 4, required=True),
        Column("priority", "Priority", "case_rule.priority", "text", 8, 7, required=True),
        Column("who", "Who", "case_rule.owner_by", "state", 9, 3, OWNERS, required=True),
        Column("owners", "Owners", "case_rule.owners", "codes", 16, 3, required=True),
    ),
    fields=(
        Field("carc", "codes", ("case_rule.reason_codes",), ("reason",)),
        Field("owner", "codes", ("case_rule.owners",), ("owners",)),
    ),
    search=(Search("case_rule.name"), Search("case_rule.subject")),
    default_order=Order.by("place"),
    default_view="all",
    views=(
        View("all", "All"),
        View("active", "In force", condition="case_rule.active = 1"),
        View("off", "Switched off", condition="case_rule.active = 0"),
    ),
)

CASE_RULE_RUNS = Queue(
    name="case_rule_runs",
    title="Cases opened by rules",
    from_="case_rule_run",
    key="case_rule_run.id",
    noun=("run", "runs"),
    joins=(
        Join("undoable_action", "undoable_action", "undoable_action.id = case_rule_run.action"),
    ),
    columns=(
        Column("ran_at", "When", "case_rule_run.ran_at", "datetime", 16, 0, required=True),
        Column(
            "occasion", "After", "case_rule_run.occasion", "state", 12, 2, OCCASIONS, required=True
        ),
        Column("by", "By", "case_rule_run.login", "person", 10, 4, required=True),
        Column("opened", "Opened", "case_rule_run.opened", "count", 7, 0, required=True),
        Column("joined", "Joined", "case_rule_run.joined", "count", 7, 1, required=True),
        Column("claims", "Claims", "case_rule_run.claims", "count", 7, 0, required=True),
        Column("amount", "Outstanding then", "case_rule_run.amount", "money", 16, 0, required=True),
        Column(
            "state",
            "State",
            f"CASE WHEN {TAKEN_BACK} IS NULL THEN 'stands' ELSE 'taken back' END",
            "state",
            12,
            0,
            STATES,
            required=True,
        ),
    ),
    fields=(
        Field("date", "datetime", ("case_rule_run.ran_at",), ("when",)),
        Field("opened", "count", ("case_rule_run.opened",)),
    ),
    search=(Search("case_rule_run.login", "prefix"),),
    totals=(Total("amount", "outstanding then", "case_rule_run.amount"),),
    default_order=Order.by("-ran_at"),
    default_view="all",
    views=(
        View("all", "All"),
        View("by_hand", "By hand", condition="case_rule_run.occasion = 'by hand'"),
    ),
)
