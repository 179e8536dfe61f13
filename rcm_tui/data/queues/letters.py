"""Levels of appeal and letter templates, as the practice has set them up."""

from rcm_tui.data.queues.queue import Column, Field, Join, Order, Queue, Search, View

APPEAL_LEVELS = Queue(
    name="appeal_levels",
    title="Levels of appeal",
    from_="appeal_level",
    key="appeal_level.id",
    noun=("level of appeal", "levels of appeal"),
    joins=(Join("payer", "payer", "payer.id = appeal_level.payer_id"),),
    columns=(
        Column("payer", "Payer", "COALESCE(payer.name, '')", "text", 18, 1, required=True),
        Column("kind", "Kind", "appeal_level.filing_indicator", "code", 5, 0, required=True),
        Column("level", "Level", "appeal_level.level", "count", 5, 0, required=True),
        Column("name", "Called", "appeal_level.name", "text", 22, 0, required=True, flexible=True),
        Column("days", "File in", "appeal_level.days", "count", 7, 0),
        Column("answer", "Answer in", "appeal_level.answer_days", "count", 9, 1, required=True),
        Column("enclosed", "Enclosed", "appeal_level.required", "text", 24, 2, required=True),
        Column("note", "Note", "appeal_level.note", "text", 20, 3, required=True, flexible=True),
    ),
    fields=(Field("payer", "text", ("payer.name",), help="The payer's name"),),
    search=(Search("appeal_level.name"),),
    default_order=Order.by("payer", "kind", "level"),
    default_view="now",
    views=(
        View("now", "In force", condition="appeal_level.active = 1"),
        View("own", "Payers' own", condition="appeal_level.payer_id IS NOT NULL"),
        View("all", "All"),
    ),
)

LETTER_TEMPLATES = Queue(
    name="letter_templates",
    title="Letters",
    from_="letter_template",
    key="letter_template.id",
    noun=("letter", "letters"),
    joins=(Join("payer", "payer", "payer.id = letter_template.payer_id"),),
    columns=(
        Column("name", "Letter", "letter_template.name", "text", 22, 0, required=True),
        Column("carc", "CARC", "letter_template.reason_codes", "codes", 18, 0, required=True),
        Column("payer", "Payer", "COALESCE(payer.name, '')", "text", 18, 1, required=True),
        Column("level", "Level", "letter_template.level", "count", 5, 2),
        Column(
            "subject",
            "Subject",
            "letter_template.subject",
            "text",
            24,
            1,
            required=True,
            flexible=True,
        ),
        Column("enclosed", "Enclosed", "letter_template.required", "text", 22, 2, required=True),
    ),
    fields=(
        Field("payer", "text", ("payer.name",), help="The payer's name"),
        Field("carc", "codes", ("letter_template.reason_codes",), help="carc:197"),
    ),
    search=(Search("letter_template.name"), Search("letter_template.body")),
    default_order=Order.by("name"),
    default_view="now",
    views=(
        View("now", "In force", condition="letter_template.active = 1"),
        View("own", "Payers' own", condition="letter_template.payer_id IS NOT NULL"),
        View("all", "All"),
    ),
)
