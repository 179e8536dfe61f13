"""Parts of the README that are written by a program, between two marks."""

from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


@dataclass(frozen=True)
class Part:
    """What stands in the README between two lines."""

    begin: str
    end: str

    def read(self) -> str:
        return README.read_text(encoding="utf-8").split(self.begin)[1].split(self.end)[0]

    def write(self, text: str) -> None:
        before, _, rest = README.read_text(encoding="utf-8").partition(self.begin)
        after = rest.split(self.end)[1]
        README.write_text(before + self.begin + text + self.end + after, encoding="utf-8")
