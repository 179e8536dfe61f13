"""Deposits of the bank: which are the payments of payers, and which nobody can explain yet."""

from rcm_tui.data.queues.queue import Choice, Column, Field, Order, Queue, Search, Total, View

WAIT_DAYS = 5
"""Money comes within so many days of its remittance, and the other way round (ours)."""

STATES = (
    Choice("reconciled", "reconciled", "done"),
    Choice("partly", "partly", "partly"),
    Choice("open", "to reconcile", "open"),
    Choice("set aside", "set aside"),
)
STATE = """CASE WHEN deposit.set_aside <> '' THEN 'set aside'
 WHEN deposit.matched = deposit.amount THEN 'reconciled'
 WHEN deposit.matched <> 0 THEN 'partly' ELSE 'open' END"""
OPEN = "deposit.matched <> deposit.amount AND deposit.set_aside = ''"

DEPOSITS = Queue(
    name="deposits",
    title="Deposits",
    from_="deposit",
    key="deposit.id",
    noun=("deposit", "deposits"),
    columns=(
        Column("received_on", "Received", "deposit.received_on", "date", 10, required=True),
        Column("amount", "Amount", "deposit.amount", "money", 12, required=True),
        Column("state", "State", STATE, "state", 15, 0, STATES, required=True),
        Column("matched", "Explained", "deposit.matched", "money", 12, 1, required=True),
        Column("reference", "Reference", "deposit.reference", "code", 16, 0, required=True),
        Column(
            "description",
            "The bank says",
            "deposit.description",
            "text",
            26,
            1,
            required=True,
            flexible=True,
        ),
        Column("age", "Age", "deposit.received_on", "age", 6, 2, required=True),
        Column("memo", "Memo", "deposit.memo", "text", 16, 4, required=True),
        Column("why", "Set aside because", "deposit.set_aside", "text", 18, 4, required=True),
        Column("source", "File", "deposit.source", "text", 16, 5, required=True),
        Column("received", "No.", "deposit.id", "count", 6, 6, required=True),
    ),
    fields=(
        Field("date", "date", ("deposit.received_on",), help="When the money came"),
        Field("trace", "code", ("deposit.reference",), ("ref",)),
    ),
    search=(Search("deposit.reference", "prefix"), Search("deposit.description")),
    totals=(
        Total("amount", "amount", "deposit.amount"),
        Total("matched", "explained", "deposit.matched"),
    ),
    default_order=Order.by("-received_on"),
    default_view="open",
    views=(
        View(
            "open",
            "To reconcile",
            condition=OPEN,
            order=Order.by("received_on"),
            description="Money whose payment, or a part of it, is not known",
        ),
        View(
            "no_era",
            f"No remittance after {WAIT_DAYS} days",
            condition=f"{OPEN} AND deposit.received_on <= date(:today, '-{WAIT_DAYS} days')",
            order=Order.by("received_on"),
            description="Money came, and nobody says for which claims: ask the payer for the ERA",
        ),
        View("reconciled", "Reconciled", condition="deposit.matched = deposit.amount"),
        View("set_aside", "Set aside", condition="deposit.set_aside <> ''"),
        View("all", "All"),
    ),
)
