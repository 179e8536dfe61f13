"""The levels of appeal that a payer has, with their clocks, from the practice's own table."""

from collections.abc import Iterable
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.appeals import PROOFS


@dataclass(frozen=True, slots=True)
class Level:
    """A level as its payer calls it. `days` count from the notice, else from the last answer.

    Without `days` the payer's own for appeals hold. `own` tells a payer's own row.
    """

    level: int
    name: str
    days: int | None
    answer_days: int
    required: tuple[str, ...]
    own: bool = False

    def days_to_file(self, appeal_days: int) -> int:
        """Days to file, where a payer's own are `appeal_days`.

        At level 1 the shorter of the two holds where the row is not the payer's own: to be early
        is never too late (ours).
        """
        if self.days is None:
            return appeal_days
        return self.days if self.own or self.level > 1 else min(self.days, appeal_days)


class Levels:
    """All levels in force; the most particular that a payer has count, and no others."""

    def __init__(self, rows: Iterable[tuple[int | None, str, Level]]) -> None:
        self._of: dict[tuple[int | None, str], list[Level]] = {}
        for payer, indicator, level in rows:
            self._of.setdefault((payer, "" if payer else indicator), []).append(level)

    def of(self, payer: int | None, filing_indicator: str) -> list[Level]:
        """The levels of a payer, from the first on; empty where the practice has none."""
        own = self._of.get((payer, "")) if payer is not None else None
        return own or self._of.get((None, filing_indicator)) or self._of.get((None, ""), [])


def load_levels(database: Database) -> Levels:
    """The levels in force. Blocks."""
    return Levels(
        (payer, indicator, Level(level, name, days, answer, proofs_of(required), payer is not None))
        for payer, indicator, level, name, days, answer, required in read_rows(
            database,
            "SELECT payer_id, filing_indicator, level, name, days, answer_days, required"
            " FROM appeal_level WHERE active = 1 ORDER BY level, id",
        )
    )


def proofs_of(text: str) -> tuple[str, ...]:
    """Kinds of documents from text in which commas part them, each once."""
    return tuple(dict.fromkeys(kind for one in text.split(",") if (kind := one.strip())))


def known_proofs(value: str) -> str:
    """What is wrong with kinds of documents, as the end of a sentence."""
    wrong = [one for one in proofs_of(value) if one not in PROOFS]
    return f"has {wrong[0]}, which is none of {', '.join(PROOFS)}" if wrong else ""


def written_proofs(text: str) -> str:
    """Kinds of documents as they are listed, parted by a comma and a blank."""
    listed = {kind.lower(): kind for kind in PROOFS}
    return ", ".join(listed.get(one.lower(), one) for one in proofs_of(text))
