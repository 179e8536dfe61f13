"""The worker opens cases by rules: right after what was posted, and once a day what ages."""

import datetime

from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_rule_runs import CaseRuleDue
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.jobs.open_cases import open_cases
from rcm_tui.jobs.schedule import OPEN_CASES, due
from rcm_tui.jobs.worker import Worker
from tests.billing.cases.rule_rows import add_rule, denied
from tests.jobs.clock import Clock
from tests.practice_builder import small_practice


def work_once(store: Store, clock: Clock) -> None:
    assert Worker(store, "a", clock, jobs={OPEN_CASES: open_cases}).run(once=True) == 0


def test_the_worker_follows_what_was_posted(store: Store) -> None:
    clock = Clock()
    practice = small_practice()
    work_once(store, clock)
    assert OPEN_CASES not in due(store.database, clock())
    add_rule()
    denied(store, practice, 2)
    denied(store, practice, 1)
    assert Job.get(Job.name == OPEN_CASES).requested, "it is asked for with what is posted"
    clock.move(2)
    work_once(store, clock)
    (case,) = CaseFile.select()
    assert case.claims == 3
    assert CaseRuleDue.select().count() == 0
    run = JobRun.select().where(JobRun.items > 0).get()
    assert (run.items, run.outcome) == (3, "done")
    assert run.message == "1 case opened by rules, 3 claims put into cases, 960.00."
    clock.move(2)
    assert OPEN_CASES not in due(store.database, clock())


def test_what_comes_of_age_is_looked_at_on_the_next_day(store: Store) -> None:
    clock = Clock()
    practice = small_practice()
    today = store.today(clock())
    add_rule(age_from=30)
    denied(store, practice, 1, day=today - datetime.timedelta(days=29))
    work_once(store, clock)
    clock.move(3600)
    work_once(store, clock)
    assert CaseFile.select().count() == 0
    assert CaseRule.get().looked_on == today
    clock.move(24 * 3600)
    work_once(store, clock)
    assert CaseFile.get().claims == 1
