"""Which business unit a record is of, for people who are limited to some.

A record of no unit, such as a client without one, is everybody's. A case or a payment over
several units is that of each of them, as far as `shared` says so.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from rcm_tui.billing.outcome import Left, NotAllowed
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.refusals import record_refusal
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of record: `sql` gives key, name for people and unit, by `{keys}`; one row or more.

    The keys are those of `table`. Where a record is of several units, one of the person's own is
    enough if it is `shared`, else all are needed.
    """

    noun: str
    table: str
    sql: str
    shared: bool = False


class OfUnit(Protocol):
    """A record to be."""

    @property
    def business_unit(self) -> int: ...


ToBe = TypeVar("ToBe", bound=OfUnit)


def _of(noun: str, name: str, unit: str, tables: str, shared: bool = False) -> Subject:
    table, key = tables.split()[:2]
    sql = f"SELECT {key}.id, {name}, {unit} FROM {tables} WHERE {key}.id IN ({{keys}})"
    return Subject(noun, table.strip('"'), sql, shared)


CLAIM = _of("claim", "c.number", "c.business_unit_id", "claim c")
LINE = _of(
    "claim line",
    "c.number",
    "c.business_unit_id",
    "claim_line l JOIN claim c ON c.id = l.claim_id",
)
SESSION = _of("session", "CAST(s.id AS TEXT)", "s.business_unit_id", "session s")
CHARGE = _of("charge", "i.number", "i.business_unit_id", "charge_item i")
CLIENT = _of(
    "client", "k.last_name || ', ' || k.first_name", "k.business_unit_id", "client k", shared=True
)
_OF_CLIENT = "k.last_name || ', ' || k.first_name", "k.business_unit_id"
COVERAGE = _of("coverage", *_OF_CLIENT, "coverage o JOIN client k ON k.id = o.client_id")
DIAGNOSIS = _of("diagnosis", *_OF_CLIENT, "client_diagnosis d JOIN client k ON k.id = d.client_id")
CASE_MANAGER = _of(
    "case manager", *_OF_CLIENT, "case_manager m JOIN client k ON k.id = m.client_id"
)
AUTHORIZATION = _of(
    "authorization", *_OF_CLIENT, '"authorization" a JOIN client k ON k.id = a.client_id'
)
AUTHORIZED_SERVICE = _of(
    "authorized service",
    *_OF_CLIENT,
    'authorized_service s JOIN "authorization" a ON a.id = s.authorization_id'
    " JOIN client k ON k.id = a.client_id",
)
RENDERING = _of(
    "rendering assignment",
    *_OF_CLIENT,
    'rendering_assignment r JOIN "authorization" a ON a.id = r.authorization_id'
    " JOIN client k ON k.id = a.client_id",
)
VISIT = _of("visit", "v.number", "v.business_unit_id", "visit v")
VISIT_SERVICE = _of(
    "service", "v.number", "v.business_unit_id", "visit_service o JOIN visit v ON v.id = o.visit_id"
)
INVOICE = _of("invoice", "i.number", "i.business_unit_id", "invoice i")
PATIENT_PAYMENT = _of(
    "payment",
    "p.number",
    "COALESCE(i.business_unit_id, k.business_unit_id)",
    "patient_payment p JOIN client k ON k.id = p.client_id"
    " LEFT JOIN invoice i ON i.id = p.invoice_id",
)
REFUND_OF = _of(
    "refund",
    "r.number",
    "COALESCE(c.business_unit_id, i.business_unit_id, k.business_unit_id)",
    "refund r LEFT JOIN claim c ON c.id = r.claim_id LEFT JOIN invoice i ON i.id = r.invoice_id"
    " LEFT JOIN client k ON k.id = r.client_id",
)
WRITTEN_OFF = _of(
    "write-off", "w.number", "c.business_unit_id", "write_off w JOIN claim c ON c.id = w.claim_id"
)
PAYMENT = _of(
    "payment",
    "p.trace_number",
    "c.business_unit_id",
    "payment p JOIN remittance r ON r.payment_id = p.id JOIN claim c ON c.id = r.claim_id",
)
REMITTANCE = _of(
    "remittance",
    "r.patient_control_number",
    "c.business_unit_id",
    "remittance r JOIN claim c ON c.id = r.claim_id",
)
REMITTANCE_LINE = _of(
    "remittance line",
    "r.patient_control_number",
    "c.business_unit_id",
    "remittance_line l JOIN remittance r ON r.id = l.remittance_id"
    " JOIN claim c ON c.id = r.claim_id",
)
PROVIDER_ADJUSTMENT = _of(
    "provider adjustment",
    "p.trace_number",
    "c.business_unit_id",
    "provider_adjustment a JOIN payment p ON p.id = a.payment_id JOIN claim c ON c.id = a.claim_id",
)
_OF_CASE = (
    "f.number",
    "COALESCE(c.business_unit_id, k.business_unit_id)",
    "case_file f ON f.id = {case} LEFT JOIN case_claim x ON x.case_id = f.id"
    " LEFT JOIN claim c ON c.id = x.claim_id LEFT JOIN client k ON k.id = f.client_id",
)
CASE = _of(
    "case",
    *_OF_CASE[:2],
    "case_file f LEFT JOIN case_claim x ON x.case_id = f.id"
    " LEFT JOIN claim c ON c.id = x.claim_id LEFT JOIN client k ON k.id = f.client_id",
    shared=True,
)
ENTRY = _of(
    "timeline entry",
    *_OF_CASE[:2],
    "timeline_entry e JOIN " + _OF_CASE[2].format(case="e.case_id"),
    shared=True,
)
STEP = _of(
    "step",
    *_OF_CASE[:2],
    "case_step t JOIN " + _OF_CASE[2].format(case="t.case_id"),
    shared=True,
)
APPEAL_OF = _of(
    "appeal", "a.number", "c.business_unit_id", "appeal a JOIN claim c ON c.id = a.claim_id"
)
UNIT = _of("business unit", "u.name", "u.id", "business_unit u")

OF_KIND: Mapping[str, Subject] = {
    "claim": CLAIM,
    "claim_line": LINE,
    "session": SESSION,
    "charge_item": CHARGE,
    "client": CLIENT,
    "coverage": COVERAGE,
    "client_diagnosis": DIAGNOSIS,
    "case_manager": CASE_MANAGER,
    "authorization": AUTHORIZATION,
    "authorized_service": AUTHORIZED_SERVICE,
    "rendering_assignment": RENDERING,
    "visit": VISIT,
    "visit_service": VISIT_SERVICE,
    "case_file": CASE,
    "business_unit": UNIT,
}
"""The subjects of editable records, by the name of their kind."""


def elsewhere(work: Work, subject: Subject, keys: Iterable[int]) -> dict[int, Left]:
    """Those among records that are of no unit of who acts, and why they are left; set-based.

    Reads nothing for a person who is not limited.
    """
    units = work.actor.units
    if not units:
        return {}
    own = ", ".join(str(int(unit)) for unit in sorted(units))
    enough = (
        "MAX(CASE WHEN one.unit IS NULL" if subject.shared else "MIN(CASE WHEN one.unit IS NULL"
    )
    sql = (
        f"WITH one (id, name, unit) AS ({subject.sql})"
        " SELECT one.id, MIN(one.name), MIN(u.name) FROM one"
        f" LEFT JOIN business_unit u ON u.id = one.unit AND one.unit NOT IN ({own})"
        f" GROUP BY one.id HAVING {enough} OR one.unit IN ({own}) THEN 1 ELSE 0 END) = 0"
        " ORDER BY one.id"
    )
    return {
        key: Left(
            key,
            name,
            f"it is of the business unit {unit}, to which {work.actor.login} has no right",
        )
        for key, name, unit in read_by_keys(work.database, sql, sorted(set(keys)))
    }


def part(work: Work, subject: Subject, keys: Any) -> tuple[Any, list[Left]]:
    """Keys of the units of who acts, in their order, and those that are left; a mapping stays one.

    Pairs and other tuples are known by their first value. That others were tried is on record.
    """
    listed = keys if isinstance(keys, Mapping) else list(keys)
    others = elsewhere(work, subject, map(key_of, listed))
    if others:
        record_refusal(work, _refusal(work, subject, others))
    left = list(others.values())
    if isinstance(keys, Mapping):
        return {key: keys[key] for key in keys if key not in others}, left
    return [one for one in listed if key_of(one) not in others], left


def part_of_new(
    work: Work, noun: str, wanted: Iterable[ToBe], problem: Callable[[ToBe], str]
) -> tuple[list[ToBe], list[Left]]:
    """What of records to be has no problem and is of the units of who acts, and what is left.

    The key of one that is left is its place.
    """
    wanted = list(wanted)
    others = elsewhere(work, UNIT, {one.business_unit for one in wanted})
    taken: list[ToBe] = []
    left: list[Left] = []
    for place, one in enumerate(wanted):
        why = problem(one)
        if not why and one.business_unit in others:
            why = others[one.business_unit].reason
        if why:
            left.append(Left(place, f"{noun} {place + 1}", why))
        else:
            taken.append(one)
    return taken, left


def refuse_elsewhere(work: Work, subject: Subject, keys: Iterable[Any]) -> None:
    """Raises NotAllowed when one of the records is of another unit."""
    if others := elsewhere(work, subject, map(key_of, keys)):
        raise _refusal(work, subject, others)


def _refusal(work: Work, subject: Subject, others: Mapping[int, Left]) -> NotAllowed:
    """Of records of other units: the first is named."""
    left = next(iter(others.values()))
    return NotAllowed(
        f"{subject.noun} {left.name}: {left.reason}",
        tried=work.doing,
        subject=subject.table,
        keys=others,
    )


def own_units(work: Work, wanted: Collection[int] | None) -> Collection[int] | None:
    """The units among those wanted (None: all) in which who acts may act; None for no limit.

    Raises NotAllowed where none is left.
    """
    units = work.actor.units
    if not units:
        return wanted
    own = sorted(units if wanted is None else units & set(wanted))
    if wanted and not own:
        refuse_elsewhere(work, UNIT, wanted)
    return own


def refuse_unit(work: Work, unit: int | None) -> None:
    """Raises NotAllowed when something new is to be of a unit that who acts has no right to."""
    if unit is not None:
        refuse_elsewhere(work, UNIT, [unit])


def key_of(one: Any) -> int:
    """The key of what a function is given: it itself, or the first value of a tuple."""
    return int(one[0] if isinstance(one, tuple) else one)
