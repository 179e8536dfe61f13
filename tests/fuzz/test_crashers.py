"""Every seed, and everything that ever made a reader fail, is read without failing."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, seeds

CRASHERS = Path(__file__).parent / "crashers"
FOUND = [
    pytest.param(path.parent.name, path, id=f"{path.parent.name}-{path.name[:12]}")
    for path in sorted(CRASHERS.glob("*/*"))
]


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_read(name: str) -> None:
    given = list(seeds(name))
    assert given
    for seed in given:
        TARGETS[name](seed)


@pytest.mark.parametrize(("name", "path"), FOUND)
def test_what_made_a_reader_fail_does_so_no_more(name: str, path: Path) -> None:
    TARGETS[name](path.read_bytes())
