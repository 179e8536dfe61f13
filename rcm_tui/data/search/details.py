"""What a person reads of what was found: who, when, how much, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.identifiers import masked_code
from rcm_tui.data.queues.cases import CASES
from rcm_tui.data.queues.charges import CHARGES
from rcm_tui.data.queues.claims import CLAIMS, STANDING
from rcm_tui.data.queues.queue import Choice
from rcm_tui.data.queues.remittances import PAYMENTS, REMITTANCES
from rcm_tui.data.queues.value_text import money_text, units_text
from rcm_tui.data.queues.visits import VISITS
from rcm_tui.data.search.hit import Found, Hit, Kind

PAYER = "COALESCE(NULLIF(payer.short_name, ''), payer.name, '')"
SQL: dict[Kind, str] = {
    "client": (
        "SELECT client.id, client.last_name, client.first_name, client.mrn, client.birth_date,"
        " client.active, (SELECT v.member_id FROM coverage AS v WHERE v.client_id = client.id"
        " AND v.member_id <> '' ORDER BY v.rank, v.id LIMIT 1)"
        " FROM client WHERE client.id IN ({keys})"
    ),
    "claim": (
        f"SELECT claim.id, claim.number, claim.patient_name, claim.first_service_date,"
        f" claim.billed, {STANDING}, {PAYER} FROM claim"
        " LEFT JOIN payer ON payer.id = claim.payer_id WHERE claim.id IN ({keys})"
    ),
    "charge": (
        "SELECT c.id, c.number, client.last_name, client.first_name, c.date_of_service,"
        " c.procedure_code, c.units, c.billed, c.status FROM charge_item AS c"
        " JOIN client ON client.id = c.client_id WHERE c.id IN ({keys})"
    ),
    "case": (
        f"SELECT case_file.id, case_file.number, case_file.subject, {PAYER}, case_file.claims,"
        " case_file.outstanding, case_file.stage, case_file.owner FROM case_file"
        " LEFT JOIN payer ON payer.id = case_file.payer_id WHERE case_file.id IN ({keys})"
    ),
    "payment": (
        "SELECT p.id, p.trace_number, COALESCE(payer.name, p.payer_name), p.effective_date,"
        " p.amount, p.state FROM payment AS p LEFT JOIN payer ON payer.id = p.payer_id"
        " WHERE p.id IN ({keys})"
    ),
    "visit": (
        "SELECT v.id, v.number, client.last_name, client.first_name, v.visit_on, v.begins, t.name,"
        " v.status FROM visit AS v JOIN client ON client.id = v.client_id"
        " JOIN appointment_type AS t ON t.id = v.appointment_type_id WHERE v.id IN ({keys})"
    ),
    "invoice": (
        "SELECT i.id, i.number, client.last_name, client.first_name, i.invoiced_on, i.billed,"
        " i.patient_share - i.paid - i.written_off FROM invoice AS i"
        " JOIN client ON client.id = i.client_id WHERE i.id IN ({keys})"
    ),
    "remittance": (
        "SELECT r.id, r.patient_control_number, r.patient_name, r.first_service_date, r.paid,"
        " r.state, r.member_id, p.trace_number FROM remittance AS r"
        " JOIN payment AS p ON p.id = r.payment_id WHERE r.id IN ({keys})"
    ),
}


def described(database: Database, found: Iterable[Found], words: Sequence[str]) -> list[Hit]:
    """Hits with title and detail, in the order found.

    Where words were typed beside a number, only those remain that have each word in what is read.
    """
    listed = list(found)
    texts: dict[tuple[Kind, int], tuple[str, str]] = {}
    for kind, sql in SQL.items():
        keys = [one.key for one in listed if one.kind == kind]
        for row in read_by_keys(database, sql, keys):
            texts[kind, row[0]] = WRITERS[kind](*row[1:])
    hits = [
        Hit(one.kind, one.key, *texts[one.kind, one.key], one.score)
        for one in listed
        if (one.kind, one.key) in texts
    ]
    return [hit for hit in hits if _has(hit, words)]


def _client(
    last: str, first: str, mrn: str, born: str | None, active: int, member: str | None
) -> tuple[str, str]:
    return _name(last, first), _joined(
        f"MRN {mrn}",
        f"born {born[:4]}" if born else "",
        f"member {masked_code(member)}" if member else "",
        "" if active else "inactive",
    )


def _claim(
    number: str, patient: str, day: str, billed: int, standing: str, payer: str
) -> tuple[str, str]:
    state = _label(CLAIMS.column("standing").choices, standing)
    return number, _joined(patient, _day(day), money_text(billed), state, payer)


def _charge(
    number: str,
    last: str,
    first: str,
    day: str,
    code: str,
    units: int,
    billed: int,
    status: str,
) -> tuple[str, str]:
    what = f"{code} × {units_text(units)}"
    state = _label(CHARGES.column("status").choices, status)
    return number, _joined(_name(last, first), _day(day), what, money_text(billed), state)


def _case(
    number: str, subject: str, payer: str, claims: int, outstanding: int, stage: str, owner: str
) -> tuple[str, str]:
    state = _label(CASES.column("stage").choices, stage)
    count = f"{claims:,} claim" if claims == 1 else f"{claims:,} claims"
    return number, _joined(subject, payer, count, money_text(outstanding), state, owner)


def _payment(trace: str, payer: str, day: str | None, amount: int, state: str) -> tuple[str, str]:
    label = _label(PAYMENTS.column("state").choices, state)
    return trace or "no trace number", _joined(payer, _day(day), money_text(amount), label)


def _remittance(
    number: str, patient: str, day: str | None, paid: int, state: str, member: str, trace: str
) -> tuple[str, str]:
    label = _label(REMITTANCES.column("state").choices, state)
    return number, _joined(
        patient,
        _day(day),
        f"paid {money_text(paid)}",
        label,
        f"member {masked_code(member)}" if member else "",
        trace,
    )


def _visit(
    number: str, last: str, first: str, day: str, begins: str, kind: str, status: str
) -> tuple[str, str]:
    label = _label(VISITS.column("status").choices, status)
    return number, _joined(_name(last, first), f"{_day(day)} {begins}", kind, label)


def _invoice(
    number: str, last: str, first: str, day: str, billed: int, owes: int
) -> tuple[str, str]:
    owed = f"owes {money_text(owes)}" if owes > 0 else ""
    return number, _joined(_name(last, first), _day(day), money_text(billed), owed)


WRITERS: dict[Kind, Callable[..., tuple[str, str]]] = {
    "client": _client,
    "claim": _claim,
    "charge": _charge,
    "case": _case,
    "payment": _payment,
    "remittance": _remittance,
    "visit": _visit,
    "invoice": _invoice,
}


def _has(hit: Hit, words: Sequence[str]) -> bool:
    known: Any = f"{hit.title} {hit.detail}".lower().replace("-", " ").replace(",", " ").split()
    return all(any(part.startswith(word) for part in known) for word in words)


def _label(choices: Iterable[Choice], value: str) -> str:
    return next((choice.label for choice in choices if choice.value == value), value)


def _name(last: str, first: str) -> str:
    return f"{last}, {first}" if first else last


def _day(iso: str | None) -> str:
    return f"{iso[5:7]}/{iso[8:10]}/{iso[:4]}" if iso else ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
