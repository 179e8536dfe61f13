"""What is owed by age: a queue of payers, and one of patients, each summed over its open claims.

Ages count from the first date of service. What is owed to somebody (a credit) stands in a column
of its own, so that it hides no debt; every row's columns add up to its total.
"""

from rcm_tui.data.queues.days import days_since
from rcm_tui.data.queues.parties import patient_column
from rcm_tui.data.queues.queue import Column, Field, Join, Order, Queue, Search, Total, View

BUCKETS = (
    ("upto_30", "0–30", "age <= 30"),
    ("upto_60", "31–60", "age > 30 AND age <= 60"),
    ("upto_90", "61–90", "age > 60 AND age <= 90"),
    ("upto_120", "91–120", "age > 90 AND age <= 120"),
    ("older", "over 120", "age > 120"),
)
"""Column, title, and which days since the first service it holds."""


def _aged(who: str, balance: str) -> str:
    """SQL for one row per payer or patient: claims, total, the buckets, and the credits."""
    age = days_since("claim.first_service_date")
    # Two parts, since each sign of a balance has an index of its own.
    owed = " UNION ALL ".join(
        f"SELECT COALESCE(claim.{who}, 0) AS who, claim.{balance} AS balance, {age} AS age"
        f" FROM claim WHERE claim.{balance} {sign} 0"
        for sign in "><"
    )
    sums = ", ".join(
        f"SUM(CASE WHEN balance > 0 AND {test} THEN balance ELSE 0 END) AS {name}"
        for name, _, test in BUCKETS
    )
    return (
        "(SELECT who, COUNT(*) AS claims, SUM(balance) AS total,"
        f" SUM(CASE WHEN balance < 0 THEN balance ELSE 0 END) AS credit, {sums}"
        f" FROM ({owed}) AS owed GROUP BY who) AS aged"
    )


def _ageing(
    name: str, title: str, who: str, balance: str, join: Join, label: Column, search: str
) -> Queue:
    money = [
        (bucket, text, f"CAST(aged.{bucket} AS BIGINT)", priority)
        for priority, (bucket, text, _) in zip((2, 4, 4, 3, 2), BUCKETS, strict=True)
    ]
    money += [
        ("credit", "Credits", "CAST(aged.credit AS BIGINT)", 5),
        ("total", "Total", "CAST(aged.total AS BIGINT)", 0),
    ]
    return Queue(
        name=name,
        title=title,
        from_=_aged(who, balance),
        key="aged.who",
        noun=(label.title.lower(), f"{label.title.lower()}s"),
        joins=(join,),
        columns=(
            label,
            Column("claims", "Claims", "aged.claims", "count", 7, 1, required=True),
            *(
                Column(column, text, expression, "money", 12, priority, required=True)
                for column, text, expression, priority in money
            ),
        ),
        fields=(Field(label.name, "text", (label.expression,), help=f"The {label.title.lower()}"),),
        search=(Search(search, "prefix"),),
        totals=tuple(Total(column, text, expression) for column, text, expression, _ in money),
        default_order=Order.by("-total"),
        default_view="all",
        views=(
            View("all", "All"),
            View(
                "old",
                "Over 90 days",
                condition="aged.upto_120 + aged.older > 0",
                order=Order.by("-older"),
                description="Something is owed for longer than ninety days",
            ),
            View("credits", "With credits", condition="aged.credit < 0"),
        ),
    )


PAYER_AGEING = _ageing(
    "payer_ageing",
    "A/R by payer",
    "payer_id",
    "payer_balance",
    Join("payer", "payer", "payer.id = aged.who"),
    Column(
        "payer",
        "Payer",
        "COALESCE(payer.name, 'no payer')",
        "text",
        20,
        required=True,
        flexible=True,
    ),
    "payer.name",
)
PATIENT_AGEING = _ageing(
    "patient_ageing",
    "A/R by patient",
    "client_id",
    "patient_balance",
    Join("client", "client", "client.id = aged.who"),
    patient_column(),
    "client.last_name",
)
