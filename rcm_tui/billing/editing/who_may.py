"""Who may edit which kind of record, and of which business units."""

from collections.abc import Iterable, Mapping
from typing import Any

from rcm_tui.billing.rights import RIGHT_OF_KIND, Right
from rcm_tui.billing.units import (
    AUTHORIZATION,
    CASE,
    CLAIM,
    CLIENT,
    OF_KIND,
    VISIT,
    Subject,
    refuse_elsewhere,
    refuse_unit,
)
from rcm_tui.data.work import Work

BELONGS: Mapping[str, Subject] = {
    "client": CLIENT,
    "claim": CLAIM,
    "authorization": AUTHORIZATION,
    "visit": VISIT,
    "parent": CASE,
}
"""Fields by which a record belongs to another, whose unit is its own."""


def of_kind(work: Work, record_kind: str, *args: Any, **more: Any) -> Right:
    """The right to edit records of a kind."""
    return RIGHT_OF_KIND[record_kind]


def refuse_other_units(
    work: Work, record_kind: str, keys: Iterable[int], values: Mapping[str, Any]
) -> None:
    """Raises Refused when records are of another unit, or would come to be by their new values."""
    if not work.actor.units:
        return
    if record_kind in OF_KIND:
        refuse_elsewhere(work, OF_KIND[record_kind], keys)
    for name, subject in BELONGS.items():
        if isinstance(key := values.get(name), int):
            refuse_elsewhere(work, subject, [key])
    if isinstance(unit := values.get("business_unit"), int):
        refuse_unit(work, unit)
