"""New claims of what was sent before: a rejected one again, its denied lines, one split in two.

None of them names the payer's claim control number, since none replaces what the payer holds.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.answers import REJECTED
from rcm_tui.billing.claims.cloning import Clone, clone_claim, move_charges
from rcm_tui.billing.claims.correcting import (
    Correctable,
    CorrectionPreview,
    correctables,
    preview_by,
)
from rcm_tui.billing.claims.superseding import takes_place
from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import CORRECT, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.claims import (
    ADJUDICATED,
    DRAFT,
    INACTIVE,
    READY,
    REPLACES,
    SUBMITTED,
    Claim,
    ClaimLine,
)
from rcm_tui.data.work import Work

WHOLE = (
    "replacement of the whole claim: a payer drops what a replacement leaves out, and takes denied"
    " lines alone for a duplicate"
)


@needs(CORRECT, claim_ids=CLAIM)
def duplicate_claims(work: Work, claim_ids: Iterable[int]) -> Outcome:
    """Makes new claims (frequency 1) of what never reached who pays: `made` are Drafts.

    That is what was rejected on arrival, what the payer denied as another payer's or could not
    process, and what the practice's table answers with a new claim. The earlier one is Historical
    when the new one is sent; the charge items go over at once. A rejected replacement or void
    stays one, since the payer still holds what it replaces.
    """
    outcome = Outcome()
    with work.undoable("Send claims as new ones", Claim) as action:
        for claim in correctables(work.database, claim_ids):
            if reason := why_not_duplicated(claim):
                outcome.left.append(Left(claim.id, claim.number, reason))
                continue
            columns: dict[str, Any] = {"supersedes": True}
            if claim.frequency in REPLACES and not claim.as_new:
                columns |= _frequency_of(work.database, claim.id)
            _made(work, claim, clone_claim(work, claim.id, **columns), outcome)
        validate_claims(work, outcome.made)
        action.title = f"Make new claims of {counted(len(outcome.done), 'claim')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def preview_duplicating(database: Database, claim_ids: Iterable[int]) -> CorrectionPreview:
    """What would be sent again as new claims."""
    return preview_by(database, claim_ids, why_not_duplicated)


def why_not_duplicated(claim: Correctable) -> str:
    """Why a claim is not sent again as a new one, and what to do; "" where it is."""
    if claim.status != SUBMITTED:
        return f"it is {claim.status}: only what was sent is sent again"
    if claim.successor:
        return f"a later submission is open already: {claim.successor}, work on that one"
    if claim.as_new:
        return ""
    if claim.adjudication in ADJUDICATED:
        return "the payer adjudicated it: correct it (frequency 7), else it is a duplicate to them"
    if claim.acknowledgement != REJECTED:
        return "it was not rejected: wait for the answer"
    return ""


@needs(CORRECT, claim_ids=CLAIM)
def rebill_denied_lines(work: Work, claim_ids: Iterable[int]) -> Outcome:
    """Makes Drafts of the denied lines of partly paid claims alone, as new claims (frequency 1).

    Only for payers that want it so; the others want a replacement, which holds all lines. The paid
    lines stay on the earlier claim; when the new one is sent the denied lines' charges go over.
    """
    outcome = Outcome()
    with work.undoable("Bill denied lines again", Claim) as action:
        found = correctables(work.database, claim_ids)
        denied = denied_lines(work.database, [claim.id for claim in found])
        for claim in found:
            lines = denied.get(claim.id, [])
            if reason := _why_not_rebilled(work.database, claim, lines):
                outcome.left.append(Left(claim.id, claim.number, reason))
                continue
            clone = clone_claim(work, claim.id, lines=lines, supersedes=True)
            _made(work, claim, clone, outcome)
        validate_claims(work, outcome.made)
        outcome.amount = _billed(work.database, outcome.made)
        action.title = f"Bill denied lines of {counted(len(outcome.done), 'claim')} again"
        action.worth_undoing = bool(outcome.done)
    return outcome


def preview_rebilling(database: Database, claim_ids: Iterable[int]) -> CorrectionPreview:
    """Of what the denied lines would be billed alone; `billed` is the cents of those lines."""
    keys = sorted(set(claim_ids))
    denied = denied_lines(database, keys)
    preview = preview_by(
        database,
        keys,
        lambda claim: _why_not_rebilled(database, claim, denied.get(claim.id, [])),
    )
    rows = read_by_keys(
        database,
        "SELECT claim_id, billed FROM claim_line WHERE id IN ({keys})",
        [line for claim in preview.claims for line in denied[claim.id]],
    )
    billed: dict[int, int] = dict.fromkeys(denied, 0)
    for claim, cents in rows:
        billed[claim] += cents
    for correctable in preview.claims:
        correctable.billed = billed[correctable.id]
    return preview


def _why_not_rebilled(database: Database, claim: Correctable, lines: Sequence[int]) -> str:
    if reason := claim.why_not_modified():
        return reason
    rows = read_rows(
        database,
        "SELECT p.denied_lines, (SELECT count(*) FROM claim_line l WHERE l.claim_id = c.id)"
        " FROM claim c JOIN payer p ON p.id = c.payer_id WHERE c.id = ?",
        claim.id,
    )
    wanted, count = rows[0] if rows else ("replacement", 0)
    if not lines:
        return "none of its lines is denied and open"
    if wanted != "new claim":
        return f"{claim.payer or 'the payer'} wants denied lines in a {WHOLE}; correct it instead"
    if len(lines) == count:
        return "all of its lines are denied: correct the whole claim"
    return ""


def denied_lines(database: Database, claim_ids: Iterable[int]) -> dict[int, list[int]]:
    """Claim → its lines of which nothing was paid or passed on, and all is open at the payer."""
    found: dict[int, list[int]] = {}
    for claim, line in read_by_keys(
        database,
        "SELECT claim_id, id FROM claim_line WHERE claim_id IN ({keys}) AND paid = 0"
        " AND patient_balance = 0 AND payer_balance > 0 AND payer_balance = billed - adjusted"
        " AND rebilled = 0 ORDER BY claim_id, position",
        claim_ids,
    ):
        found.setdefault(claim, []).append(line)
    return found


@needs(CORRECT, claim_id=CLAIM)
def split_claim(work: Work, claim_id: int, line_ids: Iterable[int]) -> int:
    """Moves lines of a Draft, with their charge items, to a new Draft of their own. Gives its key.

    Raises Refused for anything but a Draft, for one that replaces what a payer holds (it has to
    hold all lines), and where no line would move, or none stay.
    """
    claim = Claim.get_or_none(Claim.id == claim_id)
    if claim is None:
        raise Refused("there is no such claim any more")
    if claim.status != DRAFT:
        raise Refused(f"{claim.number} is {claim.status}: only a Draft is split")
    if claim.frequency in REPLACES:
        raise Refused(
            f"{claim.number} replaces what the payer holds, and has to hold all its lines"
        )
    lines: Any = ClaimLine.select().where(ClaimLine.claim == claim).order_by(ClaimLine.position)
    wanted = set(line_ids)
    goes = [line.id for line in lines if line.id in wanted]
    stays = [line for line in lines if line.id not in wanted]
    if not goes or not stays:
        raise Refused(f"{claim.number} has {len(lines)} lines: some are to go, and some to stay")
    with work.undoable(f"Split {claim.number}", Claim):
        # A part of what supersedes an earlier claim does so for its own lines.
        same = {"supersedes": claim.supersedes, "previous": claim.__data__["previous"]}
        clone = clone_claim(work, claim.id, lines=goes, **same, **_own_chain(claim))
        # The lines moved stand for the same lines of the submission before, not for those here.
        before = {line.id: line.__data__["previous"] for line in lines}
        work.update(
            ClaimLine, ["previous"], [(before[old], new) for old, new in clone.lines.items()]
        )
        work.delete(ClaimLine, goes)
        sums = (
            min(line.first_service_date for line in stays),
            max(line.last_service_date for line in stays),
            len(stays),
            sum(line.billed for line in stays),
            sum(line.expected for line in stays),
        )
        columns = "first_service_date last_service_date line_count billed expected version".split()
        work.update(Claim, columns, [(*sums, claim.version + 1, claim.id)])
        validate_claims(work, [claim.id, clone.id])
    work.record("claim split", "claim", claim.id, into=clone.number, lines=len(goes))
    return clone.id


def _own_chain(claim: Claim) -> dict[str, Any]:
    """A split of what was never sent is a claim of its own; of what was, of the same chain."""
    return {} if claim.__data__["previous"] is not None else {"chain": None}


@needs(CORRECT, claim_ids=CLAIM)
def discard_drafts(work: Work, claim_ids: Iterable[int]) -> Outcome:
    """Makes corrections that were not sent Inactive; their charge items go back (`done`).

    Others than those that were to take the place of an earlier submission are left.
    """
    outcome = Outcome()
    with work.undoable("Discard corrections", Claim) as action:
        for key, number, status, frequency, supersedes, previous, billed in read_by_keys(
            work.database,
            "SELECT id, number, status, frequency, supersedes, previous_id, billed FROM claim"
            " WHERE id IN ({keys}) ORDER BY id",
            sorted(set(claim_ids)),
        ):
            if status not in (DRAFT, READY):
                outcome.left.append(Left(key, number, f"it is {status}: only what was not sent"))
            elif previous is None or not takes_place(frequency, supersedes):
                outcome.left.append(Left(key, number, "it corrects no earlier submission"))
            else:
                _give_back(work, key)
                outcome.done.append(key)
                outcome.amount += billed
                work.record("claim status", "claim", key, status=[status, INACTIVE])
        work.set_all(Claim, {"status": INACTIVE}, outcome.done)
        action.title = f"Discard {counted(len(outcome.done), 'correction')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def preview_discarding(database: Database, claim_ids: Iterable[int]) -> tuple[int, int]:
    """How many corrections that were not sent would be discarded, and what they bill in cents."""
    billed = [
        row[4]
        for row in read_by_keys(
            database,
            "SELECT status, frequency, supersedes, previous_id, billed FROM claim"
            " WHERE id IN ({keys})",
            claim_ids,
        )
        if row[0] in (DRAFT, READY) and row[3] is not None and takes_place(row[1], row[2])
    ]
    return len(billed), sum(billed)


def _give_back(work: Work, key: int) -> None:
    rows = read_rows(
        work.database,
        "SELECT id, previous_id FROM claim_line WHERE claim_id = ? AND previous_id IS NOT NULL",
        key,
    )
    move_charges(work, dict(rows))


def _made(work: Work, claim: Correctable, clone: Clone, outcome: Outcome) -> None:
    work.record("claim to be sent anew", "claim", claim.id, by=clone.number)
    outcome.done.append(claim.id)
    outcome.made.append(clone.id)
    outcome.amount += claim.billed


def _frequency_of(database: Database, key: int) -> dict[str, Any]:
    ((frequency, reference),) = read_rows(
        database, "SELECT frequency, original_reference FROM claim WHERE id = ?", key
    )
    return {"frequency": frequency, "original_reference": reference}


def _billed(database: Database, keys: Sequence[int]) -> int:
    rows = read_by_keys(database, "SELECT billed FROM claim WHERE id IN ({keys})", keys)
    return sum(row[0] for row in rows)
