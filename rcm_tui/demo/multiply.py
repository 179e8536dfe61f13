"""A million claims in minutes: copies of a practice that was made by the rules, for benchmarks.

Clients, claims, payments and ledger are copied whole, so every balance and journal holds in each
copy. Copied claims count as sent elsewhere: their charges and interchanges are not copied.
"""

from collections.abc import Iterator

from rcm_tui.billing.ledger import seal_journals
from rcm_tui.billing.outcome import Progress
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.clients import Client, ClientDiagnosis, Coverage
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.exchange import ClaimResponse
from rcm_tui.data.tables.ledger import Entry, Journal
from rcm_tui.data.tables.remittances import (
    Adjustment,
    Payment,
    ProviderAdjustment,
    Remark,
    Remittance,
    RemittanceLine,
)
from rcm_tui.data.tables.row import Row
from rcm_tui.data.work import Work

COPIED: tuple[type[Row], ...] = (
    Client,
    Coverage,
    ClientDiagnosis,
    Claim,
    ClaimLine,
    ClaimValidation,
    ClaimResponse,
    Journal,
    Entry,
    Payment,
    Remittance,
    RemittanceLine,
    Adjustment,
    Remark,
    ProviderAdjustment,
    Denial,
)

# Columns that a copy cannot share, as SQL over the row copied; {copy} is the number of the copy.
OWN_VALUES = {
    (Client, "mrn"): "mrn || '-{copy}'",
    (Claim, "number"): "number || '-{copy}'",
    (Claim, "patient_control_number"): "patient_control_number || 'K{copy}'",
    (Claim, "authorization_id"): "NULL",
    (Claim, "elsewhere"): "CASE WHEN status = 'Submitted' THEN 1 ELSE elsewhere END",
    (Claim, "chain"): "chain + {offset}",
    (Denial, "chain"): "chain + {offset}",
    (ClaimLine, "line_control_number"): "line_control_number || 'K{copy}'",
    (Payment, "set_key"): "set_key || '|{copy}'",
    (Payment, "payment_key"): "payment_key || '|{copy}'",
    (Payment, "incoming_file_id"): "NULL",
    (ClaimResponse, "claims_transaction_id"): "NULL",
}

# What patients paid on invoices is not copied, and neither is it in the ledger.
LEFT_OUT = {
    Journal: "kind <> 'patient payment'",
    Entry: "journal_id NOT IN (SELECT id FROM journal WHERE kind = 'patient payment')",
}


def multiply(work: Work, copies: int, progress: Progress) -> None:
    """Adds `copies` copies of everything in COPIED. SQLite only; call it on an idle store."""
    database = work.database
    tops = {table: _top(work, table) for table in COPIED}
    # One offset for all tables keeps every reference between copied rows a plain addition.
    offset = max(tops.values()) + 1
    dropped = list(_dropped_indexes(work))
    for copy in range(1, copies + 1):
        for table in COPIED:
            database.execute_sql(_copy_sql(table, tops[table], copy, offset * copy))
        progress(copy, copies)
    for sql in dropped:
        database.execute_sql(sql)
    for copy in range(1, copies + 1):
        seal_journals(work, offset * copy + 1, offset * copy + tops[Journal])
    work.record("multiply", "practice", 1, copies=copies)


def _top(work: Work, table: type[Row]) -> int:
    name = table._meta.table_name
    return int(work.database.execute_sql(f'SELECT max(id) FROM "{name}"').fetchone()[0] or 0)


def _dropped_indexes(work: Work) -> Iterator[str]:
    # Building an index once over all rows is several times faster than growing it row by row.
    names = ", ".join(f"'{table._meta.table_name}'" for table in COPIED)
    rows = work.database.execute_sql(
        "SELECT name, sql FROM sqlite_master"
        f" WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names})"
    ).fetchall()
    for name, sql in rows:
        work.database.execute_sql(f'DROP INDEX "{name}"')
        yield sql


def _copy_sql(table: type[Row], top: int, copy: int, offset: int) -> str:
    columns, values = [], []
    for field in table._meta.sorted_fields:
        column = field.column_name
        own = OWN_VALUES.get((table, column))
        if own is not None:
            value = own.format(copy=copy, offset=offset)
        elif column == "id" or getattr(field, "rel_model", None) in COPIED:
            value = f'"{column}" + {offset}'
        else:
            value = f'"{column}"'
        columns.append(f'"{column}"')
        values.append(value)
    name = table._meta.table_name
    return (
        f'INSERT INTO "{name}" ({", ".join(columns)})'
        f' SELECT {", ".join(values)} FROM "{name}" WHERE id <= {top}'
        f" AND {LEFT_OUT.get(table, '1')}"
    )
