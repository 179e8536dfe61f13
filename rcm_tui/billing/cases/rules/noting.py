"""What the rules of cases are to look at, noted with what is posted.

Posting writes one row a payment and opens nothing itself, so that it is no slower for it: the
worker follows (`due.py`).
"""

from collections.abc import Iterable

from peewee import Database

from rcm_tui.data.bulk import insert_rows, read_rows
from rcm_tui.data.tables.case_rule_runs import CaseRuleDue
from rcm_tui.data.tables.jobs import Job
from rcm_tui.data.work import Work


def note_payment(work: Work, payment_id: int) -> None:
    """Has the rules look at what a payment denies, where any is in force."""
    if in_force(work.database):
        _note(work, [(payment_id, None)])


def note_claims(work: Work, claim_ids: Iterable[int]) -> None:
    """The same for claims that remittances were put on by hand."""
    if in_force(work.database):
        _note(work, [(None, claim) for claim in sorted(set(claim_ids))])


def _note(work: Work, rows: list[tuple[int | None, int | None]]) -> None:
    insert_rows(work.database, CaseRuleDue, ("payment", "claim"), rows)
    Job.update(requested=True).where(Job.name == "open cases", Job.enabled == 1).execute()


def in_force(database: Database) -> bool:
    """Whether any rule is in force."""
    return bool(read_rows(database, "SELECT 1 FROM case_rule WHERE active = 1 LIMIT 1"))
