"""What an action would do to marked claims, counted before it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.claims.answers import REJECTED
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.claims import ADJUDICATED, DRAFT, READY, SUBMITTED

FACTS = (
    "SELECT status, acknowledgement, adjudication, error_count, billed FROM claim"
    " WHERE id IN ({keys})"
)


@dataclass(slots=True)
class ClaimsPreview:
    """How many claims, and how many cents billed, would be worked on.

    `failing` of them had errors when they were last validated. `left` counts the claims that
    would stay as they are, by reason.
    """

    count: int = 0
    amount: int = 0
    failing: int = 0
    left: Counter[str] = field(default_factory=Counter)


def preview_save(database: Database, claim_ids: Iterable[int]) -> ClaimsPreview:
    """What Save & Submit would validate: the Drafts."""
    return _of_status(database, claim_ids, DRAFT)


def preview_taking_back(database: Database, claim_ids: Iterable[int]) -> ClaimsPreview:
    """What would be Draft again before it is sent: what is Ready to Submit."""
    return _of_status(database, claim_ids, READY)


def _of_status(database: Database, claim_ids: Iterable[int], wanted: str) -> ClaimsPreview:
    preview = ClaimsPreview()
    for status, _, _, errors, billed in read_by_keys(database, FACTS, claim_ids):
        if status == wanted:
            preview.count += 1
            preview.amount += billed
            preview.failing += errors > 0
        else:
            preview.left[f"{status}, not {wanted}"] += 1
    return preview


def preview_mending(database: Database, claim_ids: Iterable[int]) -> ClaimsPreview:
    """What would go back to Draft: what was rejected and never adjudicated."""
    preview = ClaimsPreview()
    for status, acknowledgement, adjudication, _, billed in read_by_keys(
        database, FACTS, claim_ids
    ):
        if (status, acknowledgement) != (SUBMITTED, REJECTED):
            preview.left["not rejected"] += 1
        elif adjudication in ADJUDICATED:
            preview.left[f"adjudicated all the same: {adjudication}"] += 1
        else:
            preview.count += 1
            preview.amount += billed
    return preview
