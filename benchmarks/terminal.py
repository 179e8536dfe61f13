"""The claims queue of a practice with a million claims, timed from outside through a pty.

Builds the practice once, in `.bench/` (some minutes and 3.5 GB). Needs `ptybench.py`, named by
RCM_TUI_PTYBENCH or lying in ../shared/tools; without it nothing is measured, and it says so.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUDGETS = {
    # step: (p50 ms, p95 ms, bytes a key)
    "cursor": (4.0, 8.0, 600),
    "page": (12.0, 25.0, 10_000),
}
# As it is installed for a store in a file; psycopg, where it is there, costs a start 130 ms.
WITHOUT_POSTGRESQL = (
    "import sys; sys.modules['psycopg'] = None; from rcm_tui.__main__ import main; sys.exit(main())"
)
START_BUDGET, MEMORY_BUDGET = 0.6, 80.0


def main() -> int:
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    bench = Path(os.environ.get("RCM_TUI_PTYBENCH", ROOT / "../shared/tools/ptybench.py"))
    if not bench.is_file():
        print(f"Not measured: there is no {bench.name}; RCM_TUI_PTYBENCH may name it.")
        return 0
    folder = ROOT / ".bench" / str(claims)
    store = folder / "practice.db"
    environment = {
        **os.environ,
        "RCM_TUI_KEY_FOLDER": str(folder / "keys"),
        # A worker of its own would be timed along.
        "RCM_TUI_WORKER": "service",
        # An installed program is compiled; one in a work tree may not be (see below).
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
    }
    program = [sys.executable, "-c", WITHOUT_POSTGRESQL, "--db", str(store)]
    if not store.exists():
        print(f"Building {claims:,} claims in {folder} ...")
        build = ["demo", "--claims", str(claims), "--build-only"]
        subprocess.run([*program, *build], env=environment, check=True, stdout=subprocess.DEVNULL)
    figures = folder / "figures.json"
    figures.unlink(missing_ok=True)
    measured = [
        *(sys.executable, str(bench), "--size", "160x50", "--settle", "300"),
        *("--until", "C-[0-9]", "--json", str(figures)),
    ]
    keys = [
        # 40 stay within the first page: the cursor alone moves.
        *("--step", "down*40:cursor", "--step", "pgdn*60:page"),
        *("--step", "end*3:end", "--step", "home*3:home"),
        *("--burst", "down*60", "--burst", "pgdn*30", "--idle", "5"),
    ]
    opened = [*program, "--open", "claims"]
    # The first start compiles and warms the disk's cache; of the others the middle one counts.
    for steps in ([], [], [], keys):
        subprocess.run(
            [*measured, *steps, "--", *opened],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    runs = [json.loads(line) for line in figures.read_text().splitlines()]
    starts = sorted(run["start_s"] for run in runs[1:])
    _report({**runs[-1], "start_s": starts[1]}, claims)
    return 0


def _report(result: dict, claims: int) -> None:
    print(f"{claims:,} claims, 160x50")
    _line("start to the painted claims", result["start_s"], START_BUDGET, "s")
    for label, step in result["steps"].items():
        middle, most, size = BUDGETS.get(label, BUDGETS["page"])
        _line(f"{label} p50", step["p50"], middle, "ms")
        _line(f"{label} p95", step["p95"], most, "ms")
        _line(f"{label} bytes", step["bytes"], size, "B")
    for label, held in (("down*60", "60 keys down at once"), ("pgdn*30", "30 pages at once")):
        print(f"  {held:<28} {result[f'burst {label}']['ms']:10.1f} ms")
    _line("processor while idle", result["idle_cpu_pct"], 0.5, "%")
    _line("memory", result["rss_end_mb"], MEMORY_BUDGET, "MB")


def _line(name: str, value: float, budget: float, unit: str) -> None:
    print(f"  {name:<28} {value:10.2f} {unit:<3} budget {budget:8.1f}  ratio {value / budget:5.2f}")


if __name__ == "__main__":
    sys.exit(main())
