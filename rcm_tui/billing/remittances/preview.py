"""A payment before it is posted: what becomes of each remittance, and what looks wrong with it.

The amounts are those of the journals that the plan (`plan.py`) would have posting write; nothing
is worked out a second time, and nothing is written.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import JOIN, Database

from rcm_tui.billing.remittances.adjudication import adjudication, decided_since
from rcm_tui.billing.remittances.alike import AlikePayment, payments_alike
from rcm_tui.billing.remittances.candidates import find_candidates
from rcm_tui.billing.remittances.entries import remittance_entries
from rcm_tui.billing.remittances.hiding import hiding_once_written
from rcm_tui.billing.remittances.plan import Fate, Plan, Planned
from rcm_tui.billing.remittances.preview_words import Doubts, happens
from rcm_tui.billing.remittances.provider_adjustments import find_links
from rcm_tui.billing.remittances.standing import Standing
from rcm_tui.billing.remittances.storing import StoredRemittance, read_details
from rcm_tui.billing.remittances.treatment import OPEN, treatment
from rcm_tui.data.bulk import read_by_keys, read_numbers, read_rows
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables import ledger
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Payment, ProviderAdjustment

WITH_CANDIDATES = 50
"""For so many remittances without a claim the best candidate is looked up; finding costs (ours)."""


@dataclass(slots=True)
class PreviewRow:
    """What becomes of one remittance. Cents; `allowed` is None where the payer names no price.

    `patient`, `adjusted` and `left_open` (at the payer) are what posting moves; of what does not
    post, what the payer says. `adjudication` is that of its claim once the payment is posted.
    `candidate` is the key of the best claim for one without. `words` say what happens, `wrong`
    what looks wrong.
    """

    remittance: int
    position: int
    claim: int | None
    claim_number: str
    named: str
    patient_name: str
    status_code: str
    fate: Fate
    billed: int
    allowed: int | None
    paid: int
    patient: int
    adjusted: int
    left_open: int
    words: str
    wrong: tuple[str, ...] = ()
    adjudication: str = ""
    candidate: int | None = None


@dataclass(slots=True)
class Preview:
    """A payment and the fate of its remittances that are not posted yet.

    `off_by` is by how many cents its total does not balance; `posted_before` counts remittances
    that were posted before posting was stopped. `why` are the sentences by which it waits;
    `recouped` names the claims that provider-level adjustments take back (by their keys).
    """

    payment: Payment
    payer_name: str
    off_by: int
    why: list[str]
    rows: list[PreviewRow]
    adjustments: list[ProviderAdjustment]
    recouped: dict[int, str]
    alike: list[AlikePayment]
    posted_before: int = 0

    def count(self, *fates: Fate) -> int:
        """How many remittances have one of these fates."""
        return sum(row.fate in fates for row in self.rows)

    def paid(self, *fates: Fate) -> int:
        """What remittances of these fates pay, in cents."""
        return sum(row.paid for row in self.rows if row.fate in fates)


@dataclass(slots=True)
class _OfClaim:
    """A claim as it stands before posting, and the cents that the plan moves on it."""

    number: str
    patient_name: str
    billed: int
    status: str
    payer_balance: int
    patient_balance: int
    adjusted: int
    moved: dict[str, int] = field(default_factory=dict)

    @property
    def at_payer(self) -> int:
        """Cents open at its payer once all is posted."""
        return self.payer_balance + self.moved.get(ledger.PAYER_RECEIVABLE, 0)


@dataclass(slots=True)
class _Sofar:
    """What a preview has learned from page to page."""

    claims: dict[int, _OfClaim] = field(default_factory=dict)
    expected: dict[int, int] = field(default_factory=dict)
    at_payer: dict[int, int] = field(default_factory=dict)
    """Claim line → cents that the plan moves at its payer."""
    found: dict[int, list[int | None]] = field(default_factory=dict)
    """Remittance → its claim lines, where the plan found them only now."""
    said: set[tuple[int, str, int, int]] = field(default_factory=set)


def preview_payment(database: Database, payment_id: int) -> Preview | None:
    """The preview of a payment; None when it is not there any more."""
    with one_moment(database):
        payment = (
            Payment.select(Payment, Payer)
            .join(Payer, JOIN.LEFT_OUTER)
            .where(Payment.id == payment_id)
            .first()
        )
        if payment is None:
            return None
        rows = _rows(database, payment_id) if payment.state in PREVIEWED else []
        _name_candidates(database, rows)
        adjustments = list(
            ProviderAdjustment.select()
            .where(ProviderAdjustment.payment == payment_id)
            .order_by(ProviderAdjustment.position)
        )
        ((paid, done),) = read_rows(
            database,
            "SELECT coalesce(sum(paid), 0),"
            " coalesce(sum(CASE WHEN state IN ('held', 'waiting') THEN 0 ELSE 1 END), 0)"
            " FROM remittance WHERE payment_id = ?",
            payment_id,
        )
        return Preview(
            payment,
            payment.payer.name if payment.payer else payment.payer_name,
            int(paid) - sum(one.amount for one in adjustments) - payment.amount,
            list(json.loads(payment.held_reasons)),
            rows,
            adjustments,
            _recouped(database, adjustments),
            payments_alike(database, payment_id),
            int(done),
        )


def _recouped(database: Database, adjustments: Sequence[ProviderAdjustment]) -> dict[int, str]:
    links = find_links(database, [one.id for one in adjustments])
    numbers = read_numbers(database, Claim, {link.claim for link in links.values()})
    return {key: numbers[link.claim] for key, link in links.items()}


PREVIEWED = ("to review", "held", "posting")


def _rows(database: Database, payment_id: int) -> list[PreviewRow]:
    plan = Plan(database, payment_id)
    so_far = _Sofar()
    rows: list[PreviewRow] = []
    for page in plan.pages():
        rows += _page(database, page, so_far)
    standing = plan.standing(list(so_far.claims))
    decided = decided_since(database, so_far.claims)
    settled = [
        key for key, claim in so_far.claims.items() if claim.at_payer == decided.get(key, (0, 0))[0]
    ]
    hidden = hiding_once_written(database, settled, standing, so_far.at_payer, so_far.found)
    for row in rows:
        if row.claim is not None:
            since = decided.get(row.claim, (0, 0))
            said = standing.get(row.claim, [])
            _judge(row, so_far.claims[row.claim], said, since, row.claim in hidden)
    rows.sort(key=lambda row: row.position)
    return rows


def _page(database: Database, page: Sequence[Planned], so_far: _Sofar) -> list[PreviewRow]:
    remittances = [planned.remittance for planned in page]
    read_details(database, [one for one in remittances if not (one.lines or one.adjustments)])
    named = _named(database, remittances)
    claims = {one.claim for one in remittances if one.claim is not None}
    _read_claims(database, claims - so_far.claims.keys(), so_far)
    _read_expected(database, remittances, so_far)
    same = _said_before(database, claims)
    payments = _reversed_payments(database, page)
    rows = []
    for planned in page:
        remittance = planned.remittance
        said = (remittance.claim or 0, remittance.status_code, remittance.charge, remittance.paid)
        doubts = Doubts(said in same or said in so_far.said)
        if planned.fate == "posts":
            so_far.said.add(said)
        row = _row(planned, named[remittance.id], so_far, doubts)
        of_payment = payments.get(planned.reverses.payment, "") if planned.reverses else ""
        row.words = happens(planned, row.named, of_payment, doubts.under_contract)
        row.wrong = tuple(doubts.sentences(planned, row.patient_name))
        rows.append(row)
    return rows


def _row(planned: Planned, named: tuple[str, str], so_far: _Sofar, doubts: Doubts) -> PreviewRow:
    remittance, (number, patient_name) = planned.remittance, named
    claim = so_far.claims.get(remittance.claim or 0)
    posts = planned.fate in ("posts", "reverses")
    entries = planned.journal.entries if planned.journal is not None and posts else []
    if not posts:
        entries = remittance_entries(remittance, {})
    moved: dict[str, int] = {}
    for account, _, line, amount in entries:
        moved[account] = moved.get(account, 0) + amount
        if posts and claim is not None:
            claim.moved[account] = claim.moved.get(account, 0) + amount
        if posts and line is not None and account == ledger.PAYER_RECEIVABLE:
            so_far.at_payer[line] = so_far.at_payer.get(line, 0) + amount
    if planned.found and posts:
        so_far.found[remittance.id] = remittance.claim_lines
    patient = moved.get(ledger.PATIENT_RECEIVABLE, 0)
    adjusted = sum(moved.get(account, 0) for account in ADJUSTED)
    doubts.under_contract = _under_contract(remittance, so_far.expected) if posts else 0
    if claim is not None:
        doubts.billed_here, doubts.patient_here = claim.billed, claim.patient_name
        doubts.claim_status = claim.status
    return PreviewRow(
        remittance.id,
        remittance.position,
        remittance.claim,
        claim.number if claim is not None else "",
        number,
        patient_name,
        remittance.status_code,
        planned.fate,
        remittance.charge,
        _allowed(remittance),
        remittance.paid,
        patient,
        adjusted,
        remittance.charge - remittance.paid - patient - adjusted,
        "",
    )


ADJUSTED = ledger.CONTRACTUAL, ledger.PRIOR_PAYER, ledger.NEXT_PAYER


def _judge(
    row: PreviewRow,
    claim: _OfClaim,
    standing: Sequence[Standing],
    since: tuple[int, int],
    hidden: bool,
) -> None:
    """What the claim is once all is posted, by the same function that posting uses."""
    payer = claim.at_payer
    row.adjudication = adjudication(
        standing,
        payer - since[0],
        claim.patient_balance + claim.moved.get(ledger.PATIENT_RECEIVABLE, 0) - since[1],
        claim.adjusted + sum(claim.moved.get(account, 0) for account in ADJUSTED),
        hidden,
    )
    if row.adjudication == "overpaid" and row.fate == "posts" and payer < 0:
        row.wrong = (*row.wrong, Doubts.overpaid(-payer))


def _allowed(remittance: StoredRemittance) -> int | None:
    allowed = [line.allowed for line in remittance.lines if line.allowed is not None]
    return sum(allowed) if allowed else None


def _under_contract(remittance: StoredRemittance, expected: dict[int, int]) -> int:
    """Cents that the payer allowed less than its contract, and no adjustment explains."""
    short = 0
    for line in remittance.lines:
        if line.allowed is not None and line.claim_line in expected:
            left_open = sum(
                amount
                for group, reason, amount in line.adjustments
                if treatment(group, reason) == OPEN
            )
            short += max(0, expected[line.claim_line] - line.allowed - left_open)
    return short


# -- what is read beside the plan -------------------------------------------------------------


def _named(
    database: Database, remittances: Sequence[StoredRemittance]
) -> dict[int, tuple[str, str]]:
    """Remittance → the control number and the patient that the payer names."""
    return {
        key: (number, patient)
        for key, number, patient in read_by_keys(
            database,
            "SELECT id, patient_control_number, patient_name FROM remittance WHERE id IN ({keys})",
            [one.id for one in remittances],
        )
    }


def _reversed_payments(database: Database, page: Sequence[Planned]) -> dict[int, str]:
    """The check or EFT numbers of the payments whose remittances are taken back."""
    payments = {one.reverses.payment for one in page if one.reverses is not None}
    return dict(
        read_by_keys(
            database, "SELECT id, trace_number FROM payment WHERE id IN ({keys})", sorted(payments)
        )
    )


def _read_claims(database: Database, claims: Iterable[int], so_far: _Sofar) -> None:
    for key, *columns in read_by_keys(
        database,
        "SELECT id, number, patient_name, billed, status, payer_balance, patient_balance, adjusted"
        " FROM claim WHERE id IN ({keys})",
        sorted(claims),
    ):
        so_far.claims[key] = _OfClaim(*columns)
    # Corrections that were rejected get their charges back when the payer decides all the same.
    for key, line, billed in read_by_keys(
        database,
        "SELECT c.id, l.id, l.billed FROM claim AS c JOIN claim_line AS l ON l.claim_id = c.id"
        " WHERE c.id IN ({keys}) AND COALESCE(c.acknowledgement, '') = 'rejected'"
        " AND c.frequency IN ('6', '7')"
        " AND COALESCE(c.adjudication, '') = 'none' AND COALESCE(c.status, '') = 'Submitted'"
        " AND c.payer_balance = 0",
        sorted(claims),
    ):
        so_far.claims[key].payer_balance += billed
        so_far.at_payer[line] = so_far.at_payer.get(line, 0) + billed


def _read_expected(
    database: Database, remittances: Sequence[StoredRemittance], so_far: _Sofar
) -> None:
    lines = {line.claim_line for one in remittances for line in one.lines if line.claim_line}
    so_far.expected.update(
        read_by_keys(
            database,
            "SELECT id, expected FROM claim_line WHERE id IN ({keys}) AND expected > 0",
            sorted(lines),
        )
    )


def _said_before(database: Database, claims: Iterable[int]) -> set[tuple[int, str, int, int]]:
    """Claim, status, charge and paid of what is posted on claims already."""
    return {
        (claim, status, charge, paid)
        for claim, status, charge, paid in read_by_keys(
            database,
            "SELECT claim_id, status_code, charge, paid FROM remittance"
            " WHERE claim_id IN ({keys}) AND COALESCE(state, '') = 'posted'",
            sorted(claims),
        )
    }


def _name_candidates(database: Database, rows: Sequence[PreviewRow]) -> None:
    """Says of the first remittances without a claim which claim they may be for."""
    without = [row for row in rows if row.fate == "orphan" and row.claim is None]
    for row in without[:WITH_CANDIDATES]:
        candidates = [one for one in find_candidates(database, row.remittance) if not one.refusal]
        if not candidates:
            continue
        best = candidates[0]
        why = ", ".join(reason.words for reason in best.reasons[:2] if reason.points > 0)
        count = "1 candidate" if len(candidates) == 1 else f"{len(candidates)} candidates"
        row.candidate = best.claim
        row.words = f"{row.words} · {count}: {best.number} ({why})"
