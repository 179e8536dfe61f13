"""The timeline of a case driven by keys: added to, searched, edited, finished."""

from pathlib import Path

from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.timeline import TimelineEntry
from rcm_tui.screens.case import CaseScreen
from tests.practice_builder import TODAY
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import queue_screen, said

SIZE = (118, 30)


def entries(kind: str) -> list[TimelineEntry]:
    """What a test wrote: the other case of the busy practice has a timeline already."""
    other = CaseFile.get(CaseFile.number == "K-1003")
    found = TimelineEntry.select().where(TimelineEntry.kind == kind, TimelineEntry.case != other)
    return list(found.order_by(TimelineEntry.id))


async def test_a_case_opens_on_its_timeline_with_what_it_is_about(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    case = CaseFile.get(CaseFile.number == "K-1002")
    CaseFile.update(carc="CO-197 CO-16", resolved_carc="CO-16", tags="retro-auth").where(
        CaseFile.id == case.id
    ).execute()
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "enter")
        shown = seen(pilot)
        assert isinstance(pilot.app.screen, CaseScreen)
        assert "CO-16 ✓ resolved" in shown
        assert "CO-197 ●" in shown
        assert "retro-auth" in shown
        assert "── today ──" in shown
        assert "stage New → In Progress" in shown, "what the audit trail says of it"


async def test_notes_calls_and_tasks_stand_on_the_timeline_in_the_order_of_time(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "t", "c", *"Retro [b]possible", "tab", *"+3d", "tab", *"4471-K")
        await type_keys(pilot, "enter")
        assert said(pilot) == "Call logged on K-1002, follow up on 03/19/2026."
        await type_keys(pilot, "enter", "t", "n")
        await type_keys(pilot, *"First line", "enter", *"second", "escape")
        assert "esc again throws away" in seen(pilot)
        await type_keys(pilot, "ctrl+s")
        await type_keys(pilot, "t", "t", *"Send assessment", "tab", *"+1d", "tab", *"9:30")
        await type_keys(pilot, "enter")
        shown = seen(pilot)
        assert "“Retro [b]possible”" in shown
        assert "ref 4471-K" in shown
        assert "→ follow up 03/19" in shown
        assert "First line second" in shown
        assert "due 03/17 09:30  maria" in shown
        assert "Timeline ☐1" in shown
        assert shown.index("Send assessment") < shown.index("First line") < shown.index("Retro")
        (task,) = entries("appointment")
        await type_keys(pilot, "home", "space")
        assert said(pilot) == "Done: Send assessment"
        assert "done by maria" in seen(pilot)
        await type_keys(pilot, "v", *"phone", "enter")
        shown = seen(pilot)
        assert "Only phone calls" in shown
        assert "Send assessment" not in shown
        await type_keys(pilot, "escape", "slash", *"second first", "enter")
        shown = seen(pilot)
        assert "First line second" in shown
        assert "4471-K" not in shown
        await type_keys(pilot, "escape")
        assert "4471-K" in seen(pilot)
        await type_keys(pilot, "escape", "u", "enter")
    (call,), (note,) = entries("call"), entries("note")
    assert (call.text, call.reference, (call.follow_up - TODAY).days) == (
        "Retro [b]possible",
        "4471-K",
        3,
    )
    assert note.text == "First line\nsecond"
    assert TimelineEntry.get_by_id(task.id).done_at is None, "taken back by u"
    assert (CaseFile.get(CaseFile.number == "K-1002").follow_up - TODAY).days == 3


async def test_an_own_entry_is_edited_and_says_what_it_said(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "enter", "t", "n", *"Wrong", "ctrl+s", "enter")
        await type_keys(pilot, *" way", "ctrl+s")
        assert "edited" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "“Wrong”" in seen(pilot)
    (note,) = entries("note")
    assert (note.text, note.version) == ("Wrong way", 2)


async def test_a_claim_adds_to_its_active_case_and_says_so_when_there_is_none(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "slash", *"case:none", "enter", "enter", "t")
        assert "stands in no active case: c opens one, K adds it." in said(pilot)
        await type_keys(pilot, "escape", "escape", "slash", *"case:K-1002", "enter", "enter")
        await type_keys(pilot, "t", "n", *"From the claim", "ctrl+s")
        assert said(pilot) == "Note written on K-1002."
    (note,) = entries("note")
    assert note.case.number == "K-1002"


async def test_a_file_is_attached_listed_and_taken_out_under_a_safe_name(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    app = make_workstation(busy_store)
    app.import_folder = tmp_path / "imports"
    app.import_folder.mkdir()
    (app.import_folder / "Letter [b].pdf").write_bytes(b"%PDF-1 letter")
    async with app.run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "enter", "t", "f", "enter", *"the request", "enter")
        assert said(pilot) == "Letter [b].pdf attached to K-1002."
        assert "Letter [b].pdf  13 B  the request" in seen(pilot)
        while app.screen.part != "files":  # type: ignore[attr-defined]
            await type_keys(pilot, "right_square_bracket")
        assert "Files 1" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "the program never opens it" in seen(pilot)
        await type_keys(pilot, "E", "enter")
        exported = app.export_folder / "Letter [b].pdf"
        assert exported.read_bytes() == b"%PDF-1 letter"
        await type_keys(pilot, "E", "enter")
        assert "is there already" in seen(pilot)
        await type_keys(pilot, "home", *"../", "enter")
        assert "begins with ." in seen(pilot)
        await type_keys(pilot, "escape")


async def test_an_email_is_drafted_finished_and_never_sent_without_a_server(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(busy_store)
    async with app.run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "enter", "t", "e", "tab", "tab", "tab", *"Dear UM", "ctrl+s")
        await type_keys(pilot, "s")
        assert "No mail server is set" in seen(pilot)
        await type_keys(pilot, "e")
        assert "To is missing" in said(pilot)
        assert "enter to finish" in seen(pilot)
        await type_keys(pilot, "home", "enter", *"um@payer", "ctrl+s")
        assert "write plain addresses" in said(pilot)
        await type_keys(pilot, "enter", *"um@payer.com", "ctrl+s", "e", "enter")
        (file,) = app.export_folder.iterdir()
        assert file.name == "K-1002 email.eml"
        assert b"To: um@payer.com\r\n" in file.read_bytes()
        assert "exported" in seen(pilot)
        app.mail_sender = "billing@example.com"
        await type_keys(pilot, "t", "e", *"um@payer.com", "tab", "tab", "tab", *"Again")
        await type_keys(pilot, "ctrl+s", "s")
        assert "✉ maria    waiting  to um@payer.com" in seen(pilot)
        await type_keys(pilot, "home", "enter", "d")
        assert "✉ maria    draft    to um@payer.com" in seen(pilot)


async def test_tasks_are_listed_beside_their_cases_and_done_together(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "t", "t", *"Send assessment", "tab", *"+1d", "enter")
        await type_keys(pilot, "t", "t", *"Call Aetna", "tab", *"3/1", "tab", "tab", *"x", "enter")
        await type_keys(pilot, "slash", *"tasks=2", "enter")
        assert queue_screen(pilot).table.total == 1
        await type_keys(pilot, "escape", "4", *"activities", "enter")
        assert "Activities · My open tasks" in seen(pilot)
        assert "Send assessment" in seen(pilot)
        assert queue_screen(pilot).table.total == 1, "the other one is for somebody else"
        await type_keys(pilot, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        assert screen.entry is not None
        assert screen.entry.subject == "Send assessment"
        await type_keys(pilot, "escape", "v", *"overdue", "enter")
        assert "Call Aetna" in seen(pilot)
        await type_keys(pilot, "v", *"open", "enter", "ctrl+a", "a")
        assert said(pilot) == "3 tasks done.", "one of them is tom's"
        assert queue_screen(pilot).table.total == 0
