"""What people tried and may not do is on record: who, what, on which record, and once a minute."""

import datetime
import json
from contextlib import suppress
from typing import Any

import pytest

from rcm_tui.billing.audit_trail import read_trail
from rcm_tui.billing.claims.snoozing import snooze_claims
from rcm_tui.billing.editing.saving import save
from rcm_tui.billing.outcome import NotAllowed, Refused
from rcm_tui.billing.people.emergency import begin_emergency
from rcm_tui.billing.people.users import actor_of, add_key, add_user, set_active
from rcm_tui.billing.rights import APPROVE, EXPORT, refuse_at, trying, why_not
from rcm_tui.billing.units import CLAIM, refuse_elsewhere
from rcm_tui.data.actor import Actor
from rcm_tui.data.admission import KeptOut
from rcm_tui.data.audit import Proof, prove
from rcm_tui.data.records.history import history_of
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.practice import BusinessUnit, User
from rcm_tui.data.tables.user_keys import UserKey
from tests.billing.people.test_users import ADMINISTRATOR, KEY
from tests.practice_builder import NOW, TODAY, SmallPractice, small_practice

ADA = Actor("ada", "Ada", "auditor")
TOMORROW = TODAY + datetime.timedelta(days=1)
Told = tuple[str, str, int | None, dict[str, Any]]


def told() -> list[Told]:
    """Refusals on record: who, kind of record, which, and the details."""
    return [
        (one.actor, one.subject, one.subject_id, json.loads(one.details))
        for one in AuditRecord.select()
        .where(AuditRecord.action == "refused", AuditRecord.area == "refused")
        .order_by(AuditRecord.id)
    ]


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def snooze(store: Store, actor: Actor, keys: list[int], now: datetime.datetime = NOW) -> None:
    with store.work(actor, now) as work:
        snooze_claims(work, keys, TOMORROW, "waits")


def test_an_attempt_is_on_record_though_its_unit_of_work_leaves_no_trace(
    store: Store, practice: SmallPractice
) -> None:
    claim = practice.add_claim()

    def something_and_snooze() -> None:
        with store.work(ADA, NOW) as work:
            work.record("something before", claim)
            snooze_claims(work, [claim.id], TOMORROW, "waits")

    with pytest.raises(NotAllowed, match="an auditor may not snooze"):
        something_and_snooze()
    reason = "an auditor may not snooze claims: an administrator, a billing manager, a biller or a"
    ((who, kind, key, details),) = told()
    assert (who, kind, key) == ("ada", "claim", claim.id)
    assert details["attempt"] == "snooze claims"
    assert details["reason"].startswith(reason)
    assert not AuditRecord.select().where(AuditRecord.action == "something before").exists()
    (record,) = AuditRecord.select().where(AuditRecord.action == "refused")
    assert record.at == NOW
    assert history_of("claim", claim.id) == [], "it was not done to the claim"
    proof = Proof()
    prove(store.database, store.audit_key, proof)
    assert (proof.whole, proof.breaks) == (True, [])


def test_what_is_known_of_the_records_is_said(store: Store, practice: SmallPractice) -> None:
    claims = [practice.add_claim(client=practice.add_client(name)).id for name in "ABC"]
    client, payer = practice.client, practice.payer
    with suppress(Refused):
        snooze(store, ADA, claims)
    with suppress(Refused), store.work(ADA, NOW) as work:
        save(work, "client", client.id, client.version, {"city": "TROY"})
    with suppress(Refused), store.work(Actor("bo", "Bo", "biller"), NOW) as work:
        save(work, "payer", payer.id, payer.version, {"name": "Acme"})
    with suppress(Refused), store.work(Actor("bo", "Bo", "biller"), NOW) as work:
        read_trail(work, "all", "")
    with suppress(Refused):
        refuse_at(store, Actor("x", "X", "nobody"), EXPORT, NOW)
    many, *one_each = told()
    assert many[:3] == ("ada", "claim", None)
    assert (many[3]["count"], many[3]["keys"]) == (3, f"{claims[0]}-{claims[2]}")
    assert [(*one[:3], one[3]["attempt"]) for one in one_each] == [
        ("ada", "client", client.id, "edit clients"),
        ("bo", "payer", payer.id, "edit payers"),
        ("bo", "practice", None, "read the audit trail"),
        ("x", "practice", None, "export"),
    ]


def test_of_another_business_unit_one_is_refused_and_of_many_the_rest_is_done(
    store: Store, practice: SmallPractice
) -> None:
    south = BusinessUnit.create(name="South Clinic")
    bo = Actor("bo", "Bo", "biller", frozenset((int(practice.unit.id),)))
    own, theirs = (
        practice.add_claim(client=practice.add_client(name), business_unit=unit)
        for name, unit in (("MINE", practice.unit), ("THEIRS", south))
    )
    snooze(store, bo, [own.id, theirs.id])
    said = (
        f"claim {theirs.number}: it is of the business unit South Clinic, to which bo has no right"
    )
    expected = ("bo", "claim", theirs.id, {"attempt": "snooze claims", "reason": said})
    assert told() == [expected]
    with (
        pytest.raises(NotAllowed, match="South Clinic"),
        store.work(bo, NOW + datetime.timedelta(minutes=2)) as work,
    ):
        save(work, "claim", theirs.id, theirs.version, {"illness_on": TODAY})
    assert told()[1:] == [(*expected[:3], {"attempt": "edit claims", "reason": said})]


def test_the_same_again_within_a_minute_is_one_record(
    store: Store, practice: SmallPractice
) -> None:
    one, other = (practice.add_claim(client=practice.add_client(name)).id for name in "AB")
    zoe = Actor("zoe", "Zoe", "auditor")
    for seconds, actor, key, records in (
        (0, ADA, one, 1),
        (1, ADA, one, 1),
        (59, ADA, one, 1),
        (59, ADA, other, 2),
        (59, zoe, one, 3),
        (60, ADA, one, 4),
        (119, ADA, one, 4),
        (10, ADA, one, 4),  # the clock was set back
        (600, ADA, one, 5),
    ):
        with suppress(Refused):
            snooze(store, actor, [key], NOW + datetime.timedelta(seconds=seconds))
        assert len(told()) == records, (seconds, actor.login, key)


def test_what_is_only_asked_is_not_on_record(store: Store, practice: SmallPractice) -> None:
    claim = practice.add_claim(business_unit=BusinessUnit.create(name="South Clinic"))
    bo = Actor("bo", "Bo", "biller", frozenset((int(practice.unit.id),)))
    assert why_not(ADA, APPROVE)
    with pytest.raises(NotAllowed), store.work(bo, NOW) as work, trying(work):
        refuse_elsewhere(work, CLAIM, [claim.id])
    with pytest.raises(Refused, match="no such"), store.work(bo, NOW):
        raise Refused("there is no such claim")
    assert told() == []


def test_without_room_for_it_the_refusal_is_the_same(store: Store, practice: SmallPractice) -> None:
    claim = practice.add_claim()
    store.database.execute_sql("ALTER TABLE audit_record RENAME TO away")
    with pytest.raises(NotAllowed, match="an auditor may not snooze"):
        snooze(store, ADA, [claim.id])
    store.database.execute_sql("ALTER TABLE away RENAME TO audit_record")
    assert told() == []
    with pytest.raises(NotAllowed):
        snooze(store, ADA, [claim.id])
    assert len(told()) == 1


def test_who_may_not_come_in_or_go_on_is_on_record(store: Store) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        bo = int(add_user(work, "bo", "Bo", "biller").id)
        add_key(work, "bo", KEY)
    bo_is = actor_of(bo, int(UserKey.get().id))
    with pytest.raises(Refused, match="no emergency access"), store.work(bo_is, NOW) as work:
        begin_emergency(work, "a colleague fell ill", 30)
    with store.work(ADMINISTRATOR, NOW) as work:
        set_active(work, "bo", False)
    with pytest.raises(KeptOut, match="bo may not use"), store.work(bo_is, NOW):
        pass
    service = Actor("rcm", leaving=True)
    for number in (bo, 999):
        with pytest.raises(Refused, match="may not use"), store.recording_refusals(service, NOW):
            actor_of(number)
    assert User.get_or_none(User.id == 999) is None
    assert [(*one[:3], one[3]["attempt"]) for one in told()] == [
        ("bo", "person", bo, "take up emergency access"),
        ("bo", "person", bo, "go on working"),
        ("bo", "person", bo, "sign in"),
        ("rcm", "person", 999, "sign in"),
    ]
