"""Kinds of cases: the templates of their steps, fields and clocks."""

from rcm_tui.data.queues.queue import Choice, Column, Field, Order, Queue, Search, View

STEPS = "(SELECT count(*) FROM case_kind_step s WHERE s.kind_id = case_kind.id)"
OPEN = "(SELECT count(*) FROM case_file f WHERE f.kind_id = case_kind.id AND f.closed_at IS NULL)"
USE = "CASE WHEN case_kind.usual = 1 THEN 'usual' WHEN case_kind.active = 1 THEN 'in use' ELSE"
USES = (
    Choice("usual", "usual", "done"),
    Choice("in use", "in use"),
    Choice("not in use", "not in use", "waiting"),
)

CASE_KINDS = Queue(
    name="case_kinds",
    title="Kinds of cases",
    from_="case_kind",
    key="case_kind.id",
    noun=("kind of case", "kinds of cases"),
    columns=(
        Column("name", "Kind", "case_kind.name", width=20, required=True),
        Column("use", "Use", f"{USE} 'not in use' END", "state", 12, 0, USES, required=True),
        Column("steps", "Steps", STEPS, "count", 5, required=True),
        Column("days", "Days", "case_kind.days", "count", 5),
        Column("required", "Required", "case_kind.required", "text", 18, 1, required=True),
        Column("closers", "Closed by", "case_kind.closers", "text", 20, 2, required=True),
        Column("open", "Open", OPEN, "count", 6, 1, required=True),
        Column(
            "description",
            "What it is",
            "case_kind.description",
            "text",
            24,
            3,
            required=True,
            flexible=True,
        ),
    ),
    fields=(Field("name", "text", ("case_kind.name",)),),
    search=(Search("case_kind.name"), Search("case_kind.description")),
    default_order=Order.by("name"),
    default_view="now",
    views=(
        View("now", "In use", condition="case_kind.active = 1"),
        View("all", "All"),
    ),
)
