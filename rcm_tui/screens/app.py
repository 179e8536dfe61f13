"""The workstation: its screens, who works at it, and what it hears of the store."""

from __future__ import annotations

import asyncio
import datetime
import gc
import signal
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.events import Event, InputEvent, Key, MouseDown, MouseMove, Paste
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import ModalScreen, Screen

from rcm_tui.billing.outcome import Cancelled
from rcm_tui.billing.people.sessions import COVERED, UNCOVERED, record_session
from rcm_tui.data.actor import Actor
from rcm_tui.data.admission import KeptOut, admitted
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.records.pulse import Pulse, PulseReader, next_submission
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.store import ConnectionLost, NotSaved, Store
from rcm_tui.screens.actions import ACTIONS, Keymap
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.idle import Idle
from rcm_tui.screens.places import FORM, screen_named
from rcm_tui.screens.theme import LONG_DAY, OUR_THEMES, WithoutColour
from rcm_tui.screens.typed_ahead import ACTION, RECORD, ROWS, KeyPassed, TypedAhead

if TYPE_CHECKING:
    from rcm_tui.screens.record_screen import Walk

T = TypeVar("T")
Clock = Callable[[], datetime.datetime]

SECONDS_BETWEEN_LOOKS = 1.0
"""How often the store is asked whether something has changed (blueprint: within two seconds)."""

SECONDS_BETWEEN_WORKERS = 30.0
"""How often a worker beside us that died is replaced (ours)."""

OBJECTS_BEFORE_COLLECTING = 10_000
"""How many objects are made between two looks for garbage: a few pages of a queue (ours)."""


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Workstation(App[int]):
    """The program on screen. The event loop never touches the database: `read` and `change` do."""

    TITLE = "rcm"
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+c", "say_how_to_quit", show=False),
    ]

    def __init__(
        self,
        store: Store,
        actor: Actor,
        *,
        zone: ZoneInfo | None = None,
        clock: Clock = utc_now,
        theme: str = LONG_DAY.name,
        keymap: Keymap | None = None,
        tour: bool = False,
        export_folder: Path | None = None,
        import_folder: Path | None = None,
        edit_hours: int = 24,
        attachment_mb: int = 25,
        mail_sender: str = "",
        cover_minutes: int = 10,
        sign_out_minutes: int | None = None,
        emergency_minutes: int = 60,
        begin: str = "home",
        begin_at: int | None = None,
    ) -> None:
        super().__init__()
        self._wanted_theme = theme
        self.keymap = keymap or Keymap()
        self._tour = tour
        self._without_colour = [WithoutColour()] if self.no_color else []
        self.export_folder = export_folder or Path.home() / "rcm-tui-exports"
        self.import_folder = import_folder or Path.home() / "rcm-tui-imports"
        self.edit_hours = edit_hours
        """How long one's own entry on a timeline can be edited."""
        self.attachment_bytes = attachment_mb * 1_000_000
        self.mail_sender = mail_sender
        """Whom emails are from; empty where the practice has set no mail server."""
        self.store = store
        self.actor = actor
        self.clock = clock
        self.zone = zone or store.time_zone
        self.next_submission: datetime.datetime | None = None
        self.keep_worker: Callable[[], None] | None = None
        self.emergency_minutes = emergency_minutes
        """How long emergency access lasts at most."""
        self.idle = Idle(clock, cover_minutes, sign_out_minutes)
        self.covered = False
        """Whether the cover is down: what is on the screens does not reach the terminal then."""
        self._cover_at: Size | None = None
        self.ended = ""
        """Why the session ended, when it was not the person who quit."""
        self._begin = begin
        self._begin_at = begin_at
        self._trail: list[str] = [] if begin == "home" else ["home"]
        self._frames: dict[str, Frame] = {}
        self._pulse: Pulse | None = None
        self._seen: dict[Frame, Pulse | None] = {}
        self._pulse_reader = PulseReader(store)
        self._pulse_thread = ThreadPoolExecutor(1, thread_name_prefix="pulse")
        self._minute = ""
        self._answers = True
        """Whether the database did, when it was last asked."""
        self.session = uuid.uuid4().hex
        """Names this workstation among those that have records open."""
        self.typed_ahead = TypedAhead(self._give_key, self._move, self._keys_forgotten)

    # -- the store --------------------------------------------------------------------------

    @property
    def today(self) -> datetime.date:
        return self.store.today(self.clock())

    @property
    def viewer(self) -> Viewer:
        """Whose eyes the queues are read with."""
        return Viewer(self.today, self.actor.login, self.zone, self.actor.masked)

    async def read(self, function: Callable[..., T], *args: Any, **options: Any) -> T:
        """Runs a reading function on a thread."""
        return await self.store.run(function, *args, **options)

    async def change(self, function: Callable[..., T], *args: Any, **options: Any) -> T:
        """Runs `function(work, …)` on a thread, as one unit of work."""
        result: T = await self.store.run(self._as_work, function, args, options)
        await self.look(afresh=True)
        return result

    async def write(self, function: Callable[..., T], *args: Any, **options: Any) -> T:
        """The same for what no other screen shows: drafts, and who has what open."""
        return await self.store.run(self._as_work, function, args, options)

    async def change_with_progress(
        self, title: str, function: Callable[..., T], *args: Any, **options: Any
    ) -> T:
        """The same for long work that is done whole, with a bar and a way to stop.

        Raises what `function` does, Cancelled when it was stopped: then nothing was changed.
        """

        def working(progress: Callable[[int, int], None]) -> T:
            return self._as_work(function, args, {**options, "progress": progress})

        return await self.run_with_progress(title, working)

    async def change_in_steps(
        self, title: str, function: Callable[..., T], *args: Any, **options: Any
    ) -> T:
        """The same for long work in steps: what is done stays when it is stopped."""

        def working(progress: Callable[[int, int], None]) -> T:
            with self.store.work(self.actor, self.clock(), in_steps=True) as work:
                return function(work, *args, **options, progress=progress)

        return await self.run_with_progress(title, working, keeps=True)

    async def run_with_progress(
        self, title: str, working: Callable[[Callable[[int, int], None]], T], *, keeps: bool = False
    ) -> T:
        """The same for what begins its units of work by itself, such as an export.

        With `keeps`, what was done before an error stays done, and the error says so.
        """
        from rcm_tui.widgets.progress_dialog import Ended, ProgressDialog

        dialog = ProgressDialog(title, working, self.store.run, Cancelled, keeps=keeps)
        ended: Ended = await self.ask(dialog)
        await self.look(afresh=True)
        if ended.error is not None:
            if keeps and ended.done:
                ended.error.add_note(
                    f"{ended.done:,} of {ended.total:,} had been gone through: what was done of"
                    " them stays done, and u takes it back."
                )
            raise ended.error
        result: T = ended.result
        return result

    def _as_work(
        self, function: Callable[..., T], args: tuple[Any, ...], options: dict[str, Any]
    ) -> T:
        with self.store.work(self.actor, self.clock()) as work:
            return function(work, *args, **options)

    async def ask(self, dialog: Screen[Any]) -> Any:
        """Shows a dialog and waits for its answer. Keys typed ahead are for the dialog."""
        from rcm_tui.widgets.progress_dialog import ProgressDialog

        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await self.push_screen(dialog, answer.set_result)
        if not isinstance(dialog, ProgressDialog):
            # Only then has it given the focus to its first field.
            dialog.call_after_refresh(self.typed_ahead.release, ACTION)
        return await answer

    def pop_screen(self) -> AwaitComplete:
        # What follows a dialog comes up a moment later; its keys may be typed already.
        from rcm_tui.widgets.progress_dialog import ProgressDialog

        if isinstance(self.screen, ModalScreen) and not isinstance(self.screen, ProgressDialog):
            self.typed_ahead.hold(ACTION)
        self.typed_ahead.done()  # nothing more is heard of it from a screen that goes
        return super().pop_screen()

    async def on_event(self, event: Event) -> None:
        if isinstance(event, InputEvent | Paste) and not event.is_forwarded:
            if self.covered:
                if isinstance(event, Key | MouseDown):
                    self._uncover()
                return  # what is under the cover gets nothing of it
            if not isinstance(event, MouseMove):
                self.idle.key()
        if isinstance(event, Key) and not event.is_forwarded:
            if self.typed_ahead.take(event):
                await self._give_key(event)
        else:
            await super().on_event(event)

    async def _give_key(self, key: Key) -> None:
        await super().on_event(key)
        # A key that a field has used up does not come back here; all others do (`on_key`).
        if self.screen.focused is not None:
            # Behind the key in the field's own line: `call_next` may come before it.
            self.screen.focused.call_later(self._used, key)

    def _move(self, key: str, times: int) -> bool:
        """Moves in the list that has the focus, without the key's way through all above it."""
        move = getattr(self.screen.focused, "move_by_key", None)
        return move is not None and self.app_focus and bool(move(key, times))

    def _keys_forgotten(self) -> None:
        self.bell()
        self.say_here("This took long: what you typed meanwhile was not used. Type it again.")

    def _used(self, key: Key) -> None:
        if key._stop_propagation:
            self._passed(key)

    def on_key(self, event: Key) -> None:
        self.call_next(self._passed, event)

    def _passed(self, key: Key) -> None:
        """A key has been heard; it is done when what it told on its way up has been heard too."""
        if not (self.screen.focused or self.screen).post_message(KeyPassed(key)):
            self.typed_ahead.done(key)

    def on_key_passed(self, event: KeyPassed) -> None:
        self.typed_ahead.done(event.key)

    def get_line_filters(self) -> Sequence[LineFilter]:
        # Textual's own answer to NO_COLOR is shades of grey, and those are colours too.
        return self._without_colour or super().get_line_filters()

    # -- start and end ----------------------------------------------------------------------

    def on_mount(self) -> None:
        for theme in OUR_THEMES.values():
            self.register_theme(theme)
        self.theme = self._wanted_theme if self._wanted_theme in OUR_THEMES else LONG_DAY.name
        first = self.frame(self._begin)
        if self._begin_at is not None:
            from rcm_tui.screens.queue_screen import QueueScreen

            assert isinstance(first, QueueScreen)
            first.want("all", key=self._begin_at)
        self.push_screen(first)
        # A line that is cut, or a stop from outside, ends it as quitting does.
        for number in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._cut_off)
        self.set_interval(SECONDS_BETWEEN_LOOKS, self._each_second)
        if self.keep_worker is not None:
            self.set_interval(SECONDS_BETWEEN_WORKERS, self.keep_worker)

    def on_ready(self) -> None:
        # What is there now stays: the collector need not walk it again (a page of a queue in
        # 14 ms instead of 36).
        self.set_timer(1.0, _freeze)
        self.call_later(self.look)
        if self.keep_worker is not None:
            self.call_after_refresh(self.keep_worker)  # the first picture need not wait for it
        if self._tour and self._begin == "home":
            self.frame("home").perform(next(a for a in ACTIONS if a.name == "tour"))

    async def action_quit(self) -> None:
        await self._say_gone()
        await super().action_quit()

    async def _say_gone(self) -> None:
        if any(name.startswith(FORM) for name in self._frames):
            from rcm_tui.data.personal.presence import gone

            # What was open here is open no longer; whoever is killed is gone within a minute.
            with suppress(Exception):
                await self.write(gone, self.session)

    def on_unmount(self) -> None:
        self.typed_ahead.close()
        self._pulse_thread.shutdown(wait=True, cancel_futures=True)
        self._pulse_reader.close()

    def action_say_how_to_quit(self) -> None:
        if isinstance(self.screen, Frame):
            self.screen.say("ctrl+q quits.")

    # -- screens ----------------------------------------------------------------------------

    def frame(self, name: str) -> Frame:
        """The screen of a section, made when it is first wanted and kept from then on."""
        if name not in self._frames:
            frame = screen_named(name)
            self._frames[name] = frame
            self.install_screen(frame, name)
        return self._frames[name]

    def go(self, name: str, view: str = "", filter: str = "", key: int | None = None) -> None:
        """Shows a section, in one of its views and with the cursor on a record if named."""
        from rcm_tui.screens.queue_screen import QueueScreen

        frame = self.frame(name)
        while len(self.screen_stack) > 2:
            self.pop_screen()
        here = self.screen_stack[-1]
        if here is not frame:
            if here.name:
                self._trail = [*(n for n in self._trail if n != here.name), here.name]
            self.switch_screen(frame)
        if isinstance(frame, QueueScreen):
            if frame.pages is None:
                self.typed_ahead.hold(ROWS, once=True)
            if view:
                frame.want(view, filter, key)

    def back(self) -> None:
        """Where one came from: the queue below a record, else the section before."""
        if len(self.screen_stack) > 2:
            self.pop_screen()
        elif self._trail:
            self.switch_screen(self.frame(self._trail.pop()))

    def open_record(self, name: str, key: int, walk: Walk | None = None, part: str = "") -> None:
        """Shows a record, such as a claim, over what it was opened from, and at a part of it.

        `name` is that of its screen (`places.SCREENS`); `walk` leads to the records beside it.
        """
        from rcm_tui.screens.record_screen import RecordScreen

        screen = self.frame(name)
        assert isinstance(screen, RecordScreen)
        # One screen shows all records of a kind: where it lies below, what is above it goes.
        above = self.screen_stack[::-1].index(screen) if screen in self.screen_stack else 0
        for _ in range(above):
            self.pop_screen()
        self.typed_ahead.hold(RECORD, once=True)
        screen.want(key, walk)
        screen.part = part or screen.part
        if self.screen is not screen:
            self.push_screen(screen)

    def opened(self, subject: str, key: int, title: str) -> None:
        """Keeps that the person has opened a record; the screen does not wait."""
        from rcm_tui.data.personal.recents import opened

        kept = self.store.run(self._as_work, opened, (subject, key, title), {})
        self.run_worker(kept, group="remember", exit_on_error=False)

    def open_form(self, kind: str, key: int, **wanted: Any) -> None:
        """Shows the form of a record over what it was opened from; see FormScreen.want."""
        from rcm_tui.screens.form_screen import FormScreen

        screen = self.frame(FORM + kind)
        assert isinstance(screen, FormScreen)
        if screen in self.screen_stack and screen is not self.screen:
            self.say_here("This kind of record is open below already: go back to it.")
            return
        self.typed_ahead.hold(RECORD, once=True)
        screen.want(key, **wanted)
        if self.screen is not screen:
            self.push_screen(screen)

    def say_here(self, sentence: str) -> None:
        """Says something on the screen that is shown now, or as soon as it is there."""
        if self.is_running and isinstance(screen := self.screen, Frame):
            if screen.is_mounted:
                screen.say(sentence, "$warning")
            else:
                screen.call_after_refresh(screen.say, sentence, "$warning")

    # -- nobody is here ---------------------------------------------------------------------

    async def _each_second(self) -> None:
        self._look_at_idle()
        await self.look()

    def _look_at_idle(self) -> None:
        from rcm_tui.widgets.progress_dialog import ProgressDialog

        if any(isinstance(screen, ProgressDialog) for screen in self.screen_stack):
            self.idle.working()
        if self.idle.sign_out_due and not self.ended:
            minutes = self.idle.sign_out_minutes
            self.run_worker(
                self.end_session(
                    f"after {minutes} idle minutes",
                    f"You were signed out after {minutes} minutes without a key. What you typed"
                    " into forms is kept as drafts.",
                ),
                group="end",
            )
        elif self.idle.cover_due and not self.covered:
            self._cover()

    def _cover(self) -> None:
        self.covered, self._cover_at = True, None
        self._display(self.screen, None)
        self._record_session(COVERED)

    def _uncover(self) -> None:
        self.covered = False
        self.idle.key()
        self._display(self.screen, self.screen._compositor.render_update(full=True))
        self._record_session(UNCOVERED)
        self.call_later(self.look)

    def _record_session(self, event: str) -> None:
        self.run_worker(self.write(record_session, event), group="session", exit_on_error=False)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        # Everything that reaches the terminal passes here; what is below a cover never does.
        if self.covered:
            if self._batch_count or self._cover_at == self.size:
                return
            from rich.style import Style

            from rcm_tui.screens.cover import cover_lines, cover_update

            self._cover_at = size = self.size
            idle = self.idle
            lines = cover_lines(size, idle.cover_minutes, idle.sign_out_minutes)
            style = Style() if self.no_color else screen.rich_style
            renderable = cover_update(lines, size, style)
        super()._display(screen, renderable)

    async def end_session(self, reason: str, sentence: str) -> None:
        """Ends the program for who did not quit; what is typed into forms is kept as drafts.

        `reason` goes on record, `sentence` is what the terminal shows afterwards.
        """
        from rich.text import Text

        self.ended = reason
        self.actor = replace(self.actor, leaving=True)
        await self._keep_drafts()
        await self._say_gone()
        self.exit(0, message=Text(sentence))

    def _cut_off(self) -> None:
        self.run_worker(self._end_cut_off(), exit_on_error=False)

    async def _end_cut_off(self) -> None:
        with suppress(Exception):  # a store that is held does not keep a dead terminal here
            await asyncio.wait_for(self._keep_drafts(), 5.0)
        self.exit(1)

    async def _keep_drafts(self) -> None:
        from rcm_tui.screens.form_screen import FormScreen

        for form in [s for s in self.screen_stack if isinstance(s, FormScreen)]:
            with suppress(Exception):  # it ends all the same; a draft is kept at every rest, too
                await form.widget.finish()
                await form.keep_draft()

    # -- other people's changes -------------------------------------------------------------

    async def look(self, *, afresh: bool = False) -> None:
        """Asks whether the store has changed, and lets the screen read again what it shows.

        `afresh` after a change of one's own: what PostgreSQL tells of it may come later.
        """
        loop = asyncio.get_running_loop()
        read = partial(self._pulse_reader.read, afresh)
        try:
            pulse = await loop.run_in_executor(self._pulse_thread, self.store.connected, read)
            if pulse != self._pulse:
                self.next_submission = await self.read(next_submission)
        except RuntimeError:  # the thread is gone: the program is ending
            return
        except ConnectionLost as error:
            self.no_answer(error)
            return
        if not self._answers:
            self._answers = True
            self.say_here("The database answers again.")
        until = self.actor.emergency_until
        if pulse != self._pulse or (until is not None and until <= self.clock()):
            await self._admit()
        if self.covered:
            return  # what is below the cover is read again when it is lifted
        before, self._pulse = self._pulse, pulse
        if shown := self._shown_frames():
            frame = shown[-1]
            if pulse != before:
                frame.refresh_header()
            if before is None:
                self._seen[frame] = pulse  # it has just been read
            elif pulse is not before:
                self.refresh_stale(frame)
        self._tick()

    async def _admit(self) -> None:
        """Takes over what became of the person's rights; ends the session of who is kept out."""
        before = self.actor
        try:
            if before.emergency_until is not None and before.emergency_until <= self.clock():
                from rcm_tui.billing.people.emergency import end_lapsed

                await self.write(end_lapsed)
            self.actor = await self.read(admitted, self.store.database, before, self.clock())
        except KeptOut as error:
            if not self.ended:
                told = f"{as_sentence(error)} What you typed into forms is kept as drafts."
                await self.end_session("kept out", told)
            return
        except (NotSaved, RuntimeError):
            return  # no answer, or the end: what is written is asked again by itself
        if self.actor == before:
            return
        for frame in self._shown_frames():
            frame.refresh_header()
            frame.refresh_footer()
        if self.actor.role != before.role:
            self.say_here(f"You are {self.actor.role} from now on.")
        elif before.emergency is not None and self.actor.emergency is None:
            self.say_here("Emergency access has ended.")

    def no_answer(self, error: ConnectionLost) -> None:
        """Says that the database does not answer; `look` says when it does again."""
        self._answers = False
        self.say_here(f"{str(error).capitalize()}.")

    def refresh_stale(self, frame: Frame, at_once: bool = False) -> None:
        """Lets a screen read again what has changed since it last did; all of it `at_once`."""
        before = self._seen.get(frame)
        self._seen[frame] = self._pulse
        if before is None or self._pulse is None:
            return
        if before.records != self._pulse.records:
            frame.refresh_data() if at_once else frame.others_changed()
        elif before.runs != self._pulse.runs:
            frame.refresh_runs()
        if before.present != self._pulse.present:
            frame.others_came_or_went()

    def _tick(self) -> None:
        minute = self.clock().strftime("%H:%M")
        if minute != self._minute:
            self._minute = minute
            for frame in self._shown_frames():
                frame.refresh_header()

    def _shown_frames(self) -> list[Frame]:
        if not self.is_running:  # what was read comes when the program has ended
            return []
        # One that has just been pushed is not composed yet; it reads for itself when it is.
        return [s for s in self.screen_stack if isinstance(s, Frame) and s.is_mounted]


def _freeze() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING)
    gc.enable()
