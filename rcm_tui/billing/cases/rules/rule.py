"""The rules in force, in their order, and whether they speak of a denied claim."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.rules.denied import DeniedClaim, DeniedCode
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.case_rules import IN_TURN, JOINS_OF_CLIENT, OF_PAYER, OPENS


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is applied; groups, reasons, remarks empty for any. See the table `CaseRule`."""

    id: int
    name: str
    payer: int | None
    business_unit: int | None
    groups: frozenset[str]
    reasons: frozenset[str]
    remarks: frozenset[str]
    amount_from: int | None
    age_from: int | None
    joins: str
    subject: str
    priority: str
    tags: str
    follow_up: str
    follow_up_days: int
    owner_by: str
    owners: tuple[str, ...]
    given: int

    def code_of(self, denied: DeniedClaim, on: datetime.date) -> DeniedCode | None:
        """For which of its codes it speaks of a claim on a day, the most money first; else None."""
        age = (on - denied.first_service_date).days
        if (
            self.payer not in (None, denied.payer)
            or self.business_unit not in (None, denied.business_unit)
            or denied.outstanding < (self.amount_from or 0)
            or age < (self.age_from or 0)
        ):
            return None
        return next((code for code in denied.codes if self._fits(code)), None)

    def _fits(self, code: DeniedCode) -> bool:
        return (
            (not self.groups or code.group in self.groups)
            and (not self.reasons or code.reason in self.reasons)
            and (not self.remarks or not self.remarks.isdisjoint(code.remarks))
        )

    def owner(self, given: int, specialist: str) -> str:
        """Who gets a case: `given` counts those that were given in turn before."""
        if self.owner_by == IN_TURN and self.owners:
            return self.owners[given % len(self.owners)]
        if self.owner_by == OF_PAYER and specialist:
            return specialist
        return self.owners[0] if self.owners else ""

    @property
    def opens_each(self) -> bool:
        """Whether every claim gets a case of its own."""
        return self.joins == OPENS

    @property
    def by_client(self) -> bool:
        """Whether only claims of one patient share a case."""
        return self.joins == JOINS_OF_CLIENT


def load_rules(database: Database, besides: Iterable[int] = ()) -> list[Rule]:
    """The rules in force, and those `besides` by key, in the order in which they are asked."""
    columns = (
        "id, name, payer_id, business_unit_id, group_codes, reason_codes, remark_codes,"
        " amount_from, age_from, joins, subject, priority, tags, follow_up, follow_up_days,"
        " owner_by, owners, given, place"
    )
    rows = read_rows(database, f"SELECT {columns} FROM case_rule WHERE active = 1")
    rows += read_by_keys(
        database,
        f"SELECT {columns} FROM case_rule WHERE active = 0 AND id IN ({{keys}})",
        set(besides),
    )
    return [_rule(row) for row in sorted(rows, key=lambda row: (row[-1], row[0]))]


def _rule(row: Sequence[Any]) -> Rule:
    key, name, payer, unit, groups, reasons, remarks, *rest, owners, given, _ = row
    words = [frozenset(codes.split()) for codes in (groups, reasons, remarks)]
    amount, age, joins, subject, priority, tags, follow_up, days, owner_by = rest
    return Rule(
        id=key,
        name=name,
        payer=payer,
        business_unit=unit,
        groups=words[0],
        reasons=words[1],
        remarks=words[2],
        amount_from=amount,
        age_from=age,
        joins=joins,
        subject=subject,
        priority=priority,
        tags=tags,
        follow_up=follow_up,
        follow_up_days=days,
        owner_by=owner_by,
        owners=tuple(owners.split()),
        given=given,
    )
