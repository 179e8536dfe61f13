"""Diagnoses, and the pointers of lines to them.

The store keeps codes as people read them (F84.0) or without the point; both reach the wire as
F840. A point that stands anywhere else would reach it as another code, or as none.
"""

from collections.abc import Sequence

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, WARNING, Found, Rule, once
from rcm_tui.data.codes import diagnosis_term, is_diagnosis

MOST_DIAGNOSES = 12
MOST_POINTERS = 4
AT_ASSESSMENT = "Enter the diagnosis from the referral or the assessment, by its code."


def without_point(code: str) -> str:
    """The code as the wire carries it: the point after the third character left out."""
    return code[:3] + code[4:] if code[3:4] == "." else code


def none_given(claim: ClaimFacts) -> Sequence[Found]:
    return once(not claim.diagnoses)


def too_many(claim: ClaimFacts) -> Sequence[Found]:
    return once(len(claim.diagnoses) > MOST_DIAGNOSES, count=len(claim.diagnoses))


def misplaced_point(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(None, {"code": code})
        for code in claim.diagnoses
        if "." in code and ("." in without_point(code) or len(code) == 4)
    ]


def unknown(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(None, {"code": code})
        for code in claim.diagnoses
        if not is_diagnosis(code.replace(".", ""))
    ]


def not_in_force(claim: ClaimFacts) -> Sequence[Found]:
    days = [line.first_day for line in claim.lines]
    found = []
    for code in claim.diagnoses:
        term = diagnosis_term(code.replace(".", ""))
        if term is None or not days:
            continue
        if term.since is not None and min(days) < term.since:
            found.append(
                Found(None, {"code": code, "day": min(days), "term": f"from {term.since}"})
            )
        elif term.until is not None and max(days) > term.until:
            term_text = f"until {term.until}"
            found.append(Found(None, {"code": code, "day": max(days), "term": term_text}))
    return found


def repeated(claim: ClaimFacts) -> Sequence[Found]:
    if len(claim.diagnoses) < 2:
        return PASSED
    plain = [code.replace(".", "") for code in claim.diagnoses]
    twice = sorted({code for code in plain if plain.count(code) > 1})
    return once(twice, codes=", ".join(twice))


def no_pointer(claim: ClaimFacts) -> Sequence[Found]:
    return [Found(line.position, {}) for line in claim.lines if not line.pointers.strip()]


def pointer_to_nothing(claim: ClaimFacts) -> Sequence[Found]:
    count = len(claim.diagnoses)
    found = []
    for line in claim.lines:
        for pointer in line.pointers.split():
            if not (pointer.isdecimal() and 1 <= int(pointer) <= count):
                found.append(Found(line.position, {"pointer": pointer, "count": count}))
    return found


def too_many_pointers(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(line.position, {"count": len(line.pointers.split())})
        for line in claim.lines
        if len(line.pointers) > 2 * MOST_POINTERS - 1 and len(line.pointers.split()) > MOST_POINTERS
    ]


RULES = (
    Rule(
        "diagnosis.missing",
        "claim.diagnoses",
        ERROR,
        "The claim has no diagnosis.",
        "Enter the diagnosis on the claim and on the client.",
        AT_ASSESSMENT,
        none_given,
    ),
    Rule(
        "diagnosis.too_many",
        "claim.diagnoses",
        ERROR,
        "The claim has {count} diagnoses; at most 12 can be sent.",
        "Keep the twelve that the services were given for, and correct the lines' pointers.",
        "End diagnoses that no longer apply.",
        too_many,
    ),
    Rule(
        "diagnosis.decimal_point",
        "claim.diagnoses",
        ERROR,
        "The diagnosis {code} has its decimal point at a wrong place.",
        "Write the point after the third character (F84.0) or leave it out.",
        AT_ASSESSMENT,
        misplaced_point,
    ),
    Rule(
        "diagnosis.unknown",
        "claim.diagnoses",
        ERROR,
        "The diagnosis {code} is not a billable ICD-10-CM code.",
        "Enter the code with all the characters that it needs.",
        AT_ASSESSMENT,
        unknown,
    ),
    Rule(
        "diagnosis.not_in_force",
        "claim.diagnoses",
        ERROR,
        "The diagnosis {code} is not billable on {day}: it is {term}.",
        "Enter the code of ICD-10-CM that holds on the day of the service.",
        "Look at clients' diagnoses each October, when ICD-10-CM changes.",
        not_in_force,
    ),
    Rule(
        "diagnosis.repeated",
        "claim.diagnoses",
        WARNING,
        "The diagnosis {codes} stands on the claim more than once.",
        "Leave it on the claim once, and correct the lines' pointers.",
        AT_ASSESSMENT,
        repeated,
    ),
    Rule(
        "pointer.missing",
        "line.pointers",
        ERROR,
        "The line points to no diagnosis.",
        "Enter which of the claim's diagnoses the service was given for.",
        "Enter from when to when a diagnosis holds, so that services fall within it.",
        no_pointer,
    ),
    Rule(
        "pointer.no_diagnosis",
        "line.pointers",
        ERROR,
        "The line points to diagnosis {pointer}, and the claim has {count}.",
        "Correct the pointer, or add the diagnosis.",
        "Check pointers when a diagnosis is taken off a claim.",
        pointer_to_nothing,
    ),
    Rule(
        "pointer.too_many",
        "line.pointers",
        ERROR,
        "The line points to {count} diagnoses; at most four can be sent.",
        "Keep the four that the service was mostly given for.",
        "Point lines to the diagnoses that they treat, not to all.",
        too_many_pointers,
    ),
)
