"""What all screens have: the header, the line of sections, a body, a message and the footer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

from rcm_tui.data.admission import KeptOut
from rcm_tui.data.queues.pages import ReadingStopped
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.store import ConnectionLost, NotSaved
from rcm_tui.screens.actions import (
    Action,
    Keymap,
    Situation,
    action_named,
    actions_of,
    footer_of,
)
from rcm_tui.screens.places import ROOMS
from rcm_tui.screens.typed_ahead import ACTION
from rcm_tui.screens.words import moment_text
from rcm_tui.widgets.exact_compositor import ExactCompositor
from rcm_tui.widgets.key_line import KeyLine
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.line_picture import LinePicture
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.still import Still
from rcm_tui.widgets.tab_line import TabLine
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.app import Workstation

SECTIONS = (
    ("1", "home", "Home"),
    ("2", "charges", "Charges"),
    ("3", "claims", "Claims"),
    ("4", "cases", "Cases"),
    ("5", "remittances", "Remittances"),
    ("6", "clients", "Clients"),
    ("7", "invoices", "Invoices"),
    ("8", "reports", "Reports"),
    ("9", "jobs", "Jobs"),
    ("0", "administration", "Admin"),
)
NARROW = 100


class Frame(Screen[None]):
    """A screen of the workstation. `area` names it in the table of actions."""

    BLANK = True  # what is on it covers it whole
    area: ClassVar[str] = ""
    section: str = ""

    DEFAULT_CSS = """
    Frame { background: $background; color: $foreground; }
    Frame > #banner { background: $error; color: $background; text-style: bold; }
    Frame > #header { color: $text-muted; }
    Frame > #body { height: 1fr; border-top: solid $panel; }
    Frame > #message { color: $foreground; }
    Frame > #footer { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"go('{key}')", show=False) for key in "1234567890"),
    ]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compositor = ExactCompositor()
        self._role = ""
        """The person's role when it was shown last."""

    def compose(self) -> ComposeResult:
        for action in actions_of(self.area):
            for key in self.keymap.chosen.get(action.name, ()):
                self._bindings.bind(key, f"act('{key}')", show=False)
        yield Line(id="header")
        yield TabLine(id="sections")
        with Still(id="body"):
            yield from self.body()
        yield Line(id="message")
        yield KeyLine(id="footer")

    def body(self) -> ComposeResult:
        """What is between the sections and the message."""
        yield from ()

    # -- what the app tells -----------------------------------------------------------------

    @property
    def workstation(self) -> Workstation:
        return cast("Workstation", self.app)

    @property
    def keymap(self) -> Keymap:
        return self.workstation.keymap

    def on_mount(self) -> None:
        self.refresh_header()
        self.refresh_footer()

    def on_screen_resume(self) -> None:
        another = self._role not in ("", self.workstation.actor.role)
        self.refresh_header()
        if another:
            self.refresh_footer()
        self.workstation.refresh_stale(self, at_once=True)

    def on_screen_suspend(self) -> None:
        if self.left_for_another:
            # Drawn lines take more room than their text, and are drawn again in no time.
            for widget in self.walk_children(Widget):
                widget._styles_cache.clear()
                if isinstance(widget, LinePicture):
                    widget.forget_strips()

    @property
    def left_for_another(self) -> bool:
        """Whether another screen of the workstation is shown; a dialog over this one is none."""
        return isinstance(self.app.screen, Frame) and self.app.screen is not self

    def on_resize(self) -> None:
        self.refresh_header()

    def refresh_data(self) -> None:
        """Reads again what the screen shows; the cursor stays where it is."""

    def others_changed(self) -> None:
        """The same when others have changed something; what is dear to read may come later."""
        self.refresh_data()

    def done_with(self) -> None:
        """Called when an action has changed what it worked on: reads again what is shown."""
        self.refresh_data()

    def others_came_or_went(self) -> None:
        """The same when others have opened or left records; only forms show who."""

    def refresh_runs(self) -> None:
        """The same where only the worker's runs are others; most screens do not show them."""

    # -- lines ------------------------------------------------------------------------------

    def refresh_header(self) -> None:
        app = self.workstation
        narrow = app.size.width < NARROW
        demo = " · demo practice" if app.store.is_demo else ""
        left = written(("rcm  ", "bold $secondary"), app.store.practice_name, (demo, "$warning"))
        self.query_one("#header", Line).show(left, self._right(narrow))
        self._role = app.actor.role
        self._show_banner()
        tabs = [(name, f"{key} {title}") for key, name, title in SECTIONS]
        self.query_one("#sections", TabLine).show(tabs, self.section)

    def _show_banner(self) -> None:
        actor, shown = self.workstation.actor, self.query("#banner")
        if actor.emergency_until is None:
            shown.set(display=False)
            return
        from rcm_tui.screens.emergencies import banner

        content = banner(actor, self.workstation.clock())
        if shown:
            shown.set(display=True)
            shown.only_one(Line).show(content)
        else:
            self.mount(Line(content, id="banner"), before="#header")

    def _right(self, narrow: bool) -> Content:
        app = self.workstation
        clock = sign("clock", ascii_wanted())
        zone = app.zone
        pieces = []
        if app.next_submission is not None:
            when = moment_text(app.next_submission, zone)[-5:]
            pieces.append(f"{clock} {when}" if narrow else f"{clock} next submission {when}")
        who = app.actor.login if narrow else f"{app.actor.login} · {app.actor.role}"
        pieces += [who, moment_text(app.clock(), zone)[-5:]]
        return written(("  " if narrow else "    ").join(pieces))

    def refresh_footer(self) -> None:
        self.query_one("#footer", KeyLine).show(footer_of(self.situation(), self.keymap))

    def say(self, words: str | Content = "", kind: str = "") -> None:
        """Puts a sentence above the footer; an empty one takes it away."""
        content = words if isinstance(words, Content) else written((words, kind))
        self.query_one("#message", Line).show(content if content.plain else EMPTY)

    @property
    def said(self) -> str:
        return self.query_one("#message", Line).text

    # -- actions ----------------------------------------------------------------------------

    def situation(self) -> Situation:
        """What the table of actions needs to know about this screen now."""
        return Situation(self.area, self.workstation.actor.role)

    def action_act(self, key: str) -> None:
        """Does what a key means now, or says why it does nothing."""
        situation = self.situation()
        refusals = []
        for action in actions_of(self.area):
            if key in self.keymap.keys_of(action):
                reason = action.why_not(situation)
                if not reason:
                    self.perform(action)
                    return
                refusals.append(reason)
        if refusals:
            self.say(refusals[0], "$warning")

    def perform(self, action: Action) -> None:
        """Does an action of the table; long ones go on in the background of the event loop."""
        self.say("")
        done = getattr(self, f"do_{action.name}")()
        if inspect.iscoroutine(done):
            self.act(done)

    def act(self, doing: Coroutine[Any, Any, None]) -> None:
        """Does what may ask something; keys typed meanwhile are for what it asks."""
        self.workstation.typed_ahead.hold(ACTION)
        self.run_worker(self._guarded(doing), group="action", exit_on_error=False)

    def background(self, group: str, work: Callable[[], Coroutine[Any, Any, Any]]) -> Worker[None]:
        """Reads something without making keys wait; newer work of a group replaces older."""

        async def guarded() -> None:
            try:
                await work()
            except ReadingStopped:
                pass
            except ConnectionLost as error:
                self.workstation.no_answer(error)
            except NotSaved as error:
                self.say(as_sentence(error), "$error")
            except Exception as error:
                self.say(f"This could not be read: {type(error).__name__}: {error}", "$error")

        reading: Any = guarded  # what Textual's own annotations refuse, it documents
        return self.run_worker(reading, group=group, exclusive=True, exit_on_error=False)

    async def _guarded(self, doing: Coroutine[Any, Any, None]) -> None:
        from rcm_tui.billing.outcome import Cancelled, Refused

        try:
            await doing
        except (Refused, KeptOut, NotSaved) as error:
            self.say(as_sentence(error) + _notes(error), "$error")
        except Cancelled:
            self.say("Stopped; nothing was changed.", "$warning")
        except Exception as error:
            told = f"That did not work: {type(error).__name__}: {error}"
            self.say(told + _notes(error), "$error")
            self.log.error(f"{type(error).__name__} in an action")
        finally:
            self.workstation.typed_ahead.release(ACTION)

    def action_go(self, key: str) -> None:
        name = next(name for k, name, _ in SECTIONS if k == key)
        if self.name in ROOMS.get(name, ()) and name == self.section:
            self.perform(action_named("lists"))
        else:
            self.workstation.go(name)

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        if event.tab_line.id == "sections":
            self.workstation.go(event.name)

    def do_back(self) -> None:
        self.workstation.back()

    async def do_keys(self) -> None:
        from rcm_tui.screens.key_sheet import KeySheet

        await self.workstation.ask(KeySheet(self))

    async def may_leave(self) -> bool:
        """Whether another screen may come; a form asks first when something would be lost."""
        return True

    async def do_lists(self) -> None:
        from rcm_tui.screens.rooms import choose_room

        await choose_room(self)

    async def do_find(self) -> None:
        from rcm_tui.screens.finder import find_anything

        await find_anything(self)

    async def do_tour(self) -> None:
        from rcm_tui.screens.tour import take_tour

        if await self.may_leave():
            await take_tour(self.workstation)

    async def do_theme(self) -> None:
        from rcm_tui.screens.looks import choose_theme

        await choose_theme(self)

    async def do_emergency(self) -> None:
        from rcm_tui.screens.emergencies import take_up

        await take_up(self)

    async def do_end_emergency(self) -> None:
        from rcm_tui.screens.emergencies import give_up

        await give_up(self)

    async def do_undo(self) -> None:
        from rcm_tui.screens.undoing import undo_last

        await undo_last(self)

    async def do_commands(self) -> None:
        from rcm_tui.screens.commands import choose_command

        await choose_command(self, everything=True)

    async def do_more(self) -> None:
        from rcm_tui.screens.commands import choose_command

        await choose_command(self, everything=False)


def _notes(error: Exception) -> str:
    return "".join(f" {note}" for note in getattr(error, "__notes__", ()))
