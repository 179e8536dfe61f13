"""Where claims are looked for that a remittance may be for: by numbers, patients, days, amounts."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.claims.control_numbers import stored_numbers
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.search.sources import clients_by_name

LOOKED_AT = 400
"""How many claims are looked at more closely at most."""
OF_A_DAY = 5000
CLIENTS = 25
NEAR = datetime.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line of the remittance as it is compared with claim lines. Cents, ISO day or empty."""

    line_control_number: str
    code: str
    day: str
    charge: int


@dataclass(slots=True)
class Wanted:
    """A remittance as it is compared with claims. Cents, ISO days or empty."""

    id: int
    patient_control_number: str
    payer_claim_control_number: str
    status_code: str
    charge: int
    paid: int
    patient_name: str
    member_id: str
    first_day: str
    last_day: str
    payer: int | None
    lines: list[WantedLine] = field(default_factory=list)


@dataclass(slots=True)
class FoundClaim:
    """A claim as it is compared with a remittance. Cents, ISO days."""

    id: int
    number: str
    patient_control_number: str
    payer_claim_control_number: str
    original_reference: str
    status: str
    adjudication: str
    submitted_at: str | None
    patient_name: str
    first_day: str
    last_day: str
    billed: int
    payer_balance: int
    payer: int | None
    payer_name: str
    member_id: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    """Line control number, code and day of each."""


def read_wanted(database: Database, remittances: Iterable[int]) -> dict[int, Wanted]:
    """Remittances as they are compared with claims, by their keys."""
    keys = list(remittances)
    found = {
        row[0]: Wanted(*row)
        for row in read_by_keys(
            database,
            "SELECT remittance.id, patient_control_number, payer_claim_control_number,"
            " status_code, charge, paid, patient_name, member_id,"
            " coalesce(first_service_date, ''), coalesce(last_service_date, ''), payment.payer_id"
            " FROM remittance JOIN payment ON payment.id = remittance.payment_id"
            " WHERE remittance.id IN ({keys})",
            keys,
        )
    }
    for remittance, *line in read_by_keys(
        database,
        "SELECT remittance_id, line_control_number, procedure_code,"
        " coalesce(first_service_date, ''), charge FROM remittance_line"
        " WHERE remittance_id IN ({keys}) ORDER BY remittance_id, position",
        keys,
    ):
        found[remittance].lines.append(WantedLine(*line))
    for wanted in found.values():
        days = sorted(line.day for line in wanted.lines if line.day)
        wanted.first_day = wanted.first_day or (days[0] if days else "")
        wanted.last_day = wanted.last_day or (days[-1] if days else wanted.first_day)
    return found


def pool(database: Database, wanted: Wanted, siblings: set[int]) -> Iterable[int]:
    """The keys of the claims to look at, the likeliest first; some come more than once."""
    yield from siblings
    yield from _by_numbers(database, wanted)
    clients = _clients(database, wanted)
    if clients:
        yield from _of_clients(database, wanted, clients)
    yield from _by_day_and_charge(database, wanted)


def _by_numbers(database: Database, wanted: Wanted) -> Iterable[int]:
    number = wanted.patient_control_number.strip()
    spellings = {number, number.upper(), number.lstrip("0"), bare(number)} - {""}
    for names in stored_numbers(database, spellings).values():
        spellings.update(names)
    numbers = [line.line_control_number for line in wanted.lines if line.line_control_number]
    for column, values in (
        ("patient_control_number", spellings),
        ("number", spellings),
        ("payer_claim_control_number", {wanted.payer_claim_control_number} - {""}),
    ):
        sql = f"SELECT id FROM claim WHERE {column} IN ({{keys}}) ORDER BY id LIMIT {LOOKED_AT}"
        yield from (row[0] for row in read_by_keys(database, sql, sorted(values)))
    sql = "SELECT DISTINCT claim_id FROM claim_line WHERE line_control_number IN ({keys})"
    yield from (row[0] for row in read_by_keys(database, sql, sorted(set(numbers))))


def siblings_of(database: Database, wanted: Wanted) -> set[int]:
    """Claims that another remittance with one of its numbers is on."""
    found: set[int] = set()
    for column, number in (
        ("patient_control_number", wanted.patient_control_number),
        ("payer_claim_control_number", wanted.payer_claim_control_number),
    ):
        if number:
            sql = (
                "SELECT DISTINCT claim_id FROM (SELECT claim_id, id FROM remittance"
                f" WHERE {column} = ? LIMIT {LOOKED_AT}) AS named"
                " WHERE claim_id IS NOT NULL AND id <> ?"
            )
            found.update(row[0] for row in read_rows(database, sql, number, wanted.id))
    return found


def _clients(database: Database, wanted: Wanted) -> list[int]:
    found: list[int] = []
    if wanted.member_id:
        sql = "SELECT DISTINCT client_id FROM coverage WHERE member_id IN ({keys})"
        spellings = {wanted.member_id, wanted.member_id.upper(), bare(wanted.member_id)} - {""}
        found += [row[0] for row in read_by_keys(database, sql, sorted(spellings))]
    last, first = names_of(wanted.patient_name)
    for words in ([*last, *first[:1]], last):
        if words:
            hits = clients_by_name(database, words, CLIENTS)
            found += [hit.key for hit in hits if hit.key not in found]
            if hits:
                break
    return found[: 2 * CLIENTS]


def _of_clients(database: Database, wanted: Wanted, clients: list[int]) -> Iterable[int]:
    near, days = "", []
    if wanted.first_day:
        first = datetime.date.fromisoformat(wanted.first_day) - NEAR
        last = datetime.date.fromisoformat(wanted.last_day or wanted.first_day) + NEAR
        near = " WHERE first_service_date >= ? AND first_service_date <= ?"
        days = [first.isoformat(), last.isoformat()]
    # Inside, the rows of the index of clients; only these are looked at by day.
    sql = (
        "SELECT id FROM (SELECT id, first_service_date FROM claim WHERE client_id IN ({keys})"
        f" LIMIT {OF_A_DAY}) AS theirs{near} ORDER BY first_service_date DESC, id DESC"
        f" LIMIT {LOOKED_AT}"
    )
    yield from (row[0] for row in read_by_keys(database, sql, clients, *days))


def _by_day_and_charge(database: Database, wanted: Wanted) -> Iterable[int]:
    charge = abs(wanted.charge)
    if wanted.first_day:
        rows = read_rows(
            database,
            "SELECT id FROM (SELECT id, billed FROM claim WHERE first_service_date = ?"
            " ORDER BY id DESC LIMIT ?) AS days WHERE billed = ? LIMIT ?",
            wanted.first_day,
            OF_A_DAY,
            charge,
            LOOKED_AT,
        )
    else:
        sql = "SELECT id FROM claim WHERE billed = ? ORDER BY id DESC LIMIT ?"
        rows = read_rows(database, sql, charge, LOOKED_AT // 4)
    yield from (row[0] for row in rows)


def known_claims(database: Database, keys: Sequence[int]) -> list[FoundClaim]:
    """Claims as they are compared, with their lines."""
    found = {
        row[0]: FoundClaim(*row)
        for row in read_by_keys(
            database,
            "SELECT claim.id, claim.number, claim.patient_control_number,"
            " claim.payer_claim_control_number, claim.original_reference, claim.status,"
            " claim.adjudication, claim.submitted_at, claim.patient_name,"
            " claim.first_service_date, claim.last_service_date, claim.billed,"
            " claim.payer_balance, claim.payer_id, coalesce(payer.name, ''),"
            " coalesce(coverage.member_id, '') FROM claim"
            " LEFT JOIN payer ON payer.id = claim.payer_id"
            " LEFT JOIN coverage ON coverage.id = claim.coverage_id WHERE claim.id IN ({keys})",
            keys,
        )
    }
    for claim, *line in read_by_keys(
        database,
        "SELECT claim_id, line_control_number, procedure_code, first_service_date FROM claim_line"
        " WHERE claim_id IN ({keys})",
        found,
    ):
        found[claim].lines.append((line[0], line[1], line[2]))
    return list(found.values())


def bare(number: str) -> str:
    """A number without what people and payers put into it or leave out."""
    return re.sub(r"[^0-9A-Z]", "", number.upper()).lstrip("0")


def names_of(name: str) -> tuple[list[str], list[str]]:
    """The words of last and first names of `LAST, FIRST`, in small letters."""
    last, _, first = name.lower().partition(",")
    return re.findall(r"[^\W\d_]+", last), re.findall(r"[^\W\d_]+", first)
