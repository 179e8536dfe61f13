"""What letters of appeal are filled in with: claims with their remittance and case, as text."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Database

from rcm_tui.billing.appeals.grounds import Ground
from rcm_tui.billing.dated import practice_zone
from rcm_tui.billing.letters.fields import Facts, Record
from rcm_tui.billing.remittances.standing import standing_remittances
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.fields import dollars, moment_from_store, units_from_store
from rcm_tui.data.plain import plain

LONGEST_VALUE = 200
CLAIMS = (
    "SELECT c.id, COALESCE(c.chain, c.id), c.number, c.patient_control_number,"
    " c.payer_claim_control_number, c.first_service_date, c.last_service_date, c.billed, c.paid,"
    " c.diagnoses, c.authorization_number, c.place_of_service,"
    " b.name, b.first_name, b.npi, b.tax_id, b.line1, b.line2, b.city, b.state, b.zip, b.phone,"
    " p.name, p.line1, p.line2, p.city, p.state, p.zip,"
    " l.first_name, l.last_name, l.suffix, l.birth_date, v.member_id, v.group_number,"
    " r.first_name, r.last_name, r.suffix, r.npi FROM claim AS c"
    " JOIN business_unit AS b ON b.id = c.business_unit_id JOIN client AS l ON l.id = c.client_id"
    " LEFT JOIN payer AS p ON p.id = c.payer_id LEFT JOIN coverage AS v ON v.id = c.coverage_id"
    " LEFT JOIN practitioner AS r ON r.id = c.rendering_id WHERE c.id IN ({keys})"
)
LINES = (
    "SELECT claim_id, id, first_service_date, last_service_date, procedure_code, modifiers, units,"
    " billed, expected, allowed, paid, denied FROM claim_line WHERE claim_id IN ({keys})"
    " ORDER BY claim_id, position"
)
CODES = (
    "SELECT s.claim_line_id, a.group_code, a.reason_code FROM adjustment AS a"
    " JOIN remittance_line AS s ON s.id = a.line_id WHERE a.remittance_id IN ({keys})"
    " AND s.claim_line_id IS NOT NULL ORDER BY a.id"
)
CHECKS = (
    "SELECT r.id, p.trace_number FROM remittance AS r JOIN payment AS p ON p.id = r.payment_id"
    " WHERE r.id IN ({keys})"
)
CHAINS = (
    "SELECT chain, MIN(submitted_at) FROM claim WHERE chain IN ({keys})"
    " AND submitted_at IS NOT NULL GROUP BY chain"
)
ACCEPTED = (
    "SELECT c.chain, r.received_at, r.source, r.kind, r.named FROM claim AS c"
    " JOIN claim_response AS r ON r.claim_id = c.id WHERE c.chain IN ({keys})"
    " AND r.kind = '277CA' AND r.accepted = 1 ORDER BY r.id"
)


def letter_facts(
    database: Database, grounds: Iterable[Ground], writer: str, today: datetime.date
) -> dict[int, Facts]:
    """Claim → what a letter of its appeal is filled in with. Blocks."""
    zone = practice_zone(database)
    found: dict[int, Facts] = {}
    for chunk in chunked(list(grounds)):
        by_claim = {ground.claim: ground for ground in chunk}
        newest = {
            claim: standing[-1].id
            for claim, standing in standing_remittances(database, by_claim).items()
            if standing
        }
        checks = dict[int, str](read_by_keys(database, CHECKS, newest.values()))
        lines = _lines(database, list(by_claim), list(newest.values()))
        chains = {ground.chain for ground in chunk}
        sent = dict[int, str](read_by_keys(database, CHAINS, chains))
        accepted = _accepted(database, chains, zone)
        subjects = _subjects(database, [one.case for one in chunk if one.case is not None])
        for row in read_by_keys(database, CLAIMS, by_claim):
            ground = by_claim[row[0]]
            facts = _of_row(row)
            facts["today"] = _day(today.isoformat())
            facts["writer"] = {"name": plain(writer, LONGEST_VALUE)}
            facts["denial"] = _denial(ground, checks.get(newest.get(ground.claim, 0), ""))
            facts["appeal"] = {
                "level": str(ground.level.level),
                "level_name": plain(ground.level.name, LONGEST_VALUE),
                "amount": _money(ground.amount),
                "deadline": _day(ground.deadline.isoformat()),
            }
            facts["case"] = {
                "number": ground.case_number,
                "subject": subjects.get(ground.case or 0, ""),
            }
            facts["lines"] = lines.get(ground.claim, [])
            facts["acceptances"] = accepted.get(ground.chain, [])
            claim = facts["claim"]
            assert isinstance(claim, dict)
            claim["sent"] = _local_day(sent[ground.chain], zone) if ground.chain in sent else ""
            found[ground.claim] = facts
    return found


def _of_row(row: Sequence[Any]) -> Facts:
    text = [_text(value) for value in row]
    (_, _, number, control, payer_number, first, last, _, _, *rest) = text
    billed, paid = int(row[7]), int(row[8])
    diagnoses, authorization, place, *rest = rest
    unit, unit_first, npi, tax_id, *rest = rest
    address, phone, payer, payer_address = rest[:5], rest[5], rest[6], rest[7:12]
    given, family, suffix, born, member_id, group_number, *provider = rest[12:]
    return {
        "practice": {
            "name": _joined(unit_first, unit),
            "npi": npi,
            "tax_id": tax_id,
            "address": _address(*address),
            "phone": _phone(phone),
        },
        "payer": {"name": payer, "address": _address(*payer_address)},
        "patient": {
            "name": _joined(given, family, suffix),
            "birth_date": _day(born),
            "member_id": member_id,
            "group_number": group_number,
        },
        "claim": {
            "number": number,
            "control_number": control,
            "payer_number": payer_number,
            "first_date": _day(first),
            "last_date": _day(last),
            "dates": _days(first, last),
            "sent": "",
            "billed": _money(billed),
            "paid": _money(paid),
            "diagnoses": ", ".join(diagnoses.split()),
            "authorization": authorization,
            "place": place,
        },
        "provider": {"name": _joined(*provider[:3]), "npi": provider[3]},
    }


def _denial(ground: Ground, check: str) -> Record:
    return {
        "codes": ground.reason,
        "meaning": plain(ground.meaning, LONGEST_VALUE),
        "remarks": " ".join(plain(code, 20) for code in ground.remarks),
        "notice": _day(ground.notice_on.isoformat()),
        "check": _text(check),
    }


def _lines(
    database: Database, claims: list[int], remittances: list[int]
) -> dict[int, list[Record]]:
    codes: dict[int, list[str]] = {}
    for line, group, reason in read_by_keys(database, CODES, remittances):
        codes.setdefault(line, []).append(f"{group}-{reason}")
    found: dict[int, list[Record]] = {}
    for claim, line, first, last, code, modifiers, units, *money in read_by_keys(
        database, LINES, claims
    ):
        billed, expected, allowed, paid, denied = (
            "" if cents is None else _money(cents) for cents in money
        )
        found.setdefault(claim, []).append(
            {
                "dates": _days(str(first), str(last)),
                "code": _text(code),
                "modifiers": _text(modifiers),
                "units": f"{units_from_store(units):f}",
                "billed": billed,
                "expected": expected,
                "allowed": allowed,
                "paid": paid,
                "denied": denied,
                "codes": " ".join(dict.fromkeys(codes.get(line, []))),
            }
        )
    return found


def _accepted(database: Database, chains: Iterable[int], zone: ZoneInfo) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for chain, at, source, kind, named in read_by_keys(database, ACCEPTED, chains):
        one = {"date": _local_day(at, zone), "by": source, "kind": kind, "reference": _text(named)}
        found.setdefault(chain, []).append(one)
    return found


def _subjects(database: Database, cases: list[int]) -> dict[int, str]:
    sql = "SELECT id, subject FROM case_file WHERE id IN ({keys})"
    return {key: _text(subject) for key, subject in read_by_keys(database, sql, cases)}


def _text(value: Any) -> str:
    return "" if value is None else plain(str(value), LONGEST_VALUE)


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def _money(cents: int) -> str:
    return f"${dollars(cents):,}" if cents >= 0 else f"-${dollars(-cents):,}"


def _day(iso: str) -> str:
    return f"{datetime.date.fromisoformat(iso):%m/%d/%Y}" if iso else ""


def _days(first: str, last: str) -> str:
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"


def _local_day(moment: str, zone: ZoneInfo) -> str:
    return f"{moment_from_store(moment).astimezone(zone):%m/%d/%Y}"


def _address(line1: str, line2: str, city: str, state: str, zip_code: str) -> str:
    whole = f"{zip_code[:5]}-{zip_code[5:]}" if len(zip_code) == 9 else zip_code
    return ", ".join(part for part in (line1, line2, city, _joined(state, whole)) if part)


def _phone(number: str) -> str:
    if len(number) != 10 or not number.isdecimal():
        return number
    return f"{number[:3]}-{number[3:6]}-{number[6:]}"
