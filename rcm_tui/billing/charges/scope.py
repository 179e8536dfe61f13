"""Which charges a fee, benefit, modifier rule or payer has a say in, by its values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.charges import (
    AWAITING_SUBMISSION,
    CLAIM_LINE_CREATED,
    NEW,
    ON_HOLD,
    PENDING_AUTHORIZATION,
    READY_TO_BILL,
    SCHEDULED,
)
from rcm_tui.data.tables.claims import DRAFT

NOT_BILLED = (SCHEDULED, AWAITING_SUBMISSION, NEW, PENDING_AUTHORIZATION, ON_HOLD, READY_TO_BILL)


@dataclass(frozen=True, slots=True)
class Scope:
    """Charges by payer, business unit, procedure code, day and telehealth; None and empty: any."""

    payer: int | None = None
    business_unit: int | None = None
    codes: frozenset[str] = frozenset()
    first_day: str | None = None
    last_day: str | None = None
    telehealth: bool | None = None

    def items(self, database: Database) -> list[tuple[int, int]]:
        """Client and key of the charge items that are not submitted to anybody yet: on no claim,
        or on a Draft.
        """
        conditions = [
            f"(c.status IN ({', '.join('?' * len(NOT_BILLED))}) OR (c.status = ? AND k.status = ?))"
        ]
        parameters: list[Any] = [*NOT_BILLED, CLAIM_LINE_CREATED, DRAFT]
        for condition, value in (
            ("v.payer_id = ?", self.payer),
            ("c.business_unit_id = ?", self.business_unit),
            ("c.date_of_service >= ?", self.first_day),
            ("c.date_of_service <= ?", self.last_day),
            ("c.telehealth = ?", None if self.telehealth is None else int(self.telehealth)),
        ):
            if value is not None:
                conditions.append(condition)
                parameters.append(value)
        if self.codes:
            conditions.append(f"c.procedure_code IN ({', '.join('?' * len(self.codes))})")
            parameters += sorted(self.codes)
        rows = read_rows(
            database,
            "SELECT c.client_id, c.id FROM charge_item c JOIN coverage v ON v.id = c.coverage_id"
            " LEFT JOIN claim_line l ON l.id = c.claim_line_id"
            " LEFT JOIN claim k ON k.id = l.claim_id"
            f" WHERE {' AND '.join(conditions)} ORDER BY c.client_id, c.id",
            *parameters,
        )
        return [(client, key) for client, key in rows]


def _day(value: Any) -> str | None:
    return str(value) if value else None


def _of_fee(values: Mapping[str, Any]) -> Scope:
    return Scope(
        values["payer"],
        values["business_unit"],
        frozenset((values["procedure_code"],)),
        _day(values["starts_on"]),
        _day(values["ends_on"]),
    )


def _of_benefit(values: Mapping[str, Any]) -> Scope:
    return _of_fee({**values, "business_unit": None})


def _of_rule(values: Mapping[str, Any]) -> Scope:
    return Scope(
        values["payer"],
        None,
        frozenset(values["procedure_codes"].split()),
        _day(values["starts_on"]),
        _day(values["ends_on"]),
        {"yes": True, "no": False}.get(values["telehealth"]),
    )


SCOPES: dict[str, Callable[[Mapping[str, Any]], Scope]] = {
    "fee": _of_fee,
    "benefit": _of_benefit,
    "modifier_rule": _of_rule,
}
PRICES_BY: dict[str, tuple[str, ...]] = {"payer": ("rounding",), "business_unit": ("half_unit",)}
"""Of other kinds of records the fields that units of service depend on."""


def scopes_of(
    kind: str, key: int, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Scope]:
    """The charges that may be priced otherwise once a record is saved: those it had a say in
    (`before`, None for a new one) and those it will have; nothing for what no price depends on.
    """
    if kind in SCOPES:
        held = [values for values in (before, after) if values and values.get("active", True)]
        found = [SCOPES[kind](values) for values in held]
        return list(dict.fromkeys(found))
    named = PRICES_BY.get(kind, ())
    if before is None or all(before[name] == after[name] for name in named):
        return []
    return [_of_owner(kind, key)]


def scopes_of_many(
    kind: str, field: str, records: Iterable[tuple[int, Mapping[str, Any]]]
) -> list[Scope]:
    """The charges that records have a say in whose `field` is edited together, by their values."""
    if kind in SCOPES:
        return list(dict.fromkeys(SCOPES[kind](values) for _, values in records))
    if field in PRICES_BY.get(kind, ()):
        return [_of_owner(kind, key) for key, _ in records]
    return []


def _of_owner(kind: str, key: int) -> Scope:
    return Scope(payer=key) if kind == "payer" else Scope(business_unit=key)
