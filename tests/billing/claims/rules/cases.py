"""For every rule: facts that break it, and facts that come close and do not."""

from dataclasses import replace

from rcm_tui.billing.authorizations.limits import Limit
from rcm_tui.billing.claims.coordination import Coordination, PriorAnswer, PriorLine
from rcm_tui.billing.claims.facts import ClaimFacts, OtherUse
from rcm_tui.billing.denials.payer_rules import PayerRuleFacts
from rcm_tui.billing.denials.prevention import DeniedBefore
from tests.billing.claims.rules.clean_claim import (
    AUTHORIZATION,
    BENEFIT,
    BILLING,
    COVERAGE,
    DAY,
    FACILITY,
    LINE,
    PAYER,
    REFERRING,
    RENDERING,
    clean,
    holder,
    line,
    other,
    patient,
    used,
)

TWELVE = ["F84.0", "F90.0", "F90.1", "F90.2", "F80.2", "F80.1", "F88", "F82", "F81.0", "R62.50"]
TWELVE += ["R41.0", "R45.1"]


def lines(count: int) -> ClaimFacts:
    """A claim of many lines on one day, all within the limits."""
    small = LINE._replace(units=500, billed=100, benefit=None)
    return clean(
        lines=[small._replace(position=n) for n in range(1, count + 1)], billed=100 * count
    )


def correction(**columns: object) -> ClaimFacts:
    """A replacement of a claim that was answered on 2026-03-10."""
    facts = clean(frequency="7", original_reference="ICN1", answered_on="2026-03-10")
    return replace(facts, **columns)  # type: ignore[arg-type]


def limited(*limits: Limit, used_on: str = "", **columns: object) -> ClaimFacts:
    """A claim under an authorization of these limits; another used three units on a day."""
    facts = clean(authorization=AUTHORIZATION._replace(limits=limits), **columns)
    if used_on:
        facts.used = {"97153": [OtherUse(1, None, "Submitted", 3000, used_on)]}
    return facts


def told(
    charge: int = 32000, lines: int = 1, problem: str = "", *, whole: bool = False
) -> ClaimFacts:
    """A claim to a second payer; the first one answered on 2026-03-10, on so many lines."""
    said = [PriorLine(line, "97153", "", charge, charge, 8000) for line in range(1, lines + 1)]
    answer = PriorAnswer(1, "C-1", 1, 1, 1, "A1", 5, "1", "ICN1", "2026-03-10", charge, charge)
    answer.lines, answer.problem = [] if whole else said, problem
    if not lines:
        answer.lines = [PriorLine(9, "97155", "", charge, charge, 8000)]
    return clean(told=Coordination([answer], {1: frozenset({1})}))


def wants(wanted: str = "say", value: str = "", *, hard: bool, **columns: object) -> ClaimFacts:
    """A claim whose payer wants something of 97153 with HM at place 11."""
    of_rule = {name: columns.pop(name) for name in ("codes", "places") if name in columns}
    rule = PayerRuleFacts(
        1,
        1,
        frozenset({"97153"}),
        frozenset({"HM"}),
        frozenset({"11", "12"}),
        None,
        wanted,
        frozenset(value.split()),
        "ACME wants it so.",
        hard,
        "CO-197",
    )
    return clean(payer_rules=[replace(rule, **of_rule)], **columns)  # type: ignore[arg-type]


BEFORE = DeniedBefore("CO-197", 9, 11, "2025-11", "provider")


def before(facts: ClaimFacts | None = None, **columns: object) -> ClaimFacts:
    """A claim of whose line was denied 9 of 11 times."""
    return replace(
        facts or clean(),
        lines=[LINE._replace(denied_before=BEFORE)],
        **columns,  # type: ignore[arg-type]
    )


BREAKS: dict[str, list[ClaimFacts]] = {
    "patient.name": [patient(first_name=""), patient(last_name="  ")],
    "patient.birth_date": [patient(birth_date=None)],
    "patient.gender": [patient(gender="")],
    "patient.address": [patient(line1=" ")],
    "patient.city": [patient(city="")],
    "patient.state": [patient(state=""), patient(state="XX"), patient(state="ny")],
    "patient.zip": [
        patient(zip=""),
        patient(zip="1220"),
        patient(zip="1220A"),
        patient(zip="١٢٢٠٣"),
    ],
    "policy_holder.missing": [clean(coverage=None)],
    "coverage.member_id": [clean(coverage=COVERAGE._replace(member_id=" "))],
    "coverage.relationship": [
        clean(coverage=COVERAGE._replace(relationship="")),
        clean(coverage=COVERAGE._replace(relationship="02")),
    ],
    "coverage.in_force": [
        clean(coverage=COVERAGE._replace(starts_on="2026-03-03")),
        clean(coverage=COVERAGE._replace(ends_on="2026-03-01")),
    ],
    "policy_holder.name": [holder(first_name=""), holder(last_name="")],
    "policy_holder.birth_date": [holder(birth_date=None)],
    "policy_holder.gender": [holder(gender="")],
    "policy_holder.address": [
        holder(line1=""),
        holder(city=""),
        holder(state="N"),
        holder(zip="123"),
    ],
    "payer.missing": [clean(payer=None)],
    "payer.payer_id": [clean(payer=PAYER._replace(payer_id=""))],
    "payer.trading_partner": [clean(payer=PAYER._replace(connected=False))],
    "payer.filing_indicator": [
        clean(coverage=COVERAGE._replace(filing_indicator="XX")),
        clean(
            coverage=COVERAGE._replace(filing_indicator=""),
            payer=PAYER._replace(filing_indicator=""),
        ),
    ],
    "rendering.missing": [clean(rendering=None, rendering_reason="two case managers")],
    "rendering.npi": [
        clean(rendering=RENDERING._replace(npi="")),
        clean(rendering=RENDERING._replace(npi="1234567890")),
        clean(rendering=RENDERING._replace(npi="123456789")),
        clean(rendering=RENDERING._replace(npi="12345678٩3")),
    ],
    "rendering.taxonomy": [
        clean(rendering=RENDERING._replace(taxonomy="")),
        clean(rendering=RENDERING._replace(taxonomy="103K00000")),
    ],
    "rendering.qualification": [line(qualified=False)],
    "rendering.enrolment": [line(enrolled=False)],
    "referring.missing": [clean(payer=PAYER._replace(needs_referring=True))],
    "referring.npi": [clean(referring=REFERRING._replace(npi="1234567890"))],
    "billing.npi": [
        clean(billing=BILLING._replace(npi="")),
        clean(billing=BILLING._replace(npi="1234567890")),
    ],
    "billing.tax_id": [
        clean(billing=BILLING._replace(tax_id="")),
        clean(billing=BILLING._replace(tax_id="12345678")),
    ],
    "billing.taxonomy": [clean(billing=BILLING._replace(taxonomy="261qm0850x"))],
    "billing.address": [
        clean(billing=BILLING._replace(line1="")),
        clean(billing=BILLING._replace(city="")),
        clean(billing=BILLING._replace(state="ZZ")),
    ],
    "billing.zip": [
        clean(billing=BILLING._replace(zip="12201")),
        clean(billing=BILLING._replace(zip="")),
    ],
    "facility.address": [
        clean(facility=FACILITY._replace(city="")),
        clean(facility=FACILITY._replace(zip="12")),
    ],
    "facility.npi": [clean(facility=FACILITY._replace(npi="1234567890"))],
    "case_manager.missing": [line(has_case_manager=False)],
    "authorization.missing": [
        clean(authorization=None, authorization_number=""),
        clean(
            authorization=None,
            authorization_number=" ",
            payer=PAYER._replace(needs_authorization=False),
            lines=[LINE._replace(benefit=BENEFIT._replace(needs_authorization=1))],
        ),
    ],
    "authorization.approved": [
        clean(authorization=AUTHORIZATION._replace(status="pending")),
        clean(authorization=AUTHORIZATION._replace(status="denied")),
    ],
    "authorization.current": [
        clean(authorization=AUTHORIZATION._replace(starts_on="2026-03-03")),
        clean(authorization=AUTHORIZATION._replace(ends_on="2026-03-01")),
    ],
    "authorization.code": [limited(Limit(("97155", "97156"), 100000))],
    "authorization.units": [
        limited(Limit(("97153",), 7999)),
        # Two hours are billed: eight units of fifteen minutes, or four of half an hour.
        limited(Limit(("97153",), 1999, "hours")),
        limited(Limit(("97153",), 3999, "hours", minutes={"97153": 30})),
        limited(Limit(("97155", "97153"), 7999)),
        limited(Limit(("97153",), 100000), Limit(("97153",), 7999, per="week")),
        limited(Limit(("97153",), 7999, per="month")),
        used(92001),
        # The claim's day is a Monday: the week and the month that it is in.
        limited(Limit(("97153",), 10000, per="week"), used_on="2026-03-08"),
        limited(Limit(("97153",), 10000, per="month"), used_on="2026-03-31"),
        used(92001, status="Ready to Submit", claim=11),
    ],
    "lines.missing": [clean(lines=[], billed=0)],
    "lines.too_many": [lines(51)],
    "line.charge": [line(billed=0)],
    "line.units": [line(units=0), line(units=-1000)],
    "claim.total": [clean(billed=31999), clean(billed=0)],
    "line.procedure_code": [
        line(code=""),
        line(code="9715"),
        line(code="97153X"),
        line(code="97 53"),
    ],
    "line.benefit": [line(benefit=None)],
    "line.units_of_benefit": [
        line(units=33000),
        line(units=500),
        clean(
            lines=[LINE._replace(units=17000), LINE._replace(position=2, units=16000)], billed=64000
        ),
    ],
    "line.mue": [
        line(units=33000, benefit=BENEFIT._replace(max_units=None)),
        clean(**other(units=25000)),
        clean(**other(units=25000, status="Draft")),
        clean(**other(units=25000, claim=11, status="Ready to Submit", modifiers="XE")),
    ],
    "line.modifiers": [
        line(modifiers="ZQ"),
        line(modifiers="HM HM"),
        line(modifiers="HM U1 U2 U3 95"),
        line(modifiers="hm"),
    ],
    "line.modifier_order": [line(modifiers="95 HM"), line(modifiers="HM GT U1")],
    "claim.place_of_service": [clean(place_of_service=""), clean(place_of_service="98")],
    "line.place_of_service": [line(place_of_service="30")],
    "diagnosis.missing": [clean(diagnoses=[])],
    "diagnosis.too_many": [clean(diagnoses=[*TWELVE, "R46.1"])],
    "diagnosis.decimal_point": [
        clean(diagnoses=["F8.40"]),
        clean(diagnoses=["F84..0"]),
        clean(diagnoses=["F84.0."]),
        clean(diagnoses=["F84."]),
    ],
    "diagnosis.unknown": [
        clean(diagnoses=["F84"]),
        clean(diagnoses=["F84.7"]),
        clean(diagnoses=["299.00"]),
        clean(diagnoses=["f84.0"]),
    ],
    "diagnosis.not_in_force": [
        clean(diagnoses=["F78"]),  # F78.A1 and F78.A9 are in its place
        clean(diagnoses=["F84.0", "G35"]),
        clean(
            diagnoses=["G35.A"],
            lines=[LINE._replace(first_day="2025-09-30", last_day="2025-09-30")],
        ),
    ],
    "diagnosis.repeated": [clean(diagnoses=["F84.0", "F840"])],
    "pointer.missing": [line(pointers=""), line(pointers=" ")],
    "pointer.no_diagnosis": [line(pointers="2"), line(pointers="0"), line(pointers="1 x")],
    "pointer.too_many": [
        clean(diagnoses=TWELVE, lines=[LINE._replace(pointers="1 2 3 4 5")]),
    ],
    "date.future": [
        line(first_day="2026-03-17", last_day="2026-03-17"),
        line(last_day="2026-03-17"),
    ],
    "date.reversed": [line(last_day="2026-03-01")],
    "date.before_birth": [patient(birth_date="2026-03-03")],
    "date.timely_filing": [
        clean(today="2026-06-01"),
        clean(payer=PAYER._replace(filing_days=13)),
        replace(told(), today="2026-06-09"),
    ],
    "date.timely_correction": [
        correction(today="2026-09-07"),
        correction(frequency="8", today="2026-09-07"),
    ],
    "submission.frequency": [clean(frequency="0"), clean(frequency=""), clean(frequency="Z")],
    "submission.original_reference": [
        clean(frequency="7"),
        clean(frequency="8", original_reference=" "),
    ],
    "submission.older_reference": [
        correction(newest_reference="ICN2"),
        correction(frequency="8", newest_reference="ICN2"),
    ],
    "submission.control_number_length": [clean(patient_control_number="C" * 21)],
    "submission.control_number": [
        clean(patient_control_number=""),
        clean(patient_control_number="C*1"),
        clean(patient_control_number="Ç1"),
    ],
    "submission.duplicate": [
        clean(**other()),
        clean(**other(claim=9, status="Ready to Submit")),
        clean(**other(claim=11, status="Ready to Submit")),
    ],
    "coordination.answer": [told(problem="its payer has not decided on C-1")],
    "coordination.line": [told(charge=31999), told(lines=0)],
    "coordination.lines": [told(lines=2)],
    "payer_rule.hard": [
        wants(hard=True),
        wants("authorization", hard=True, authorization_number=" "),
        wants("modifier", "95 KX", hard=True),
        wants("modifier", hard=True),
        wants("place", "12", hard=True),
        wants("referring", hard=True, referring=None),
        wants(hard=True, codes=frozenset()),
    ],
    "payer_rule.soft": [wants(hard=False), wants("place", "12", hard=False)],
    "experience.denied_before": [
        before(),
        before(wants(hard=True, codes=frozenset({"97155"}))),
    ],
}

KEEPS: dict[str, list[ClaimFacts]] = {
    "patient.name": [patient(first_name="X")],
    "patient.birth_date": [patient(birth_date="2026-03-02")],
    "patient.gender": [patient(gender="U")],
    "patient.address": [patient(line1="1")],
    "patient.city": [patient(city="X")],
    "patient.state": [patient(state="DC"), patient(state="PR"), patient(state="AE")],
    "patient.zip": [patient(zip="12203-0001"), patient(zip="122030001")],
    "policy_holder.missing": [clean()],
    "coverage.member_id": [clean(coverage=COVERAGE._replace(member_id="1")), clean(coverage=None)],
    "coverage.relationship": [clean(coverage=COVERAGE._replace(relationship="G8"))],
    "coverage.in_force": [
        clean(coverage=COVERAGE._replace(starts_on=DAY, ends_on=DAY)),
        clean(coverage=COVERAGE._replace(starts_on=None)),
        clean(coverage=None),
    ],
    "policy_holder.name": [holder(first_name="X"), clean(coverage=None)],
    "policy_holder.birth_date": [holder(birth_date="1980-01-01"), clean(coverage=None)],
    "policy_holder.gender": [holder(gender="U"), clean(coverage=None)],
    "policy_holder.address": [holder(zip="122030001"), clean(coverage=None)],
    "payer.missing": [clean()],
    "payer.payer_id": [clean(payer=PAYER._replace(payer_id="1")), clean(payer=None)],
    "payer.trading_partner": [clean(payer=None)],
    "payer.filing_indicator": [
        clean(coverage=COVERAGE._replace(filing_indicator="")),
        clean(payer=None),
    ],
    "rendering.missing": [clean()],
    "rendering.npi": [
        clean(rendering=RENDERING._replace(npi="1234567893")),
        clean(rendering=None),
    ],
    "rendering.taxonomy": [clean(rendering=None)],
    "rendering.qualification": [clean(rendering=None, lines=[LINE._replace(qualified=False)])],
    "rendering.enrolment": [
        clean(payer=PAYER._replace(needs_enrolment=False), lines=[LINE._replace(enrolled=False)]),
    ],
    "referring.missing": [
        clean(payer=PAYER._replace(needs_referring=True), referring=REFERRING),
        clean(payer=None),
    ],
    "referring.npi": [clean(referring=REFERRING), clean()],
    "billing.npi": [clean(billing=BILLING._replace(npi="1234567893"))],
    "billing.tax_id": [clean(billing=BILLING._replace(tax_id="12-3456789"))],
    "billing.taxonomy": [clean(billing=BILLING._replace(taxonomy="103K00000X"))],
    "billing.address": [clean(billing=BILLING._replace(city="X"))],
    "billing.zip": [clean(billing=BILLING._replace(zip="12201-0001"))],
    "facility.address": [
        clean(facility=None),
        clean(facility=FACILITY._replace(line1="", city="")),
    ],
    "facility.npi": [clean(facility=FACILITY._replace(npi="1234567893")), clean(facility=None)],
    "case_manager.missing": [clean()],
    "authorization.missing": [
        clean(
            authorization=None,
            authorization_number="",
            payer=PAYER._replace(needs_authorization=False),
        ),
        clean(authorization=None),
    ],
    "authorization.approved": [clean(authorization=None)],
    "authorization.current": [
        clean(authorization=AUTHORIZATION._replace(starts_on=DAY, ends_on=DAY)),
        clean(authorization=None),
    ],
    "authorization.code": [
        limited(Limit(("97153",), 8000), Limit(("97155",), 1)),
        limited(Limit(("97151", "97153"), 8000)),
        clean(authorization=None),
    ],
    "authorization.units": [
        limited(Limit(("97153",), 8000)),
        limited(Limit(("97153",), 2000, "hours")),
        limited(Limit(("97153",), 4000, "hours", minutes={"97153": 30})),
        limited(Limit(("97153",), 8000, per="week"), Limit(("97153",), 8000, per="month")),
        limited(Limit(("97153",), 10000, per="week"), used_on="2026-03-01"),
        limited(Limit(("97153",), 10000, per="week"), used_on="2026-03-09"),
        limited(Limit(("97153",), 10000, per="month"), used_on="2026-02-28"),
        limited(Limit(("97153",), 10000, per="month"), used_on="2026-04-01"),
        used(92000),
        used(99999, claim=10),
        used(99999, chain=10),
        used(99999, claim=11, status="Draft"),
        limited(Limit(("97153",), 1), frequency="8"),
    ],
    "lines.missing": [clean()],
    "lines.too_many": [lines(50)],
    "line.charge": [line(billed=1)],
    "line.units": [line(units=1)],
    "claim.total": [line(billed=1)],
    "line.procedure_code": [line(code="0362T"), line(code="H2019")],
    "line.benefit": [clean(payer=None, lines=[LINE._replace(benefit=None)])],
    "line.units_of_benefit": [
        line(units=32000),
        line(units=1000),
        line(units=99000, benefit=BENEFIT._replace(max_units=None)),
        line(units=33000, last_day="2026-03-03"),
    ],
    "line.mue": [
        line(units=32000),
        clean(**other(units=24000)),
        clean(**other(units=25000, claim=11, status="Draft")),
        clean(**other(units=25000, chain=10)),
        line(units=99000, most_a_day=None),
    ],
    "line.modifiers": [line(modifiers=""), line(modifiers="HM U1 U2 95")],
    "line.modifier_order": [line(modifiers="HO GT"), line(modifiers="95"), line(modifiers="")],
    "claim.place_of_service": [clean(place_of_service="10"), clean(place_of_service="02")],
    "line.place_of_service": [line(place_of_service="")],
    "diagnosis.missing": [clean()],
    "diagnosis.too_many": [clean(diagnoses=TWELVE)],
    "diagnosis.decimal_point": [clean(diagnoses=["F840"]), clean(diagnoses=["F88", "R62.50"])],
    "diagnosis.unknown": [clean(diagnoses=["F840"]), clean(diagnoses=["S72.001A", "F88"])],
    "diagnosis.not_in_force": [
        clean(diagnoses=["G35.A", "F78.A1"]),
        clean(
            diagnoses=["G35"], lines=[LINE._replace(first_day="2025-09-30", last_day="2025-09-30")]
        ),
        clean(diagnoses=["F78"], lines=[]),
    ],
    "diagnosis.repeated": [clean(diagnoses=["F84.0", "F84.2"])],
    "pointer.missing": [clean()],
    "pointer.no_diagnosis": [clean(diagnoses=TWELVE, lines=[LINE._replace(pointers="12 1")])],
    "pointer.too_many": [clean(diagnoses=TWELVE, lines=[LINE._replace(pointers="9 10 11 12")])],
    "date.future": [line(first_day="2026-03-16", last_day="2026-03-16")],
    "date.reversed": [line(last_day="2026-03-03")],
    "date.before_birth": [patient(birth_date=DAY), patient(birth_date=None)],
    "date.timely_filing": [
        clean(today="2026-05-31"),
        replace(told(), today="2026-06-08"),
        correction(today="2026-06-01"),
        clean(payer=None, today="2027-01-01"),
    ],
    "date.timely_correction": [
        correction(today="2026-09-06"),
        correction(answered_on=None, today="2027-01-01"),
        clean(today="2026-05-30"),
    ],
    "submission.frequency": [correction(), correction(frequency="8")],
    "submission.original_reference": [correction(), clean()],
    "submission.older_reference": [
        correction(newest_reference="ICN1"),
        correction(),
        clean(newest_reference="ICN2"),
    ],
    "submission.control_number_length": [
        clean(patient_control_number="C" * 20),
        clean(patient_control_number="C" * 20 + "~2"),
    ],
    "submission.control_number": [
        clean(patient_control_number="12-3 4"),
        clean(patient_control_number="C1~2"),
    ],
    "submission.duplicate": [
        clean(**other(status="Draft")),
        clean(**other(claim=10)),
        clean(**other(chain=10)),
        clean(**other(modifiers="HM")),
        clean(**other(payer=5)),
        clean(**other(rendering=5)),
        clean(**other(place_of_service="12")),
        correction(**other()),
    ],
    "coordination.answer": [told(), clean(told=None)],
    # A claim that was answered as a whole says nothing of its lines.
    "coordination.line": [told(), told(whole=True), told(problem="x", charge=1)],
    "coordination.lines": [told(), told(whole=True), told(problem="x", lines=2)],
    "payer_rule.hard": [
        clean(),
        wants(hard=False),
        wants("authorization", hard=True),
        wants("modifier", "95", hard=True),
        wants("place", "11 12", hard=True),
        wants("referring", hard=True, referring=REFERRING),
        wants(hard=True, codes=frozenset({"97155"})),
        wants(hard=True, places=frozenset({"12"})),
    ],
    "payer_rule.soft": [wants(hard=True), wants("authorization", hard=False)],
    "experience.denied_before": [
        clean(),
        before(correction()),
        before(wants("authorization", hard=True)),
    ],
}
