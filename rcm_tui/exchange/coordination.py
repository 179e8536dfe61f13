"""Coordination of benefits: what earlier payers said, as loops 2320, 2330 and 2430 of an 837P."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rcm_tui.billing.claims.coordination import (
    Coordination,
    PriorAnswer,
    PriorLine,
    SaidAdjustment,
)
from rcm_tui.data.fields import dollars, units_from_store
from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim import (
    LineAdjudication,
    OtherSubscriber,
    Payer,
    Procedure,
    ProfessionalClaim,
    ServiceLine,
    Subscriber,
)

MOST_REMARKS = 5
"""MOA03 to MOA07."""


def coordinated(
    claim: ProfessionalClaim,
    told: Coordination,
    others: Sequence[tuple[Subscriber, str, Payer]],
    responsibilities: Mapping[int, str],
) -> ProfessionalClaim:
    """The claim with what each earlier payer said of it, to the cent.

    `others` are subscriber, relationship and payer of each answer in their order. Where the payer
    spoke of lines, their adjudications stand at the lines (with its date and what it leaves to
    the patient), else with the claim: the guide wants each of the two at one place only.
    """
    claim = replace(
        claim,
        other_subscribers=tuple(
            _other(answer, *other, responsibilities[answer.payer_sequence])
            for answer, other in zip(told.answers, others, strict=True)
        ),
    )
    claim.lines = tuple(
        _line(line, position, told, others) for position, line in enumerate(claim.lines, 1)
    )
    return claim


def _other(
    answer: PriorAnswer,
    subscriber: Subscriber,
    relationship: str,
    payer: Payer,
    responsibility: str,
) -> OtherSubscriber:
    whole = not answer.lines
    person = subscriber.person
    return OtherSubscriber(
        # The loop has the payer's name alone: its address is of no use to the next payer.
        payer=Payer(payer.name, payer.identifier, payer.id_qualifier),
        person=replace(person, birth_date=None, gender=""),
        member_id=subscriber.member_id,
        payer_responsibility=responsibility,
        relationship=relationship,
        group_number=subscriber.group_number,
        group_name="" if subscriber.group_number else subscriber.group_name,
        filing_indicator=subscriber.filing_indicator,
        adjustments=_adjustments(answer.adjustments),
        paid=dollars(answer.paid),
        remaining_patient_liability=dollars(answer.patient_share) if whole else None,
        remark_codes=tuple(answer.remarks[:MOST_REMARKS]),
        paid_date=date.fromisoformat(answer.decided_on) if whole else None,
        claim_control_number=answer.payer_claim_control_number,
        prior_authorization=answer.authorization_number,
    )


def _line(
    line: ServiceLine,
    position: int,
    told: Coordination,
    others: Sequence[tuple[Subscriber, str, Payer]],
) -> ServiceLine:
    return replace(
        line,
        adjudications=tuple(
            _adjudication(answer, said, payer)
            for answer, (_, _, payer) in zip(told.answers, others, strict=True)
            for said in told.said_of(answer, position)
        ),
    )


def _adjudication(answer: PriorAnswer, said: PriorLine, payer: Payer) -> LineAdjudication:
    return LineAdjudication(
        payer_identifier=payer.identifier,
        paid=dollars(said.paid),
        procedure=Procedure(said.procedure_code, modifiers=tuple(said.modifiers.split())),
        # A remittance that gives no units means one.
        units=Decimal(1) if said.units is None else units_from_store(said.units),
        adjustments=_adjustments(said.adjustments),
        paid_date=date.fromisoformat(answer.decided_on),
        remaining_patient_liability=dollars(said.patient_share),
    )


def _adjustments(said: Sequence[SaidAdjustment]) -> tuple[Adjustment, ...]:
    """By group, as CAS has them, so that they come back in the order in which they are given."""
    return tuple(
        Adjustment(
            group, reason, dollars(amount), None if units is None else units_from_store(units)
        )
        for group, reason, amount, units in sorted(said, key=lambda one: one[0])
    )
