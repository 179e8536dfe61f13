"""Authorizations, each with the tightest of its limits: used, scheduled, left, until when.

What is used and scheduled is added up by the store for the rows that are shown, by the same rules
as in billing/authorizations/use.py, which says what they are. A limit for each week or month is
that of this week or month.
"""

from rcm_tui.data.queues.days import day_number
from rcm_tui.data.queues.parties import (
    client_fields,
    patient_column,
    patients,
    payer_column,
    payer_field,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, View

STATUSES = (
    Choice("pending", "pending", "waiting"),
    Choice("approved", "approved", "done"),
    Choice("denied", "denied", "failed"),
)
MEASURES = (Choice("units", "units"), Choice("hours", "hours"))
PERIODS = (Choice("total", "in total"), Choice("week", "a week"), Choice("month", "a month"))
EXPIRING_DAYS = 30
NEARLY_PERCENT = 80
"""From so much used and scheduled of what is allowed in total, somebody should ask for more (ours).
What is allowed a week is meant to be used up every week."""

DAY = "c.date_of_service"
TODAY = day_number(":today")
SUNDAY = f"date(:today, '+' || (6 - ({TODAY} - 7 * ({TODAY} / 7))) || ' days')"
WEEK_OF_TODAY = f"({day_number(':today')} / 7)"
CLIENT = patients('"authorization".client_id')
PAYER = '"authorization".payer_id IN (SELECT p.id FROM payer AS p WHERE {test})'
USED = "c.status NOT IN ('Scheduled', 'Cancelled')"
SCHEDULED = "c.status = 'Scheduled'"
NOT_DENIED = """(c.claim_line_id IS NULL OR NOT EXISTS (SELECT 1 FROM claim_line AS l
 JOIN claim AS k ON k.id = l.claim_id
 WHERE l.id = c.claim_line_id AND COALESCE(k.adjudication, '') = 'denied'))"""


def _codes_of(limit: str) -> str:
    """SQL: the charge's code is one of the limit's, which most often has only one."""
    spaced = f"' ' || {limit}.procedure_codes || ' '"
    return (
        f"({limit}.procedure_codes = c.procedure_code OR"
        f" (length({limit}.procedure_codes) > length(c.procedure_code) AND"
        f" replace({spaced}, ' ' || c.procedure_code || ' ', '') <> {spaced}))"
    )


def _now(limit: str) -> str:
    """SQL: the charge is in the limit's period of today."""
    return (
        f"({limit}.per = 'total'"
        f" OR ({limit}.per = 'week' AND {day_number(DAY)} / 7 = {WEEK_OF_TODAY})"
        f" OR ({limit}.per = 'month' AND substr({DAY}, 1, 7) = substr(:today, 1, 7)))"
    )


def _summed(limit: str, condition: str = "") -> str:
    """SQL: units, or hours by the payer's unit of measure for the code, in thousandths."""
    units = f"CASE WHEN {condition} THEN c.units ELSE 0 END" if condition else "c.units"
    return (
        f"COALESCE(CAST(SUM({units} * CASE {limit}.measure WHEN 'hours' THEN COALESCE((SELECT"
        ' b.unit_minutes FROM "authorization" AS x JOIN benefit AS b ON b.payer_id = x.payer_id'
        " AND b.procedure_code = c.procedure_code AND b.starts_on <= x.starts_on"
        " AND (b.ends_on IS NULL OR b.ends_on >= x.starts_on) WHERE x.id = c.authorization_id"
        " ORDER BY b.starts_on DESC, b.id DESC LIMIT 1), 15) ELSE 60 END) AS BIGINT), 0) / 60"
    )


def _amount(limit: str, *conditions: str) -> str:
    """SQL: what charges of a limit come to."""
    where = " AND ".join((_codes_of(limit), *conditions, NOT_DENIED))
    return (
        f"(SELECT {_summed(limit)} FROM charge_item AS c"
        f" WHERE c.authorization_id = {limit}.authorization_id AND {where})"
    )


def _planned_percent(limit: str) -> str:
    planned = _amount(limit, "c.status <> 'Cancelled'", _now(limit))
    return f"({planned} * 100 / {limit}.amount)"


TIGHTEST = f"""tight.id = (SELECT s.id FROM authorized_service AS s
 WHERE s.authorization_id = "authorization".id
 ORDER BY {_planned_percent("s")} DESC, s.id LIMIT 1)"""
USED_NOW = _amount("tight", USED, _now("tight"))
SCHEDULED_NOW = _amount("tight", SCHEDULED, _now("tight"))
IN_FORCE = (
    '"authorization".status = \'approved\' AND "authorization".starts_on <= :today'
    ' AND "authorization".ends_on >= :today'
)
LEFT = f"(tight.amount - {USED_NOW})"
LATELY_USED = f"{USED} AND {DAY} >= date(:today, '-28 days') AND {DAY} < :today"
TO_COME = f"{SCHEDULED} AND {DAY} >= :today AND {DAY} < date(:today, '+28 days')"
# All of it in one pass over the charges: what is used now, in the last four weeks, and to come.
RUNS_OUT = f"""(SELECT CASE WHEN x.day <= "authorization".ends_on AND x.day <= CASE tight.per
 WHEN 'week' THEN {SUNDAY} WHEN 'month' THEN substr(:today, 1, 7) || '-31'
 ELSE '9999-12-31' END THEN x.day END FROM (SELECT date(:today, '+' || CASE
 WHEN tight.amount <= w.used THEN 0 ELSE (tight.amount - w.used) * 28
 / COALESCE(NULLIF(w.recent, 0), NULLIF(w.coming, 0)) END || ' days') AS day FROM (SELECT
 {_summed("tight", f"{USED} AND {_now('tight')}")} AS used,
 {_summed("tight", LATELY_USED)} AS recent, {_summed("tight", TO_COME)} AS coming
 FROM charge_item AS c WHERE c.authorization_id = "authorization".id
 AND {_codes_of("tight")} AND {NOT_DENIED}) AS w) AS x WHERE {IN_FORCE})"""
LATELY = "\"authorization\".ends_on >= date(:today, '-30 days')"
OVERRUN = f"""EXISTS (SELECT 1 FROM authorized_service AS s
 JOIN charge_item AS c ON c.authorization_id = s.authorization_id AND {_codes_of("s")}
 WHERE s.authorization_id = "authorization".id AND c.status <> 'Cancelled' AND {NOT_DENIED}
 GROUP BY s.id, s.amount, s.measure, CASE s.per WHEN 'week' THEN {day_number(DAY)} / 7
 WHEN 'month' THEN CAST(substr({DAY}, 1, 4) || substr({DAY}, 6, 2) AS INTEGER) ELSE 0 END
 HAVING {_summed("s")} > s.amount)"""
NEARLY_USED = f"""EXISTS (SELECT 1 FROM authorized_service AS s
 WHERE s.authorization_id = "authorization".id AND s.per = 'total'
 AND {_planned_percent("s")} >= {NEARLY_PERCENT})"""
FOLLOWED = """EXISTS (SELECT 1 FROM "authorization" AS n
 WHERE n.client_id = "authorization".client_id AND n.payer_id = "authorization".payer_id
 AND n.ends_on > "authorization".ends_on AND n.status <> 'denied')"""

AUTHORIZATIONS = Queue(
    name="authorizations",
    title="Authorizations",
    from_='"authorization"',
    key='"authorization".id',
    noun=("authorization", "authorizations"),
    joins=(
        Join("client", "client", 'client.id = "authorization".client_id'),
        Join("payer", "payer", 'payer.id = "authorization".payer_id'),
        Join("tight", "authorized_service", TIGHTEST),
    ),
    columns=(
        Column("number", "Number", '"authorization".number', "code", 9, 0, required=True),
        patient_column(18, "client"),
        payer_column(priority=3),
        Column(
            "status", "Status", '"authorization".status', "state", 10, 2, STATUSES, required=True
        ),
        Column("starts_on", "From", '"authorization".starts_on', "date", 10, 5, required=True),
        Column("ends_on", "Until", '"authorization".ends_on', "date", 10, 0, required=True),
        Column(
            "codes", "Tightest", "COALESCE(tight.procedure_codes, '')", "code", 11, 0, required=True
        ),
        Column("used", "Used", USED_NOW, "units", 6, 0, help="Held in this period, billed or not"),
        Column("scheduled", "Sched.", SCHEDULED_NOW, "units", 6, 1, help="Still to come"),
        Column("left", "Left", LEFT, "units", 6, 0, help="Before what is scheduled"),
        Column("allowed", "Allowed", "tight.amount", "units", 7, 4),
        Column("measure", "In", "COALESCE(tight.measure, '')", "state", 5, 6, MEASURES),
        Column("per", "For", "COALESCE(tight.per, '')", "state", 8, 4, PERIODS),
        Column(
            "percent",
            "%",
            f"(CASE WHEN tight.id IS NOT NULL THEN {USED_NOW} * 100 / tight.amount END)",
            "count",
            4,
            0,
            help="How much is used of what is allowed",
        ),
        Column("runs_out", "Runs out", RUNS_OUT, "date", 10, 2, help="At the pace of four weeks"),
    ),
    fields=(
        *client_fields(CLIENT),
        payer_field(PAYER),
        Field(
            "code",
            "code",
            ("s.procedure_codes",),
            ("codes", "cpt"),
            within=(
                '"authorization".id IN (SELECT s.authorization_id FROM authorized_service AS s'
                " WHERE {test})"
            ),
            help="A procedure code that it allows",
        ),
    ),
    search=(
        Search('"authorization".number', "prefix"),
        Search("c.last_name", "prefix", CLIENT),
        Search("c.first_name", "prefix", CLIENT),
    ),
    default_order=Order.by("ends_on"),
    default_view="active",
    views=(
        View("all", "All", order=Order.by("-ends_on")),
        View("active", "Active", condition=IN_FORCE, description="Approved, and in force today"),
        View(
            "expiring",
            "Expiring in 30 days",
            condition=(
                f"{IN_FORCE} AND \"authorization\".ends_on <= date(:today, '+{EXPIRING_DAYS} days')"
                f" AND NOT {FOLLOWED}"
            ),
            description="None follows them yet",
        ),
        View(
            "overrun",
            "Overrun",
            condition=f"\"authorization\".status <> 'denied' AND {LATELY} AND {OVERRUN}",
            description="More is used and scheduled than is allowed, in all or in a week or month",
        ),
        View(
            "nearly_used",
            "Nearly used",
            condition=f"{IN_FORCE} AND {NEARLY_USED}",
            description="Of what is allowed in total, 80 % or more is used or scheduled",
        ),
        View(
            "pending",
            "Pending",
            condition="\"authorization\".status = 'pending'",
            description="The charges under them wait for the payer's approval",
        ),
    ),
)
