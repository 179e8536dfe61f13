"""Names that try to act: on every screen they are only letters."""

import unicodedata

from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.charges import BilledCharge, ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimValidation
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.exchange import ClaimResponse, ClaimsTransaction, IncomingFile
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.data.tables.payers import Clearinghouse, Payer
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practice, Practitioner
from rcm_tui.data.tables.remittances import Payment, Remittance
from rcm_tui.screens.app import Workstation
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import picture, press, settle
from tests.screens.test_pictures import SCREENS

HOSTILE = (
    "[@click=app.quit]x[/]",
    "[/oops]",
    "[bold red]",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202eevil\u2066",
    "$error {x} \\[a",
    "e\u0301\u0301\u0301\u0301\u0301",
)
TEXTS = {
    Client: ("last_name", "first_name"),
    Payer: ("name", "short_name", "payer_id"),
    BusinessUnit: ("name",),
    Location: ("name",),
    Practitioner: ("last_name", "first_name"),
    Claim: ("patient_name", "claim_note", "authorization_number", "diagnoses", "snooze_reason"),
    ClaimValidation: ("reason", "field"),
    ChargeItem: ("hold_reason", "modifiers"),
    BilledCharge: ("modifiers", "procedure_code"),
    Coverage: ("member_id",),
    Clearinghouse: ("name",),
    ClaimsTransaction: ("message", "file_name"),
    ClaimResponse: ("text", "category", "status"),
    IncomingFile: ("name", "kind"),
    JobRun: ("message", "worker"),
    Payment: ("payer_name", "trace_number", "held_reasons"),
    Remittance: ("patient_name", "reason"),
    Practice: ("name",),
    CaseFile: ("subject", "tags", "carc", "description", "owner"),
}


def make_hostile() -> None:
    """Every text of every row becomes one of the hostile ones, in turn."""
    for table, columns in TEXTS.items():
        for row in table.select(table.id):
            values = dict.fromkeys(columns, f"{HOSTILE[row.id % len(HOSTILE)]} {row.id}")
            table.update(values).where(table.id == row.id).execute()


async def test_every_screen_draws_it_as_letters(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    make_hostile()
    busy_store.practice_name = "".join(HOSTILE)
    app: Workstation = make_workstation(busy_store)
    async with app.run_test(size=(160, 50)) as pilot:
        await app.look()
        for name, keys in SCREENS.items():
            while len(app.screen_stack) > 2:
                app.pop_screen()
            await press(pilot, *keys)
            if name == "claims-denied-preview":
                app.screen._preview()  # type: ignore[attr-defined]
                await settle(pilot)
            shown = picture(app)
            for letter in shown.replace("\n", ""):
                assert unicodedata.category(letter) not in ("Cc", "Cf"), (name, shown)
            if name == "claims":
                assert all(text in shown for text in HOSTILE[:3]), shown
            await press(pilot, "escape")
            for screen in app._frames.values():
                if getattr(screen, "filter", ""):
                    screen.filter = ""  # type: ignore[attr-defined]
        assert app.return_code is None
