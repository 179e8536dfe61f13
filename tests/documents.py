"""Parts of the documents that are written by a program, between two marks."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Part:
    """What stands in a document between two lines."""

    document: str
    begin: str
    end: str

    def read(self) -> str:
        return self._text().split(self.begin)[1].split(self.end)[0]

    def write(self, text: str) -> None:
        before, _, rest = self._text().partition(self.begin)
        after = rest.split(self.end)[1]
        (ROOT / self.document).write_text(
            before + self.begin + text + self.end + after, encoding="utf-8"
        )

    def _text(self) -> str:
        return (ROOT / self.document).read_text(encoding="utf-8")
