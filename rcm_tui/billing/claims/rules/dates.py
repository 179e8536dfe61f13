"""Dates of service, and the payer's deadlines."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, Found, Rule, once
from rcm_tui.data.tables.claims import REPLACES

WEEKLY = "Approve charges and generate claims every week; watch the queue of near deadlines."


def in_the_future(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(line.position, {"day": line.last_day})
        for line in claim.lines
        if line.last_day > claim.today
    ]


def reversed_range(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(line.position, {"first": line.first_day, "last": line.last_day})
        for line in claim.lines
        if line.last_day < line.first_day
    ]


def before_birth(claim: ClaimFacts) -> Sequence[Found]:
    born = claim.patient.birth_date
    if not born:
        return PASSED
    return [
        Found(line.position, {"day": line.first_day, "born": born})
        for line in claim.lines
        if line.first_day < born
    ]


def filed_too_late(claim: ClaimFacts) -> Sequence[Found]:
    if claim.payer is None or claim.frequency != "1" or not claim.lines:
        return PASSED
    first = min(line.first_day for line in claim.lines)
    # A further payer's time begins when the one before has decided (ours; many payers say so).
    began = max([first, *(one.decided_on for one in claim.told.answers)] if claim.told else [first])
    until = _after(began, claim.payer.filing_days)
    return once(until < claim.today, first=first, until=until, days=claim.payer.filing_days)


def corrected_too_late(claim: ClaimFacts) -> Sequence[Found]:
    if claim.payer is None or claim.frequency not in REPLACES or claim.answered_on is None:
        return PASSED
    until = _after(claim.answered_on, claim.payer.corrected_days)
    return once(
        until < claim.today,
        answered=claim.answered_on,
        until=until,
        days=claim.payer.corrected_days,
    )


@lru_cache(maxsize=4096)
def _after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


RULES = (
    Rule(
        "date.future",
        "line.last_service_date",
        ERROR,
        "The service date {day} is in the future.",
        "Correct the date, or wait until the service was given.",
        "Submit sessions after they were held.",
        in_the_future,
    ),
    Rule(
        "date.reversed",
        "line.first_service_date",
        ERROR,
        "The line runs from {first} to {last}, which is before.",
        "Correct the dates of the line.",
        "Generated lines have their dates from the session.",
        reversed_range,
    ),
    Rule(
        "date.before_birth",
        "line.first_service_date",
        ERROR,
        "The service date {day} is before the patient's birth on {born}.",
        "Correct the date of birth on the client, or the date of the line.",
        "Check the date of birth at intake.",
        before_birth,
    ),
    Rule(
        "date.timely_filing",
        "claim.first_service_date",
        ERROR,
        "The service of {first} had to be filed by {until}: {days} days are allowed.",
        "Send it with proof of an earlier filing (the rule can be turned down), or write it off.",
        WEEKLY,
        filed_too_late,
    ),
    Rule(
        "date.timely_correction",
        "claim.frequency",
        ERROR,
        "The answer of {answered} had to be corrected by {until}: {days} days are allowed.",
        "Appeal with the reason for the delay, or write it off.",
        "Work denials by their nearest clock.",
        corrected_too_late,
    ),
)
