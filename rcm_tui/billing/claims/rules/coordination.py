"""Claims to a further payer: what the payers before said has to be there, and has to balance."""

from collections.abc import Sequence

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, Found, Rule, once
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.claims import VOID

BY_COMMAND = "Bill the next payer from the claim whose remittance is posted, with its command."


def cannot_be_told(claim: ClaimFacts) -> Sequence[Found]:
    # What takes a claim back says the same as it did, and need not tell why.
    if claim.told is None or claim.frequency == VOID:
        return PASSED
    return [Found(None, {"problem": one.problem}) for one in claim.told.answers if one.problem]


def not_what_was_answered(claim: ClaimFacts) -> Sequence[Found]:
    if claim.told is None:
        return PASSED
    found = []
    for answer in claim.told.answers:
        if answer.problem or not answer.lines:
            continue
        for place, line in enumerate(claim.lines, 1):
            said = sum(one.charge for one in claim.told.said_of(answer, place))
            if said != line.billed:
                values = {
                    "billed": dollars(line.billed),
                    "said": dollars(said),
                    "number": answer.number,
                }
                found.append(Found(line.position, values))
    return found


def lines_left_out(claim: ClaimFacts) -> Sequence[Found]:
    if claim.told is None:
        return PASSED
    found: list[Found] = []
    for answer in claim.told.answers:
        kept = {
            id(one)
            for place in range(1, len(claim.lines) + 1)
            for one in claim.told.said_of(answer, place)
        }
        gone = [one.procedure_code for one in answer.lines if id(one) not in kept]
        if not answer.problem:
            found += once(gone, codes=", ".join(gone), number=answer.number)
    return found


RULES = (
    Rule(
        "coordination.answer",
        "claim.coordination",
        ERROR,
        "What the payer before said cannot be told: {problem}.",
        "Wait for its remittance, or enter it by hand; or set this claim to Inactive.",
        BY_COMMAND,
        cannot_be_told,
    ),
    Rule(
        "coordination.line",
        "line.billed",
        ERROR,
        "The line bills {billed}; the remittance of {number} answers {said} of it.",
        "Bill the line as it was billed to the payer before, or correct that claim first.",
        BY_COMMAND,
        not_what_was_answered,
    ),
    Rule(
        "coordination.lines",
        "claim.lines",
        ERROR,
        "Lines that the remittance of {number} answers are not on this claim: {codes}.",
        "Make the claim anew from the one before: all its lines go to the next payer.",
        BY_COMMAND,
        lines_left_out,
    ),
)
