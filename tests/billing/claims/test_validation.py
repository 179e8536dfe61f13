"""Validation on the store: that each fact is read from where it is kept, and what is written."""

import datetime
from collections.abc import Callable
from decimal import Decimal

from rcm_tui.billing.claims.rules import RULES
from rcm_tui.billing.claims.validation import Finding, as_finding, validate_claims
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.clients import (
    Authorization,
    AuthorizedService,
    CaseManager,
    Client,
    Coverage,
)
from rcm_tui.data.tables.denial_history import DenialHistory
from rcm_tui.data.tables.payer_rules import PayerRule
from rcm_tui.data.tables.payers import (
    Benefit,
    Clearinghouse,
    Enrolment,
    MedicallyUnlikelyEdit,
    Payer,
    RuleSetting,
)
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner, Qualification
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice

DAY_AFTER = SERVICE_DAY + datetime.timedelta(days=1)
DAY_BEFORE = SERVICE_DAY - datetime.timedelta(days=1)


def findings_of(claim: Claim) -> list[Finding]:
    """What the last validation found, errors first."""
    kept = ClaimValidation.select().where(ClaimValidation.claim == claim)
    return [as_finding(row) for row in kept.order_by(ClaimValidation.severity, ClaimValidation.id)]


def set_all(table: type, **columns: object) -> Callable[[SmallPractice], None]:
    """Sets columns of all rows of a table."""

    def change(practice: SmallPractice) -> None:
        table.update(**columns).execute()  # type: ignore[attr-defined]

    return change


def on_claim(**columns: object) -> Callable[[SmallPractice], None]:
    """Sets columns of the claim that is validated."""

    def change(practice: SmallPractice) -> None:
        Claim.update(**columns).where(Claim.number == "MINE").execute()

    return change


def on_lines(**columns: object) -> Callable[[SmallPractice], None]:
    """Sets columns of its line."""

    def change(practice: SmallPractice) -> None:
        mine = Claim.select(Claim.id).where(Claim.number == "MINE")
        ClaimLine.update(**columns).where(ClaimLine.claim.in_(mine)).execute()

    return change


def beside(units: int, **columns: object) -> Callable[[SmallPractice], None]:
    """A submitted claim of the same patient and day."""

    def change(practice: SmallPractice) -> None:
        practice.add_claim([("97153", units)], status="Submitted", **columns)

    return change


def not_authorized(practice: SmallPractice) -> None:
    AuthorizedService.delete().where(AuthorizedService.procedure_codes == "97153").execute()


def many_lines(practice: SmallPractice) -> None:
    mine = Claim.get(Claim.number == "MINE")
    for position in range(2, 52):
        ClaimLine.create(
            claim=mine,
            position=position,
            line_control_number=f"X{position}",
            first_service_date=SERVICE_DAY,
            last_service_date=SERVICE_DAY,
            procedure_code="97153",
            units=1,
            billed=1,
        )


def answered_before(practice: SmallPractice) -> None:
    old = practice.add_claim(
        status="Historical", answered_at=NOW - datetime.timedelta(days=181), submitted_at=NOW
    )
    on_claim(frequency="7", original_reference="ICN", previous=old, chain=old.chain)(practice)


def renumbered_since(practice: SmallPractice) -> None:
    old = practice.add_claim(
        status="Historical", submitted_at=NOW, payer_claim_control_number="ICN2"
    )
    on_claim(frequency="7", original_reference="ICN1", previous=old, chain=old.chain)(practice)


def bad_place(practice: SmallPractice) -> None:
    bad = Location.create(name="Bad place", line1="1 A ST", npi="1234567890")
    on_claim(facility=bad)(practice)


def bad_referring(practice: SmallPractice) -> None:
    on_claim(referring=practice.add_practitioner("HOLTZ", npi="1234567890"))(practice)


def wanted(strictness: str) -> Callable[[SmallPractice], None]:
    def change(practice: SmallPractice) -> None:
        PayerRule.create(procedure_codes="97153", words="Ask first.", strictness=strictness)

    return change


def denied_lately(practice: SmallPractice) -> None:
    mine = Claim.get(Claim.number == "MINE")
    DenialHistory.create(
        payer=mine.payer,
        procedure_code="97153",
        modifiers=ClaimLine.get(ClaimLine.claim == mine).modifiers,
        place_of_service=mine.place_of_service,
        reason="CO-197",
        month="2026-01",
        answered=5,
        denied=5,
    )


BREAKS: dict[str, Callable[[SmallPractice], None]] = {
    "patient.name": set_all(Client, first_name=""),
    "patient.birth_date": set_all(Client, birth_date=None),
    "patient.gender": set_all(Client, gender=""),
    "patient.address": set_all(Client, line1=""),
    "patient.city": set_all(Client, city=""),
    "patient.state": set_all(Client, state=""),
    "patient.zip": set_all(Client, zip=""),
    "policy_holder.missing": on_claim(coverage=None),
    "coverage.member_id": set_all(Coverage, member_id=""),
    "coverage.relationship": set_all(Coverage, relationship="99"),
    "coverage.in_force": set_all(Coverage, ends_on=DAY_BEFORE),
    "policy_holder.name": set_all(Coverage, relationship="19", holder_last_name=""),
    "policy_holder.birth_date": set_all(Coverage, relationship="19", holder_birth_date=None),
    "policy_holder.gender": set_all(Coverage, relationship="19", holder_gender=""),
    "policy_holder.address": set_all(Coverage, relationship="19", holder_zip=""),
    "payer.missing": on_claim(payer=None),
    "payer.payer_id": set_all(Payer, payer_id=""),
    "payer.trading_partner": set_all(Clearinghouse, active=False),
    "payer.filing_indicator": set_all(Coverage, filing_indicator="??"),
    "rendering.missing": on_claim(rendering=None),
    "rendering.npi": set_all(Practitioner, npi="1234567890"),
    "rendering.taxonomy": set_all(Practitioner, taxonomy=""),
    "rendering.qualification": set_all(Qualification, ends_on=DAY_BEFORE),
    "rendering.enrolment": set_all(Enrolment, ends_on=DAY_BEFORE),
    "referring.missing": set_all(Payer, needs_referring=True),
    "referring.npi": bad_referring,
    "billing.npi": set_all(BusinessUnit, npi=""),
    "billing.tax_id": set_all(BusinessUnit, tax_id=""),
    "billing.taxonomy": set_all(BusinessUnit, taxonomy=""),
    "billing.address": set_all(BusinessUnit, city=""),
    "billing.zip": set_all(BusinessUnit, zip="12201"),
    "facility.address": bad_place,
    "facility.npi": bad_place,
    "case_manager.missing": set_all(CaseManager, starts_on=DAY_AFTER),
    "authorization.missing": on_claim(authorization=None, authorization_number=""),
    "authorization.approved": set_all(Authorization, status="pending"),
    "authorization.current": set_all(Authorization, ends_on=DAY_BEFORE),
    "authorization.code": not_authorized,
    "authorization.units": beside(1993),
    "lines.missing": lambda practice: ClaimLine.delete().execute(),
    "lines.too_many": many_lines,
    "line.charge": on_lines(billed=0),
    "line.units": on_lines(units=Decimal(-1)),
    "claim.total": on_claim(billed=1),
    "line.procedure_code": on_lines(procedure_code="1"),
    "line.benefit": set_all(Benefit, starts_on=DAY_AFTER),
    "line.units_of_benefit": set_all(Benefit, max_units=Decimal(7)),
    "line.mue": beside(25, modifiers="XE"),
    "line.modifiers": on_lines(modifiers="??"),
    "line.modifier_order": on_lines(modifiers="95 HM"),
    "claim.place_of_service": on_claim(place_of_service="00"),
    "line.place_of_service": on_lines(place_of_service="00"),
    "diagnosis.missing": on_claim(diagnoses=""),
    "diagnosis.too_many": on_claim(diagnoses=" ".join(["F84.0"] * 13)),
    "diagnosis.decimal_point": on_claim(diagnoses="F8.40"),
    "diagnosis.unknown": on_claim(diagnoses="F84.7"),
    "diagnosis.not_in_force": on_claim(diagnoses="F78"),
    "diagnosis.repeated": on_claim(diagnoses="F84.0 F840"),
    "pointer.missing": on_lines(pointers=""),
    "pointer.no_diagnosis": on_lines(pointers="2"),
    "pointer.too_many": on_lines(pointers="1 1 1 1 1"),
    "date.future": on_lines(last_service_date=NOW.date() + datetime.timedelta(days=1)),
    "date.reversed": on_lines(last_service_date=DAY_BEFORE),
    "date.before_birth": set_all(Client, birth_date=DAY_AFTER),
    "date.timely_filing": set_all(Payer, filing_days=13),
    "date.timely_correction": answered_before,
    "submission.frequency": on_claim(frequency="Z"),
    "submission.original_reference": on_claim(frequency="7"),
    "submission.older_reference": renumbered_since,
    "submission.control_number_length": on_claim(patient_control_number="C" * 21),
    "submission.control_number": on_claim(patient_control_number="C*1"),
    "submission.duplicate": beside(8),
    "payer_rule.hard": wanted("hard"),
    "payer_rule.soft": wanted("soft"),
    "experience.denied_before": denied_lately,
}
"""For every rule a change of rows that breaks it on the claim numbered MINE."""


def validate(store: Store, claim: Claim) -> set[str]:
    with store.work(BILLER, NOW) as work:
        return {one.rule for one in validate_claims(work, [claim.id])[claim.id]}


def test_every_rule_reads_what_it_needs_from_the_store(store: Store) -> None:
    told_by_payers = {name for name in RULES if name.startswith("coordination.")}
    assert set(BREAKS) == set(RULES) - told_by_payers  # these are read in test_secondary.py
    practice = small_practice()
    claim = practice.add_claim(number="MINE")
    assert validate(store, claim) == set()
    silent = []
    for rule, change in BREAKS.items():
        with store.database.atomic() as transaction:
            change(practice)
            if rule not in validate(store, claim):
                silent.append(rule)
            transaction.rollback()
    assert silent == []
    assert validate(store, claim) == set()


def test_what_is_dead_rejected_denied_or_void_does_not_count(store: Store) -> None:
    practice = small_practice()
    MedicallyUnlikelyEdit.update(units=Decimal(8)).execute()
    AuthorizedService.update(amount=Decimal(16)).execute()
    for columns in (
        {"status": "Historical", "submitted_at": NOW},
        {"status": "Inactive"},
        {"status": "Submitted", "acknowledgement": "rejected"},
        {"status": "Submitted", "frequency": "8"},
        {"status": "Draft", "client": practice.add_client("HADDAD")},
    ):
        practice.add_claim(**columns)  # type: ignore[arg-type]
    claim = practice.add_claim()
    assert validate(store, claim) == set()
    practice.add_claim(status="Submitted")
    assert validate(store, claim) == {"submission.duplicate", "line.mue"}
    Claim.update(adjudication="denied").where(Claim.status == "Submitted").execute()
    # A denied claim used its day, not its authorization.
    AuthorizedService.update(amount=Decimal(8)).execute()
    assert validate(store, claim) == {"submission.duplicate", "line.mue"}


def test_of_two_drafts_that_are_too_much_together_only_the_later_is_held_back(store: Store) -> None:
    practice = small_practice()
    MedicallyUnlikelyEdit.update(units=Decimal(12)).execute()
    first, second = practice.add_claim(), practice.add_claim()
    with store.work(BILLER, NOW) as work:
        found = validate_claims(work, [first.id, second.id])
    assert found[first.id] == []
    assert [one.rule for one in found[second.id]] == ["line.mue"]
    assert found[second.id][0].reason == (
        "16 units of 97153 for the patient on 2026-03-02; more than 12 a day are not paid."
    )


def test_the_most_units_a_day_change_from_their_day_on(store: Store) -> None:
    """domain/aba_rules.md:4 "keep a table with effective dates"."""
    practice = small_practice()
    first = SERVICE_DAY + datetime.timedelta(days=1)
    MedicallyUnlikelyEdit.create(
        payer=practice.payer, procedure_code="97153", units=Decimal(6), starts_on=first
    )
    before, after = practice.add_claim(), practice.add_claim(day=first)
    assert validate(store, before) == set()
    assert validate(store, after) == {"line.mue"}
    # A payer that goes by no program, and has no value of its own, has no limit.
    MedicallyUnlikelyEdit.update(units=Decimal(4)).execute()
    assert validate(store, before) == {"line.mue"}
    MedicallyUnlikelyEdit.delete().where(~MedicallyUnlikelyEdit.payer.is_null()).execute()
    Payer.update(mue_program="none").execute()
    assert validate(store, before) == set()


def test_holder_columns_of_self_are_filled_from_the_client(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim()
    blank = {"holder_last_name": "", "holder_first_name": "", "holder_birth_date": None}
    blank |= {"holder_gender": "", "holder_line1": "", "holder_city": "", "holder_state": ""}
    Coverage.update(**blank, holder_zip="").execute()
    assert validate(store, claim) == set()
    Coverage.update(relationship="19").execute()
    assert validate(store, claim) == {
        rule for rule in RULES if rule.startswith("policy_holder.")
    } - {"policy_holder.missing"}


def test_findings_are_stored_counted_and_replaced(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim()
    ClaimLine.update(billed=0, pointers="2").execute()
    CaseManager.delete().execute()
    validate(store, claim)
    findings = findings_of(claim)
    assert {(one.rule, one.severity, one.line) for one in findings} == {
        ("line.charge", "error", 1),
        ("pointer.no_diagnosis", "error", 1),
        ("claim.total", "error", None),
        ("case_manager.missing", "warning", 1),
    }
    assert findings[-1].severity == "warning"
    assert all(one.how_to_fix and one.how_to_prevent for one in findings)
    stored = Claim.get_by_id(claim.id)
    assert (stored.error_count, stored.warning_count) == (3, 1)
    ClaimLine.update(billed=32000, pointers="1").execute()
    validate(store, claim)
    assert [one.rule for one in findings_of(claim)] == ["case_manager.missing"]
    stored = Claim.get_by_id(claim.id)
    assert (stored.error_count, stored.warning_count) == (0, 1)


def test_a_finding_of_a_rule_that_is_gone_is_still_shown(store: Store) -> None:
    claim = small_practice().add_claim()
    ClaimValidation.create(
        claim=claim, rule="gone", severity="error", field="claim", reason="Something."
    )
    [finding] = findings_of(claim)
    assert (finding.reason, finding.how_to_fix, finding.how_to_prevent) == ("Something.", "", "")


def test_rule_settings_of_a_payer_and_of_all(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim()
    BusinessUnit.update(zip="12201").execute()
    RuleSetting.create(rule="billing.zip", payer=None, severity="warning")
    with store.work(BILLER, NOW) as work:
        assert [one.severity for one in validate_claims(work, [claim.id])[claim.id]] == ["warning"]
    RuleSetting.create(rule="billing.zip", payer=practice.payer, severity="off")
    assert validate(store, claim) == set()


def test_many_claims_cost_a_fixed_number_of_queries(store: Store) -> None:
    practice = small_practice()
    claims = [practice.add_claim(client=practice.add_client(f"C{n}")).id for n in range(12)]

    def queries(keys: list[int]) -> int:
        count = 0
        execute = store.database.execute_sql

        def counting(*arguments: object, **options: object) -> object:
            nonlocal count
            count += 1
            return execute(*arguments, **options)  # type: ignore[arg-type]

        with store.work(BILLER, NOW) as work:
            store.database.execute_sql = counting  # type: ignore[method-assign]
            try:
                assert len(validate_claims(work, keys)) == len(keys)
            finally:
                del store.database.execute_sql
        return count

    assert queries(claims) == queries(claims[:1]) < 30


def test_claims_that_do_not_exist_are_passed_over(store: Store) -> None:
    claim = small_practice().add_claim()
    with store.work(BILLER, NOW) as work:
        assert validate_claims(work, [claim.id, 999]) == {claim.id: []}
        assert validate_claims(work, []) == {}
