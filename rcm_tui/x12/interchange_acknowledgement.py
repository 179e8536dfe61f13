"""TA1: whether an interchange of ours could be taken at all."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class InterchangeAcknowledgement:
    """One TA1.  `control_number` is the ISA13 that was sent, `code` A, E or R, `note` TA105."""

    control_number: str
    sent: datetime | None
    code: str
    note: str

    @property
    def accepted(self) -> bool:
        """TA104 A or E: the interchange was taken."""
        return self.code in ("A", "E")
