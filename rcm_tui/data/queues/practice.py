"""The practice as it is set up: practitioners, business units, locations."""

from rcm_tui.data.queues.queue import Choice, Column, Join, Order, Queue, Search, View

ACTIVE = (Choice("1", "active", "done"), Choice("0", "inactive"))
YES_NO = (Choice("1", "yes"), Choice("0", "no"))
KINDS = tuple(
    Choice(kind, kind)
    for kind in ("office", "home", "school", "community", "telehealth", "facility")
)

PRACTITIONERS = Queue(
    name="practitioners",
    title="Practitioners",
    from_="practitioner",
    key="practitioner.id",
    noun=("practitioner", "practitioners"),
    columns=(
        Column(
            "last_name",
            "Last name",
            "practitioner.last_name",
            "text",
            20,
            0,
            required=True,
            flexible=True,
        ),
        Column(
            "first_name",
            "First name",
            "practitioner.first_name",
            "text",
            14,
            0,
            required=True,
            flexible=True,
        ),
        Column("npi", "NPI", "practitioner.npi", "code", 10, 0, required=True),
        Column("taxonomy", "Taxonomy", "practitioner.taxonomy", "code", 10, 3, required=True),
        Column(
            "employed",
            "Employed",
            "CAST(practitioner.employed AS TEXT)",
            "state",
            8,
            2,
            YES_NO,
            required=True,
        ),
        Column(
            "active",
            "Active",
            "CAST(practitioner.active AS TEXT)",
            "state",
            10,
            1,
            ACTIVE,
            required=True,
        ),
    ),
    search=(
        Search("practitioner.last_name", "prefix"),
        Search("practitioner.first_name", "prefix"),
        Search("practitioner.npi", "prefix"),
    ),
    default_order=Order.by("last_name", "first_name"),
    default_view="all",
    views=(
        View("all", "All"),
        View("employed", "Employed here", condition="practitioner.employed = 1"),
        View("numberless", "Without an NPI", condition="practitioner.npi = ''"),
    ),
)

BUSINESS_UNITS = Queue(
    name="business_units",
    title="Business units",
    from_="business_unit",
    key="business_unit.id",
    noun=("business unit", "business units"),
    columns=(
        Column("name", "Name", "business_unit.name", "text", 26, 0, required=True, flexible=True),
        Column("npi", "NPI", "business_unit.npi", "code", 10, 0, required=True),
        Column("tax_id", "Tax id", "business_unit.tax_id", "code", 11, 1, required=True),
        Column("city", "City", "business_unit.city", "text", 14, 2, required=True),
        Column(
            "active",
            "Active",
            "CAST(business_unit.active AS TEXT)",
            "state",
            10,
            1,
            ACTIVE,
            required=True,
        ),
    ),
    search=(Search("business_unit.name"), Search("business_unit.npi", "prefix")),
    default_order=Order.by("name"),
    default_view="all",
    views=(View("all", "All"), View("active", "Active", condition="business_unit.active = 1")),
)

LOCATIONS = Queue(
    name="locations",
    title="Locations",
    from_="location",
    key="location.id",
    noun=("location", "locations"),
    joins=(Join("unit", "business_unit", "unit.id = location.business_unit_id"),),
    columns=(
        Column("name", "Name", "location.name", "text", 26, 0, required=True, flexible=True),
        Column("kind", "Kind", "location.kind", "state", 10, 0, KINDS, required=True),
        Column("place_of_service", "POS", "location.place_of_service", "code", 3, 0, required=True),
        Column("unit", "Business unit", "COALESCE(unit.name, '')", "text", 18, 2, required=True),
        Column("city", "City", "location.city", "text", 14, 3, required=True),
    ),
    search=(Search("location.name"), Search("location.city", "prefix")),
    default_order=Order.by("name"),
    default_view="all",
    views=(View("all", "All"),),
)

PRACTICES = Queue(
    name="practices",
    title="Practice",
    from_="practice",
    key="practice.id",
    noun=("practice", "practices"),
    columns=(
        Column("name", "Name", "practice.name", "text", 26, 0, required=True, flexible=True),
        Column("time_zone", "Time zone", "practice.time_zone", "text", 24, 0, required=True),
    ),
    default_order=Order.by("name"),
    default_view="all",
    views=(View("all", "All"),),
)
