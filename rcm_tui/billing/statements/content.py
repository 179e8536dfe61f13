"""What a statement says: the balance before, every line since, and what is due, by age.

All of it comes from the ledger, so that balance before + lines = due, to the cent. A line is a
journal that moved the patient's receivable: a share that a payer left, a payment, a write-off.

What a further payer is to be asked for first, and what the practice's rules do not let be billed
to the patient, stands on no statement. Where an earlier statement had it, a line takes it off.
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.queues.statements import ASKED_FOR
from rcm_tui.data.tables.ledger import PATIENT_RECEIVABLE

BUCKETS = ("0–30", "31–60", "61–90", "91–120", "over 120")
"""Days since the first date of service, as the ageing of patients has them."""
LIMITS = (30, 60, 90, 120)
WORDS = {
    "application": "Payment, thank you",
    "application reversal": "Payment taken back",
    "write-off": "Written off",
    "write-off reversal": "Owed again",
    "refund": "Given back",
    "refund reversal": "Refund taken back",
    "transfer": "Balance moved",
    "remittance": "Your share after insurance",
    "remittance reversal": "Insurance took its answer back",
}
NOT_NOW = "Not to be paid now"
ASKED_AGAIN = "To be paid after all"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What changed what is owed, in cents: `day` is ISO, `services` the dates of service."""

    day: str
    words: str
    claim: str
    services: str
    amount: int


@dataclass(slots=True)
class StatementContent:
    """A statement as it is printed. Amounts in cents, days ISO; addresses as lines."""

    number: str
    day: str
    account: str
    client: str
    address: list[str]
    remit_to: list[str]
    phone: str
    previous: str
    before: int
    lines: list[StatementLine]
    ageing: list[int]
    unapplied: int = 0

    @property
    def due(self) -> int:
        """What is owed: the balance before and all that came since."""
        return self.before + sum(line.amount for line in self.lines)

    def as_json(self) -> str:
        """All of it, to be kept in the store."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> StatementContent:
        """What `as_json` made."""
        values: dict[str, Any] = json.loads(text)
        values["lines"] = [StatementLine(**line) for line in values["lines"]]
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Previous:
    """The last statement of a client."""

    number: str
    day: str
    due: int
    last_journal: int


def contents_of(
    database: Database, client_ids: Iterable[int], today: datetime.date, last_journal: int
) -> dict[int, StatementContent]:
    """Client → what a statement of today says, without its number. Blocks.

    Journals after `last_journal` are left to the next one.
    """
    keys = sorted(set(client_ids))
    remit_to, phone = remit_address(database)
    previous = previous_statements(database, keys)
    kept = set(kept_back(database, keys))
    moved = _moved(database, keys, last_journal, kept)
    ages = _ageing(database, keys, today, kept)
    unapplied = dict(
        read_by_keys(
            database,
            "SELECT client_id, CAST(SUM(amount - applied - refunded) AS BIGINT)"
            " FROM patient_payment WHERE client_id IN ({keys}) AND state = 'posted'"
            " GROUP BY client_id",
            keys,
        )
    )
    found: dict[int, StatementContent] = {}
    for key, mrn, last, first, line1, line2, city, state, zip_code in read_by_keys(
        database,
        "SELECT id, mrn, last_name, first_name, line1, line2, city, state, zip FROM client"
        " WHERE id IN ({keys}) ORDER BY id",
        keys,
    ):
        told = previous.get(key)
        since = told.last_journal if told else 0
        lines = [line for journal, line in moved[key] if journal > since]
        before = sum(line.amount for journal, line in moved[key] if journal <= since)
        if told and told.due != before:
            words = ASKED_AGAIN if told.due < before else NOT_NOW
            changed = before - told.due
            lines.insert(0, StatementLine(today.isoformat(), words, "", "", changed))
            before = told.due
        found[key] = StatementContent(
            number="",
            day=today.isoformat(),
            account=mrn,
            client=f"{first} {last}".strip(),
            address=_address(line1, line2, city, state, zip_code),
            remit_to=remit_to,
            phone=_phone(phone),
            previous=f"{told.number} of {told.day}" if told else "",
            before=before,
            lines=lines,
            ageing=ages[key],
            unapplied=int(unapplied.get(key, 0)),
        )
    return found


def kept_back(database: Database, client_ids: Iterable[int]) -> dict[int, int]:
    """Claims of clients whose shares stand on no statement, with what is open of them. Blocks."""
    return dict(
        read_by_keys(
            database,
            "SELECT claim.id, claim.patient_balance FROM claim WHERE claim.client_id IN ({keys})"
            f" AND NOT ({ASKED_FOR})",
            sorted(set(client_ids)),
        )
    )


def previous_statements(database: Database, client_ids: Iterable[int]) -> dict[int, Previous]:
    """Client → the statement that was made last. Blocks."""
    found: dict[int, Previous] = {}
    for client, number, day, due, journal in read_by_keys(
        database,
        "SELECT client_id, number, statement_on, due, last_journal FROM statement"
        " WHERE client_id IN ({keys}) ORDER BY id",
        client_ids,
    ):
        found[client] = Previous(number, str(day), due, journal)
    return found


def remit_address(database: Database) -> tuple[list[str], str]:
    """Where clients send money, as lines, and the telephone: the practice's, else a unit's."""
    columns = "name line1 line2 city state zip phone".split()
    rows = read_rows(
        database,
        f"SELECT name, {', '.join(f'remit_{one}' for one in columns)} FROM practice LIMIT 1",
    )
    practice, name, *rest = rows[0] if rows else ("", *[""] * len(columns))
    if any(rest[:-1]):
        return [name or practice, *_address(*rest[:-1])], rest[-1]
    units = read_rows(
        database,
        f"SELECT {', '.join(columns)} FROM business_unit WHERE active = 1 ORDER BY id LIMIT 1",
    )
    unit, *rest = units[0] if units else [""] * len(columns)
    return [name or practice or unit, *_address(*rest[:-1])], rest[-1]


def _address(line1: str, line2: str, city: str, state: str, zip_code: str) -> list[str]:
    place = ", ".join(filter(None, (city, " ".join(filter(None, (state, _zip(zip_code)))))))
    return [line for line in (line1, line2, place) if line]


def _zip(code: str) -> str:
    return f"{code[:5]}-{code[5:]}" if len(code) == 9 and code.isdecimal() else code


def _phone(number: str) -> str:
    if len(number) != 10 or not number.isdecimal():
        return number
    return f"{number[:3]}-{number[3:6]}-{number[6:]}"


def _moved(
    database: Database, clients: list[int], last_journal: int, kept: Container[int]
) -> dict[int, list[tuple[int, StatementLine]]]:
    """Client → journals that moved their receivable, with their line, in order; `kept` left out."""
    found: dict[int, list[tuple[int, StatementLine]]] = defaultdict(list)
    for client, key, journal, kind, day, claim, first, last, amount in read_by_keys(
        database,
        "SELECT claim.client_id, claim.id, j.id, j.kind, j.posted_on, claim.number,"
        " claim.first_service_date, claim.last_service_date, CAST(SUM(e.amount) AS BIGINT)"
        " FROM claim JOIN entry e ON e.claim_id = claim.id JOIN journal j ON j.id = e.journal_id"
        " WHERE claim.client_id IN ({keys}) AND e.account = ? AND j.id <= ?"
        " GROUP BY claim.client_id, claim.id, j.id, j.kind, j.posted_on, claim.number,"
        " claim.first_service_date, claim.last_service_date"
        " HAVING SUM(e.amount) <> 0 ORDER BY claim.client_id, j.id, claim.number",
        clients,
        PATIENT_RECEIVABLE,
        last_journal,
    ):
        if key in kept:
            continue
        services = str(first) if first == last else f"{first} to {last}"
        words = WORDS.get(kind, kind.capitalize())
        found[client].append((journal, StatementLine(str(day), words, claim, services, amount)))
    return found


def _ageing(
    database: Database, clients: list[int], today: datetime.date, kept: Container[int]
) -> dict[int, list[int]]:
    """Client → what is owed by age; a credit lowers what is as old as it is."""
    found: dict[int, list[int]] = defaultdict(lambda: [0] * len(BUCKETS))
    for client, key, first, balance in read_by_keys(
        database,
        "SELECT client_id, id, first_service_date, patient_balance FROM claim"
        " WHERE client_id IN ({keys}) AND patient_balance <> 0",
        clients,
    ):
        if key in kept:
            continue
        age = (today - datetime.date.fromisoformat(str(first))).days
        found[client][sum(age > limit for limit in LIMITS)] += balance
    return found
