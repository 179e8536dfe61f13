"""A run: the worker, one workstation alone, then all of them together."""

import asyncio
import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from benchmarks.load.biller import Biller
from benchmarks.load.drill import Drill
from benchmarks.load.measures import Measures, processor
from benchmarks.load.practice import Practice
from benchmarks.load.tasks import next_task
from benchmarks.load.terminal import Ended, Terminal
from benchmarks.terminal.measuring import ROOT

SHARED = 6  # clients that everybody edits
STARTED = r"ctrl\+p commands"


@dataclass(frozen=True)
class Plan:
    """How many workstations, for how many seconds together and alone, how fast, which seed."""

    workstations: int
    seconds: float
    alone: float
    think: tuple[float, float]
    seed: int


@dataclass
class Found:
    """What a run has shown."""

    alone: Measures = field(default_factory=Measures)
    together: Measures = field(default_factory=Measures)
    alone_seconds: float = 0.0
    seconds: float = 0.0
    saves: dict[str, int] = field(default_factory=dict)
    alone_saves: int = 0
    workstations_cpu: float = 0.0
    """Shares of one processor."""
    worker_cpu: float = 0.0
    driver_cpu: float = 0.0
    worker_status: int | None = None
    backup_seconds: float = 0.0
    holds: bool = False
    wrong: list[str] = field(default_factory=list)
    """What `rcm-tui check` says at the end."""


def run(practice: Practice, plan: Plan, drill: Drill | None) -> Found:
    """Everything, from the worker's start to the last workstation's end."""
    users = practice.people(plan.workstations)
    clients = practice.clients()
    found = Found()
    worker = subprocess.Popen(
        practice.command("worker"),
        env={**os.environ, **practice.environment},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if plan.alone:
            before = practice.newest_record()
            began = time.perf_counter()
            asyncio.run(_together(practice, plan, users[:1], clients, plan.alone, found.alone))
            found.alone_seconds = time.perf_counter() - began
            found.alone_saves = sum(practice.saves(before).values())
        before = practice.newest_record()
        asyncio.run(_measured(practice, plan, users, clients, found, worker.pid, drill))
        found.saves = practice.saves(before)
        found.holds, found.wrong = practice.check()  # with its worker: that it works is a part
    finally:
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(60)
        worker.kill()
        found.worker_status = worker.wait()
    if found.worker_status:
        found.together.errors.append(f"the worker ended with status {found.worker_status}")
    found.together.errors += [f"a run of {said}" for said in practice.failed_runs()]
    return found


async def _measured(
    practice: Practice,
    plan: Plan,
    users: list[int],
    clients: list[str],
    found: Found,
    worker: int,
    drill: Drill | None,
) -> None:
    began, used = time.perf_counter(), processor([worker])
    mine = time.process_time()
    backup = asyncio.create_task(_backup(drill, plan.seconds / 2)) if drill else None
    found.workstations_cpu = await _together(
        practice, plan, users, clients, plan.seconds, found.together
    )
    found.seconds = time.perf_counter() - began
    found.worker_cpu = (processor([worker]) - used) / found.seconds
    found.driver_cpu = (time.process_time() - mine) / found.seconds
    if drill and backup:
        await backup
        found.backup_seconds = drill.seconds


async def _backup(drill: Drill, after: float) -> None:
    await asyncio.sleep(after)
    await drill.take()


async def _together(
    practice: Practice,
    plan: Plan,
    users: list[int],
    clients: list[str],
    seconds: float,
    measures: Measures,
) -> float:
    """Lets all users in at once and has them work; the share of a processor they used."""
    terminals = [
        Terminal(practice.command("--user-id", str(user)), practice.environment, str(ROOT))
        for user in users
    ]
    billers = [
        Biller(
            terminal,
            measures,
            Random(f"{plan.seed} {number}"),
            plan.think,
            clients[SHARED + number :: plan.workstations],
            clients[:SHARED],
        )
        for number, terminal in enumerate(terminals)
    ]
    pids = [terminal.pid for terminal in terminals]
    began = time.perf_counter()
    watching = asyncio.create_task(_watch(pids, seconds))
    await asyncio.gather(*(_work(biller, began + seconds) for biller in billers))
    used = await watching
    await asyncio.gather(*(_leave(biller) for biller in billers))
    return used


async def _watch(pids: list[int], seconds: float) -> float:
    used, began = processor(pids), time.perf_counter()
    await asyncio.sleep(seconds)
    return (processor(pids) - used) / (time.perf_counter() - began)


async def _work(biller: Biller, until: float) -> None:
    terminal = biller.terminal
    try:
        shown = await terminal.until(STARTED, 120.0)
        if shown is None:
            biller.fail("a workstation did not come up in 120 s")
            return
        biller.measures.starts.append(shown - terminal.started)
        while time.perf_counter() < until:
            await next_task(biller)(biller)
    except Ended:
        biller.fail(f"a workstation ended by itself with status {terminal.status}")


async def _leave(biller: Biller) -> None:
    if biller.terminal.status is not None:
        return
    try:
        await biller.leave()
    except Ended:
        if biller.terminal.status:
            biller.fail(f"a workstation ended with status {biller.terminal.status}")
