"""`python -m tests.fuzz [TARGET …] --seconds N`: coverage-guided fuzzing; see `make fuzz`.

Each target runs in a process of its own. What makes one fail is written beside its seeds as a file
to be put into `crashers/TARGET/`, where the tests replay it for ever.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

LONGEST = 20_000
INSIDE = "--inside"
CRASHERS = Path(__file__).parent / "crashers"


def main() -> int:
    """Fuzzes the targets one after the other; status 1 when one failed."""
    if sys.argv[1:2] == [INSIDE]:
        _fuzz(sys.argv[2], sys.argv[3:])
        return 0
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    targets = options.targets or list(TARGETS)
    failed = [name for name in targets if not _ran(name, options.seconds)]
    print(f"failed: {', '.join(failed)}" if failed else "nothing failed")
    return 1 if failed else 0


def _ran(name: str, seconds: int) -> bool:
    from tests.fuzz.targets import seeds

    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        known = CRASHERS / name
        found = [*seeds(name), *(p.read_bytes() for p in sorted(known.glob("*")))]
        for number, seed in enumerate(found):
            (corpus / f"seed{number}").write_bytes(seed)
        print(f"== {name}, {seconds} s", flush=True)
        run = subprocess.run(
            [
                *(sys.executable, "-m", "tests.fuzz", INSIDE, name, str(corpus)),
                *(f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20"),
                *("-rss_limit_mb=2000", f"-artifact_prefix={Path.cwd()}/crash-{name}-"),
                "-print_final_stats=1",
            ]
        )
    return run.returncode == 0


def _fuzz(name: str, arguments: list[str]) -> None:
    import atheris

    # Only what is imported in here is watched: our own readers, and no library below them.
    with atheris.instrument_imports(include=["rcm_tui"]):
        from tests.fuzz.targets import TARGETS
    atheris.Setup([name, *arguments], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
