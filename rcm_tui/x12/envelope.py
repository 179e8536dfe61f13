"""Who sent what to whom: interchange, functional group, transaction set."""

from dataclasses import dataclass
from datetime import datetime

from rcm_tui.x12.delimiters import STANDARD, Delimiters


@dataclass(frozen=True, slots=True)
class Interchange:
    """ISA, with its blanks stripped.  `control_number` keeps its leading zeros."""

    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    created: datetime | None
    control_number: str
    usage_indicator: str
    version: str
    acknowledgement_requested: bool
    delimiters: Delimiters


@dataclass(frozen=True, slots=True)
class Group:
    """GS.  `functional_id` is HC for claims, HP remittances, HN claim status, FA 999."""

    functional_id: str
    sender: str
    receiver: str
    created: datetime | None
    control_number: str
    guide: str


@dataclass(frozen=True, slots=True)
class TransactionSet:
    """ST with all that stands around it.

    `type` is 837P, 837I, 837D, 835, 277CA, 277, 276, 270, 271, 999, 997, 834, …, or unknown;
    `guide` is ST03, or GS08 where ST03 is missing.
    """

    type: str
    identifier: str
    control_number: str
    guide: str
    segment_number: int
    group: Group | None
    interchange: Interchange

    @property
    def key(self) -> tuple[str, str, str, str]:
        """(sender, ISA13, GS06, ST02): the same set twice has the same key."""
        group = self.group
        return (
            self.interchange.sender,
            self.interchange.control_number,
            group.control_number if group else "",
            self.control_number,
        )


@dataclass(frozen=True, slots=True)
class OutgoingEnvelope:
    """Who answers whom, for the writers of answers: one interchange with one group."""

    sender: str
    receiver: str
    interchange_control_number: int
    group_control_number: int
    created: datetime
    usage_indicator: str = "P"
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    delimiters: Delimiters = STANDARD
