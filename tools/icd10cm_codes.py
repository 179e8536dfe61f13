"""Writes what rcm_tui/data/codes/ knows of ICD-10-CM, from the releases that a package has had.

    pip install --no-deps --target releases/2021 simple-icd-10-cm==1.2.0
    pip install --no-deps --target releases/2025 simple-icd-10-cm==1.4.0
    pip install --no-deps --target releases/2026 simple-icd-10-cm==1.5.0
    python tools/icd10cm_codes.py releases

ICD-10-CM, its codes and descriptions, is in the public domain (National Center for Health
Statistics); the package that carries it is under the MIT licence, and nothing of it is kept. The
program does not use the package itself: it takes three seconds and 200 MB to load.

icd10cm.txt: a line is one three-character category and the rest of each of its billable codes of
the last release, "-" for the category itself. Codes carry no decimal point.
icd10cm_changes.txt: which codes were added or taken out between two releases, and the day from
which, or until which, they are taken to hold.
icd10cm_descriptions.txt.z: "code description" of the last release, a line each, compressed (zlib).
"""

import json
import subprocess
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

CODES = Path(__file__).parents[1] / "rcm_tui" / "data" / "codes"
RELEASES = ("2021", "2025", "2026")
CHANGES = {
    # Codes change on the first of October. Of four years between two releases the widest that may
    # be right is taken: what was billable is never refused.
    ("2021", "2025"): ("2021-10-01", "2024-09-30"),
    ("2025", "2026"): ("2025-10-01", "2025-09-30"),
}
READ = """
import json, simple_icd_10_cm as release
codes = {}
for code in release.get_all_codes(True):
    if release.is_leaf(code) and "-" not in code:
        codes[code.replace(".", "")] = release.get_description(code)
print(json.dumps(codes))
"""


def release(folder: Path) -> dict[str, str]:
    """The billable codes of an installed release, with their descriptions."""
    told = subprocess.run(
        [sys.executable, "-c", READ],
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    codes: dict[str, str] = json.loads(told.stdout)
    return codes


def main(folder: Path) -> None:
    """Writes the three files."""
    found = {year: release(folder / year) for year in RELEASES}
    last = found[RELEASES[-1]]
    rests: dict[str, list[str]] = defaultdict(list)
    for code in last:
        rests[code[:3]].append(code[3:] or "-")
    _write(
        "icd10cm.txt",
        (" ".join([category, *sorted(rests[category])]) for category in sorted(rests)),
    )
    changes = []
    for (before, after), (since, until) in CHANGES.items():
        changes.append(
            f"from {since} {' '.join(sorted(found[after].keys() - found[before].keys()))}"
        )
        changes.append(
            f"until {until} {' '.join(sorted(found[before].keys() - found[after].keys()))}"
        )
    _write("icd10cm_changes.txt", changes)
    described = "\n".join(f"{code} {' '.join(text.split())}" for code, text in sorted(last.items()))
    (CODES / "icd10cm_descriptions.txt.z").write_bytes(zlib.compress(described.encode(), 9))


def _write(name: str, lines: Iterable[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    (CODES / name).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
