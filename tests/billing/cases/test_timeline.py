"""The timelines of cases: what is written, who may edit it and for how long, and tasks."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.stages import resolve
from rcm_tui.billing.cases.timeline.activities import finish, take_up_again
from rcm_tui.billing.cases.timeline.editing import edit_entry
from rcm_tui.billing.cases.timeline.files import attach, check_files
from rcm_tui.billing.cases.timeline.writing import add_call, add_event, add_note, add_task
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.actor import Actor
from rcm_tui.data.kept_files import KeptFiles
from rcm_tui.data.records.timeline import read_timeline
from rcm_tui.data.store import Store, create
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.timeline import StoredFile, TimelineEntry
from tests.practice_builder import BILLER, NOW, TODAY, small_practice

TOM = Actor("tom", "Tom Berg", "biller")
DAY = datetime.timedelta(days=1)


def do(store: Store, function: Any, *args: Any, actor: Actor = BILLER, at: Any = NOW, **said: Any):
    with store.work(actor, at) as work:
        return function(work, *args, **said)


@pytest.fixture
def cases(store: Store) -> list[int]:
    """Two open cases and a resolved one."""
    practice = small_practice()
    opened = []
    for _ in range(3):
        claim = practice.add_claim(status="Submitted", adjudication="denied", payer_balance=32000)
        opened += do(store, open_case, [claim.id], {"subject": "Authorization missing"}).made
    do(store, resolve, opened[2:])
    return opened


def test_a_call_is_logged_on_every_case_and_moves_the_follow_up_of_open_ones(
    store: Store, cases: list[int]
) -> None:
    day = TODAY + 3 * DAY
    outcome = do(
        store,
        add_call,
        [*cases, 999],
        outcome="Retro\x1b[31m possible",
        party="Aetna",
        phone="888-632-3862",
        reference="4471-K",
        follow_up=day,
    )
    assert outcome.done == cases
    assert [left.reason for left in outcome.left] == ["there is no such case"]
    assert [CaseFile.get_by_id(key).follow_up for key in cases] == [day, day, None]
    (call,) = read_timeline(store.database, cases[0])
    assert (call.text, call.party, call.reference) == ("Retro�[31m possible", "Aetna", "4471-K")
    assert (call.author, call.at, call.follow_up) == ("maria", NOW, day)
    audit = AuditRecord.get(
        AuditRecord.subject == "timeline_entry", AuditRecord.subject_id == call.id
    )
    assert (audit.action, audit.actor) == ("added", "maria")
    last = last_undoable(store.database, "maria")
    assert last is not None
    assert last.title == "Log a call on 3 cases"
    do(store, undo, last.id)
    assert not TimelineEntry.select().exists()
    assert CaseFile.get_by_id(cases[0]).follow_up is None


@pytest.mark.parametrize(
    ("function", "said", "why"),
    [
        (add_note, {"text": " \n "}, "a note has to say something"),
        (add_call, {"outcome": ""}, "the outcome of a call has to say something"),
        (add_call, {"outcome": "x", "follow_up": TODAY - DAY}, "is before today"),
        (add_task, {"what": "", "due": TODAY}, "a task has to say something"),
        (add_task, {"what": "x", "due": TODAY, "due_time": "25:00"}, "write 14:30"),
        (add_task, {"what": "x", "due": None, "due_time": "9:00"}, "needs its day"),
    ],
)
def test_what_says_nothing_is_refused(
    store: Store, cases: list[int], function: Any, said: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        do(store, function, cases, **said)
    assert not TimelineEntry.select().exists()


def test_tasks_are_of_open_cases_and_done_once(store: Store, cases: list[int]) -> None:
    outcome = do(store, add_task, cases, "Call Aetna", due=TODAY + DAY, assignee="TOM")
    assert outcome.done == cases[:2]
    assert "it is Resolved: reopen it first" in outcome.left[0].reason
    assert {one.assignee for one in TimelineEntry.select()} == {"tom"}
    first = outcome.made[0]
    assert do(store, finish, outcome.made, actor=TOM).done == outcome.made
    again = do(store, finish, [first])
    assert again.left[0].reason == "tom has done it already"
    assert do(store, take_up_again, [first]).done == [first]
    assert (TimelineEntry.get_by_id(first).done_at, TimelineEntry.get_by_id(first).done_by) == (
        None,
        "",
    )
    (note,) = do(store, add_note, cases[:1], "x").made
    assert do(store, finish, [note]).left[0].reason == "a note is not a task"


def test_only_who_wrote_it_edits_a_note_and_only_for_a_while(
    store: Store, cases: list[int]
) -> None:
    (note,) = do(store, add_note, cases[:1], "First").made
    with pytest.raises(Refused, match="maria wrote it"):
        do(store, edit_entry, note, {"text": "Mine"}, actor=TOM, hours=24)
    later = NOW + DAY + datetime.timedelta(seconds=1)
    with pytest.raises(Refused, match="more than 24 h ago"):
        do(store, edit_entry, note, {"text": "Late"}, at=later, hours=24)
    with pytest.raises(Refused, match="a note has to say something"):
        do(store, edit_entry, note, {"text": ""}, hours=24)
    with pytest.raises(Refused, match="author of note cannot be edited"):
        do(store, edit_entry, note, {"author": "tom"}, hours=24)
    do(store, edit_entry, note, {"text": "Second"}, at=NOW + DAY, hours=24, version=1)
    with pytest.raises(Refused, match="somebody else has changed it"):
        do(store, edit_entry, note, {"text": "Third"}, hours=24, version=1)
    assert do(store, edit_entry, note, {"text": "Second"}, hours=24).done == []
    (entry,) = read_timeline(store.database, cases[0])
    assert entry.text == "Second"
    assert [(one.was, one.author) for one in entry.revisions] == [({"text": "First"}, "maria")]
    last = last_undoable(store.database, "maria")
    assert last is not None
    do(store, undo, last.id)
    (entry,) = read_timeline(store.database, cases[0])
    assert (entry.text, entry.revisions) == ("First", [])


def test_open_tasks_are_moved_by_whoever_works_on_them_and_events_stay(
    store: Store, cases: list[int]
) -> None:
    (task,) = do(store, add_task, cases[:1], "Call", due=TODAY).made
    late = NOW + 30 * DAY
    do(store, edit_entry, task, {"due_time": "14:30"}, actor=TOM, at=late, hours=24)
    assert TimelineEntry.get_by_id(task).kind == "appointment"
    do(store, edit_entry, task, {"due_time": "", "assignee": "tom"}, actor=TOM, hours=24)
    assert TimelineEntry.get_by_id(task).kind == "task"
    (event,) = do(store, add_event, cases[:1], "joined by rule “Aetna CO-197”").made
    with pytest.raises(Refused, match="stays as it is"):
        do(store, edit_entry, event, {"text": "x"}, hours=24)


def test_a_file_is_attached_once_sealed_and_check_knows_when_it_is_not_there(
    store: Store, cases: list[int], tmp_path: Path
) -> None:
    files = KeptFiles(tmp_path / "files", (bytes(32),))
    said = {"most": 100, "text": "the assessment"}
    name = "../../Assessment\x1b[2J.pdf"
    for _ in range(2):
        assert do(store, attach, cases, files, name, b"%PDF-1", **said).done == cases
    stored = StoredFile.get()
    assert StoredFile.select().count() == 1
    (entry, *_) = read_timeline(store.database, cases[0])
    assert (entry.subject, entry.text, entry.size) == ("Assessment�[2J.pdf", "the assessment", 6)
    assert files.read(str(entry.sha256)) == b"%PDF-1"
    with pytest.raises(Refused, match="has 101 bytes: 100 are the most"):
        do(store, attach, cases, files, "big", b"x" * 101, **said)
    with pytest.raises(Refused, match="is empty"):
        do(store, attach, cases, files, "nothing", b"", **said)
    result = check_files(store.database, files)
    assert (result.ok, result.figures) == (True, {"files": 1})
    files.path(stored.sha256).write_bytes(b"%PDF-2")
    assert "was changed" in check_files(store.database, files).problems[0]
    files.path(stored.sha256).unlink()
    assert "cannot be read" in check_files(store.database, files).problems[0]
    assert not check_files(store.database, None).ok


def test_the_files_of_an_encrypted_store_lie_sealed_beside_it(
    tmp_path: Path, key_folder: Path
) -> None:
    store = create(str(tmp_path / "practice.db"), key_folder, "Small Practice")
    with store:
        digest = store.files.keep(b"Okafor, Ada")
        path = store.files.path(digest)
        assert path.parent.parent == tmp_path / "practice.db.files"
        assert b"Okafor" not in path.read_bytes()
    with Store.open(str(tmp_path / "practice.db"), key_folder) as again:
        assert again.files.read(digest) == b"Okafor, Ada"
