"""What is counted while the keys are pressed: times, waits, errors, memory, processor."""

import os
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Measures:
    """What one run has seen, of all its workstations. Times are seconds."""

    keys: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By kind of key: from writing it to the last byte of its answer."""
    silent: Counter[str] = field(default_factory=Counter)
    """Keys that painted nothing, such as a move at the end of a list."""
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By what is saved: from its last key to the sentence that says so."""
    refused: Counter[str] = field(default_factory=Counter)
    """Saves that were refused with a reason, as when somebody else was first."""
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    """Megabytes of each workstation at its most."""

    def all_keys(self) -> list[float]:
        return [seconds for times in self.keys.values() for seconds in times]

    def all_waits(self) -> list[float]:
        return [seconds for times in self.waits.values() for seconds in times]


def percentile(values: Sequence[float], share: float) -> float:
    """As in ptybench.py; 0 for no values."""
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))] if ordered else 0.0


def median(values: Iterable[float]) -> float:
    found = list(values)
    return statistics.median(found) if found else 0.0


def memory(pid: int) -> float:
    """Megabytes of a process: resident, with what it shares with others divided among them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            found = re.search(r"^Pss:\s+(\d+)", file.read(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def processor(pids: Iterable[int]) -> float:
    """Seconds that processes have used so far."""
    used = 0.0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                parts = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        used += (int(parts[11]) + int(parts[12])) / TICK
    return used
