"""What the dashboards should say, computed from the claims and their answers in plain Python.

Nothing of the program's own figures is asked: neither its queues, nor its denials, nor its history.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rcm_tui.data.tables.appeals import Appeal
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remittance, RemittanceLine

SETTLES = {"CO-45", "CO-253", "OA-23", "PR-1", "PR-2", "PR-3"}
"""What is taken off by contract or law, was said by an earlier payer, or is the patient's share."""
OPEN_STAGES = ("New", "In Progress", "Awaiting Payment")


@dataclass
class Cases:
    """Open cases of one kind: how many, their claims, and what payers owe on these in cents."""

    cases: int = 0
    claims: int = 0
    outstanding: int = 0

    def add(self, claims: int, outstanding: int) -> None:
        self.cases += 1
        self.claims += claims
        self.outstanding += outstanding


@dataclass
class Lines:
    """Answers to claim lines: how many, those denied, and the cents denied on them."""

    answered: int = 0
    denied: int = 0
    cents: int = 0


def open_cases() -> Iterator[tuple[CaseFile, int, int]]:
    """Each open case with how many claims it has, and what payers owe on all submissions."""
    owed: dict[int, int] = defaultdict(int)
    for claim in Claim.select():
        owed[claim.chain or claim.id] += claim.payer_balance
    chains: dict[int, set[int]] = defaultdict(set)
    for link in CaseClaim.select():
        chains[link.case_id].add(link.chain)
    for case in CaseFile.select().where(CaseFile.stage.in_(OPEN_STAGES)):
        yield case, len(chains[case.id]), sum(owed[chain] for chain in chains[case.id])


def cases_by(what: str) -> dict[str, Cases]:
    """Open cases by owner, CARC or stage; a case of two reasons counts under both."""
    found: dict[str, Cases] = defaultdict(Cases)
    for case, claims, owed in open_cases():
        names = {"owner": [case.owner], "stage": [case.stage], "carc": case.carc.split()}[what]
        for name in names or [""]:
            found[name].add(claims, owed)
    return dict(found)


def open_denials() -> dict[int, int]:
    """Claims that a payer has denied and still owes on → the cents that are open of it."""
    newest: dict[int, Remittance] = {}
    for one in standing():
        if one.claim_id is not None:
            newest[one.claim_id] = one
    found = {}
    for claim in Claim.select().where(Claim.status == "Submitted", Claim.payer_balance > 0):
        if claim.adjudication in ("denied", "partially paid") and claim.id in newest:
            denied = sum(one.amount for one in newest[claim.id].adjustments if not settles(one))
            if denied > 0:
                found[claim.id] = min(denied, claim.payer_balance)
    return found


def under_way(today: datetime.date) -> set[int]:
    """Claims about which something is being done: corrected, billed anew, appealed or snoozed."""
    unsent = [one for one in Claim.select() if one.status in ("Draft", "Ready to Submit")]
    following = {one.previous_id for one in unsent} | {one.billed_after_id for one in unsent}
    appealed = {one.chain for one in Appeal.select() if one.state != "closed"}
    return {
        one.id
        for one in Claim.select()
        if one.id in following
        or (one.chain or one.id) in appealed
        or (one.snoozed_until or today) > today
    }


@dataclass(frozen=True)
class Answer:
    """What a payer decided on one claim line; the reason is empty where it denied nothing."""

    payer: str
    code: str
    month: str
    reason: str
    cents: int


def answers(since: str) -> list[Answer]:
    """The answers that stand, of notices from a month on."""
    payers = {claim.id: claim.payer.name for claim in Claim.select(Claim, Payer).join(Payer)}
    codes = {line.id: line.procedure_code for line in ClaimLine.select()}
    notices = {one.id: one for one in Payment.select()}
    decided = {one.id: one for one in standing() if one.claim_id is not None}
    denied = defaultdict(list)
    for one in Adjustment.select():
        if one.amount > 0 and not settles(one):
            denied[one.remittance_id].append(one)
    found = []
    for line in RemittanceLine.select():
        remittance = decided.get(line.remittance_id)
        if remittance is None or line.claim_line_id is None:
            continue
        notice = notices[remittance.payment_id]
        day = notice.production_date or notice.effective_date or notice.received_at
        if str(day)[:7] < since:
            continue
        denies = [one for one in denied[remittance.id] if one.line_id in (line.id, None)]
        most = max(denies, key=lambda one: (one.amount, -one.id), default=None)
        found.append(
            Answer(
                payers[remittance.claim_id],
                codes[line.claim_line_id],
                str(day)[:7],
                f"{most.group_code}-{most.reason_code}" if most else "",
                # What is said of the claim as a whole counts on its first line.
                sum(one.amount for one in denies if one.line_id or line.position == 1),
            )
        )
    return found


def lines_by(what: str, among: list[Answer]) -> dict[str, Lines]:
    """Answers by payer, procedure code, month or reason."""
    found: dict[str, Lines] = defaultdict(Lines)
    for one in among:
        lines = found[getattr(one, what)]
        lines.answered += 1
        lines.denied += bool(one.reason)
        lines.cents += one.cents
    return dict(found)


def a_year_before(day: datetime.date) -> str:
    """The first of twelve months, of which the month of the day is the last: 2025-12."""
    months = day.year * 12 + day.month - 12
    return f"{months // 12}-{months % 12 + 1:02}"


def standing() -> list[Remittance]:
    """What payers decided and nothing has taken back, in the order in which it came."""
    reversed_ = {one.reverses_id for one in Remittance.select()}
    taken_back = {one.reverses_id for one in Journal.select()} - {None}
    posted = Remittance.select().where(Remittance.state == "posted", Remittance.status_code != "22")
    return [
        one
        for one in posted.order_by(Remittance.id)
        if one.id not in reversed_ and one.journal_id not in taken_back
    ]


def settles(one: Adjustment) -> bool:
    return f"{one.group_code}-{one.reason_code}" in SETTLES
