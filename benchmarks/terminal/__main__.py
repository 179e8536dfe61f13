"""The workstation at a million claims, timed from outside through a pty of 160x50.

    python -m benchmarks.terminal [claims] [--peers FOLDER]
    python -m benchmarks.terminal --db postgresql://… --keys FOLDER

One run measures ours idle, with keys held down, with another process posting large remittances
to the same store, and VisiData, harlequin, Textual's own DataTable and `less` on the same claims.
The practice is built once in `.bench/` (some minutes and 4 GB). Needs `ptybench.py`, named by
RCM_TUI_PTYBENCH or lying in ../shared/tools; what cannot be measured says why. With --db, ours is
measured on a practice that is on PostgreSQL already, and nothing is written to it.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.terminal import peers, remittances
from benchmarks.terminal.held_keys import lags
from benchmarks.terminal.measuring import ROOT, NotMeasured, Program, measure, ptybench
from benchmarks.terminal.postgresql import PostgresqlPractice
from benchmarks.terminal.practice import Practice
from benchmarks.terminal.report import Report

BESIDE_SMALLEST = "start / the smallest Textual app's"
START, CURSOR, PAGE = "start to painted claims", "cursor", "page"
TAB, LETTER = "Tab in a form", "letter in a form"
BURST, PAGES_BURST = "60 keys at once, last byte", "30 pages at once, last byte"
MEMORY, IDLE, IDLE_BYTES = "memory", "processor while idle", "bytes while idle"
STARTS = 5
AS_SMALLEST = 2.4  # 0.6 s, where that app takes 0.25 s
SLOWER = 1.5  # what a busy worker may make of an idle p95
AFTER_RELEASE = 50.0  # ms

# Label: p50 ms, p95 ms, bytes a key.
BUDGETS = {CURSOR: (4.0, 8.0, 600), PAGE: (12.0, 25.0, 10_000)}
# 40 stay within the first page: the cursor alone moves.
CURSOR_KEYS, PAGE_KEYS = f"down*40:{CURSOR}", f"pgdn*60:{PAGE}"
# Down and up again: two slow keys among forty would be the p95, so it is taken of four forties.
FORTIES = [f"{key}*40:{CURSOR} {n}" for n, key in enumerate(("down", "up", "down", "up"))]
PEER_KEYS = (CURSOR_KEYS, PAGE_KEYS)
BURSTS = {BURST: "down*60", PAGES_BURST: "pgdn*30"}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("claims", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-bench/bin", metavar="FOLDER")
    parser.add_argument("--db", metavar="URL")
    parser.add_argument("--keys", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    try:
        ptybench()
    except NotMeasured as reason:
        print(f"Not measured: {reason}.")
        return 0
    report = Report()
    if options.db:
        return _on_postgresql(PostgresqlPractice(options.db, options.keys), report)
    practice = Practice(options.claims)
    practice.build()
    for title, part in (
        ("ours, idle", _idle),
        ("ours, pages from the end and the middle", _elsewhere),
        ("ours, keys held down", _held),
        ("a form, ours and stock", _form),
        ("VisiData", lambda *given: _peer(peers.visidata(practice, options.peers), *given)),
        ("harlequin", lambda *given: _peer(peers.harlequin(practice, options.peers), *given)),
        ("a stock DataTable", lambda *given: _peer(peers.stock_table(practice), *given)),
        ("less", lambda *given: _peer(peers.less(practice), *given)),
        ("ours, beside a process that posts remittances", _busy),
    ):
        _tell(title, lambda part=part: part(practice, report), report)
    report.print(f"{practice.rows:,} claims in the practice, 160x50")
    return 0


def _on_postgresql(practice: PostgresqlPractice, report: Report) -> int:
    for title, part in (
        ("ours, idle", _idle),
        ("ours, pages from the end and the middle", _elsewhere),
        ("ours, keys held down", _held),
    ):
        _tell(title, lambda part=part: part(practice, report), report)
    report.print(f"{practice.rows:,} claims on PostgreSQL, 160x50")
    return 0


def _tell(title: str, part: Callable[[], None], report: Report) -> None:
    print(f"Measuring {title} ...", end="", flush=True)
    began = time.perf_counter()
    try:
        part()
    except NotMeasured as reason:
        report.missing.append(f"{title}: {reason}")
    print(f" {time.perf_counter() - began:.0f} s")


def _idle(practice: Practice, report: Report) -> None:
    workstation = practice.workstation()
    smallest = peers.smallest_app(practice)
    pairs = [
        (measure(workstation)["start_s"], measure(smallest)["start_s"]) for _ in range(1 + STARTS)
    ]
    del pairs[0]  # the first start compiles and warms the disk's cache
    ends = [f"{key}*1:{key} {n}" for n in range(7) for key in ("end", "home")]
    found = measure(
        workstation, [CURSOR_KEYS, PAGE_KEYS, *ends], bursts=list(BURSTS.values()), idle=10
    )
    report.add(START, "s", statistics.median(ours for ours, _ in pairs), 0.6)
    times = statistics.median(ours / least for ours, least in pairs)
    report.add(BESIDE_SMALLEST, "x", times, AS_SMALLEST)
    for label in (CURSOR, PAGE):
        _add_step(report, label, found["steps"][label])
    for key in ("end", "home"):
        times = [found["steps"][f"{key} {n}"]["p50"] for n in range(7)]
        report.add(f"{key} p50", "ms", statistics.median(times), BUDGETS[PAGE][0])
        report.add(f"{key} most", "ms", max(times), BUDGETS[PAGE][1])
    for label, burst in BURSTS.items():
        report.add(label, "ms", found["burst " + burst]["ms"])
    report.add(IDLE, "%", found["idle_cpu_pct"], 0.5)
    report.add(IDLE_BYTES, "B/s", found["idle_Bps"])
    report.add(MEMORY, "MB", found["rss_end_mb"], 80.0)


def _elsewhere(practice: Practice, report: Report) -> None:
    workstation = practice.workstation()
    up = "page up from the end"
    found = measure(workstation, ["end*1:end", f"pgup*60:{up}"])
    _add_step(report, up, found["steps"][up], PAGE)
    # In the order of names, from the middle of the alphabet on.
    middle = "page in the middle"
    ready = ["o,patient,enter@Patient▲", "f,N,esc"]
    program = Program(
        workstation.name,
        workstation.command,
        workstation.until,
        ready,
        environment=workstation.environment,
    )
    found = measure(program, [f"pgdn*60:{middle}"])
    _add_step(report, middle, found["steps"][middle], PAGE)


def _held(practice: Practice, report: Report) -> None:
    workstation = practice.workstation()
    for key, times, a_second in (
        ("down", 60, 30),
        ("pgdn", 60, 30),
        ("down", 60, None),
        ("pgdn", 60, None),
    ):
        late = lags(workstation, key, times, a_second)
        how = f"{a_second}/s" if a_second else "at once"
        name = f"{times} {key} {how}, after release"
        report.add(name, "ms", statistics.median(late), AFTER_RELEASE)
        report.add(f"{name}, most", "ms", max(late), AFTER_RELEASE)


def _form(practice: Practice, report: Report) -> None:
    steps = [f"x*20:{LETTER}", f"tab*8:{TAB}"]
    # What is typed is kept as a draft: that must not stay in the practice.
    with practice.copy() as store:
        workstation = practice.workstation(store)
        ready = ["6@Born", "enter@Middle name"]
        program = Program(
            workstation.name,
            workstation.command,
            workstation.until,
            ready,
            environment=workstation.environment,
        )
        ours = measure(program, steps)["steps"]
    stock = peers.stock_form()
    theirs = measure(stock, steps)["steps"]
    for label, size in ((TAB, 4000), (LETTER, 200)):
        report.add(f"{label} p50", "ms", ours[label]["p50"], 15.0)
        report.add(f"{label} p95", "ms", ours[label]["p95"], 15.0)
        report.add(f"{label} bytes", "B", ours[label]["bytes"], size)
        for what, unit in (("p50", "p50"), ("p95", "p95"), ("bytes", "bytes")):
            report.beside(f"{label} {what}", stock.name, theirs[label][unit])


def _peer(program: Program, practice: Practice, report: Report) -> None:
    found = measure(program, PEER_KEYS, bursts=list(BURSTS.values()), idle=10)
    loading = sum(found.get("pre", {}).values())
    report.beside(START, program.name, found["start_s"] + loading)
    for label in (CURSOR, PAGE):
        for what in ("p50", "p95", "bytes"):
            report.beside(f"{label} {what}", program.name, found["steps"][label][what])
    for label, burst in BURSTS.items():
        report.beside(label, program.name, found["burst " + burst]["ms"])
    report.beside(IDLE, program.name, found["idle_cpu_pct"])
    report.beside(IDLE_BYTES, program.name, found["idle_Bps"])
    report.beside(MEMORY, program.name, found["rss_end_mb"])


def _busy(practice: Practice, report: Report) -> None:
    keys = [*FORTIES, PAGE_KEYS]
    with practice.copy() as store, tempfile.TemporaryDirectory() as folder:
        workstation = practice.workstation(store)
        files = remittances.write_files(store, Path(folder))
        idle = _forties(measure(workstation, keys)["steps"])
        before, began = remittances.posted(store), time.perf_counter()
        with remittances.posting(practice, store, files) as process:
            time.sleep(2)  # until the first file has been read
            busy = _forties(measure(workstation, keys)["steps"])
            seconds = time.perf_counter() - began
            if process.poll() is not None:
                raise NotMeasured("all remittances were posted before the last key")
        rate = (remittances.posted(store) - before) / seconds
    report.notes.append(f"Meanwhile the other process posted {rate:,.0f} claims a second.")
    for label in (CURSOR, PAGE):
        _add_busy(report, label, idle[label], busy[label])


def _forties(steps: dict[str, Any]) -> dict[str, Any]:
    """The steps with the means of the four forties as one."""
    four = [steps[each.partition(":")[2]] for each in FORTIES]
    mean = {what: statistics.mean(step[what] for step in four) for what in ("p50", "p95")}
    return {CURSOR: mean, PAGE: steps[PAGE]}


def _add_busy(report: Report, label: str, idle: dict[str, Any], busy: dict[str, Any]) -> None:
    report.add(f"{label} p50, while posting", "ms", busy["p50"])
    report.add(f"{label} p95, while posting", "ms", busy["p95"], SLOWER * idle["p95"])
    report.add(f"{label} p95, posting/idle", "x", busy["p95"] / idle["p95"], SLOWER)


def _add_step(report: Report, label: str, step: dict[str, Any], budget: str = "") -> None:
    middle, most, size = BUDGETS[budget or label]
    report.add(f"{label} p50", "ms", step["p50"], middle)
    report.add(f"{label} p95", "ms", step["p95"], most)
    report.add(f"{label} bytes", "B", step["bytes"], size)


if __name__ == "__main__":
    sys.exit(main())
