"""Saved views: one's own and shared, and what they stand for in the queue."""

import pytest

from rcm_tui.data.actor import Actor
from rcm_tui.data.personal.views import (
    LONGEST_TITLE,
    ViewRefused,
    delete_view,
    find_view,
    save_view,
    saved_views,
    view_name,
)
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.language import FilterError
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Order, View, Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.personal import SavedView
from tests.practice_builder import BILLER, NOW, TODAY, small_practice

OTHER = Actor("omar", "Omar Haddad", "biller")


def save(store: Store, title: str, actor: Actor = BILLER, **options: object) -> View:
    with store.work(actor, NOW) as work:
        return save_view(work, CLAIMS, title, **options)


def names(store: Store, login: str = "maria") -> list[str]:
    return [one.view.name for one in saved_views(store.database, CLAIMS, login)]


def test_a_saved_view_is_its_declared_view_with_a_filter_order_and_columns(store: Store) -> None:
    practice = small_practice()
    practice.add_claim(billed=50000)
    small, big = practice.add_claim(billed=20000), practice.add_claim(billed=90000)
    practice.add_claim(billed=90000, status="Submitted")
    save(
        store,
        "Drafts over 100!",
        on="draft",
        filter="billed>100 -billed:500",
        order=Order.by("-billed"),
        columns=["billed", "patient"],
    )
    view = find_view(store.database, CLAIMS, "maria", "drafts_over_100")
    assert view.title == "Drafts over 100!"
    assert view.columns == ("billed", "patient")
    pages = QueuePages(store.database, CLAIMS, Viewer(TODAY, "maria"), view=view)
    assert pages.page().keys == (big.id, small.id)


def test_a_view_on_a_saved_view_keeps_both_filters(store: Store) -> None:
    save(store, "Big", on="draft", filter="billed>100 | billed:7", shared=True)
    view = save(store, "Big and late", OTHER, on="big", filter="age>60")
    assert view.condition == CLAIMS.view("draft").condition
    assert view.filter == "(billed>100 | billed:7) (age>60)"
    assert view.order == CLAIMS.view("draft").order


def test_the_same_title_again_changes_the_view(store: Store) -> None:
    save(store, "Mine", filter="billed>100")
    save(store, "mine", filter="billed>200", shared=True)
    (one,) = saved_views(store.database, CLAIMS, "maria")
    assert (one.view.title, one.view.filter, one.shared) == ("mine", "billed>200", True)


def test_shared_views_are_seen_by_all_and_personal_ones_by_one(store: Store) -> None:
    save(store, "Private")
    save(store, "Shared", shared=True)
    assert names(store) == ["private", "shared"]
    assert names(store, "omar") == ["shared"]
    with pytest.raises(KeyError, match="has no view 'private'"):
        find_view(store.database, CLAIMS, "omar", "private")


def test_one_s_own_view_hides_a_shared_one_of_the_name(store: Store) -> None:
    save(store, "Work", shared=True, filter="billed>1")
    save(store, "Work", OTHER, filter="billed>2")
    assert find_view(store.database, CLAIMS, "omar", "work").filter == "billed>2"
    assert find_view(store.database, CLAIMS, "maria", "work").filter == "billed>1"


def test_two_people_cannot_share_views_of_one_name(store: Store) -> None:
    save(store, "Work", shared=True)
    with pytest.raises(ViewRefused, match="maria shares a view 'WORK' already"):
        save(store, "WORK", OTHER, shared=True)
    save(store, "Work", OTHER)
    with pytest.raises(ViewRefused):
        save(store, "Work", OTHER, shared=True)
    assert not SavedView.get(SavedView.login == "omar").shared


@pytest.mark.parametrize(
    ("title", "options", "error", "sentence"),
    [
        ("  !! ", {}, ViewRefused, "letters or figures"),
        ("Draft", {}, ViewRefused, "has a view 'Draft' of its own"),
        ("x", {"filter": "blled>1"}, FilterError, "did you mean 'billed'"),
        ("x", {"filter": "billed>lots"}, FilterError, "not an amount"),
        ("x", {"columns": ["ssn"]}, KeyError, "no column 'ssn'"),
        ("x", {"order": Order.by("-ssn")}, KeyError, "no column 'ssn'"),
        ("x", {"on": "nothing"}, KeyError, "no view 'nothing'"),
    ],
)
def test_what_cannot_be_a_view_is_a_sentence(
    store: Store, title: str, options: dict[str, object], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        save(store, title, **options)
    assert names(store) == []


def test_a_title_is_plain_and_short(store: Store) -> None:
    view = save(store, "[@click=app.quit]\x1b[31m" + "x" * 100)
    assert len(view.title) == LONGEST_TITLE
    assert "\x1b" not in view.title
    assert view_name("Été – late!") == "été_late"


def test_order_and_columns_that_are_gone_are_left_out(store: Store) -> None:
    save(store, "Old", columns=["billed"], order=Order.by("billed"))
    SavedView.update(columns="gone billed", ordering="-gone -billed", view="gone").execute()
    view = find_view(store.database, CLAIMS, "maria", "old")
    assert view.columns == ("billed",)
    assert view.order == Order.by("-billed")
    assert view.condition == ""


def test_only_one_s_own_view_can_be_deleted(store: Store) -> None:
    save(store, "Shared", shared=True)
    with store.work(OTHER, NOW) as work:
        assert not delete_view(work, CLAIMS, "shared")
    assert names(store) == ["shared"]
    with store.work(BILLER, NOW) as work:
        assert delete_view(work, CLAIMS, "shared")
    assert names(store) == []
    actions = [record.action for record in AuditRecord.select().order_by(AuditRecord.id)]
    assert actions == ["view saved", "view deleted"]


def test_a_person_can_have_many_views_but_not_without_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rcm_tui.data.personal.views.MOST_VIEWS", 2)
    save(store, "One")
    save(store, "Two")
    with pytest.raises(ViewRefused, match="you have 2 views of Claims already"):
        save(store, "Three")
    save(store, "Two", filter="billed>1")
