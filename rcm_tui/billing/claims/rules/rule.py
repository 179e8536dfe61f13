"""What a validation rule is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rcm_tui.billing.claims.facts import ClaimFacts

ERROR = "error"
WARNING = "warning"


class Found(NamedTuple):
    """That a rule is broken: on which line, if one is meant, with the values for its reason."""

    line: int | None
    values: dict[str, Any]


Check = Callable[[ClaimFacts], Sequence[Found]]

PASSED: Sequence[Found] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A validation. `id` never changes: settings and stored findings name it.

    `field` is the dotted name of what is wrong (`coverage.member_id`; `line.units` is on a line).
    `reason` may hold {values} of what was found. Errors block a claim, warnings do not.
    """

    id: str
    field: str
    severity: str
    reason: str
    how_to_fix: str
    how_to_prevent: str
    check: Check


def once(failed: object, **values: Any) -> Sequence[Found]:
    """One finding on the claim when something failed."""
    return (Found(None, values),) if failed else PASSED
