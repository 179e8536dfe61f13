"""Correcting claims that a payer adjudicated: modify and resubmit, and void.

Either is a new Draft of the submission chain that names the payer's claim control number; the
submission before it becomes Historical when the new one is sent. What was rejected was never
adjudicated, and what went to the wrong payer is a new claim: neither is corrected.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.cloning import clone_claim
from rcm_tui.billing.claims.superseding import open_successors
from rcm_tui.billing.claims.validation import clean_claims, validate_claims
from rcm_tui.billing.denials.next_steps import UNPROCESSABLE, next_steps
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, counted, go_on
from rcm_tui.billing.rights import CORRECT, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.codes.denial_ways import NEW_CLAIM
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.claims import (
    ADJUDICATED,
    DRAFT,
    HISTORICAL,
    INACTIVE,
    READY,
    SUBMITTED,
    VOID,
    Claim,
)
from rcm_tui.data.work import Work

STEP = 100
LONGEST_NOTE = 80
"""What a claim note (NTE02) holds."""
WRONG_PAYER = ("109",)
"""CARC by which a payer says that the claim is another payer's."""
NO_NUMBER = (
    "the payer's claim control number is missing: it stands on the remittance (CLP07); type it in,"
    " with this claim alone"
)
FACTS = (
    "SELECT c.id, c.number, c.status, c.acknowledgement, c.adjudication, c.frequency, c.billed,"
    " c.paid, c.payer_claim_control_number, c.claim_note, p.name, p.correction_code,"
    " p.takes_voids FROM claim c LEFT JOIN payer p ON p.id = c.payer_id"
    " WHERE c.id IN ({keys}) ORDER BY c.id"
)


@dataclass(slots=True)
class Correctable:
    """A claim as corrections look at it; amounts in cents.

    `successor` is the number of the open Draft that is to take its place, `rebilled` that of the
    claim that bills some of its lines, `wrong_payer` whether the payer says so, `unprocessed`
    whether it says that nothing was decided, `new_claim` whether the practice's table answers its
    denial with a new claim.
    """

    id: int
    number: str
    status: str
    acknowledgement: str
    adjudication: str
    frequency: str
    billed: int
    paid: int
    payer_claim_control_number: str
    claim_note: str
    payer: str | None
    correction_code: str | None
    takes_voids: int | None
    successor: str = ""
    rebilled: str = ""
    wrong_payer: bool = False
    unprocessed: bool = False
    new_claim: bool = False

    @property
    def as_new(self) -> bool:
        """Whether it is sent again as a new claim, though the payer answered it."""
        return self.wrong_payer or self.unprocessed or self.new_claim

    def why_not_modified(self) -> str:
        """Why it cannot be modified and resubmitted, and what to do; "" where it can.

        The payer's claim control number apart, which can be typed in.
        """
        if reason := self._not_answered():
            return reason
        if self.wrong_payer:
            return "the payer says that it is another payer's: bill that one as a new claim"
        if self.unprocessed:
            return (
                f"the payer could not process it ({UNPROCESSABLE}): nothing was decided that a"
                " correction could replace, send it as a new claim"
            )
        return ""

    def why_not_voided(self) -> str:
        """Why it cannot be voided, and what to do; "" where it can."""
        if reason := self._not_answered():
            return reason
        if not self.takes_voids:
            return (
                f"{self.payer or 'the payer'} takes no voids (8): ask by phone or letter to take"
                " the claim back; the reversal that follows settles it here"
            )
        return ""

    def _not_answered(self) -> str:
        if self.status in (DRAFT, READY):
            return "it was not sent yet: edit it"
        if self.status == HISTORICAL:
            return "a later submission has taken its place: work on that one"
        if self.status == INACTIVE:
            return "it is Inactive"
        if self.adjudication not in ADJUDICATED:
            if self.acknowledgement == "rejected":
                return "it was rejected, never adjudicated: send it again as an original"
            return "the payer has not answered it yet: wait for the remittance"
        if self.frequency == VOID:
            return "it is a void: nothing of it is left"
        if self.successor:
            return f"a correction is open already: {self.successor}, work on that one"
        if self.rebilled:
            return f"some of its lines are billed anew: correct {self.rebilled}"
        return ""


def correctables(database: Database, claim_ids: Iterable[int]) -> list[Correctable]:
    """Claims as corrections look at them, in the order of their keys."""
    keys = sorted(set(claim_ids))
    found = {row[0]: Correctable(*row) for row in read_by_keys(database, FACTS, keys)}
    for claim, number in open_successors(database, keys).items():
        found[claim].successor = number
    for claim, number in read_by_keys(
        database,
        "SELECT l.claim_id, c.number FROM claim_line l JOIN claim_line n ON n.previous_id = l.id"
        " JOIN claim c ON c.id = n.claim_id WHERE l.claim_id IN ({keys}) AND l.rebilled = 1"
        " AND COALESCE(c.status, '') = ? ORDER BY c.id",
        keys,
        SUBMITTED,
    ):
        found[claim].rebilled = number
    denied = [claim.id for claim in found.values() if claim.adjudication == "denied"]
    for claim in _of_another_payer(database, denied):
        found[claim].wrong_payer = True
    for claim, step in next_steps(database, denied).items():
        found[claim].unprocessed = step.unprocessed
        found[claim].new_claim = step.way == NEW_CLAIM
    return list(found.values())


def _of_another_payer(database: Database, claims: Sequence[int]) -> set[int]:
    """Those of denied claims whose newest answer says that they are another payer's."""
    newest: dict[int, int] = {}
    reasons: dict[int, set[str]] = {}
    for claim, remittance, reason in read_by_keys(
        database,
        "SELECT r.claim_id, r.id, a.reason_code FROM remittance r"
        " JOIN adjustment a ON a.remittance_id = r.id"
        " WHERE r.claim_id IN ({keys}) AND COALESCE(r.state, '') = 'posted'"
        " AND r.status_code <> '22'"
        " ORDER BY r.id",
        claims,
    ):
        newest[claim] = remittance
        reasons.setdefault(remittance, set()).add(reason)
    return {claim for claim, key in newest.items() if reasons[key].intersection(WRONG_PAYER)}


@dataclass(slots=True)
class CorrectionPreview:
    """What would be corrected: how many claims, cents billed and paid, and what stays and why.

    `without_number` are those among them whose payer's claim control number is missing.
    """

    claims: list[Correctable] = field(default_factory=list)
    without_number: int = 0
    left: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return len(self.claims)

    @property
    def billed(self) -> int:
        return sum(claim.billed for claim in self.claims)

    @property
    def paid(self) -> int:
        return sum(claim.paid for claim in self.claims)


def preview_modifying(database: Database, claim_ids: Iterable[int]) -> CorrectionPreview:
    """What Modify & Resubmit would make Drafts of."""
    return preview_by(database, claim_ids, Correctable.why_not_modified)


def preview_voiding(database: Database, claim_ids: Iterable[int]) -> CorrectionPreview:
    """What would be voided."""
    return preview_by(database, claim_ids, Correctable.why_not_voided)


def preview_by(
    database: Database, claim_ids: Iterable[int], why_not: Callable[[Correctable], str]
) -> CorrectionPreview:
    """What would be done where `why_not` gives no reason against it."""
    preview = CorrectionPreview()
    for claim in correctables(database, claim_ids):
        if reason := why_not(claim):
            preview.left[reason] += 1
        else:
            preview.claims.append(claim)
            preview.without_number += not claim.payer_claim_control_number
    return preview


@needs(CORRECT, claim_ids=CLAIM)
def modify_claims(
    work: Work,
    claim_ids: Iterable[int],
    note: str,
    number: str = "",
    progress: Progress | None = None,
) -> Outcome:
    """Makes Drafts that replace adjudicated claims: `done` are the claims, `made` the Drafts.

    `note` says to the payer why (NTE). `number` is the payer's claim control number where it is
    not the one that the newest remittance gave; for one claim only. The payer's setting says
    whether the frequency code is 7 or 6. Raises Refused without a note.
    """
    return _correct(work, "Correct", claim_ids, note, number, void=False, progress=progress)


@needs(CORRECT, claim_ids=CLAIM)
def void_claims(
    work: Work,
    claim_ids: Iterable[int],
    note: str,
    number: str = "",
    progress: Progress | None = None,
) -> Outcome:
    """Makes voids (frequency 8) of adjudicated claims, with the same lines; see `modify_claims`.

    A void that validates is Ready to Submit at once, since nothing is to be edited in it. What was
    paid is taken back when the payer answers with its reversal.
    """
    return _correct(work, "Void", claim_ids, note, number, void=True, progress=progress)


def _correct(
    work: Work,
    verb: str,
    claim_ids: Iterable[int],
    note: str,
    number: str,
    *,
    void: bool,
    progress: Progress | None,
) -> Outcome:
    with work.undoable(f"{verb} claims", Claim) as action:
        outcome = _clones(work, claim_ids, note, number, void=void, progress=progress)
        action.title = f"{verb} {counted(len(outcome.done), 'claim')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def _clones(
    work: Work,
    claim_ids: Iterable[int],
    note: str,
    number: str,
    *,
    void: bool,
    progress: Progress | None,
) -> Outcome:
    told = plain(note, LONGEST_NOTE)
    if not told:
        raise Refused("a note is needed: it tells the payer why the claim comes again")
    keys = sorted(set(claim_ids))
    if number and len(keys) > 1:
        raise Refused("a payer's claim control number is one claim's: correct that one alone")
    outcome = Outcome()
    for start in range(0, len(keys), STEP):
        if not go_on(work, progress, start, len(keys)):
            rest = correctables(work.database, keys[start:])
            outcome.stop((claim.id, claim.number) for claim in rest)
            break
        before = len(outcome.made)
        for claim in correctables(work.database, keys[start : start + STEP]):
            reason = claim.why_not_voided() if void else claim.why_not_modified()
            reference = plain(number, 50) or claim.payer_claim_control_number
            if reason or not reference:
                outcome.left.append(Left(claim.id, claim.number, reason or NO_NUMBER))
                continue
            frequency = VOID if void else claim.correction_code or "7"
            _clone(work, claim, frequency, reference, told, outcome)
        _validated(work, outcome.made[before:], ready=void)
    return outcome


def _clone(
    work: Work, claim: Correctable, frequency: str, reference: str, note: str, outcome: Outcome
) -> None:
    # What a void bills stays with the claim before until the void is sent.
    made = clone_claim(
        work,
        claim.id,
        with_charges=frequency != VOID,
        frequency=frequency,
        original_reference=reference,
        claim_note=note,
    )
    action = "claim to be voided" if frequency == VOID else "claim to be corrected"
    details: dict[str, Any] = {"by": made.number, "frequency": frequency, "note": note}
    work.record(action, "claim", claim.id, **details)
    outcome.done.append(claim.id)
    outcome.made.append(made.id)
    outcome.amount += claim.billed


def _validated(work: Work, made: Sequence[int], *, ready: bool) -> None:
    clean = clean_claims(validate_claims(work, made))
    if ready:
        work.set_all(Claim, {"status": READY}, sorted(clean))
        for key in sorted(clean):
            work.record("claim status", "claim", key, status=[DRAFT, READY])
