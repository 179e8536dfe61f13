"""From Draft to Submitted: saving and submitting, taking what is ready, marking it as sent."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from rcm_tui.billing.claims.superseding import supersede
from rcm_tui.billing.claims.transfers import post_opening
from rcm_tui.billing.claims.validation import Finding, clean_claims, validate_claims
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, counted, go_on
from rcm_tui.billing.rights import SUBMIT, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.claims import DRAFT, READY, SUBMITTED, VOID, Claim
from rcm_tui.data.work import Work

STEP = 500


@needs(SUBMIT, claim_ids=CLAIM)
def save_and_submit(
    work: Work, claim_ids: Iterable[int], progress: Progress | None = None
) -> Outcome:
    """Validates Drafts again and makes those without an error Ready to Submit (`done`).

    The others stay Drafts, left with their first reasons. Done in steps: when `progress` stops it
    the claims that were not reached are left untouched.
    """
    with work.undoable("Save & Submit", Claim) as action:
        outcome = _save_and_submit(work, claim_ids, progress)
        action.title = f"Save & Submit {counted(len(outcome.done), 'claim')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def _save_and_submit(work: Work, claim_ids: Iterable[int], progress: Progress | None) -> Outcome:
    keys = sorted(set(claim_ids))
    outcome = Outcome()
    for start in range(0, len(keys), STEP):
        if not go_on(work, progress, start, len(keys)):
            outcome.stop((key, number) for key, number, *_ in _claims(work, keys[start:]))
            break
        claims = _claims(work, keys[start : start + STEP])
        drafts = [claim for claim in claims if claim[2] == DRAFT]
        outcome.left += [
            Left(key, number, f"it is {status}, not a {DRAFT}")
            for key, number, status, *_ in claims
            if status != DRAFT
        ]
        found = validate_claims(work, [claim[0] for claim in drafts])
        clean = clean_claims(found)
        _set_status(work, clean, DRAFT, READY)
        for key, number, _, billed, *_ in drafts:
            if key in clean:
                outcome.done.append(key)
                outcome.amount += billed
            else:
                outcome.left.append(Left(key, number, first_reasons(found[key])))
    return outcome


@needs(SUBMIT, claim_ids=CLAIM)
def back_to_draft(work: Work, claim_ids: Iterable[int]) -> Outcome:
    """Makes Ready to Submit claims Drafts again, to be edited. Others are left with the reason."""
    outcome = Outcome()
    for key, number, status, billed, *_ in _claims(work, sorted(set(claim_ids))):
        if status == READY:
            outcome.done.append(key)
            outcome.amount += billed
        else:
            outcome.left.append(Left(key, number, f"it is {status}, not {READY}"))
    with work.undoable(f"Take {counted(len(outcome.done), 'claim')} back to Draft", Claim):
        _set_status(work, outcome.done, READY, DRAFT)
    return outcome


@needs(SUBMIT)
def take_ready_claims(
    work: Work,
    clearinghouse_id: int,
    limit: int | None = None,
    sent_back: list[Left] | None = None,
) -> list[int]:
    """The claims to send now over a clearinghouse, at most `limit`, the oldest first.

    All are validated once more; those that fail go back to Draft with what was found, and are
    added to `sent_back`.
    """
    taken: list[int] = []
    after = 0
    while limit is None or len(taken) < limit:
        page = _ready_page(work, clearinghouse_id, after, STEP)
        if not page:
            break
        after = page[-1]
        found = validate_claims(work, page)
        clean = clean_claims(found)
        back = sorted(set(page) - clean)
        _set_status(work, back, READY, DRAFT)
        if sent_back is not None:
            sent_back += [
                Left(key, number, first_reasons(list(found[key])))
                for key, number, *_ in _claims(work, back)
            ]
        taken += sorted(clean)
    return taken if limit is None else taken[:limit]


@needs(SUBMIT, claim_ids=CLAIM)
def mark_submitted(work: Work, claim_ids: Iterable[int]) -> None:
    """Makes Ready claims Submitted and pending, and posts their charges to the ledger.

    What they take the place of gives its charges up to them (`superseding`); what a claim to a
    further payer asks for moves to it from the claim before (`transfers`).
    Raises Refused, with nothing changed, when a claim is not Ready to Submit.
    """
    claims = _claims(work, sorted(set(claim_ids)))
    for _, number, status, *_ in claims:
        if status != READY:
            raise Refused(f"claim {number} is {status}, not {READY}: it cannot be marked as sent")
    _send(work, claims, work.now, elsewhere=False)


def mark_sent_elsewhere(
    work: Work, claim_ids: Iterable[int], sent_at: datetime.datetime | None = None
) -> None:
    """Marks Draft claims that another system sent (at `sent_at`) as Submitted, charges posted.

    They are not validated: they are out already. Raises Refused when one is not a Draft.
    """
    claims = _claims(work, sorted(set(claim_ids)))
    for _, number, status, *_ in claims:
        if status != DRAFT:
            raise Refused(f"claim {number} is {status}, not a {DRAFT}: it was not sent elsewhere")
    _send(work, claims, sent_at or work.now, elsewhere=True)


def first_reasons(findings: Sequence[Finding], most: int = 3) -> str:
    """The first errors as one sentence, and how many more there are."""
    reasons = list(dict.fromkeys(one.reason for one in findings if one.severity == "error"))
    text = " ".join(reasons[:most])
    return text if len(reasons) <= most else f"{text} And {len(reasons) - most} more."


def _claims(work: Work, keys: Sequence[int]) -> list[Any]:
    """Id, number, status, billed, frequency, chain, previous and the previous one's chain."""
    return list(
        read_by_keys(
            work.database,
            "SELECT c.id, c.number, c.status, c.billed, c.frequency, c.chain, c.previous_id,"
            " p.chain, c.version FROM claim c LEFT JOIN claim p ON p.id = c.previous_id"
            " WHERE c.id IN ({keys}) ORDER BY c.id",
            keys,
        )
    )


def _ready_page(work: Work, clearinghouse: int, after: int, size: int) -> list[int]:
    return [
        row[0]
        for row in read_rows(
            work.database,
            "SELECT c.id FROM claim c JOIN payer p ON p.id = c.payer_id"
            " WHERE c.status = ? AND p.clearinghouse_id = ? AND c.id > ? ORDER BY c.id LIMIT ?",
            READY,
            clearinghouse,
            after,
            size,
        )
    ]


def _set_status(work: Work, claims: Iterable[int], old: str, new: str) -> None:
    keys = sorted(claims)
    work.set_all(Claim, {"status": new}, keys)
    for key in keys:
        work.record("claim status", "claim", key, status=[old, new])


def _send(
    work: Work, claims: Sequence[Any], sent_at: datetime.datetime, *, elsewhere: bool
) -> None:
    rows = []
    for key, _, status, _, _, chain, _, chain_before, version in claims:
        chain = chain_before or chain or key
        rows.append((SUBMITTED, "pending", "pending", sent_at, chain, elsewhere, version + 1, key))
        work.record("claim submitted", "claim", key, status=[status, SUBMITTED])
    work.update(
        Claim,
        "status acknowledgement adjudication submitted_at chain elsewhere version".split(),
        rows,
    )
    supersede(work, [claim[0] for claim in claims])
    post_opening(work, [claim[0] for claim in claims if claim[4] != VOID])
