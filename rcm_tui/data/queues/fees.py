"""What payers cover and ask for, as it is listed: plans, benefits, fees, units, modifier rules."""

from rcm_tui.data.queues.queue import Choice, Column, Join, Order, Queue, Search, View

YES_NO = (Choice("1", "yes"), Choice("0", "no"))
IN_FORCE = (Choice("1", "in force", "done"), Choice("0", "out of force"))
EITHER = (Choice("any", "no matter"), Choice("yes", "yes"), Choice("no", "no"))
PROGRAMS = (Choice("any", "any"), Choice("Medicaid", "Medicaid"), Choice("Medicare", "Medicare"))
REPEATS = (
    Choice("any", "no matter"),
    Choice("repeat", "by anybody"),
    Choice("same practitioner", "by the same"),
    Choice("another practitioner", "by another"),
)


def _payer(
    table: str, everyone: str = "", width: int = 26, priority: int = 0
) -> tuple[Join, Column, Search]:
    """The payer of a row; `everyone` is said where it has none."""
    name = f"COALESCE(payer.name, '{everyone}')"
    return (
        Join("payer", "payer", f"payer.id = {table}.payer_id"),
        Column(
            "payer",
            "Payer",
            name,
            "text",
            width,
            priority,
            short=f"COALESCE(NULLIF(payer.short_name, ''), {name})",
            short_width=10,
            required=True,
            flexible=True,
        ),
        Search(name),
    )


def _term(table: str, required: bool = True) -> tuple[Column, Column]:
    return (
        Column("starts_on", "From", f"{table}.starts_on", "date", 10, 1, required=required),
        Column("ends_on", "Until", f"{table}.ends_on", "date", 10, 2),
    )


def _now(table: str) -> str:
    return (
        f"COALESCE({table}.starts_on, :today) <= :today"
        f" AND COALESCE({table}.ends_on, :today) >= :today"
    )


def _code(table: str) -> Column:
    return Column("code", "Code", f"{table}.procedure_code", "code", 5, 0, required=True)


_PLAN, _BENEFIT, _FEE = _payer("plan"), _payer("benefit"), _payer("fee", "any payer")
_MUE, _RULE = _payer("mue", "published"), _payer("modifier_rule", "all payers", 12, 1)

PLANS = Queue(
    name="plans",
    title="Plans",
    from_="plan",
    key="plan.id",
    noun=("plan", "plans"),
    joins=(_PLAN[0],),
    columns=(
        Column("name", "Name", "plan.name", "text", 26, 0, required=True, flexible=True),
        _PLAN[1],
        *(
            Column(
                name, title, f"CAST(plan.{name} AS TEXT)", "state", width, 2, YES_NO, required=True
            )
            for name, title, width in (
                ("line_per_session", "Line a session", 14),
                ("split_by_modifier", "By modifier", 11),
                ("split_by_place", "By place", 8),
            )
        ),
    ),
    search=(Search("plan.name"), _PLAN[2]),
    default_order=Order.by("payer", "name"),
    default_view="all",
    views=(View("all", "All"),),
)

BENEFITS = Queue(
    name="benefits",
    title="Benefits",
    from_="benefit",
    key="benefit.id",
    noun=("benefit", "benefits"),
    joins=(_BENEFIT[0],),
    columns=(
        _code("benefit"),
        Column("service", "Service", "benefit.service", "text", 22, 2, required=True),
        _BENEFIT[1],
        Column("unit_minutes", "Unit", "benefit.unit_minutes", "count", 4, 3, required=True),
        Column("modifiers", "Modifiers", "benefit.modifiers", "text", 9, 2, required=True),
        Column("session", "Holds", "benefit.session_qualification", "text", 12, 4, required=True),
        Column("claim", "Renders", "benefit.claim_qualification", "text", 12, 3, required=True),
        *_term("benefit"),
    ),
    search=(Search("benefit.procedure_code", "prefix"), Search("benefit.service"), _BENEFIT[2]),
    default_order=Order.by("payer", "code", "-starts_on"),
    default_view="now",
    views=(View("now", "In force", condition=_now("benefit")), View("all", "All")),
)

FEES = Queue(
    name="fees",
    title="Fees",
    from_="fee",
    key="fee.id",
    noun=("fee", "fees"),
    joins=(
        _FEE[0],
        Join("unit", "business_unit", "unit.id = fee.business_unit_id"),
    ),
    columns=(
        _code("fee"),
        _FEE[1],
        Column("unit", "Business unit", "COALESCE(unit.name, 'any')", "text", 18, 1, required=True),
        Column("billed", "Charge", "fee.billed", "money", 10, 0, required=True),
        Column("expected", "Expected", "fee.expected", "money", 10, 0, required=True),
        *_term("fee"),
    ),
    search=(Search("fee.procedure_code", "prefix"), _FEE[2], Search("COALESCE(unit.name, 'any')")),
    default_order=Order.by("payer", "code", "-starts_on"),
    default_view="now",
    views=(
        View("now", "In force", condition=_now("fee")),
        View(
            "ending",
            "Ending in 30 days",
            filter="ends_on:today..+30d",
            order=Order.by("ends_on"),
        ),
        View("all", "All"),
    ),
)

MUES = Queue(
    name="mues",
    title="Most units (MUE)",
    from_="mue",
    key="mue.id",
    noun=("unlikely edit", "unlikely edits"),
    joins=(_MUE[0],),
    columns=(
        _code("mue"),
        Column("units", "Most", "mue.units", "units", 5, 0),
        _MUE[1],
        Column("program", "Program", "mue.program", "state", 8, 0, PROGRAMS, required=True),
        *_term("mue"),
        Column("note", "Note", "mue.note", "text", 38, 3, required=True),
        Column("source", "Source", "mue.source", "text", 30, 4, required=True),
    ),
    search=(Search("mue.procedure_code", "prefix"), _MUE[2], Search("mue.source")),
    default_order=Order.by("code", "payer", "-starts_on"),
    default_view="now",
    views=(
        View("now", "In force", condition=_now("mue")),
        View("own", "Payers' own", condition="mue.payer_id IS NOT NULL"),
        View("disputed", "Sources disagree", condition="mue.note LIKE '%disagree%'"),
        View("all", "All"),
    ),
)

MODIFIER_RULES = Queue(
    name="modifier_rules",
    title="Modifier rules",
    from_="modifier_rule",
    key="modifier_rule.id",
    noun=("modifier rule", "modifier rules"),
    joins=(_RULE[0],),
    columns=(
        Column("priority", "Prio", "modifier_rule.priority", "count", 5, 0, required=True),
        Column("name", "Rule", "modifier_rule.name", "text", 28, 0, required=True, flexible=True),
        Column("modifier", "Adds", "modifier_rule.modifier", "code", 4, 0, required=True),
        Column(
            "instead_of", "Instead of", "modifier_rule.instead_of", "text", 11, 2, required=True
        ),
        Column("place", "POS", "modifier_rule.sets_place", "code", 3, 1, required=True),
        _RULE[1],
        Column("codes", "Codes", "modifier_rule.procedure_codes", "text", 11, 3, required=True),
        Column("holds", "Holds", "modifier_rule.qualification", "text", 10, 3, required=True),
        Column(
            "telehealth",
            "Telehealth",
            "modifier_rule.telehealth",
            "state",
            10,
            4,
            EITHER,
            required=True,
        ),
        Column("repeat", "Again", "modifier_rule.repeat", "state", 11, 4, REPEATS, required=True),
        Column(
            "active",
            "In force",
            "CAST(modifier_rule.active AS TEXT)",
            "state",
            14,
            0,
            IN_FORCE,
            required=True,
        ),
    ),
    search=(Search("modifier_rule.name"), _RULE[2], Search("modifier_rule.modifier", "exact")),
    default_order=Order.by("priority", "name"),
    default_view="all",
    views=(
        View("all", "All"),
        View("active", "In force", condition="modifier_rule.active = 1"),
        View("own", "Payers' own", condition="modifier_rule.payer_id IS NOT NULL"),
    ),
)
