"""What a payer says by phone of a claim that nobody rejected: that it has no such claim.

Days after the clearinghouse took it a claim may be nowhere at the payer. Then it was never
adjudicated: it is as good as rejected, and goes again as an original (frequency 1).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.answers import REJECTED
from rcm_tui.billing.claims.previews import ClaimsPreview
from rcm_tui.billing.claims.superseding import refuse_place
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import CORRECT, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.claims import ADJUDICATED, SUBMITTED, Claim
from rcm_tui.data.tables.exchange import ClaimResponse, TransmittedClaim
from rcm_tui.data.work import Work

NOT_ON_FILE = ("D0", "35")
"""Claim status category and code of a claim that is not found (X12 code lists 507 and 508)."""
WORDS = "the payer has no such claim"
LONGEST = 200
FACTS = (
    "SELECT id, number, status, acknowledgement, adjudication, billed, patient_control_number"
    " FROM claim WHERE id IN ({keys}) ORDER BY id"
)


@needs(CORRECT, claim_ids=CLAIM)
def not_on_file(work: Work, claim_ids: Iterable[int], said: str) -> Outcome:
    """Keeps that the payer said by phone to have no such claims: they count as rejected.

    `said` is what was said, by whom and under which call reference. `amount` is what the claims
    that changed bill, in cents; claims that were not sent, or that the payer adjudicated, are
    left. Raises Refused when nothing was said.
    """
    said = said.strip()
    if not said:
        raise Refused("What was said is needed: who said it, and the reference of the call.")
    outcome = Outcome()
    taken: list[tuple[int, str]] = []
    for key, number, *facts, billed, patient_control_number in _facts(work.database, claim_ids):
        if reason := _why_not(*facts):
            outcome.left.append(Left(key, number, reason))
        else:
            taken.append((key, patient_control_number))
            outcome.amount += billed
    with work.undoable("The payer has no such claims", Claim) as action:
        _reject(work, [key for key, _ in taken])
        work.insert(
            ClaimResponse,
            (
                *("claim", "level", "kind", "accepted", "source", "category", "status"),
                *("entity", "text", "words", "named", "received_at"),
            ),
            [
                (
                    *(key, "claim", "call", 0, "payer", *NOT_ON_FILE, "", said[:LONGEST]),
                    *(WORDS, f"claim {number}", work.now),
                )
                for key, number in taken
            ],
        )
        outcome.done = [key for key, _ in taken]
        action.title = f"The payer has no such {counted(len(taken), 'claim')}"
        action.worth_undoing = bool(taken)
    for key in outcome.done:
        work.record("claim not on file", "claim", key, acknowledgement=REJECTED)
    return outcome


def preview_not_on_file(database: Database, claim_ids: Iterable[int]) -> ClaimsPreview:
    """What would count as rejected, and why the rest would not."""
    preview = ClaimsPreview(left=Counter())
    for _, _, *facts, billed, _ in _facts(database, claim_ids):
        if reason := _why_not(*facts):
            preview.left[reason] += 1
        else:
            preview.count += 1
            preview.amount += billed
    return preview


def _why_not(status: str, acknowledgement: str, adjudication: str) -> str:
    if status != SUBMITTED:
        return f"it is {status}: only what was sent can be missing at the payer"
    if acknowledgement == REJECTED:
        return "it was rejected already"
    if adjudication in ADJUDICATED:
        return f"the payer adjudicated it: {adjudication}"
    return ""


def _reject(work: Work, keys: Sequence[int]) -> None:
    work.update(
        Claim,
        ("acknowledgement", "adjudication"),
        [(REJECTED, "none", key) for key in keys],
    )
    live = read_by_keys(
        work.database,
        "SELECT id FROM transmitted_claim WHERE claim_id IN ({keys}) AND live = 1 ORDER BY id",
        keys,
    )
    work.update(TransmittedClaim, ("live",), [(0, key) for (key,) in live])
    refuse_place(work, keys)


def _facts(database: Database, claim_ids: Iterable[int]) -> list[Any]:
    return list(read_by_keys(database, FACTS, dict.fromkeys(claim_ids)))
