"""What clearinghouses and payers answer before they adjudicate: TA1, 999 and 277CA onto claims.

A rejection is not a denial: a rejected claim was never adjudicated. It stays Submitted, in the
Rejected queue, until a biller fixes it and sends it again as an original (frequency 1).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from peewee import Database

from rcm_tui.billing.claims.superseding import open_successors, refuse_place, stand_again
from rcm_tui.billing.claims.voiding import settle_voids
from rcm_tui.billing.ledger import reverse_charges
from rcm_tui.billing.outcome import Left, Outcome
from rcm_tui.billing.rights import CORRECT, IMPORT, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.tables.claims import ADJUDICATED, DRAFT, REPLACES, SUBMITTED, Claim
from rcm_tui.data.tables.exchange import ClaimResponse, ClaimsTransaction, TransmittedClaim
from rcm_tui.data.work import Work

BY_CLEARINGHOUSE = "accepted by clearinghouse"
BY_PAYER = "accepted by payer"
REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """One answer, about one claim or (a TA1, a 999) about what a claims transaction carried.

    `source` is "clearinghouse" or "payer". A 277CA names its claim by `claim_id` or
    `patient_control_number`. What is about a whole file or group names its `claims_transaction_id`,
    what is about one set also its `set_control_number` (ST02).
    `category`, `status` and `entity` are the sender's codes, `text` its words, `words` ours.
    `named` is what it names, for people; `note` why it can change nothing, if that is known.
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
    words: str = ""
    named: str = ""
    note: str = ""

    @property
    def of_claim(self) -> bool:
        """Whether it names a claim."""
        return self.claim_id is not None or bool(self.patient_control_number)

    @property
    def level(self) -> str:
        """What it is about: a claim, a set, a group (999) or a whole file."""
        if self.of_claim:
            return "claim"
        if self.set_control_number:
            return "set"
        return "group" if self.kind == "999" else "file"


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
    claims: int
    live: dict[int, str] = field(default_factory=dict)
    changed: bool = False


@needs(IMPORT)
def record_answers(work: Work, incoming_file_id: int, answers: Iterable[ClaimAnswer]) -> Outcome:
    """Sets the acknowledgements that answers give, in their order, and keeps what they said.

    Accepted by the payer is never lowered to accepted by the clearinghouse, and what a payer has
    adjudicated is not rejected any more. Rejected claims are freed to be sent again. Every answer
    is kept, also one that changes nothing, with the reason. `done` are the claims that changed,
    `made` the claims transactions that an answer confirmed; `left` are answers that found
    nothing, or came too late.
    """
    outcome = Outcome()
    for chunk in chunked(answers):
        _record(work, incoming_file_id, chunk, outcome)
    outcome.done = list(dict.fromkeys(outcome.done))
    outcome.made = list(dict.fromkeys(outcome.made))
    return outcome


@needs(CORRECT, claim_ids=CLAIM)
def resubmit_rejected(work: Work, claim_ids: Sequence[int]) -> Outcome:
    """Takes rejected claims back to Draft, to be fixed and sent again as originals (frequency 1).

    A replacement or void stays one, with the payer's claim control number of what it replaces:
    the payer still has that (ours). Their charges are taken back from the ledger until they are
    submitted again. Claims that are not rejected, or that the payer adjudicated all the same, are
    left.
    """
    outcome = Outcome()
    claims = _claims(work.database, "id", claim_ids)
    successors = open_successors(work.database, claim_ids)
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
        elif key in successors:
            why = f"{successors[key]} is to take its place: work on that one"
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
            if answer.claims_transaction_id is not None and not answer.of_claim
        },
    )
    by_number, by_id = _answered_claims(work.database, answers, transactions)
    kept = _Kept(incoming_file_id)
    for answer in answers:
        if answer.of_claim:
            number = answer.patient_control_number
            named = by_number.get(number) if answer.claim_id is None else by_id.get(answer.claim_id)
            _answer_claim(answer, named, transactions, kept, outcome)
        else:
            _answer_file(answer, transactions, by_id, kept, outcome)
            transaction = transactions.get(answer.claims_transaction_id or 0)
            _answer_transaction(transaction, answer, work)
    _write(work, list(by_id.values()), list(transactions.values()), kept, outcome)


class _Kept:
    """The rows that answers leave. One that says what another meant for a claim names it."""

    columns = (
        *("id", "answer", "claim", "incoming_file", "claims_transaction", "level", "kind"),
        *("accepted", "source", "category", "status", "entity", "text", "words", "named"),
        *("set_control_number", "note", "claims", "received_at"),
    )

    def __init__(self, incoming_file_id: int) -> None:
        self._incoming_file_id = incoming_file_id
        self._rows: list[tuple[int | None, tuple[Any, ...]]] = []

    def add(
        self,
        answer: ClaimAnswer,
        claim: _Answered | None = None,
        *,
        note: str = "",
        claims: int = 1,
        meant_by: int | None = None,
    ) -> int:
        """Keeps one; gives its place, by which others name it."""
        self._rows.append(
            (
                meant_by,
                (
                    None if claim is None else claim.id,
                    self._incoming_file_id,
                    answer.claims_transaction_id,
                    answer.level,
                    answer.kind,
                    int(answer.accepted),
                    "payer" if answer.source == "payer" else "clearinghouse",
                    answer.category,
                    answer.status,
                    answer.entity,
                    answer.text,
                    answer.words,
                    answer.named or answer.patient_control_number,
                    answer.set_control_number,
                    note or answer.note,
                    claims,
                ),
            )
        )
        return len(self._rows) - 1

    def write(self, work: Work) -> None:
        keys = work.next_ids(ClaimResponse, len(self._rows))
        rows = [
            (key, None if meant_by is None else keys[meant_by], *values, work.now)
            for key, (meant_by, values) in zip(keys, self._rows, strict=True)
        ]
        work.insert(ClaimResponse, self.columns, rows)


def _answer_claim(
    answer: ClaimAnswer,
    claim: _Answered | None,
    transactions: dict[int, _Transaction],
    kept: _Kept,
    outcome: Outcome,
) -> None:
    if claim is None:
        number = answer.patient_control_number
        reason = f"{answer.kind}: no claim has the patient control number {number}"
        outcome.left.append(Left(answer.claim_id or 0, number, reason))
        kept.add(answer, note="no claim has this patient control number")
        return
    reason = _refusal(claim, answer)
    kept.add(answer, claim, note=reason)
    if reason:
        outcome.left.append(Left(claim.id, claim.number, reason))
    else:
        _give(answer, claim, transactions)


def _answer_file(
    answer: ClaimAnswer,
    transactions: dict[int, _Transaction],
    by_id: dict[int, _Answered],
    kept: _Kept,
    outcome: Outcome,
) -> None:
    """An answer about what a claims transaction carried: a rejection means each of its claims."""
    transaction = transactions.get(answer.claims_transaction_id or 0)
    if transaction is None:
        named, note = answer.named, answer.note or "it was not sent from here"
        what = "claim" if answer.kind == "277CA" else "claims transaction of ours"
        reason = f"{answer.kind}: it names no {what}"
        if answer.note:
            reason = f"The {answer.kind} about {named}: {answer.note}."
        elif named:
            reason = f"The {answer.kind} is about {named}, which was not sent from here."
        outcome.left.append(Left(answer.claims_transaction_id or 0, answer.kind, reason))
        kept.add(replace(answer, claims_transaction_id=None), note=note, claims=0)
        return
    whole = not answer.set_control_number
    meant = [
        by_id[claim]
        for claim, set_control_number in transaction.live.items()
        if whole or answer.set_control_number == set_control_number
    ]
    if answer.accepted:
        # Taken in, not yet looked at: its claims stay pending until a 277CA or 835.
        kept.add(answer, claims=transaction.claims if whole else len(meant))
        return
    refusals = [(claim, _refusal(claim, answer)) for claim in meant]
    note = "its claims were answered before" if all(reason for _, reason in refusals) else ""
    row = kept.add(answer, note=note, claims=len(meant))
    for claim, reason in refusals:
        if reason:
            outcome.left.append(Left(claim.id, claim.number, reason))
        else:
            kept.add(answer, claim, meant_by=row)
            _give(answer, claim, transactions)


def _give(answer: ClaimAnswer, claim: _Answered, transactions: dict[int, _Transaction]) -> None:
    _apply(claim, answer)
    if not answer.accepted:
        _free(claim, transactions)


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
    whole = not answer.set_control_number or not transaction.live
    transaction.acknowledgement = "rejected" if whole else "partly accepted"
    transaction.message = answer.words or answer.text


def _write(
    work: Work,
    claims: list[_Answered],
    transactions: list[_Transaction],
    kept: _Kept,
    outcome: Outcome,
) -> None:
    kept.write(work)
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
    refuse_place(work, freed)
    settle_voids(work, [claim.id for claim in changed if claim.acknowledgement == BY_PAYER])
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
        "SELECT id, state, sent_at, confirmed_at, acknowledgement, message, claims"
        " FROM claims_transaction WHERE id IN ({keys}) ORDER BY id",
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
