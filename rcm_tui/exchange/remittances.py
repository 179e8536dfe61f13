"""Remittances (835) as they are read, in the form in which they are posted."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from rcm_tui.billing.remittances.duplicates import payment_key
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedPayment,
    ReceivedProviderAdjustment,
    ReceivedRemittances,
)
from rcm_tui.data.plain import plain
from rcm_tui.exchange.amounts import to_cents, to_units
from rcm_tui.exchange.findings import Findings
from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import (
    ClaimPaymentRead,
    Event,
    FindingRead,
    RemittanceClosed,
    RemittanceOpened,
)
from rcm_tui.x12.parties import Party
from rcm_tui.x12.remittance import (
    ClaimPayment,
    RemittanceEnd,
    RemittanceHeader,
    ServicePayment,
)

_MOST_SAID = 50


class IncomingRemittances:
    """One 835 set: what goes to posting, and what was counted while its claims went by.

    `received.claims` takes the events of this set from `events` as it is read; a reader that
    stops early leaves the rest to `drain`.
    """

    def __init__(
        self,
        opened: RemittanceOpened,
        events: Iterator[Event],
        findings: Findings,
        incoming_file: int,
    ) -> None:
        self._events = events
        self._findings = findings
        self._closed = False
        self.claims = 0
        self.paid = 0
        self._amounts = _Amounts()
        self.received = ReceivedRemittances(
            payment=self._payment(opened.set, opened.header, incoming_file), claims=self._claims()
        )
        self.received.doubts.extend(_doubts(opened.header))

    def drain(self) -> None:
        """Reads what posting left unread, so that the events go on behind this set."""
        for _ in self._claims():
            pass

    def _payment(
        self, opened: TransactionSet, header: RemittanceHeader, incoming_file: int
    ) -> ReceivedPayment:
        sender, interchange, group, number = opened.key
        amount = self._amounts.cents(header.payment_amount, "The payment")
        # Some payers leave N104 out; TRN03 is theirs in every 835.
        payer = plain(header.payer_identifier or header.originator or header.payer_name, 80)
        trace = plain(header.trace_number, 50)
        set_key = f"{sender}|{interchange}|{group}|{number}"
        return ReceivedPayment(
            amount=amount,
            set_key=set_key,
            payment_key=payment_key(payer, trace, amount, header.effective_date, set_key),
            trace_number=trace,
            method=plain(header.method, 10),
            handling=plain(header.handling_code, 10),
            payer_name=plain(header.payer_name, 80),
            payer_identifier=plain(header.payer_identifier, 80),
            payee_name=plain(header.payee_name, 80),
            payee_npi=plain(header.payee_npi, 20),
            effective_date=header.effective_date,
            production_date=header.production_date,
            incoming_file=incoming_file,
        )

    def _claims(self) -> Iterator[ReceivedClaim]:
        if self._closed:
            return
        for event in self._events:
            if isinstance(event, ClaimPaymentRead):
                claim = self._claim(event.payment)
                self.claims += 1
                self.paid += claim.paid
                yield claim
            elif isinstance(event, FindingRead):
                self._findings.take(event.finding)
            elif isinstance(event, RemittanceClosed):
                self._end(event.end)
                break
        self._closed = True

    def _claim(self, payment: ClaimPayment) -> ReceivedClaim:
        name = plain(payment.patient_control_number, 80)
        amounts = self._amounts
        what = f"Claim {name}"
        first, last = _dates(payment)
        return ReceivedClaim(
            patient_control_number=name,
            status_code=plain(payment.status, 10),
            charge=amounts.cents(payment.charge, what),
            paid=amounts.cents(payment.paid, what),
            patient_responsibility=amounts.cents(payment.patient_responsibility, what),
            filing_indicator=plain(payment.filing_indicator, 10),
            payer_claim_control_number=plain(payment.payer_claim_control_number, 80),
            patient_name=_name(payment.patient or payment.subscriber),
            member_id=_member_id(payment),
            first_service_date=first,
            last_service_date=last,
            segment_number=payment.segment_number,
            adjustments=self._adjustments(payment.adjustments, what),
            remarks=[plain(code, 10) for code in payment.remark_codes],
            lines=[self._line(line, what) for line in payment.lines],
        )

    def _line(self, line: ServicePayment, what: str) -> ReceivedLine:
        amounts = self._amounts
        return ReceivedLine(
            procedure_code=plain(line.procedure_code or line.revenue_code, 48),
            modifiers=tuple(plain(modifier, 10) for modifier in line.modifiers),
            charge=amounts.cents(line.charge, what),
            paid=amounts.cents(line.paid, what),
            units=None if line.units is None else amounts.units(line.units, what),
            allowed=None if line.allowed is None else amounts.cents(line.allowed, what),
            line_control_number=plain(line.line_control_number, 80),
            submitted_procedure_code=plain(line.submitted_procedure_code, 48),
            first_service_date=line.service_date,
            last_service_date=line.service_date_to or line.service_date,
            adjustments=self._adjustments(line.adjustments, what),
            remarks=[plain(code, 10) for code in line.remark_codes],
        )

    def _adjustments(
        self, adjustments: tuple[Adjustment, ...], what: str
    ) -> list[ReceivedAdjustment]:
        amounts = self._amounts
        return [
            ReceivedAdjustment(
                plain(adjustment.group, 10),
                plain(adjustment.reason, 10),
                amounts.cents(adjustment.amount, what),
                None if adjustment.quantity is None else amounts.units(adjustment.quantity, what),
            )
            for adjustment in adjustments
        ]

    def _end(self, end: RemittanceEnd) -> None:
        received = self.received
        for adjustment in end.provider_adjustments:
            received.provider_adjustments.append(
                ReceivedProviderAdjustment(
                    reason_code=plain(adjustment.reason, 10),
                    amount=self._amounts.cents(adjustment.amount, "A provider adjustment"),
                    identifier=plain(adjustment.identifier, 80),
                    provider_identifier=plain(adjustment.provider_id, 80),
                    fiscal_date=adjustment.fiscal_date,
                )
            )
        # Line, claim and payment are balanced where they are posted, from the cents.
        said = received.imbalances
        if end.damaged_claims:
            said.append(f"{end.damaged_claims} claims have values that could not be read.")
        if not end.complete:
            said.append("The end of the remittance (SE) is missing: claims may be missing too.")
        said.extend(f.reason for f in end.findings[:_MOST_SAID] if f.severity == "error")
        said.extend(self._amounts.said)


def _doubts(header: RemittanceHeader) -> Iterator[str]:
    """Why a person should look at a payment that may balance (835 guide, BPR01 and BPR03)."""
    if header.credit_or_debit == "D":
        yield (
            "the payment is a debit (BPR03 D): it is not sent but drawn from the payer's account;"
            " look whether the money is there"
        )
    if header.handling_code == "P":
        yield "it announces transfers to come (BPR01 P) and is no payment"
    elif header.handling_code == "H" and header.payment_amount:
        yield (
            f"it says that it is a notification without money (BPR01 H), yet"
            f" {header.payment_amount:.2f} is paid"
        )


class _Amounts:
    """Turns amounts into cents and remembers, as reasons to hold, those that are not whole."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def cents(self, amount: Decimal, what: str) -> int:
        whole, said = to_cents(amount)
        if said:
            self._say(what, said)
        return whole

    def units(self, units: Decimal, what: str) -> Decimal:
        whole, said = to_units(units)
        if said:
            self._say(what, said)
        return whole

    def _say(self, what: str, said: str) -> None:
        if len(self.said) < _MOST_SAID:
            self.said.append(f"{what}: {said}")


def _name(party: Party | None) -> str:
    """A name as claims carry it: "LAST, FIRST"."""
    if party is None:
        return ""
    return plain(", ".join(part for part in (party.last_name, party.first_name) if part), 120)


def _member_id(payment: ClaimPayment) -> str:
    for party in (payment.subscriber, payment.patient, payment.corrected):
        if party is not None and party.identifier:
            return plain(party.identifier, 80)
    return ""


def _dates(payment: ClaimPayment) -> tuple[date | None, date | None]:
    """First and last day of service: what the claim says, else what its lines say."""
    days = [line.service_date for line in payment.lines if line.service_date is not None]
    days += [line.service_date_to for line in payment.lines if line.service_date_to is not None]
    first = payment.statement_from or (min(days) if days else None)
    last = payment.statement_to or (max(days) if days else first)
    return first, last
