"""Payers, as they are listed."""

from rcm_tui.data.queues.queue import Choice, Column, Join, Order, Queue, Search, View

ACTIVE = (Choice("1", "active", "done"), Choice("0", "inactive"))
YES_NO = (Choice("1", "yes"), Choice("0", "no"))

PAYERS = Queue(
    name="payers",
    title="Payers",
    from_="payer",
    key="payer.id",
    noun=("payer", "payers"),
    joins=(Join("clearinghouse", "clearinghouse", "clearinghouse.id = payer.clearinghouse_id"),),
    columns=(
        Column("name", "Name", "payer.name", "text", 26, 0, required=True, flexible=True),
        Column("short_name", "Short", "payer.short_name", "text", 10, 2, required=True),
        Column("payer_id", "Payer id", "payer.payer_id", "code", 10, 0, required=True),
        Column(
            "clearinghouse",
            "Clearinghouse",
            "COALESCE(clearinghouse.name, '')",
            "text",
            18,
            3,
            required=True,
        ),
        Column("filing_days", "File within", "payer.filing_days", "count", 11, 1, required=True),
        Column(
            "needs_authorization",
            "Authorization",
            "CAST(payer.needs_authorization AS TEXT)",
            "state",
            13,
            4,
            YES_NO,
            required=True,
        ),
        Column(
            "active", "Active", "CAST(payer.active AS TEXT)", "state", 10, 2, ACTIVE, required=True
        ),
    ),
    search=(Search("payer.name"), Search("payer.short_name"), Search("payer.payer_id", "prefix")),
    default_order=Order.by("name"),
    default_view="all",
    views=(
        View("all", "All"),
        View("active", "Active", condition="payer.active = 1"),
        View("unreached", "Without a clearinghouse", condition="payer.clearinghouse_id IS NULL"),
    ),
)
