"""`rcm-tui export billing` and `rcm-tui report duplicates`: files for other people and systems."""

import argparse
import datetime
import sys
from pathlib import Path

from rcm_tui.billing.outcome import Refused, counted
from rcm_tui.cli.opening import Commands, opened, print_json, whoever_runs_this
from rcm_tui.cli.units import add_unit_option, chosen_units


def add_export(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("export", help="write charges for another billing system")
    kinds = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    billing = kinds.add_parser(
        "billing", parents=[common], help="the charges that are Ready to Bill, as csv"
    )
    _add_range(billing)
    add_unit_option(billing)
    billing.add_argument(
        "--again", action="store_true", help="also those that were billed externally before"
    )
    billing.add_argument(
        "--mark-billed", action="store_true", help="then mark them as Billed Externally"
    )
    billing.set_defaults(run=export)


def add_report(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("report", help="write a report as a workbook")
    kinds = parser.add_subparsers(title="what", metavar="WHAT", required=True)
    duplicates = kinds.add_parser(
        "duplicates",
        parents=[common],
        help="New and Ready to Bill charges whose twins still wait to be submitted",
    )
    _add_range(duplicates)
    add_unit_option(duplicates)
    duplicates.set_defaults(run=report)
    for name, what in (
        ("figures", "the key figures, and money and denials by month"),
        ("case-insights", "open cases by payer and subject, owner and CARC"),
        ("denial-insights", "what payers denied in twelve months, and what came back"),
        ("ageing", "what payers and patients owe by age, and what payers allowed too little"),
    ):
        figures = kinds.add_parser(name, parents=[common], help=what)
        figures.add_argument("-o", "--output", metavar="FILE", required=True)
        figures.set_defaults(run=report_figures, kind=name.replace("-", "_"))


def export(options: argparse.Namespace) -> int:
    """Writes the csv; status 1 when something in the range is not in it, each with the reason."""
    from rcm_tui.billing.charges.external import ExportChoice, mark_billed_externally
    from rcm_tui.data.target import TargetRefused
    from rcm_tui.exchange.billing_export import export_billing

    with opened(options) as store:
        actor = whoever_runs_this()
        choice = ExportChoice(
            options.from_date,
            options.to_date,
            business_units=chosen_units(options),
            again=options.again,
        )
        try:
            done = export_billing(store, actor, choice, Path(options.output), replace=True)
        except TargetRefused as error:
            raise Refused(str(error)) from None
        left = list(done.left)
        marked = 0
        if options.mark_billed:
            with store.work(actor) as work:
                outcome = mark_billed_externally(work, done.charges)
            marked = len(outcome.done)
            left += outcome.left
    if options.json:
        rows = [{"name": item.name, "reason": item.reason} for item in left]
        print_json({"exported": len(done.charges), "marked": marked, "left": rows})
    else:
        words = f", marked {marked:,} as Billed Externally" if options.mark_billed else ""
        print(f"exported {counted(len(done.charges), 'charge')} to {done.path}{words}")
        for item in left:
            print(f"  left: {item.name}: {item.reason}", file=sys.stderr)
    return 1 if left else 0


def report(options: argparse.Namespace) -> int:
    """Writes the duplicates report; says how many charges and twins are in it."""
    from rcm_tui.billing.charges.selection import Chosen
    from rcm_tui.data.target import TargetRefused
    from rcm_tui.exchange.duplicates_report import write_duplicates

    if not options.output.lower().endswith(".xlsx"):
        raise Refused(f"-o {options.output}: the report is a workbook, end its name with .xlsx")
    with opened(options) as store:
        chosen = Chosen(options.from_date, options.to_date, chosen_units(options))
        try:
            done = write_duplicates(
                store, whoever_runs_this(), chosen, Path(options.output), replace=True
            )
        except TargetRefused as error:
            raise Refused(str(error)) from None
    if options.json:
        print_json({"charges": done.charges, "twins": done.twins})
    else:
        waits = "waits for a twin" if done.charges == 1 else "wait for twins"
        print(f"{counted(done.charges, 'charge')} {waits}: {done.path}")
    return 0


def report_figures(options: argparse.Namespace) -> int:
    """Writes the workbook of one kind of report."""
    from rcm_tui.data.target import TargetRefused
    from rcm_tui.exchange.figures_report import write_report

    if not options.output.lower().endswith(".xlsx"):
        raise Refused(f"-o {options.output}: the report is a workbook, end its name with .xlsx")
    with opened(options) as store:
        try:
            done = write_report(
                store, whoever_runs_this(), [options.kind], Path(options.output), replace=True
            )
        except TargetRefused as error:
            raise Refused(str(error)) from None
    print(f"{options.kind}: {done.path}")
    return 0


def _add_range(parser: argparse.ArgumentParser) -> None:
    date = datetime.date.fromisoformat
    parser.add_argument("--from", dest="from_date", type=date, metavar="DATE", required=True)
    parser.add_argument("--to", dest="to_date", type=date, metavar="DATE", required=True)
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write")
    parser.add_argument("--json", action="store_true")
