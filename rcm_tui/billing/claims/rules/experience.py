"""What payers' denials have taught: the practice's rules of them, and what was denied before."""

import datetime
from collections.abc import Iterator, Sequence

from rcm_tui.billing.claims.facts import ClaimFacts, LineFacts
from rcm_tui.billing.claims.rules.rule import ERROR, WARNING, Found, Rule
from rcm_tui.billing.denials.payer_rules import Asked, PayerRuleFacts
from rcm_tui.billing.denials.prevention import ANY_PLACE, EXACT

ORIGINAL = "1"


def hard_rule(claim: ClaimFacts) -> Sequence[Found]:
    return _broken(claim, hard=True)


def soft_rule(claim: ClaimFacts) -> Sequence[Found]:
    return _broken(claim, hard=False)


def denied_before(claim: ClaimFacts) -> Sequence[Found]:
    # A correction knows what was denied: it is sent because of it.
    if claim.frequency != ORIGINAL:
        return ()
    found = []
    for line in claim.lines:
        before = line.denied_before
        if before is None or _learnt(claim, line, before.reason):
            continue
        alike = f"{line.code} {line.modifiers}".strip()
        if before.alike != ANY_PLACE:
            alike += f" at place {_place(claim, line)}"
        if before.alike == EXACT and claim.rendering is not None:
            alike += f" by {claim.rendering.name}"
        values = {
            "denied": before.denied,
            "answered": before.answered,
            "reason": before.reason,
            "since": _since(before.month, claim.today),
            "alike": alike,
        }
        found.append(Found(line.position, values))
    return found


def _broken(claim: ClaimFacts, *, hard: bool) -> list[Found]:
    return [
        Found(line.position, {"words": rule.words.rstrip(" .")})
        for line in claim.lines
        for rule, asked in _meant(claim, line)
        if rule.hard == hard and not rule.kept(asked)
    ]


def _learnt(claim: ClaimFacts, line: LineFacts, reason: str) -> bool:
    """Whether a rule was made of these denials: then it speaks, or is kept."""
    return any(rule.reason == reason for rule, _ in _meant(claim, line))


def _meant(claim: ClaimFacts, line: LineFacts) -> Iterator[tuple[PayerRuleFacts, Asked]]:
    if not claim.payer_rules:
        return
    asked = Asked(
        line.code,
        frozenset(line.modifiers.split()),
        _place(claim, line),
        claim.rendering.id if claim.rendering else None,
        bool(claim.authorization_number.strip()),
        claim.referring is not None,
    )
    for rule in claim.payer_rules:
        if rule.fits(asked):
            yield rule, asked


def _place(claim: ClaimFacts, line: LineFacts) -> str:
    return line.place_of_service or claim.place_of_service


def _since(month: str, today: str) -> str:
    """`June`, and `November 2025` where another year is meant."""
    day = datetime.date.fromisoformat(f"{month}-01")
    return f"{day:%B}" if month[:4] == today[:4] else f"{day:%B %Y}"


RULES = (
    Rule(
        "payer_rule.hard",
        "line.procedure_code",
        ERROR,
        "Payer rule: {words}.",
        "Do what the payer wants, or change the rule among the payer rules.",
        "Payer rules are learnt from denials: keep them up to date in the administration.",
        hard_rule,
    ),
    Rule(
        "payer_rule.soft",
        "line.procedure_code",
        WARNING,
        "Payer rule: {words}.",
        "See whether the payer's wish is met; a warning does not block the claim.",
        "Payer rules are learnt from denials: keep them up to date in the administration.",
        soft_rule,
    ),
    Rule(
        "experience.denied_before",
        "line.procedure_code",
        WARNING,
        "{denied} of {answered} denied {reason} since {since}: {alike}.",
        "Mend what the payer denied before it is sent; make it a payer rule to be told each time.",
        "Look at the denied lines behind the count, and at what they have in common.",
        denied_before,
    ),
)
