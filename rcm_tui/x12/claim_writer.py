"""Writes an 837P (005010X222A1), claim by claim."""

from collections.abc import Iterator

from rcm_tui.x12.claim import ClaimBatch, ProfessionalClaim
from rcm_tui.x12.claim_segments import ClaimSegments
from rcm_tui.x12.envelope_writer import gs, isa, trailer
from rcm_tui.x12.wire import Wire

GUIDE = "005010X222A1"
_BLOCK = 1 << 16


def write(batch: ClaimBatch) -> Iterator[bytes]:
    """The bytes of one interchange with one group, as the claims are read.

    Claims in a row with the same billing provider, subscriber and patient share their loops.  A
    set holds at most `claims_per_set` claims (the guide advises 5,000), so there may be several.
    BHT03 is the interchange control number and the four digits of the set's number.

    Raises ValueError with a sentence that names claim, field and value for what cannot be sent,
    and for a batch without claims; what was yielded until then is to be thrown away.
    """
    writing = _Writing(batch)
    for claim in batch.claims:
        writing.add(claim)
        if writing.size >= _BLOCK:
            yield writing.taken()
    writing.close()
    yield writing.taken()


class _Writing:
    """The hierarchy: what the last claim stood under, and the counts of all trailers."""

    def __init__(self, batch: ClaimBatch) -> None:
        self.batch = batch
        self.wire = Wire(batch.delimiters)
        self.segments = ClaimSegments(self.wire)
        self.parts: list[str] = []
        self.counted_parts: list[str] = []
        self.size = 0
        self.sets = 0
        self.claims = 0
        self.counted = 0
        self.hl = 0
        self.provider_hl = 0
        self.subscriber_hl = 0
        self.last: ProfessionalClaim | None = None

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)

    def _count(self) -> None:
        """Counts the segments that were put since the last time into the open set."""
        text = "".join(self.parts)
        self.counted += text.count(self.wire.terminator)
        self.counted_parts.append(text)
        self.parts = []

    def taken(self) -> bytes:
        """What was written since the last time."""
        self._count()
        text = "".join(self.counted_parts)
        self.counted_parts, self.size = [], 0
        return text.encode("ascii")

    def add(self, claim: ProfessionalClaim) -> None:
        """One claim, with the levels above it that are not the last claim's."""
        if self.sets and self.claims >= self.batch.claims_per_set:
            self._close_set()
        if self.last is None:
            self._open_set()
        try:
            self._levels(claim)
            self._put(self.segments.claim(claim))
        except ValueError as error:
            raise ValueError(f"Claim {claim.patient_control_number!r}: {error}") from error
        self.claims += 1
        self.last = claim

    def close(self) -> None:
        """The trailers."""
        if self.last is None:
            raise ValueError("A batch needs at least one claim.")
        self._close_set()
        batch = self.batch
        self._put(
            trailer(
                self.wire, self.sets, batch.group_control_number, batch.interchange_control_number
            )
        )

    def _open_set(self) -> None:
        batch, wire = self.batch, self.wire
        if not self.sets:
            self._put(
                isa(
                    wire,
                    (batch.sender_qualifier, batch.sender),
                    (batch.receiver_qualifier, batch.receiver),
                    batch.created,
                    batch.interchange_control_number,
                    batch.acknowledgement_requested,
                    batch.usage_indicator,
                )
                + gs(
                    wire,
                    "HC",
                    batch.group_sender or batch.sender,
                    batch.group_receiver or batch.receiver,
                    batch.created,
                    batch.group_control_number,
                    GUIDE,
                )
            )
        self.sets += 1
        self._count()
        self.claims = self.counted = self.hl = 0
        self._put(wire.segment("ST", "837", f"{self.sets:04}", GUIDE))
        self._put(self.segments.header(batch, self.sets))

    def _close_set(self) -> None:
        self._count()
        self._put(self.wire.segment("SE", str(self.counted + 1), f"{self.sets:04}"))
        self.last = None

    def _levels(self, claim: ProfessionalClaim) -> None:
        """HL loops, as far as they differ from those of the last claim."""
        last, dependent = self.last, claim.patient is not None
        same = last is not None and (
            (claim.billing_provider is last.billing_provider)
            or (claim.billing_provider == last.billing_provider)
        )
        same = same and last is not None and claim.pay_to == last.pay_to
        if not same:
            self.hl += 1
            self.provider_hl = self.hl
            self._put(self.wire.level(self.hl, 0, "20", "1"))
            self._put(self.segments.billing(claim))
        same = (
            same
            and last is not None
            and dependent == (last.patient is not None)
            and claim.subscriber == last.subscriber
            and claim.payer == last.payer
        )
        if not same:
            self.hl += 1
            self.subscriber_hl = self.hl
            children = "1" if dependent else "0"
            self._put(self.wire.level(self.hl, self.provider_hl, "22", children))
            self._put(self.segments.subscriber(claim))
        if not dependent:
            return
        if not (
            same
            and last is not None
            and claim.patient == last.patient
            and claim.relationship == last.relationship
            and claim.patient_secondary_ids == last.patient_secondary_ids
        ):
            self.hl += 1
            self._put(self.wire.level(self.hl, self.subscriber_hl, "23", "0"))
            self._put(self.segments.patient(claim))
