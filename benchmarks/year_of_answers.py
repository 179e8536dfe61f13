"""A year of answers: claims through the simulated payers, week by week, and the books afterwards.

    python benchmarks/year_of_answers.py [claims]      (2000 by default; 50000 is the year)

Every week claims are sent, and the payers' files of that week come in: acknowledgements,
payments with contractual adjustments, patient shares, denials, partial denials, reversals and
corrections, interest, recoupments, forwarded and foretold claims. A share of what was denied is
corrected, and comes back as reversal and new decision; some is written off. Afterwards `check`
must hold, and the ageing of payers and patients, summed, must equal the ledger. Budget: 3,000
claims a second posted, reading included.
"""

import argparse
import datetime
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.answers import resubmit_rejected
from rcm_tui.billing.claims.correcting import modify_claims
from rcm_tui.billing.claims.secondary import bill_secondary
from rcm_tui.billing.claims.submission import back_to_draft, mark_sent_elsewhere
from rcm_tui.billing.write_offs.writing_off import write_off
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.queues.ageing import PATIENT_AGEING, PAYER_AGEING
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store, create
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.patient_side import WriteOffReason
from rcm_tui.data.work import Work
from rcm_tui.demo.clients import DemoClient, make_clients
from rcm_tui.demo.setup import SERVICES, Setup, set_up
from rcm_tui.exchange.claim_rows import professional_claims
from rcm_tui.exchange.incoming import receive_file
from rcm_tui.exchange.practice_clearinghouse import (
    Answer,
    Plan,
    contracted_fees,
    planned_answers,
)
from rcm_tui.exchange.practice_clearinghouse.answering import place_of
from rcm_tui.x12.claim import ProfessionalClaim

BUDGET = 3000
WEEKS = 52
START = datetime.date(2025, 3, 3)
BILLER = Actor("maria", "Maria Ibarra", "biller")
RECEIVER = "BRIGHTSIDE"
SEED = 3
"""One under which a payer keeps what a law takes from its payments."""
WEEK = datetime.timedelta(weeks=1)


def main() -> None:
    """Prints the rate beside its budget, what the year held, and whether the books are right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="?", type=int, default=2000)
    claims = parser.parse_args().claims
    with (
        tempfile.TemporaryDirectory() as folder,
        create(f"{folder}/practice.db", Path(folder) / "keys", "Benchmark") as store,
    ):
        year = Year(store, Path(folder), claims)
        year.live()
        year.tell()
        wrong = year.prove()
    sys.exit(1 if wrong else 0)


@dataclass
class Year:
    """A practice, the answers that wait for their day, and what came of the year."""

    store: Store
    folder: Path
    claims: int
    random: Random = field(default_factory=lambda: Random(7))
    waiting: list[Answer] = field(default_factory=list)
    batches: dict[int, list[int]] = field(default_factory=dict)
    seconds: float = 0.0
    processor: float = 0.0
    remitted: int = 0
    files: Counter[str] = field(default_factory=Counter)
    held: list[str] = field(default_factory=list)

    def live(self) -> None:
        """Lives through the year, and as long after it as answers are due."""
        with self.store.work(BILLER, moment(START)) as work:
            self.setup = set_up(work, self.random, self.folder, START)
            count = max(10, self.claims // 25)
            self.people = make_clients(
                work, self.random, self.setup, count, [range(WEEKS)] * count, START
            )
            add_second_payers(work)
        self.plan = Plan(SEED, contracted_fees(self.store.database))
        for week in range(WEEKS):
            now = moment(START + week * WEEK)
            share = self.claims * (week + 1) // WEEKS - self.claims * week // WEEKS
            self._send(now, share)
            self._rework(now)
            self._take_in(now)
        while self.waiting:
            now += WEEK
            self._take_in(now)
        self.today = now.date()

    def _send(self, now: datetime.datetime, count: int) -> None:
        with self.store.work(BILLER, now) as work:
            keys = insert_claims(work, self.random, self.setup, self.people, count)
            mark_sent_elsewhere(work, keys)
        self._answer(now, keys)

    def _answer(self, now: datetime.datetime, keys: list[int]) -> None:
        number = len(self.batches) + 1
        self.batches[number] = keys
        made = professional_claims(self.store.database, keys)
        self.waiting += planned_answers(made, now, self.plan, number, RECEIVER, self._original)

    def _original(self, reference: str) -> ProfessionalClaim | None:
        place = place_of(reference)
        if place is None:
            return None
        number, position = place
        (claim,) = professional_claims(self.store.database, [self.batches[number][position]])
        return claim

    def _rework(self, now: datetime.datetime) -> None:
        """A fifth of the denied is corrected, a tenth written off; what is rejected goes again.

        Where there is a second payer it is asked for what the first one left to the patient.
        """
        rows = read_rows(
            self.store.database,
            "SELECT id FROM claim WHERE adjudication = 'denied' AND status = 'Submitted'"
            " AND answered_at >= ? ORDER BY id",
            (now - WEEK).isoformat(),
        )
        denied = [key for (key,) in rows]
        rejected = [
            key
            for (key,) in read_rows(
                self.store.database,
                "SELECT id FROM claim WHERE acknowledgement = 'rejected' AND status = 'Submitted'"
                " AND submitted_at >= ? ORDER BY id",
                (now - 3 * WEEK).isoformat(),
            )
        ]
        with self.store.work(BILLER, now) as work:
            made = modify_claims(work, denied[::5], "modifier corrected").made
            again = resubmit_rejected(work, rejected).done
            reason = WriteOffReason.get(WriteOffReason.side == "either")
            write_off(work, denied[1::10], "payer", reason.id)
            onward = bill_secondary(work, self._with_a_next_payer(now)).made
            back_to_draft(work, onward)
            made += onward
            mark_sent_elsewhere(work, [*made, *again])
        if made or again:
            self._answer(now, sorted([*made, *again]))

    def _with_a_next_payer(self, now: datetime.datetime) -> list[int]:
        rows = read_rows(
            self.store.database,
            "SELECT c.id FROM claim c JOIN coverage v ON v.client_id = c.client_id AND v.rank = 2"
            " WHERE c.patient_balance > 0 AND c.status = 'Submitted' AND c.answered_at >= ?"
            " AND c.billed_after_id IS NULL ORDER BY c.id",
            (now - WEEK).isoformat(),
        )
        return [key for (key,) in rows]

    def _take_in(self, now: datetime.datetime) -> None:
        due = sorted((one for one in self.waiting if one.due <= now), key=lambda one: one.due)
        self.waiting = [one for one in self.waiting if one.due > now]
        for answer in due:
            began, used = time.perf_counter(), time.process_time()
            done = receive_file(
                self.store, BILLER, "benchmark", answer.name, answer.content, now=now
            )
            if answer.name.endswith(".835"):
                self.seconds += time.perf_counter() - began
                self.processor += time.process_time() - used
                self.remitted += done.claims
            self.files[f"{done.type} {done.outcome}"] += 1

    # -- afterwards -------------------------------------------------------------------------

    def tell(self) -> None:
        """The rate, the memory, and what the year held."""
        rate = self.remitted / self.seconds
        print(
            f"a year of answers, {self.claims:,} claims: {self.remitted:,} claim payments posted,"
            f" {rate:,.0f} claims/s  budget {BUDGET:,}  ratio {rate / BUDGET:.2f}"
            f"  ({self.remitted / self.processor:,.0f} by processor time)"
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:,.0f} MB (with the simulated payers and their waiting answers)")
        print(
            "files:", ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.files.items()))
        )
        for title, sql in (
            ("status", "SELECT status_code, COUNT(*) FROM remittance GROUP BY 1 ORDER BY 1"),
            (
                "adjustments",
                "SELECT group_code || '-' || reason_code, COUNT(*) FROM adjustment"
                " GROUP BY 1 ORDER BY 2 DESC",
            ),
            (
                "provider adjustments",
                "SELECT reason_code, COUNT(*) FROM provider_adjustment GROUP BY 1 ORDER BY 1",
            ),
            ("remittances", "SELECT state, COUNT(*) FROM remittance GROUP BY 1 ORDER BY 1"),
            (
                "claims",
                "SELECT status || ' ' || adjudication, COUNT(*) FROM claim GROUP BY 1 ORDER BY 1",
            ),
        ):
            found = ", ".join(f"{name} {count:,}" for name, count in self._rows(sql))
            print(f"{title}: {found}")

    def prove(self) -> bool:
        """Says whether the books are right; true when something is wrong."""
        wrong = False
        began = time.perf_counter()
        for result in check_store(self.store.database, self.store.audit_key):
            if not result.ok:
                wrong = True
                print(f"check: {result.name}: {result.problems[:3]}")
        print(f"check: {'WRONG' if wrong else 'ok'} in {time.perf_counter() - began:.1f} s")
        for queue, account in (
            (PAYER_AGEING, "payer receivable"),
            (PATIENT_AGEING, "patient receivable"),
        ):
            totals = QueuePages(self.store.database, queue, Viewer(self.today)).totals()
            ((ledger,),) = self._rows(
                f"SELECT COALESCE(SUM(amount), 0) FROM entry WHERE account = '{account}'"
            )
            wrong |= totals["total"] != int(ledger)
            print(f"{queue.title}: {totals['total'] / 100:,.2f}; ledger {int(ledger) / 100:,.2f}")
        return wrong

    def _rows(self, sql: str) -> list[tuple[object, ...]]:
        return list(read_rows(self.store.database, sql))


def moment(day: datetime.date) -> datetime.datetime:
    """Noon of a day."""
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


def add_second_payers(work: Work) -> None:
    """Every eighth client has a second coverage, with the payer after its first one."""
    payers = [key for (key,) in read_rows(work.database, "SELECT id FROM payer ORDER BY id")]
    for first in list(Coverage.select().where(Coverage.id % 8 == 0).order_by(Coverage.id)):
        columns = {**first.__data__, "rank": 2, "member_id": f"S{first.id:08d}"}
        columns["payer"] = payers[(payers.index(columns["payer"]) + 1) % len(payers)]
        del columns["id"]
        columns["plan"] = None
        Coverage.create(**columns)


CLAIM = (
    *("id", "number", "patient_control_number", "status", "client", "coverage", "payer"),
    *("business_unit", "rendering", "authorization_number", "place_of_service", "diagnoses"),
    *("patient_name", "first_service_date", "last_service_date", "line_count", "billed"),
    *("expected", "created_at"),
)
LINE = (
    *("claim", "position", "line_control_number", "first_service_date", "last_service_date"),
    *("procedure_code", "modifiers", "units", "billed", "expected", "place_of_service"),
)


def insert_claims(
    work: Work, random: Random, setup: Setup, people: list[DemoClient], count: int
) -> list[int]:
    """Draft claims of last week's services: two to four lines each, priced by the contracts."""
    fees = {
        (payer, code): (billed, expected)
        for payer, code, billed, expected in read_rows(
            work.database, "SELECT payer_id, procedure_code, billed, expected FROM fee"
        )
    }
    codes = [code for code, *_ in SERVICES]
    covered = {
        client: (coverage, payer, name)
        for client, coverage, payer, name in read_rows(
            work.database,
            "SELECT c.id, v.id, v.payer_id, c.last_name || ', ' || c.first_name FROM client c"
            " JOIN coverage v ON v.client_id = c.id AND v.rank = 1",
        )
    }
    keys = list(work.next_ids(Claim, count))
    claims, lines = [], []
    for key in keys:
        someone = random.choice(people)
        coverage, payer, name = covered[someone.client]
        day = work.today - datetime.timedelta(days=random.randrange(1, 8))
        billed = expected = 0
        size = random.randrange(2, 5)
        for position in range(1, size + 1):
            code, units = random.choice(codes), random.randrange(2, 13)
            charge, worth = (units * amount for amount in fees[payer, code])
            billed, expected = billed + charge, expected + worth
            lines.append(
                (
                    *(key, position, f"L{key:07d}{position:02d}", day, day),
                    *(code, "", units, charge, worth, "12"),
                )
            )
        claims.append(
            (
                *(key, f"Y-{key:07d}", f"Y{key:07d}", "Draft", someone.client, coverage, payer),
                *(someone.business_unit, someone.analyst, "", "12", "F84.0"),
                *(name, day, day, size, billed, expected, work.now),
            )
        )
    work.insert(Claim, CLAIM, claims)
    work.insert(ClaimLine, LINE, lines)
    return keys


if __name__ == "__main__":
    main()
