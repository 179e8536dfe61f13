"""Opening a case for claims, with what their denials propose."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.claims import CaseableClaim, link, sort_claims
from rcm_tui.billing.cases.steps import usual_kind
from rcm_tui.billing.cases.subjects import UNDERPAYMENT, proposed_subject
from rcm_tui.billing.editing.adding import add
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.remittances.treatment import OPEN, treatment
from rcm_tui.billing.rights import WORK_CASES, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.work import Work

MOST_CODES = 5
"""So many CARCs are proposed at most, those with the most money first (ours)."""


@dataclass(frozen=True, slots=True)
class CaseProposal:
    """What a case for some claims would be: its claims, their sums in cents, and what is left.

    `values` are by field of the kind `case_file`.
    """

    claims: list[int]
    billed: int
    outstanding: int
    left: list[Left] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


def propose_case(database: Database, claim_ids: Iterable[int]) -> CaseProposal:
    """What can be said of a case for claims before it is opened. Blocks."""
    found = sort_claims(database, claim_ids)
    return CaseProposal(
        claims=[claim.id for claim in found.taken],
        billed=sum(claim.billed for claim in found.taken),
        outstanding=sum(claim.outstanding for claim in found.taken),
        left=found.left,
        values=_proposed(database, found.taken),
    )


@needs(WORK_CASES, claim_ids=CLAIM)
def open_case(work: Work, claim_ids: Iterable[int], fields: Mapping[str, Any]) -> Outcome:
    """Opens a case for claims: `done` are its claims, `made` its key, `amount` what they owe.

    `fields` are values by field of the kind `case_file`; what is left out is proposed by the
    claims' denials, and the owner is who acts. Claims that stand in an active case are left with a
    reason that names it. Raises Invalid for wrong fields, Refused when no claim can be taken.
    """
    found = sort_claims(work.database, claim_ids)
    if not found.taken:
        reasons = found.left[0].reason if found.left else "no claims were chosen"
        raise Refused(f"no case was opened: {reasons}")
    values = {"owner": work.actor.login, **_proposed(work.database, found.taken), **fields}
    with work.undoable("Open a case", CaseFile) as action:
        key = add(work, "case_file", values).id
        ((number,),) = read_rows(work.database, "SELECT number FROM case_file WHERE id = ?", key)
        link(work, key, number, found.taken)
        action.title = f"Open case {number} for {counted(len(found.taken), 'claim')}"
    return Outcome(
        done=[claim.id for claim in found.taken],
        made=[key],
        left=found.left,
        amount=sum(claim.outstanding for claim in found.taken),
    )


def denial_codes(database: Database, claim_ids: Iterable[int]) -> str:
    """The CARCs by which payers left claims unpaid ("CO-197 CO-16"), the most money first.

    What a contract takes off and what is the patient's share is no denial.
    """
    amounts: dict[str, int] = defaultdict(int)
    for group, reason, amount in read_by_keys(
        database,
        "SELECT a.group_code, a.reason_code, sum(a.amount) FROM remittance r"
        " JOIN adjustment a ON a.remittance_id = r.id"
        " WHERE COALESCE(r.state, '') = 'posted' AND r.claim_id IN ({keys})"
        " GROUP BY a.group_code, a.reason_code",
        claim_ids,
    ):
        if treatment(group, reason) == OPEN:
            amounts[f"{group}-{reason}"] += int(amount)
    owed = sorted((code for code in amounts if amounts[code] > 0), key=lambda c: (-amounts[c], c))
    return " ".join(owed[:MOST_CODES])


def _proposed(database: Database, claims: Sequence[CaseableClaim]) -> dict[str, Any]:
    carc = denial_codes(database, [claim.id for claim in claims])
    payers = {claim.payer for claim in claims}
    clients = {claim.client for claim in claims}
    return {
        "payer": payers.pop() if len(payers) == 1 else None,
        "client": clients.pop() if len(clients) == 1 else None,
        "carc": carc,
        "kind": usual_kind(database),
        "subject": proposed_subject(carc) or ("" if carc else _underpaid(database, claims)),
    }


def _underpaid(database: Database, claims: Sequence[CaseableClaim]) -> str:
    """The subject where nothing was denied, and lines of all claims are under contract."""
    sums = read_by_keys(
        database,
        "SELECT underpaid FROM claim WHERE id IN ({keys})",
        [claim.id for claim in claims],
    )
    return UNDERPAYMENT if claims and all(cents > 0 for (cents,) in sums) else ""
