"""What is next for denied claims, and until when."""

import datetime

from rcm_tui.billing.denials.next_steps import next_steps
from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remark, Remittance
from tests.denials import denied_claim
from tests.practice_builder import small_practice

NOTICE = datetime.date(2026, 3, 12)


def test_a_denied_claim_has_an_action_and_a_last_day(store: Store) -> None:
    practice = small_practice()
    Payer.update(corrected_days=120, appeal_days=60).execute()
    modifier = denied_claim(practice, "OSEI", "4", "ICN4")
    clinical = denied_claim(practice, "BRANDT", "50", "ICN50")
    open_claim = practice.add_claim(status="Submitted")
    found = next_steps(store.database, [modifier.id, clinical.id, open_claim.id])
    assert set(found) == {modifier.id, clinical.id}
    step = found[modifier.id]
    assert (step.code, step.amount, step.notice_on) == ("CO-4", modifier.billed, NOTICE)
    assert step.step is not None
    assert step.step.way == "correct"
    assert step.until == NOTICE + datetime.timedelta(days=120)
    assert step.days_left(NOTICE + datetime.timedelta(days=121)) == -1
    assert found[clinical.id].until == NOTICE + datetime.timedelta(days=60)


def test_the_date_on_the_notice_counts_not_when_the_money_moved(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "4")
    Payment.update(production_date=datetime.date(2026, 3, 10)).execute()
    assert next_steps(store.database, [claim.id])[claim.id].notice_on.day == 10
    Payment.update(production_date=None, effective_date=None).execute()
    received = Payment.get().received_at.date()
    assert next_steps(store.database, [claim.id])[claim.id].notice_on == received


def test_a_remark_changes_what_is_next(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "16")
    Remark.create(remittance=Remittance.get(Remittance.claim == claim), code="MA130")
    step = next_steps(store.database, [claim.id])[claim.id]
    assert step.remarks == ("MA130",)
    assert step.step is not None
    assert step.step.way == "new claim"


def test_the_greatest_amount_that_the_table_knows_speaks(store: Store) -> None:
    claim = denied_claim(small_practice(), "OSEI", "999")
    remittance = Remittance.get(Remittance.claim == claim)
    unknown = next_steps(store.database, [claim.id])[claim.id]
    assert (unknown.code, unknown.step) == ("CO-999", None)
    payer = Payer.get()
    days = min(payer.corrected_days, payer.appeal_days)
    assert unknown.until == unknown.notice_on + datetime.timedelta(days=days)
    for reason, amount in (("197", 500), ("50", 900), ("45", 90000)):
        Adjustment.create(remittance=remittance, group_code="CO", reason_code=reason, amount=amount)
    known = next_steps(store.database, [claim.id])[claim.id]
    assert (known.code, known.amount) == ("CO-50", 900)
