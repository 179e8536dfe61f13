"""Reads 999 and 997, and TA1."""

from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import Event, GroupAcknowledged
from rcm_tui.x12.implementation_acknowledgement import (
    ElementError,
    ImplementationAcknowledgement,
    SegmentError,
    SetAcknowledgement,
)
from rcm_tui.x12.interchange_acknowledgement import InterchangeAcknowledgement
from rcm_tui.x12.interchange_header import moment
from rcm_tui.x12.set_reader import Elements, SetReader

# Ours: what one acknowledgement may hold; a real one has some hundreds.
_MOST = 20_000


def interchange_acknowledgement(e: Elements) -> InterchangeAcknowledgement:
    """A TA1."""
    return InterchangeAcknowledgement(e[1].strip(), moment(e[2], e[3]), e[4].strip(), e[5].strip())


class AcknowledgementReader(SetReader):
    """One 999 or 997; it comes out whole, at its end."""

    def __init__(self, opened: TransactionSet, out: list[Event]) -> None:
        super().__init__(opened, out)
        self.group = ImplementationAcknowledgement("", "")
        self.sets: list[SetAcknowledgement] = []
        self.one: SetAcknowledgement | None = None
        self.errors: list[SegmentError] = []
        self.segment: SegmentError | None = None
        self.elements: list[ElementError] = []
        self.element: ElementError | None = None
        self.held = 0
        self.handlers = {
            "AK1": self.ak1,
            "AK2": self.ak2,
            "IK3": self.ik3,
            "AK3": self.ik3,
            "IK4": self.ik4,
            "AK4": self.ik4,
            "CTX": self.ctx,
            "IK5": self.ik5,
            "AK5": self.ik5,
            "AK9": self.ak9,
        }

    def _too_many(self, e: Elements) -> bool:
        self.held += 1
        if self.held == _MOST + 1:
            self.say("error", e, f"Only the first {_MOST} entries of this answer were read.")
        return self.held > _MOST

    def ak1(self, e: Elements) -> None:
        self.group.functional_id, self.group.guide = e[1], e[3]
        self.group.group_control_number = e[2].strip()

    def ak2(self, e: Elements) -> None:
        self._close_set()
        if not self._too_many(e):
            self.one = SetAcknowledgement(e[1], e[2].strip(), e[3])

    def ik3(self, e: Elements) -> None:
        self._close_segment()
        if self.one is None:
            self.stray(e) if self.held <= _MOST else None
        elif not self._too_many(e):
            self.segment = SegmentError(e[1], self.count(e, 2), e[3], e[4])

    def ik4(self, e: Elements) -> None:
        self._close_element()
        if self.segment is None:
            self.stray(e) if self.held <= _MOST else None
        elif not self._too_many(e):
            at = ["IK4", *self.composite(e[1])[:3]]
            self.element = ElementError(
                self.count(at, 1),
                self.count(at, 2),
                self.count(at, 3),
                e[2],
                e[3],
                e[4],
            )

    def ctx(self, e: Elements) -> None:
        separator = self.delimiters.component or ":"
        text = "*".join(part.replace(separator, ":") for part in e[1:]).rstrip("*")
        if self.element is not None:
            self.element.context += (text,)
        elif self.segment is not None:
            self.segment.context += (text,)
        else:
            self.keep(e)

    def ik5(self, e: Elements) -> None:
        if self.one is None:
            self.stray(e) if self.held <= _MOST else None
            return
        self.one.code = e[1]
        self.one.reasons = tuple(code for code in e[2:7] if code)
        self._close_set()

    def ak9(self, e: Elements) -> None:
        self._close_set()
        self.group.code = e[1]
        self.group.sets_included = self.count(e, 2)
        self.group.sets_received = self.count(e, 3)
        self.group.sets_accepted = self.count(e, 4)
        self.group.reasons = tuple(code for code in e[5:10] if code)

    def _close_element(self) -> None:
        if self.element is not None:
            self.elements.append(self.element)
            self.element = None

    def _close_segment(self) -> None:
        self._close_element()
        if self.segment is not None:
            self.segment.elements, self.elements = tuple(self.elements), []
            self.errors.append(self.segment)
            self.segment = None

    def _close_set(self) -> None:
        self._close_segment()
        if self.one is not None:
            self.one.errors, self.errors = tuple(self.errors), []
            self.sets.append(self.one)
            self.one = None

    def finish(self, complete: bool, cut: bool) -> None:
        self._close_set()
        if not self.group.code:
            self.say("error", ["AK9"], "The answer has no AK9: whether it accepts is not said.")
        self.group.sets = tuple(self.sets)
        self.group.complete = complete
        self.group.unread, self.group.findings = tuple(self.unread), tuple(self.notes)
        self.out.append(GroupAcknowledged(self.set, self.group))
