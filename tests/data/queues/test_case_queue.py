"""The cases queue: its views hold what they say, by follow-up date, and its fields find."""

import datetime

from rcm_tui.data.queues.cases import CASES
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_kinds import CaseKind
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from tests.practice_builder import NOW, TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")
DAY = datetime.timedelta(days=1)


def case(number: str, stage: str, owner: str, due: int | None, **columns: object) -> CaseFile:
    closed = stage in ("Resolved", "Cancelled")
    follow_up = None if due is None else TODAY + due * DAY
    return CaseFile.create(
        number=number,
        subject="Timely filing",
        stage=stage,
        owner=owner,
        follow_up=follow_up,
        opened_at=NOW,
        closed_at=NOW if closed else None,
        **columns,
    )


def some_cases() -> None:
    case("K-1", "New", "maria", 3, carc="CO-29")
    case("K-2", "In Progress", "tom", 0, carc="CO-197 CO-29", tags="phone")
    case("K-3", "Awaiting Payment", "maria", -2, outstanding=50000, priority="high")
    case("K-4", "Resolved", "maria", -5)
    case("K-5", "Cancelled", "", None)
    case("K-6", "New", "maria", None, carc="CO-1197")


def paid_cases() -> None:
    """Paid after all; paid and closed; paid in part; without a payment or a claim."""
    case("K-7", "In Progress", "tom", 9, claims=2, paid=48000)
    case("K-8", "Resolved", "tom", 9, claims=1, paid=24000)
    case("K-9", "Awaiting Payment", "tom", 9, claims=2, paid=24000, unsettled=1)
    case("K-10", "New", "tom", 9)


def listed(store: Store, view: str, filter: str = "") -> list[str]:
    pages = QueuePages(store.database, CASES, VIEWER, view=view, filter=filter)
    return [str(row[0]) for row in pages.page(limit=50).rows]


def test_the_views_hold_what_they_say_by_follow_up(store: Store) -> None:
    some_cases()
    assert {view.name: listed(store, view.name) for view in CASES.views} == {
        "all": ["K-4", "K-3", "K-2", "K-1", "K-5", "K-6"],
        "open": ["K-3", "K-2", "K-1", "K-6"],
        "mine": ["K-3", "K-1", "K-6"],
        "in_progress": ["K-2"],
        "awaiting": ["K-3"],
        "resolved": ["K-4"],
        "due": ["K-3", "K-2"],
        "settled": [],
        "my_resolved": ["K-4"],
        "escalated": [],
        "overdue": [],
        "my_due": ["K-3"],
    }


def test_what_was_paid_after_all_can_be_resolved(store: Store) -> None:
    some_cases()
    paid_cases()
    assert listed(store, "settled") == ["K-7"]


def test_escalated_and_overdue_cases_are_found_with_their_kind_and_family(store: Store) -> None:
    kind = CaseKind.get(CaseKind.name == "Incident")
    top = case("K-1", "New", "maria", 3, level=1, next_due=TODAY + DAY, open_children=2)
    case("K-2", "New", "tom", 3, level=2, kind=kind, parent=top, next_due=TODAY - DAY)
    case("K-3", "New", "tom", 3, parent=top, next_due=TODAY)
    case("K-4", "Resolved", "tom", 3, level=2)
    assert listed(store, "escalated") == ["K-2", "K-1"]
    assert listed(store, "overdue") == ["K-2"]
    for text, found in (
        ("kind:incident", ["K-2"]),
        ("under:K-1", ["K-2", "K-3"]),
        ("level>1", ["K-2", "K-4"]),
        ("clock<=today", ["K-2", "K-3"]),
        ("below>0", ["K-1"]),
    ):
        assert listed(store, "all", text) == found, text


def test_the_fields_find(store: Store) -> None:
    some_cases()
    for text, found in (
        ("carc:197", ["K-2"]),
        ("carc:CO-29", ["K-2", "K-1"]),
        ("tag:phone", ["K-2"]),
        ("owner:me", ["K-4", "K-3", "K-1", "K-6"]),
        ("owner:none", ["K-5"]),
        ("followup<today", ["K-4", "K-3"]),
        ("outstanding>100", ["K-3"]),
        ("priority:high", ["K-3"]),
        ("stage:awaiting", ["K-3"]),
        ("followup:none", ["K-5", "K-6"]),
        ("k-4", ["K-4"]),
    ):
        assert listed(store, "all", text) == found, text


def test_a_claim_is_found_by_its_active_case(store: Store) -> None:
    practice = small_practice()
    some_cases()
    claims = [practice.add_claim() for _ in range(3)]
    for number, claim, active in (("K-1", claims[0], True), ("K-4", claims[1], False)):
        held = CaseFile.get(CaseFile.number == number)
        CaseClaim.create(case=held, claim=claim, chain=claim.chain, active=active, added_at=NOW)
    column = [one.name for one in CLAIMS.columns].index("case")
    for text, found in (
        ("case:K-1", {claims[0].number: "K-1"}),
        ("case:any", {claims[0].number: "K-1"}),
        ("case:none", {claims[1].number: "", claims[2].number: ""}),
        ("case:K-4", {}),
    ):
        rows = QueuePages(store.database, CLAIMS, VIEWER, filter=text).page(limit=9).rows
        assert {row[0]: row[column] for row in rows} == found, text
