"""The charge periods screen: weeks or months of a business unit, approved and billed as a whole."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.charge_periods import CHARGE_PERIODS
from rcm_tui.data.queues.queue import View
from rcm_tui.data.records.charge_periods import ChargePeriod, charges_of_periods, read_periods
from rcm_tui.data.tables.charges import NEW, READY_TO_BILL
from rcm_tui.screens import charge_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.charge_dialogs import CHARGE
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.words import count_of, date_text


class ChargePeriodsScreen(QueueScreen):
    area = "charge_periods"
    section = "charges"
    queue = CHARGE_PERIODS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("charge_periods")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open_charges)

    async def _open_charges(self) -> None:
        """Shows the charges of the period under the cursor, by a filter that can be seen."""
        period = await self._under_cursor()
        if period is None:
            return
        days = f"dos:{period.starts_on}..{period.ends_on}"
        if '"' not in period.unit_name:
            self.workstation.go("charges", "all", f'unit="{period.unit_name}" {days}')
            return
        # The filter language has no way to write such a name.
        title = f"{period.unit_name} {period.starts_on} to {period.ends_on}"
        condition = (
            f"charge_item.business_unit_id = {int(period.unit)} AND charge_item.date_of_service"
            f" BETWEEN '{period.starts_on}' AND '{period.ends_on}'"
        )
        self.workstation.go("charges")
        charges = self.workstation.frame("charges")
        assert isinstance(charges, QueueScreen)
        charges.show_view(View("period", title, condition=condition))

    async def _under_cursor(self) -> ChargePeriod | None:
        key, app = self.table.cursor_key, self.workstation
        if key is None:
            return None
        found = await app.read(read_periods, app.store.database, [int(key)])
        return found[0] if found else None

    async def do_approve(self) -> None:
        keys, what = await self._charges(NEW)
        if await charge_work.approve(self, keys, what):
            await self._generate(await self._of_the_same(keys))

    async def do_generate(self) -> None:
        keys, what = await self._charges(READY_TO_BILL)
        await charge_work.generate(self, keys, what)

    async def _generate(self, keys: list[int]) -> None:
        await charge_work.generate(self, keys, f"{count_of(len(keys), CHARGE)} just approved")

    async def _of_the_same(self, keys: list[int]) -> list[int]:
        """Those that were approved of what was shown."""
        from rcm_tui.data.records.charge_periods import with_status

        app = self.workstation
        return await app.read(with_status, app.store.database, keys, READY_TO_BILL)

    async def _charges(self, status: str) -> tuple[list[int], str]:
        """The charges of a status in the marked periods, or in the one under the cursor."""
        app = self.workstation
        periods = list(await self.chosen_keys())
        keys = await app.read(charges_of_periods, app.store.database, periods, status)
        named = count_of(len(periods), self.queue.noun)
        if len(periods) == 1:
            row = self.row() if not self.table.marks else {}
            if row:
                days = (
                    date_text(date.fromisoformat(row[name])) for name in ("starts_on", "ends_on")
                )
                named = f"{row['unit']}, {' to '.join(days)}"
        return keys, f"{count_of(len(keys), CHARGE)} {status}: {named}"

    async def do_billing_export(self) -> None:
        from rcm_tui.screens.charge_files import Range, export_for_billing

        period = await self._under_cursor()
        await export_for_billing(
            self, Range(period.starts_on, period.ends_on, period.unit) if period else Range()
        )

    async def do_duplicates_report(self) -> None:
        from rcm_tui.screens.charge_files import Range, report_duplicates

        period = await self._under_cursor()
        await report_duplicates(
            self, Range(period.starts_on, period.ends_on, period.unit) if period else Range()
        )

    def do_charges(self) -> None:
        self.workstation.go("charges")
