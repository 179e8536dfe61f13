"""`rcm-tui import`: files from outside, recognised by content, taken in or kept with the reason."""

import argparse
import sys
from pathlib import Path
from typing import Any

from rcm_tui.billing.outcome import Refused
from rcm_tui.cli.opening import (
    Commands,
    money,
    opened,
    print_json,
    progress_bar,
    shown,
    whoever_runs_this,
)

HEAD = 8192
MAPPING = "COLUMN is one of rcm-tui's: --map 'Client=client_mrn'; empty leaves the heading out"
ROWS_SHOWN = 200
DEPOSITS = "deposits"
"""What `--kind` says of a bank's statement whose headings do not show it."""


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "import",
        parents=[common],
        help="bring in 837P, 835, 277CA, 999 and TA1 files, and tables (csv, xlsx)",
        description="Files are recognised by their content: 837P, 835, 277CA, 999, TA1, and tables"
        " (csv, xlsx) of sessions, practitioners, payers, clients and what belongs to them, and the"
        " statements of a bank (deposits).",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    parser.add_argument(
        "--as",
        dest="import_as",
        choices=("sent", "draft"),
        default="sent",
        help="claims of an 837P: as sent already elsewhere (default), or as drafts to work on",
    )
    parser.add_argument(
        "--review",
        action="store_true",
        help="payments of an 835 wait to be looked at, whatever their payer is set to",
    )
    tables = parser.add_argument_group("tables")
    tables.add_argument("--kind", default="", help="what it holds, where the headings do not say")
    tables.add_argument(
        "--source", default="", metavar="NAME", help="whose file it is: its columns are remembered"
    )
    tables.add_argument(
        "--map", action="append", default=[], metavar="HEADING=COLUMN", type=_told, help=MAPPING
    )
    tables.add_argument("--sheet", default="", metavar="NAME", help="the sheet of a workbook")
    tables.add_argument(
        "--dry-run", action="store_true", help="say what each row would do, and do nothing"
    )
    tables.add_argument("--again", action="store_true", help="also a file that was imported before")
    tables.add_argument(
        "--refused",
        type=Path,
        metavar="FILE",
        help="where refused rows go, to be corrected; else into the export folder",
    )
    parser.add_argument("--json", action="store_true", help="one object a file")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Imports each file on its own. Status 1 when one, or a row, is refused, held or unreadable."""
    needs_a_look = False
    with opened(options) as store:
        actor = whoever_runs_this()
        for path in options.files:
            with progress_bar(path.name) as progress:
                result = _taken_in(store, actor, path, options, progress)
            needs_a_look |= result["outcome"] in ("refused", "held", "stopped")
            needs_a_look |= result["outcome"] == "to review" and not options.review
            needs_a_look |= bool(result.get("rows_refused"))
            if options.json:
                paid = {"paid": money(result["paid"])} if "paid" in result else {}
                print_json({**result, **paid})
            elif "kind" in result:
                _print_table(result)
            else:
                _print(result)
    return 1 if needs_a_look else 0


def _told(text: str) -> tuple[str, str]:
    heading, equals, column = text.rpartition("=")
    if not equals or not heading.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not HEADING=COLUMN")
    return heading.strip(), column.strip()


def _taken_in(
    store: Any, actor: Any, path: Path, options: argparse.Namespace, progress: Any
) -> dict[str, Any]:
    from rcm_tui.exchange.tables.opening import looks_like_a_table, recognised

    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
        content = recognised(head)
        if _is_statement(head, content, options):
            return _statement(store, actor, path)
        asked = any((options.kind, options.source, options.map, options.sheet, options.dry_run))
        table = content == "text" and (asked or looks_like_a_table(head))
        if table or content in ("workbook", "old workbook"):
            return _table(store, actor, path, options, progress)
        if options.dry_run:
            raise Refused("only tables can be tried with --dry-run, and this is none")
        return _received(store, actor, path, options, progress)
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
    except Refused as error:
        reason = str(error)
    return _row(str(path), "unknown", "refused", [{"severity": "error", "reason": reason}])


def _is_statement(head: bytes, content: str, options: argparse.Namespace) -> bool:
    from rcm_tui.exchange.bank_statements import looks_like_a_statement
    from rcm_tui.exchange.tables.opening import looks_like_a_table

    if options.kind:
        return bool(options.kind == DEPOSITS)
    return content == "text" and looks_like_a_statement(head) and not looks_like_a_table(head)


def _statement(store: Any, actor: Any, path: Path) -> dict[str, Any]:
    from rcm_tui.exchange.bank_statements import import_statement

    read, outcome = import_statement(store, actor, path.name, path, now=_now())
    findings = [{"severity": "error", "reason": reason} for reason in read.refused]
    return {
        **_row(str(path), "statement", "held" if findings else "posted", findings),
        "deposits": len(outcome.made),
        "reconciled": len(outcome.done),
        "here_already": len(outcome.left),
    }


def _received(
    store: Any, actor: Any, path: Path, options: argparse.Namespace, progress: Any
) -> dict[str, Any]:
    from rcm_tui.exchange.incoming import receive_file

    received = receive_file(
        store,
        actor,
        "import",
        path.name,
        path.read_bytes(),
        as_draft=options.import_as == "draft",
        review=options.review,
        progress=progress,
    )
    return _row(
        str(path),
        received.type,
        received.outcome,
        received.findings,
        received.claims,
        received.paid,
    )


def _table(
    store: Any, actor: Any, path: Path, options: argparse.Namespace, progress: Any
) -> dict[str, Any]:
    from rcm_tui.cli.opening import options_settings
    from rcm_tui.data.target import TargetRefused, refuse_unwritable
    from rcm_tui.exchange.tables.importing import TableOptions, import_table, try_table
    from rcm_tui.exchange.tables.refused_rows import refused_target

    wanted = TableOptions(
        options.kind, options.source, dict(options.map), options.sheet, options.again
    )

    def refused_to(kind: str) -> Path:
        if options.refused is not None:
            return Path(options.refused)
        folder = options_settings(options).export_folder
        return refused_target(folder, kind, store.today(_now()))

    try:
        if options.refused is not None:
            refuse_unwritable(options.refused, replace=False)
        if options.dry_run:
            report = try_table(store, actor, path.name, path, wanted, progress=progress)
        else:
            report = import_table(
                store, actor, path.name, path, wanted, refused_to=refused_to, progress=progress
            )
    except TargetRefused as error:
        raise Refused(str(error)) from None
    return {
        "file": str(path),
        "kind": report.kind,
        "outcome": report.outcome,
        "read_as": report.described,
        "source": report.source,
        "columns": report.mapping,
        **{f"rows_{name}": count for name, count in report.counts.items()},
        "refused_file": str(report.refused_file or ""),
        "notes": report.notes,
        "rows": [_row_outcome(row) for row in report.rows],
    }


def _row_outcome(row: Any) -> dict[str, Any]:
    return {
        "row": row.number,
        "outcome": row.outcome,
        "name": row.name,
        "changes": [
            {"field": change.label, "old": change.old, "new": change.new} for change in row.changes
        ],
        "faults": [
            {"column": fault.heading, "value": fault.value, "reason": fault.reason}
            for fault in row.faults
        ],
    }


def _now() -> Any:
    import datetime

    return datetime.datetime.now(datetime.UTC)


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
    if "deposits" in result:
        print(
            f"{result['file']}: statement, {result['deposits']:,} deposits recorded,"
            f" {result['reconciled']:,} reconciled, {result['here_already']:,} here already"
        )
        for finding in result["findings"]:
            print(f"  {finding['severity']}: {finding['reason']}", file=sys.stderr)
        return
    claims = f"{result['claims']:,} claim{'' if result['claims'] == 1 else 's'}"
    print(f"{result['file']}: {result['type']} {result['outcome']}, {claims}{paid}")
    for finding in result["findings"]:
        place = finding.get("segment_number")
        where = f"segment {place} {finding.get('segment_id', '')}: " if place else ""
        print(f"  {finding['severity']}: {where}{finding['reason']}", file=sys.stderr)


def _print_table(result: dict[str, Any]) -> None:
    counts = ", ".join(
        f"{result[f'rows_{name}']:,} {words}"
        for name, words in (
            ("new", "new"),
            ("update", "to update" if result["outcome"] == "tried" else "updated"),
            ("same", "the same"),
            ("refused", "refused"),
        )
    )
    read_as = f" ({result['read_as']})" if result["read_as"] else ""
    print(f"{result['file']}: {result['kind']} {result['outcome']}{read_as}: {counts}")
    for note in result["notes"]:
        print(f"  {note}", file=sys.stderr)
    tried = result["outcome"] == "tried"
    listed = [row for row in result["rows"] if tried or row["outcome"] == "refused"]
    for row in listed[:ROWS_SHOWN]:
        what = "; ".join(
            [
                *(f"{one['field']} {one['old']} → {one['new']}" for one in row["changes"]),
                *(one["reason"] for one in row["faults"]),
            ]
        )
        line = f"  row {row['row']:>6,}  {row['outcome']:<8} {row['name']}".rstrip()
        print(f"{line}: {what}" if what else line, file=None if tried else sys.stderr)
    if len(listed) > ROWS_SHOWN:
        print(f"  … and {len(listed) - ROWS_SHOWN:,} more rows (--json has them)", file=sys.stderr)
    if result["refused_file"]:
        print(f"  refused rows, to be corrected: {result['refused_file']}", file=sys.stderr)
