"""Columns as a person wants them: chosen, moved, sized, and remembered for them alone."""

import csv
from pathlib import Path

from rcm_tui.data.actor import Actor
from rcm_tui.data.personal.layouts import chosen_columns
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.store import Store
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

TOM = Actor("tom", "Tom", "biller")


def header(shown: str) -> list[str]:
    return next(line for line in shown.splitlines() if "Patient" in line).split()


async def test_columns_are_left_out_moved_and_sized_and_remembered_for_the_person(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3")
        assert header(seen(pilot))[:3] == ["Claim", "Patient", "Payer"]
        # The claim moves below the patient, the payer is left out, the patient gets wider.
        await type_keys(pilot, "C", "J", "up", "plus", "plus", "down", "down", "space", "enter")
        assert header(seen(pilot))[:3] == ["Patient", "Claim", "From▼"]
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3")
        assert header(seen(pilot))[:2] == ["Patient", "Claim"]
        await type_keys(pilot, "E", "ctrl+u", *"x.csv", "enter")
    kept = chosen_columns(busy_store.database, CLAIMS, "maria")
    assert [(one.name, one.width) for one in kept[:2]] == [("patient", 16), ("claim_number", 0)]
    assert "payer" not in [one.name for one in kept]
    with (tmp_path / "exports" / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.reader(file))
    assert len(first) == len(kept), "what is exported is what is seen"
    async with make_workstation(busy_store, TOM).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3")
        assert header(seen(pilot))[:2] == ["Claim", "Patient"]


async def test_the_declared_columns_come_back(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "3", "C", "J", "enter")
        assert header(seen(pilot))[:2] == ["Patient", "Claim"]
        await type_keys(pilot, "C", "d", "enter")
        assert header(seen(pilot))[:2] == ["Claim", "Patient"]
    assert chosen_columns(busy_store.database, CLAIMS, "maria") == ()
