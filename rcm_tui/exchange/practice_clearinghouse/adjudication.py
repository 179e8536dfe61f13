"""How the simulated payers decide: paid, cut, denied, or left to the patient. Always balanced.

A claim's fate depends on the seed and its patient control number alone. Of a thousand claims
about 90 are denied, 40 lose a line, 50 are paid below contract, 15 are paid and later corrected.
Beside that 15 are forwarded to a next payer (status 19 to 21), and of 4 the payer first says what
it would pay (status 25); one payer in four keeps the 2 % of a law from what it pays (CO-253).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from rcm_tui.data.fields import dollars
from rcm_tui.exchange.amounts import to_cents
from rcm_tui.exchange.practice_clearinghouse.chance import Throws
from rcm_tui.exchange.practice_clearinghouse.contracts import COINSURANCE, Contracts, Share
from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim import ProfessionalClaim, ServiceLine
from rcm_tui.x12.parties import Party, Person
from rcm_tui.x12.remittance import ClaimPayment, ServicePayment

# Group, CARC, RARCs, and out of a hundred denials how many.
DENIALS: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("CO", "197", (), 22),
    ("CO", "16", ("N290",), 10),
    ("CO", "16", ("M76",), 8),
    ("CO", "18", (), 10),
    ("CO", "50", (), 10),
    ("PR", "27", (), 9),
    ("CO", "29", (), 8),
    ("CO", "4", (), 8),
    ("CO", "198", (), 6),
    ("CO", "252", ("N706",), 5),
    ("CO", "22", (), 4),
)
LINE_DENIALS: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("CO", "151", (), 35),
    ("CO", "97", (), 25),
    ("CO", "198", (), 20),
    ("CO", "4", (), 20),
)

DENIED, LINE_DENIED, UNDERPAID, CORRECTED = 90, 40, 50, 15
FORWARDED, FORETOLD = 15, 4
FORETELLS = "25"
KEPT_BY_LAW = 2
"""Hundredths of what would be paid."""
CARRIER = Party("2", "PRACTICE SECOND PAYER", id_qualifier="PI", identifier="PRACTICE2")

_STATUS = {"P": "1", "S": "2", "T": "3"}
_FORWARDED = {"1": "19", "2": "20", "3": "21"}
# CLP06 knows fewer kinds of plan than SBR09.
_INDICATORS = frozenset("12 13 14 15 16 17 AM CH DS HM LM MA MB MC OF TV VA WC ZZ".split())


@dataclass(slots=True)
class Decided:
    """What becomes of one line. `adjustments` are (group, CARC, cents), none of them zero."""

    charge: int
    allowed: int
    adjustments: list[tuple[str, str, int]]
    remarks: tuple[str, ...] = ()

    @property
    def paid(self) -> int:
        """Charge less adjustments."""
        return self.charge - sum(amount for _, _, amount in self.adjustments)


def is_corrected_later(thrown: Throws) -> bool:
    """Whether the payer takes this claim's payment back and pays it anew."""
    fate = thrown.below(1000, 0) - DENIED - LINE_DENIED - UNDERPAID
    return 0 <= fate < CORRECTED


def adjudicated(
    claim: ProfessionalClaim,
    control_number: str,
    contracts: Contracts,
    thrown: Throws,
    *,
    again: bool = False,
) -> ClaimPayment:
    """The payer's decision about a claim. `again` is the later, better one of a correction."""
    fate = thrown.below(1000, 0)
    if _prior_paid(claim):
        decided = _after_others(claim, thrown)
    elif fate < DENIED:
        decided = _denied(claim, thrown)
    else:
        fate -= DENIED
        cut = 0
        if LINE_DENIED <= fate < LINE_DENIED + UNDERPAID:
            cut = 8 + thrown.below(15, 2)
        elif is_corrected_later(thrown) and not again:
            cut = 12
        decided = _paid(claim, contracts, cut)
        if fate < LINE_DENIED and len(decided) > 1:
            _deny_a_line(decided, thrown)
        _leave_to_patient(decided, contracts.share(_payer(claim), claim.subscriber.member_id))
        if contracts.keeps_by_law(_payer(claim)):
            _keep_by_law(decided)
    payment = _payment(claim, control_number, decided)
    if payment.paid > 0 and not is_corrected_later(thrown) and thrown.below(1000, 7) < FORWARDED:
        return replace(payment, status=_FORWARDED[payment.status], crossover_carrier=CARRIER)
    return payment


def is_foretold(thrown: Throws) -> bool:
    """Whether the payer says what it would pay before it decides."""
    return thrown.below(1000, 8) < FORETOLD


def foretold(payment: ClaimPayment) -> ClaimPayment:
    """The same decision as information alone (status 25): priced, and nothing is paid yet."""
    lines = []
    for line in payment.lines:
        unpaid = (Adjustment("OA", "101", line.paid),) if line.paid else ()
        lines.append(replace(line, paid=Decimal(0), adjustments=(*line.adjustments, *unpaid)))
    return replace(
        payment,
        status=FORETELLS,
        paid=Decimal(0),
        lines=tuple(lines),
        crossover_carrier=None,
    )


def reversed_payment(payment: ClaimPayment) -> ClaimPayment:
    """The reversal (status 22): the same claim with every amount turned around."""
    return ClaimPayment(
        payment.patient_control_number,
        "22",
        -payment.charge,
        -payment.paid,
        -payment.patient_responsibility,
        payment.filing_indicator,
        payment.payer_claim_control_number,
        payment.facility_code,
        payment.frequency_code,
        patient=payment.patient,
        rendering=payment.rendering,
        statement_from=payment.statement_from,
        statement_to=payment.statement_to,
        lines=tuple(_reversed_line(line) for line in payment.lines),
    )


def _reversed_line(line: ServicePayment) -> ServicePayment:
    return ServicePayment(
        line.qualifier,
        line.procedure_code,
        -line.charge,
        -line.paid,
        line.modifiers,
        units=line.units,
        service_date=line.service_date,
        service_date_to=line.service_date_to,
        line_control_number=line.line_control_number,
        adjustments=tuple(
            Adjustment(one.group, one.reason, -one.amount) for one in line.adjustments
        ),
    )


def _cents(amount: Decimal) -> int:
    return to_cents(amount)[0]


def _payer(claim: ProfessionalClaim) -> str:
    return claim.payer.identifier


def _prior_paid(claim: ProfessionalClaim) -> bool:
    return any(other.paid is not None for other in claim.other_subscribers)


def _denied(claim: ProfessionalClaim, thrown: Throws) -> list[Decided]:
    group, reason, remarks, _ = _drawn(DENIALS, thrown.below(100, 3))
    return [_not_paid(_cents(line.charge), group, reason, remarks) for line in claim.lines]


def _not_paid(charge: int, group: str, reason: str, remarks: tuple[str, ...]) -> Decided:
    return Decided(charge, 0, [(group, reason, charge)] if charge else [], remarks)


def _drawn(
    reasons: Iterable[tuple[str, str, tuple[str, ...], int]], at: int
) -> tuple[str, str, tuple[str, ...], int]:
    for one in reasons:
        at -= one[3]
        if at < 0:
            return one
    raise ValueError("the shares of the reasons add up to less than a hundred")


def _paid(claim: ProfessionalClaim, contracts: Contracts, cut: int) -> list[Decided]:
    """Each line at its contract, or `cut` hundredths below it."""
    payer = _payer(claim)
    decided = []
    for line in claim.lines:
        charge = _cents(line.charge)
        allowed = contracts.allowed(payer, line.procedure.code, line.units, charge)
        allowed -= allowed * cut // 100
        less = charge - allowed
        decided.append(Decided(charge, allowed, [("CO", "45", less)] if less else []))
    return decided


def _deny_a_line(decided: list[Decided], thrown: Throws) -> None:
    place = thrown.below(len(decided), 4)
    group, reason, remarks, _ = _drawn(LINE_DENIALS, thrown.below(100, 5))
    decided[place] = _not_paid(decided[place].charge, group, reason, remarks)


def _leave_to_patient(decided: list[Decided], share: Share) -> None:
    left = share.cents
    for line in decided:
        part = min(left, line.allowed) if share.cents else line.allowed * share.percent // 100
        if part > 0:
            line.adjustments.append(("PR", share.reason, part))
            left -= part


def _keep_by_law(decided: list[Decided]) -> None:
    for line in decided:
        if (kept := line.paid * KEPT_BY_LAW // 100) > 0:
            line.adjustments.append(("CO", "253", kept))


def _after_others(claim: ProfessionalClaim, thrown: Throws) -> list[Decided]:
    """What other payers left: four of five such claims are paid in full, the rest but for 20 %."""
    decided = []
    spent = sum(_cents(other.paid) for other in claim.other_subscribers if other.paid)
    for line in claim.lines:
        charge = _cents(line.charge)
        prior, spent = _settled(line, charge, spent)
        adjustments = [("OA", "23", prior)] if prior else []
        part = (charge - prior) // 5 if thrown.below(5, 6) == 0 else 0
        if part:
            adjustments.append(("PR", COINSURANCE, part))
        decided.append(Decided(charge, charge - prior, adjustments))
    return decided


def _settled(line: ServiceLine, charge: int, spent: int) -> tuple[int, int]:
    """Cents of a line that other payers paid or took off, and what is left of their payment."""
    if not line.adjudications:
        prior = max(0, min(charge, spent))
        return prior, spent - prior
    prior = sum(
        _cents(one.paid) + sum(_cents(a.amount) for a in one.adjustments if a.group != "PR")
        for one in line.adjudications
    )
    return max(0, min(charge, prior)), spent


def _payment(claim: ProfessionalClaim, control_number: str, decided: list[Decided]) -> ClaimPayment:
    days = [line.service_date for line in claim.lines if line.service_date]
    days += [line.service_date_to for line in claim.lines if line.service_date_to]
    paid = sum(line.paid for line in decided)
    responsibility = sum(
        amount for line in decided for group, _, amount in line.adjustments if group == "PR"
    )
    indicator = claim.subscriber.filing_indicator
    refused = all(not line.allowed for line in decided)
    return ClaimPayment(
        claim.patient_control_number,
        "4" if refused else _STATUS.get(claim.subscriber.payer_responsibility, "1"),
        dollars(sum(line.charge for line in decided)),
        dollars(paid),
        dollars(responsibility),
        indicator if indicator in _INDICATORS else "15",
        control_number,
        claim.place_of_service,
        claim.frequency_code,
        patient=_party(claim.patient or claim.subscriber.person, claim.subscriber.member_id),
        rendering=_rendering(claim),
        statement_from=min(days, default=None),
        statement_to=max(days, default=None),
        lines=tuple(
            _service(line, decision) for line, decision in zip(claim.lines, decided, strict=True)
        ),
    )


def _service(line: ServiceLine, decided: Decided) -> ServicePayment:
    return ServicePayment(
        line.procedure.qualifier,
        line.procedure.code,
        dollars(decided.charge),
        dollars(decided.paid),
        line.procedure.modifiers,
        units=line.units if decided.allowed else Decimal(0),
        service_date=line.service_date,
        service_date_to=line.service_date_to,
        line_control_number=line.line_control_number,
        adjustments=tuple(
            Adjustment(group, reason, dollars(amount))
            for group, reason, amount in decided.adjustments
        ),
        remark_codes=decided.remarks,
        allowed=dollars(decided.allowed) if decided.allowed else None,
    )


def _party(person: Person, member_id: str) -> Party:
    return Party(
        "1",
        person.last_name,
        person.first_name,
        person.middle_name,
        person.suffix,
        "MI" if member_id else "",
        member_id,
    )


def _rendering(claim: ProfessionalClaim) -> Party | None:
    provider = claim.rendering
    if provider is None or not provider.npi:
        return None
    return Party(
        provider.entity_type,
        provider.last_name,
        provider.first_name,
        id_qualifier="XX",
        identifier=provider.npi,
    )
