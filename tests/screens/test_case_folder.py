"""A case holds everything: each line of its folder opens, and esc comes back to the same spot."""

import datetime

from textual.pilot import Pilot

from rcm_tui.billing.cases.timeline.files import attach
from rcm_tui.billing.cases.timeline.writing import add_call
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.clients import Authorization
from rcm_tui.screens.case import CaseScreen
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.row_list import RowList
from tests.practice_builder import BILLER, NOW
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

SIZE = (100, 24)
KINDS = {"claim", "payment", "authorization", "payer", "case", "entry"}


def spot(pilot: Pilot[int]) -> tuple[object, ...]:
    screen = pilot.app.screen
    assert isinstance(screen, CaseScreen)
    rows = screen.query_one("#lines", RowList)
    return screen.key, screen.part, rows.key, rows.scroll_offset.y


async def test_every_line_of_the_folder_opens_and_comes_back_to_the_same_spot(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    case = CaseFile.get(CaseFile.number == "K-1002")
    claim = case.links[0].claim
    with busy_store.work(BILLER, NOW) as work:
        add_call(work, [case.id], outcome="Retro authorization possible")
        attach(work, [case.id], busy_store.files, "letter.pdf", b"%PDF", most=10)
        other = CaseFile.get(CaseFile.number == "K-1003")
        work.set_all(CaseFile, {"client": case.client_id}, [other.id])
    Authorization.create(
        client=claim.client_id,
        payer=claim.payer_id,
        number="A-88213",
        starts_on=claim.first_service_date - datetime.timedelta(days=30),
        ends_on=claim.last_service_date + datetime.timedelta(days=30),
    )
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "4", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        while screen.part != "folder":
            await type_keys(pilot, "right_square_bracket")
        shown = "\n".join(row.content.plain for row in screen.query_one("#lines", RowList).rows)
        for heading in ("Claims", "Remittances", "Sent", "Correspondence", "Files", "Payer"):
            assert f"\n{heading}\n" in f"\n{shown}\n"
        assert "A-88213" in shown
        visited: set[str] = set()
        before = None
        while (here := spot(pilot)) != before:
            before = here
            key = here[2]
            assert isinstance(key, tuple)
            if key[0] not in visited or key[0] == "claim":
                await type_keys(pilot, "enter")
                there = pilot.app.screen
                if key[0] == "case":
                    assert isinstance(there, CaseScreen)
                    assert (there.key, there.part) == (key[1], "timeline")
                else:
                    assert isinstance(there, Dialog) == (key[0] == "entry"), key
                    assert not isinstance(there, CaseScreen)
                # In a form the first esc leaves the field.
                await type_keys(pilot, *["escape"] * (2 if key[0] == "payer" else 1))
                assert spot(pilot) == here, key
            visited.add(key[0])
            await type_keys(pilot, "down")
        assert visited == KINDS
        await type_keys(pilot, "escape")
        assert "Cases · Open Cases" in seen(pilot)
