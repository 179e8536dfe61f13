"""Clients and their coverages, as they are listed."""

from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

ACTIVE = (Choice("1", "active", "done"), Choice("0", "inactive"))
COVERAGE_PAYER = """(SELECT p.name FROM coverage v JOIN payer p ON p.id = v.payer_id
 WHERE v.client_id = client.id ORDER BY v.rank, v.id LIMIT 1)"""

# A service line of a client is one that appointments of the last month or to come are for, or
# that an authorization in force is for (ours); codes without a benefit are for ABA.
MANAGED = """EXISTS (SELECT 1 FROM case_manager AS m WHERE m.client_id = {client}
 AND m.service_line = COALESCE(b.service_line, 'ABA') AND m.starts_on <= {day}
 AND (m.ends_on IS NULL OR m.ends_on >= {day}))"""
BENEFIT = """LEFT JOIN benefit AS b ON b.payer_id = {payer} AND {code} AND b.starts_on <= {day}
 AND (b.ends_on IS NULL OR b.ends_on >= {day})"""
APPOINTMENT = BENEFIT.format(
    payer="v.payer_id", code="b.procedure_code = c.procedure_code", day="c.date_of_service"
)
AUTHORIZED = BENEFIT.format(
    payer="a.payer_id",
    code="replace(' ' || s.procedure_codes || ' ', ' ' || b.procedure_code || ' ', '')"
    " <> ' ' || s.procedure_codes || ' '",
    day=":today",
)
# Of the charges and authorizations at once, and not client by client: most have neither. The sign
# keeps the planner on the order of the queue.
UNMANAGED = f"""client.active = 1 AND +client.id IN (SELECT c.client_id FROM charge_item AS c
 LEFT JOIN coverage AS v ON v.id = c.coverage_id {APPOINTMENT}
 WHERE c.status <> 'Cancelled' AND c.date_of_service >= date(:today, '-31 days')
 AND NOT {MANAGED.format(day="c.date_of_service", client="c.client_id")}
 UNION SELECT a.client_id FROM "authorization" AS a
 JOIN authorized_service AS s ON s.authorization_id = a.id {AUTHORIZED}
 WHERE a.status = 'approved' AND a.starts_on <= :today
 AND a.ends_on >= :today AND NOT {MANAGED.format(day=":today", client="a.client_id")})"""

CLIENTS = Queue(
    name="clients",
    title="Clients",
    from_="client",
    key="client.id",
    noun=("client", "clients"),
    joins=(Join("unit", "business_unit", "unit.id = client.business_unit_id"),),
    columns=(
        Column("mrn", "MRN", "client.mrn", "code", 10, 0, required=True),
        Column(
            "last_name",
            "Last name",
            "client.last_name",
            "text",
            18,
            0,
            required=True,
            flexible=True,
        ),
        Column(
            "first_name",
            "First name",
            "client.first_name",
            "text",
            14,
            0,
            required=True,
            flexible=True,
        ),
        Column("birth_date", "Born", "client.birth_date", "date", 10, 1, identifier=True),
        Column(
            "payer",
            "Payer",
            f"COALESCE({COVERAGE_PAYER}, '')",
            "text",
            20,
            2,
            required=True,
            flexible=True,
        ),
        Column("unit", "Business unit", "COALESCE(unit.name, '')", "text", 16, 4, required=True),
        Column("city", "City", "client.city", "text", 14, 5, required=True),
        Column(
            "active", "Active", "CAST(client.active AS TEXT)", "state", 10, 3, ACTIVE, required=True
        ),
    ),
    fields=(
        Field(
            "payer",
            "text",
            ("p.name", "p.short_name", "p.payer_id"),
            within=(
                "client.id IN (SELECT v.client_id FROM coverage v"
                " JOIN payer p ON p.id = v.payer_id WHERE {test})"
            ),
            looked_up=True,
        ),
        Field(
            "member",
            "code",
            ("v.member_id",),
            ("member_id",),
            within=("client.id IN (SELECT v.client_id FROM coverage v WHERE {test})"),
        ),
    ),
    search=(
        Search("client.last_name", "prefix"),
        Search("client.first_name", "prefix"),
        Search("client.mrn", "prefix"),
    ),
    totals=(Total("active", "active", "client.active", "count"),),
    default_order=Order.by("last_name", "first_name"),
    default_view="all",
    views=(
        View("all", "All"),
        View("active", "Active", condition="client.active = 1"),
        View(
            "uncovered",
            "Without coverage",
            condition=("NOT EXISTS (SELECT 1 FROM coverage v WHERE v.client_id = client.id)"),
            description="Nobody would be billed for them",
        ),
        View(
            "unmanaged",
            "Without a case manager",
            condition=UNMANAGED,
            description="For a service line that they have appointments or an authorization for",
        ),
    ),
)

COVERAGES = Queue(
    name="coverages",
    title="Coverages",
    from_="coverage",
    key="coverage.id",
    noun=("coverage", "coverages"),
    joins=(
        Join("client", "client", "client.id = coverage.client_id"),
        Join("payer", "payer", "payer.id = coverage.payer_id"),
    ),
    columns=(
        Column(
            "member_id",
            "Member id",
            "coverage.member_id",
            "code",
            16,
            0,
            required=True,
            identifier=True,
        ),
        Column(
            "client",
            "Client",
            "COALESCE(client.last_name || ', ' || client.first_name, '')",
            "text",
            24,
            0,
            required=True,
            flexible=True,
        ),
        Column(
            "payer",
            "Payer",
            "COALESCE(payer.name, '')",
            "text",
            20,
            0,
            required=True,
            flexible=True,
        ),
        Column("rank", "Rank", "coverage.rank", "count", 4, 2, required=True),
        Column("starts_on", "From", "coverage.starts_on", "date", 10, 1),
        Column("ends_on", "Until", "coverage.ends_on", "date", 10, 1),
    ),
    search=(Search("coverage.member_id", "prefix"), Search("client.last_name", "prefix")),
    default_order=Order.by("member_id"),
    default_view="all",
    views=(
        View("all", "All"),
        View("ended", "Ended", condition="coverage.ends_on < :today"),
        View("numberless", "Without a member id", condition="coverage.member_id = ''"),
    ),
)
