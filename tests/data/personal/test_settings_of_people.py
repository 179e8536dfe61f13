"""Columns, recent records, drafts, presence and holds: each person's own, and nobody's twice."""

import datetime

import pytest

from rcm_tui.data.actor import Actor
from rcm_tui.data.personal import drafts, holds, layouts, presence, recents
from rcm_tui.data.personal.layouts import ChosenColumn
from rcm_tui.data.personal.preferences import prefer, preferences
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.personal import ColumnLayout, OpenRecord, RecentRecord
from tests.practice_builder import BILLER, NOW, TODAY, small_practice

OTHER = Actor("omar", "Omar Haddad", "biller")


def later(seconds: float) -> datetime.datetime:
    return NOW + datetime.timedelta(seconds=seconds)


# -- columns --------------------------------------------------------------------------------


def keep_columns(store: Store, *chosen: ChosenColumn, actor: Actor = BILLER) -> None:
    with store.work(actor, NOW) as work:
        layouts.keep_columns(work, CLAIMS, chosen)


def columns_of(store: Store, login: str = "maria") -> list[tuple[str, int]]:
    chosen = layouts.chosen_columns(store.database, CLAIMS, login)
    return [(column.name, column.width) for column in layouts.arranged(CLAIMS, chosen)]


def test_columns_are_as_chosen_for_that_person_only(store: Store) -> None:
    declared = [(column.name, column.width) for column in CLAIMS.columns]
    assert columns_of(store) == declared
    keep_columns(store, ChosenColumn("billed", 14), ChosenColumn("patient"))
    assert columns_of(store) == [("billed", 14), ("patient", CLAIMS.column("patient").width)]
    assert columns_of(store, "omar") == declared
    keep_columns(store, ChosenColumn("patient", 1), ChosenColumn("billed", 999))
    assert columns_of(store) == [("patient", 2), ("billed", 120)]
    keep_columns(store)
    assert columns_of(store) == declared
    assert ColumnLayout.select().count() == 0


def test_columns_that_are_unknown_or_named_twice_are_refused(store: Store) -> None:
    with pytest.raises(KeyError, match="no column 'ssn'"):
        keep_columns(store, ChosenColumn("ssn"))
    with pytest.raises(ValueError, match="'billed' is chosen twice"):
        keep_columns(store, ChosenColumn("billed"), ChosenColumn("billed", 12))


def test_a_chosen_column_that_is_gone_is_left_out(store: Store) -> None:
    keep_columns(store, ChosenColumn("billed"))
    ColumnLayout.update(columns='[["gone", 9], ["billed", 0]]').execute()
    assert [name for name, _ in columns_of(store)] == ["billed"]


# -- recent records -------------------------------------------------------------------------


def remember(store: Store, key: int, at: float, actor: Actor = BILLER, title: str = "") -> None:
    with store.work(actor, later(at)) as work:
        recents.remember(work, "claim", key, title or f"C-{key}")


def test_recent_records_are_the_last_opened_each_once(store: Store) -> None:
    for at, key in enumerate((1, 2, 3, 1)):
        remember(store, key, at, title=f"C-{key} opened at {at}")
    remember(store, 9, 9, actor=OTHER)
    found = recents.recent_records(store.database, "maria")
    assert [one.subject_id for one in found] == [1, 3, 2]
    assert found[0] == recents.Recent("claim", 1, "C-1 opened at 3", later(3))
    assert [one.subject_id for one in recents.recent_records(store.database, "maria", 1)] == [1]


def test_only_so_many_are_remembered_for_each_person(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recents, "MOST", 3)
    remember(store, 1, 0, actor=OTHER)
    for key in range(1, 7):
        remember(store, key, key)
    remember(store, 4, 20)
    assert [one.subject_id for one in recents.recent_records(store.database, "maria")] == [4, 6, 5]
    assert RecentRecord.select().count() == 4
    assert recents.recent_records(store.database, "omar")


def test_a_title_is_made_plain(store: Store) -> None:
    remember(store, 1, 0, title="a\x1b[31mb")
    assert recents.recent_records(store.database, "maria")[0].title == "a\ufffd[31mb"


# -- drafts ---------------------------------------------------------------------------------


def test_a_draft_is_kept_until_it_is_discarded(store: Store) -> None:
    values = {"member_id": "W1 – “x”", "lines": [1, None, {"units": "2.5"}]}
    with store.work(BILLER, NOW) as work:
        drafts.keep_draft(work, "coverage", 7, 3, {"member_id": "first"})
        drafts.keep_draft(work, "coverage", 7, 4, values)
        drafts.keep_draft(work, "client", drafts.NEW, 0, {"last_name": "OKAFOR"})
    with store.work(OTHER, NOW) as work:
        drafts.keep_draft(work, "coverage", 7, 2, {"member_id": "omar's"})
    draft = drafts.draft_of(store.database, "maria", "coverage", 7)
    assert draft == drafts.Draft("coverage", 7, 4, values, NOW)
    assert len(drafts.drafts_of(store.database, "maria")) == 2
    with store.work(BILLER, NOW) as work:
        assert drafts.discard_draft(work, "coverage", 7)
        assert not drafts.discard_draft(work, "coverage", 7)
        drafts.keep_draft(work, "client", drafts.NEW, 0, {})
    assert drafts.drafts_of(store.database, "maria") == []
    assert drafts.draft_of(store.database, "omar", "coverage", 7) is not None


def test_a_draft_without_bound_is_refused(store: Store) -> None:
    with (
        pytest.raises(ValueError, match="longer than 262,144 bytes"),
        store.work(BILLER, NOW) as work,
    ):
        drafts.keep_draft(work, "claim", 1, 1, {"note": "é" * 140_000})


# -- presence -------------------------------------------------------------------------------


def others(store: Store, session: str, at: float) -> list[str]:
    found = presence.others(store.database, "claim", 5, session, later(at))
    return [one.login for one in found]


def test_others_are_seen_while_they_say_that_they_are_there(store: Store) -> None:
    with store.work(BILLER, NOW) as work:
        presence.opened(work, "claim", 5, "A")
        presence.opened(work, "claim", 6, "A")
    with store.work(OTHER, later(5)) as work:
        presence.opened(work, "claim", 5, "B")
        presence.opened(work, "claim", 5, "C")
    assert others(store, "A", 10) == ["omar", "omar"]
    assert others(store, "B", 10) == ["maria", "omar"]
    assert presence.others(store.database, "claim", 6, "B", later(10)) == [
        presence.Present("maria", "A", NOW)
    ]
    with store.work(BILLER, later(50)) as work:
        assert presence.still_here(work, "A") == 2
    assert others(store, "X", 70) == ["maria"]
    with store.work(BILLER, later(75)) as work:
        presence.closed(work, "claim", 5, "A")
    assert others(store, "X", 80) == []
    assert presence.others(store.database, "claim", 6, "X", later(80))


def test_opening_again_is_one_entry_and_keeps_since(store: Store) -> None:
    for at in (0, 30):
        with store.work(BILLER, later(at)) as work:
            presence.opened(work, "claim", 5, "A")
    (one,) = presence.others(store.database, "claim", 5, "B", later(31))
    assert one.since == NOW


def test_what_a_lost_line_left_behind_is_cleared_away(store: Store) -> None:
    with store.work(BILLER, NOW) as work:
        presence.opened(work, "claim", 5, "A")
    with store.work(OTHER, later(3600)) as work:
        presence.opened(work, "claim", 9, "B")
    assert [row.session for row in OpenRecord.select()] == ["B"]
    with store.work(OTHER, later(3601)) as work:
        presence.gone(work, "B")
    assert OpenRecord.select().count() == 0


# -- holds ----------------------------------------------------------------------------------


def take(store: Store, ids: list[int], actor: Actor = BILLER, **options: bool) -> holds.Taken:
    with store.work(actor, NOW) as work:
        return holds.take_claims(work, ids, **options)


def test_a_claim_is_worked_on_by_one_person(store: Store) -> None:
    practice = small_practice()
    one, two, three = (practice.add_claim().id for _ in range(3))
    assert take(store, [one, two, one, 999]).claims == [one, two]
    theirs = take(store, [two, three], OTHER)
    assert theirs.claims == [three]
    assert theirs.others == {two: holds.Hold("maria", NOW)}
    assert take(store, [two], OTHER, over=True).claims == [two]
    held = holds.holders(store.database, [one, two, three, 999])
    assert {key: hold.login for key, hold in held.items()} == {
        one: "maria",
        two: "omar",
        three: "omar",
    }
    with store.work(BILLER, NOW) as work:
        assert holds.let_go(work, [one, two]) == [one]
    assert set(holds.holders(store.database, [one, two, three])) == {two, three}
    trail = AuditRecord.select().where(AuditRecord.action == "work on claim")
    assert [record.details for record in trail.order_by(AuditRecord.id)] == [
        '{"holder":[null,"maria"]}',
        '{"holder":[null,"maria"]}',
        '{"holder":[null,"omar"]}',
        '{"holder":["maria","omar"]}',
        '{"holder":["maria",null]}',
    ]


def test_taking_what_one_holds_changes_nothing(store: Store) -> None:
    claim = small_practice().add_claim().id
    take(store, [claim])
    with store.work(BILLER, later(60)) as work:
        assert holds.take_claims(work, [claim]).claims == [claim]
    assert holds.holders(store.database, [claim])[claim].since == NOW


def test_the_queue_can_hide_what_others_hold(store: Store) -> None:
    practice = small_practice()
    mine, theirs, free = (practice.add_claim().id for _ in range(3))
    take(store, [mine])
    take(store, [theirs], OTHER)

    def found(filter: str) -> set[object]:
        pages = QueuePages(store.database, CLAIMS, Viewer(TODAY, "maria"), filter=filter)
        return set(pages.page().keys)

    assert found("held:me") == {mine}
    assert found("held:omar") == {theirs}
    assert found("held:any") == {mine, theirs}
    assert found("held:none") == {free}
    assert found("held:me | held:none") == {mine, free}


def test_preferences_are_each_persons_own_and_the_last_counts(store: Store) -> None:
    for login, value in (("maria", "light"), ("omar", "long-day"), ("maria", "high-contrast")):
        with store.work(Actor(login)) as work:
            prefer(work, "theme", value)
    assert preferences(store.database, "maria") == {"theme": "high-contrast"}
    assert preferences(store.database, "omar") == {"theme": "long-day"}
    assert preferences(store.database, "lea") == {}
