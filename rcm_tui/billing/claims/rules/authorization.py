"""The authorization: present, approved, current, for these services, and with units left."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from rcm_tui.billing.authorizations.limits import SIXTIETHS, Limit
from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, Found, Rule, once
from rcm_tui.data.fields import units_from_store

WATCH = "Ask for the next authorization a month before this one ends or runs out."


def none_given(claim: ClaimFacts) -> Sequence[Found]:
    if claim.payer is None or claim.authorization_number.strip():
        return PASSED
    codes = sorted(
        {
            line.code
            for line in claim.lines
            if claim.payer.needs_authorization
            or (line.benefit is not None and line.benefit.needs_authorization)
        }
    )
    return once(codes, payer=claim.payer.name, codes=", ".join(codes), retro=_in_retrospect(claim))


def _in_retrospect(claim: ClaimFacts) -> str:
    """Until when an authorization of these services can still be asked for."""
    if claim.payer is None or not claim.lines:
        return ""
    first = datetime.date.fromisoformat(min(line.first_day for line in claim.lines))
    last = (first + datetime.timedelta(days=claim.payer.retro_days)).isoformat()
    if claim.today > last:
        return f"; in retrospect it could be asked for until {last}"
    return f"; in retrospect it can be asked for until {last}"


def not_approved(claim: ClaimFacts) -> Sequence[Found]:
    if claim.authorization is None:
        return PASSED
    status = claim.authorization.status
    return once(status != "approved", number=claim.authorization.number, status=status)


def not_current(claim: ClaimFacts) -> Sequence[Found]:
    authorization = claim.authorization
    if authorization is None:
        return PASSED
    return [
        Found(
            line.position,
            {
                "number": authorization.number,
                "day": line.first_day,
                "starts_on": authorization.starts_on,
                "ends_on": authorization.ends_on,
            },
        )
        for line in claim.lines
        if line.first_day < authorization.starts_on or line.last_day > authorization.ends_on
    ]


def not_for_this(claim: ClaimFacts) -> Sequence[Found]:
    authorization = claim.authorization
    if authorization is None:
        return PASSED
    return [
        Found(line.position, {"number": authorization.number, "code": line.code})
        for line in claim.lines
        if not any(line.code in limit.codes for limit in authorization.limits)
    ]


def no_units_left(claim: ClaimFacts) -> Sequence[Found]:
    authorization = claim.authorization
    if authorization is None or claim.frequency == "8":
        return PASSED
    found = []
    for limit in authorization.limits:
        for period, asked in _asked(claim, limit).items():
            used = _used(claim, limit, period)
            if used + asked > limit.amount * SIXTIETHS:
                left = limit.amount - used // SIXTIETHS
                values = {
                    "number": authorization.number,
                    "code": " ".join(limit.codes),
                    "asked": units_from_store(asked // SIXTIETHS),
                    "measure": limit.measure,
                    "when": f" in the {limit.per} of {period}" if period else "",
                    "left": units_from_store(max(left, 0)),
                    "allowed": units_from_store(limit.amount),
                    "per": f" a {limit.per}" if period else "",
                }
                found.append(Found(None, values))
    return found


def _asked(claim: ClaimFacts, limit: Limit) -> dict[str, int]:
    """What the claim bills under a limit, by period."""
    asked: dict[str, int] = defaultdict(int)
    for line in claim.lines:
        if line.code in limit.codes:
            asked[limit.key(line.first_day)] += limit.measured(line.code, line.units)
    return asked


def _used(claim: ClaimFacts, limit: Limit, period: str) -> int:
    """What claims that go before this one use in a period of a limit."""
    return sum(
        limit.measured(code, use.units)
        for code in limit.codes
        for use in (claim.used or {}).get(code, ())
        if claim.counts(use) and limit.key(use.day) == period
    )


RULES = (
    Rule(
        "authorization.missing",
        "claim.authorization_number",
        ERROR,
        "{payer} asks for an authorization of {codes}, and the claim has none{retro}.",
        "Choose the authorization that covers these dates, or ask the payer for one in retrospect.",
        "Enter authorizations before sessions are scheduled.",
        none_given,
    ),
    Rule(
        "authorization.approved",
        "authorization.status",
        ERROR,
        "The authorization {number} is {status}.",
        "Wait for the payer's approval, then set the authorization to approved.",
        WATCH,
        not_approved,
    ),
    Rule(
        "authorization.current",
        "claim.authorization",
        ERROR,
        "The authorization {number} runs from {starts_on} to {ends_on}, not on {day}.",
        "Choose the authorization that runs on that day, or have this one extended.",
        WATCH,
        not_current,
    ),
    Rule(
        "authorization.code",
        "claim.authorization",
        ERROR,
        "The authorization {number} does not cover {code}.",
        "Choose the authorization that covers it, or have it added by the payer.",
        "Compare the services of an authorization with the treatment plan when it arrives.",
        not_for_this,
    ),
    Rule(
        "authorization.units",
        "claim.authorization",
        ERROR,
        "{asked} {measure} of {code} are billed{when}, and {left} of {allowed}{per} are left on"
        " {number}.",
        "Bill what is left, ask for more units, or choose another authorization.",
        WATCH,
        no_units_left,
    ),
)
