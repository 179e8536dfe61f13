"""How many keys the everyday tasks take from Home: counted while they are done.

A task is a row of TASKS. What a person types (a name, an amount, words of a filter) is not
counted, the keys around it are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.claims import Claim
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


TASKS = (
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
