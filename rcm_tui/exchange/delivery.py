"""Sending exactly once: a claims transaction goes from built to sent, whatever dies on the way.

1. *built* (`outgoing`): the bytes are in the store and never change again.
2. The bytes are uploaded to `name.<fence>.<random>.part`, flushed, and their size compared.
3. *staged*: a fenced commit records that exact temporary name.
4. One plain rename to the final name, never over another file.
5. *sent*.

A temporary name exists once and can be renamed once, so the file can appear once, whoever renames
it. Whoever finds a staged file takes up from there: the temporary file is there, so it was not
delivered and is renamed; it is gone, so it was delivered, even when the final one has been taken
away. Gone without a final file in sight is *unconfirmed* until a TA1 or 999 names it, or a person
says what became of it. Nothing is ever sent again blindly.
"""

import datetime
import hashlib
import re
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from rcm_tui.billing.outcome import Left, Refused
from rcm_tui.billing.rights import SUBMIT, needs
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.work import Work
from rcm_tui.exchange import fault
from rcm_tui.exchange.outgoing import CLAIMS_PER_FILE, build_claims_transactions
from rcm_tui.exchange.transports import NotThere, Transport, TransportError

UNFINISHED = ("built", "staged", "unconfirmed")
ASK_AFTER = datetime.timedelta(hours=4)
"""How long an unconfirmed file waits for a TA1 or 999 before a person is asked (ours)."""

TEMPORARY_NAME = re.compile(r"(?P<file>.+)\.(?P<fence>\d+)\.[0-9a-f]+\.part")


class Lease(Protocol):
    """The right to act as the worker. `fence` rises with every new holder."""

    @property
    def fence(self) -> int:
        """The number of this lease."""

    @property
    def holder(self) -> str:
        """Who holds it."""

    def check(self, work: Work) -> None:
        """Raises when another holder has taken over since."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a claims transaction has come. `billed` is cents; `problem` a sentence or empty."""

    transaction_id: int
    path: str
    interchange_control_number: int
    claims: int
    billed: int
    state: str
    problem: str = ""


def build(
    store: Store,
    clearinghouse_id: int,
    lease: Lease,
    now: datetime.datetime,
    claims_per_file: int = CLAIMS_PER_FILE,
    sent_back: list[Left] | None = None,
) -> list[int]:
    """Step 1 in a unit of work of its own: at most one new claims transaction, committed.

    What went back to Draft instead is added to `sent_back`.
    """
    back: list[Left] = []
    with store.work(WORKER, now) as work:
        built = build_claims_transactions(
            work, clearinghouse_id, lease.fence, lease.holder, lease.check, claims_per_file, back
        )
    if sent_back is not None:
        sent_back += back
    if built:
        fault.reached(fault.BUILT)
    return built


def deliver(
    store: Store,
    transaction_id: int,
    transport: Transport,
    lease: Lease,
    now: datetime.datetime,
) -> Delivery:
    """Brings one claims transaction on from wherever it is, as far as it goes.

    A folder or disk that does not let it is a `problem`, noted on the transaction; the next call
    takes up from there. Raises what `lease.check` raises when another worker has taken over.
    """
    step = _Delivering(store, transaction_id, transport, lease, now)
    try:
        state = step.run()
        problem = step.question() if state == "unconfirmed" else ""
    except TransportError as error:
        state, problem = step.state, f"{error} {step.what_becomes_of_it()}"
    if problem:
        step.note(problem)
    row = step.row
    return Delivery(
        transaction_id,
        f"{transport.place}/{row.file_name}",
        row.interchange_control_number,
        row.claims,
        row.billed,
        state,
        problem,
    )


def recover(
    store: Store,
    clearinghouse_id: int,
    transport: Transport,
    lease: Lease,
    now: datetime.datetime,
    between: Callable[[], None] = lambda: None,
) -> list[Delivery]:
    """Takes up every delivery of a clearinghouse that was not finished, and clears up behind it.

    `between` is called before each; it may raise to stop there.
    """
    unfinished: Any = ClaimsTransaction.select(ClaimsTransaction.id).where(
        ClaimsTransaction.clearinghouse == clearinghouse_id,
        ClaimsTransaction.state.in_(UNFINISHED),
    )
    found = [row[0] for row in unfinished.order_by(ClaimsTransaction.id).tuples()]
    deliveries = []
    for transaction_id in found:
        between()
        deliveries.append(deliver(store, transaction_id, transport, lease, now))
    if not any(delivery.problem for delivery in deliveries):
        _sweep(clearinghouse_id, transport, lease)
    return deliveries


@needs(SUBMIT)
def settle_unconfirmed(work: Work, transaction_id: int, received: bool) -> None:
    """A person has asked the clearinghouse what became of an unconfirmed file.

    Received: it is sent. Not received: the same bytes are delivered at the next submission.
    Raises Refused when the transaction is not unconfirmed (any more).
    """
    state = "sent" if received else "built"
    changed = (
        ClaimsTransaction.update(
            state=state,
            message="",
            temporary_name="" if not received else ClaimsTransaction.temporary_name,
            sent_at=work.now if received else None,
        )
        .where(ClaimsTransaction.id == transaction_id, ClaimsTransaction.state == "unconfirmed")
        .execute()
    )
    if not changed:
        raise Refused("This file is not unconfirmed any more: look at it again.")
    work.record(
        "claims transaction settled", "claims_transaction", transaction_id, received=received
    )


class _Delivering:
    """One claims transaction on its way; `state` is what the store last said."""

    def __init__(
        self,
        store: Store,
        transaction_id: int,
        transport: Transport,
        lease: Lease,
        now: datetime.datetime,
    ) -> None:
        self.store = store
        self.transport = transport
        self.lease = lease
        self.now = now
        store.database.connect(reuse_if_open=True)
        self.row: Any = ClaimsTransaction.get_by_id(transaction_id)
        self.state: str = self.row.state

    def run(self) -> str:
        """As far as it goes from here; returns the state it has then."""
        if self.state == "built":
            self._stage()
        if self.state in ("staged", "unconfirmed"):
            self._finish()
        return self.state

    def _stage(self) -> None:
        """Steps 2 and 3: the bytes under a name that never was there, and that name committed."""
        name = f"{self.row.file_name}.{self.lease.fence}.{secrets.token_hex(6)}.part"
        self.transport.upload(name, self._content())
        fault.reached(fault.UPLOADED)
        staged = self._commit(
            fault.STAGED_UNCOMMITTED,
            "staged",
            temporary_name=name,
            staged_at=self.now,
            fence=self.lease.fence,
        )
        if staged:
            fault.reached(fault.STAGED)
        else:
            self.transport.discard(name)

    def _finish(self) -> None:
        """Steps 4 and 5, from a temporary name that is in the store."""
        temporary = self.row.temporary_name
        size = self.transport.size(temporary)
        if size is None:
            self._settle_gone()
            return
        # Seen again, as on a share that was away: from here no person can settle it otherwise.
        if self.state == "unconfirmed" and not self._commit(None, "staged"):
            return
        if size != self.row.size:
            self._start_again(temporary)
            return
        with self.store.work(WORKER, self.now) as work:
            self.lease.check(work)
        fault.reached(fault.RENAMING)
        try:
            self.transport.rename(temporary, self.row.file_name)
        except NotThere:
            self._settle_gone()
            return
        fault.reached(fault.RENAMED)
        self._sent()

    def _settle_gone(self) -> None:
        """The temporary file is gone: it was renamed by whoever acted before."""
        confirmed = self.row.confirmed_at is not None
        if confirmed or self.transport.size(self.row.file_name) is not None:
            self._sent()
        elif self.state != "unconfirmed":
            self._commit(None, "unconfirmed", message=self._waiting_for_answer())
            fault.reached(fault.UNCONFIRMED)

    def _start_again(self, temporary: str) -> None:
        """A temporary file that lost bytes was not delivered; without it, nobody can rename it."""
        if not self.transport.discard(temporary):
            self._settle_gone()
        elif self._commit(None, "built", temporary_name=""):
            self.run()

    def _sent(self) -> None:
        if self._commit(fault.SENT_UNCOMMITTED, "sent", sent_at=self.now, message=""):
            fault.reached(fault.SENT)

    def _commit(self, point: str | None, state: str, **changes: Any) -> bool:
        """One fenced commit from the state that was read to another; False when it was not there.

        Then an answer or a person was faster, what they said stands, and the next run sees it.
        """
        with self.store.work(WORKER, self.now) as work:
            self.lease.check(work)
            changed = (
                ClaimsTransaction.update(state=state, **changes)
                .where(ClaimsTransaction.id == self.row.id, ClaimsTransaction.state == self.state)
                .execute()
            )
            if changed:
                work.record(
                    f"claims transaction {state}",
                    "claims_transaction",
                    self.row.id,
                    worker=self.lease.holder,
                    fence=self.lease.fence,
                )
            if point is not None:
                fault.reached(point)
        if not changed:
            self.state = str(ClaimsTransaction.get_by_id(self.row.id).state)
            return False
        self.state = state
        for name, value in changes.items():
            setattr(self.row, name, value)
        return True

    def note(self, problem: str) -> None:
        """Puts a sentence on the transaction, where the screens show it."""
        with self.store.work(WORKER, self.now) as work:
            self.lease.check(work)
            ClaimsTransaction.update(message=problem).where(
                ClaimsTransaction.id == self.row.id, ClaimsTransaction.message != problem
            ).execute()

    def question(self) -> str:
        """What a person is asked when no answer has named an unconfirmed file for hours."""
        staged_at = self.row.staged_at
        if staged_at is None or self.now - staged_at < ASK_AFTER:
            return ""
        return (
            f"Nobody has confirmed {self._named()} since {staged_at:%Y-%m-%d %H:%M} UTC: ask the"
            " clearinghouse whether it has it, and say so on the Jobs screen. Until then it is not"
            " sent again."
        )

    def what_becomes_of_it(self) -> str:
        """What a failed delivery means for its claims."""
        return (
            f"{self._named()} stays as it was built, its {self.row.claims:,} claims stay"
            " Submitted, and the next run delivers the same file."
        )

    def _waiting_for_answer(self) -> str:
        return (
            f"{self._named()} has left its temporary name and is not in sight:"
            " a TA1 or 999 will say whether it arrived."
        )

    def _named(self) -> str:
        return f"Interchange {self.row.interchange_control_number:09d}"

    def _content(self) -> bytes:
        content = zlib.decompress(self.row.content)
        if hashlib.sha256(content).hexdigest() != self.row.sha256:
            raise TransportError(
                f"The stored bytes of {self._named()} were changed behind the program's back:"
                " they are not sent. Restore the store from a backup."
            )
        return content


def _sweep(clearinghouse_id: int, transport: Transport, lease: Lease) -> None:
    """Removes temporary files that no transaction names: of earlier workers, and of this one where
    staging could not be committed."""
    names = {}
    for name in transport.temporary_names():
        parts = TEMPORARY_NAME.fullmatch(name)
        if parts and int(parts["fence"]) <= lease.fence:
            names[name] = parts["file"]
    if not names:
        return
    # Only files that this store has built: another one's may lie in the same folder.
    rows: Any = ClaimsTransaction.select(
        ClaimsTransaction.file_name, ClaimsTransaction.temporary_name, ClaimsTransaction.state
    ).where(
        ClaimsTransaction.clearinghouse == clearinghouse_id,
        ClaimsTransaction.file_name.in_(sorted(set(names.values()))),
    )
    ours = {file_name: (temporary, state) for file_name, temporary, state in rows.tuples()}
    for name, file_name in names.items():
        if file_name in ours and ours[file_name][0] != name:
            transport.discard(name)


def clearinghouses() -> list[Clearinghouse]:
    """The connections that are in use."""
    return list(Clearinghouse.select().where(Clearinghouse.active == 1).order_by(Clearinghouse.id))
