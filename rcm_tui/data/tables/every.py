"""All tables of the store: not imported at a start, which needs few of them."""

from rcm_tui.data.tables import (
    appeals,
    audit,
    case_kinds,
    case_rule_runs,
    case_rules,
    cases,
    charges,
    claims,
    clients,
    denial_history,
    denials,
    deposits,
    emergencies,
    escalations,
    exchange,
    invoices,
    jobs,
    ledger,
    legal_holds,
    overlaps,
    patient_side,
    payer_rules,
    payers,
    personal,
    practice,
    purging,
    remittances,
    timeline,
    undo,
    user_keys,
    user_units,
    visits,
)
from rcm_tui.data.tables.row import Row

AREAS = (
    practice,
    user_keys,
    user_units,
    emergencies,
    payers,
    overlaps,
    clients,
    claims,
    charges,
    purging,
    exchange,
    ledger,
    remittances,
    deposits,
    audit,
    jobs,
    personal,
    undo,
    case_kinds,
    case_rules,
    case_rule_runs,
    cases,
    escalations,
    legal_holds,
    timeline,
    appeals,
    denials,
    denial_history,
    payer_rules,
    visits,
    invoices,
    patient_side,
)

ALL_TABLES: tuple[type[Row], ...] = tuple(
    table
    for area in AREAS
    for table in vars(area).values()
    if isinstance(table, type) and issubclass(table, Row) and table.__module__ == area.__name__
)
