"""What was denied in twelve months, by what claim lines are alike in: read from the history."""

from rcm_tui.data.queues.queue import Column, Field, Join, Order, Queue, Search, Total, View

LAST_YEAR = "CAST(CAST(substr(:today, 1, 4) AS INTEGER) - 1 AS TEXT) || substr(:today, 5, 3)"
"""SQL: the month before the twelve that end with this one."""
SITUATION = "payer_id, procedure_code, modifiers, place_of_service, rendering_id"
KINDS = (
    "(SELECT * FROM (SELECT MIN(id) AS id, payer_id, procedure_code, modifiers, place_of_service,"
    " rendering_id, reason, SUM(denied) AS denied, SUM(denied_amount) AS amount,"
    f" SUM(SUM(answered)) OVER (PARTITION BY {SITUATION}) AS answered, MAX(month) AS month"
    f" FROM denial_history WHERE month > {LAST_YEAR} GROUP BY {SITUATION}, reason) AS one"
    " WHERE reason <> '' AND denied > 0) AS kind"
)
RULED = """CASE WHEN EXISTS (SELECT 1 FROM payer_rule AS r WHERE r.active = 1
 AND r.payer_id = kind.payer_id AND r.reason = kind.reason
 AND ' ' || r.procedure_codes || ' ' LIKE '% ' || kind.procedure_code || ' %') THEN 'yes'
 ELSE '' END"""
PROVIDER = "COALESCE(rendering.last_name || ', ' || rendering.first_name, '')"

DENIED_BEFORE = Queue(
    name="denied_before",
    title="Denied before",
    from_=KINDS,
    key="kind.id",
    noun=("kind of line", "kinds of lines"),
    joins=(
        Join("payer", "payer", "payer.id = kind.payer_id"),
        Join("rendering", "practitioner", "rendering.id = kind.rendering_id"),
    ),
    columns=(
        Column(
            "payer",
            "Payer",
            "COALESCE(payer.name, 'no payer')",
            "text",
            14,
            required=True,
            flexible=True,
        ),
        Column("code", "Code", "kind.procedure_code", "code", 7, required=True),
        Column("modifiers", "Modifiers", "kind.modifiers", "text", 9, 2, required=True),
        Column("place", "Place", "kind.place_of_service", "code", 5, 3, required=True),
        Column("rendering", "Rendering", PROVIDER, "text", 14, 2, required=True),
        Column("reason", "Why", "kind.reason", "code", 8, required=True),
        Column("denied", "Lines", "CAST(kind.denied AS BIGINT)", "count", 6, required=True),
        Column("answered", "Of", "CAST(kind.answered AS BIGINT)", "count", 6, 1, required=True),
        Column(
            "percent",
            "%",
            "CAST(kind.denied AS BIGINT) * 100 / NULLIF(CAST(kind.answered AS BIGINT), 0)",
            "count",
            4,
            1,
            help="Lines denied for this reason of all that were answered",
        ),
        Column("amount", "Money", "CAST(kind.amount AS BIGINT)", "money", 11, required=True),
        Column("month", "Last", "kind.month", "code", 7, 4, required=True),
        Column("rule", "Rule", RULED, "code", 4, 3, required=True, help="A payer rule was made"),
    ),
    fields=(
        Field("payer", "text", ("payer.name",), help="The payer's name"),
        Field(
            "rendering",
            "text",
            ("rendering.last_name || ', ' || rendering.first_name", "rendering.npi"),
            ("provider",),
        ),
    ),
    search=(Search("payer.name"), Search("kind.procedure_code", "exact")),
    totals=(
        Total("denied", "lines", "CAST(kind.denied AS BIGINT)", "count"),
        Total("amount", "denied", "CAST(kind.amount AS BIGINT)"),
    ),
    default_order=Order.by("-amount"),
    default_view="often",
    views=(
        View(
            "often",
            "Denied often",
            condition="kind.answered >= (SELECT denied_before_answers FROM practice)"
            " AND kind.denied * 100 >="
            " kind.answered * (SELECT denied_before_percent FROM practice)",
            description="What drafts are warned of: R makes it a payer rule",
        ),
        View("all", "All"),
    ),
)
