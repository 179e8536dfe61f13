"""A day's sessions priced together: units are conserved, and the order of reading is no matter."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from rcm_tui.billing.charges.pricing import Item
from rcm_tui.billing.charges.resolution import resolve
from rcm_tui.billing.charges.units import AGGREGATED, billable_units
from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Fee, ModifierRule, Payer
from tests.practice_builder import small_practice

sessions = st.lists(
    st.tuples(st.integers(0, 130), st.sampled_from(["97153", "97155", "97156"]), st.booleans()),
    min_size=1,
    max_size=7,
)


def test_the_units_of_a_day_are_those_of_its_minutes(store: Store) -> None:
    practice = small_practice()
    Payer.update(rounding=AGGREGATED).execute()
    ModifierRule.create(name="again", modifier="76", repeat="same practitioner")
    price = {fee.procedure_code: fee.billed for fee in Fee.select()}

    def priced(given: list[tuple[int, str, bool]], order: list[int]) -> dict[int, Item]:
        items = [
            Item(
                place + 1,
                practice.client.id,
                practice.unit.id,
                practice.office.id,
                "2026-03-02",
                minutes,
                code,
                False,
                practitioner=practice.technician.id,
                starts_at=f"2026-03-02T{place:02d}:00:00.000000Z",
                submitted=submitted,
            )
            for place, (minutes, code, submitted) in enumerate(given)
        ]
        resolve(store.database, [items[place] for place in order])
        return {item.id: item for item in items}

    @settings(max_examples=60)
    @given(sessions, st.randoms())
    def holds(given: list[tuple[int, str, bool]], random: object) -> None:
        order = list(range(len(given)))
        found = priced(given, order)
        random.shuffle(order)  # type: ignore[attr-defined]
        assert priced(given, order) == found

        def units_of(minutes: int) -> Decimal:
            return billable_units(minutes, 15, AGGREGATED, "up")

        submitted = [item for item in found.values() if item.submitted]
        # What is submitted has the units of its own minutes; all together have those of the day.
        assert sum(item.units for item in submitted) == units_of(
            sum(item.minutes for item in submitted)
        )
        assert sum(item.units for item in found.values()) <= units_of(
            sum(item.minutes for item in found.values())
        )
        seen: set[str] = set()
        for item in found.values():
            assert abs(item.units * 15 - item.minutes) < 15, "within one unit"
            assert item.billed == item.units * price[item.code]
            assert item.modifiers == ("76" if item.code in seen else "")
            seen.add(item.code)

    holds()
