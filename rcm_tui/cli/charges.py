"""`rcm-tui approve`: New charges in a range of dates become Ready to Bill."""

import argparse
import datetime

from rcm_tui.cli.opening import (
    Commands,
    opened,
    progress_bar,
    report,
    shown,
    whoever_runs_this,
)
from rcm_tui.cli.units import add_unit_option, chosen_units


def add_approve(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "approve", parents=[common], help="approve New charges: they become Ready to Bill"
    )
    date = datetime.date.fromisoformat
    parser.add_argument("--from", dest="from_date", type=date, metavar="DATE")
    parser.add_argument("--to", dest="to_date", type=date, metavar="DATE")
    add_unit_option(parser)
    parser.add_argument(
        "--approve-duplicates",
        action="store_true",
        help="approve also what has a twin that is billed or not yet submitted",
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=approve)


def approve(options: argparse.Namespace) -> int:
    """Approves charges as the dialog does; prints what was left as New and why."""
    from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges

    with opened(options) as store, progress_bar("Approving") as progress:
        choice = ApprovalChoice(
            from_date=options.from_date,
            to_date=options.to_date,
            business_units=chosen_units(options),
            leave_duplicates=not options.approve_duplicates,
        )
        with store.work(whoever_runs_this()) as work:
            outcome = approve_charges(work, choice, progress)
    return report(
        outcome, options, lambda: f"approved {len(outcome.done):,} charges, {shown(outcome.amount)}"
    )
