"""`rcm-tui import`: files from outside, recognised by content, posted or kept with the reason."""

import argparse
import sys
from pathlib import Path
from typing import Any

from rcm_tui.cli.opening import (
    Commands,
    money,
    opened,
    print_json,
    progress_bar,
    shown,
    whoever_runs_this,
)


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "import", parents=[common], help="bring in 837P, 835, 277CA, 999 and TA1 files"
    )
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    parser.add_argument(
        "--as",
        dest="import_as",
        choices=("sent", "draft"),
        default="sent",
        help="claims of an 837P: as sent already elsewhere (default), or as drafts to work on",
    )
    parser.add_argument("--json", action="store_true", help="one object a file")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Imports each file on its own. Status 1 when one is refused, held or cannot be read."""
    needs_a_look = False
    with opened(options) as store:
        actor = whoever_runs_this()
        for path in options.files:
            with progress_bar(path.name) as progress:
                result = _received(store, actor, path, options.import_as == "draft", progress)
            needs_a_look |= result["outcome"] in ("refused", "held")
            if options.json:
                print_json({**result, "paid": money(result["paid"])})
            else:
                _print(result)
    return 1 if needs_a_look else 0


def _received(store: Any, actor: Any, path: Path, as_draft: bool, progress: Any) -> dict[str, Any]:
    from rcm_tui.exchange.incoming import receive_file

    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
        return _row(str(path), "unknown", "refused", [{"severity": "error", "reason": reason}])
    received = receive_file(
        store, actor, "import", path.name, content, as_draft=as_draft, progress=progress
    )
    return _row(
        str(path),
        received.type,
        received.outcome,
        received.findings,
        received.claims,
        received.paid,
    )


def _row(
    file: str, kind: str, outcome: str, findings: list[Any], claims: int = 0, paid: int = 0
) -> dict[str, Any]:
    return {
        "file": file,
        "type": kind,
        "outcome": outcome,
        "claims": claims,
        "paid": paid,
        "findings": findings,
    }


def _print(result: dict[str, Any]) -> None:
    paid = f", paid {shown(result['paid'])}" if result["type"] == "835" else ""
    claims = f"{result['claims']:,} claim{'' if result['claims'] == 1 else 's'}"
    print(f"{result['file']}: {result['type']} {result['outcome']}, {claims}{paid}")
    for finding in result["findings"]:
        place = finding.get("segment_number")
        where = f"segment {place} {finding.get('segment_id', '')}: " if place else ""
        print(f"  {finding['severity']}: {where}{finding['reason']}", file=sys.stderr)
