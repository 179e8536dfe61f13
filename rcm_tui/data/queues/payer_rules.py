"""What payers want of claim lines, learnt from their denials."""

from rcm_tui.data.queues.fees import IN_FORCE
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, View
from rcm_tui.data.tables.payer_rules import WANTED

PAYER_RULES = Queue(
    name="payer_rules",
    title="Payer rules",
    from_="payer_rule",
    key="payer_rule.id",
    noun=("payer rule", "payer rules"),
    joins=(Join("payer", "payer", "payer.id = payer_rule.payer_id"),),
    columns=(
        Column("payer", "Payer", "COALESCE(payer.name, 'all payers')", "text", 16, required=True),
        Column("codes", "Codes", "payer_rule.procedure_codes", "text", 12, required=True),
        Column("modifiers", "Modifiers", "payer_rule.modifiers", "text", 9, 3, required=True),
        Column("places", "Places", "payer_rule.places", "text", 6, 3, required=True),
        Column(
            "wanted",
            "They need",
            "payer_rule.wanted",
            "state",
            13,
            2,
            tuple(Choice(each, each) for each in WANTED),
            required=True,
        ),
        Column("words", "Said so", "payer_rule.words", "text", 24, required=True, flexible=True),
        Column(
            "strictness",
            "Is",
            "payer_rule.strictness",
            "state",
            7,
            0,
            (Choice("hard", "error", "failed"), Choice("soft", "warning", "warning")),
            required=True,
        ),
        Column("learnt", "Learnt from", "payer_rule.reason", "code", 11, 2, required=True),
        Column(
            "active",
            "In force",
            "CAST(payer_rule.active AS TEXT)",
            "state",
            12,
            4,
            IN_FORCE,
            required=True,
        ),
    ),
    fields=(
        Field("payer", "text", ("payer.name",), help="The payer's name"),
        Field("code", "codes", ("payer_rule.procedure_codes",), help="One of its codes"),
    ),
    search=(Search("payer_rule.words"), Search("payer_rule.procedure_codes")),
    default_order=Order.by("payer", "codes"),
    default_view="active",
    views=(
        View("active", "In force", condition="payer_rule.active = 1"),
        View("all", "All"),
    ),
)
