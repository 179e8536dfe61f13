"""Invoices of visits: what patients owe, what they paid, and the claim for the payer's share."""

from rcm_tui.data.queues.parties import (
    patient_column,
    patient_fields,
    patients,
    payer_column,
    payer_field,
    payers_of_coverage,
    unit_column,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

STANDINGS = (
    Choice("open", "open", "open"),
    Choice("paid", "paid", "done"),
    Choice("settled", "settled", "done"),
    Choice("credit", "credit", "warning"),
    Choice("no share", "no share"),
)
BALANCE = "(invoice.patient_share - invoice.paid - invoice.written_off)"
WAITING = "(invoice.payer_paid - invoice.insurance_paid)"
STANDING = f"""CASE WHEN invoice.state = 'settled' THEN 'settled'
 WHEN {BALANCE} > 0 THEN 'open' WHEN {BALANCE} < 0 THEN 'credit'
 WHEN invoice.patient_share > 0 THEN 'paid' ELSE 'no share' END"""
LINES = (
    "FROM invoice_line l JOIN charge_item c ON c.id = l.charge_item_id"
    " LEFT JOIN claim_line cl ON cl.id = c.claim_line_id LEFT JOIN claim ON claim.id = cl.claim_id"
    " WHERE l.invoice_id = invoice.id"
)
CLAIM_NUMBER = f"COALESCE((SELECT max(claim.number) {LINES}), '')"
UNAPPLIED = (
    "COALESCE((SELECT CAST(sum(p.amount - p.applied - p.refunded) AS BIGINT) FROM patient_payment p"
    " WHERE p.invoice_id = invoice.id AND p.state = 'posted'), 0)"
)
PATIENT = patients("invoice.client_id")
PAYER = payers_of_coverage("invoice.coverage_id")
NEWEST = Order.by("-invoiced_on")

INVOICES = Queue(
    name="invoices",
    title="Invoices",
    from_="invoice",
    key="invoice.id",
    noun=("invoice", "invoices"),
    joins=(
        Join("client", "client", "client.id = invoice.client_id"),
        Join("coverage", "coverage", "coverage.id = invoice.coverage_id"),
        Join("payer", "payer", "payer.id = coverage.payer_id"),
        Join("visit", "visit", "visit.id = invoice.visit_id"),
        Join("unit", "business_unit", "unit.id = invoice.business_unit_id"),
    ),
    columns=(
        Column("invoice_number", "Invoice", "invoice.number", "code", 9, 0, required=True),
        Column("invoiced_on", "Date", "invoice.invoiced_on", "date", 10, 0, required=True),
        patient_column(),
        payer_column(priority=3),
        Column("billed", "Billed", "invoice.billed", "money", 10, 0, required=True),
        Column("payer_share", "Payer's", "invoice.payer_share", "money", 10, 2, required=True),
        Column("patient_share", "Patient's", "invoice.patient_share", "money", 9, 1, required=True),
        Column("paid", "Paid", "invoice.paid", "money", 9, 1, required=True),
        Column("balance", "Owes", BALANCE, "money", 9, 0, required=True),
        Column("standing", "Stands", STANDING, "state", 10, 0, STANDINGS, required=True),
        Column("unapplied", "Unapplied", UNAPPLIED, "money", 9, 5, required=True),
        Column(
            "insurance_paid",
            "Insurance",
            "invoice.insurance_paid",
            "money",
            10,
            6,
            required=True,
            help="What of the payer's money was put on it by the Insurance method",
        ),
        Column(
            "insurance_waiting",
            "To put on",
            WAITING,
            "money",
            9,
            7,
            required=True,
            help="What the payer paid of it and is not on it yet",
        ),
        Column("written_off", "Written off", "invoice.written_off", "money", 11, 8, required=True),
        Column("claim_number", "Claim", CLAIM_NUMBER, "code", 10, 4, required=True),
        Column("visit_number", "Visit", "visit.number", "code", 9, 5, required=True),
        unit_column(6),
    ),
    fields=(
        Field("invoice_number", "code", ("invoice.number",), ("invoice", "number")),
        *patient_fields(PATIENT),
        payer_field(PAYER),
        Field("balance", "money", (BALANCE,), ("owes", "open"), help="What the patient owes"),
        Field("date", "date", ("invoice.invoiced_on",), ("invoiced_on",)),
        Field(
            "method",
            "code",
            ("p.method",),
            within=(
                "EXISTS (SELECT 1 FROM patient_payment AS p WHERE p.invoice_id = invoice.id"
                " AND {test})"
            ),
            help="How something was paid on it: cash, check, card …",
        ),
    ),
    search=(
        Search("invoice.number", "prefix"),
        Search("c.last_name", "prefix", within=PATIENT),
        Search("c.first_name", "prefix", within=PATIENT),
    ),
    totals=(
        Total("billed", "billed", "invoice.billed"),
        Total("paid", "patients paid", "invoice.paid"),
        Total("balance", "patients owe", BALANCE),
        Total("insurance_waiting", "insurance to put on", WAITING),
    ),
    default_order=NEWEST,
    default_view="open",
    views=(
        View("open", "Open", condition=f"{BALANCE} > 0", description="The patient still owes"),
        View(
            "paid",
            "Paid",
            condition=f"{BALANCE} = 0 AND invoice.patient_share > 0",
            description="The patient's share is paid",
        ),
        View(
            "insurance",
            "Insurance to put on",
            condition=f"{WAITING} <> 0 AND invoice.state = 'open'",
            description="The payer paid, and the invoice does not say so yet; auto-pay would",
        ),
        View("settled", "Settled", condition="invoice.state = 'settled'"),
        View("credit", "Credit", condition=f"{BALANCE} < 0", description="More is paid than owed"),
        View(
            "no_copay",
            "Copay not known",
            condition=(
                "EXISTS (SELECT 1 FROM coverage v WHERE v.id = invoice.coverage_id"
                " AND v.copay IS NULL)"
            ),
            description="The coverage does not say what the patient pays",
        ),
        View(
            "unclaimed",
            "Without claim",
            condition=(
                "EXISTS (SELECT 1 FROM invoice_line l JOIN charge_item c ON c.id = l.charge_item_id"
                " WHERE l.invoice_id = invoice.id AND c.claim_line_id IS NULL)"
            ),
        ),
        View("all", "All"),
    ),
)
