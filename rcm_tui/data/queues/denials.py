"""What is done next about denials, row by row of the practice's table."""

from rcm_tui.data.codes.denial_ways import CLOCKS, PREVENTABLE, WAYS
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, View

NOW = "denial_action.active = 1"

DENIAL_ACTIONS = Queue(
    name="denial_actions",
    title="Denial actions",
    from_="denial_action",
    key="denial_action.id",
    noun=("denial action", "denial actions"),
    joins=(Join("payer", "payer", "payer.id = denial_action.payer_id"),),
    columns=(
        Column("carc", "CARC", "denial_action.reason_code", "code", 5, 0, required=True),
        Column("group", "Group", "denial_action.group_codes", "code", 6, 0, required=True),
        Column("rarc", "RARC", "denial_action.remark_codes", "code", 6, 2, required=True),
        Column("payer", "Payer", "COALESCE(payer.name, '')", "text", 12, 3, required=True),
        Column(
            "meaning",
            "Meaning",
            "denial_action.meaning",
            "text",
            24,
            0,
            required=True,
            flexible=True,
        ),
        Column(
            "way",
            "Way",
            "denial_action.way",
            "state",
            10,
            0,
            tuple(Choice(way, way) for way in WAYS),
            required=True,
        ),
        Column("otherwise", "Otherwise", "denial_action.other_way", "text", 10, 2, required=True),
        Column(
            "clock",
            "Clock",
            "denial_action.clock",
            "state",
            19,
            1,
            tuple(Choice(clock, clock) for clock in CLOCKS),
            required=True,
        ),
        Column(
            "preventable",
            "Preventable",
            "denial_action.preventable",
            "state",
            14,
            4,
            tuple(Choice(each, each) for each in PREVENTABLE),
            required=True,
        ),
        Column(
            "action",
            "What to do",
            "denial_action.action",
            "text",
            20,
            1,
            required=True,
            flexible=True,
        ),
    ),
    fields=(
        Field("carc", "code", ("denial_action.reason_code",), ("reason",)),
        Field("group", "text", ("denial_action.group_codes",)),
        Field("category", "text", ("denial_action.category",)),
        Field("payer", "text", ("payer.name",), help="The payer's name"),
    ),
    search=(
        Search("denial_action.reason_code", "prefix"),
        Search("denial_action.meaning"),
        Search("denial_action.action"),
    ),
    default_order=Order.by("carc", "group", "rarc"),
    default_view="now",
    views=(
        View("now", "In force", condition=NOW),
        View("own", "Payers' own", condition="denial_action.payer_id IS NOT NULL"),
        View("all", "All"),
    ),
)
