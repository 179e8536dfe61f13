"""Charge items Awaiting Resubmission: their claims corrected, or what was billed left to stand.

A claim that was not sent yet is corrected in place. Of a sent one a replacement is made: a Draft
with frequency code 7 that names the payer's claim control number, and whose submission makes the
one before Historical. An item that belongs on another claim by now is New again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rcm_tui.billing.charges.as_billed import KEPT, forget_as_billed, kept_rows
from rcm_tui.billing.charges.lifecycle import BILLER, SUBMITTED, refusal
from rcm_tui.billing.claims import replacing
from rcm_tui.billing.claims.answers import REJECTED
from rcm_tui.billing.claims.relining import Relining, reline
from rcm_tui.billing.claims.superseding import open_successors
from rcm_tui.billing.claims.validation import clean_claims, validate_claims
from rcm_tui.billing.invoices.invoicing import follow_charges
from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.rights import CORRECT, needs
from rcm_tui.billing.units import CHARGE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import AWAITING_RESUBMISSION, CLAIM_LINE_CREATED, NEW, ChargeItem
from rcm_tui.data.tables.claims import DRAFT, INACTIVE, READY, Claim
from rcm_tui.data.tables.claims import SUBMITTED as SENT
from rcm_tui.data.work import Work

OPEN_AGAIN = "its session is open again: the practitioner submits it first"


@dataclass(slots=True)
class _Item:
    number: str
    billed: int


@needs(CORRECT, charge_ids=CHARGE)
def set_back(work: Work, charge_ids: Iterable[int]) -> Outcome:
    """Lets what was billed stand: Awaiting Resubmission becomes Claim Line Created again.

    The items bill what their lines bill; the sessions keep what was changed in them, and what
    differs stays on view. Others are left with the reason.
    """
    outcome = Outcome()
    versions = {}
    for key, number, status, version, _, _ in _items(work, charge_ids):
        reason = refusal(status, CLAIM_LINE_CREATED, BILLER)
        if not reason and status != AWAITING_RESUBMISSION:
            reason = f"it is {status} already"
        if reason:
            outcome.left.append(Left(key, number, reason))
        else:
            outcome.done.append(key)
            versions[key] = version
    kept = kept_rows(work.database, outcome.done)
    with work.undoable(f"Set {counted(len(outcome.done), 'charge')} back", ChargeItem):
        work.set_all(ChargeItem, {"status": CLAIM_LINE_CREATED}, outcome.done)
        work.update(ChargeItem, KEPT, [(*kept[key], key) for key in outcome.done if key in kept])
        follow_charges(work, outcome.done)
    outcome.amount = sum(values[KEPT.index("billed")] for values in kept.values())
    if outcome.done:
        work.record(
            "charges set back",
            "charge_item",
            ids=spans(outcome.done),
            status=[AWAITING_RESUBMISSION, CLAIM_LINE_CREATED],
        )
    return outcome


@needs(CORRECT, charge_ids=CHARGE)
def correct_claims(work: Work, charge_ids: Iterable[int]) -> Outcome:
    """Corrects the claims of charge items Awaiting Resubmission; `made` are the claims to look at.

    A Draft or Ready to Submit claim is corrected in place and validated; of a Submitted one a
    replacement is made as a Draft. `done` are the items: Claim Line Created on what was corrected,
    or New where they belong on another claim. Left with the reason is what cannot be corrected.
    """
    outcome = Outcome()
    items: dict[int, _Item] = {}
    for key, number, status, _, billed, reason in _items(work, charge_ids):
        if status != AWAITING_RESUBMISSION:
            reason = f"it is {status}, not {AWAITING_RESUBMISSION}"
        if reason:
            outcome.left.append(Left(key, number, reason))
        else:
            items[key] = _Item(number, billed)
    with work.undoable("Correct claims", Claim) as action:
        for relining in reline(work.database, items):
            _correct(work, relining, items, outcome)
        action.title = f"Correct {counted(len(outcome.made), 'claim')}"
        action.worth_undoing = bool(outcome.done)
    outcome.done.sort()
    outcome.amount = sum(items[key].billed for key in outcome.done)
    return outcome


def _items(work: Work, charge_ids: Iterable[int]) -> Iterable[Any]:
    """Key, number, status, version, cents and, where it cannot be billed now, why."""
    for key, number, status, version, billed, units, session, authorization in read_by_keys(
        work.database,
        "SELECT c.id, c.number, c.status, c.version, c.billed, c.units, s.status, a.status"
        " FROM charge_item c JOIN session s ON s.id = c.session_id"
        ' LEFT JOIN "authorization" a ON a.id = c.authorization_id'
        " WHERE c.id IN ({keys}) ORDER BY c.id",
        sorted(set(charge_ids)),
    ):
        reason = ""
        if session != SUBMITTED:
            reason = OPEN_AGAIN
        elif units <= 0 or billed <= 0:
            reason = "nothing of it can be billed now: it has no units or no price"
        elif authorization == "pending":
            reason = "its authorization is pending: correct the claim when it is approved"
        yield key, number, status, version, billed, reason


def _correct(work: Work, relining: Relining, items: dict[int, _Item], outcome: Outcome) -> None:
    claim = relining.claim
    for key, position in relining.edited.items():
        text = f"line {position} of {claim.number} was edited by hand: change it there, then set"
        outcome.left.append(Left(key, items[key].number, f"{text} the charge back"))
    chosen = [*relining.stay, *relining.leave]
    reason = _refused(work, relining) if chosen else "nothing"
    if reason:
        outcome.left += [Left(charge.id, charge.number, reason) for charge in chosen]
        return
    # Before lines go that are named in it.
    forget_as_billed(work, [charge.id for charge in chosen])
    was = claim.status
    if was == SENT:
        key = replacing.make_replacement(work, relining)
    else:
        key = claim.id
        replacing.correct_in_place(work, relining)
    gone = [charge.id for charge in relining.leave]
    work.set_all(ChargeItem, {"status": NEW, "claim_line": None}, gone)
    status = DRAFT
    if not relining.lines:
        status = INACTIVE
    elif clean_claims(validate_claims(work, [key])) and was == READY:
        status = READY
    work.set_all(Claim, {"status": status}, [key])
    work.record(
        "claim corrected",
        "claim",
        key,
        replaces=claim.number if was == SENT else "",
        status=[was, status],
        charges=spans(charge.id for charge in relining.stay),
        left_the_claim=spans(gone),
    )
    outcome.done += [charge.id for charge in chosen]
    outcome.made.append(key)


def _refused(work: Work, relining: Relining) -> str:
    """Why a claim cannot be corrected by us, and what would do; "" when it can."""
    claim = relining.claim
    if claim.status in (DRAFT, READY):
        return ""
    if claim.status != SENT:
        return f"its claim {claim.number} is {claim.status}: correct the submission that counts"
    if claim.acknowledgement == REJECTED:
        return f"{claim.number} was rejected: take it back to Draft, then correct it"
    if not claim.payer_claim_control_number:
        return (
            f"the payer has given {claim.number} no claim number yet, which its replacement must"
            " name: wait for the answer"
        )
    successor = open_successors(work.database, [claim.id]).get(claim.id)
    if successor:
        return f"{successor} is to replace {claim.number} already: edit that one"
    header = relining.header
    if header is not None and (
        header.coverage != claim.__data__["coverage"]
        or header.business_unit != claim.__data__["business_unit"]
    ):
        return f"it would be billed to or by somebody else: void {claim.number} and bill it anew"
    if not relining.lines:
        return f"nothing of {claim.number} would be left: void it and bill the charge anew"
    return ""
