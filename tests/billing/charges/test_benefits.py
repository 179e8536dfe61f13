"""Fees and most units a day: which row counts on a day.

The values of the medically unlikely edits are those of `domain/aba_rules.md`, rule 3.
"""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Fee, MedicallyUnlikelyEdit, Payer
from rcm_tui.data.tables.practice import BusinessUnit
from tests.practice_builder import YEAR_START, SmallPractice, small_practice

LAST_OF_2020, FIRST_OF_2021 = "2020-12-31", "2021-01-01"

# aba_rules.md:7-14, the code, then the units of both sources for Medicare and Medicaid
PUBLISHED = (
    ("97151", 8, 8, 32, 32),
    ("97152", 8, 16, 8, 16),
    ("97153", 32, 32, 32, 32),
    ("97154", 12, 18, 12, 18),
    ("97155", 24, 24, 24, 24),
    ("97156", 16, 16, 16, 16),
    ("97157", 16, 16, 16, 16),
    ("97158", 16, 16, 16, 16),
    ("0362T", 8, 16, 8, 16),
    ("0373T", 32, 24, 32, 24),
)


def most(store: Store, payer: int | None, code: str, day: str) -> Decimal | None:
    keys = [payer] if payer is not None else []
    milli = load_benefits(store.database, keys, with_limits=True).most_a_day(payer, code, day)
    return None if milli is None else Decimal(milli) / 1000


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: str(row[0]))
def test_the_published_most_units_a_day(store: Store, row: tuple[Any, ...]) -> None:
    code, *wanted = row
    found = []
    for program in ("Medicare", "Medicaid"):
        payer = Payer.create(name=program, mue_program=program)
        found += [most(store, payer.id, code, day) for day in (LAST_OF_2020, FIRST_OF_2021)]
    assert found == wanted
    neither = Payer.create(name="neither", mue_program="none")
    assert most(store, neither.id, code, FIRST_OF_2021) is None
    assert most(store, None, code, FIRST_OF_2021) is None


def test_every_published_value_names_its_source_and_disagreements() -> None:
    from rcm_tui.data.first_rows import UNLIKELY

    assert {code for code, *_ in UNLIKELY} == {row[0] for row in PUBLISHED}


def test_where_the_sources_disagree_the_rows_say_so(store: Store) -> None:
    rows = MedicallyUnlikelyEdit.select()
    assert all(row.source for row in rows)
    disputed = {row.procedure_code for row in rows if "disagree" in row.note}
    assert disputed == {"97152", "97154", "0362T", "0373T"}


def test_a_payers_own_most_units_go_first_from_their_day(store: Store) -> None:
    practice = small_practice()
    own = {"payer": practice.payer, "procedure_code": "97153"}
    MedicallyUnlikelyEdit.create(
        units=Decimal(20), starts_on=YEAR_START, ends_on=datetime.date(2026, 3, 1), **own
    )
    MedicallyUnlikelyEdit.create(units=None, starts_on=datetime.date(2026, 4, 1), **own)
    found = {
        day: most(store, practice.payer.id, "97153", day)
        for day in ("2025-12-31", "2026-01-01", "2026-03-01", "2026-03-02", "2026-04-01")
    }
    assert found == {
        "2025-12-31": 32,  # before its own: the program's
        "2026-01-01": 20,
        "2026-03-01": 20,
        "2026-03-02": 32,  # between its own: the program's again
        "2026-04-01": None,  # its own says that there is no limit
    }
    other = practice.add_payer("Other")
    assert most(store, other.id, "97153", "2026-02-01") == 32


def fee_of(store: Store, practice: SmallPractice, unit: BusinessUnit, day: str) -> int | None:
    benefits = load_benefits(store.database, [practice.payer.id], with_fees=True)
    fee = benefits.fee(practice.payer.id, unit.id, "97153", day)
    return fee.billed if fee else None


def test_fees_by_payer_and_business_unit(store: Store) -> None:
    practice = small_practice()
    Fee.delete().execute()
    south = BusinessUnit.create(name="South")
    day = "2026-03-02"
    assert fee_of(store, practice, practice.unit, day) is None

    def add(billed: int, payer: Payer | None, unit: BusinessUnit | None) -> None:
        Fee.create(
            payer=payer,
            business_unit=unit,
            procedure_code="97153",
            billed=billed,
            expected=billed,
            starts_on=YEAR_START,
        )

    add(100, None, practice.unit)
    assert fee_of(store, practice, practice.unit, day) == 100
    assert fee_of(store, practice, south, day) is None
    add(200, practice.payer, None)
    assert fee_of(store, practice, practice.unit, day) == 200
    assert fee_of(store, practice, south, day) == 200
    add(300, practice.payer, practice.unit)
    assert fee_of(store, practice, practice.unit, day) == 300
    assert fee_of(store, practice, south, day) == 200
    add(400, practice.add_payer("Other"), practice.unit)
    assert fee_of(store, practice, practice.unit, day) == 300
    assert fee_of(store, practice, practice.unit, "2025-12-31") is None
    benefits = load_benefits(store.database, [], with_fees=True)
    assert benefits.fee(None, practice.unit.id, "97153", day) is None, "nobody to bill"


def test_a_fee_holds_from_its_first_to_its_last_day(store: Store) -> None:
    practice = small_practice()
    Fee.update(ends_on=datetime.date(2026, 2, 28)).execute()
    Fee.create(
        payer=practice.payer,
        procedure_code="97153",
        billed=4500,
        expected=3000,
        starts_on=datetime.date(2026, 3, 1),
    )
    assert fee_of(store, practice, practice.unit, "2026-02-28") == 4000
    assert fee_of(store, practice, practice.unit, "2026-03-01") == 4500
