"""A record's form: fills it, saves it, keeps drafts, and shows what others do to the record.

The same screen is used again for the next record of a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import BindingType

from rcm_tui.billing.editing import Added, Conflict, Invalid, Record
from rcm_tui.billing.editing.merging import Keep
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.personal.drafts import discard_draft, keep_draft
from rcm_tui.data.personal.presence import closed, still_here
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.store import NotSaved
from rcm_tui.screens import form_dialogs, form_reading, form_saving
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.form_frame import FormFrame
from rcm_tui.screens.forms.record_form import Saving, Write
from rcm_tui.screens.record_screen import Walk
from rcm_tui.screens.typed_ahead import RECORD
from rcm_tui.screens.words import moment_text
from rcm_tui.widgets.form.form import Form
from rcm_tui.widgets.form.form_state import FormState
from rcm_tui.widgets.line import Line

DRAFT_REST = 1.0
"""Seconds without a key after which what was typed is kept as a draft (ours)."""
LOOK_EVERY = 1.5
"""Seconds after which it is looked again where that could not be done at once (ours)."""
FIRST_VERSION = 1
STILL_HERE_EVERY = 12
"""Every so many of these the workstation says that it still has the record open, and looks who
else does: of whom the line is cut nobody tells."""


class FormScreen(FormFrame):
    """The form of one kind of record, opened over a queue, a record or another form."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("form")]

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(kind, **options)
        self.returns = False
        """Whether saving goes back to where the form was opened from, as from a claim's finding."""
        self._field = ""
        self._resting: Any = None
        self._turns = 0
        self._due = False
        """Whether something was changed since the record was read."""
        self._away = False
        self._noted = 0
        """The record whose opening was kept already."""
        self._followed = ""
        self._storing = False
        """Whether what is stored now is one's own: nobody else has changed it."""

    def on_mount(self) -> None:
        self._mounted = True
        self.widget.focus()
        self.set_interval(LOOK_EVERY, self._look_in_turn)
        self._read_soon()

    # -- what is shown ----------------------------------------------------------------------

    def do_trail_of_form(self) -> None:
        from rcm_tui.screens.audit import show_trail_of

        if self.key:
            show_trail_of(self.workstation, self.form.kind.table_name, self.key)

    def want(
        self,
        key: int,
        *,
        field: str = "",
        walk: Walk | None = None,
        returns: bool = False,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        """Shows a record, or a new one (0) with some fields given, and goes to a field."""
        self.key, self._field, self._walk = key, field, walk
        self._away, self._noted = False, 0
        self.returns, self._given = returns, given or {}
        if self._mounted:
            self.say("")
            self._read_soon()

    def _read_soon(self) -> None:
        self.background("record", self._read)

    async def _read(self) -> None:
        app, key = self.workstation, self.key
        try:
            found = await app.change(
                form_reading.open_record, self.form.kind, key, app.session, self._given
            )
        except Refused as error:
            app.typed_ahead.release(RECORD)
            app.back()
            app.say_here(as_sentence(error))
            return
        if key != self.key:
            return
        self._belonging = found.belonging
        self._others = found.others
        self._fill(found.record)
        if key and key != self._noted:
            self._noted = key
            app.opened(self.form.kind.table_name, key, self.query_one("#title", Line).text)
        if self._field:
            self._jump(self._field)
        self.workstation.typed_ahead.release(RECORD)
        if found.record.locked:
            self.say(as_sentence(found.record.locked), "$warning")
        elif found.draft is not None:
            self.act(self._offer_draft(found))

    # -- other people -----------------------------------------------------------------------

    def _look_in_turn(self) -> None:
        self._turns += 1
        if self._turns >= STILL_HERE_EVERY:
            self._due = True
        self._look_if_due()

    def _look_soon(self) -> None:
        self._due = True
        self._look_if_due()

    def _look_if_due(self) -> None:
        """Looks now, or in a later turn where it cannot: under a dialog, or while saving."""
        shown = self.app.screen_stack[-1:] == [self]  # none is while the program ends
        if self._due and shown and self.key and self.record is not None:
            self.background("look", self.look_again)

    def refresh_data(self) -> None:
        if self._mounted:
            self._look_soon()

    def others_came_or_went(self) -> None:
        self.refresh_data()

    async def look_again(self) -> None:
        """Reads the record and who else has it open; what I typed stays, my cursor too."""
        app, key, record = self.workstation, self.key, self.record
        if record is None or not key or self._storing:
            return
        self._due = False
        try:
            now, found = await app.read(
                form_reading.look_again,
                app.store.database,
                self.form.kind,
                key,
                app.session,
                app.clock(),
                app.actor.masked,
            )
        except Exception:
            self._due = True
            raise
        if key != self.key or record is not self.record or self._storing:
            self._due = True
            return
        if self._turns >= STILL_HERE_EVERY:
            self._turns = 0
            await app.write(still_here, app.session)
        self._others = found
        if now.version != record.version:
            self._changed_by_another(record, now)
        self._draw()

    def _changed_by_another(self, before: Record, now: Record) -> None:
        state = self.state
        assert state is not None
        changed = [name for name in state.fields if now.values.get(name) != before.values.get(name)]
        names = ", ".join(state.fields[name].label for name in changed) or "other fields"
        if state.touched:
            self.say(f"Saved by somebody else meanwhile: {names}. Saving shows both.", "$warning")
            return
        self.record = now
        state.renew(now.values, now.labels)
        self.widget.redraw()
        self.say(f"Changed by somebody else: {names}.", "$warning")

    def on_screen_suspend(self) -> None:
        if self.left_for_another:
            self._away = True
            self._leave_record()

    def on_screen_resume(self) -> None:
        if self._away and self.key and self._mounted:
            # What belongs to the record may have been edited or added meanwhile.
            self._away = False
            if self.state is not None and not self.state.touched:
                self._field = self.state.tab.name if self.state.field.kind == "record" else ""
                self._read_soon()

    def _leave_record(self) -> None:
        if self.state is not None and self.state.touched:
            self.app.run_worker(self.keep_draft(), group="keep", exit_on_error=False)
        if self.key:
            app, key = self.workstation, self.key
            self.app.run_worker(
                app.write(closed, self.form.kind.table_name, key, app.session),
                group="presence",
                exit_on_error=False,
            )

    # -- drafts -----------------------------------------------------------------------------

    def on_form_changed(self, event: Form.Changed) -> None:
        event.stop()
        self._draw()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(DRAFT_REST, self._rested)

    def _rested(self) -> None:
        self._resting = None
        self.background("keep", self.keep_draft)

    async def keep_draft(self) -> None:
        """Keeps what was typed until now, so that a lost line loses none of it."""
        state, record, app = self.state, self.record, self.workstation
        if state is not None and record is not None and not record.locked:
            await app.write(
                keep_draft,
                self.form.kind.table_name,
                self.key,
                record.version,
                state.draft(),
            )

    async def _offer_draft(self, found: form_reading.Opened) -> None:
        draft, app = found.draft, self.workstation
        assert draft is not None
        labels = [field.label for field in self.form.kind.fields if field.name in draft.values]
        newer = draft.base_version != found.record.version
        when = moment_text(draft.at, app.zone)
        taken = await app.ask(form_dialogs.DraftFound(when, labels, newer))
        state = self.state
        if taken is None or state is None or self.record is not found.record:
            return
        if taken:
            state.restore(draft.values)
            self.widget.redraw()
            self._draw()
        else:
            await app.write(discard_draft, self.form.kind.table_name, self.key)

    async def _end_draft(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
        await self.workstation.write(discard_draft, self.form.kind.table_name, self.key)

    # -- what the form tells ----------------------------------------------------------------

    def on_form_record_opened(self, event: Form.RecordOpened) -> None:
        event.stop()
        kind, _, key = event.name.partition(" ")
        given = {self.form.kind.name: self.key} if key == "0" else None
        self.workstation.open_form(kind, int(key), returns=True, given=given)

    # -- saving -----------------------------------------------------------------------------

    async def do_save_form(self) -> None:
        if await self.save():
            await self._onward()

    async def do_try_out(self) -> None:
        """Shows what saving would change, before anything is saved."""
        await self.widget.finish()
        state = self.state
        if state is None or self.record is None or self.form.tried is None:
            return
        if not state.check():
            self._list_wrong()
            return
        try:
            answer = await self.form.tried(self, self._saving(self.record, state))
        except Invalid as error:
            self._refuse(error)
            return
        if answer and await self.save(decided=answer):
            await self._onward()

    def _saving(self, record: Record, state: FormState) -> Saving:
        before = record.values if record.id else None
        return Saving(self.form.kind.name, record.id, before, dict(state.values))

    async def _onward(self) -> None:
        """After saving: back to the claim or list that led here, else on with the record."""
        if self.returns:
            self.workstation.back()
            if self._followed:
                self.workstation.say_here(self._followed)
            return
        self.say(f"Saved. {self._followed}".strip(), "$success")
        if self.form.afterwards is not None:
            await self.form.afterwards(self, self.key)
        said = self.said
        await self._read()
        self.say(said, "$success")

    async def save(self, keep: Mapping[str, Keep] | None = None, decided: str = "") -> bool:
        """Saves what was changed; False where something is wrong or clashes, which is shown.

        What follows from it is asked then, unless it is `decided` (by what `tried` gave).
        """
        self._followed = ""
        app, record = self.workstation, self.record
        await self.widget.finish()
        state = self.state
        if state is None or record is None:
            return False
        if not state.check():
            self._list_wrong()
            return False
        changes = state.changes() if record.id else dict(state.values)
        if not changes:
            await self._end_draft()
            return True
        write: Write | None = form_saving.save_or_add
        if self.form.foreseen is not None:
            write = await self.form.foreseen(self, self._saving(record, state))
        if write is None:
            return False
        self._storing = True
        try:
            saved = await app.change(
                form_saving.write_with_draft,
                self.form.kind.name,
                record.id,
                record.version,
                changes,
                keep,
                write,
            )
        except Invalid as error:
            self._refuse(error)
            return False
        except NotSaved:
            self.set_timer(DRAFT_REST, self._rested)  # what was typed stays, and is kept
            raise
        finally:
            self._storing = False
        if isinstance(saved, Conflict):
            return await self._settle(saved)
        saving = self._saving(record, state)
        version = FIRST_VERSION
        if isinstance(saved, Added):
            self.key = saved.id
            saving = replace(saving, key=saved.id)
        else:
            version = saved.new_version
        self.record = replace(record, id=self.key, version=version, values=dict(state.values))
        self._clear()
        await self._end_draft()
        self._draw()
        if self.form.saved is not None:
            self._followed = await self.form.saved(self, saving, decided)
        return True

    async def _settle(self, conflict: Conflict) -> bool:
        """Asks field by field whose change stays, then saves so."""
        record, state, app = self.record, self.state, self.workstation
        assert record is not None
        assert state is not None
        clashes = await app.read(
            form_saving.clashes,
            app.store.database,
            self.form.kind,
            state.fields,
            conflict.theirs,
            app.actor.masked,
        )
        keep = await app.ask(form_dialogs.Conflict(record.title, conflict.by, clashes))
        if keep is None:
            return False
        self.record = replace(record, version=conflict.version)
        return await self.save(keep)

    # -- taking away ------------------------------------------------------------------------

    async def do_remove(self) -> None:
        """Removes the record that the line under the cursor stands for, after a question."""
        from rcm_tui.screens.removing import remove_belonging

        state = self.state
        if state is None or not await self.may_leave():
            return
        kind, _, key = state.name.partition(" ")
        told = await remove_belonging(self, kind, int(key))
        if told:
            self._field = kind
            await self._read()
            self.say(told, "$success")

    async def do_undo(self) -> None:
        """What was done last is undone; what is typed and not saved is asked for first."""
        if not await self.may_leave():
            return
        await super().do_undo()
        said = self.said
        await self._read()
        self.workstation.say_here(said)

    async def do_reveal(self) -> None:
        """Shows the identifiers that are masked in this form, which is on record."""
        from rcm_tui.billing.people.identifiers import reveal_fields

        state = self.state
        masked = [] if state is None else [f.name for f in state.fields.values() if f.masked]
        if state is None or not masked:
            self.say("Nothing is masked in this form.")
            return
        await self.workstation.change(reveal_fields, self.form.kind.table_name, self.key, masked)
        state.unmask()
        self.widget.redraw()
        self._draw()

    # -- moving on --------------------------------------------------------------------------

    async def may_leave(self) -> bool:
        """Whether the form can be left: asks only when something would be lost."""
        await self.widget.finish()
        state = self.state
        if state is None or self.record is None or self.record.locked or not state.touched:
            return True
        labels = [state.fields[name].label for name in state.touched]
        answer = await self.workstation.ask(form_dialogs.Leaving(labels))
        if answer == form_dialogs.SAVE:
            return await self.save()
        if answer == form_dialogs.KEEP:
            if self._resting is not None:
                self._resting.stop()  # it would keep what is in the fields then: nothing
                self._resting = None
            await self.keep_draft()
            self._clear()
            return True
        if answer == form_dialogs.DISCARD:
            await self._end_draft()
            self._clear()
            return True
        return False

    def do_back(self) -> Any:
        return self._back()

    async def _back(self) -> None:
        if await self.may_leave():
            self.workstation.back()

    def action_go(self, key: str) -> None:
        self.act(self._go_after_leaving(key))

    async def _go_after_leaving(self, key: str) -> None:
        if await self.may_leave():
            super().action_go(key)

    async def do_next_record(self) -> None:
        await self._step(1)

    async def do_previous_record(self) -> None:
        await self._step(-1)

    async def _step(self, by: int) -> None:
        if self._walk is None or not await self.may_leave():
            self.say("There is no other record that way.", "$warning")
            return
        key = await self._walk.step(by)
        if key is None:
            self.say("There is no other record that way.", "$warning")
            return
        self._leave_record()
        self.key, self._field = key, ""
        await self._read()
