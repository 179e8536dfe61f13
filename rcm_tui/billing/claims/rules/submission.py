"""The submission itself: frequency, original reference, control number, duplicates."""

import re
from collections.abc import Sequence

from rcm_tui.billing.claims.control_numbers import as_sent
from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.numbering import CONTROL_NUMBER_LENGTH
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, WARNING, Found, Rule, once
from rcm_tui.data.tables.claims import DRAFT, REPLACES

FREQUENCIES = {"1": "original", "6": "corrected claim", "7": "replacement", "8": "void"}
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]*")
BY_PROGRAM = "Leave the number that the program gives."


def unknown_frequency(claim: ClaimFacts) -> Sequence[Found]:
    return once(claim.frequency not in FREQUENCIES, frequency=claim.frequency or "empty")


def no_original_reference(claim: ClaimFacts) -> Sequence[Found]:
    corrects = claim.frequency in REPLACES
    return once(
        corrects and not claim.original_reference.strip(), kind=FREQUENCIES.get(claim.frequency)
    )


def older_reference(claim: ClaimFacts) -> Sequence[Found]:
    newest = claim.newest_reference
    named = claim.original_reference.strip()
    return once(
        claim.frequency in REPLACES and newest and named and named != newest,
        named=named,
        newest=newest,
    )


def long_control_number(claim: ClaimFacts) -> Sequence[Found]:
    number = as_sent(claim.patient_control_number)
    return once(len(number) > CONTROL_NUMBER_LENGTH, number=number, length=len(number))


def odd_control_number(claim: ClaimFacts) -> Sequence[Found]:
    number = as_sent(claim.patient_control_number)
    return once(not PLAIN.fullmatch(number), number=number or "empty")


def already_billed(claim: ClaimFacts) -> Sequence[Found]:
    if claim.frequency != "1":
        return PASSED
    payer = claim.payer.id if claim.payer else None
    rendering = claim.rendering.id if claim.rendering else None
    found = []
    for line in claim.lines:
        for other in claim.others_like(line):
            if (
                other.use.status != DRAFT
                and (other.payer, other.rendering) == (payer, rendering)
                and other.modifiers == line.modifiers
                and other.last_day == line.last_day
                and other.place_of_service == (line.place_of_service or claim.place_of_service)
            ):
                values = {"code": line.code, "day": line.first_day, "other": other.number}
                found.append(Found(line.position, values))
                break
    return found


RULES = (
    Rule(
        "submission.frequency",
        "claim.frequency",
        ERROR,
        "The claim frequency code is {frequency}; 1, 6, 7 (replacement) and 8 (void) are known.",
        "Choose original, replacement or void.",
        "Correct and void claims through their own commands.",
        unknown_frequency,
    ),
    Rule(
        "submission.original_reference",
        "claim.original_reference",
        ERROR,
        "A {kind} has to name the payer's control number of the claim before.",
        "Copy the payer claim control number from the remittance or the 277CA.",
        "Correct claims from their remittance; the number comes along.",
        no_original_reference,
    ),
    Rule(
        "submission.older_reference",
        "claim.original_reference",
        WARNING,
        "It names {named}, and the payer's newest number of the claim before is {newest}.",
        "Name the newest number, unless the payer asked for the other one.",
        "Send corrections soon after they are made; an answer in between brings a new number.",
        older_reference,
    ),
    Rule(
        "submission.control_number_length",
        "claim.patient_control_number",
        ERROR,
        "The patient control number {number} has {length} characters; only 20 come back.",
        "Give the claim a shorter number.",
        BY_PROGRAM,
        long_control_number,
    ),
    Rule(
        "submission.control_number",
        "claim.patient_control_number",
        ERROR,
        "The patient control number is {number}; letters, digits and - . / are safe.",
        "Give the claim a number of letters and digits.",
        BY_PROGRAM,
        odd_control_number,
    ),
    Rule(
        "submission.duplicate",
        "claim.lines",
        ERROR,
        "{code} on {day} is billed already on claim {other}.",
        "Correct that claim instead, or set this one to Inactive; add a modifier where the"
        " service really was given twice.",
        'Approve charges with "Don\'t approve duplicates" on.',
        already_billed,
    ),
)
