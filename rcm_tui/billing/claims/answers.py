"""What clearinghouses and payers answer before they adjudicate: TA1, 999 and 277CA onto claims.

A rejection is not a denial: a rejected claim was never adjudicated. It stays Submitted, in the
Rejected queue, until a biller fixes it and sends it again as an original (frequency 1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from peewee import Database

from rcm_tui.billing.claims.superseding import stand_again
from rcm_tui.billing.ledger import reverse_charges
from rcm_tui.billing.outcome import Left, Outcome
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.tables.claims import ADJUDICATED, DRAFT, REPLACES, SUBMITTED, Claim
from rcm_tui.data.tables.exchange import ClaimResponse, ClaimsTransaction, TransmittedClaim
from rcm_tui.data.work import Work

PENDING = "pending"
BY_CLEARINGHOUSE = "accepted by clearinghouse"
BY_PAYER = "accepted by payer"
REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """One answer, about one claim or (a TA1, a 999) about what a claims transaction carried.

    `source` is "clearinghouse" or "payer". A 277CA names its claim by `claim_id` or
    `patient_control_number`. A TA1 or 999 names its `claims_transaction_id`, and a 999 that is
    about one set its `set_control_number` (ST02), about one claim also that claim.
    `category`, `status` and `entity` are the sender's codes, `text` its words.
    """

    kind: Literal["TA1", "999", "277CA"]
    accepted: bool
    source: str
    category: str
    status: str
    entity: str
    text: str
    patient_control_number: str = ""
    claim_id: int | None = None
    claims_transaction_id: int | None = None
    payer_claim_control_number: str = ""
    set_control_number: str = ""


@dataclass(slots=True)
class _Answered:
    """A claim as answers find and leave it. `live` is the claims transaction it is live in."""

    id: int
    number: str
    patient_control_number: str
    status: str
    acknowledgement: str
    adjudication: str
    payer_claim_control_number: str
    live: int | None = None
    changed: bool = False


@dataclass(slots=True)
class _Transaction:
    """A claims transaction as answers find and leave it; `live` are its claims, with their sets."""

    id: int
    state: str
    sent_at: Any
    confirmed_at: Any
    acknowledgement: str
    message: str
    live: dict[int, str] = field(default_factory=dict)
    changed: bool = False


def record_answers(work: Work, incoming_file_id: int, answers: Iterable[ClaimAnswer]) -> Outcome:
    """Sets the acknowledgements that answers give, in their order, and keeps what they said.

    Accepted by the payer is never lowered to accepted by the clearinghouse, and what a payer has
    adjudicated is not rejected any more. Rejected claims are freed to be sent again. `done` are
    the claims that changed, `made` the claims transactions that an answer confirmed; `left` are
    answers that found nothing, or came too late.
    """
    outcome = Outcome()
    for chunk in chunked(answers):
        _record(work, incoming_file_id, chunk, outcome)
    outcome.done = list(dict.fromkeys(outcome.done))
    outcome.made = list(dict.fromkeys(outcome.made))
    return outcome


def resubmit_rejected(work: Work, claim_ids: Sequence[int]) -> Outcome:
    """Takes rejected claims back to Draft, to be fixed and sent again as originals (frequency 1).

    A replacement or void stays one, with the payer's claim control number of what it replaces:
    the payer still has that (ours). Their charges are taken back from the ledger until they are
    submitted again. Claims that are not rejected, or that the payer adjudicated all the same, are
    left.
    """
    outcome = Outcome()
    claims = _claims(work.database, "id", claim_ids)
    for key in dict.fromkeys(claim_ids):
        claim = claims.get(key)
        if claim is None:
            outcome.left.append(Left(key, str(key), "there is no such claim"))
        elif (claim.status, claim.acknowledgement) != (SUBMITTED, REJECTED):
            was = f"it is {claim.status}, acknowledgement {claim.acknowledgement}"
            outcome.left.append(Left(key, claim.number, f"only rejected claims go back: {was}"))
        elif claim.adjudication in ADJUDICATED:
            why = f"the payer adjudicated it: {claim.adjudication}"
            outcome.left.append(Left(key, claim.number, why))
        else:
            outcome.done.append(key)
    reverse_charges(work, outcome.done)
    for chunk in chunked(outcome.done):
        TransmittedClaim.update(live=False).where(
            TransmittedClaim.claim.in_(chunk), TransmittedClaim.live == 1
        ).execute()
        Claim.update(
            status=DRAFT,
            acknowledgement="none",
            adjudication="none",
            payer_claim_control_number="",
            elsewhere=False,
            submitted_at=None,
            version=Claim.version + 1,
        ).where(Claim.id.in_(chunk)).execute()
        Claim.update(frequency="1", original_reference="").where(
            Claim.id.in_(chunk), Claim.frequency.not_in(REPLACES)
        ).execute()
    stand_again(work, outcome.done)
    for key in outcome.done:
        work.record("claim taken back to fix", "claim", key, status=[SUBMITTED, DRAFT])
    return outcome


def _record(
    work: Work, incoming_file_id: int, answers: Sequence[ClaimAnswer], outcome: Outcome
) -> None:
    transactions = _transactions(
        work.database,
        {
            answer.claims_transaction_id
            for answer in answers
            if answer.claims_transaction_id is not None and answer.kind != "277CA"
        },
    )
    by_number, by_id = _answered_claims(work.database, answers, transactions)
    responses: list[tuple[Any, ...]] = []
    for answer in answers:
        claims = _claims_of(answer, transactions, by_number, by_id, outcome)
        for claim in claims:
            reason = _refusal(claim, answer)
            if reason:
                outcome.left.append(Left(claim.id, claim.number, reason))
                continue
            _apply(claim, answer)
            responses.append(_response(claim, answer, incoming_file_id))
            if not answer.accepted:
                _free(claim, transactions)
        if answer.kind != "277CA":
            _answer_transaction(transactions.get(answer.claims_transaction_id or 0), answer, work)
    _write(work, list(by_id.values()), list(transactions.values()), responses, outcome)


def _claims_of(
    answer: ClaimAnswer,
    transactions: dict[int, _Transaction],
    by_number: dict[str, _Answered],
    by_id: dict[int, _Answered],
    outcome: Outcome,
) -> list[_Answered]:
    """The claims that an answer is about; what it names and nobody knows is left with a reason."""
    number = answer.patient_control_number
    if answer.claim_id is not None or number:
        claim = by_number.get(number) if answer.claim_id is None else by_id.get(answer.claim_id)
        if claim is None:
            reason = f"{answer.kind}: no claim has the patient control number {number}"
            outcome.left.append(Left(answer.claim_id or 0, number, reason))
        return [claim] if claim else []
    if answer.kind == "277CA":
        outcome.left.append(Left(0, "277CA", "277CA: it names no claim"))
        return []
    transaction = transactions.get(answer.claims_transaction_id or 0)
    if transaction is None:
        reason = f"{answer.kind}: it names no claims transaction of ours"
        outcome.left.append(Left(answer.claims_transaction_id or 0, answer.kind, reason))
        return []
    if answer.accepted:
        # Taken in, not yet looked at: its claims stay pending until a 277CA or 835.
        return []
    return [
        by_id[claim]
        for claim, set_control_number in transaction.live.items()
        if answer.set_control_number in ("", set_control_number)
    ]


def _refusal(claim: _Answered, answer: ClaimAnswer) -> str:
    """Why an answer does not change a claim any more, or nothing."""
    if claim.status != SUBMITTED:
        return f"{answer.kind}: the claim is {claim.status}, not Submitted"
    named = answer.claims_transaction_id
    if named is not None and claim.live is not None and claim.live != named:
        return f"{answer.kind}: it answers an earlier submission of the claim"
    if answer.accepted:
        if claim.acknowledgement == REJECTED:
            return f"{answer.kind}: the claim was rejected before"
        return ""
    if claim.adjudication in ADJUDICATED:
        return f"{answer.kind} rejects it, but the payer adjudicated it: {claim.adjudication}"
    if claim.acknowledgement == BY_PAYER and answer.source != "payer":
        return f"{answer.kind} rejects it, but the payer accepted it before"
    return ""


def _apply(claim: _Answered, answer: ClaimAnswer) -> None:
    before = (claim.acknowledgement, claim.adjudication, claim.payer_claim_control_number)
    if not answer.accepted:
        claim.acknowledgement = REJECTED
        claim.adjudication = "none"
    elif answer.kind == "277CA":
        if answer.source == "payer":
            claim.acknowledgement = BY_PAYER
        elif claim.acknowledgement != BY_PAYER:
            claim.acknowledgement = BY_CLEARINGHOUSE
        if claim.adjudication not in ADJUDICATED and answer.payer_claim_control_number:
            # Once adjudicated, the remittance's number is the one that corrections need.
            claim.payer_claim_control_number = answer.payer_claim_control_number
    after = (claim.acknowledgement, claim.adjudication, claim.payer_claim_control_number)
    claim.changed = claim.changed or after != before


def _free(claim: _Answered, transactions: dict[int, _Transaction]) -> None:
    claim.live = None
    for transaction in transactions.values():
        transaction.live.pop(claim.id, None)


def _answer_transaction(transaction: _Transaction | None, answer: ClaimAnswer, work: Work) -> None:
    if transaction is None:
        return
    transaction.changed = True
    transaction.confirmed_at = transaction.confirmed_at or work.now
    if transaction.state == "unconfirmed":
        transaction.state = "sent"
        transaction.sent_at = transaction.sent_at or work.now
    if answer.accepted:
        # A TA1 only says that the envelope was readable; the 999 decides.
        if transaction.acknowledgement == "pending" and answer.kind == "999":
            transaction.acknowledgement = "accepted"
        return
    whole = not (answer.set_control_number or answer.claim_id or answer.patient_control_number)
    whole = whole or not transaction.live
    transaction.acknowledgement = "rejected" if whole else "partly accepted"
    transaction.message = answer.text


def _response(claim: _Answered, answer: ClaimAnswer, incoming_file_id: int) -> tuple[Any, ...]:
    return (
        claim.id,
        incoming_file_id,
        answer.claims_transaction_id,
        answer.kind,
        int(answer.accepted),
        "payer" if answer.source == "payer" else "clearinghouse",
        answer.category,
        answer.status,
        answer.entity,
        answer.text,
    )


def _write(
    work: Work,
    claims: list[_Answered],
    transactions: list[_Transaction],
    responses: list[tuple[Any, ...]],
    outcome: Outcome,
) -> None:
    work.insert(
        ClaimResponse,
        (
            *("claim", "incoming_file", "claims_transaction", "kind", "accepted", "source"),
            *("category", "status", "entity", "text", "received_at"),
        ),
        [(*response, work.now) for response in responses],
    )
    changed = [claim for claim in claims if claim.changed]
    work.update(
        Claim,
        ("acknowledgement", "adjudication", "payer_claim_control_number"),
        [
            (each.acknowledgement, each.adjudication, each.payer_claim_control_number, each.id)
            for each in changed
        ],
    )
    freed = [claim.id for claim in changed if claim.acknowledgement == REJECTED]
    for chunk in chunked(freed):
        TransmittedClaim.update(live=False).where(
            TransmittedClaim.claim.in_(chunk), TransmittedClaim.live == 1
        ).execute()
    for claim in changed:
        outcome.done.append(claim.id)
        work.record("claim answered", "claim", claim.id, acknowledgement=claim.acknowledgement)
    for transaction in transactions:
        if transaction.changed:
            outcome.made.append(transaction.id)
            work.record(
                "claims transaction answered",
                "claims_transaction",
                transaction.id,
                acknowledgement=transaction.acknowledgement,
            )
    work.update(
        ClaimsTransaction,
        ("state", "sent_at", "confirmed_at", "acknowledgement", "message"),
        [
            (
                each.state,
                each.sent_at,
                each.confirmed_at,
                each.acknowledgement,
                each.message,
                each.id,
            )
            for each in transactions
            if each.changed
        ],
    )


def _answered_claims(
    database: Database, answers: Sequence[ClaimAnswer], transactions: dict[int, _Transaction]
) -> tuple[dict[str, _Answered], dict[int, _Answered]]:
    numbers = {each.patient_control_number for each in answers if each.claim_id is None} - {""}
    keys = {each.claim_id for each in answers if each.claim_id is not None}
    for transaction in transactions.values():
        keys |= set(transaction.live)
    by_id = _claims(database, "id", sorted(keys))
    for claim in _claims(database, "patient_control_number", sorted(numbers)).values():
        by_id.setdefault(claim.id, claim)
    for claim_id, transaction_id in read_by_keys(
        database,
        "SELECT claim_id, claims_transaction_id FROM transmitted_claim"
        " WHERE claim_id IN ({keys}) AND live = 1",
        by_id,
    ):
        by_id[claim_id].live = transaction_id
    return {claim.patient_control_number: claim for claim in by_id.values()}, by_id


def _claims(database: Database, column: str, keys: Iterable[Any]) -> dict[int, _Answered]:
    rows = read_by_keys(
        database,
        "SELECT id, number, patient_control_number, status, acknowledgement, adjudication,"
        f" payer_claim_control_number FROM claim WHERE {column} IN ({{keys}}) ORDER BY id",
        keys,
    )
    return {row[0]: _Answered(*row) for row in rows}


def _transactions(database: Database, keys: set[int]) -> dict[int, _Transaction]:
    found: dict[int, _Transaction] = {}
    for row in read_by_keys(
        database,
        "SELECT id, state, sent_at, confirmed_at, acknowledgement, message FROM claims_transaction"
        " WHERE id IN ({keys}) ORDER BY id",
        sorted(keys),
    ):
        found[row[0]] = _Transaction(*row)
    for key, claim, set_control_number in read_by_keys(
        database,
        "SELECT claims_transaction_id, claim_id, set_control_number FROM transmitted_claim"
        " WHERE claims_transaction_id IN ({keys}) AND live = 1 ORDER BY id",
        found,
    ):
        found[key].live[claim] = set_control_number
    return found
