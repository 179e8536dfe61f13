"""999 (005010X231A1, also read from a 997): which sets of a group could be processed."""

from dataclasses import dataclass, field

from rcm_tui.x12.findings import Finding, UnreadSegment


@dataclass(slots=True)
class ElementError:
    """IK4: a bad element of a bad segment.  Positions count from 1; 0 where not said."""

    element: int
    component: int = 0
    repetition: int = 0
    reference_number: str = ""
    code: str = ""
    bad_value: str = ""
    context: tuple[str, ...] = ()


@dataclass(slots=True)
class SegmentError:
    """IK3: a bad segment, its position in the set (ST is 1), and its context (CTX)."""

    segment_id: str
    position: int
    loop: str = ""
    code: str = ""
    context: tuple[str, ...] = ()
    elements: tuple[ElementError, ...] = ()

    @property
    def claim(self) -> str:
        """The patient control number that a CTX names (`CLM01:123`), or empty."""
        for text in self.context:
            name, _, value = text.partition(":")
            if name.strip().upper() in ("CLM01", "PATIENT CONTROL NUMBER"):
                return value
        return ""


@dataclass(slots=True)
class SetAcknowledgement:
    """AK2 … IK5: one transaction set of ours.  `code` is A, E (accepted with errors), R, …"""

    set_identifier: str
    set_control_number: str
    guide: str = ""
    code: str = ""
    reasons: tuple[str, ...] = ()
    errors: tuple[SegmentError, ...] = ()

    @property
    def accepted(self) -> bool:
        """IK501 A or E: the set was taken."""
        return self.code in ("A", "E")


@dataclass(slots=True)
class ImplementationAcknowledgement:
    """AK1 … AK9: the answer to one functional group of ours.

    Match `group_control_number` to the GS06 that was sent.  `code` is AK901: A accepted,
    E accepted with errors, P partly, R rejected.
    """

    functional_id: str
    group_control_number: str
    guide: str = ""
    code: str = ""
    sets_included: int = 0
    sets_received: int = 0
    sets_accepted: int = 0
    reasons: tuple[str, ...] = ()
    sets: tuple[SetAcknowledgement, ...] = ()
    complete: bool = True
    unread: tuple[UnreadSegment, ...] = field(default=(), compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)
