"""The limits of authorizations: so much of these codes, in total or each week or month.

A limit in hours counts the hours that are billed: units times the minutes of the payer's unit of
measure for the code when the authorization begins, 15 where there is no benefit (ours).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.authorizations.periods import key_of
from rcm_tui.data.bulk import read_by_keys

HOURS, UNITS = "hours", "units"
USUAL_MINUTES = 15
SIXTIETHS = 60


class Limit(NamedTuple):
    """How much is allowed of some procedure codes. Amounts are thousandths of `measure`.

    `minutes` are those of a unit of each code; only a limit in hours needs them.
    """

    codes: tuple[str, ...]
    amount: int
    measure: str = UNITS
    per: str = "total"
    minutes: Mapping[str, int] = {}
    id: int = 0

    def measured(self, code: str, units: int) -> int:
        """What some units (thousandths) of a code come to in this limit's measure, in sixtieths
        of a thousandth, so that sums are exact."""
        if self.measure == HOURS:
            return units * self.minutes.get(code, USUAL_MINUTES)
        return units * SIXTIETHS

    def key(self, day: str) -> str:
        """What the days of one period of this limit have in common."""
        return key_of(self.per, day)


def load_limits(database: Database, authorizations: Iterable[int]) -> dict[int, list[Limit]]:
    """The limits of authorizations by their keys, in two queries at most."""
    found: dict[int, list[Limit]] = defaultdict(list)
    rows = list(
        read_by_keys(
            database,
            "SELECT authorization_id, id, procedure_codes, amount, measure, per"
            " FROM authorized_service WHERE authorization_id IN ({keys})"
            " ORDER BY authorization_id, id",
            sorted(set(authorizations)),
        )
    )
    in_hours = sorted({row[0] for row in rows if row[4] == HOURS})
    minutes = _minutes(database, in_hours) if in_hours else {}
    for authorization, key, codes, amount, measure, per in rows:
        found[authorization].append(
            Limit(
                tuple(codes.split()),
                amount,
                measure,
                per,
                minutes.get(authorization, {}) if measure == HOURS else {},
                key,
            )
        )
    return found


def _minutes(database: Database, authorizations: Iterable[int]) -> dict[int, dict[str, int]]:
    """Minutes of a unit by authorization and code, of the benefit when the authorization begins."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for authorization, code, minutes in read_by_keys(
        database,
        'SELECT a.id, b.procedure_code, b.unit_minutes FROM "authorization" a'
        " JOIN benefit b ON b.payer_id = a.payer_id AND b.starts_on <= a.starts_on"
        " AND (b.ends_on IS NULL OR b.ends_on >= a.starts_on)"
        " WHERE a.id IN ({keys}) ORDER BY a.id, b.starts_on, b.id",
        authorizations,
    ):
        found[authorization][code] = minutes
    return found
