"""Writes ISA, GS, GE and IEA.

All raise ValueError with a sentence that names the field and the value.
"""

from datetime import datetime

from rcm_tui.x12.envelope import OutgoingEnvelope
from rcm_tui.x12.wire import Wire


def isa(
    wire: Wire,
    sender: tuple[str, str],
    receiver: tuple[str, str],
    created: datetime,
    control_number: int,
    acknowledgement_requested: bool,
    usage_indicator: str,
) -> str:
    """ISA, 106 characters.  Sender and receiver are (qualifier, identifier)."""
    d = wire.delimiters
    if usage_indicator not in ("P", "T"):
        raise ValueError(f"Usage indicator {usage_indicator!r} is neither P nor T.")
    return wire.element.join(
        (
            "ISA",
            "00",
            " " * 10,
            "00",
            " " * 10,
            f"{wire.identifier(sender[0], 'Sender qualifier', 2, True):2}",
            f"{wire.identifier(sender[1], 'Interchange sender', 15, True):15}",
            f"{wire.identifier(receiver[0], 'Receiver qualifier', 2, True):2}",
            f"{wire.identifier(receiver[1], 'Interchange receiver', 15, True):15}",
            f"{created:%y%m%d}",
            f"{created:%H%M}",
            d.repetition,
            "00501",
            _control(control_number, "Interchange control number"),
            "1" if acknowledgement_requested else "0",
            usage_indicator,
            d.component + d.segment,
        )
    )


def gs(
    wire: Wire,
    functional_id: str,
    sender: str,
    receiver: str,
    created: datetime,
    control_number: int,
    guide: str,
) -> str:
    """GS."""
    _control(control_number, "Group control number")
    for who, name in ((sender, "Group sender"), (receiver, "Group receiver")):
        if len(who.strip()) < 2:
            raise ValueError(f"{name} {who!r} has fewer than two characters.")
    return wire.segment(
        "GS",
        functional_id,
        wire.identifier(sender, "Group sender", 15),
        wire.identifier(receiver, "Group receiver", 15),
        f"{created:%Y%m%d}",
        f"{created:%H%M}",
        str(control_number),
        "X",
        guide,
    )


def opening(
    wire: Wire, envelope: OutgoingEnvelope, functional_id: str = "", guide: str = ""
) -> str:
    """ISA of an answer, and GS unless it has none."""
    written = isa(
        wire,
        (envelope.sender_qualifier, envelope.sender),
        (envelope.receiver_qualifier, envelope.receiver),
        envelope.created,
        envelope.interchange_control_number,
        False,
        envelope.usage_indicator,
    )
    if not functional_id:
        return written
    return written + gs(
        wire,
        functional_id,
        envelope.sender,
        envelope.receiver,
        envelope.created,
        envelope.group_control_number,
        guide,
    )


def trailer(
    wire: Wire, sets: int, group_control_number: int, interchange_control_number: int
) -> str:
    """GE and IEA for one group."""
    return wire.segment("GE", str(sets), str(group_control_number)) + wire.segment(
        "IEA", "1", f"{interchange_control_number:09}"
    )


def _control(number: int, field: str) -> str:
    if not 0 < number <= 999_999_999:
        raise ValueError(f"{field} {number} is not between 1 and 999999999.")
    return f"{number:09}"
