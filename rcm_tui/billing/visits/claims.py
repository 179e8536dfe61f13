"""From a checked-out visit to its claim: at once where nothing is missing, or as a Draft to review.

There is one road to claims: a visit's charge items are approved and generated as all others are.
Here it is walked in one go for the charges of single visits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges, preview_approval
from rcm_tui.billing.charges.recording import refresh_charges
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.submission import first_reasons, save_and_submit
from rcm_tui.billing.claims.validation import Finding, clean_claims, validate_claims
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, counted
from rcm_tui.billing.rights import CLAIM_VISITS, needs
from rcm_tui.billing.units import VISIT
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.charges import NEW, READY_TO_BILL
from rcm_tui.data.tables.claims import DRAFT
from rcm_tui.data.tables.visits import CHECKED_OUT, Visit
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class VisitCharge:
    """A charge item of a visit, with the service that it comes of and the claim it is on."""

    id: int
    number: str
    status: str
    service: int
    authorization: int | None
    payer: int | None
    claim: int | None


@dataclass(slots=True)
class Claimed:
    """What became of one visit's charges: claims with what was found, or what was not billed."""

    claims: list[int]
    found: dict[int, list[Finding]]
    left: list[Left]

    @property
    def clean(self) -> bool:
        """Whether all of it is on claims without an error."""
        return bool(self.claims) and not self.left and clean_claims(self.found) == set(self.claims)


def charges_of(work: Work, visit_id: int) -> list[VisitCharge]:
    """The charge items of a visit, in the order of its services."""
    return [
        VisitCharge(*row)
        for row in read_rows(
            work.database,
            "SELECT c.id, c.number, c.status, s.id, c.authorization_id, v.payer_id, l.claim_id"
            " FROM visit_service s JOIN charge_item c ON c.session_id = s.session_id"
            " LEFT JOIN coverage v ON v.id = c.coverage_id"
            " LEFT JOIN claim_line l ON l.id = c.claim_line_id"
            " WHERE s.visit_id = ? ORDER BY s.position",
            visit_id,
        )
    ]


@needs(CLAIM_VISITS, visit_ids=VISIT)
def one_click_claims(
    work: Work, visit_ids: Iterable[int], progress: Progress | None = None
) -> Outcome:
    """Makes Ready to Submit claims (`made`) of checked-out visits: approval, generation and
    validation of just their charges, in one unit of work. `amount` is what the claims bill.

    Raises Refused, and then nothing can be committed, when anything is missing for one of them:
    `missing.py` says beforehand what, and where. Raises Cancelled when `progress` does.
    """
    keys = sorted(set(visit_ids))
    outcome = Outcome()
    title = f"One-click claim of {counted(len(keys), 'visit')}"
    with work.whole(title), work.undoable(title, Visit):
        for done, key in enumerate(keys):
            if progress is not None:
                progress(done, len(keys))
            claimed = claim_visit(work, key)
            if not claimed.clean:
                raise Refused(f"{_name(work, key)} cannot be claimed yet: {_first(claimed)}")
            _note(work, key, claimed.claims, queued=False)
            outcome.done.append(key)
            outcome.made += claimed.claims
    outcome.amount = _billed(work, outcome.made)
    return outcome


@needs(CLAIM_VISITS, visit_ids=VISIT)
def queue_for_claim(
    work: Work, visit_ids: Iterable[int], progress: Progress | None = None
) -> Outcome:
    """Makes Drafts (`made`) of checked-out visits, to be reviewed and submitted together later.

    Drafts are validated, so that a queue of them shows what is missing. Visits of which a charge
    cannot be billed are left whole, with the reason. Raises Cancelled when `progress` does.
    """
    outcome = Outcome()
    keys = sorted(set(visit_ids))
    with work.undoable("Queue for claim", Visit) as action:
        for done, key in enumerate(keys):
            if progress is not None:
                progress(done, len(keys))
            if reason := why_no_claim(work, key) or _blocked(work, key):
                outcome.left.append(Left(key, _name(work, key), reason))
                continue
            claimed = claim_visit(work, key, as_draft=True)
            if claimed.left:
                raise Refused(f"{_name(work, key)} cannot be queued: {_first(claimed)}")
            _note(work, key, claimed.claims, queued=True)
            outcome.done.append(key)
            outcome.made += claimed.claims
        action.title = f"Queue {counted(len(outcome.done), 'visit')} for claim"
        action.worth_undoing = bool(outcome.done)
    outcome.amount = _billed(work, outcome.made)
    return outcome


@needs(CLAIM_VISITS, visit_ids=VISIT)
def submit_queued(
    work: Work, visit_ids: Iterable[int], progress: Progress | None = None
) -> Outcome:
    """Save & Submit of the Draft claims behind queued visits. `done` are the claims that are Ready.

    Those that fail stay Drafts, left with their first reasons; visits without a Draft are left.
    """
    drafts: dict[int, list[int]] = {}
    names = {}
    for visit, number, claim, status in read_by_keys(
        work.database,
        "SELECT DISTINCT v.id, v.number, cl.id, cl.status FROM visit v"
        " LEFT JOIN visit_service s ON s.visit_id = v.id"
        " LEFT JOIN charge_item c ON c.session_id = s.session_id"
        " LEFT JOIN claim_line l ON l.id = c.claim_line_id"
        " LEFT JOIN claim cl ON cl.id = l.claim_id WHERE v.id IN ({keys}) ORDER BY v.id, cl.id",
        sorted(set(visit_ids)),
    ):
        names[visit] = number
        drafts.setdefault(visit, []).extend([claim] if status == DRAFT else [])
    outcome = save_and_submit(work, [one for claims in drafts.values() for one in claims], progress)
    outcome.left += [
        Left(visit, names[visit], "it has no Draft claim: queue it first (Q)")
        for visit, claims in drafts.items()
        if not claims
    ]
    return outcome


@needs(CLAIM_VISITS, visit_id=VISIT)
def claim_visit(work: Work, visit_id: int, *, as_draft: bool = False) -> Claimed:
    """Looks a visit's charges up again, approves, generates and validates them.

    Duplicates are left as everywhere. Raises Refused when the visit has nothing to claim.
    """
    if reason := why_no_claim(work, visit_id):
        raise Refused(f"{_name(work, visit_id)} cannot be claimed: {reason}")
    open_ones = [one.id for one in charges_of(work, visit_id) if one.claim is None]
    refresh_charges(work, open_ones)
    new = [one.id for one in charges_of(work, visit_id) if one.status == NEW]
    left = list(approve_charges(work, ApprovalChoice(charge_items=new)).left)
    statuses = {one.id: one for one in charges_of(work, visit_id)}
    approved = [key for key in open_ones if statuses[key].status == READY_TO_BILL]
    told = {one.key for one in left}
    left += [
        Left(key, statuses[key].number, f"it is {statuses[key].status}")
        for key in open_ones
        if key not in approved and key not in told
    ]
    if left:
        return Claimed([], {}, left)
    generated = generate_claims(work, GenerationChoice(charge_items=approved, as_draft=as_draft))
    found = validate_claims(work, generated.made)
    return Claimed(generated.made, found, generated.left)


def why_no_claim(work: Work, visit_id: int) -> str:
    """Why a visit has nothing to be claimed; "" when it has."""
    rows = read_rows(work.database, "SELECT status FROM visit WHERE id = ?", visit_id)
    if not rows:
        return "it is gone"
    if rows[0][0] != CHECKED_OUT:
        return f"it is {rows[0][0]}: check it out first"
    charges = charges_of(work, visit_id)
    if charges and all(one.claim is not None for one in charges):
        numbers = read_by_keys(
            work.database,
            "SELECT number FROM claim WHERE id IN ({keys}) ORDER BY id",
            sorted({one.claim for one in charges if one.claim is not None}),
        )
        return f"it is on claim {', '.join(number for (number,) in numbers)} already"
    return "" if charges else "it has no services"


def _blocked(work: Work, visit_id: int) -> str:
    """Why a visit's charges cannot all become lines; known before any of them is touched."""
    open_ones = [one for one in charges_of(work, visit_id) if one.claim is None]
    refresh_charges(work, [one.id for one in open_ones])
    for one in charges_of(work, visit_id):
        if one.claim is None and one.status not in (NEW, READY_TO_BILL):
            return f"charge {one.number} is {one.status}"
    new = [one.id for one in open_ones if one.status == NEW]
    preview = preview_approval(work.database, ApprovalChoice(charge_items=new))
    return ", ".join(preview.left) if new else ""


def _note(work: Work, visit_id: int, claims: Sequence[int], *, queued: bool) -> None:
    work.set_all(Visit, {"queued": queued}, [visit_id])
    rows = read_by_keys(
        work.database, "SELECT number FROM claim WHERE id IN ({keys}) ORDER BY id", claims
    )
    numbers = " ".join(number for (number,) in rows)
    work.record("queued for claim" if queued else "claimed", "visit", visit_id, claims=numbers)


def _first(claimed: Claimed) -> str:
    if claimed.left:
        return "; ".join(f"{one.name} {one.reason}" for one in claimed.left[:3])
    return first_reasons([one for findings in claimed.found.values() for one in findings])


def _name(work: Work, visit_id: int) -> str:
    rows = read_rows(work.database, "SELECT number FROM visit WHERE id = ?", visit_id)
    return str(rows[0][0]) if rows else f"visit {visit_id}"


def _billed(work: Work, claims: Iterable[int]) -> int:
    rows = read_by_keys(work.database, "SELECT billed FROM claim WHERE id IN ({keys})", claims)
    return sum(row[0] for row in rows)
