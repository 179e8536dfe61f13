"""What a form is made of, declared: tabs of fields, and what each field takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

FieldKind = Literal[
    "text",
    "code",
    "date",
    "money",
    "units",
    "number",
    "flag",
    "choice",
    "reference",
    "record",  # a line that opens another record; nothing is typed into it
]
"""Values: text and codes `str`, dates `date`, money cents, units `Decimal`, numbers and keys `int`.

A choice is one of its codes. What is left out is "" for text and codes, None for the others.
"""

WIDTHS: dict[FieldKind, int] = {
    "text": 32,
    "code": 16,
    "date": 12,
    "money": 14,
    "units": 10,
    "number": 8,
    "flag": 5,
    "choice": 32,
    "reference": 36,
    "record": 0,
}
"""Cells of a field's box, where its declaration names no width."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field. `help` stands beside it while the cursor is in it; `visible` hides it by values.

    `lookup` says that words or codes typed into it are looked up while one types; with `many` it
    holds several codes parted by blanks. Fields of one `heading` stand under it.
    `check` says how a sentence about a wrong value ends. Of one that is `masked` the value is not
    shown, and nothing is typed into it.
    """

    name: str
    label: str
    kind: FieldKind
    required: bool = False
    width: int = 0
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    lookup: bool = False
    many: bool = False
    fixed: bool = False
    longest: int = 80
    heading: str = ""
    visible: Callable[[Mapping[str, Any]], bool] | None = None
    check: Callable[[Any], str] | None = None
    normalise: Callable[[str], str] | None = None
    masked: bool = False

    @property
    def cells(self) -> int:
        """How wide its box is."""
        return self.width or min(WIDTHS[self.kind], self.longest + 1)

    @property
    def picks(self) -> bool:
        """Whether it is filled by picking one of several, and not by any text."""
        return self.kind in ("choice", "reference")

    @property
    def empty(self) -> Any:
        """The value of the field when it is left out."""
        return "" if self.kind in ("text", "code", "choice") else None


@dataclass(frozen=True, slots=True)
class FormTab:
    """Fields that are shown together under a title."""

    name: str
    title: str
    fields: Sequence[FormField]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be picked: its value, its name, and what tells it from namesakes."""

    value: Any
    title: str
    detail: str = ""
