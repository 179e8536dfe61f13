"""The practice's own rules of what payers want, as validation asks them of claim lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.payer_rules import AUTHORIZATION, MODIFIER, PLACE, REFERRING


class Asked(NamedTuple):
    """A claim line as rules look at it."""

    code: str
    modifiers: frozenset[str]
    place: str
    rendering: int | None
    authorized: bool
    referred: bool


@dataclass(frozen=True, slots=True)
class PayerRuleFacts:
    """A rule in force; empty sets and no `payer` or `rendering` mean any. See `PayerRule`."""

    id: int
    payer: int | None
    codes: frozenset[str]
    modifiers: frozenset[str]
    places: frozenset[str]
    rendering: int | None
    wanted: str
    value: frozenset[str]
    words: str
    hard: bool
    reason: str

    def fits(self, line: Asked) -> bool:
        """Whether such a line is meant."""
        return (
            (not self.codes or line.code in self.codes)
            and self.modifiers <= line.modifiers
            and (not self.places or line.place in self.places)
            and self.rendering in (None, line.rendering)
        )

    def kept(self, line: Asked) -> bool:
        """Whether a line that is meant has what is wanted; "say" is never kept."""
        return {
            AUTHORIZATION: line.authorized,
            MODIFIER: bool(self.value) and self.value <= line.modifiers,
            PLACE: line.place in self.value,
            REFERRING: line.referred,
        }.get(self.wanted, False)


def load_payer_rules(database: Database, payers: Iterable[int]) -> dict[int, list[PayerRuleFacts]]:
    """Payer → the rules in force for it, those of all payers with them."""
    rules = [_facts(*row) for row in read_rows(database, IN_FORCE)]
    return {payer: [rule for rule in rules if rule.payer in (None, payer)] for payer in payers}


IN_FORCE = (
    "SELECT id, payer_id, procedure_codes, modifiers, places, rendering_id, wanted, value, words,"
    " strictness, reason FROM payer_rule WHERE active = 1 ORDER BY id"
)


def _facts(
    key: int,
    payer: int | None,
    codes: str,
    modifiers: str,
    places: str,
    rendering: int | None,
    wanted: str,
    value: str,
    words: str,
    strictness: str,
    reason: str,
) -> PayerRuleFacts:
    return PayerRuleFacts(
        key,
        payer,
        frozenset(codes.split()),
        frozenset(modifiers.split()),
        frozenset(places.split()),
        rendering,
        wanted,
        frozenset(value.split()),
        words,
        strictness == "hard",
        reason,
    )
