"""The worker lets go, once a day, what the policies that are switched on no longer keep."""

import datetime

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.data.tables.legal_holds import LegalHold
from rcm_tui.data.tables.purging import ANSWER_FILES, PurgePolicy, PurgeRun
from rcm_tui.jobs.purge import purge
from rcm_tui.jobs.schedule import PURGE, due
from rcm_tui.jobs.worker import Worker
from tests.billing.purging.test_purging import a_case, old_answer, switched_on
from tests.jobs.clock import Clock
from tests.practice_builder import small_practice

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")


def work_once(store: Store, clock: Clock) -> None:
    assert Worker(store, "a", clock, jobs={PURGE: purge}).run(once=True, job=PURGE) == 0


def test_the_job_acts_only_by_what_is_switched_on_and_says_what_went(store: Store) -> None:
    clock = Clock()
    old_answer("old", clock() - datetime.timedelta(days=4000))
    work_once(store, clock)
    assert PurgeRun.select().count() == 0
    assert IncomingFile.get().purged is None
    switched_on(ANSWER_FILES)
    work_once(store, clock)
    assert IncomingFile.get().purged is not None
    run = JobRun.select().where(JobRun.items > 0).get()
    assert (run.items, run.outcome) == (1, "done")
    assert run.message.startswith("1 content let go: answer files 1 (0.0 MB)")
    clock.move(3600)
    assert PURGE not in due(store.database, clock())
    clock.move(24 * 3600)
    assert PURGE in due(store.database, clock())


def test_files_of_closed_cases_go_from_the_folder_unless_held(store: Store) -> None:
    from rcm_tui.billing.cases.timeline.files import check_files, why_gone
    from rcm_tui.data.tables.timeline import StoredFile, TimelineEntry

    clock = Clock()
    long_ago = clock() - datetime.timedelta(days=4000)
    claim = small_practice().add_claim()
    case = a_case(claim, closed_at=long_ago)
    digest = store.files.keep(b"a letter")
    stored = StoredFile.create(sha256=digest, size=8, stored_at=long_ago)
    TimelineEntry.create(
        case=case, kind="file", at=long_ago, author="maria", subject="letter.pdf", file=stored
    )
    hold = LegalHold.create(case=case, reason="audit of the payer", starts_on=long_ago.date())
    PurgePolicy.update(active=True).execute()
    work_once(store, clock)
    assert store.files.read(digest) == b"a letter"
    message = JobRun.select().order_by(JobRun.id.desc()).get().message
    assert "files of cases 0 (0.0 MB), 1 kept by holds" in message
    assert why_gone(store.database, digest) == ""
    hold.delete_instance()
    work_once(store, clock)
    assert not store.files.path(digest).exists()
    told = why_gone(store.database, digest)
    assert told.startswith("purged on ")
    assert told.endswith("by the policy of files of cases, after 120 months")
    result = check_files(store.database, store.files)
    assert result.ok
    assert result.figures["files"] == 0
