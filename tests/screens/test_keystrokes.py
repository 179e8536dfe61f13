"""How many keys the everyday tasks take from Home: counted while they are done.

A task is a row of TASKS. What a person types (a name, an amount, words of a filter) is not
counted, the keys around it are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.jobs import Job
from tests.practice_builder import TODAY
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import type_keys


@dataclass(frozen=True)
class Typed:
    """Letters that are typed into a field: not counted."""

    text: str


@dataclass(frozen=True)
class Task:
    """What is wanted, how many keys it may take, the keys, and whether it was done."""

    name: str
    most: int
    keys: tuple[str | Typed, ...]
    done: Callable[[], bool]
    prepare: Callable[[Store], None] = field(default=lambda store: None)
    """Puts what the task needs into the practice of `busy_store`."""

    @property
    def count(self) -> int:
        return sum(not isinstance(key, Typed) for key in self.keys)


def case_for_the_denials() -> bool:
    """One case, for every denied claim of the payer with CARC 197, and for nothing else."""
    opened = CaseFile.get(CaseFile.subject == "Retro authorization")
    denied = Claim.select().where(Claim.adjudication == "denied", Claim.payer == opened.payer)
    return {link.claim_id for link in opened.links} == {claim.id for claim in denied}


def snoozed_for_a_week() -> bool:
    (claim,) = Claim.select().where(Claim.snoozed_until.is_null(False))
    return bool((claim.snoozed_until - TODAY).days == 7)


def approved_in_south() -> bool:
    """The New charges of South Clinic from the 3rd to the 10th of March, and no others."""
    ready = ChargeItem.select().where(ChargeItem.status == "Ready to Bill")
    south = [one for one in ready if one.business_unit.name == "South Clinic"]
    days = {str(one.date_of_service) for one in south}
    # Two of North were ready before.
    return days == {"2026-03-05", "2026-03-07", "2026-03-10"} and len(ready) == len(south) + 2


def generated_and_submitted() -> bool:
    ready = ChargeItem.select().where(ChargeItem.status == "Ready to Bill")
    return not ready.exists() and bool(Job.get(Job.name == "submit").requested)


TASKS = (
    Task(
        "approve the New charges of a date range in one business unit",
        8,
        (
            *("2", "a", Typed("2026-03-03"), "tab", Typed("2026-03-10"), "tab"),
            # Of the units none, then the one that begins with S: as few keys among twenty units.
            *("minus", "s", "space", "enter"),
        ),
        approved_in_south,
    ),
    Task(
        "generate claims and submit them",
        6,
        ("2", "v", Typed("ready"), "enter", "a", "enter", "a"),
        generated_and_submitted,
    ),
    Task(
        "one case for all denied claims of one payer with CARC 197",
        10,
        (
            "3",
            "v",
            Typed("denied"),
            "enter",
            "slash",
            Typed("payer:acme carc:197"),
            "enter",
            "ctrl+a",
            "c",
            Typed("Retro authorization"),
            "ctrl+s",
        ),
        case_for_the_denials,
    ),
    Task("snooze a claim for a week", 4, ("3", "h", "enter"), snoozed_for_a_week),
)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_a_task_takes_no_more_keys_than_this(
    busy_store: Store, make_workstation: MakeWorkstation, task: Task
) -> None:
    assert task.count <= task.most
    task.prepare(busy_store)
    async with make_workstation(busy_store).run_test(size=(118, 34)) as pilot:
        for key in task.keys:
            await type_keys(pilot, *(key.text if isinstance(key, Typed) else (key,)))
    assert task.done()
