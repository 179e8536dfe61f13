"""All answers to one 837P, planned at once: what is said, and when it is said."""

import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rcm_tui.exchange.practice_clearinghouse.acknowledging import (
    NAME,
    claim_acknowledgement,
    implementation_acknowledgement,
    interchange_acknowledgement,
)
from rcm_tui.exchange.practice_clearinghouse.adjudication import (
    adjudicated,
    foretold,
    is_corrected_later,
    is_foretold,
    reversed_payment,
)
from rcm_tui.exchange.practice_clearinghouse.chance import Throws, throws
from rcm_tui.exchange.practice_clearinghouse.contracts import Contracts, Fees
from rcm_tui.exchange.practice_clearinghouse.paying import Batch, remittance_file
from rcm_tui.exchange.practice_clearinghouse.screening import (
    CLEARINGHOUSE,
    PAYER,
    Rejection,
    screened,
    speakable,
)
from rcm_tui.x12.claim import ClaimSetHeader, ProfessionalClaim
from rcm_tui.x12.delimiters import STANDARD, Delimiters
from rcm_tui.x12.envelope import Interchange, OutgoingEnvelope, TransactionSet
from rcm_tui.x12.events import (
    ClaimRead,
    ClaimsOpened,
    InterchangeClosed,
    InterchangeOpened,
    SetClosed,
)
from rcm_tui.x12.parties import Party
from rcm_tui.x12.reader import read
from rcm_tui.x12.remittance import ClaimPayment

SENDER = "PRACTICECH"
LOOKED_AT = 1000
"""Among how many claims that it has paid a payer finds one that it overpaid."""
ANSWERS_PER_FILE = 1000
"""How many control numbers the answers to one file may use."""

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
VOID, REPLACEMENTS = "8", ("6", "7")

Originals = Callable[[str], ProfessionalClaim | None]
"""Gives the claim that a payer claim control number of ours was given to."""


class Answer(NamedTuple):
    """A file for the practice, and from when on it lies ready."""

    name: str
    content: bytes
    due: datetime.datetime


@dataclass(slots=True)
class Submission:
    """An 837P as the clearinghouse has it: its envelope, its sets, and the claims of whole sets."""

    interchange: Interchange
    header: ClaimSetHeader = field(default_factory=ClaimSetHeader)
    sets: list[tuple[TransactionSet, bool]] = field(default_factory=list)
    claims: list[ProfessionalClaim] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """How answers are made: the seed, the contracts, and by how much time is compressed.

    `speed` 1 is real time; 10,000 lets a day pass in nine seconds.
    """

    seed: int = 0
    fees: Fees = field(default_factory=dict)
    speed: float = 1.0
    contracts: Contracts = field(init=False)

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise ValueError(
                f"the speed of the practice clearinghouse is {self.speed}, not above 0"
            )
        self.contracts = Contracts(self.seed, self.fees)

    def after(self, now: datetime.datetime, delay: datetime.timedelta) -> datetime.datetime:
        """The moment at which something that takes `delay` is done."""
        return now + delay / self.speed


def control_number(number: int, position: int) -> str:
    """The payer claim control number of the claim at a position (from 0) of a file."""
    return f"PC{number:07}{position:06}"


def place_of(payer_claim_control_number: str) -> tuple[int, int] | None:
    """File and position that `control_number` was made of; None for another payer's number."""
    text = payer_claim_control_number
    if len(text) != 15 or not text.startswith("PC") or not text[2:].isdigit():
        return None
    return int(text[2:9]), int(text[9:])


def submissions(content: bytes) -> Iterator[Submission]:
    """The interchanges of a file, with the claims of their complete sets."""
    current: Submission | None = None
    pending: list[ProfessionalClaim] = []
    for event in read(io.BytesIO(content)):
        if isinstance(event, InterchangeOpened):
            current = Submission(event.interchange)
        elif current is None:
            continue
        elif isinstance(event, ClaimRead):
            pending.append(event.claim)
        elif isinstance(event, ClaimsOpened):
            current.header = event.header
        elif isinstance(event, SetClosed):
            if event.set.type == "837P":
                current.sets.append((event.set, event.complete))
                current.claims += pending if event.complete else []
            pending = []
        elif isinstance(event, InterchangeClosed):
            yield current


def answers_to(
    submission: Submission,
    now: datetime.datetime,
    plan: Plan,
    number: int,
    originals: Originals = lambda reference: None,
    *,
    repeated: bool = False,
) -> list[Answer]:
    """Every answer to one interchange, in the order in which they fall due.

    `number` is the clearinghouse's own for the interchange; control numbers come from it, so that
    no two share them. `repeated` says that the interchange came before: it is rejected whole.
    """
    interchange = submission.interchange
    out = _Answering(interchange, plan, number, now)
    out.add("ta1", now, lambda e: interchange_acknowledgement(e, interchange, repeated=repeated))
    if repeated or not submission.sets:
        return out.answers
    if any(opened.group for opened, _ in submission.sets):
        out.add("999", now, lambda e: implementation_acknowledgement(e, submission.sets))
    out.claims(submission.header, submission.claims, originals)
    out.answers.sort(key=lambda answer: answer.due)
    return out.answers


def answers_for(
    claims: Iterable[ProfessionalClaim],
    now: datetime.datetime,
    *,
    seed: int = 0,
    fees: Fees | None = None,
    number: int = 1,
    receiver: str = "PRACTICE",
    speed: float = 1.0,
    originals: Originals = lambda reference: None,
) -> list[tuple[str, bytes]]:
    """277CA and 835 files about claims in memory, by due date: for building a demo at volume.

    `number` must differ from call to call: control numbers are made of it.
    """
    answers = planned_answers(
        claims, now, Plan(seed, fees or {}, speed), number, receiver, originals
    )
    return [(answer.name, answer.content) for answer in answers]


def planned_answers(
    claims: Iterable[ProfessionalClaim],
    now: datetime.datetime,
    plan: Plan,
    number: int,
    receiver: str,
    originals: Originals = lambda reference: None,
) -> list[Answer]:
    """The same, each with the moment at which it falls due."""
    interchange = Interchange(
        "ZZ", receiver, "ZZ", SENDER, now, "000000001", "T", "00501", False, STANDARD
    )
    out = _Answering(interchange, plan, number, now)
    header = ClaimSetHeader(submitter_name=receiver, submitter_id=receiver)
    out.claims(header, list(claims), originals)
    out.answers.sort(key=lambda answer: answer.due)
    return out.answers


class _Answering:
    """Collects the answers to one interchange."""

    def __init__(
        self, interchange: Interchange, plan: Plan, number: int, now: datetime.datetime
    ) -> None:
        self.answers: list[Answer] = []
        self._interchange = interchange
        self._plan = plan
        self._number = number
        self._now = now
        self._sent = 0

    def add(
        self, kind: str, due: datetime.datetime, write: Callable[[OutgoingEnvelope], bytes]
    ) -> None:
        """One answer file, under a control number of its own."""
        self._sent += 1
        control = self._number * ANSWERS_PER_FILE + self._sent
        interchange = self._interchange
        given = interchange.delimiters
        delimiters: Delimiters = given if given.component and given.repetition else STANDARD
        envelope = OutgoingEnvelope(
            sender=interchange.receiver or SENDER,
            receiver=interchange.sender or "PRACTICE",
            interchange_control_number=control % 1_000_000_000,
            group_control_number=control % 1_000_000_000,
            created=due,
            usage_indicator="T",
            sender_qualifier=interchange.receiver_qualifier or "ZZ",
            receiver_qualifier=interchange.sender_qualifier or "ZZ",
            delimiters=delimiters,
        )
        name = f"PRACTICE-{self._number:06}-{self._sent:03}.{kind}"
        self.answers.append(Answer(name, write(envelope), due))

    def claims(
        self,
        header: ClaimSetHeader,
        claims: Sequence[ProfessionalClaim],
        originals: Originals,
    ) -> None:
        """277CA of the clearinghouse, then by payer 277CA, 835 and corrections."""
        plan, now = self._plan, self._now
        known = [
            _Known(claim, control_number(self._number, place), thrown, screened(claim, plan.seed))
            for place, claim in enumerate(claims)
            if speakable(claim)
            for thrown in (throws(plan.seed, claim.patient_control_number),)
        ]
        if not known:
            return
        source = Party(
            "2", NAME, id_qualifier="46", identifier=self._interchange.receiver or SENDER
        )
        at_clearinghouse = [
            (one.claim, one.rejection_by(CLEARINGHOUSE), one.control_number) for one in known
        ]
        self.add(
            "277ca",
            plan.after(now, 10 * MINUTE),
            lambda e: claim_acknowledgement(e, CLEARINGHOUSE, source, header, at_clearinghouse),
        )
        by_payer: dict[str, list[_Known]] = {}
        for one in known:
            if one.rejection_by(CLEARINGHOUSE) is None:
                by_payer.setdefault(one.claim.payer.identifier, []).append(one)
        for identifier, members in by_payer.items():
            self._payer(identifier, header, members, originals)

    def _payer(
        self,
        identifier: str,
        header: ClaimSetHeader,
        members: Sequence["_Known"],
        originals: Originals,
    ) -> None:
        plan, now = self._plan, self._now
        habits = throws(plan.seed, "payer", identifier)
        name = members[0].claim.payer.name or identifier
        source = Party("2", name, id_qualifier="PI", identifier=identifier)
        at_payer = [(one.claim, one.rejection_by(PAYER), one.control_number) for one in members]
        self.add(
            "277ca",
            plan.after(now, (4 + habits.below(20, 0)) * HOUR),
            lambda e: claim_acknowledgement(e, PAYER, source, header, at_payer),
        )
        taken = [one for one in members if one.rejection is None]
        delay = (4 + habits.below(13, 1)) * DAY
        first = [(one, p) for one in taken for p in self._decisions(one, originals)]
        self._pay(identifier, habits, first, delay, "835")
        second = [
            (one, p)
            for one in taken
            if one.claim.frequency_code != VOID and is_corrected_later(one.thrown)
            for p in self._corrections(one)
        ]
        self._pay(identifier, habits, second, delay + 7 * DAY, "835", first)

    def _decisions(self, one: "_Known", originals: Originals) -> list[ClaimPayment]:
        """The decision about a claim; of a replacement or void, first the original's reversal."""
        claim = one.claim
        decided = []
        if claim.frequency_code in (*REPLACEMENTS, VOID):
            original = originals(claim.original_reference)
            thrown = throws(self._plan.seed, original.patient_control_number if original else "")
            # What was rejected was never paid.
            if original is not None and screened(original, self._plan.seed) is None:
                before = adjudicated(
                    original,
                    claim.original_reference,
                    self._plan.contracts,
                    thrown,
                    again=is_corrected_later(thrown),
                )
                if before.paid or before.patient_responsibility:
                    decided.append(reversed_payment(before))
        if claim.frequency_code != VOID:
            now = adjudicated(claim, one.control_number, self._plan.contracts, one.thrown)
            decided += [foretold(now), now] if is_foretold(one.thrown) else [now]
        return decided

    def _corrections(self, one: "_Known") -> list[ClaimPayment]:
        contracts = self._plan.contracts
        first = adjudicated(one.claim, one.control_number, contracts, one.thrown)
        again = adjudicated(one.claim, one.control_number, contracts, one.thrown, again=True)
        return [reversed_payment(first), again] if first.paid != again.paid else []

    def _pay(
        self,
        identifier: str,
        habits: Throws,
        payments: Sequence[tuple["_Known", ClaimPayment]],
        delay: datetime.timedelta,
        kind: str,
        before: Sequence[tuple["_Known", ClaimPayment]] = (),
    ) -> None:
        """One payment to each billing provider; `before` is what was paid to them already."""
        by_provider: dict[str, list[tuple[_Known, ClaimPayment]]] = {}
        for one in payments:
            provider = one[0].claim.billing_provider
            by_provider.setdefault(provider.npi or provider.tax_id, []).append(one)
        due = self._plan.after(self._now, delay)
        for members in by_provider.values():
            claim = members[0][0].claim
            trace = f"PC{self._number:07}{self._sent + 1:04}"
            batch = Batch(
                claim.payer,
                claim.billing_provider,
                [payment for _, payment in members],
                due.date(),
                trace,
                f"1{habits.number(9):09}",
                [
                    one.control_number
                    for one, payment in before
                    if payment.paid > 0 and one.claim.billing_provider == claim.billing_provider
                ][:LOOKED_AT],
            )
            thrown = throws(self._plan.seed, "payment", identifier, trace)
            self.add(kind, due, lambda e, b=batch, t=thrown: remittance_file(e, b, t))  # type: ignore[misc]


@dataclass(slots=True)
class _Known:
    """A claim, the number the payer gives it, its throws, and whether it was rejected."""

    claim: ProfessionalClaim
    control_number: str
    thrown: Throws
    rejection: Rejection | None

    def rejection_by(self, whom: str) -> Rejection | None:
        """The rejection, where it is theirs."""
        return self.rejection if self.rejection is not None and self.rejection.by == whom else None


def originals_among(submission: Callable[[int], Submission | None]) -> Originals:
    """Finds originals in the interchanges that were received, by number; each is read once."""
    known: dict[int, list[ProfessionalClaim]] = {}

    def find(reference: str) -> ProfessionalClaim | None:
        place = place_of(reference)
        if place is None:
            return None
        number, position = place
        if number not in known:
            received = submission(number)
            known[number] = received.claims if received is not None else []
        return known[number][position] if position < len(known[number]) else None

    return find
