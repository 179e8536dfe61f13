"""The figures of a run as a table: all together, one alone, and the ratio."""

from collections import Counter
from collections.abc import Sequence

from benchmarks.load.measures import Measures, median, percentile
from benchmarks.load.practice import Practice
from benchmarks.load.running import Found, Plan

MEMORY = 80.0  # MB, the budget of a workstation


def told(plan: Plan, found: Found, practice: Practice) -> int:
    """Prints everything; the exit status."""
    store = "SQLite, encrypted" if practice.is_file else "PostgreSQL"
    together, alone = found.together, found.alone
    print(
        f"\n{plan.workstations} workstations and the worker on {store}:"
        f" {found.seconds:.0f} s, {plan.think[0]:g} to {plan.think[1]:g} s between keys,"
        f" seed {plan.seed}"
    )
    print(f"  {'':34}{'together':>10}{'alone':>10}{'ratio':>8}")
    for name, those in (("keys, p50 ms", 0.5), ("keys, p95 ms", 0.95), ("keys, most ms", 1.0)):
        _line(name, _ms(together.all_keys(), those), _ms(alone.all_keys(), those))
    for kind in sorted(together.keys):
        for label, share in (("p50", 0.5), ("p95", 0.95)):
            _line(
                f"  {kind} {label} ms",
                _ms(together.keys[kind], share),
                _ms(alone.keys.get(kind, []), share),
            )
    _line("keys a second", *_rates(len(together.all_keys()), len(alone.all_keys()), found))
    saves = sum(found.saves.values())
    _line("saves a second", *_rates(saves, found.alone_saves, found))
    _line("wait for a save, p50 ms", *_both(together, alone, 0.5))
    _line("wait for a save, p95 ms", *_both(together, alone, 0.95))
    _line("longest wait for a save, ms", *_both(together, alone, 1.0))
    for name in sorted(together.waits):
        waits = together.waits[name]
        _line(f"  {name} ({len(waits)}), most ms", _ms(waits, 1.0), _ms(alone.waits[name], 1.0))
    _line("start to painted, median s", median(together.starts), median(alone.starts))
    _line("start to painted, most s", max(together.starts, default=0), max(alone.starts, default=0))
    _line("memory a session (PSS), most MB", max(together.memory, default=0), MEMORY)
    print(f"  {'':34}{'':10}{'(budget)':>10}")
    print(
        f"  processor: workstations {found.workstations_cpu:.2f}, worker {found.worker_cpu:.2f},"
        f" what presses the keys {found.driver_cpu:.2f} of a core"
    )
    print(f"  saves in the audit trail: {saves}: {_counted(found.saves)}")
    print(f"  conflicts answered: {together.conflicts}; refused: {_counted(together.refused)}")
    print(f"  keys that painted nothing: {_counted(together.silent)}")
    print(f"  the worker's runs: {_counted(practice.runs())}")
    if found.backup_seconds:
        print(f"  a backup in the middle took {found.backup_seconds:.1f} s; restored: see errors")
    errors = Counter([*together.errors, *alone.errors])
    print(f"  errors: {sum(errors.values())}")
    for error, times in errors.most_common():
        print(f"    {times} x {error}")
    print(f"  check: {'everything holds' if found.holds else 'FAILED ' + '; '.join(found.wrong)}")
    return 1 if errors or not found.holds else 0


def _line(name: str, together: float, alone: float) -> None:
    ratio = f"{together / alone:.2f}" if alone else "–"
    print(f"  {name:34}{together:>10,.2f}{alone:>10,.2f}{ratio:>8}")


def _ms(times: Sequence[float], share: float) -> float:
    return 1000 * percentile(times, share)


def _both(together: Measures, alone: Measures, share: float) -> tuple[float, float]:
    return _ms(together.all_waits(), share), _ms(alone.all_waits(), share)


def _rates(together: int, alone: int, found: Found) -> tuple[float, float]:
    return together / max(found.seconds, 1), alone / max(found.alone_seconds, 1)


def _counted(counts: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"
