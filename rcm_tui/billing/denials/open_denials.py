"""The table of open denials: one row per claim whose payer's newest answer left something unpaid.

A claim is among them as long as it is with the payer (Submitted), was denied in whole or in part
by the newest remittance that stands, and the payer still owes of it. What is paid after all,
written off, moved to the patient or on to the next payer is settled, and so is what a correction
that was sent has taken the place of.

The rows follow from others: they are neither undone nor edited, and `rcm-tui check` compares them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.denials.next_steps import NextStep, next_steps
from rcm_tui.billing.denials.triage import score
from rcm_tui.billing.remittances.standing import Standing
from rcm_tui.data.bulk import (
    chunked,
    delete_rows,
    insert_rows,
    read_by_keys,
    read_rows,
    update_rows,
)
from rcm_tui.data.tables.claims import SUBMITTED
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.work import Work

COLUMNS = (
    "claim chain payer remittance group_code reason_code remark_codes category way other_way clock"
    " preventable denied_amount open_amount notice_on until due_as"
).split()
Values = tuple[Any, ...]
"""What a row holds, in the order of COLUMNS, as the store has it."""

# Hidden from the planner, which would read all that is denied: claims are found by their keys.
MAY_BE = (
    "SELECT id, COALESCE(chain, id), payer_id, payer_balance FROM claim WHERE id IN ({keys})"
    " AND payer_balance + 0 > 0 AND COALESCE(adjudication, '') IN ('denied', 'partially paid')"
    f" AND COALESCE(status, '') = '{SUBMITTED}'"
)
KEPT = (
    "SELECT id, claim_id, chain, payer_id, remittance_id, group_code, reason_code, remark_codes,"
    " category, way, other_way, clock, preventable, denied_amount, open_amount, notice_on, until,"
    " due_as FROM denial WHERE claim_id IN ({keys})"
)


def refresh_denials(
    work: Work,
    claim_ids: Iterable[int],
    standing: Mapping[int, Sequence[Standing]] | None = None,
) -> None:
    """Brings the open denials of claims up to date, in bulk.

    To be called when their balance, adjudication, status, or what is done next may have changed.
    `standing` are their standing remittances, for who has read them already.
    """
    for chunk in chunked(sorted(set(claim_ids))):
        kept = {
            row[1]: (row[0], tuple(row[1:])) for row in read_by_keys(work.database, KEPT, chunk)
        }
        found = open_denials(work.database, chunk, standing)
        if not kept and not found:
            continue
        delete_rows(work.database, Denial, [kept[claim][0] for claim in kept if claim not in found])
        insert_rows(
            work.database, Denial, COLUMNS, [row for key, row in found.items() if key not in kept]
        )
        changed = [
            (*row, kept[key][0])
            for key, row in found.items()
            if key in kept and kept[key][1] != row
        ]
        update_rows(work.database, Denial, COLUMNS, changed)


def refresh_denials_of(work: Work, condition: str, *parameters: Any) -> None:
    """The same for all claims whose open denial fits a condition of ours over `denial`."""
    rows = read_rows(work.database, f"SELECT claim_id FROM denial WHERE {condition}", *parameters)
    refresh_denials(work, [claim for (claim,) in rows])


def open_denials(
    database: Database,
    claim_ids: Iterable[int],
    standing: Mapping[int, Sequence[Standing]] | None = None,
) -> dict[int, Values]:
    """Claim → what its row says; claims of which nothing is open or denied are left out."""
    claims = {row[0]: row[1:] for row in read_by_keys(database, MAY_BE, claim_ids)}
    found = next_steps(database, claims, standing)
    return {claim: _values(step, *claims[claim]) for claim, step in found.items()}


def _values(found: NextStep, chain: int, payer: int | None, balance: int) -> Values:
    open_amount = min(found.denied, balance)
    step = found.step
    due = score(found.notice_on, found.until, found.clock, open_amount, found.way)
    group, _, reason = found.code.partition("-")
    return (
        found.claim,
        chain,
        payer,
        found.remittance,
        group,
        reason,
        " ".join(found.remarks),
        step.category if step else "",
        found.way,
        step.other_way if step else "",
        found.clock,
        step.preventable if step else "no",
        found.denied,
        open_amount,
        found.notice_on.isoformat(),
        found.until.isoformat() if found.until else None,
        due.due_as.isoformat(),
    )
