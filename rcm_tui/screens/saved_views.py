"""The views of a queue on screen: choosing one, saving what is seen, renaming and deleting."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.data.personal.views import (
    LONGEST_TITLE,
    PersonalView,
    ViewRefused,
    delete_view,
    rename_view,
    save_view,
    saved_views,
)
from rcm_tui.data.queues.pages import QueuePages, Reading
from rcm_tui.data.queues.queue import View
from rcm_tui.data.sentences import as_sentence
from rcm_tui.screens.actions import READERS
from rcm_tui.screens.confirm import Confirm
from rcm_tui.widgets.chooser import Chooser, Option
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry, Toggle
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.queue_screen import QueueScreen

COUNT_CAP = 100_001
RENAME, DELETE = "rename", "delete"


class ViewDialog(Dialog["tuple[str, bool] | None"]):
    """A title for a view, and whether everybody has it. `shared` None does not ask that."""

    def __init__(
        self, heading: str, seen: str, title: str, shared: bool | None, problem: str
    ) -> None:
        super().__init__(heading)
        self._seen = seen
        self._view_title = title
        self._shared = shared
        self._wrong = problem

    def parts(self) -> ComposeResult:
        yield Line(written((self._seen, "$text-muted")))
        with Horizontal(classes="row"):
            yield Static("Title", classes="label", markup=False)
            yield Entry(self._view_title, placeholder="late at BCBS", max_length=LONGEST_TITLE)
        if self._shared is not None:
            yield Toggle("Share it with everybody", self._shared)

    def keys(self) -> list[tuple[str, str]]:
        share = [("tab", "share")] if self._shared is not None else []
        return [("enter", "save"), *share, ("esc", "cancel")]

    def on_mount(self) -> None:
        self.problem(self._wrong)

    def action_accept(self) -> None:
        title = self.query_one(Entry).value.strip()
        if not title:
            self.problem("A view needs a title.")
            return
        shared = self._shared is not None and self.query_one(Toggle).value
        self.dismiss((title, shared))


class ViewChooser(Chooser):
    """Chooses a view; one's own can be renamed and deleted here. Gives (what, name)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", f"change('{RENAME}')", show=False),
        Binding("f8", f"change('{DELETE}')", show=False),
    ]

    def __init__(
        self, title: str, options: Sequence[Option], chosen: str, own: Sequence[str]
    ) -> None:
        super().__init__(title, options, chosen)
        self._own = own

    def keys(self) -> list[tuple[str, str]]:
        change = [("f2", "rename"), ("f8", "delete")] if self._own else []
        return [("enter", "choose"), *change, ("esc", "cancel")]

    def action_change(self, what: str) -> None:
        key: Any = self.chosen_key
        if key in self._own:
            self.dismiss((what, key))
        else:
            self.problem(f"Only views that you saved can be {what}d.")


async def choose_view(screen: QueueScreen) -> None:
    """Shows the views with how many each holds, and what is chosen; again after a change."""
    app, queue = screen.workstation, screen.queue
    while True:
        saved = await app.read(saved_views, app.store.database, queue, app.actor.login)
        views = {view.name: view for view in (*queue.views, *(one.view for one in saved))}
        own = [one.view.name for one in saved if one.login == app.actor.login]
        options = [Option(view.name, view.title, "…") for view in queue.views]
        options += [Option(one.view.name, _title(one, app.actor.login), "…") for one in saved]
        dialog = ViewChooser(f"Views of {queue.title.lower()}", options, screen.view.name, own)
        counting = Reading()
        work = partial(_count, screen, dialog, list(views.values()), counting)
        counter = screen.background("views", work)
        answer = await app.ask(dialog)
        counting.stop()
        counter.cancel()
        if answer is None:
            return
        what, name = answer if isinstance(answer, tuple) else ("", answer)
        if what == RENAME:
            await _rename(screen, views[name])
        elif what == DELETE:
            await _delete(screen, next(one for one in saved if one.view.name == name))
        else:
            screen.show_view(views[name], screen.filter)
            return


async def _count(
    screen: QueueScreen, dialog: Chooser, views: Sequence[View], counting: Reading
) -> None:
    app = screen.workstation
    counts: dict[str, str] = {}
    for view in views:
        pages = await app.read(
            QueuePages,
            app.store.database,
            screen.queue,
            app.viewer,
            view=view,
            filter=screen.seen_filter,
        )
        count = await app.read(pages.count_capped, COUNT_CAP, reading=counting)
        counts[view.name] = f"{count:,}" if count < COUNT_CAP else f"{COUNT_CAP - 1:,}+"
        if dialog.is_attached:
            dialog.later(counts)


async def save_what_is_seen(screen: QueueScreen) -> None:
    """Saves view, filter, order and columns under a title; the same title changes that view."""
    app, queue, pages = screen.workstation, screen.queue, screen.pages
    assert pages is not None
    saved = await app.read(saved_views, app.store.database, queue, app.actor.login)
    mine = next(
        (o for o in saved if o.view.name == screen.view.name and o.login == app.actor.login), None
    )
    seen = " · ".join(
        part for part in (screen.view.title, pages.filter, f"by {pages.order}") if part
    )
    title, wrong = (mine.view.title if mine else ""), ""
    shared = None if app.actor.role in READERS else bool(mine and mine.shared)
    while True:
        answer = await app.ask(ViewDialog("Save this view", seen, title, shared, wrong))
        if answer is None:
            return
        title, share = answer
        try:
            view = await app.change(
                save_view,
                queue,
                title,
                on=screen.view.name,
                filter=pages.filter,
                order=pages.order,
                columns=screen.column_names,
                shared=share,
            )
        except ViewRefused as error:
            wrong, shared = as_sentence(error), share if shared is not None else None
            continue
        screen.show_view(view, "")
        screen.say(f"Saved as {view.title}; v finds it{' for everybody' if share else ''}.")
        return


async def _rename(screen: QueueScreen, view: View) -> None:
    app, title, wrong = screen.workstation, view.title, ""
    while True:
        answer = await app.ask(ViewDialog("Rename the view", view.title, title, None, wrong))
        if answer is None:
            return
        title = answer[0]
        try:
            new = await app.change(rename_view, screen.queue, view.name, title)
        except ViewRefused as error:
            wrong = as_sentence(error)
            continue
        if screen.view.name == view.name:
            screen.show_view(new, screen.filter)
        return


async def _delete(screen: QueueScreen, one: PersonalView) -> None:
    app, view = screen.workstation, one.view
    lost = "Everybody loses it; no record is touched." if one.shared else "No record is touched."
    if await app.ask(Confirm(f"Delete the view {view.title}", [lost], "delete the view")):
        await app.change(delete_view, screen.queue, view.name)
        if screen.view.name == view.name:
            screen.show_view(screen.queue.view(screen.queue.default_view), screen.filter)


def _title(one: PersonalView, login: str) -> str:
    if one.login != login:
        return f"{one.view.title}   shared by {one.login}"
    return f"{one.view.title}   {'yours, shared' if one.shared else 'yours'}"
