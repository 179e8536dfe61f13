"""Rules tried over what was posted: what they would have done, and nothing is written."""

import datetime

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.rules.trial import Share, Trial, try_rules
from rcm_tui.billing.cases.stages import resolve
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_rule_runs import CaseRuleDue, CaseRuleRun
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.every import ALL_TABLES
from tests.billing.cases.rule_rows import add_rule, denied, follow
from tests.billing.remittances.received_builder import claim_payment, line, post
from tests.practice_builder import BILLER, NOW, small_practice

LATER = NOW + datetime.timedelta(days=1)


def tried(store: Store, *rules: CaseRule, days: int = 30) -> Trial:
    return try_rules(store.database, [rule.id for rule in rules], LATER, days)


def counts(store: Store) -> dict[str, int]:
    names = [str(table._meta.table_name) for table in ALL_TABLES]
    return {
        name: read_rows(store.database, f'SELECT count(*) FROM "{name}"')[0][0] for name in names
    }


def test_a_trial_is_what_the_rule_does_once_it_is_in_force(store: Store) -> None:
    practice = small_practice()
    off = add_rule(active=False, owner_by="in turn", owners="dana tom", joins="new case")
    denied(store, practice, 2)
    blue = practice.add_payer("Blue Meadow")
    denied(store, practice, 1, client=practice.add_client("Haddad", blue), payer=blue)
    denied(store, practice, 1, "CO-50")
    before = counts(store)
    trial = tried(store, off)
    assert counts(store) == before, "nothing is written"
    assert (trial.denied, trial.stood) == (4, 0)
    assert (trial.opened, trial.in_opened, trial.joined, trial.amount) == (3, 3, 0, 96000)
    assert trial.owners == [Share("dana", 2, 2, 64000), Share("tom", 1, 1, 32000)]
    assert trial.subjects == [Share("Authorization missing", 3, 3, 96000)]
    CaseRule.update(active=True).execute()
    CaseRuleDue.insert_many(
        [{"payment": key} for (key,) in read_rows(store.database, "SELECT id FROM payment")]
    ).execute()
    follow(store)
    assert [case.owner for case in CaseFile.select()] == ["dana", "tom", "dana"]
    runs = list(CaseRuleRun.select())
    assert sum(run.opened for run in runs) == trial.opened
    assert sum(run.amount for run in runs) == trial.amount
    again = tried(store, off)
    assert again.denied == 4
    assert again.cased_since == 3


def test_claims_share_cases_and_join_what_is_open(store: Store) -> None:
    practice = small_practice()
    rule = add_rule(name="One")
    denied(store, practice, 1)
    follow(store)
    denied(store, practice, 2)
    trial = tried(store, rule)
    assert (trial.opened, trial.in_opened, trial.joined) == (0, 0, 3)
    other = add_rule(name="Other", reason_codes="50", active=False, subject="Necessity")
    denied(store, practice, 2, "CO-50")
    denied(store, practice, 1, "CO-50")
    trial = tried(store, other)
    assert (trial.opened, trial.in_opened, trial.joined) == (1, 3, 0)
    assert trial.subjects == [Share("Necessity", 1, 3, 96000)]


def test_an_earlier_rule_in_force_keeps_its_claims(store: Store) -> None:
    practice = small_practice()
    add_rule(name="First", place=1)
    second = add_rule(name="Second", place=2, reason_codes="", active=False)
    denied(store, practice, 2)
    denied(store, practice, 1, "CO-16")
    assert tried(store, second).in_opened == 1
    CaseRule.update(place=0).where(CaseRule.id == second.id).execute()
    assert tried(store, second).in_opened == 3


def test_it_is_as_of_the_day_of_the_answer(store: Store) -> None:
    practice = small_practice()
    rule = add_rule(active=False)
    claims = denied(store, practice, 4)
    with store.work(BILLER, LATER) as work:
        open_case(work, [claims[0].id], {"subject": "By hand"})
    with store.work(BILLER, NOW - datetime.timedelta(days=2)) as work:
        early = open_case(work, [claims[1].id], {"subject": "Before it was denied"}).made
    with store.work(BILLER, LATER) as work:
        resolve(work, early)
    number = claims[2].patient_control_number
    denying = line(-32000, 0, "CO-197 -320.00")
    post(
        store,
        [
            claim_payment(number, [denying], status="22", charge=-32000),
            claim_payment(number, [line(32000, 24000, "CO-45 80.00")]),
        ],
    )
    trial = tried(store, rule)
    assert (trial.denied, trial.stood) == (4, 1), "it stood in a case when it was denied"
    assert sorted(trial.claims) == [claims[0].id, claims[2].id, claims[3].id]
    assert (trial.cased_since, trial.paid_since) == (1, 1)
    assert tried(store, rule, days=0).denied == 0
