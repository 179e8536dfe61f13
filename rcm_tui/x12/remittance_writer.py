"""Writes an 835 (005010X221A1), claim by claim: what the practice clearinghouse answers with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from rcm_tui.x12.envelope import OutgoingEnvelope
from rcm_tui.x12.envelope_writer import opening, trailer
from rcm_tui.x12.remittance import (
    ClaimPayment,
    ProviderAdjustment,
    RemittanceHeader,
    ServicePayment,
)
from rcm_tui.x12.wire import Wire

GUIDE = "005010X221A1"
_CLAIMS_PER_BLOCK = 200


@dataclass(slots=True)
class Remittance:
    """One payment to write.  `payments` may be a generator; it is read once."""

    header: RemittanceHeader
    payments: Iterable[ClaimPayment]
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()


def write_remittances(
    envelope: OutgoingEnvelope, remittances: Iterable[Remittance]
) -> Iterator[bytes]:
    """The bytes of one interchange with a set for each payment.

    Nothing is balanced here: what the figures say is what is written.  Raises ValueError with a
    sentence for what cannot be sent.
    """
    wire = Wire(envelope.delimiters)
    yield opening(wire, envelope, "HP", GUIDE).encode("ascii")
    sets = 0
    for remittance in remittances:
        sets += 1
        count = 0
        for text in _set(wire, remittance, sets):
            count += text.count(wire.terminator)
            yield text.encode("ascii")
        yield wire.segment("SE", str(count + 1), f"{sets:04}").encode("ascii")
    closing = trailer(
        wire, sets, envelope.group_control_number, envelope.interchange_control_number
    )
    yield closing.encode("ascii")


def _set(wire: Wire, remittance: Remittance, number: int) -> Iterator[str]:
    yield wire.segment("ST", "835", f"{number:04}") + _header(wire, remittance.header)
    block: list[str] = []
    for position, payment in enumerate(remittance.payments):
        if position == 0:
            block.append(wire.segment("LX", "1"))
        try:
            block.append(_claim(wire, payment))
        except ValueError as error:
            raise ValueError(f"Claim {payment.patient_control_number!r}: {error}") from error
        if len(block) >= _CLAIMS_PER_BLOCK:
            yield "".join(block)
            block = []
    block.append(_provider_adjustments(wire, remittance.provider_adjustments))
    yield "".join(block)


def _header(wire: Wire, header: RemittanceHeader) -> str:
    identifier = wire.identifier
    effective = "" if header.effective_date is None else wire.day(header.effective_date)
    tax_id = "" if header.payee_id_qualifier == "FI" else header.payee_tax_id
    return "".join(
        (
            wire.segment(
                "BPR",
                identifier(header.handling_code, "Handling code", 2),
                wire.amount(header.payment_amount, "Payment amount"),
                identifier(header.credit_or_debit, "Credit or debit", 1),
                identifier(header.method, "Payment method", 3),
                identifier(header.payment_format, "Payment format", 10),
                *("",) * 10,
                effective,
            ),
            wire.segment(
                "TRN",
                "1",
                identifier(header.trace_number, "Trace number", 50, required=True),
                identifier(header.originator, "Originator", 10),
                identifier(header.originator_supplement, "Originator supplement", 50),
            ),
            wire.reference("EV", header.receiver_id, "Receiver id"),
            wire.reference("F2", header.version_id, "Version id"),
            _dtm(wire, "405", header.production_date),
            wire.segment(
                "N1",
                "PR",
                wire.text(header.payer_name, "Payer name", 60),
                identifier(header.payer_id_qualifier, "Payer id qualifier", 2),
                identifier(header.payer_identifier, "Payer id", 80),
            ),
            wire.address(header.payer_address, "Payer"),
            wire.references(header.payer_references, "Payer reference"),
            wire.contact(header.payer_contact, "Payer", "CX"),
            wire.contact(header.payer_technical_contact, "Payer technical", "BL"),
            wire.segment("PER", "IC", "", "UR", identifier(header.payer_website, "Website", 256))
            if header.payer_website
            else "",
            wire.segment(
                "N1",
                "PE",
                wire.text(header.payee_name, "Payee name", 60),
                identifier(header.payee_id_qualifier, "Payee id qualifier", 2),
                identifier(header.payee_identifier, "Payee id", 80),
            ),
            wire.address(header.payee_address, "Payee"),
            wire.reference("TJ", tax_id, "Payee tax id"),
            wire.references(header.payee_references, "Payee reference"),
        )
    )


def _dtm(wire: Wire, qualifier: str, on: date | None) -> str:
    return "" if on is None else wire.segment("DTM", qualifier, wire.day(on))


def _amounts(wire: Wire, amounts: Iterable[tuple[str, Decimal]]) -> str:
    return "".join(
        wire.segment("AMT", wire.identifier(code, "Amount qualifier", 3), wire.amount(value, code))
        for code, value in amounts
    )


def _claim(wire: Wire, claim: ClaimPayment) -> str:
    identifier = wire.identifier
    responsibility = claim.patient_responsibility
    if len(claim.remark_codes) > 5:
        raise ValueError(f"It has {len(claim.remark_codes)} remark codes; MOA carries five.")
    remarks = [identifier(code, "Remark code", 50) for code in claim.remark_codes]
    parts = [
        wire.segment(
            "CLP",
            identifier(claim.patient_control_number, "Patient control number", 38),
            identifier(claim.status, "Claim status", 2),
            wire.amount(claim.charge, "Claim charge"),
            wire.amount(claim.paid, "Claim paid"),
            wire.amount(responsibility, "Patient responsibility") if responsibility else "",
            identifier(claim.filing_indicator, "Filing indicator", 2),
            identifier(claim.payer_claim_control_number, "Payer claim control number", 50),
            identifier(claim.facility_code, "Facility code", 2),
            identifier(claim.frequency_code, "Frequency code", 1),
            "",
            identifier(claim.drg, "DRG", 4),
        ),
        wire.adjustments(claim.adjustments, "Claim adjustment"),
        wire.party("QC", claim.patient, "Patient"),
        wire.party("IL", claim.subscriber, "Subscriber"),
        wire.party("74", claim.corrected, "Corrected patient"),
        wire.party("82", claim.rendering, "Rendering provider"),
        wire.party("TT", claim.crossover_carrier, "Crossover carrier"),
        wire.party("PR", claim.corrected_payer, "Corrected payer"),
        wire.party("GB", claim.other_subscriber, "Other subscriber"),
        wire.segment("MOA", "", "", *remarks) if remarks else "",
        wire.references(claim.references, "Claim reference"),
        _dtm(wire, "232", claim.statement_from),
        _dtm(wire, "233", claim.statement_to),
        _dtm(wire, "036", claim.coverage_expired),
        _dtm(wire, "050", claim.received_date),
        *(_dtm(wire, one.qualifier, one.on) for one in claim.other_dates),
        wire.contact(claim.contact, "Claim", "CX"),
        _amounts(wire, claim.amounts),
    ]
    parts += [_line(wire, line) for line in claim.lines]
    return "".join(parts)


def _line(wire: Wire, line: ServicePayment) -> str:
    ranged = line.service_date_to is not None
    submitted = line.submitted_units
    return "".join(
        (
            wire.segment(
                "SVC",
                _procedure(
                    wire, line.qualifier, line.procedure_code, line.modifiers, line.description
                ),
                wire.amount(line.charge, "Line charge"),
                wire.amount(line.paid, "Line paid"),
                wire.identifier(line.revenue_code, "Revenue code", 48),
                "" if line.units is None else wire.quantity(line.units, "Units paid"),
                _procedure(
                    wire,
                    line.submitted_qualifier,
                    line.submitted_procedure_code,
                    line.submitted_modifiers,
                    line.submitted_description,
                ),
                "" if submitted is None else wire.quantity(submitted, "Units submitted"),
            ),
            _dtm(wire, "150" if ranged else "472", line.service_date),
            _dtm(wire, "151", line.service_date_to),
            wire.adjustments(line.adjustments, "Line adjustment"),
            wire.reference("6R", line.line_control_number, "Line control number"),
            wire.reference("HPI", line.rendering_npi, "Rendering provider NPI"),
            wire.references(line.references, "Line reference"),
            "" if line.allowed is None else _amounts(wire, (("B6", line.allowed),)),
            _amounts(wire, line.amounts),
            *(
                wire.segment("LQ", "HE", wire.identifier(code, "Remark code", 30))
                for code in line.remark_codes
            ),
        )
    )


def _procedure(
    wire: Wire, qualifier: str, code: str, modifiers: tuple[str, ...], description: str
) -> str:
    if len(modifiers) > 4:
        raise ValueError(f"Procedure {code} has {len(modifiers)} modifiers, not 4.")
    return wire.composite(
        wire.identifier(qualifier, "Procedure qualifier", 2),
        wire.identifier(code, "Procedure code", 48),
        *(wire.identifier(modifier, "Modifier", 2) for modifier in modifiers),
        *("",) * (4 - len(modifiers)),
        wire.text(description, "Procedure description", 80),
    )


def _provider_adjustments(wire: Wire, adjustments: Iterable[ProviderAdjustment]) -> str:
    written = ""
    for (provider, fiscal), group in groupby(
        adjustments, key=lambda one: (one.provider_id, one.fiscal_date)
    ):
        members = list(group)
        for start in range(0, len(members), 6):
            pairs: list[str] = []
            for one in members[start : start + 6]:
                pairs += (
                    wire.composite(
                        wire.identifier(one.reason, "Provider adjustment reason", 2, True),
                        wire.identifier(one.identifier, "Provider adjustment id", 50),
                    ),
                    wire.amount(one.amount, "Provider adjustment"),
                )
            written += wire.segment(
                "PLB",
                wire.identifier(provider, "Provider id", 50, required=True),
                "" if fiscal is None else wire.day(fiscal),
                *pairs,
            )
    return written
