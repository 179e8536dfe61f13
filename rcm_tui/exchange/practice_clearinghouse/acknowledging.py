"""The simulated TA1, 999 and 277CA."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rcm_tui.exchange.practice_clearinghouse.screening import CLEARINGHOUSE, PAYER, Rejection
from rcm_tui.x12.acknowledgement_writer import (
    write_claim_acknowledgement,
    write_implementation_acknowledgements,
    write_interchange_acknowledgements,
)
from rcm_tui.x12.claim import ClaimSetHeader, ProfessionalClaim, Provider
from rcm_tui.x12.claim_acknowledgement import (
    AcknowledgementHeader,
    ClaimStatus,
    LevelTotals,
    Status,
)
from rcm_tui.x12.envelope import Interchange, OutgoingEnvelope, TransactionSet
from rcm_tui.x12.implementation_acknowledgement import (
    ImplementationAcknowledgement,
    SetAcknowledgement,
)
from rcm_tui.x12.interchange_acknowledgement import InterchangeAcknowledgement
from rcm_tui.x12.parties import Party

NAME = "PRACTICE CLEARINGHOUSE"
TAKEN, REPEATED = "000", "025"
TRAILER_MISSING = "2"
ACCEPTED = "20"
RECEIVER = "40"


def interchange_acknowledgement(
    envelope: OutgoingEnvelope, interchange: Interchange, *, repeated: bool
) -> bytes:
    """A TA1: taken, or rejected because the control number came before."""
    answer = InterchangeAcknowledgement(
        interchange.control_number,
        interchange.created,
        "R" if repeated else "A",
        REPEATED if repeated else TAKEN,
    )
    return write_interchange_acknowledgements(envelope, [answer])


def implementation_acknowledgement(
    envelope: OutgoingEnvelope, sets: Sequence[tuple[TransactionSet, bool]]
) -> bytes:
    """A 999 for each group: its sets, with whether they were whole."""
    groups: dict[str, list[tuple[TransactionSet, bool]]] = {}
    for one in sets:
        group = one[0].group
        groups.setdefault(group.control_number if group else "", []).append(one)
    return write_implementation_acknowledgements(
        envelope, [_group(number, members) for number, members in groups.items() if number]
    )


def _group(
    number: str, members: Sequence[tuple[TransactionSet, bool]]
) -> ImplementationAcknowledgement:
    accepted = sum(complete for _, complete in members)
    code = "A" if accepted == len(members) else "P" if accepted else "R"
    group = members[0][0].group
    return ImplementationAcknowledgement(
        group.functional_id if group else "HC",
        number,
        group.guide if group else "",
        code,
        len(members),
        len(members),
        accepted,
        sets=tuple(
            SetAcknowledgement(
                one.identifier,
                one.control_number,
                one.guide,
                "A" if complete else "R",
                () if complete else (TRAILER_MISSING,),
            )
            for one, complete in members
        ),
    )


def claim_acknowledgement(
    envelope: OutgoingEnvelope,
    by: str,
    source: Party,
    header: ClaimSetHeader,
    claims: Iterable[tuple[ProfessionalClaim, Rejection | None, str]],
) -> bytes:
    """A 277CA of clearinghouse or payer; each claim with its rejection and control number."""
    day = envelope.created.date()
    by_provider: dict[Provider, list[tuple[ProfessionalClaim, Rejection | None, str]]] = {}
    for one in claims:
        by_provider.setdefault(one[0].billing_provider, []).append(one)
    trace = f"{envelope.interchange_control_number:09}"
    top = AcknowledgementHeader(
        reference=trace,
        created=envelope.created,
        purpose="08",
        source=source,
        source_entity=by,
        source_trace=trace,
        received_date=day,
        processed_date=day,
    )
    return b"".join(
        write_claim_acknowledgement(envelope, top, _entries(by, header, by_provider, day))
    )


def _entries(
    by: str,
    header: ClaimSetHeader,
    by_provider: dict[Provider, list[tuple[ProfessionalClaim, Rejection | None, str]]],
    day: datetime.date,
) -> Iterator[LevelTotals | ClaimStatus]:
    everything = [one for members in by_provider.values() for one in members]
    receiver = Party("2", header.submitter_name, id_qualifier="46", identifier=header.submitter_id)
    yield _totals("receiver", receiver, header.reference or "0", everything, day)
    for provider, members in by_provider.items():
        party = Party(
            provider.entity_type,
            provider.last_name,
            provider.first_name,
            id_qualifier="XX" if provider.npi else "FI" if provider.tax_id else "",
            identifier=provider.npi or provider.tax_id,
        )
        yield _totals("provider", party, "0", members, None)
        for claim, rejection, control_number in members:
            yield _status(by, claim, rejection, control_number, day)


def _totals(
    level: str,
    party: Party,
    trace: str,
    members: Sequence[tuple[ProfessionalClaim, Rejection | None, str]],
    day: datetime.date | None,
) -> LevelTotals:
    """What a level says of all its claims; only the receiver's has a date (`day`)."""
    accepted = [claim.charge for claim, rejection, _ in members if rejection is None]
    rejected = [claim.charge for claim, rejection, _ in members if rejection is not None]
    total = sum(accepted, Decimal(0)) + sum(rejected, Decimal(0))
    received = Status((("A1", "19", RECEIVER),), day, "WQ", total)
    return LevelTotals(
        level,
        party,
        trace,
        (received,),
        len(accepted) or None,
        len(rejected) or None,
        sum(accepted, Decimal(0)) if accepted else None,
        sum(rejected, Decimal(0)) if rejected else None,
    )


def _status(
    by: str,
    claim: ProfessionalClaim,
    rejection: Rejection | None,
    control_number: str,
    day: datetime.date,
) -> ClaimStatus:
    if rejection is None:
        status = Status((("A2", ACCEPTED, ""),), day, "WQ", claim.charge)
    else:
        status = Status((rejection.code,), day, "U", claim.charge, rejection.message)
    patient = claim.patient or claim.subscriber.person
    member_id = claim.subscriber.member_id
    days = [line.service_date for line in claim.lines if line.service_date]
    first, last = min(days, default=None), max(days, default=None)
    return ClaimStatus(
        claim.patient_control_number,
        (status,),
        Party(
            "1",
            patient.last_name,
            patient.first_name,
            patient.middle_name,
            patient.suffix,
            "MI" if member_id else "",
            member_id,
        ),
        payer_claim_control_number=control_number if by == PAYER and rejection is None else "",
        clearinghouse_number=control_number if by == CLEARINGHOUSE else "",
        service_date=first,
        service_date_to=last if last != first else None,
    )
