"""Asks for known vulnerabilities in what is installed beside this Python, and says what was asked.

    python tools/audit.py [options of pip-audit, as -s osv --osv-url URL]

pip-audit alone ends well and says "No known vulnerabilities found" also where its service knew
none of the packages. Ends with 1 when a vulnerability is known; when nothing could be looked up
it says so and ends with 0, since a closed network is no fault of the source.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Prints each vulnerability with what repairs it, and how many packages were looked up."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "audit.json"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip_audit", "--skip-editable", "--timeout", "10"),
                *("--progress-spinner", "off", "--format", "json", "--output", str(report)),
                *sys.argv[1:],
            ],
            capture_output=True,
            text=True,
            env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        )
        if not report.exists():
            problem = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
            return _not_audited(re.sub(r"\s+", " ", problem)[:200])
        packages = json.loads(report.read_text())["dependencies"]
    known = [one for one in packages if "vulns" in one]
    weak = [(one, found) for one in known for found in one["vulns"]]
    for one, found in weak:
        mended = ", ".join(found["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {found['id']}, mended in {mended}")
    if not known:
        return _not_audited("its service knows none of them")
    print(f"{len(known)} of {len(packages)} packages looked up, {len(weak)} vulnerabilities known.")
    return 1 if weak else 0


def _not_audited(why: str) -> int:
    print(f"NOT AUDITED, no package could be looked up: {why}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
