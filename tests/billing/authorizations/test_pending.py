"""Pending authorizations block billing until they are approved (charges_and_claims.md:13)."""

import datetime

import pytest

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.recording import SessionRecord, record_sessions
from rcm_tui.billing.editing import add, remove, save
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.clients import Authorization, AuthorizedService
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice

AT_NINE = datetime.datetime.combine(SERVICE_DAY, datetime.time(14), datetime.UTC)


def recorded(store: Store, practice: SmallPractice, code: str = "97153") -> ChargeItem:
    record = SessionRecord(
        client=practice.client.id,
        practitioner=practice.technician.id,
        business_unit=practice.unit.id,
        location=practice.office.id,
        service="ABA",
        procedure_code=code,
        starts_at=AT_NINE,
        ends_at=AT_NINE + datetime.timedelta(hours=2),
    )
    with store.work(BILLER, NOW) as work:
        key = record_sessions(work, [record]).made[0]
    return ChargeItem.get_by_id(key)


def status(charge: ChargeItem) -> str:
    return str(ChargeItem.get_by_id(charge.id).status)


def change(store: Store, practice: SmallPractice, **values: object) -> None:
    key = practice.authorization.id
    with store.work(BILLER, NOW) as work:
        save(work, "authorization", key, Authorization.get_by_id(key).version, values)


def test_a_charge_waits_for_its_authorization_and_no_longer(store: Store) -> None:
    practice = small_practice()
    Authorization.update(status="pending").execute()
    charge = recorded(store, practice)
    assert charge.status == "Pending Authorization"
    with store.work(BILLER, NOW) as work:
        assert approve_charges(work, ApprovalChoice(charge_items=[charge.id])).done == []
    change(store, practice, status="approved")
    assert status(charge) == "New"
    with store.work(BILLER, NOW) as work:
        assert approve_charges(work, ApprovalChoice(charge_items=[charge.id])).done == [charge.id]


def test_approving_it_is_undone_with_its_charges(store: Store) -> None:
    practice = small_practice()
    Authorization.update(status="pending").execute()
    charge = recorded(store, practice)
    change(store, practice, status="approved")
    last = last_undoable(store.database, BILLER.login)
    assert last is not None
    with store.work(BILLER, NOW) as work:
        undo(work, last.id)
    assert status(charge) == "Pending Authorization"
    assert Authorization.get().status == "pending"


def test_one_that_turns_out_pending_takes_its_charges_back(store: Store) -> None:
    practice = small_practice()
    charge = recorded(store, practice)
    assert charge.status == "New"
    change(store, practice, status="pending")
    assert status(charge) == "Pending Authorization"


# A gap in authorization: a pending one that is extended over it, and one that no longer covers it.
@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-03-02", "2026-12-31", "Pending Authorization"),
        ("2026-03-03", "2026-12-31", "New"),
        ("2026-01-01", "2026-03-01", "New"),
    ],
)
def test_its_days_decide_which_charges_wait(
    store: Store, first: str, last: str, expected: str
) -> None:
    practice = small_practice()
    Authorization.update(status="pending").execute()
    charge = recorded(store, practice)
    change(store, practice, starts_on=first, ends_on=last)
    assert status(charge) == expected
    assert (ChargeItem.get_by_id(charge.id).authorization_id is None) == (expected == "New")
    change(store, practice, starts_on="2026-01-01", ends_on="2026-12-31")
    assert status(charge) == "Pending Authorization"


def test_what_it_allows_decides_too(store: Store) -> None:
    practice = small_practice()
    Authorization.update(status="pending").execute()
    AuthorizedService.delete().where(AuthorizedService.procedure_codes == "97153").execute()
    charge = recorded(store, practice)
    assert charge.status == "New"
    with store.work(BILLER, NOW) as work:
        values = {"procedure_codes": "97151, 97153", "amount": 100, "per": "week"}
        key = add(
            work, "authorized_service", {"authorization": practice.authorization.id, **values}
        ).id
    assert status(charge) == "Pending Authorization"
    with store.work(BILLER, NOW) as work:
        remove(work, "authorized_service", key, 1)
    assert status(charge) == "New"


def test_a_denied_one_blocks_nothing(store: Store) -> None:
    practice = small_practice()
    Authorization.update(status="pending").execute()
    charge = recorded(store, practice)
    change(store, practice, status="denied")
    assert status(charge) == "New"
    assert ChargeItem.get_by_id(charge.id).authorization_id is None
