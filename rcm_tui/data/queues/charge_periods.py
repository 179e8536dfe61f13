"""The charge periods queue: the charges of one business unit in a week or a month, and their state.

Periods are not stored. `charge_day` holds how many charges of which status a unit has on each day,
kept so by triggers of the store; a period adds up its days.
"""

from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

PERIOD_STATUSES = (
    Choice("New", "New", "open"),
    Choice("Blocked", "Blocked", "warning"),
    Choice("Ready to Bill", "Ready to Bill", "waiting"),
    Choice("Claim Created", "Claim Created", "done"),
)
KEY_OF_A_UNIT = 100_000_000
"""A period's key: the unit's, then the first day as yyyymmdd."""

# Days since a Monday, by the Julian day number: SQLite and PostgreSQL have no weekday in common.
_YEAR = "CAST(SUBSTR(day.on_day, 1, 4) AS INTEGER)"
_MONTH = "CAST(SUBSTR(day.on_day, 6, 2) AS INTEGER)"
_DAY = "CAST(SUBSTR(day.on_day, 9, 2) AS INTEGER)"
_BEFORE_MARCH = f"((14 - {_MONTH}) / 12)"
_YEARS = f"({_YEAR} + 4800 - {_BEFORE_MARCH})"
_JULIAN = f"""({_DAY} + (153 * ({_MONTH} + 12 * {_BEFORE_MARCH} - 3) + 2) / 5 + 365 * {_YEARS}
 + {_YEARS} / 4 - {_YEARS} / 100 + {_YEARS} / 400 - 32045)"""
_WEEKDAY = f"({_JULIAN} - {_JULIAN} / 7 * 7)"


def _count(*statuses: str) -> str:
    listed = ", ".join(f"'{status}'" for status in statuses)
    return f"CAST(SUM(CASE WHEN status IN ({listed}) THEN items ELSE 0 END) AS BIGINT)"


PERIODS = f"""(SELECT business_unit_id * {KEY_OF_A_UNIT}
 + CAST(REPLACE(starts_on, '-', '') AS INTEGER) AS id, business_unit_id, starts_on,
 CASE kind WHEN 'month' THEN date(date(starts_on, '+1 month'), '-1 days')
 ELSE date(starts_on, '+6 days') END AS ends_on,
 {_count("New")} AS new_items, {_count("On Hold")} AS held_items,
 {_count("Ready to Bill")} AS ready_items,
 {_count("Scheduled", "Awaiting Submission", "Pending Authorization")} AS waiting_items,
 {_count("Claim Line Created", "Awaiting Resubmission", "Billed Externally")} AS billed_items,
 CAST(SUM(CASE status WHEN 'Cancelled' THEN 0 ELSE items END) AS BIGINT) AS items,
 CAST(SUM(CASE status WHEN 'Cancelled' THEN 0 ELSE billed END) AS BIGINT) AS billed
 FROM (SELECT day.business_unit_id, u.charge_period AS kind, day.status, day.items, day.billed,
 CASE u.charge_period WHEN 'month' THEN SUBSTR(day.on_day, 1, 8) || '01'
 ELSE date(day.on_day, '-' || CAST({_WEEKDAY} AS TEXT) || ' days') END AS starts_on
 FROM (SELECT business_unit_id, date_of_service AS on_day, status, items, billed FROM charge_day)
 AS day JOIN business_unit AS u ON u.id = day.business_unit_id) AS summed
 GROUP BY business_unit_id, kind, starts_on) AS charge_period"""

STATUS = """CASE WHEN charge_period.new_items > 0 THEN 'New'
 WHEN charge_period.held_items > 0 OR charge_period.items = 0 THEN 'Blocked'
 WHEN charge_period.ready_items > 0 THEN 'Ready to Bill'
 WHEN charge_period.billed_items = charge_period.items THEN 'Claim Created'
 ELSE 'Blocked' END"""
"""New before Blocked (any On Hold, or empty) before Ready to Bill before Claim Created (all). What
is left (ours) has only charges that wait to be submitted or authorized beside billed ones: Blocked.
"""

CHARGE_PERIODS = Queue(
    name="charge_periods",
    title="Charge periods",
    from_=PERIODS,
    key="charge_period.id",
    noun=("period", "periods"),
    joins=(Join("unit", "business_unit", "unit.id = charge_period.business_unit_id"),),
    columns=(
        Column("unit", "Unit", "unit.name", "text", 16, 0, required=True, flexible=True),
        Column("starts_on", "From", "charge_period.starts_on", "date", 10, 0, required=True),
        Column("ends_on", "Until", "charge_period.ends_on", "date", 10, 2, required=True),
        Column("status", "Status", STATUS, "state", 15, 0, PERIOD_STATUSES, required=True),
        Column("items", "Charges", "charge_period.items", "count", 8, 0, required=True),
        Column("new_items", "New", "charge_period.new_items", "count", 6, 0, required=True),
        Column("held_items", "Held", "charge_period.held_items", "count", 6, 1, required=True),
        Column(
            "waiting_items", "Wait", "charge_period.waiting_items", "count", 6, 4, required=True
        ),
        Column("ready_items", "Ready", "charge_period.ready_items", "count", 6, 1, required=True),
        Column(
            "billed_items", "Billed", "charge_period.billed_items", "count", 7, 3, required=True
        ),
        Column("billed", "Amount", "charge_period.billed", "money", 12, 0, required=True),
        Column("age", "Ended", "charge_period.ends_on", "age", 6, 5, required=True),
    ),
    fields=(
        Field("unit", "text", ("unit.name",), ("business_unit",), help="The business unit"),
        Field("status", "state", (STATUS,), choices=PERIOD_STATUSES, help="What it is ready for"),
        Field("starts_on", "date", ("charge_period.starts_on",), ("from",), help="Its first day"),
        Field("ends_on", "date", ("charge_period.ends_on",), ("until",), help="Its last day"),
        Field("age", "age", ("charge_period.ends_on",), help="Days since its last day"),
        Field("held_items", "count", ("charge_period.held_items",), ("held",), help="On Hold"),
    ),
    search=(Search("unit.name"),),
    totals=(Total("billed", "amount", "charge_period.billed"),),
    default_order=Order.by("-starts_on", "unit"),
    default_view="all",
    views=(
        View("all", "All"),
        View("new", "New", condition=f"{STATUS} = 'New'", order=Order.by("starts_on", "unit")),
        View(
            "ready",
            "Ready to Bill",
            condition=f"{STATUS} = 'Ready to Bill'",
            order=Order.by("starts_on", "unit"),
        ),
        View(
            "aging_blocked",
            "Aging Blocked",
            condition=f"{STATUS} = 'Blocked' AND charge_period.ends_on < :today",
            order=Order.by("starts_on", "unit"),
            description="Over, and something in it is on hold, not submitted or not authorized",
        ),
    ),
)
