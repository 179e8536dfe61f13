"""Bringing a table in: tried first, row by row; then the good rows written and the others kept.

The file itself is kept whole, as every file that comes in. It is worked off in steps of some
thousand rows, each written whole; when it is stopped, or the machine fails, what is left comes in
when the file is brought in again, since rows that are there already change nothing.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from peewee import Database

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.outcome import Progress, go_on
from rcm_tui.billing.rights import IMPORT_TABLES, RIGHT_OF_KIND, Right, doing, refuse
from rcm_tui.data.actor import Actor
from rcm_tui.data.plain import plain, plain_name
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.row import Row
from rcm_tui.data.work import Work
from rcm_tui.exchange.findings import Findings, to_json
from rcm_tui.exchange.kept import Kept, keep
from rcm_tui.exchange.tables.kinds import TableKind
from rcm_tui.exchange.tables.mapping import Understood, remember, understand
from rcm_tui.exchange.tables.meanings import text_of
from rcm_tui.exchange.tables.opening import open_table
from rcm_tui.exchange.tables.outcomes import (
    OUTCOMES,
    Fault,
    Planner,
    RowOutcome,
    TableRow,
)
from rcm_tui.exchange.tables.record_rows import RecordPlanner
from rcm_tui.exchange.tables.refused_rows import RefusedRows
from rcm_tui.exchange.tables.session_rows import SessionPlanner
from rcm_tui.exchange.tables.source import SourceRow, Value

STEP = 4000
"""Rows that are written at once: others wait for about a second (ours)."""
MOST_KEPT = 5000
"""Rows of each outcome that a report names; the others are counted."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How to take a table: its kind where the headings do not say, the name of its source, what
    headings mean (heading → column, "" to leave one out), a workbook's sheet, and whether a file
    that came in before is brought in again.
    """

    kind: str = ""
    source: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    again: bool = False


@dataclass(slots=True)
class TableReport:
    """What a table does, or did. `outcome` is tried, imported, refused, stopped or duplicate.

    `rows` names the first rows of each outcome, in the order of the file; `counts` counts all.
    `notes` are sentences about the file as a whole.
    """

    file: str
    outcome: str
    kind: str = ""
    described: str = ""
    source: str = ""
    remembered: bool = False
    headings: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(OUTCOMES, 0)))
    rows: list[RowOutcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused_file: Path | None = None
    incoming_file_id: int | None = None

    @property
    def good(self) -> int:
        """Rows that are new or change something."""
        return self.counts["new"] + self.counts["update"]

    def take(self, outcome: RowOutcome) -> None:
        """Counts a row, and names it unless very many like it were."""
        self.counts[outcome.outcome] += 1
        if self.counts[outcome.outcome] <= MOST_KEPT:
            self.rows.append(outcome)


def right_of(kind: TableKind) -> Right:
    """What is done with the rows of a table of this kind."""
    return RIGHT_OF_KIND[kind.record or "session"]


def _refuse(actor: Actor, kind: TableKind) -> None:
    refuse(actor, IMPORT_TABLES)
    refuse(actor, right_of(kind))


def try_table(
    store: Store,
    actor: Actor,
    name: str,
    content: bytes | Path | Kept,
    options: TableOptions | None = None,
    *,
    now: datetime.datetime | None = None,
    progress: Progress | None = None,
) -> TableReport:
    """What each row would do; nothing is written, and the file is not kept.

    Raises TableRefused when no row can be understood, Refused for who may not import it, OSError
    when the file cannot be read, Cancelled when `progress` does.
    """
    options = options or TableOptions()
    kept = content if isinstance(content, Kept) else keep(content)
    database = store.database
    database.connect(reuse_if_open=True)
    moment = now or datetime.datetime.now(datetime.UTC)
    understood = _understood(database, kept, options)
    with store.recording_refusals(actor, moment):
        _refuse(actor, understood.kind)
    report = _report(name, understood, "tried")
    known = IncomingFile.get_or_none(IncomingFile.sha256 == kept.sha256)
    if known is not None and known.outcome != "received":
        report.notes.append(_came_before(known))
    planner = _planner(database, understood, store.today(moment))
    done = 0
    for step in _steps(understood):
        if progress is not None:
            progress(min(done, understood.table.expected), understood.table.expected)
        for _, outcome in _planned(database, planner, understood, step):
            report.take(outcome)
        done += len(step)
        _note_replaced(report, step)
    return report


def import_table(
    store: Store,
    actor: Actor,
    name: str,
    content: bytes | Path | Kept,
    options: TableOptions | None = None,
    *,
    refused_to: Callable[[str], Path] | None = None,
    now: datetime.datetime | None = None,
    progress: Progress | None = None,
) -> TableReport:
    """Writes the good rows of a table; the refused ones go to a file of their own.

    `refused_to` gives that file's path by the kind of table, and is asked only where a row is
    refused. What the headings mean is remembered for the source. Raises as `try_table`, but that
    `progress` stops it between two steps: what is done stays, and the report says so.
    """
    options = options or TableOptions()
    kept = content if isinstance(content, Kept) else keep(content)
    with store.work(actor, now, in_steps=True) as work, doing(work, IMPORT_TABLES):
        known = IncomingFile.get_or_none(IncomingFile.sha256 == kept.sha256)
        if known is not None and known.outcome != "received" and not options.again:
            said = _came_before(known)
            return TableReport(
                plain_name(name),
                "duplicate",
                str(known.kind),
                notes=[said],
                incoming_file_id=int(known.id),
            )
        understood = _understood(work.database, kept, options)
        _refuse(actor, understood.kind)
        file = known or _keep_file(work, name, kept, understood)
        report = _report(name, understood, "imported")
        report.incoming_file_id = int(file.id)
        target = None if refused_to is None else (lambda: refused_to(understood.kind.name))
        noun = understood.kind.noun
        with (
            RefusedRows(understood.headings, target) as refused,
            work.undoable(f"Import {noun[1]}", _table(understood)) as action,
        ):
            findings = _write(work, understood, report, refused, progress)
            report.refused_file = refused.path
            action.title = f"Import {report.good:,} {noun[report.good != 1]}"
            action.worth_undoing = bool(report.good)
        _finish(work, file, understood, report, findings)
        return report


def _write(
    work: Work,
    understood: Understood,
    report: TableReport,
    refused: RefusedRows,
    progress: Progress | None,
) -> Findings:
    findings = Findings()
    planner = _planner(work.database, understood, work.today)
    done, expected = 0, understood.table.expected
    for step in _steps(understood):
        if not go_on(work, progress, min(done, expected), expected):
            report.outcome = "stopped"
            report.notes.append(f"stopped after {done:,} rows: import the file again for the rest")
            break
        outcomes = _planned(work.database, planner, understood, step)
        too_late = dict(planner.write(work))
        for row, outcome in outcomes:
            if why := too_late.get(row.number):
                outcome.outcome = "refused"
                outcome.faults.append(Fault("", "", as_sentence(why)))
            if outcome.outcome == "refused":
                refused.take(row, outcome.reason)
                for fault in outcome.faults:
                    findings.say("error", fault.reason, row.number, fault.heading)
            report.take(outcome)
        done += len(step)
        _note_replaced(report, step)
    return findings


def _understood(database: Database, kept: Kept, options: TableOptions) -> Understood:
    table = open_table(kept, options.sheet)
    return understand(database, table, kind=options.kind, source=options.source, told=options.told)


def _planner(database: Database, understood: Understood, today: datetime.date) -> Planner:
    if understood.kind.record:
        return RecordPlanner(database, understood.kind, today)
    return SessionPlanner(database, understood.source)


def _table(understood: Understood) -> type[Row]:
    return KINDS[understood.kind.record or "session"].table


def _report(name: str, understood: Understood, outcome: str) -> TableReport:
    report = TableReport(
        plain_name(name),
        outcome,
        understood.kind.name,
        understood.table.described,
        understood.source,
        understood.remembered,
        understood.headings,
        dict(understood.mapping),
    )
    if understood.unused:
        listed = ", ".join(plain(heading, 40) for heading in understood.unused[:20])
        report.notes.append(f"Left out, since they mean nothing here: {listed}.")
    return report


def _steps(understood: Understood) -> Iterator[list[SourceRow]]:
    rows: Iterable[SourceRow] = (row for row in understood.rows if not row.blank)
    iterator = iter(rows)
    while step := list(islice(iterator, STEP)):
        yield step


def _planned(
    database: Database, planner: Planner, understood: Understood, step: list[SourceRow]
) -> list[tuple[SourceRow, RowOutcome]]:
    places = understood.places
    headings = {column: understood.headings[place] for column, place in places.items()}
    rows = [_table_row(row, places, headings) for row in step]
    good = [row for row in rows if not row.faults]
    planned = {outcome.number: outcome for outcome in planner.plan(database, good)}
    return [
        (
            source,
            planned.get(row.number) or RowOutcome(row.number, "refused", "", [], row.faults),
        )
        for source, row in zip(step, rows, strict=True)
    ]


def _table_row(
    source: SourceRow, places: Mapping[str, int], headings: Mapping[str, str]
) -> TableRow:
    values: dict[str, Value] = {}
    count = len(source.values)
    for column, place in places.items():
        if place < count:
            value = source.values[place]
            if value is not None and value != "":
                values[column] = value
    row = TableRow(source.number, values, headings)
    if source.faults and not source.values:
        row.fault("", "", f"This row {source.faults[0]}")
        return row
    for column, place in places.items() if source.faults else ():
        if place in source.faults:
            row.fault(column, text_of(values.get(column)), source.faults[place])
    return row


def _note_replaced(report: TableReport, step: Iterable[SourceRow]) -> None:
    if count := sum(row.replaced for row in step):
        report.notes.append(
            f"{count:,} cells held characters that cannot be shown: each became \ufffd."
        )


def _came_before(known: IncomingFile) -> str:
    came = known.received_at.date().isoformat()
    return f"The same file came in on {came} as {known.name}."


def _keep_file(work: Work, name: str, kept: Kept, understood: Understood) -> IncomingFile:
    return IncomingFile.create(
        source=understood.source,
        name=plain_name(name),
        sha256=kept.sha256,
        size=kept.size,
        content=kept.compressed,
        kind=understood.kind.name,
        received_at=work.now,
    )


def _finish(
    work: Work,
    file: IncomingFile,
    understood: Understood,
    report: TableReport,
    findings: Findings,
) -> None:
    if report.outcome != "stopped":
        if report.counts["refused"] and report.counts.total() == report.counts["refused"]:
            report.outcome = "refused"
        file.outcome = report.outcome
    file.findings = to_json(findings.all())
    file.save()
    if report.good or report.counts["same"]:
        remember(work, understood.source, understood.kind.name, understood.mapping)
    work.record(
        "table imported",
        file,
        kind=understood.kind.name,
        source=understood.source,
        outcome=report.outcome,
        sha256=file.sha256,
        refused_file=report.refused_file.name if report.refused_file else "",
        **{f"rows_{name}": count for name, count in report.counts.items()},
    )
