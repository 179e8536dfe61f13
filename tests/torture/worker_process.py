"""A worker in a process of its own, which tells every point it reaches and waits to go on."""

import datetime
import errno
import os
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

import rcm_tui.exchange
import rcm_tui.jobs
from rcm_tui.data.store import Store
from rcm_tui.exchange import fault
from rcm_tui.exchange.transports import folder as folder_transport
from rcm_tui.jobs.schedule import SUBMIT
from rcm_tui.jobs.worker import Worker
from tests.torture import naive

DONE = "done"
TRACED = tuple(
    str(Path(package.__file__ or "").parent) for package in (rcm_tui.exchange, rcm_tui.jobs)
)


@dataclass(frozen=True)
class Order:
    """What the process is to do. `dies_at_line`: the how many-eth line of ours it is killed at."""

    url: str
    key_folder: Path
    holder: str
    now: datetime.datetime
    is_naive: bool = False
    dies_at_line: int = 0
    disk_is_full: bool = False


def work(order: Order, driver: Connection) -> None:
    """Submits once, under the eyes of the driver."""

    def tell(point: str) -> None:
        driver.send(point)
        driver.recv()

    fault.on_reached = tell
    if order.disk_is_full:
        folder_transport._write = _full
    with Store.open(order.url, order.key_folder) as store:
        if order.dies_at_line:
            _die_at_line(order.dies_at_line)
        if order.is_naive:
            naive.submit(store, order.now)
        else:
            Worker(store, order.holder, lambda: order.now).run(once=True, job=SUBMIT)
        sys.settrace(None)
    driver.send(DONE)


def _full(descriptor: int, rest: memoryview) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _die_at_line(lines: int) -> None:
    left = lines

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        return count if frame.f_code.co_filename.startswith(TRACED) else None

    sys.settrace(watch)
