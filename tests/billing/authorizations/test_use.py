"""What authorizations have left, by hours or units, by week, month or in total, and until when."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.authorizations.use import LimitUse, read_use, runs_out
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import ClaimLine
from rcm_tui.data.tables.clients import AuthorizedService
from rcm_tui.data.tables.payers import Benefit
from tests.practice_builder import TODAY, SmallPractice, small_practice

MONDAY = TODAY
"""2026-03-16."""


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def limited(practice: SmallPractice, **columns: Any) -> None:
    """Makes this the only limit of the practice's authorization."""
    AuthorizedService.delete().execute()
    given = {"procedure_codes": "97153", "amount": 100, **columns}
    AuthorizedService.create(authorization=practice.authorization, **given)


def use(store: Store, practice: SmallPractice, today: datetime.date = TODAY) -> LimitUse:
    (found,) = read_use(store.database, [practice.authorization.id], today)[
        practice.authorization.id
    ]
    return found


# Every status of a charge: charges_and_claims.md:6, used and scheduled (ours).
STATUSES = [
    # status, the figure that its 8 units are in
    ("Scheduled", "scheduled"),
    ("Awaiting Submission", "waiting"),
    ("New", "waiting"),
    ("Pending Authorization", "waiting"),
    ("On Hold", "waiting"),
    ("Ready to Bill", "approved"),
    ("Claim Line Created", "billed"),
    ("Awaiting Resubmission", "billed"),
    ("Billed Externally", "billed"),
    ("Cancelled", ""),
]


@pytest.mark.parametrize(("status", "figure"), STATUSES)
def test_a_charge_counts_by_its_status(store: Store, status: str, figure: str) -> None:
    practice = small_practice()
    limited(practice)
    practice.add_charge(status=status)
    now = use(store, practice).now
    figures = {name: getattr(now, name) for name in ("billed", "approved", "waiting", "scheduled")}
    assert figures == {**dict.fromkeys(figures, 0), **({figure: 8000} if figure else {})}
    assert now.used == (8000 if figure not in ("", "scheduled") else 0)


# Units per week, hours, months, groups of codes: aba_rules.md:22.
LIMITS = [
    # the limit; used and scheduled now, left, percent used, percent planned
    ({"amount": 100}, "32 8 68 32 40"),
    ({"amount": 25, "per": "week"}, "8 8 17 32 64"),
    ({"amount": 50, "per": "month"}, "24 8 26 48 64"),
    ({"amount": 25, "measure": "hours"}, "8 2 17 32 40"),
    ({"amount": 4, "measure": "hours", "per": "week"}, "2 2 2 50 100"),
    ({"amount": 100, "procedure_codes": "97155"}, "4 0 96 4 4"),
    ({"amount": 100, "procedure_codes": "97155 97153"}, "36 8 64 36 44"),
    ({"amount": 100, "procedure_codes": "9715"}, "0 0 100 0 0"),
]


@pytest.mark.parametrize(("limit", "figures"), LIMITS)
def test_what_is_used_and_left(store: Store, limit: dict[str, Any], figures: str) -> None:
    practice = small_practice()
    limited(practice, **limit)
    for text in ("2026-02-16", "2026-03-02", "2026-03-09", "2026-03-16"):
        practice.add_charge(day=day(text))
    practice.add_charge(day=day("2026-03-09"), code="97155", minutes=60)
    practice.add_charge(day=day("2026-03-20"), status="Scheduled")
    found = use(store, practice)
    now = found.now
    units = [Decimal(one) / 1000 for one in (now.used, now.scheduled, found.left)]
    shown = [*(f"{one.normalize():f}" for one in units), found.percent, found.planned_percent]
    assert " ".join(map(str, shown)) == figures


def test_hours_are_counted_by_the_benefits_unit_of_measure(store: Store) -> None:
    practice = small_practice()
    limited(practice, measure="hours", procedure_codes="97153 97155")
    Benefit.update(unit_minutes=30).where(Benefit.procedure_code == "97155").execute()
    practice.add_charge(units=Decimal(3))
    practice.add_charge(code="97155", units=Decimal(3))
    assert use(store, practice).now.used == 750 + 1500


def test_a_denied_claim_uses_nothing(store: Store) -> None:
    practice = small_practice()
    limited(practice)
    for adjudication in ("denied", "paid"):
        claim = practice.add_claim(status="Submitted", adjudication=adjudication)
        line = ClaimLine.get(ClaimLine.claim == claim)
        practice.add_charge(status="Claim Line Created", claim_line=line)
    assert use(store, practice).now.billed == 8000


def test_a_week_or_month_that_is_overrun_is_named(store: Store) -> None:
    practice = small_practice()
    limited(practice, amount=12, per="week")
    for text, status in (("2026-03-02", "New"), ("2026-03-08", "New"), ("2026-03-23", "Scheduled")):
        practice.add_charge(day=day(text), status=status)
    found = use(store, practice)
    assert [str(period.first) for period in found.overrun] == ["2026-03-02"]
    assert found.left == 12000, "this week has its own"
    limited(practice, amount=12, per="month")
    assert [str(p.first) for p in use(store, practice).overrun] == ["2026-03-01"]
    limited(practice, amount=23)
    assert len(use(store, practice).overrun) == 1, "with what is scheduled"
    limited(practice, amount=24)
    assert use(store, practice).overrun == []


# The pace is ours: what went in four weeks, else what is scheduled in four.
PACES = [
    # left, goes in four weeks, the last day; the day on which nothing is left
    (28000, 28000, "2026-12-31", "2026-04-13"),
    (1000, 28000, "2026-12-31", "2026-03-17"),
    (999, 28000, "2026-12-31", "2026-03-16"),
    (0, 28000, "2026-12-31", "2026-03-16"),
    (-4000, 0, "2026-12-31", "2026-03-16"),
    (100000, 0, "2026-12-31", None),
    (290000, 28000, "2026-12-31", "2026-12-31"),
    (291000, 28000, "2026-12-31", None),
    (10000, 40000, "2026-03-22", None),
    (10000, 60000, "2026-03-22", "2026-03-20"),
]


@pytest.mark.parametrize(("left", "pace", "last", "expected"), PACES)
def test_when_it_runs_out(left: int, pace: int, last: str, expected: str | None) -> None:
    found = runs_out(left, pace, MONDAY, day(last))
    assert (str(found) if found else None) == expected


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_it_lasts_to_the_day_before_and_not_beyond(left: int, pace: int) -> None:
    out = runs_out(left, pace, MONDAY, datetime.date.max)
    if out is None:
        return
    days = (out - MONDAY).days
    assert pace * days <= left * 28 < pace * (days + 1)


def test_the_pace_is_that_of_the_last_four_weeks(store: Store) -> None:
    practice = small_practice()
    limited(practice, amount=40)
    practice.add_charge(day=day("2026-02-15"))  # four weeks and a day ago
    practice.add_charge(day=day("2026-02-16"))
    practice.add_charge(day=day("2026-03-15"))
    practice.add_charge(day=day("2026-03-16"))
    practice.add_charge(day=day("2026-03-20"), status="Scheduled")
    found = use(store, practice)
    assert (found.recent, found.coming) == (16000, 8000)
    assert (found.left, found.pace) == (8000, 16000)
    assert found.runs_out_on == day("2026-03-30")


def test_without_care_lately_the_pace_is_what_is_scheduled(store: Store) -> None:
    practice = small_practice()
    limited(practice, amount=16)
    practice.add_charge(day=day("2026-03-16"), status="Scheduled")
    practice.add_charge(day=day("2026-04-13"), status="Scheduled")
    found = use(store, practice)
    assert found.pace == 8000
    assert found.runs_out_on == day("2026-05-11")


def test_nothing_runs_out_before_it_begins_or_after_it_ended(store: Store) -> None:
    practice = small_practice()
    limited(practice, amount=1)
    practice.add_charge()
    assert use(store, practice).runs_out_on == TODAY
    assert use(store, practice, day("2027-01-01")).runs_out_on is None
    assert use(store, practice, day("2025-12-31")).runs_out_on is None


def test_many_authorizations_take_as_many_queries_as_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = small_practice()
    for number in range(40):
        practice.add_client(f"CLIENT {number}")
    AuthorizedService.update(per="week").where(AuthorizedService.id.in_(range(0, 400, 3))).execute()
    AuthorizedService.update(measure="hours").where(
        AuthorizedService.id.in_(range(0, 400, 5))
    ).execute()
    keys = [row.authorization_id for row in AuthorizedService.select()]
    for charge in ChargeItem.select():
        charge.delete_instance()
    counts = []
    run = store.database.execute_sql
    for wanted in (keys[:8], keys):
        seen: list[str] = []
        monkeypatch.setattr(
            store.database,
            "execute_sql",
            lambda sql, *given, seen=seen: (seen.append(sql), run(sql, *given))[1],
        )
        assert len(read_use(store.database, wanted, TODAY)) == len(set(wanted))
        counts.append(len(seen))
    assert counts[0] == counts[1]
