"""Emergency access: allowed to a person, for a while, with a reason; on record, and reviewed."""

import datetime
import json

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.people.emergency import (
    allow_emergency,
    begin_emergency,
    end_emergency,
    end_lapsed,
    review_emergency,
)
from rcm_tui.billing.people.users import actor_of, add_user, set_active, set_units
from rcm_tui.data.actor import Actor
from rcm_tui.data.admission import KeptOut, admitted
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.emergencies import EmergencyAccess
from tests.billing.people.test_users import ADMINISTRATOR
from tests.practice_builder import NOW, small_practice

REASON = "maria is ill and the month closes today"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def alice(store: Store) -> Actor:
    """An auditor, limited to a unit, who may act as billing manager in an emergency."""
    unit = small_practice().unit
    with store.work(ADMINISTRATOR, NOW) as work:
        add_user(work, "ada", "Ada", "administrator")
        user = add_user(work, "alice", "Alice Ng", "auditor")
        set_units(work, "alice", [unit.name])
        allow_emergency(work, "alice", "billing manager")
        return actor_of(int(user.id))


def recorded(action: str) -> list[dict[str, object]]:
    return [
        {"by": one.actor, **json.loads(one.details)}
        for one in AuditRecord.select().order_by(AuditRecord.id)
        if one.action == action
    ]


def test_it_gives_the_role_all_units_and_open_identifiers_until_its_time_is_over(
    store: Store, alice: Actor
) -> None:
    assert admitted(store.database, alice, NOW).masked
    with store.work(alice, NOW) as work:
        key = begin_emergency(work, REASON, 60).id
    raised = admitted(store.database, alice, NOW + 59 * MINUTE)
    assert (raised.role, raised.units, raised.masked) == ("billing manager", frozenset(), False)
    assert (raised.emergency, raised.emergency_until) == (key, NOW + 60 * MINUTE)
    after = admitted(store.database, raised, NOW + 60 * MINUTE)
    assert (after.role, after.emergency, after.masked) == ("auditor", None, True)
    assert after.units == alice.units


def test_each_change_says_so_on_record_and_none_before_or_after(store: Store, alice: Actor) -> None:
    with store.work(alice, NOW) as work:
        work.record("seen", "client", 1)
        key = begin_emergency(work, REASON, 30).id
    for minute in (1, 29, 31):
        with store.work(alice, NOW + minute * MINUTE) as work:
            work.record("changed", "client", 1, minute=minute)
    (began,) = recorded("emergency began")
    assert (began["by"], began["reason"], began["minutes"]) == ("alice", REASON, 30)
    changed = recorded("changed")
    assert [(one["minute"], one.get("emergency")) for one in changed] == [
        (1, key),
        (29, key),
        (31, None),
    ]
    assert "emergency" not in recorded("seen")[0]
    with store.work(alice, NOW + 40 * MINUTE) as work:
        assert end_lapsed(work) == 1
        assert end_lapsed(work) == 0
    row = EmergencyAccess.get_by_id(key)
    assert (row.ended_at, row.ended_by) == (NOW + 30 * MINUTE, "")
    assert recorded("emergency ended")[0]["by"] == "its time"


def test_who_may_take_it_up_and_how(store: Store, alice: Actor) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        bob = actor_of(int(add_user(work, "bob", "Bob", "biller").id))
    with store.work(bob, NOW) as work, pytest.raises(Refused, match="bob may take up no"):
        begin_emergency(work, REASON, 60)
    with store.work(alice, NOW) as work:
        for reason, minutes, told in (
            ("short", 60, "the reason must be said"),
            (" \u202e         ", 60, "the reason must be said"),
            (REASON, 0, "minutes are 0"),
            (REASON, 481, "minutes are 481"),
        ):
            with pytest.raises(Refused, match=told):
                begin_emergency(work, reason, minutes)
        with pytest.raises(Refused, match="may not manage users"):
            allow_emergency(work, "alice", "administrator")
        begin_emergency(work, REASON, 60)
        with pytest.raises(Refused, match="already"):
            begin_emergency(work, REASON, 60)
    # One that has lasted its time does not stand in the way of the next.
    with store.work(alice, NOW + 61 * MINUTE) as work:
        begin_emergency(work, REASON, 5)
    assert EmergencyAccess.select().count() == 2


def test_it_is_ended_by_the_person_or_with_the_permission(store: Store, alice: Actor) -> None:
    with store.work(alice, NOW) as work:
        with pytest.raises(Refused, match="no emergency access"):
            end_emergency(work)
        begin_emergency(work, REASON, 60)
    with store.work(alice, NOW + MINUTE) as work:
        end_emergency(work)
    assert admitted(store.database, alice, NOW + 2 * MINUTE).role == "auditor"
    with store.work(alice, NOW + 2 * MINUTE) as work:
        begin_emergency(work, REASON, 60)
    with store.work(ADMINISTRATOR, NOW + 3 * MINUTE) as work:
        allow_emergency(work, "alice", "")
    assert admitted(store.database, alice, NOW + 4 * MINUTE).role == "auditor"
    assert [one["by"] for one in recorded("emergency ended")] == ["alice", "root"]


def test_who_is_kept_out_has_no_emergency_access_either(store: Store, alice: Actor) -> None:
    with store.work(alice, NOW) as work:
        begin_emergency(work, REASON, 60)
    with store.work(ADMINISTRATOR, NOW) as work:
        set_active(work, "alice", False)
    with pytest.raises(KeptOut):
        admitted(store.database, alice, NOW + MINUTE)


def test_another_administrator_reviews_it_once_when_it_is_over(store: Store, alice: Actor) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        allow_emergency(work, "alice", "administrator")
    with store.work(alice, NOW) as work:
        key = int(begin_emergency(work, REASON, 60).id)
    with store.work(ADMINISTRATOR, NOW + MINUTE) as work, pytest.raises(Refused, match="lasts"):
        review_emergency(work, key, "fine")
    with store.work(alice, NOW + 2 * MINUTE) as work:
        end_emergency(work)
        with pytest.raises(Refused, match="nobody reviews their own"):
            review_emergency(work, key, "fine")
    with store.work(ADMINISTRATOR, NOW + 3 * MINUTE) as work:
        with pytest.raises(Refused, match="must be said"):
            review_emergency(work, key, " ")
        review_emergency(work, key, "two claims corrected, both right")
        with pytest.raises(Refused, match="root has reviewed it"):
            review_emergency(work, key, "again")
    row = EmergencyAccess.get_by_id(key)
    assert (row.reviewed_by, row.reviewed_at) == ("root", NOW + 3 * MINUTE)
    assert recorded("emergency reviewed")[0]["found"] == "two claims corrected, both right"
