"""Acknowledgements (TA1, 999, 277CA) as answers about claims and claims transactions of ours.

What a code means is said in words of our own (data/codes); the sender's codes and words are kept
beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.answers import ClaimAnswer
from rcm_tui.billing.claims.control_numbers import stored_numbers
from rcm_tui.data.bulk import chunked
from rcm_tui.data.codes.acknowledgements import (
    ELEMENT_ERRORS,
    GROUP_REASONS,
    INTERCHANGE_CODES,
    INTERCHANGE_NOTES,
    SEGMENT_ERRORS,
    SET_CODES,
    SET_REASONS,
)
from rcm_tui.data.codes.claim_status import status_words
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.amounts import to_cents
from rcm_tui.exchange.findings import Findings
from rcm_tui.exchange.reading import tuples
from rcm_tui.x12.claim_acknowledgement import (
    AcknowledgementHeader,
    ClaimStatus,
    LevelTotals,
    Status,
)
from rcm_tui.x12.events import GroupAcknowledged, InterchangeAcknowledged
from rcm_tui.x12.implementation_acknowledgement import SegmentError, SetAcknowledgement
from rcm_tui.x12.interchange_acknowledgement import InterchangeAcknowledgement

CLAIM_GROUPS = "HC"
PAYER_ENTITY = "PR"
LONGEST_TEXT = 500
LONGEST_NAME = 100
SHOWN_ERRORS = 5


def interchange_answers(event: InterchangeAcknowledged) -> list[ClaimAnswer]:
    """The answer of a TA1 about the transaction with its ISA13, or about none of ours."""
    said = event.acknowledgement
    return [
        ClaimAnswer(
            "TA1",
            said.accepted,
            "clearinghouse",
            plain(said.code, 10),
            plain(said.note, 10),
            "",
            "",
            words=plain(_interchange_words(said), LONGEST_TEXT),
            named=plain(f"ISA {said.control_number or 'without a number'}", LONGEST_NAME),
            claims_transaction_id=_transaction(
                ClaimsTransaction.interchange_control_number,
                said.control_number,
                event.interchange.sender,
            ),
        )
    ]


def group_answers(event: GroupAcknowledged, findings: Findings) -> list[ClaimAnswer]:
    """The answers of a 999: one for the transaction with its GS06, and one for each rejected set.

    A group that is not of claims gives none, with a finding.
    """
    said = event.acknowledgement
    if said.functional_id != CLAIM_GROUPS:
        findings.say(
            "warning",
            f"The {event.set.type} is about a group of kind {said.functional_id or '(none)'}, not"
            f" of claims ({CLAIM_GROUPS}).",
            event.set.segment_number,
            "AK1",
        )
        return []
    number = said.group_control_number
    whole = ClaimAnswer(
        "999",
        True,
        "clearinghouse",
        plain(said.code, 10),
        plain(next(iter(said.reasons), ""), 10),
        "",
        "",
        named=plain(f"GS {number or 'without a number'}", LONGEST_NAME),
        claims_transaction_id=_transaction(
            ClaimsTransaction.group_control_number, number, event.set.interchange.sender
        ),
    )
    rejected = [one for one in said.sets if not one.accepted]
    if said.code == "R" or (said.sets and len(rejected) == len(said.sets)):
        if len(rejected) == 1:
            return [replace(_set_answer(rejected[0], whole), set_control_number="")]
        words = _because("the group was refused", said.reasons, GROUP_REASONS)
        text = " · ".join(map(_set_codes, rejected))
        return [_told(replace(whole, accepted=False), words, text)]
    taken = "the group was taken, but for some sets" if rejected else "the group was taken"
    return [_told(whole, taken), *(_set_answer(one, whole) for one in rejected)]


def status_answer(
    status: ClaimStatus, header: AcknowledgementHeader, receiver: Sequence[Status] = ()
) -> ClaimAnswer:
    """The answer of a 277CA about one claim, by its patient control number.

    `receiver` are statuses of the levels above. The status that rejects speaks for the claim.
    """
    statuses = list(status.statuses) + [one for line in status.lines for one in line.statuses]
    number = plain(status.patient_control_number, 80)
    return replace(
        _status_answer(statuses or list(receiver), header),
        named=plain(f"claim {number or 'without a number'}", LONGEST_NAME),
        patient_control_number=number,
        payer_claim_control_number=plain(status.payer_claim_control_number, 50),
    )


def level_answer(
    totals: LevelTotals, header: AcknowledgementHeader, sender: str, trace: str
) -> ClaimAnswer:
    """The answer of a 277CA that refuses a set, or a provider in it, without naming its claims.

    `trace` is the BHT03 that it names: the interchange control number and the set's four digits
    of what we sent. One that speaks of a provider alone rejects no claim by itself: it does not
    say which.
    """
    answer = _status_answer(totals.statuses, header)
    number = plain(trace, 30)
    answer = replace(
        answer, named=f"BHT {number or 'without a number'}", set_control_number=number[-4:]
    )
    if totals.level == "provider":
        who = plain(totals.party.identifier, 80) if totals.party else ""
        return replace(
            answer,
            named=f"{answer.named}, provider {who or 'not named'}",
            note="it refuses a provider's claims without saying which",
        )
    return replace(
        answer,
        claims_transaction_id=_transaction(
            ClaimsTransaction.interchange_control_number, number[:-4], sender
        ),
    )


def _status_answer(statuses: Sequence[Status], header: AcknowledgementHeader) -> ClaimAnswer:
    rejecting = [one for one in statuses if one.rejected]
    codes = [code for one in rejecting or statuses for code in one.codes]
    category, code, entity = codes[0] if codes else ("", "", "")
    messages = filter(None, (one.message for one in rejecting or statuses))
    return ClaimAnswer(
        "277CA",
        not rejecting,
        "payer" if header.source_entity == PAYER_ENTITY else "clearinghouse",
        plain(category, 10),
        plain(code, 10),
        plain(entity, 10),
        plain("; ".join(dict.fromkeys(messages)), LONGEST_TEXT),
        words=plain(status_words(codes) or "no status was given", LONGEST_TEXT),
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


def _interchange_words(said: InterchangeAcknowledgement) -> str:
    words = INTERCHANGE_CODES.get(said.code, f"the file was answered {said.code or 'nothing'}")
    if said.note in ("", "000"):
        return words
    return f"{words}: {INTERCHANGE_NOTES.get(said.note, f'note {said.note}')}"


def _told(answer: ClaimAnswer, words: str, text: str = "") -> ClaimAnswer:
    return replace(answer, words=plain(words, LONGEST_TEXT), text=plain(text, LONGEST_TEXT))


def _because(words: str, reasons: Sequence[str], known: Mapping[str, str]) -> str:
    said = ", ".join(known.get(one, f"reason {one}") for one in reasons)
    return f"{words}: {said}" if said else words


def _set_answer(said: SetAcknowledgement, whole: ClaimAnswer) -> ClaimAnswer:
    # Ours have four digits; some drop the zeros that lead them.
    number = plain(said.set_control_number.strip().zfill(4), 9)
    return replace(
        _told(whole, _set_words(said), _set_codes(said)),
        accepted=False,
        category=plain(said.code, 10),
        status=plain(next(iter(said.reasons), ""), 10),
        named=f"{whole.named} ST {number}",
        set_control_number=number,
    )


def _set_words(said: SetAcknowledgement) -> str:
    """What was wrong with a set: its segments, by position, and their elements, in our words."""
    code = SET_CODES.get(said.code, f"answered {said.code or 'nothing'}")
    errors = [_segment_words(error) for error in said.errors[:SHOWN_ERRORS]]
    more = len(said.errors) - len(errors)
    if more > 0:
        errors.append(f"and {more} more")
    return "; ".join([_because(f"the set was {code}", said.reasons, SET_REASONS), *errors])


def _segment_words(error: SegmentError) -> str:
    place = f"{error.segment_id} at {error.position}"
    if error.claim:
        place += f" of claim {error.claim}"
    words = []
    # "With wrong elements" says nothing more where they follow.
    if error.code and not (error.code == "8" and error.elements):
        words.append(SEGMENT_ERRORS.get(error.code, f"error {error.code}"))
    words += [
        f"{error.segment_id}{one.element:02} {ELEMENT_ERRORS.get(one.code, f'error {one.code}')}"
        for one in error.elements[:SHOWN_ERRORS]
    ]
    return f"{place}: {', '.join(words) or 'no reason is given'}"


def _set_codes(said: SetAcknowledgement) -> str:
    """The sender's own codes, as they stand in its IK5, IK3 and IK4."""
    codes = [" ".join(["IK5", said.code, *said.reasons])]
    for error in said.errors[:SHOWN_ERRORS]:
        codes.append(f"IK3 {error.segment_id} {error.position} {error.code}".rstrip())
        codes += [
            f"IK4 {one.element} {one.code} {one.bad_value}".rstrip()
            for one in error.elements[:SHOWN_ERRORS]
        ]
    return ", ".join(codes)


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
