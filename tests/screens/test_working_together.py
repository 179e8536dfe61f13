"""Two workstations on one store, claims that somebody works on, editing marked rows together."""

from typing import Any

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.editing import save
from rcm_tui.data.actor import Actor
from rcm_tui.data.personal.holds import holders, take_claims
from rcm_tui.data.personal.presence import opened, others
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim
from rcm_tui.screens import app as workstation
from rcm_tui.screens import form_reading, form_screen
from rcm_tui.screens.shared_fields import SharedFieldsDialog
from tests.billing.whole_rows import differing, whole_rows
from tests.practice_builder import NOW, SERVICE_DAY, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import settle
from tests.screens.test_driving import queue_screen, said

TOM = Actor("[/tom]", "Tom", "biller")


async def until_seen(pilot: Pilot[int], words: str) -> None:
    """Waits for something to appear, touching nothing."""
    for _ in range(1000):
        if words in seen(pilot):
            return
        await pilot.pause(0.02)
    raise AssertionError(seen(pilot))


async def test_what_another_does_appears_by_itself_and_the_cursor_stays(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    for name in ("A", "B", "C"):
        practice.add_claim(client=practice.add_client(name))
    mine, toms = make_workstation(store), make_workstation(store, TOM)
    async with mine.run_test(size=(100, 30)) as pilot, toms.run_test(size=(100, 30)) as other:
        for one in (pilot, other):
            await type_keys(one, "3", "v", *"draft", "enter")
        await type_keys(pilot, "down")
        where = queue_screen(pilot).table.cursor_key
        await type_keys(other, "a")
        assert "1 claim Ready to Submit" in said(other)
        # Nothing is pressed here: the workstation looks by itself, more than once in two seconds.
        await until_seen(pilot, "2 claims · billed")
        assert queue_screen(pilot).table.cursor_key == where
    assert workstation.SECONDS_BETWEEN_LOOKS < 2
    assert form_screen.LOOK_EVERY < 2


async def test_an_open_form_reads_its_record_when_something_was_changed_and_only_then(
    store: Store, make_workstation: MakeWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = small_practice().client
    reads: list[int] = []
    read = form_reading.look_again

    def counted(database: Any, kind: Any, key: int, *rest: Any) -> Any:
        reads.append(key)
        return read(database, kind, key, *rest)

    monkeypatch.setattr(form_reading, "look_again", counted)
    monkeypatch.setattr(form_screen, "LOOK_EVERY", 3600)  # turns are taken by hand
    app = make_workstation(store)
    async with app.run_test(size=(100, 30)) as pilot:

        async def turns(count: int) -> list[int]:
            reads.clear()
            for _ in range(count):
                await app.look()
                form._look_in_turn()
                await settle(pilot)
            return list(reads)

        await type_keys(pilot, "6", "enter")
        form = pilot.app.screen
        assert isinstance(form, form_screen.FormScreen)
        while not await turns(1):
            """Opening it is told to all who look, oneself included."""
        form._turns = 0
        assert await turns(form_screen.STILL_HERE_EVERY - 1) == []
        # Of whom the line is cut nobody tells: it is looked in the end, and said who is here.
        assert await turns(form_screen.STILL_HERE_EVERY) == [client.id]

        with store.work(TOM) as work:
            opened(work, "client", client.id, "toms")
        await until_seen(pilot, "[/tom] has this open")
        with store.work(TOM) as work:
            save(work, "client", client.id, 1, {"city": "TROY"})
        await until_seen(pilot, "Changed by somebody else: City.")

        # Below something else nothing is read; afterwards it is.
        await type_keys(pilot, "escape", "question_mark")
        reads.clear()
        with store.work(TOM) as work:
            save(work, "client", client.id, 2, {"city": "ROME"})
        while not form._due:
            await pilot.pause(0.02)
        assert reads == []
        await type_keys(pilot, "escape")
        assert await turns(1) == [client.id]
        assert "ROME" in seen(pilot)


async def test_what_another_has_done_already_is_not_done_twice(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claims = [practice.add_claim(client=practice.add_client(name)) for name in ("A", "B")]
    mine, toms = make_workstation(store), make_workstation(store, TOM)
    async with mine.run_test(size=(100, 30)) as pilot, toms.run_test(size=(100, 30)) as other:
        for one in (pilot, other):
            await type_keys(one, "3", "v", *"draft", "enter", "ctrl+a")
        await type_keys(pilot, "a")  # asked here, while the other is quicker
        await type_keys(other, "a", "enter")
        assert "2 claims Ready to Submit" in seen(other)
        await type_keys(pilot, "enter")
        assert "0 claims Ready to Submit" in seen(pilot)
        assert "it is Ready to Submit, not a Draft" in seen(pilot)
    for claim in claims:
        told = AuditRecord.select().where(
            AuditRecord.action == "claim status", AuditRecord.subject_id == claim.id
        )
        assert [record.actor for record in told] == [TOM.login]


async def test_who_quits_is_gone_at_once(store: Store, make_workstation: MakeWorkstation) -> None:
    client = small_practice().client
    mine, toms = make_workstation(store), make_workstation(store, TOM)
    async with mine.run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", "enter")
        async with toms.run_test(size=(100, 30)) as other:
            await type_keys(other, "6", "enter")
            await until_seen(pilot, "[/tom] has this open")
            await other.press("ctrl+q")
        assert others(store.database, "client", client.id, mine.session, NOW) == []


async def test_who_works_on_a_claim_is_a_column_to_choose_and_to_filter_by(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3")
        first = int(queue_screen(pilot).table.cursor_key or 0)
        with busy_store.work(TOM) as work:
            take_claims(work, [first])
        assert "Held by" not in seen(pilot)
        # In the dialog the last column moves up to stand behind the first.
        await type_keys(pilot, "C", "end", *["K"] * 16, "enter")
        assert "Held by" in seen(pilot)
        assert "[/tom]" in seen(pilot)
        await type_keys(pilot, "slash", *"held:[/tom]", "enter")
        assert queue_screen(pilot).table.total == 1
        await type_keys(pilot, "escape", "slash", *"held:none", "enter")
        assert queue_screen(pilot).table.total == 8


async def test_claims_are_taken_to_work_on_let_go_and_hidden_when_others_hold_them(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3")
        screen = queue_screen(pilot)
        first = int(screen.table.cursor_key or 0)
        with busy_store.work(TOM) as work:
            take_claims(work, [first])
        await type_keys(pilot, "space", "space", "i")
        assert "You are working on 1 claim" in seen(pilot)
        assert "[/tom] works on it since" in seen(pilot)
        await type_keys(pilot, "enter", "minus", "I")
        assert screen.table.total == 8
        assert first not in await screen.chosen_keys()
        await type_keys(pilot, "g", "i")
        assert "1 claim let go" in said(pilot)
        await type_keys(pilot, "I")
        assert screen.table.total == 9
    assert list(holders(busy_store.database, range(1000))) == [first]


async def test_marked_drafts_get_one_value_and_what_is_locked_is_left(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    drafts = [practice.add_claim(day=SERVICE_DAY), practice.add_claim(day=SERVICE_DAY)]
    locked = practice.add_claim(status="Submitted", client=practice.add_client("OSEI"))
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "ctrl+a", "e", *"note", "enter", *"see file", "ctrl+s")
        assert "3 claims, billed 960.00: Note to the payer becomes see file." in seen(pilot)
        await type_keys(pilot, "enter")
        assert "is see file in 2 claims" in seen(pilot)
        assert f"{locked.number}" in seen(pilot)
        await type_keys(pilot, "o")
        assert queue_screen(pilot).table.total == 1
    notes = {claim.id: claim.claim_note for claim in Claim.select()}
    assert notes == {**{draft.id: "see file" for draft in drafts}, locked.id: ""}


async def test_several_fields_are_set_in_one_go_and_only_those_filled_in(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    first, second = (practice.add_claim(day=SERVICE_DAY) for _ in range(2))
    Claim.update(claim_note="old", authorization_number="A1").execute()
    Claim.update(authorization_number="A2").where(Claim.id == second).execute()
    before = whole_rows(store.database)
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "ctrl+a", "e", *"since", "enter", "ctrl+s")
        assert "Nothing is filled in: nothing would change." in seen(pilot)
        await type_keys(pilot, *"2026-02-31", "ctrl+s")
        assert "'2026-02-31' is not a day" in seen(pilot)
        assert isinstance(pilot.app.screen, SharedFieldsDialog)
        await type_keys(pilot, "ctrl+u", *"2026-02-03", *["tab"] * 5)
        await type_keys(pilot, *"B7", "tab", "shift+tab", "ctrl+u", "tab")  # rubbed out: left
        await type_keys(pilot, *["tab"] * 2, *"none")
        await type_keys(pilot, "ctrl+s")
        shown = seen(pilot)
        assert "2 claims, billed 640.00: 2 fields change." in shown
        assert "Current illness since becomes 02/03/2026." in shown
        assert "Note to the payer becomes empty." in shown
        await type_keys(pilot, "escape")  # back to what was typed, not away from it
        assert "Changes: Current illness since, Note to the payer" in seen(pilot)
        await type_keys(pilot, "ctrl+s", "enter")
        assert "Note to the payer is empty in 2 claims." in said(pilot)
        changed = {
            (claim.id, str(claim.illness_on), claim.claim_note, claim.authorization_number)
            for claim in Claim.select()
        }
        assert changed == {
            (first.id, "2026-02-03", "", "A1"),
            (second.id, "2026-02-03", "", "A2"),
        }
        await type_keys(pilot, "u", "enter")
    assert differing(before, whole_rows(store.database)) == []


async def test_a_wrong_value_is_told_and_nothing_is_changed(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    claim = small_practice().add_claim(day=SERVICE_DAY)
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "space", "e", *"diagno", "enter", *"nonsense", "ctrl+s")
        shown = " ".join(seen(pilot).replace("│", " ").split())
        assert "1 thing is wrong Diagnoses: 'NON.SENSE' cannot be billed" in shown
        assert "a whole ICD-10-CM code is needed" in shown
        await type_keys(pilot, "escape", "escape")
    assert Claim.get_by_id(claim.id).diagnoses == "F84.0"


async def test_a_screen_that_is_not_drawn_yet_is_left_alone_by_the_minute(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    small_practice()
    app = make_workstation(store)
    async with app.run_test(size=(100, 30)) as pilot:
        home = app.screen
        drawn = app.push_screen(app.frame("visits"))
        assert app.screen is not home
        app._minute = ""
        app._tick()
        await drawn
        await settle(pilot)
