"""The denial history: how payers answered lines of one kind, month by month, kept as sums.

What changed is told by the audit trail: of every claim and payment that something was recorded
of since the last time, the months of its answers are summed anew, payer by payer, from the
remittances. Nothing is added up twice, and what was taken back is gone. It follows posting, which
pays nothing for it.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import chunked, insert_rows, read_by_keys, read_rows
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.queues.answered_lines import (
    ANSWER,
    DENIED,
    DENIED_AMOUNT,
    MONTH,
    PLACE,
    REASON,
    RECOVERED,
    STANDS,
)
from rcm_tui.data.tables.denial_history import DenialHistory, Following
from rcm_tui.data.work import Work

NAME = "denial history"
SITUATION = ("payer_id", "procedure_code", "modifiers", "place_of_service", "rendering_id")
FIGURES = (
    *("answered", "denied", "ever", "overturned"),
    *("billed", "denied_amount", "ever_amount", "recovered"),
)
COLUMNS = (
    *("payer", "procedure_code", "modifiers", "place_of_service", "rendering", "reason", "month"),
    *FIGURES,
)

Months = dict[str, set[int]]
"""Month → the payers (0 for none) whose answers in it are to be summed anew."""

# Payments of a month first: a planner would read every claim of the payer.
ANSWERS = f"""SELECT claim.payer_id AS payer_id, claim_line.procedure_code AS procedure_code,
 claim_line.modifiers AS modifiers, {PLACE} AS place_of_service,
 claim.rendering_id AS rendering_id, {REASON} AS reason, {MONTH} AS month,
 CASE WHEN {STANDS} THEN 1 ELSE 0 END AS stands, remittance_line.charge AS charge,
 {DENIED_AMOUNT} AS amount,
 CASE WHEN {DENIED} THEN {RECOVERED} ELSE 0 END AS recovered
 FROM payment CROSS JOIN remittance CROSS JOIN remittance_line CROSS JOIN claim
 CROSS JOIN claim_line
 WHERE {MONTH} = ? AND remittance.payment_id = payment.id
 AND remittance_line.remittance_id = remittance.id AND {ANSWER}
 AND claim.id = remittance.claim_id AND claim_line.id = remittance_line.claim_line_id
 AND COALESCE(claim.payer_id, 0) IN ({{keys}})"""
SUMS = ", ".join(
    f"CAST(COALESCE(SUM({figure}), 0) AS BIGINT) AS {name}"
    for name, figure in zip(
        FIGURES,
        (
            "stands",
            "CASE WHEN reason <> '' THEN stands ELSE 0 END",
            "CASE WHEN reason <> '' THEN 1 ELSE 0 END",
            "CASE WHEN reason <> '' AND recovered > 0 THEN 1 ELSE 0 END",
            "stands * charge",
            "stands * amount",
            "amount",
            "CASE WHEN reason <> '' AND recovered > 0 THEN recovered ELSE 0 END",
        ),
        strict=True,
    )
)
KEYS = ", ".join((*SITUATION, "reason", "month"))
SUMMED = (
    f"SELECT {KEYS}, {SUMS} FROM ({ANSWERS}) AS answer WHERE stands = 1 OR reason <> ''"
    f" GROUP BY {KEYS}"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Months that were summed, and their rows; `newest` is the audit record up to which."""

    newest: int
    months: Months
    rows: list[tuple[Any, ...]]


def is_behind(database: Database) -> bool:
    """Whether something was recorded since the history was brought up to date. Blocks."""
    return _newest(database) > _followed(database)[0]


def last_followed(database: Database) -> datetime.datetime | None:
    """When it was brought up to date; None before it ever was. Blocks."""
    at = _followed(database)[1]
    return moment_from_store(at) if at else None


def count_changes(database: Database) -> Counted:
    """Sums anew what changed since the last time; the first time everything.

    Nothing is written, so that nobody waits while it is counted. What is recorded meanwhile comes
    after `newest`, and is summed anew the next time.
    """
    newest, (seen, _) = _newest(database), _followed(database)
    months = _changed(database, seen) if seen else _all_months(database)
    return Counted(newest, months, list(_summed_anew(database, months)))


def keep_counted(work: Work, counted: Counted) -> int:
    """Puts what was summed in the place of what was kept; returns how many months of payers."""
    for month, payers in counted.months.items():
        for keys in chunked(sorted(payers)):
            _execute(work.database, _delete(keys), month, *keys)
    insert_rows(work.database, DenialHistory, COLUMNS, counted.rows)
    done = Following.update(audit_record=counted.newest, at=work.now).where(Following.name == NAME)
    if not done.execute():
        Following.insert(name=NAME, audit_record=counted.newest, at=work.now).execute()
    return sum(map(len, counted.months.values()))


def rebuild_denial_history(work: Work) -> int:
    """Makes the history anew from every remittance. Returns how many months there are."""
    newest, months = _newest(work.database), _all_months(work.database)
    work.database.execute_sql("DELETE FROM denial_history")
    keep_counted(work, Counted(newest, months, list(_summed_anew(work.database, months))))
    return len(months)


def differences(database: Database) -> Iterator[str]:
    """What the history says otherwise than the remittances do, as sentences. Blocks.

    What was recorded since it was brought up to date is left out: it will be summed anew.
    """
    seen, _ = _followed(database)
    if not seen:
        return
    waiting = _changed(database, seen)
    kept = _by_month(read_rows(database, KEPT))
    for month, payers in sorted(_all_months(database, kept).items()):
        settled = sorted(payers - waiting.get(month, set()))
        now = _by_month(
            row
            for keys in chunked(settled)
            for row in read_rows(
                database,
                f"SELECT COALESCE(payer_id, 0), month, {TOTALS} FROM ({_summed(keys)}) AS now"
                " GROUP BY 1, 2",
                month,
                *keys,
            )
        )
        for payer in settled:
            said, found = kept.get((month, payer), NONE), now.get((month, payer), NONE)
            if said != found:
                yield (
                    f"the denial history of payer {payer} in {month} says"
                    f" {_words(said)}, its remittances {_words(found)}"
                )


TOTALS = ", ".join(f"CAST(SUM({figure}) AS BIGINT)" for figure in FIGURES)
KEPT = f"SELECT COALESCE(payer_id, 0), month, {TOTALS} FROM denial_history GROUP BY 1, 2"
NONE = (0,) * len(FIGURES)


def _by_month(rows: Iterable[tuple[int, str, int]]) -> dict[tuple[str, int], tuple[int, ...]]:
    return {(month, payer): tuple(map(int, figures)) for payer, month, *figures in rows}


def _words(figures: tuple[int, ...]) -> str:
    return ", ".join(f"{value} {name}" for name, value in zip(FIGURES, figures, strict=True))


def _summed(payers: list[int]) -> str:
    return SUMMED.replace("{keys}", ", ".join("?" * len(payers)))


def _summed_anew(database: Database, months: Months) -> Iterator[tuple[Any, ...]]:
    for month, payers in sorted(months.items()):
        for keys in chunked(sorted(payers)):
            yield from read_rows(database, _summed(keys), month, *keys)


def _delete(keys: list[int]) -> str:
    marks = ", ".join("?" * len(keys))
    return f"DELETE FROM denial_history WHERE month = ? AND COALESCE(payer_id, 0) IN ({marks})"


def _execute(database: Database, sql: str, *parameters: object) -> None:
    database.execute_sql(sql.replace("?", database.param), parameters)


def _followed(database: Database) -> tuple[int, str]:
    rows = read_rows(database, "SELECT audit_record, at FROM following WHERE name = ?", NAME)
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, "")


def _newest(database: Database) -> int:
    ((newest,),) = read_rows(database, "SELECT COALESCE(MAX(id), 0) FROM audit_record")
    return int(newest)


def _all_months(
    database: Database, and_these: Iterable[tuple[str, int]] = ()
) -> dict[str, set[int]]:
    payers = {row[0] for row in read_rows(database, "SELECT id FROM payer")} | {0}
    months = {row[0]: set(payers) for row in read_rows(database, ALL_MONTHS)}
    for month, payer in and_these:
        months.setdefault(month, set()).add(payer)
    return months


ALL_MONTHS = f"SELECT DISTINCT {MONTH} FROM payment"


def _changed(database: Database, seen: int) -> Months:
    """The months of the answers to every claim and payment that was recorded of since."""
    claims: set[int] = set()
    recorded: dict[str, set[int]] = defaultdict(set)
    for subject, key in read_rows(
        database,
        "SELECT DISTINCT subject, subject_id FROM audit_record WHERE id > ?"
        " AND subject_id IS NOT NULL AND subject IN ('claim', 'payment', 'remittance')",
        seen,
    ):
        recorded[subject].add(key)
    claims |= recorded["claim"]
    for sql, keys in ((OF_PAYMENTS, recorded["payment"]), (OF_THEM, recorded["remittance"])):
        claims.update(row[0] for row in read_by_keys(database, sql, sorted(keys)))
    # What is paid on a line that was billed again overturns the denial of the one before.
    claims.update(row[0] for row in read_by_keys(database, BEFORE, sorted(claims)))
    months: Months = defaultdict(set)
    for payer, month in read_by_keys(database, THEIR_MONTHS, sorted(claims)):
        months[month].add(payer)
    # A remittance that was taken off its claim leads to it no more: only the audit does.
    for claim, details in read_rows(database, TAKEN_OFF, seen):
        key = int(json.loads(details)["remittance"])
        for month, payer in read_rows(database, MONTH_OF_BOTH, key, claim):
            months[month].add(payer)
    return months


TAKEN_OFF = (
    "SELECT subject_id, details FROM audit_record WHERE id > ? AND subject = 'claim'"
    " AND action = 'remittance taken off'"
)
MONTH_OF_BOTH = (
    f"SELECT {MONTH}, COALESCE(claim.payer_id, 0) FROM remittance"
    " JOIN payment ON payment.id = remittance.payment_id CROSS JOIN claim"
    " WHERE remittance.id = ? AND claim.id = ?"
)


OF_PAYMENTS = (
    "SELECT DISTINCT claim_id FROM remittance WHERE payment_id IN ({keys}) AND claim_id IS NOT NULL"
)
OF_THEM = "SELECT claim_id FROM remittance WHERE id IN ({keys}) AND claim_id IS NOT NULL"
BEFORE = (
    "SELECT DISTINCT p.claim_id FROM claim_line AS n JOIN claim_line AS p ON p.id = n.previous_id"
    " WHERE n.claim_id IN ({keys})"
)
THEIR_MONTHS = (
    f"SELECT DISTINCT COALESCE(claim.payer_id, 0), {MONTH} FROM claim"
    " JOIN remittance ON remittance.claim_id = claim.id"
    " JOIN payment ON payment.id = remittance.payment_id WHERE claim.id IN ({keys})"
)
