"""The lines of an 837P as text."""

from collections.abc import Iterable

from rcm_tui.x12.claim import Drug, LineAdjudication, Procedure, ServiceLine
from rcm_tui.x12.parties import Note, QualifiedDate
from rcm_tui.x12.party_segments import PartySegments
from rcm_tui.x12.wire import Wire


def other_dates(wire: Wire, dates: Iterable[QualifiedDate]) -> str:
    """The DTPs that have no field of their own."""
    return "".join(
        wire.dated(wire.identifier(one.qualifier, "Date qualifier", 3), one.on, one.until)
        for one in dates
    )


def note(wire: Wire, written: Note | None, field: str) -> str:
    """NTE; nothing without a text."""
    if written is None or not written.text:
        return ""
    code = wire.identifier(written.code, f"{field} code", 3, required=True)
    return wire.segment("NTE", code, wire.text(written.text, field, 80))


class LineSegments:
    """2400 and all that stands in it.

    Raises ValueError with a sentence that names the line, the field and the value.
    """

    def __init__(self, wire: Wire, parties: PartySegments) -> None:
        self.wire = wire
        self.parties = parties

    def _procedure(self, procedure: Procedure) -> str:
        wire, modifiers = self.wire, procedure.modifiers
        if len(modifiers) > 4:
            raise ValueError(f"Procedure {procedure.code} has {len(modifiers)} modifiers, not 4.")
        code = wire.identifier(procedure.code, "Procedure code", 48, required=True)
        if not modifiers and not procedure.description:
            return f"{procedure.qualifier}{wire.component}{code}"
        return wire.composite(
            procedure.qualifier,
            code,
            *[wire.identifier(modifier, "Modifier", 2) for modifier in modifiers],
            *("",) * (4 - len(modifiers)),
            wire.text(procedure.description, "Procedure description", 80),
        )

    def line(self, number: int, line: ServiceLine) -> str:
        """LX and all that belongs to it."""
        wire = self.wire
        try:
            parts = [
                f"LX{wire.element}{number}{wire.terminator}",
                self._sv1(line),
                self.wire.dated("472", line.service_date, line.service_date_to)
                if line.service_date
                else "",
                other_dates(self.wire, line.other_dates) if line.other_dates else "",
                wire.reference("G1", line.prior_authorization, "Prior authorization"),
                wire.reference("6R", line.line_control_number, "Line control number"),
                wire.reference("9F", line.referral_number, "Referral number"),
                wire.references(line.other_references, "Line reference")
                if line.other_references
                else "",
                note(self.wire, line.note, "Line note"),
                self._drug(line.drug) if line.drug is not None else "",
                self.parties.provider("82", line.rendering, "Rendering provider"),
                self.parties.provider("77", line.facility, "Service facility"),
                self.parties.provider("DQ", line.supervising, "Supervising provider"),
                self.parties.provider("DK", line.ordering, "Ordering provider"),
                self.parties.provider("DN", line.referring, "Referring provider"),
            ]
            parts += [self._adjudication(one) for one in line.adjudications]
        except ValueError as error:
            raise ValueError(f"Line {number}: {error}") from error
        return "".join(parts)

    def _sv1(self, line: ServiceLine) -> str:
        wire = self.wire
        if len(line.diagnosis_pointers) > 4:
            raise ValueError(
                f"It points at {len(line.diagnosis_pointers)} diagnoses; at most 4 can be sent."
            )
        return wire.segment(
            "SV1",
            self._procedure(line.procedure),
            wire.amount(line.charge, "Line charge"),
            wire.identifier(line.unit_basis, "Unit basis", 2),
            wire.quantity(line.units, "Units"),
            wire.identifier(line.place_of_service, "Place of service", 2),
            "",
            wire.component.join(map(str, line.diagnosis_pointers)),
            "",
            wire.identifier(line.emergency, "Emergency indicator", 1),
        )

    def _drug(self, drug: Drug) -> str:
        wire = self.wire
        ndc = wire.identifier(drug.ndc.replace("-", ""), "National drug code", 48, True)
        written = wire.segment("LIN", "", "N4", ndc)
        if drug.quantity is not None:
            quantity = wire.quantity(drug.quantity, "Drug quantity")
            unit = wire.identifier(drug.unit, "Drug unit", 2)
            written += wire.segment("CTP", "", "", "", quantity, unit)
        return written + wire.reference("XZ", drug.prescription_number, "Prescription number")

    def _adjudication(self, one: LineAdjudication) -> str:
        wire = self.wire
        remaining = one.remaining_patient_liability
        return "".join(
            (
                wire.segment(
                    "SVD",
                    wire.identifier(one.payer_identifier, "Other payer id", 80, required=True),
                    wire.amount(one.paid, "Other payer paid"),
                    self._procedure(one.procedure),
                    "",
                    wire.quantity(one.units, "Other payer units"),
                    wire.identifier(one.bundled_line, "Bundled line", 6),
                ),
                wire.adjustments(one.adjustments, "Other payer line adjustment"),
                self.wire.dated("573", one.paid_date) if one.paid_date else "",
                ""
                if remaining is None
                else wire.segment("AMT", "EAF", wire.amount(remaining, "Patient liability")),
            )
        )
