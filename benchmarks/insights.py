"""Insights and warnings on stores of so many claims, a twentieth as many cases, side by side.

    python benchmarks/insights.py [--folder FOLDER] [claims ...]      (20000 by default)

Each store is the demo practice, multiplied, with cases opened for its denied claims; it is built in
a temporary folder, or kept in FOLDER and taken from there the next time. Budgets: what Case
Insights and denial insights read to be painted takes under a second, also with 1,000,000 claims
and 50,000 cases; the first page behind a figure, and of the denials to be worked, under 500 ms.
The best of three counts. "Following" is what the worker does after 500 claims were answered.
"""

import argparse
import datetime
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rcm_tui.billing.cases.totals import refresh_totals
from rcm_tui.billing.denials.history import (
    differences,
    follow_denials,
    last_followed,
    rebuild_denial_history,
)
from rcm_tui.billing.denials.insights import (
    appealed,
    denial_insights,
    read_answers,
    recovered_by_owner,
)
from rcm_tui.billing.denials.prevention import Prevention, Situation
from rcm_tui.data.actor import WORKER
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.records.case_insights import claims_of_cases, exact, read_case_insights
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import STAGES, CaseClaim, CaseFile
from rcm_tui.data.work import Work
from rcm_tui.demo.build import build_demo

NOW = datetime.datetime(2026, 11, 20, 15, 0, tzinfo=datetime.UTC)
RUNS = 3
CLAIMS_A_CASE = 20
OWNERS = [f"biller{number}" for number in range(12)]
SUBJECTS = ("Authorization missing", "Missing information", "Duplicate charges", "Other denial")
PAINTED = ("case insights", "denial insights", "paid since cases were opened")
BUDGET = 1.0


def main() -> None:
    """Prints a line for each thing that is timed, with a column a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="*", type=int, default=[20000])
    parser.add_argument("--folder", type=Path, help="where the stores are kept")
    arguments = parser.parse_args()
    sizes = arguments.claims
    with tempfile.TemporaryDirectory() as folder:
        columns = [_measured(size, arguments.folder or Path(folder)) for size in sizes]
    print(f"{'milliseconds':<44}" + "".join(f"{size:>12,}" for size in sizes) + "   last ÷ first")
    for name in columns[0]:
        row = [column[name] for column in columns]
        budget = f"  {'ok' if row[-1] < BUDGET else 'OVER'}" if name in PAINTED else ""
        figures = "".join(f"{1000 * seconds:>12,.1f}" for seconds in row)
        print(f"{name:<44}{figures}   {row[-1] / row[0]:>6.1f}{budget}")


def _measured(size: int, folder: Path) -> dict[str, float]:
    path, keys = folder / f"{size}.db", folder / "keys"
    if not path.exists():
        _build(size, path, keys)
    with Store.open(str(path), keys) as store:
        cases = read_rows(store.database, "SELECT COUNT(*) FROM case_file")[0][0]
        print(f"{size:,} claims, {cases:,} cases, {_rows(store):,} rows of history", flush=True)
        return {name: _best(timed) for name, timed in _timed(store)}


def _build(size: int, path: Path, keys: Path) -> None:
    build_demo(
        path,
        keys,
        claims=size,
        seed=7,
        replace=True,
        progress=lambda done, total: None,
        now=NOW,
    )
    with Store.open(str(path), keys) as store, store.work(WORKER, NOW) as work:
        _open_cases(work, size // CLAIMS_A_CASE)


def _best(timed: Callable[[], object]) -> float:
    taken = []
    for _ in range(RUNS):
        clock = time.perf_counter()
        timed()
        taken.append(time.perf_counter() - clock)
    return min(taken)


def _timed(store: Store) -> Iterator[tuple[str, Callable[[], object]]]:
    database, today = store.database, store.today(NOW)
    viewer = Viewer(today, OWNERS[0], store.time_zone)
    cases = read_case_insights(database, viewer)
    answers = read_answers(database, today)
    denials = denial_insights(answers, today, last_followed(database))
    yield "case insights", lambda: read_case_insights(database, viewer)
    within = cases.owners[0].filter
    yield "case insights of one owner", lambda: read_case_insights(database, viewer, within)
    yield (
        "claims behind its first number",
        lambda: claims_of_cases(database, viewer, cases.payers[0]),
    )
    yield "denial insights", lambda: denial_insights(read_answers(database, today), today)
    yield "denial insights, looked into again", lambda: denial_insights(answers, today)
    yield "paid since cases were opened", lambda: recovered_by_owner(database, viewer)
    yield "appeals", lambda: appealed(database, today)
    for title, group in (
        ("the worst payer", denials.payers[0]),
        ("the worst CARC", denials.reasons[0]),
        ("the rarest CARC", denials.reasons[-1]),
        ("this month", denials.months[-1]),
    ):
        lines = QueuePages(
            database, QUEUES["answered_lines"], viewer, view="denied", filter=group.filter
        )
        yield f"first page of {title}", lambda lines=lines: lines.page(limit=50)
        yield f"its totals, in the background ({title})", lines.totals
    for title, filter in (
        ("open denials, the most urgent first", ""),
        ("open denials of a CARC", f"carc:{denials.reasons[0].name}"),
        ("open denials of a payer", exact("payer", denials.payers[0].name)),
    ):
        triage = QueuePages(database, QUEUES["denials"], viewer, view="to_work", filter=filter)
        yield f"first page of {title}", lambda triage=triage: triage.page(limit=50)
        yield f"its totals, in the background ({title})", triage.totals
    before = QueuePages(database, QUEUES["denied_before"], viewer, view="all")
    yield "first page of what was denied before", lambda: before.page(limit=50)
    yield "warnings for 1,000 claim lines", lambda: _warned(store, today)
    yield "following 500 answered claims", lambda: _followed(store)
    yield "made whole", lambda: _rebuilt(store)
    yield "compared by check", lambda: list(differences(database))


def _warned(store: Store, today: datetime.date) -> None:
    prevention = Prevention(store.database, today)
    for row in read_rows(
        store.database,
        "SELECT c.payer_id, l.procedure_code, l.modifiers, c.place_of_service, c.rendering_id"
        " FROM claim_line AS l JOIN claim AS c ON c.id = l.claim_id WHERE c.payer_id IS NOT NULL"
        " ORDER BY l.id DESC LIMIT 1000",
    ):
        prevention.denied_before(Situation(*row))


def _followed(store: Store) -> None:
    rows = read_rows(
        store.database,
        "SELECT claim_id FROM remittance WHERE claim_id IS NOT NULL ORDER BY id DESC LIMIT 500",
    )
    with store.work(WORKER, NOW) as work:
        for (claim,) in rows:
            work.record("remittance posted", "claim", claim)
    with store.work(WORKER, NOW) as work:
        follow_denials(work)


def _rebuilt(store: Store) -> None:
    with store.work(WORKER, NOW) as work:
        rebuild_denial_history(work)


def _rows(store: Store) -> int:
    return int(read_rows(store.database, "SELECT COUNT(*) FROM denial_history")[0][0])


def _open_cases(work: Work, count: int) -> None:
    """Cases over denied claims that stand in none, with owners, stages and CARCs in turn."""
    claims = read_rows(
        work.database,
        "SELECT id, chain, payer_id FROM claim WHERE adjudication IN ('denied', 'partially paid')"
        " AND chain = id AND NOT EXISTS (SELECT 1 FROM case_claim WHERE case_claim.chain ="
        " claim.chain) ORDER BY id LIMIT ?",
        count,
    )
    keys = work.next_ids(CaseFile, len(claims))
    opened = [NOW - datetime.timedelta(days=number % 300) for number in range(len(claims))]
    work.insert(
        CaseFile,
        ("id", "number", "payer", "subject", "carc", "owner", "stage", "opened_at", "closed_at"),
        (
            (
                key,
                f"B-{key}",
                payer,
                SUBJECTS[number % len(SUBJECTS)],
                ("CO-197", "CO-16 CO-50", "CO-18")[number % 3],
                OWNERS[number % len(OWNERS)],
                STAGES[number % len(STAGES)],
                opened[number],
                NOW if STAGES[number % len(STAGES)] in ("Resolved", "Cancelled") else None,
            )
            for number, (key, (_, _, payer)) in enumerate(zip(keys, claims, strict=True))
        ),
    )
    work.insert(
        CaseClaim,
        ("case", "claim", "chain", "active", "added_at"),
        (
            (key, claim, chain, STAGES[number % len(STAGES)] not in ("Resolved", "Cancelled"), NOW)
            for number, (key, (claim, chain, _)) in enumerate(zip(keys, claims, strict=True))
        ),
    )
    refresh_totals(work, keys)


if __name__ == "__main__":
    main()
