"""Writes TA1, 999 and 277CA: what the practice clearinghouse answers with."""

from collections.abc import Iterable, Iterator
from datetime import date

from rcm_tui.x12.claim_acknowledgement import (
    AcknowledgementHeader,
    ClaimStatus,
    LevelTotals,
    LineStatus,
    Status,
)
from rcm_tui.x12.envelope import OutgoingEnvelope
from rcm_tui.x12.envelope_writer import opening, trailer
from rcm_tui.x12.implementation_acknowledgement import (
    ElementError,
    ImplementationAcknowledgement,
    SegmentError,
)
from rcm_tui.x12.interchange_acknowledgement import InterchangeAcknowledgement
from rcm_tui.x12.wire import Wire

GUIDE_999 = "005010X231A1"
GUIDE_277CA = "005010X214"
_QUANTITIES = {"receiver": ("90", "AA"), "provider": ("QA", "QC")}


def write_interchange_acknowledgements(
    envelope: OutgoingEnvelope, acknowledgements: Iterable[InterchangeAcknowledgement]
) -> bytes:
    """An interchange that holds only TA1s.  Raises ValueError for what cannot be sent."""
    wire = Wire(envelope.delimiters)
    parts = [opening(wire, envelope)]
    for one in acknowledgements:
        parts.append(
            wire.segment(
                "TA1",
                wire.identifier(one.control_number, "Interchange control number", 9, True),
                "" if one.sent is None else f"{one.sent:%y%m%d}",
                "" if one.sent is None else f"{one.sent:%H%M}",
                wire.identifier(one.code, "Acknowledgement code", 1, required=True),
                wire.identifier(one.note, "Note code", 3, required=True),
            )
        )
    parts.append(wire.segment("IEA", "0", f"{envelope.interchange_control_number:09}"))
    return "".join(parts).encode("ascii")


def write_implementation_acknowledgements(
    envelope: OutgoingEnvelope, acknowledgements: Iterable[ImplementationAcknowledgement]
) -> bytes:
    """An interchange with a 999 for each group.  Raises ValueError for what cannot be sent."""
    wire = Wire(envelope.delimiters)
    parts = [opening(wire, envelope, "FA", GUIDE_999)]
    sets = 0
    for one in acknowledgements:
        sets += 1
        body = wire.segment("ST", "999", f"{sets:04}", GUIDE_999) + _group(wire, one)
        count = body.count(wire.terminator) + 1
        parts += (body, wire.segment("SE", str(count), f"{sets:04}"))
    parts.append(
        trailer(wire, sets, envelope.group_control_number, envelope.interchange_control_number)
    )
    return "".join(parts).encode("ascii")


def _group(wire: Wire, group: ImplementationAcknowledgement) -> str:
    identifier = wire.identifier
    parts = [
        wire.segment(
            "AK1",
            identifier(group.functional_id, "Functional id", 2),
            identifier(group.group_control_number, "Group control number", 9),
            identifier(group.guide, "Guide", 12),
        )
    ]
    for one in group.sets:
        parts.append(
            wire.segment(
                "AK2",
                identifier(one.set_identifier, "Set identifier", 3),
                identifier(one.set_control_number, "Set control number", 9),
                identifier(one.guide, "Guide", 35),
            )
        )
        parts += [_segment_error(wire, error) for error in one.errors]
        reasons = [identifier(code, "Set error code", 3) for code in one.reasons[:5]]
        parts.append(wire.segment("IK5", identifier(one.code, "Set code", 1, True), *reasons))
    parts.append(
        wire.segment(
            "AK9",
            identifier(group.code, "Group code", 1, required=True),
            str(group.sets_included),
            str(group.sets_received),
            str(group.sets_accepted),
            *(identifier(code, "Group error code", 3) for code in group.reasons[:5]),
        )
    )
    return "".join(parts)


def _segment_error(wire: Wire, error: SegmentError) -> str:
    parts = [
        wire.segment(
            "IK3",
            wire.identifier(error.segment_id, "Bad segment", 3),
            str(error.position),
            wire.identifier(error.loop, "Loop", 6),
            wire.identifier(error.code, "Segment error code", 3),
        )
    ]
    parts += [_context(wire, text) for text in error.context]
    parts += [_element_error(wire, element) for element in error.elements]
    return "".join(parts)


def _element_error(wire: Wire, error: ElementError) -> str:
    at = wire.composite(
        str(error.element),
        str(error.component) if error.component else "",
        str(error.repetition) if error.repetition else "",
    )
    written = wire.segment(
        "IK4",
        at,
        wire.identifier(error.reference_number, "Element reference number", 4),
        wire.identifier(error.code, "Element error code", 3),
        wire.text(error.bad_value, "Bad value", 99),
    )
    return written + "".join(_context(wire, text) for text in error.context)


def _context(wire: Wire, text: str) -> str:
    """A context is held as it is written with the usual delimiters, `*` and `:`."""
    elements = (
        wire.composite(*(wire.text(part, "Context", 65) for part in element.split(":")))
        for element in text.split("*")
    )
    return wire.segment("CTX", *elements)


def write_claim_acknowledgement(
    envelope: OutgoingEnvelope,
    header: AcknowledgementHeader,
    entries: Iterable[LevelTotals | ClaimStatus],
) -> Iterator[bytes]:
    """The bytes of a 277CA: the receiver's totals, then each provider's, each with its claims.

    `entries` come in the order of the file and may be a generator.  Raises ValueError with a
    sentence for what cannot be sent, and for a claim before its provider.
    """
    wire = Wire(envelope.delimiters)
    yield opening(wire, envelope, "HN", GUIDE_277CA).encode("ascii")
    count = 1
    for text in _levels(wire, envelope, header, entries):
        count += text.count(wire.terminator)
        yield text.encode("ascii")
    closing = wire.segment("SE", str(count), "0001")
    closing += trailer(wire, 1, envelope.group_control_number, envelope.interchange_control_number)
    yield closing.encode("ascii")


def _levels(
    wire: Wire,
    envelope: OutgoingEnvelope,
    header: AcknowledgementHeader,
    entries: Iterable[LevelTotals | ClaimStatus],
) -> Iterator[str]:
    yield wire.segment("ST", "277", "0001", GUIDE_277CA) + _source(wire, envelope, header)
    number, parent = 1, 0
    rest = iter(entries)
    entry = next(rest, None)
    while entry is not None:
        following = next(rest, None)
        number += 1
        if isinstance(entry, ClaimStatus):
            if not parent:
                raise ValueError("A claim stands before its provider.")
            yield wire.segment("HL", str(number), str(parent), "PT") + _claim(wire, entry)
        elif entry.level == "receiver":
            child = "0" if following is None else "1"
            yield wire.level(number, 1, "21", child) + _totals(wire, entry, "41", "2")
        else:
            parent = number
            yield wire.level(number, 2, "19", "1") + _totals(wire, entry, "85", "1")
        entry = following


def _source(wire: Wire, envelope: OutgoingEnvelope, header: AcknowledgementHeader) -> str:
    created = header.created or envelope.created
    return "".join(
        (
            wire.segment(
                "BHT",
                "0085",
                header.purpose or "08",
                wire.identifier(header.reference, "Reference", 50, required=True),
                f"{created:%Y%m%d}",
                f"{created:%H%M%S}" if created.second else f"{created:%H%M}",
                "TH",
            ),
            wire.level(1, 0, "20", "1"),
            wire.party(header.source_entity, header.source, "Information source"),
            wire.segment("TRN", "1", wire.identifier(header.source_trace, "Trace", 50, True)),
            _dtp(wire, "050", header.received_date, None),
            _dtp(wire, "009", header.processed_date, None),
        )
    )


def _dtp(wire: Wire, qualifier: str, on: date | None, until: date | None) -> str:
    return "" if on is None else wire.dated(qualifier, on, until)


def _totals(wire: Wire, totals: LevelTotals, entity: str, trace_type: str) -> str:
    accepted, rejected = _QUANTITIES[totals.level]
    parts = [wire.party(entity, totals.party, f"{totals.level.capitalize()}")]
    if totals.trace_number:
        trace = wire.identifier(totals.trace_number, "Trace number", 50)
        parts.append(wire.segment("TRN", trace_type, trace))
    parts += [_status(wire, status) for status in totals.statuses]
    if totals.accepted is not None:
        parts.append(wire.segment("QTY", accepted, str(totals.accepted)))
    if totals.rejected is not None:
        parts.append(wire.segment("QTY", rejected, str(totals.rejected)))
    if totals.accepted_amount is not None:
        parts.append(wire.segment("AMT", "YU", wire.amount(totals.accepted_amount, "Accepted")))
    if totals.rejected_amount is not None:
        parts.append(wire.segment("AMT", "YY", wire.amount(totals.rejected_amount, "Rejected")))
    return "".join(parts)


def _status(wire: Wire, status: Status) -> str:
    if not 1 <= len(status.codes) <= 3:
        raise ValueError(f"A status has {len(status.codes)} codes, not one to three.")
    codes = [
        wire.composite(*(wire.identifier(part, "Status code", 30) for part in code))
        for code in status.codes
    ]
    codes += [""] * (3 - len(codes))
    return wire.segment(
        "STC",
        codes[0],
        "" if status.effective_date is None else wire.day(status.effective_date),
        wire.identifier(status.action, "Action code", 2),
        "" if status.amount is None else wire.amount(status.amount, "Status amount"),
        *("",) * 5,
        codes[1],
        codes[2],
        wire.text(status.message, "Status message", 264),
    )


def _claim(wire: Wire, claim: ClaimStatus) -> str:
    identifier = wire.identifier
    number = identifier(claim.patient_control_number, "Patient control number", 50, required=True)
    parts = [wire.party("QC", claim.patient, "Patient"), wire.segment("TRN", "2", number)]
    parts += [_status(wire, status) for status in claim.statuses]
    parts += (
        wire.reference("1K", claim.payer_claim_control_number, "Payer claim control number"),
        wire.reference("D9", claim.clearinghouse_number, "Clearinghouse number"),
        wire.references(claim.references, "Claim reference"),
        _dtp(wire, "472", claim.service_date, claim.service_date_to),
    )
    parts += [_line(wire, line) for line in claim.lines]
    return "".join(parts)


def _line(wire: Wire, line: LineStatus) -> str:
    modifiers = [wire.identifier(modifier, "Modifier", 2) for modifier in line.modifiers]
    parts = [
        wire.segment(
            "SVC",
            wire.composite(
                wire.identifier(line.qualifier, "Procedure qualifier", 2),
                wire.identifier(line.procedure_code, "Procedure code", 48),
                *modifiers,
            ),
            "" if line.charge is None else wire.amount(line.charge, "Line charge"),
            "",
            "",
            "",
            "",
            "" if line.units is None else wire.quantity(line.units, "Units"),
        )
    ]
    parts += [_status(wire, status) for status in line.statuses]
    parts += (
        wire.reference("FJ", line.line_control_number, "Line control number"),
        _dtp(wire, "472", line.service_date, line.service_date_to),
    )
    return "".join(parts)
