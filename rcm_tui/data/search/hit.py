"""What a search finds: first keys, then what a person reads of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["client", "claim", "charge", "case", "payment", "remittance", "visit", "invoice"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A record by its kind and key, what to show of it, and how well it fits (most is best)."""

    kind: Kind
    key: int
    title: str
    detail: str
    score: int


@dataclass(frozen=True, slots=True)
class Found:
    """A record that fits, before its title is read."""

    kind: Kind
    key: int
    score: int
