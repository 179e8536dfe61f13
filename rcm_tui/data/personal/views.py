"""Saved views: a part of a queue that somebody named, for themselves or for everybody."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.plain import plain
from rcm_tui.data.queues.queue import Order, Queue, View, Viewer
from rcm_tui.data.tables.personal import SavedView
from rcm_tui.data.work import Work

LONGEST_TITLE = 40
MOST_VIEWS = 100  # of one person in one queue; ours, far above what a menu can show

_SQL = (
    "SELECT name, title, login, shared, view, filter_text, ordering, columns FROM saved_view"
    " WHERE queue = ? AND (login = ? OR shared = 1) ORDER BY lower(title), id"
)


class ViewRefused(ValueError):
    """A view that cannot be saved so; the text is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class PersonalView:
    """A saved view, whose it is, and the part of the queue that it stands for."""

    view: View
    login: str
    shared: bool


def saved_views(database: Database, queue: Queue, login: str) -> list[PersonalView]:
    """One's own views and those shared by others, by title.

    One's own hides a shared one of the same name. Order and columns that the queue no longer has
    are left out.
    """
    found: dict[str, PersonalView] = {}
    for name, title, owner, shared, base, text, ordering, columns in read_rows(
        database, _SQL, queue.name, login
    ):
        if name not in found or owner == login:
            view = _view(queue, name, title, base, text, ordering, columns)
            found[name] = PersonalView(view, owner, bool(shared))
    return list(found.values())


def find_view(database: Database, queue: Queue, login: str, name: str) -> View:
    """The declared or saved view of this name. Raises KeyError with a sentence."""
    declared = {view.name: view for view in queue.views}
    if name in declared:
        return declared[name]
    saved = {one.view.name: one.view for one in saved_views(database, queue, login)}
    if name in saved:
        return saved[name]
    near = difflib.get_close_matches(name, [*declared, *saved], 1, 0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join([*declared, *saved])}."
    raise KeyError(f"The queue {queue.name} has no view '{name}'; {hint}")


def save_view(
    work: Work,
    queue: Queue,
    title: str,
    *,
    on: str = "",
    filter: str = "",
    order: Order | None = None,
    columns: Sequence[str] = (),
    shared: bool = False,
) -> View:
    """Saves what is seen under a title; the same title again changes the view of that name.

    `on` is the view that the filter was typed upon: a declared one, or a saved one, whose filter
    then counts too. Raises ViewRefused, FilterError for the filter, KeyError for view or columns.
    """
    title = plain(title, LONGEST_TITLE)
    name = view_name(title)
    if not name:
        raise ViewRefused("a view needs a title with letters or figures")
    if any(name == view.name for view in queue.views):
        raise ViewRefused(f"the queue {queue.name} has a view '{title}' of its own: choose another")
    base, filter = _unfolded(work, queue, on, filter)
    _refuse_bad_filter(work, queue, filter)
    for column in (*columns, *(term for term, _ in (order.terms if order else ()))):
        queue.column(column)
    mine = SavedView.get_or_none(
        SavedView.queue == queue.name, SavedView.login == work.actor.login, SavedView.name == name
    )
    if shared:
        _refuse_taken(work, queue, name, title)
    if mine is None:
        _refuse_too_many(work, queue)
        mine = SavedView(queue=queue.name, login=work.actor.login, name=name)
    mine.title, mine.view, mine.filter_text = title, base, filter
    mine.ordering, mine.columns = str(order or ""), " ".join(columns)
    mine.shared, mine.saved_at = shared, work.now
    mine.save()
    work.record("view saved", mine, queue=queue.name, name=name, filter=filter, shared=shared)
    return _view(queue, name, title, base, filter, mine.ordering, mine.columns)


def rename_view(work: Work, queue: Queue, name: str, title: str) -> View:
    """Gives a view of one's own another title. Raises ViewRefused, KeyError when there is none."""
    title = plain(title, LONGEST_TITLE)
    new = view_name(title)
    mine = SavedView.get_or_none(
        SavedView.queue == queue.name, SavedView.login == work.actor.login, SavedView.name == name
    )
    if mine is None:
        raise KeyError(f"You have no view '{name}' in the queue {queue.name}.")
    if not new:
        raise ViewRefused("a view needs a title with letters or figures")
    if any(new == view.name for view in queue.views):
        raise ViewRefused(f"the queue {queue.name} has a view '{title}' of its own: choose another")
    if new != name and SavedView.get_or_none(
        SavedView.queue == queue.name, SavedView.login == work.actor.login, SavedView.name == new
    ):
        raise ViewRefused(f"you have a view '{title}' already: choose another title")
    if mine.shared:
        _refuse_taken(work, queue, new, title)
    work.record("view renamed", mine, queue=queue.name, name=[name, new])
    mine.name, mine.title, mine.saved_at = new, title, work.now
    mine.save()
    return _view(queue, new, title, mine.view, mine.filter_text, mine.ordering, mine.columns)


def delete_view(work: Work, queue: Queue, name: str) -> bool:
    """Deletes a view of one's own; of a shared one that is not one's own, nothing happens."""
    view = SavedView.get_or_none(
        SavedView.queue == queue.name, SavedView.login == work.actor.login, SavedView.name == name
    )
    if view is None:
        return False
    work.record("view deleted", view, queue=queue.name, name=name, shared=view.shared)
    view.delete_instance()
    return True


def view_name(title: str) -> str:
    """The name of a view by its title: `my_late_ones` of "My late ones!"."""
    return re.sub(r"\W+", "_", title.lower()).strip("_")


def _view(
    queue: Queue, name: str, title: str, base: str, text: str, ordering: str, columns: str
) -> View:
    below = next((view for view in queue.views if view.name == base), View("", ""))
    known = {column.name for column in queue.columns}
    terms = [term for term in ordering.split() if term.lstrip("-") in known]
    return replace(
        below,
        name=name,
        title=title,
        filter=_both(below.filter, text),
        order=Order.by(*terms) if terms else below.order,
        columns=tuple(column for column in columns.split() if column in known) or below.columns,
        description="",
    )


def _unfolded(work: Work, queue: Queue, on: str, filter: str) -> tuple[str, str]:
    """The declared view that a view stands on in the end, and the filters on the way there."""
    if not on or any(view.name == on for view in queue.views):
        return on, filter
    found = SavedView.get_or_none(
        SavedView.queue == queue.name,
        SavedView.name == on,
        (SavedView.login == work.actor.login) | (SavedView.shared == 1),
    )
    if found is None:
        raise KeyError(f"The queue {queue.name} has no view '{on}' of yours or shared.")
    return found.view, _both(found.filter_text, filter)


def _both(first: str, second: str) -> str:
    filters = [text for text in (first.strip(), second.strip()) if text]
    return filters[0] if len(filters) == 1 else " ".join(f"({text})" for text in filters)


def _refuse_bad_filter(work: Work, queue: Queue, filter: str) -> None:
    if filter.strip():
        from rcm_tui.data.queues.condition import compile_filter

        compile_filter(filter, queue, Viewer(work.today, work.actor.login))


def _refuse_taken(work: Work, queue: Queue, name: str, title: str) -> None:
    other = SavedView.get_or_none(
        SavedView.queue == queue.name, SavedView.name == name, SavedView.shared == 1
    )
    if other is not None and other.login != work.actor.login:
        raise ViewRefused(f"{other.login} shares a view '{title}' already: choose another title")


def _refuse_too_many(work: Work, queue: Queue) -> None:
    count = (
        SavedView.select()
        .where(SavedView.queue == queue.name, SavedView.login == work.actor.login)
        .count()
    )
    if count >= MOST_VIEWS:
        raise ViewRefused(f"you have {count} views of {queue.title} already: delete one first")
