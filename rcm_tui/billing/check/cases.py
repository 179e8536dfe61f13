"""Checks of what is worked after the answer: cases, open denials and their history."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.families import FAMILY_FIGURES, family_figures
from rcm_tui.billing.cases.totals import FIGURES, CaseTotals, case_totals
from rcm_tui.billing.check.result import CheckResult, words_of
from rcm_tui.billing.denials.history import differences
from rcm_tui.billing.denials.open_denials import COLUMNS as OPEN_DENIAL
from rcm_tui.billing.denials.open_denials import open_denials
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.keys import AuditKey
from rcm_tui.data.tables.denials import Denial


def cases(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """What a case says it comes to is what its claims, those below it and its clocks make."""
    listed = ", ".join((*FIGURES, *FAMILY_FIGURES))
    last = 0
    result.figures["cases"] = 0
    while rows := read_rows(
        database,
        f"SELECT id, number, {listed} FROM case_file WHERE id > ? ORDER BY id LIMIT 500",
        last,
    ):
        last = rows[-1][0]
        result.figures["cases"] += len(rows)
        keys = [row[0] for row in rows]
        found, families = case_totals(database, keys), family_figures(database, keys)
        for key, number, *says in rows:
            own = zip(FIGURES, says, found.get(key, CaseTotals()).values(), strict=False)
            below = zip(FAMILY_FIGURES, says[len(FIGURES) :], families[key], strict=True)
            for makes, figures in (("its claims make", own), ("what is below it and due", below)):
                for name, said, is_so in figures:
                    if said != is_so:
                        result.fail(f"case {number}: {words_of(name)} says {said}, {makes} {is_so}")
    for (number,) in read_rows(
        database,
        "SELECT DISTINCT f.number FROM case_file f JOIN case_claim k ON k.case_id = f.id"
        " WHERE (k.active = 1) <> (f.closed_at IS NULL) ORDER BY f.number",
    ):
        result.fail(f"case {number} and its claims disagree on whether it is active")
    for number, below in read_rows(
        database,
        "SELECT p.number, min(f.number) FROM case_file f JOIN case_file p ON p.id = f.parent_id"
        " WHERE f.closed_at IS NULL AND p.closed_at IS NOT NULL"
        " GROUP BY p.number ORDER BY p.number",
    ):
        result.fail(f"case {number} is closed, and {below} below it is open")


def denials(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """The open denials are those that remittances, balances and the practice's table make."""
    listed = ", ".join(Denial._meta.combined[name].column_name for name in OPEN_DENIAL)
    result.figures |= {"denials": 0, "open": Decimal(0)}
    last = 0
    while keys := [
        key
        for (key,) in read_rows(
            database,
            "SELECT id FROM claim WHERE id > ? AND (adjudication IN ('denied', 'partially paid')"
            " OR EXISTS (SELECT 1 FROM denial WHERE denial.claim_id = claim.id))"
            " ORDER BY id LIMIT 500",
            last,
        )
    ]:
        last = keys[-1]
        real = open_denials(database, keys)
        kept = {
            row[0]: tuple(row)
            for row in read_by_keys(
                database, f"SELECT {listed} FROM denial WHERE claim_id IN ({{keys}})", keys
            )
        }
        result.figures["denials"] += len(kept)
        amount = OPEN_DENIAL.index("open_amount")
        result.figures["open"] += dollars(sum(row[amount] for row in kept.values()))
        for claim in sorted(kept.keys() | real.keys()):
            if kept.get(claim) != real.get(claim):
                result.fail(_wrong_denial(claim, kept.get(claim), real.get(claim)))


def _wrong_denial(claim: int, says: Sequence[Any] | None, is_so: Sequence[Any] | None) -> str:
    if says is None:
        return f"claim {claim} was denied and is open, and is not among the open denials"
    if is_so is None:
        return f"claim {claim} is among the open denials, and nothing of it is denied and open"
    name, said, real = next(
        (name, a, b) for name, a, b in zip(OPEN_DENIAL, says, is_so, strict=True) if a != b
    )
    return f"the open denial of claim {claim}: {words_of(name)} says {said}, and is {real}"


def denial_history(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """The denial history is the sum of the remittances, as far as it has followed them."""
    ((answered,),) = read_rows(database, "SELECT coalesce(sum(answered), 0) FROM denial_history")
    result.figures["answered lines"] = int(answered)
    for problem in differences(database):
        result.fail(problem)
