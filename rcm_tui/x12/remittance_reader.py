"""Reads an 835 claim by claim and balances it: line, claim and payment."""

import re
from decimal import Decimal

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import ClaimPaymentRead, Event, RemittanceClosed
from rcm_tui.x12.parties import QualifiedDate, Reference
from rcm_tui.x12.remittance import (
    ZERO,
    ClaimPayment,
    Imbalance,
    ProviderAdjustment,
    RemittanceEnd,
    ServicePayment,
)
from rcm_tui.x12.remittance_header_reader import RemittanceHeaderReader
from rcm_tui.x12.set_reader import Elements, party

_KEPT = 1000
_PROCEDURE = re.compile(r"[A-Z][A-Z0-9]([^0-9A-Za-z .\-])[0-9A-Z]{4,}.*")
_MOST_PLB = 100_000
_NAMES = {
    "QC": "patient",
    "IL": "subscriber",
    "74": "corrected",
    "82": "rendering",
    "TT": "crossover_carrier",
    "PR": "corrected_payer",
    "GB": "other_subscriber",
}
_CLAIM_DATES = {
    "232": "statement_from",
    "233": "statement_to",
    "050": "received_date",
    "036": "coverage_expired",
}


class RemittanceReader(RemittanceHeaderReader):
    """One 835.  The header comes out with the first claim, each claim as soon as it is whole."""

    def __init__(self, opened: TransactionSet, out: list[Event]) -> None:
        super().__init__(opened, out)
        self.claim: ClaimPayment | None = None
        self.line: ServicePayment | None = None
        self._empty_claim()
        self._empty_line()
        self.claims = 0
        self.charge = ZERO
        self.paid = ZERO
        self.provider_adjusted = ZERO
        self.provider_adjustments: list[ProviderAdjustment] = []
        self.imbalances: list[Imbalance] = []
        self.imbalance_count = 0
        self.damaged_claims = 0
        self.handlers |= {
            "REF": self.ref,
            "DTM": self.dtm,
            "PER": self.per,
            "LX": self.lx,
            "TS3": self.keep,
            "TS2": self.keep,
            "CLP": self.clp,
            "CAS": self.cas,
            "NM1": self.nm1,
            "MIA": self.mia,
            "MOA": self.moa,
            "AMT": self.amt,
            "QTY": self.keep,
            "SVC": self.svc,
            "LQ": self.lq,
            "PLB": self.plb,
        }

    def _empty_claim(self) -> None:
        self.claim_adjustments: list[Adjustment] = []
        self.claim_adjusted = ZERO
        self.lines: list[ServicePayment] = []
        self.line_imbalances: list[Imbalance] = []
        self.amounts: list[tuple[str, Decimal]] = []
        self.references: list[Reference] = []
        self.dates: list[QualifiedDate] = []
        self.remarks: list[str] = []

    def _empty_line(self) -> None:
        self.line_adjustments: list[Adjustment] = []
        self.line_adjusted = ZERO
        self.line_amounts: list[tuple[str, Decimal]] = []
        self.line_references: list[Reference] = []
        self.line_remarks: list[str] = []

    # claims

    def lx(self, e: Elements) -> None:
        if self.claim is not None:
            self._close_claim()
        self.close_header()

    def clp(self, e: Elements) -> None:
        if self.claim is not None:
            self._close_claim()
        elif self.header is not None:
            self.close_header()
        elif self.skipping:
            self.resume()
        self.started = self.number
        self.claim = ClaimPayment(
            e[1].strip(),
            e[2],
            self.amount(e, 3),
            self.amount(e, 4),
            self.amount(e, 5) if e[5] else ZERO,
            e[6],
            e[7].strip(),
            e[8],
            e[9],
            e[11],
            segment_number=self.number,
        )

    def cas(self, e: Elements) -> None:
        if self.line is not None:
            self.line_adjusted += self.adjustments(e, self.line_adjustments)
        elif self.claim is not None:
            self.claim_adjusted += self.adjustments(e, self.claim_adjustments)
        else:
            self.stray(e)

    def nm1(self, e: Elements) -> None:
        field = _NAMES.get(e[1])
        if self.claim is None or field is None:
            return self.stray(e)
        setattr(self.claim, field, party(e))
        return None

    def moa(self, e: Elements) -> None:
        if self.claim is None:
            return self.stray(e)
        self.remarks.extend(code for code in e[3:8] if code)
        if e[1] or e[2] or e[8] or e[9]:
            self.keep(e)
        return None

    def mia(self, e: Elements) -> None:
        if self.claim is None:
            return self.stray(e)
        self.remarks.extend(code for code in (e[5], *e[20:24]) if code)
        self.keep(e)
        return None

    def per(self, e: Elements) -> None:
        if self.claim is not None:
            self.claim.contact = self.contact(e, self.claim.contact)
        elif self.header is not None:
            self.header_contact(self.header, e)
        else:
            self.stray(e)

    def ref(self, e: Elements) -> None:
        line = self.line
        if line is not None:
            if e[1] == "6R":
                line.line_control_number = e[2].strip()
            elif e[1] == "HPI":
                line.rendering_npi = e[2].strip()
            else:
                self.line_references.append(Reference(e[1], e[2].strip()))
        elif self.claim is not None:
            self.references.append(Reference(e[1], e[2].strip()))
        elif self.header is not None:
            self.header_reference(self.header, e)
        else:
            self.stray(e)

    def dtm(self, e: Elements) -> None:
        line, claim = self.line, self.claim
        if line is not None:
            if e[1] in ("472", "150"):
                line.service_date = self.on(e, 2)
            elif e[1] == "151":
                line.service_date_to = self.on(e, 2)
            else:
                self.keep(e)
        elif claim is not None:
            field = _CLAIM_DATES.get(e[1])
            when = self.on(e, 2)
            if field is not None:
                setattr(claim, field, when)
            elif when is not None:
                self.dates.append(QualifiedDate(e[1], when))
        elif self.header is not None and e[1] == "405":
            self.header.production_date = self.on(e, 2)
        else:
            self.stray(e)

    def amt(self, e: Elements) -> None:
        if self.line is not None:
            value = self.amount(e, 2)
            if e[1] == "B6":
                self.line.allowed = value
            else:
                self.line_amounts.append((e[1], value))
        elif self.claim is not None:
            self.amounts.append((e[1], self.amount(e, 2)))
        else:
            self.stray(e)

    # lines

    def svc(self, e: Elements) -> None:
        if self.claim is None:
            return self.stray(e)
        if self.line is not None:
            self._close_line(self.line)
        if self.component not in e[1]:
            self.really_used(e, e[1], _PROCEDURE)
        p = self.composite(e[1])
        self.line = line = ServicePayment(
            p[0],
            p[1],
            self.amount(e, 2),
            self.amount(e, 3),
            tuple(m for m in p[2:6] if m),
            p[6],
            e[4],
            self.optional_amount(e, 5) if e[5] else None,
        )
        if e[6]:
            s = self.composite(e[6])
            line.submitted_qualifier, line.submitted_procedure_code = s[0], s[1]
            line.submitted_modifiers = tuple(m for m in s[2:6] if m)
            line.submitted_description = s[6]
        if e[7]:
            line.submitted_units = self.optional_amount(e, 7)
        return None

    def lq(self, e: Elements) -> None:
        if self.line is None:
            return self.stray(e)
        if e[1] in ("HE", "RX"):
            self.line_remarks.append(e[2])
        else:
            self.keep(e)
        return None

    def _close_line(self, line: ServicePayment) -> None:
        expected = line.charge - self.line_adjusted
        if expected != line.paid:
            key = line.line_control_number or f"{len(self.lines) + 1} ({line.procedure_code})"
            self.line_imbalances.append(
                Imbalance("line", key, expected, line.paid, line.paid - expected, self.number)
            )
        self.claim_adjusted += self.line_adjusted
        if self.line_adjustments:
            line.adjustments = tuple(self.line_adjustments)
            self.line_adjustments = []
            self.line_adjusted = ZERO
        if self.line_amounts:
            line.amounts = tuple(self.line_amounts)
            self.line_amounts = []
        if self.line_references:
            line.references = tuple(self.line_references)
            self.line_references = []
        if self.line_remarks:
            line.remark_codes = tuple(self.line_remarks)
            self.line_remarks = []
        self.lines.append(line)
        self.line = None

    def _close_claim(self) -> None:
        claim = self.claim
        if claim is None:
            return
        if self.line is not None:
            self._close_line(self.line)
        claim.adjustments = tuple(self.claim_adjustments)
        claim.lines = tuple(self.lines)
        claim.references = tuple(self.references)
        claim.amounts = tuple(self.amounts)
        claim.other_dates = tuple(self.dates)
        claim.remark_codes = tuple(self.remarks)
        expected = claim.charge - self.claim_adjusted
        imbalances = self.line_imbalances
        if expected != claim.paid:
            imbalances.append(
                Imbalance(
                    "claim",
                    claim.patient_control_number,
                    expected,
                    claim.paid,
                    claim.paid - expected,
                    claim.segment_number,
                )
            )
        if imbalances:
            claim.imbalances = tuple(imbalances)
            self._imbalanced(imbalances)
        if self.unread:
            claim.unread, self.unread = tuple(self.unread), []
        if self.notes:
            claim.findings, self.notes = tuple(self.notes), []
            self.damaged_claims += claim.damaged
        self.claims += 1
        self.charge += claim.charge
        self.paid += claim.paid
        self.out.append(ClaimPaymentRead(self.set, claim))
        self.claim = None
        self._empty_claim()

    def _imbalanced(self, imbalances: list[Imbalance]) -> None:
        self.imbalance_count += len(imbalances)
        self.imbalances.extend(imbalances[: max(0, _KEPT - len(self.imbalances))])

    def overflow(self) -> None:
        if self.claim is None:
            return
        self.say("error", ["CLP"], "This claim has more segments than any claim can have.")
        self._close_claim()
        self.give_up({"CLP": self.clp, "LX": self.lx, "PLB": self.plb})

    # the end

    def plb(self, e: Elements) -> None:
        self.lx(e)
        fiscal = self.on(e, 2)
        for at in range(3, 15, 2):
            if not e[at] and not e[at + 1]:
                continue
            amount = self.amount(e, at + 1)
            parts = self.composite(e[at])
            self.provider_adjusted += amount
            if len(self.provider_adjustments) < _MOST_PLB:
                self.provider_adjustments.append(
                    ProviderAdjustment(e[1].strip(), fiscal, parts[0], parts[1].strip(), amount)
                )
            elif len(self.provider_adjustments) == _MOST_PLB:
                self.say("error", e, "There are more provider adjustments than can be held.")

    def finish(self, complete: bool, cut: bool) -> None:
        if cut and self.claim is not None:
            self.say("error", ["CLP"], "The file ends inside this claim; some of it may be lost.")
        if self.claim is not None:
            self._close_claim()
        self.close_header()
        expected = self.paid - self.provider_adjusted
        if expected != self.payment_amount:
            self._imbalanced(
                [
                    Imbalance(
                        "payment",
                        self.trace_number,
                        expected,
                        self.payment_amount,
                        self.payment_amount - expected,
                        self.set.segment_number,
                    )
                ]
            )
        end = RemittanceEnd(
            claims=self.claims,
            charge=self.charge,
            paid=self.paid,
            provider_adjusted=self.provider_adjusted,
            provider_adjustments=tuple(self.provider_adjustments),
            imbalances=tuple(self.imbalances),
            imbalance_count=self.imbalance_count,
            damaged_claims=self.damaged_claims,
            complete=complete,
            findings=(*self.findings, *self.notes),
        )
        self.out.append(RemittanceClosed(self.set, end))
