"""Case managers of clients' service lines, their enrolment, and when they last gave care."""

from rcm_tui.data.queues.parties import (
    client_fields,
    patient_column,
    patients,
    payer_column,
    practitioners,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, View

NO_CARE_DAYS = 31
"""Who gave no care for a month: 31 days (ours)."""
LAPSING_DAYS = 30

CURRENT = (
    "case_manager.starts_on <= :today"
    " AND (case_manager.ends_on IS NULL OR case_manager.ends_on >= :today)"
)
COVERAGE = """coverage.id = (SELECT v.id FROM coverage AS v
 WHERE v.client_id = case_manager.client_id
 AND (v.starts_on IS NULL OR v.starts_on <= :today) AND (v.ends_on IS NULL OR v.ends_on >= :today)
 ORDER BY v.rank, v.id LIMIT 1)"""
PAYS = """SELECT v.payer_id FROM coverage AS v WHERE v.client_id = case_manager.client_id
 AND (v.starts_on IS NULL OR v.starts_on <= :today) AND (v.ends_on IS NULL OR v.ends_on >= :today)
 ORDER BY v.rank, v.id LIMIT 1"""
ENROLLED = f"""SELECT {{what}} FROM enrolment AS e
 WHERE e.practitioner_id = case_manager.practitioner_id AND e.payer_id = ({PAYS})"""
ENROLLED_TODAY = """ AND e.starts_on <= :today AND (e.ends_on IS NULL OR e.ends_on >= :today)"""
# Empty when one of the terms has no end.
UNTIL = "CASE WHEN COUNT(*) = COUNT(e.ends_on) THEN MAX(e.ends_on) END"
ENROLLED_UNTIL = f"({ENROLLED.format(what=UNTIL)} AND e.starts_on <= :today)"
ASKED = f"""EXISTS (SELECT 1 FROM payer AS a WHERE a.id = ({PAYS}) AND a.needs_enrolment = 1)"""
RENEWED = """ AND NOT EXISTS (SELECT 1 FROM enrolment AS n
 WHERE n.practitioner_id = e.practitioner_id AND n.payer_id = e.payer_id
 AND n.starts_on <= date(e.ends_on, '+1 days') AND (n.ends_on IS NULL OR n.ends_on > e.ends_on))"""
LAPSED = f"NOT EXISTS ({ENROLLED.format(what='1')}{ENROLLED_TODAY})"
LAPSING = (
    f"EXISTS ({ENROLLED.format(what='1')}{ENROLLED_TODAY}"
    f" AND e.ends_on <= date(:today, '+{LAPSING_DAYS} days')"
    " AND (case_manager.ends_on IS NULL OR case_manager.ends_on > e.ends_on)"
    f"{RENEWED})"
)
CARE = """FROM charge_item AS c WHERE c.client_id = case_manager.client_id
 AND c.practitioner_id = case_manager.practitioner_id
 AND c.status NOT IN ('Scheduled', 'Cancelled') AND c.date_of_service <= :today"""
NO_CARE = (
    f"{CURRENT} AND case_manager.starts_on <= date(:today, '-{NO_CARE_DAYS} days')"
    f" AND NOT EXISTS (SELECT 1 {CARE}"
    f" AND c.date_of_service > date(:today, '-{NO_CARE_DAYS} days'))"
)
STATES = (
    Choice("current", "current", "done"),
    Choice("to come", "to come", "waiting"),
    Choice("ended", "ended"),
)
STATE = (
    "(CASE WHEN case_manager.starts_on > :today THEN 'to come'"
    " WHEN case_manager.ends_on < :today THEN 'ended' ELSE 'current' END)"
)
CLIENT = patients("case_manager.client_id")
ENROLMENT = ("client", "service_line", "manager", "enrolled_until", "payer", "ends_on")
MANAGER = practitioners("case_manager.practitioner_id")

CASE_MANAGERS = Queue(
    name="case_managers",
    title="Case managers",
    from_="case_manager",
    key="case_manager.id",
    noun=("case manager", "case managers"),
    joins=(
        Join("client", "client", "client.id = case_manager.client_id"),
        Join("manager", "practitioner", "manager.id = case_manager.practitioner_id"),
        Join("coverage", "coverage", COVERAGE),
        Join("payer", "payer", "payer.id = coverage.payer_id"),
    ),
    columns=(
        patient_column(18, "client"),
        Column("service_line", "Line", "case_manager.service_line", "text", 8, 0, required=True),
        Column(
            "manager",
            "Case manager",
            "manager.last_name || ', ' || manager.first_name",
            "text",
            18,
            0,
            required=True,
            flexible=True,
        ),
        Column("starts_on", "From", "case_manager.starts_on", "date", 10, 1, required=True),
        Column("ends_on", "Until", "case_manager.ends_on", "date", 10, 1),
        Column("state", "Now", STATE, "state", 9, 4, STATES, required=True),
        payer_column(16, 3),
        Column(
            "enrolled_until",
            "Enrolled",
            ENROLLED_UNTIL,
            "date",
            10,
            2,
            help="Until when with the payer; empty when it does not end, or is not",
        ),
        Column(
            "last_care",
            "Last care",
            f"(SELECT MAX(c.date_of_service) {CARE})",
            "date",
            10,
            2,
            help="The last session that they held with the client",
        ),
    ),
    fields=(
        *client_fields(CLIENT),
        Field(
            "manager",
            "text",
            ("r.last_name || ', ' || r.first_name",),
            ("practitioner",),
            within=MANAGER,
        ),
    ),
    search=(
        Search("c.last_name", "prefix", CLIENT),
        Search("r.last_name", "prefix", MANAGER),
        Search("c.first_name", "prefix", CLIENT),
        Search("r.first_name", "prefix", MANAGER),
    ),
    default_order=Order.by("-starts_on"),
    default_view="current",
    views=(
        View("all", "All"),
        View("current", "Current", condition=CURRENT),
        View("to_come", "To come", condition="case_manager.starts_on > :today"),
        View("ended", "Ended", condition="case_manager.ends_on < :today"),
        View(
            "lapsing",
            "Enrolment lapses in 30 days",
            condition=f"{CURRENT} AND {ASKED} AND {LAPSING}",
            description="With the client's payer, while they stay case manager",
            columns=ENROLMENT,
        ),
        View(
            "lapsed",
            "Enrolment lapsed",
            condition=f"{CURRENT} AND {ASKED} AND {LAPSED}",
            description="Not enrolled with the client's payer today: no claim can name them",
            columns=ENROLMENT,
        ),
        View(
            "no_care",
            "No care for a month",
            condition=NO_CARE,
            description="Held no session with the client in 31 days",
            columns=("client", "service_line", "manager", "last_care", "starts_on", "payer"),
        ),
    ),
)
