"""Checks of the store itself: the chain of audit records, and that no reference leads nowhere."""

from peewee import Database, ForeignKeyField

from rcm_tui.billing.check.result import CheckResult, words_of
from rcm_tui.data import audit
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.keys import AuditKey
from rcm_tui.data.tables.every import ALL_TABLES


def audit_trail(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """The chain of audit records is whole, under the key that lies outside the store."""
    result.figures["records"], breaks = audit.verify(database, audit_key)
    for sentence in breaks:
        result.fail(sentence)


def references(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """Every reference from one row to another leads to a row."""
    result.figures["references"] = 0
    for table in ALL_TABLES:
        for reference in table._meta.sorted_fields:
            if isinstance(reference, ForeignKeyField):
                result.figures["references"] += 1
                child, parent = table._meta.table_name, reference.rel_model._meta.table_name
                column = reference.column_name
                for key, missing in read_rows(
                    database,
                    f'SELECT child.id, child.{column} FROM "{child}" AS child'
                    f' LEFT JOIN "{parent}" AS parent ON parent.id = child.{column}'
                    f" WHERE child.{column} IS NOT NULL AND parent.id IS NULL ORDER BY child.id",
                ):
                    result.fail(
                        f"{words_of(child)} {key} refers to {words_of(parent)} {missing},"
                        " which is gone"
                    )
