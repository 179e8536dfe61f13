"""Acknowledgements (TA1, 999, 277CA) as answers about claims and claims transactions of ours.

What a code means is said in short words of our own; the codes themselves are kept beside them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.answers import ClaimAnswer
from rcm_tui.billing.claims.control_numbers import stored_numbers
from rcm_tui.data.bulk import chunked
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.amounts import to_cents
from rcm_tui.exchange.findings import Findings
from rcm_tui.exchange.reading import tuples
from rcm_tui.x12.claim_acknowledgement import AcknowledgementHeader, ClaimStatus, Status
from rcm_tui.x12.events import GroupAcknowledged, InterchangeAcknowledged
from rcm_tui.x12.implementation_acknowledgement import SetAcknowledgement

CLAIM_GROUPS = "HC"
PAYER_ENTITY = "PR"
LONGEST_TEXT = 500

CATEGORIES = {
    "A0": "passed on",
    "A1": "received",
    "A2": "accepted for adjudication",
    "A3": "sent back, cannot be processed",
    "A4": "not found",
    "A5": "split into several claims",
    "A6": "rejected, something is missing",
    "A7": "rejected, something is invalid",
    "A8": "rejected, some values contradict each other",
}
"""277CA status categories, by code (005010X214 STC01-1)."""

INTERCHANGE_CODES = {
    "A": "the interchange was taken",
    "E": "the interchange was taken, with errors",
    "R": "the interchange was rejected",
}
SET_CODES = {
    "A": "the transaction set was taken",
    "E": "the transaction set was taken, with errors",
    "R": "the transaction set was rejected",
    "M": "the transaction set was rejected: it could not be authenticated",
    "P": "some transaction sets were rejected",
    "W": "the transaction set was rejected: its assurance failed",
    "X": "the transaction set was rejected: it could not be decrypted",
}


def interchange_answers(event: InterchangeAcknowledged, findings: Findings) -> list[ClaimAnswer]:
    """The answer of a TA1 about the transaction with its ISA13; if unknown, a finding instead."""
    said = event.acknowledgement
    transaction = _transaction(
        ClaimsTransaction.interchange_control_number, said.control_number, event.interchange.sender
    )
    if transaction is None:
        findings.say(
            "warning",
            f"The TA1 is about interchange {said.control_number or '(none)'}, which was not sent"
            " from here.",
            segment_id="TA1",
        )
        return []
    text = INTERCHANGE_CODES.get(said.code, f"the interchange was answered {said.code}")
    if said.note not in ("", "000"):
        text = f"{text} (note {said.note})"
    return [
        ClaimAnswer(
            "TA1",
            said.accepted,
            "clearinghouse",
            plain(said.code, 10),
            plain(said.note, 10),
            "",
            plain(text, LONGEST_TEXT),
            claims_transaction_id=transaction,
        )
    ]


def group_answers(event: GroupAcknowledged, findings: Findings) -> list[ClaimAnswer]:
    """The answers of a 999: one for the transaction with its GS06, and one for each rejected set.

    A group that is not of ours, or not of claims, gives none, with a finding.
    """
    said = event.acknowledgement
    number = said.group_control_number
    if said.functional_id != CLAIM_GROUPS:
        findings.say(
            "warning",
            f"The {event.set.type} is about a group of kind {said.functional_id or '(none)'}, not"
            f" of claims ({CLAIM_GROUPS}).",
            event.set.segment_number,
            "AK1",
        )
        return []
    transaction = _transaction(
        ClaimsTransaction.group_control_number, number, event.set.interchange.sender
    )
    if transaction is None:
        findings.say(
            "warning",
            f"The {event.set.type} is about group {number or '(none)'}, which was not sent from"
            " here.",
            event.set.segment_number,
            "AK1",
        )
        return []
    rejected = [one for one in said.sets if not one.accepted]
    if said.code == "R" or (said.sets and len(rejected) == len(said.sets)):
        text = _set_text(rejected[0]) if len(rejected) == 1 else "the group was rejected"
        return [_answer(False, said.code, text, transaction)]
    taken = "the group was taken, but for some sets" if rejected else "the group was taken"
    return [
        _answer(True, said.code, taken, transaction),
        *(_set_answer(one, transaction) for one in rejected),
    ]


def _set_answer(said: SetAcknowledgement, transaction: int) -> ClaimAnswer:
    # Ours have four digits; some drop the zeros that lead them.
    number = said.set_control_number.strip().zfill(4)
    reason = said.reasons[0] if said.reasons else ""
    return _answer(False, said.code, _set_text(said), transaction, reason, plain(number, 9))


def _answer(
    accepted: bool,
    code: str,
    text: str,
    transaction: int,
    reason: str = "",
    set_control_number: str = "",
) -> ClaimAnswer:
    return ClaimAnswer(
        "999",
        accepted,
        "clearinghouse",
        plain(code, 10),
        plain(reason, 10),
        "",
        plain(text, LONGEST_TEXT),
        claims_transaction_id=transaction,
        set_control_number=set_control_number,
    )


def _set_text(said: SetAcknowledgement) -> str:
    """What was wrong with a set: its segments, by position, with the codes of their errors."""
    text = SET_CODES.get(said.code, f"the transaction set was answered {said.code}")
    errors = []
    for error in said.errors[:5]:
        place = f"{error.segment_id} at {error.position}"
        if error.claim:
            place += f" of claim {error.claim}"
        codes = [f"error {error.code}"] if error.code else []
        codes += [f"element {one.element} error {one.code}" for one in error.elements[:5]]
        errors.append(f"{place}: {', '.join(codes) or 'no code'}")
    more = len(said.errors) - len(errors)
    if more > 0:
        errors.append(f"and {more} more")
    return "; ".join([text, *errors])


def status_answer(
    status: ClaimStatus, header: AcknowledgementHeader, receiver: Sequence[Status] = ()
) -> ClaimAnswer:
    """The answer of a 277CA about one claim, by its patient control number.

    `receiver` are statuses of the levels above. The status that rejects speaks for the claim.
    """
    statuses = list(status.statuses) + [one for line in status.lines for one in line.statuses]
    statuses = statuses or list(receiver)
    rejecting = [one for one in statuses if one.rejected]
    codes = [code for one in rejecting or statuses for code in one.codes]
    category, code, entity = codes[0] if codes else ("", "", "")
    return ClaimAnswer(
        "277CA",
        not rejecting,
        "payer" if header.source_entity == PAYER_ENTITY else "clearinghouse",
        plain(category, 10),
        plain(code, 10),
        plain(entity, 10),
        plain("; ".join(dict.fromkeys(map(_status_text, rejecting or statuses))), LONGEST_TEXT),
        patient_control_number=plain(status.patient_control_number, 80),
        payer_claim_control_number=plain(status.payer_claim_control_number, 50),
    )


def settled(
    database: Database, answers: Sequence[tuple[ClaimAnswer, ClaimStatus | None]]
) -> list[ClaimAnswer]:
    """The answers, those about a number that several claims share each with the claim it means.

    Of such claims (see `control_numbers`) that one is meant which has the charge and first day of
    service of the answer; where these do not tell, the answer keeps the number alone.
    """
    stored = stored_numbers(
        database, {answer.patient_control_number for answer, status in answers if status}
    )
    shared = {number: names for number, names in stored.items() if len(names) > 1}
    if not shared:
        return [answer for answer, _ in answers]
    columns = (Claim.patient_control_number, Claim.id, Claim.first_service_date, Claim.billed)
    claims = {
        row[0]: row
        for keys in chunked(name for names in shared.values() for name in names)
        for row in tuples(Claim.select(*columns).where(Claim.patient_control_number.in_(keys)))
    }
    made = []
    for answer, status in answers:
        names = shared.get(answer.patient_control_number, []) if status is not None else []
        meant = [claims[name] for name in names if status and _fits(status, claims[name])]
        made.append(replace(answer, claim_id=meant[0][1]) if len(meant) == 1 else answer)
    return made


def _fits(status: ClaimStatus, claim: tuple[Any, ...]) -> bool:
    _, _, day, billed = claim
    amounts = {to_cents(one.amount)[0] for one in status.statuses if one.amount is not None}
    return (status.service_date in (None, day)) and (not amounts or billed in amounts)


def _status_text(status: Status) -> str:
    parts = []
    for category, code, entity in status.codes:
        words = CATEGORIES.get(category, f"status category {category}" if category else "")
        detail = f"status {code}" if code else ""
        if detail and entity:
            detail += f" of {entity}"
        parts.append(f"{words} ({detail})" if words and detail else words or detail)
    text = ", ".join(filter(None, parts)) or "no status was given"
    return f"{text}: {status.message}" if status.message else text


def _transaction(column: object, number: str, sender: str) -> int | None:
    """The transaction with a control number; of several clearinghouses', the sender's."""
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        return None
    query = (
        ClaimsTransaction.select(ClaimsTransaction.id, Clearinghouse.receiver_id)
        .join(Clearinghouse)
        .where(column == int(number))
        .order_by(ClaimsTransaction.id.desc())
    )
    found = [(int(key), receiver) for key, receiver in tuples(query)]
    of_sender = [key for key, receiver in found if receiver == sender]
    if of_sender:
        return of_sender[0]
    return found[0][0] if len(found) == 1 else None
