"""Which transaction an ST begins."""

_CLAIMS = {
    "X222": "837P",
    "X098": "837P",
    "X223": "837I",
    "X096": "837I",
    "X224": "837D",
    "X097": "837D",
}
_KNOWN = frozenset(
    {"148", "269", "270", "271", "275", "276", "278", "820", "824", "834", "835", "864"}
    | {"997", "999"}
)


def set_type(identifier: str, guide: str) -> str:
    """The type of a set, by ST01 and the guide of ST03 or GS08.

    An 837 whose guide says nothing is taken for professional.  `unknown` for what is not a
    health care transaction.
    """
    if identifier == "837":
        return next((name for mark, name in _CLAIMS.items() if mark in guide), "837P")
    if identifier == "277":
        return "277CA" if "X214" in guide else "277"
    return identifier if identifier in _KNOWN else "unknown"
