"""Where a claim from outside says something else than the rows that it was matched to.

A payer known by its id may be called otherwise in a file, a patient may have lived elsewhere, a
control number may have been taken already. The rows stay as they are; the difference is kept with
the claim as pairs of what the rows said then and what the file said:

    {"payer": {"name": ["ACME", "ACME HEALTH"]}, "lines": {"0": {"line_control_number": […]}}}

`applied` gives the file's word back wherever the rows still say what they said then: what a
biller changes since then wins.
"""

from dataclasses import fields, replace
from functools import cache
from typing import Any, TypeVar, get_type_hints

from rcm_tui.exchange.dataclass_json import decoded, encoded

T = TypeVar("T")


def differences(built: Any, said: Any) -> dict[str, Any]:
    """The tree of differences between two dataclasses of one kind; empty where they are equal."""
    tree: dict[str, Any] = {}
    kind: Any = type(said)
    for name in _compared(kind):
        ours, theirs = getattr(built, name), getattr(said, name)
        if ours is not theirs and ours != theirs:
            tree[name] = _difference(ours, theirs)
    return tree


def _difference(ours: Any, theirs: Any) -> Any:
    if hasattr(ours, "__dataclass_fields__") and type(ours) is type(theirs):
        return differences(ours, theirs)
    if _is_rows(ours) and _is_rows(theirs) and len(ours) == len(theirs):
        return {
            str(place): _difference(one, other)
            for place, (one, other) in enumerate(zip(ours, theirs, strict=True))
            if one != other
        }
    return [encoded(ours), encoded(theirs)]


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and all(hasattr(v, "__dataclass_fields__") for v in value)


def applied(value: T, tree: dict[str, Any]) -> T:
    """The dataclass with the differences put in where it still says what it said then.

    Raises ValueError when the tree is not what `differences` makes.
    """
    kind: Any = type(value)
    kinds = _kinds(kind)
    changes: dict[str, Any] = {}
    for name, difference in tree.items():
        if name not in kinds:
            continue
        now = getattr(value, name)
        if isinstance(difference, list):
            if encoded(now) == difference[0]:
                changes[name] = decoded(kinds[name], difference[1])
        elif isinstance(now, tuple):
            changes[name] = tuple(
                applied(one, difference[str(place)]) if str(place) in difference else one
                for place, one in enumerate(now)
            )
        elif now is not None:
            changes[name] = applied(now, difference)
    return replace(value, **changes)  # type: ignore[type-var]


@cache
def _compared(kind: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind) if item.compare)


@cache
def _kinds(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
