"""`rcm-tui generate` and `rcm-tui submit`."""

import argparse
import sys
from typing import Any

from rcm_tui.cli.opening import (
    Commands,
    money,
    opened,
    print_json,
    progress_bar,
    report,
    shown,
    whoever_runs_this,
)
from rcm_tui.cli.units import add_unit_option, chosen_units
from rcm_tui.data.store import Store


def add_generate(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "generate", parents=[common], help="make claims of the charges that are Ready to Bill"
    )
    add_unit_option(parser)
    parser.add_argument("--draft", action="store_true", help="leave every claim as a Draft")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=generate)


def generate(options: argparse.Namespace) -> int:
    """Generates claims; those that pass validation are Ready to Submit, the others Draft."""
    from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims

    with opened(options) as store, progress_bar("Generating") as progress:
        choice = GenerationChoice(business_units=chosen_units(options), as_draft=options.draft)
        with store.work(whoever_runs_this()) as work:
            outcome = generate_claims(work, choice, progress)
    return report(
        outcome,
        options,
        lambda: (
            f"generated {len(outcome.made):,} claims of {len(outcome.done):,} charges,"
            f" {shown(outcome.amount)}"
        ),
    )


def add_submit(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "submit", parents=[common], help="send the claims that are Ready to Submit, now"
    )
    parser.add_argument(
        "--drafts", action="store_true", help="first Save & Submit every Draft that passes"
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=submit)


def submit(options: argparse.Namespace) -> int:
    """Writes and delivers 837P files for what is Ready to Submit; names the files written."""
    from rcm_tui.jobs.submission import submit_now

    with opened(options) as store:
        left = _save_drafts(store) if options.drafts else []
        result = submit_now(store)
    left += [{"name": item.name, "reason": item.reason} for item in result.sent_back]
    files = [
        {
            "path": file.path,
            "interchange_control_number": f"{file.interchange_control_number:09d}",
            "claims": file.claims,
            "billed": money(file.billed),
            "state": file.state,
        }
        for file in result.files
    ]
    if options.json:
        problems = [*result.problems]
        print_json({"files": files, "left": left, "problems": problems})
    else:
        for file in result.files:
            print(f"{file.path}: {file.claims:,} claims, {shown(file.billed)}, {file.state}")
        if not files:
            print("no claims are Ready to Submit")
        for item in left:
            print(f"  left: {item['name']}: {item['reason']}", file=sys.stderr)
        for problem in result.problems:
            print(f"rcm-tui: {problem}", file=sys.stderr)
    return 1 if left or result.problems else 0


def _save_drafts(store: Store) -> list[dict[str, str]]:
    from rcm_tui.billing.claims.submission import save_and_submit
    from rcm_tui.data.tables.claims import DRAFT, Claim

    rows: Any = Claim.select(Claim.id).where(Claim.status == DRAFT).tuples()
    drafts = [row[0] for row in rows]
    with store.work(whoever_runs_this()) as work, progress_bar("Validating") as progress:
        outcome = save_and_submit(work, drafts, progress)
    return [{"name": item.name, "reason": item.reason} for item in outcome.left]
