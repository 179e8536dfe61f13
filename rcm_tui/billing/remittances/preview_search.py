"""Finding remittances in a preview of thousands by a few words."""

from collections.abc import Sequence

from rcm_tui.billing.remittances.preview import PreviewRow

FATES = {"orphan": "orphan unknown", "informational": "information"}


class PreviewSearch:
    """The rows of a preview, to be narrowed while one types.

    Words are looked for in the numbers (ours and the payer's for it), the patient's name, what
    happens ("posts", "waits", "unknown", "CO-197"), what becomes of the claim ("denied", "partially
    paid") and what looks wrong. All have to be there, however they are written.
    """

    def __init__(self, rows: Sequence[PreviewRow]) -> None:
        self.rows = rows
        self._texts: list[str] | None = None

    def find(self, words: str) -> Sequence[PreviewRow]:
        """The rows in which all of the words are; all rows for none."""
        wanted = words.casefold().split()
        if not wanted:
            return self.rows
        if self._texts is None:
            self._texts = [_text(row) for row in self.rows]
        return [
            row
            for row, text in zip(self.rows, self._texts, strict=True)
            if all(word in text for word in wanted)
        ]


def _text(row: PreviewRow) -> str:
    said = (
        *(row.claim_number, row.named, row.patient_name, FATES.get(row.fate, row.fate)),
        *(row.adjudication, row.words, *row.wrong),
    )
    return "\n".join(said).casefold()
