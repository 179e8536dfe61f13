"""What the rules look at by themselves: what was posted (`noting.py`), and what has come of age."""

import datetime

from peewee import Database

from rcm_tui.billing.cases.rules.rule import load_rules
from rcm_tui.billing.cases.rules.running import run_rules
from rcm_tui.billing.outcome import Outcome
from rcm_tui.billing.rights import RUN_CASE_RULES, needs
from rcm_tui.data.bulk import delete_rows, read_rows
from rcm_tui.data.tables.case_rule_runs import AGED, POSTED, CaseRuleDue
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.work import Work

MOST_CLAIMS_AT_ONCE = 500
"""So many claims matched by hand one unit of work looks at (ours)."""


def anything_due(database: Database) -> bool:
    """Whether the rules have anything to look at that was posted."""
    return bool(read_rows(database, "SELECT 1 FROM case_rule_due LIMIT 1"))


@needs(RUN_CASE_RULES)
def look_at_next(work: Work) -> Outcome:
    """Runs the rules over the payment that waits longest, or the claims matched by hand."""
    rows = read_rows(
        work.database,
        "SELECT id, payment_id, claim_id FROM case_rule_due ORDER BY id LIMIT ?",
        MOST_CLAIMS_AT_ONCE,
    )
    if not rows:
        return Outcome()
    _, payment, _ = rows[0]
    chosen = [row for row in rows if row[1] == payment]
    claims = [row[2] for row in chosen] if payment is None else _of_payment(work, payment)
    outcome = run_rules(work, claims, POSTED)
    delete_rows(work.database, CaseRuleDue, [row[0] for row in chosen])
    return outcome


def _of_payment(work: Work, payment: int) -> list[int]:
    rows = read_rows(
        work.database,
        "SELECT DISTINCT claim_id FROM remittance WHERE payment_id = ?"
        " AND COALESCE(state, '') = 'posted' AND claim_id IS NOT NULL ORDER BY claim_id",
        payment,
    )
    return [claim for (claim,) in rows]


@needs(RUN_CASE_RULES)
def look_at_aged(work: Work) -> Outcome:
    """Once a day: runs rules with an age over the denied claims that have come into it since.

    A rule that has just been switched on begins with today, so that it does not open cases for
    all that is old: that is a run by hand.
    """
    rules = [rule for rule in load_rules(work.database) if rule.age_from]
    looked = {
        key: datetime.date.fromisoformat(day)
        for key, day in read_rows(
            work.database, "SELECT id, looked_on FROM case_rule WHERE looked_on IS NOT NULL"
        )
    }
    claims: set[int] = set()
    for rule in rules:
        days = datetime.timedelta(days=rule.age_from or 0)
        since = looked.get(rule.id, work.today)
        claims |= denied_between(work.database, since - days, work.today - days)
    outcome = run_rules(work, claims, AGED, rules)
    CaseRule.update(looked_on=work.today).where(CaseRule.age_from.is_null(False)).execute()
    return outcome


def aged_are_due(database: Database, today: datetime.date) -> bool:
    """Whether the day of rules with an age is not today: also of those that are switched off."""
    return bool(
        read_rows(
            database,
            "SELECT 1 FROM case_rule WHERE age_from IS NOT NULL"
            " AND (looked_on IS NULL OR looked_on < ?) LIMIT 1",
            today.isoformat(),
        )
    )


def denied_between(database: Database, after: datetime.date, until: datetime.date) -> set[int]:
    """Denied claims by their first day of service, each state by its own index."""
    found: set[int] = set()
    for state in ("denied", "partially paid"):
        rows = read_rows(
            database,
            "SELECT id FROM claim WHERE adjudication = ? AND first_service_date > ?"
            " AND first_service_date <= ?",
            state,
            after.isoformat(),
            until.isoformat(),
        )
        found |= {key for (key,) in rows}
    return found
