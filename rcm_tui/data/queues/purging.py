"""How long contents are kept, what holds keep, and what went by which policy."""

from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

FORCE = (Choice("1", "in force", "done"), Choice("0", "switched off", "waiting"))
WENT = "(SELECT COALESCE(SUM(r.things), 0) FROM purge_run AS r WHERE r.policy_id = purge_policy.id)"
LAST = "(SELECT MAX(r.at) FROM purge_run AS r WHERE r.policy_id = purge_policy.id)"

PURGE_POLICIES = Queue(
    name="purge_policies",
    title="Purge policies",
    from_="purge_policy",
    key="purge_policy.id",
    noun=("policy", "policies"),
    columns=(
        Column("kept", "Of what", "purge_policy.kept", "text", 16, 0, required=True),
        Column("months", "Months", "purge_policy.months", "count", 7, 0, required=True),
        Column(
            "force",
            "In force",
            "CAST(purge_policy.active AS TEXT)",
            "state",
            14,
            0,
            FORCE,
            required=True,
        ),
        Column(
            "basis", "Because of", "purge_policy.basis", "text", 24, 1, required=True, flexible=True
        ),
        Column("went", "Let go", WENT, "count", 8, 2, required=True),
        Column("last", "Last run", LAST, "datetime", 16, 2),
    ),
    search=(Search("purge_policy.kept"), Search("purge_policy.basis")),
    default_order=Order.by("kept"),
    default_view="all",
    views=(
        View("all", "All"),
        View("in_force", "In force", condition="purge_policy.active = 1"),
    ),
)

LEGAL_HOLDS = Queue(
    name="legal_holds",
    title="Legal holds",
    from_="legal_hold",
    key="legal_hold.id",
    noun=("hold", "holds"),
    joins=(
        Join("client", "client", "client.id = legal_hold.client_id"),
        Join("payer", "payer", "payer.id = legal_hold.payer_id"),
        Join("cases", "case_file", "cases.id = legal_hold.case_id"),
    ),
    columns=(
        Column(
            "client",
            "Client",
            "COALESCE(client.last_name || ', ' || client.first_name, '')",
            "text",
            18,
            0,
            required=True,
        ),
        Column("payer", "Payer", "COALESCE(payer.name, '')", "text", 14, 0, required=True),
        Column("case", "Case", "COALESCE(cases.number, '')", "code", 10, 0, required=True),
        Column(
            "reason", "Reason", "legal_hold.reason", "text", 20, 0, required=True, flexible=True
        ),
        Column("starts_on", "From", "legal_hold.starts_on", "date", 10, 1, required=True),
        Column("ends_on", "Until", "legal_hold.ends_on", "date", 10, 1),
    ),
    search=(Search("legal_hold.reason"),),
    default_order=Order.by("-starts_on"),
    default_view="in_force",
    views=(
        View(
            "in_force",
            "In force",
            condition="(legal_hold.ends_on IS NULL OR legal_hold.ends_on >= :today)",
        ),
        View("all", "All"),
    ),
)

PURGE_RUNS = Queue(
    name="purge_runs",
    title="What was let go",
    from_="purge_run",
    key="purge_run.id",
    noun=("run", "runs"),
    joins=(Join("policy", "purge_policy", "policy.id = purge_run.policy_id"),),
    columns=(
        Column("at", "When", "purge_run.at", "datetime", 16, 0, required=True),
        Column("kept", "Of what", "policy.kept", "text", 16, 0, required=True),
        Column("months", "After months", "purge_run.months", "count", 12, 1, required=True),
        Column("things", "Let go", "purge_run.things", "count", 8, 0, required=True),
        Column("bytes", "Bytes", "purge_run.bytes", "count", 14, 0, required=True),
        Column("held", "Kept by holds", "purge_run.held", "count", 13, 1, required=True),
        Column("by", "By", "purge_run.login", "person", 10, 2, required=True),
        Column("run", "No.", "purge_run.id", "count", 6, 3, required=True),
    ),
    fields=(Field("at", "datetime", ("purge_run.at",), ("when", "date")),),
    totals=(Total("things", "let go", "purge_run.things", "count"),),
    default_order=Order.by("-run"),
    default_view="all",
    views=(
        View("all", "All"),
        View("worked", "That let something go", condition="purge_run.things > 0"),
    ),
)
