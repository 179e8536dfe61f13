"""What belongs to a case, read in one go, on either store."""

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.timeline.writing import add_task
from rcm_tui.data.queues.activities import ACTIVITIES
from rcm_tui.data.queues.cases import CASES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Queue, Viewer
from rcm_tui.data.records.case_folder import read_folder
from rcm_tui.data.store import Store
from tests.denials import denied_claim
from tests.practice_builder import BILLER, NOW, TODAY, small_practice


def test_a_folder_holds_what_belongs_to_the_case_and_nothing_else(store: Store) -> None:
    practice = small_practice()
    first, second, alone = (denied_claim(practice, name) for name in ("FIRST", "SECOND", "ALONE"))
    with store.work(BILLER, NOW) as work:
        (one,) = open_case(work, [first.id], {"subject": "Modifier"}).made
        (alike,) = open_case(work, [second.id], {"subject": "Modifier"}).made
        open_case(work, [alone.id], {"subject": "Something else"})
    folder = read_folder(store.database, one)
    assert {line.claim for line in folder.lines} == {first.id}
    assert [(line.code, line.billed) for line in folder.lines] == [
        (line.procedure_code, line.billed) for line in first.lines
    ]
    assert {one.claim for one in folder.remittances} == {first.number}
    assert all(folder.codes[one.id] for one in folder.remittances)
    assert [payer.name for payer in folder.payers] == [first.payer.name]
    assert {one.patient.split(",")[0] for one in folder.authorizations} == {"FIRST"}
    assert [(one.id, one.same_patient) for one in folder.siblings] == [(alike, 0)]


def test_open_tasks_are_seen_on_the_case_and_with_whom_they_lie(store: Store) -> None:
    claim = denied_claim(small_practice(), "FIRST")
    with store.work(BILLER, NOW) as work:
        (case,) = open_case(work, [claim.id], {"subject": "Modifier"}).made
        add_task(work, [case], "Call Aetna", due=TODAY)
        add_task(work, [case], "Ask Tom", due=None, assignee="tom")
    viewer = Viewer(TODAY, "maria", store.time_zone)

    def seen(queue: Queue, view: str, filter: str, column: str) -> list[object]:
        pages = QueuePages(store.database, queue, viewer, view=queue.view(view), filter=filter)
        place = [one.name for one in queue.columns].index(column)
        return [row[place] for row in pages.page().rows]

    assert seen(CASES, "open", "tasks=2", "open_tasks") in (
        ["Call Aetna; Ask Tom"],
        ["Ask Tom; Call Aetna"],
    )
    assert seen(CASES, "open", "tasks=1", "open_tasks") == []
    assert seen(ACTIVITIES, "my_open", "", "subject") == ["Call Aetna"]
    assert seen(ACTIVITIES, "open", "person:tom", "subject") == ["Ask Tom"]
    assert seen(ACTIVITIES, "overdue", "", "subject") == []
