"""The simulated 835s: what payers pay at once goes out as one payment, and always balances.

The amount of a payment is what its claims come to less the provider adjustments (PLB). Payers
now and then add interest (L6), take back an old overpayment (WO), and carry a negative payment
forward (FB), since a payment is never below zero.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rcm_tui.data.fields import dollars
from rcm_tui.exchange.amounts import to_cents
from rcm_tui.exchange.practice_clearinghouse.acknowledging import NAME
from rcm_tui.exchange.practice_clearinghouse.chance import Throws
from rcm_tui.x12.claim import Payer, Provider
from rcm_tui.x12.envelope import OutgoingEnvelope
from rcm_tui.x12.parties import Address, Contact
from rcm_tui.x12.remittance import ClaimPayment, ProviderAdjustment, RemittanceHeader
from rcm_tui.x12.remittance_writer import Remittance, write_remittances

CHECK, NO_PAYMENT = "CHK", "NON"
INTEREST, RECOUPMENT, FORWARDED = "L6", "WO", "FB"

_NO_ADDRESS = Address("1 PRACTICE WAY", "", "SAMPLETOWN", "NJ", "070010001")
_CONTACT = Contact(NAME, telephone="5555550199")


@dataclass(frozen=True, slots=True)
class Batch:
    """What one payer pays to one provider at once."""

    payer: Payer
    provider: Provider
    payments: Sequence[ClaimPayment]
    paid_on: datetime.date
    trace_number: str
    originator: str
    paid_before: Sequence[str] = ()
    """Its numbers of claims that it has paid to the provider already."""


def remittance_file(envelope: OutgoingEnvelope, batch: Batch, thrown: Throws) -> bytes:
    """The 835 of a batch, one payment."""
    adjustments = _provider_adjustments(batch, thrown)
    total = sum(to_cents(one.paid)[0] for one in batch.payments)
    total -= sum(to_cents(one.amount)[0] for one in adjustments)
    header = _header(batch, dollars(total))
    remittance = Remittance(header, batch.payments, tuple(adjustments))
    return b"".join(write_remittances(envelope, [remittance]))


def _provider_adjustments(batch: Batch, thrown: Throws) -> list[ProviderAdjustment]:
    total = sum(to_cents(one.paid)[0] for one in batch.payments)
    chosen: list[tuple[str, str, int]] = []
    if total > 0 and thrown.below(100, 0) < 12:
        chosen.append((INTEREST, "INTEREST", -(100 + thrown.below(2500, 1))))
    if total > 20000 and thrown.below(100, 2) < 8:
        # The number of the overpaid claim is the payer's own; it need not be known here.
        overpaid = f"PC{thrown.number(10):010}"
        if batch.paid_before:
            overpaid = batch.paid_before[thrown.below(len(batch.paid_before), 4)]
        chosen.append((RECOUPMENT, overpaid, total // (10 + thrown.below(30, 3))))
    if total < 0:
        chosen.append((FORWARDED, batch.trace_number, total))
    provider = batch.provider.npi or batch.provider.tax_id or "0000000000"
    year_end = datetime.date(batch.paid_on.year, 12, 31)
    return [
        ProviderAdjustment(provider, year_end, reason, identifier, dollars(amount))
        for reason, identifier, amount in chosen
    ]


def _header(batch: Batch, amount: Decimal) -> RemittanceHeader:
    provider, payer = batch.provider, batch.payer
    has_npi = bool(provider.npi)
    return RemittanceHeader(
        payment_amount=amount,
        handling_code="I",
        credit_or_debit="C",
        method=CHECK if amount else NO_PAYMENT,
        effective_date=batch.paid_on,
        trace_number=batch.trace_number,
        originator=batch.originator,
        production_date=batch.paid_on,
        payer_name=payer.name or payer.identifier,
        payer_id_qualifier="XV",
        payer_identifier=payer.identifier,
        payer_address=_whole(payer.address),
        payer_technical_contact=_CONTACT,
        payee_name=provider.last_name,
        payee_id_qualifier="XX" if has_npi else "FI",
        payee_identifier=provider.npi or provider.tax_id,
        payee_address=provider.address,
        payee_tax_id=provider.tax_id if has_npi else "",
    )


def _whole(address: Address | None) -> Address:
    if address is None or not (address.line1 and address.city):
        return _NO_ADDRESS
    return replace(address, postal_code=address.postal_code or _NO_ADDRESS.postal_code)
