"""What a reader could not understand, said in a sentence."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a file: where it stands and why it was not understood.

    `segment_number` counts segments from 1 over the whole file, ISA included.  An error means
    that something was lost or cannot be trusted; a warning, that it was read all the same.
    """

    severity: Severity
    segment_number: int
    segment_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnreadSegment:
    """A segment that no field holds, kept as it stood in the file, for a person to look at."""

    segment_number: int
    segment_id: str
    text: str
