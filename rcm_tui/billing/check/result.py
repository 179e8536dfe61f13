"""One check of the store: whether it holds, its figures, and what is wrong."""

from dataclasses import dataclass, field
from decimal import Decimal

MOST_PROBLEMS = 20


@dataclass(slots=True)
class CheckResult:
    """One check: whether it holds, its figures (counts; money as `Decimal`), and what is wrong.

    At most twenty `problems` are kept, each a sentence; "problems" among the figures counts all.
    """

    name: str
    ok: bool = True
    figures: dict[str, int | Decimal] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def fail(self, sentence: str) -> None:
        """Notes a problem."""
        self.ok = False
        self.figures["problems"] = self.figures.get("problems", 0) + 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(sentence)


def words_of(name: str) -> str:
    """The name of a table or column as people read it."""
    return name.replace("_", " ")
