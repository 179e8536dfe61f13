"""The claim lines: amounts, units, codes, modifiers, places."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from rcm_tui.billing.charges.modifier_rules import TELEHEALTH_MODIFIERS
from rcm_tui.billing.claims.facts import ClaimFacts, LineFacts
from rcm_tui.billing.claims.grouping import MOST_LINES
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, WARNING, Found, Rule, once
from rcm_tui.data.codes import is_modifier, is_place_of_service
from rcm_tui.data.fields import dollars, units_from_store

PROCEDURE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
MOST_MODIFIERS = 4
BY_BENEFIT = "Keep the payer's benefits up to date: units, limits and modifiers come from them."
BY_SESSION = "Correct the session's times before its charge is approved."


def no_lines(claim: ClaimFacts) -> Sequence[Found]:
    return once(not claim.lines)


def too_many_lines(claim: ClaimFacts) -> Sequence[Found]:
    return once(len(claim.lines) > MOST_LINES, count=len(claim.lines), most=MOST_LINES)


def no_charge(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(line.position, {"charge": dollars(line.billed)})
        for line in claim.lines
        if line.billed <= 0
    ]


def no_units(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(line.position, {"units": units_from_store(line.units)})
        for line in claim.lines
        if line.units <= 0
    ]


def total_differs(claim: ClaimFacts) -> Sequence[Found]:
    total = sum(line.billed for line in claim.lines)
    if claim.billed == total:
        return PASSED
    return once(True, billed=dollars(claim.billed), total=dollars(total))


def not_a_procedure(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(line.position, {"code": line.code or "empty"})
        for line in claim.lines
        if not PROCEDURE.fullmatch(line.code)
    ]


def no_benefit(claim: ClaimFacts) -> Sequence[Found]:
    payer = claim.payer
    if payer is None:
        return PASSED
    return [
        Found(line.position, {"payer": payer.name, "code": line.code, "day": line.first_day})
        for line in claim.lines
        if line.benefit is None
    ]


def outside_benefit(claim: ClaimFacts) -> Sequence[Found]:
    found = []
    for line, units in _days(claim):
        benefit = line.benefit
        if benefit is None:
            continue
        most = benefit.max_units
        if units < benefit.min_units * _day_count(line):
            bound = f"at least {units_from_store(benefit.min_units)}"
        elif most is not None and units > most * _day_count(line):
            bound = f"at most {units_from_store(most)}"
        else:
            continue
        values = {"units": units_from_store(units), "code": line.code, "bound": bound}
        found.append(Found(line.position, {**values, "day": line.first_day}))
    return found


def over_mue(claim: ClaimFacts) -> Sequence[Found]:
    found = []
    for line, own in _days(claim):
        most = line.most_a_day
        if most is None:
            continue
        units = own + sum(other.use.units for other in claim.others_like(line))
        if units > most * _day_count(line):
            values = {"units": units_from_store(units), "most": units_from_store(most)}
            found.append(Found(line.position, {**values, "code": line.code, "day": line.first_day}))
    return found


def illegal_modifiers(claim: ClaimFacts) -> Sequence[Found]:
    found = []
    for line in claim.lines:
        if not line.modifiers:
            continue
        modifiers = line.modifiers.split()
        unknown = [modifier for modifier in modifiers if not is_modifier(modifier)]
        if unknown:
            why = f"{', '.join(unknown)} is not a modifier"
        elif len(set(modifiers)) < len(modifiers):
            why = "one stands twice"
        elif len(modifiers) > MOST_MODIFIERS:
            why = f"there are {len(modifiers)}, and a line has room for {MOST_MODIFIERS}"
        else:
            continue
        found.append(Found(line.position, {"modifiers": line.modifiers, "why": why}))
    return found


def misplaced_modifiers(claim: ClaimFacts) -> Sequence[Found]:
    found = []
    for line in claim.lines:
        modifiers = line.modifiers.split()
        if len(modifiers) < 2:
            continue
        ordered = sorted(modifiers, key=lambda modifier: modifier in TELEHEALTH_MODIFIERS)
        if modifiers != ordered:
            values = {"modifiers": line.modifiers, "ordered": " ".join(ordered)}
            found.append(Found(line.position, values))
    return found


def bad_claim_place(claim: ClaimFacts) -> Sequence[Found]:
    place = claim.place_of_service
    return once(not is_place_of_service(place), place=place or "empty")


def bad_line_place(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(line.position, {"place": line.place_of_service})
        for line in claim.lines
        if line.place_of_service and not is_place_of_service(line.place_of_service)
    ]


def _days(claim: ClaimFacts) -> list[tuple[LineFacts, int]]:
    """Per day and code: its first line, and the units of all its lines."""
    units: dict[tuple[str, str], int] = defaultdict(int)
    first: dict[tuple[str, str], LineFacts] = {}
    for line in claim.lines:
        key = (line.first_day, line.code)
        units[key] += line.units
        first.setdefault(key, line)
    return [(line, units[key]) for key, line in first.items()]


def _day_count(line: LineFacts) -> int:
    if line.last_day <= line.first_day:
        return 1
    return (date.fromisoformat(line.last_day) - date.fromisoformat(line.first_day)).days + 1


RULES = (
    Rule(
        "lines.missing",
        "claim.lines",
        ERROR,
        "The claim has no lines.",
        "Add a line, or set the claim to Inactive.",
        "Make claims from charge items.",
        no_lines,
    ),
    Rule(
        "lines.too_many",
        "claim.lines",
        ERROR,
        "The claim has {count} lines; at most {most} can be sent.",
        "Move lines to another claim.",
        "Generated claims keep to the limit; take care when lines are added by hand.",
        too_many_lines,
    ),
    Rule(
        "line.charge",
        "line.billed",
        ERROR,
        "The charge is {charge}; it must be more than zero.",
        "Enter the fee for the payer and date, or the charge on the line.",
        "Enter fees before services are given.",
        no_charge,
    ),
    Rule(
        "line.units",
        "line.units",
        ERROR,
        "The line has {units} units; it must have more than zero.",
        "Enter the units that were given.",
        BY_SESSION,
        no_units,
    ),
    Rule(
        "claim.total",
        "claim.billed",
        ERROR,
        "The claim bills {billed}, and its lines add up to {total}.",
        "Correct the line that is wrong; the claim's total is the sum of its lines.",
        "Change amounts on lines only.",
        total_differs,
    ),
    Rule(
        "line.procedure_code",
        "line.procedure_code",
        ERROR,
        "The procedure code is {code}; five letters and digits are needed.",
        "Enter the procedure code of the service.",
        BY_BENEFIT,
        not_a_procedure,
    ),
    Rule(
        "line.benefit",
        "line.procedure_code",
        WARNING,
        "{payer} has no benefit for {code} on {day}, so units and modifiers are unchecked.",
        "Add the benefit to the payer, or bill the code that it covers.",
        BY_BENEFIT,
        no_benefit,
    ),
    Rule(
        "line.units_of_benefit",
        "line.units",
        ERROR,
        "{units} units of {code} on {day}; the benefit pays {bound} a day.",
        "Correct the units, or the benefit where it is out of date.",
        BY_BENEFIT,
        outside_benefit,
    ),
    Rule(
        "line.mue",
        "line.units",
        ERROR,
        "{units} units of {code} for the patient on {day}; more than {most} a day are not paid.",
        "Correct the units, or bill up to the limit; what exceeds it is denied (MUE).",
        "Keep a day's sessions within the limit when they are scheduled.",
        over_mue,
    ),
    Rule(
        "line.modifiers",
        "line.modifiers",
        ERROR,
        "The modifiers {modifiers} cannot be billed: {why}.",
        "Enter the modifiers that the payer asks for.",
        BY_BENEFIT,
        illegal_modifiers,
    ),
    Rule(
        "line.modifier_order",
        "line.modifiers",
        ERROR,
        "The modifiers stand as {modifiers}; the telehealth modifier comes last: {ordered}.",
        "Move the telehealth modifier to the end.",
        BY_BENEFIT,
        misplaced_modifiers,
    ),
    Rule(
        "claim.place_of_service",
        "claim.place_of_service",
        ERROR,
        "The claim's place of service is {place}, which is none.",
        "Enter the two digits of the place of service.",
        "Give every location its place of service, and every session its location.",
        bad_claim_place,
    ),
    Rule(
        "line.place_of_service",
        "line.place_of_service",
        ERROR,
        "The line's place of service is {place}, which is none.",
        "Enter the two digits of the place of service.",
        "Give every location its place of service, and every session its location.",
        bad_line_place,
    ),
)
