"""The details of an audit record as people read them."""

from __future__ import annotations

import json
from typing import Any

UNSAID = ("keys", "ids", "version")
"""Details that are for the program."""


def details_text(text: str) -> str:
    """`status New → Ready to Bill · count 3` of the JSON of an audit record; else as it is."""
    try:
        details = json.loads(text)
    except ValueError:
        return text
    return said(details) if isinstance(details, dict) else text


def said(details: dict[str, Any]) -> str:
    """The same of details that were read already."""
    return " · ".join(
        f"{key.replace('_', ' ')} {said_value(value)}"
        for key, value in details.items()
        if key not in UNSAID and value not in ("", None)
    )


def said_value(value: Any) -> str:
    """A detail: two plain values in a list are what was and what is."""
    if isinstance(value, list):
        changed = len(value) == 2 and all(isinstance(one, str | None) for one in value)
        return (" → " if changed else ", ").join(said_value(one) for one in value)
    if value is None or value == "":
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
