"""What a file holds, transaction by transaction, handed to those who use it."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from rcm_tui.billing.claims.answers import ClaimAnswer, record_answers
from rcm_tui.billing.remittances.duplicates import DuplicatePayment
from rcm_tui.billing.remittances.held import came_again, give_way, may_give_way
from rcm_tui.billing.remittances.posting import PostedPayment, post_payment
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.work import Work
from rcm_tui.exchange.acknowledgements import (
    group_answers,
    interchange_answers,
    level_answer,
    settled,
    status_answer,
)
from rcm_tui.exchange.findings import Findings
from rcm_tui.exchange.import_claims import ClaimImport
from rcm_tui.exchange.reading import tuples
from rcm_tui.exchange.remittances import IncomingRemittances
from rcm_tui.x12.claim_acknowledgement import AcknowledgementHeader, ClaimStatus, Status
from rcm_tui.x12.events import (
    AcknowledgementClosed,
    AcknowledgementOpened,
    ClaimRead,
    ClaimsOpened,
    ClaimStatusRead,
    Event,
    FindingRead,
    GroupAcknowledged,
    InterchangeAcknowledged,
    LevelTotalsRead,
    RemittanceOpened,
    SetOpened,
    UnreadSet,
)
from rcm_tui.x12.reader import read

ANSWERS_AT_ONCE = 2000
USED = ("835", "837P", "277CA", "999", "997")
# The worst comes first: what a person has to look at.
OUTCOMES = ("held", "to review", "imported", "posted", "refused")


class Contents:
    """Reads a file and uses what is in it. Afterwards its figures stand in the attributes.

    `claims` counts claims imported, claim payments, or claims answered; `paid` is cents of claim
    payments; `made` counts rows made for imported claims. `only_duplicates` says that all that
    the file holds are payments that came in before. With `review` no payment posts by itself.
    """

    def __init__(
        self,
        work: Work,
        incoming_file: int,
        findings: Findings,
        *,
        as_draft: bool = False,
        review: bool = False,
    ) -> None:
        self.findings = findings
        self.claims = 0
        self.paid = 0
        self.made: dict[str, Any] = {}
        self._work = work
        self._incoming_file = incoming_file
        self._as_draft = as_draft
        self._review = review
        self._types: list[str] = []
        self._outcomes: set[str] = set()
        self._duplicates = 0
        self._import: ClaimImport | None = None
        self._answers: list[tuple[ClaimAnswer, ClaimStatus | None]] = []
        self._header = AcknowledgementHeader()
        self._above: tuple[Status, ...] = ()
        self._receiver: LevelTotalsRead | None = None
        self._level_now: LevelTotalsRead | None = None
        self._refused: list[LevelTotalsRead] = []
        self._in_277ca = False
        self._uses: dict[type[Any], Callable[[Any], None]] = {
            SetOpened: self._set_opened,
            ClaimsOpened: lambda event: self._claims().open(event.header),
            ClaimRead: lambda event: self._claims().add(event.claim),
            AcknowledgementOpened: self._acknowledgement_opened,
            LevelTotalsRead: self._level,
            ClaimStatusRead: self._status,
            AcknowledgementClosed: lambda event: self._close_levels(),
            GroupAcknowledged: self._group,
            InterchangeAcknowledged: self._interchange,
            FindingRead: lambda event: findings.take(event.finding),
            UnreadSet: self._unread,
        }

    @property
    def type(self) -> str:
        """The type of the first transaction that can be used, else of the first one."""
        usable = [kind for kind in self._types if kind in USED or kind == "TA1"]
        # A 999 is often led by its interchange's TA1: what it says of the claims is more.
        usable.sort(key=lambda kind: kind == "TA1")
        return next(iter([*usable, *self._types]), "unknown")

    @property
    def outcome(self) -> str:
        """What became of the file as a whole: of several outcomes, the one to look at first."""
        return next(one for one in OUTCOMES if one in self._outcomes or one == "refused")

    @property
    def only_duplicates(self) -> bool:
        """Whether the file brought payments, and each of them was here before."""
        return self._duplicates > 0 and not self._outcomes

    def read(self, stream: BinaryIO | Any) -> None:
        """Reads the whole stream, and uses it."""
        events = read(stream)
        uses = self._uses
        for event in events:
            use = uses.get(type(event))
            if use is not None:
                use(event)
            elif type(event) is RemittanceOpened:
                self._remittance(event, events)
        self._finish()

    def _finish(self) -> None:
        self._record()
        if self._import is not None:
            self._import.flush()
            self.claims += self._import.claims
            self.made = dict(self._import.made())
            if self._import.claims:
                self._outcomes.add("imported")
            else:
                self.findings.say("error", "The file has no claim that could be brought in.")
        if not self._types:
            self.findings.say("error", "Nothing in the file could be used.")

    def _set_opened(self, event: SetOpened) -> None:
        kind = event.set.type
        if kind not in self._types:
            self._types.append(kind)
        self._in_277ca = kind == "277CA"
        if kind not in USED and kind == "277":
            self._useless(kind, event.set.segment_number)

    def _unread(self, event: UnreadSet) -> None:
        self._useless(event.type, event.set.segment_number)

    def _useless(self, kind: str, segment_number: int) -> None:
        self.findings.say(
            "error",
            f"A transaction set of type {kind} was left unused: only 837P, 835, 277CA, 999 and TA1"
            " are brought in.",
            segment_number,
            "ST",
        )

    # claims

    def _claims(self) -> ClaimImport:
        if self._import is None:
            self._import = ClaimImport(self._work, self.findings, as_draft=self._as_draft)
        return self._import

    # remittances

    def _remittance(self, opened: RemittanceOpened, events: Iterator[Event]) -> None:
        incoming = IncomingRemittances(opened, events, self.findings, self._incoming_file)
        self._tell_sets_apart(incoming)
        try:
            posted = self._posted(incoming)
        except DuplicatePayment as duplicate:
            incoming.drain()
            self._duplicates += 1
            self.findings.say("warning", str(duplicate), opened.set.segment_number, "ST")
            return
        incoming.drain()
        self.claims += incoming.claims
        self.paid += incoming.paid
        self._outcomes.add(posted.state)
        held = posted.state == "held"
        for reason in posted.held_reasons:
            self.findings.say(
                "error" if held else "warning",
                f"{'Held' if held else 'To review'}: {reason}",
                opened.set.segment_number,
                "ST",
            )
        if posted.orphans:
            self.findings.say(
                "warning",
                f"{posted.orphans} of {posted.claims} claim payments are of claims that are not"
                " here; they wait among the orphans.",
                opened.set.segment_number,
                "ST",
            )

    def _posted(self, incoming: IncomingRemittances) -> PostedPayment:
        """Posts the payment; one of the same number that waits, come again, gives way to it."""
        try:
            return post_payment(self._work, incoming.received, review=self._review)
        except DuplicatePayment as duplicate:
            earlier = Payment.get_by_id(duplicate.payment_id)
            if not may_give_way(earlier):
                came_again(self._work, earlier, self._incoming_file)
                raise
            give_way(self._work, duplicate.payment_id)
            self.findings.say(
                "warning",
                f"It takes the place of payment {earlier.trace_number or 'without a number'} over"
                f" {dollars(earlier.amount)} that was {earlier.state} since"
                f" {earlier.received_at.date().isoformat()}.",
            )
            return post_payment(self._work, incoming.received, review=self._review)

    def _tell_sets_apart(self, incoming: IncomingRemittances) -> None:
        """Senders start their control numbers anew: another payment under them is no repetition."""
        payment = incoming.received.payment
        same = Payment.select(Payment.payment_key).where(Payment.set_key == payment.set_key)
        if any(key != payment.payment_key for (key,) in tuples(same)):
            digest = hashlib.sha256(payment.payment_key.encode()).hexdigest()[:16]
            payment.set_key = f"{payment.set_key}|{digest}"
            self.findings.say(
                "warning",
                f"Payment {payment.trace_number or 'without a number'} over"
                f" {dollars(payment.amount)} comes under control numbers that an earlier, different"
                " payment had.",
            )

    # acknowledgements

    def _acknowledgement_opened(self, event: AcknowledgementOpened) -> None:
        self._header = event.header
        self._above = ()
        self._receiver, self._refused = None, []

    def _level(self, event: LevelTotalsRead) -> None:
        if not self._in_277ca:
            return
        totals = event.totals
        if totals.level != "provider":
            self._close_levels()
            self._receiver = event
        self._outcomes.add("posted")
        self._level_now = event
        above = self._receiver.totals.statuses if self._receiver else ()
        self._above = totals.statuses or above
        if any(status.rejected for status in totals.statuses):
            self._refused.append(event)

    def _close_levels(self) -> None:
        """Levels that were refused and named no claim speak for themselves, the highest alone."""
        refused, self._refused = self._refused, []
        if refused and refused[0] is self._receiver:
            del refused[1:]
        trace = self._receiver.totals.trace_number if self._receiver else ""
        for event in refused:
            sender = event.set.interchange.sender
            self._answer([level_answer(event.totals, self._header, sender, trace)])
        self._receiver = None

    def _status(self, event: ClaimStatusRead) -> None:
        if not self._in_277ca:
            return
        self._outcomes.add("posted")
        # What is refused here is said claim by claim.
        if self._refused and self._refused[0] is self._receiver:
            del self._refused[0]
        if self._refused and self._refused[-1] is self._level_now:
            del self._refused[-1]
        self._answers.append((status_answer(event.status, self._header, self._above), event.status))
        self.claims += 1
        self._record_many()

    def _group(self, event: GroupAcknowledged) -> None:
        self._outcomes.add("posted")
        self._answer(group_answers(event, self.findings))

    def _interchange(self, event: InterchangeAcknowledged) -> None:
        if "TA1" not in self._types:
            self._types.append("TA1")
        self._outcomes.add("posted")
        self._answer(interchange_answers(event))

    def _answer(self, answers: list[ClaimAnswer]) -> None:
        self._answers += [(answer, None) for answer in answers]
        self._record_many()

    def _record_many(self) -> None:
        if len(self._answers) >= ANSWERS_AT_ONCE:
            self._record()

    def _record(self) -> None:
        if not self._answers:
            return
        answers, self._answers = self._answers, []
        outcome = record_answers(
            self._work, self._incoming_file, settled(self._work.database, answers)
        )
        for left in outcome.left:
            self.findings.say("warning", left.reason)
