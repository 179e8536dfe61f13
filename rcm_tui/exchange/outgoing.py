"""Claims out: Ready claims become a claims transaction, one interchange (837P) built whole.

The first step of sending exactly once (`delivery` has the others). The bytes are stored with the
change of the claims in one transaction, and never change again.
"""

import datetime
import hashlib
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Database

from rcm_tui.billing.claims.submission import mark_submitted, take_ready_claims
from rcm_tui.billing.outcome import Left, Refused
from rcm_tui.data.bulk import chunked
from rcm_tui.data.tables.claims import DRAFT, READY, Claim, ClaimValidation
from rcm_tui.data.tables.exchange import ClaimsTransaction, TransmittedClaim
from rcm_tui.data.tables.payers import Clearinghouse, Payer
from rcm_tui.data.tables.practice import Practice
from rcm_tui.data.work import Work
from rcm_tui.exchange import fault
from rcm_tui.exchange.claim_rows import professional_claims
from rcm_tui.x12.claim import ClaimBatch, ProfessionalClaim
from rcm_tui.x12.claim_writer import write
from rcm_tui.x12.parties import Contact

__all__ = ["build_claims_transactions", "claim_file", "claims_waiting", "professional_claims"]

CLAIMS_PER_FILE = 2000
"""Building a file is one transaction: this many claims keep other writers waiting for a second."""
CLAIMS_PER_SET = 100
"""A 999 accepts or rejects whole sets: small ones keep what one bad claim takes with it small."""

MOST_CONTROL_NUMBER = 999_999_999
UNWRITABLE = "unwritable"


def claims_waiting(database: Database, clearinghouse_id: int) -> int:
    """How many claims are Ready to Submit to payers behind a clearinghouse."""
    payers = Payer.select(Payer.id).where(Payer.clearinghouse == clearinghouse_id)
    query = Claim.select(Claim.id).where(Claim.status == READY, Claim.payer.in_(payers))
    return int(query.bind(database).count())


def build_claims_transactions(
    work: Work,
    clearinghouse_id: int,
    fence: int,
    worker: str,
    check_fence: Callable[[Work], None],
    claims_per_file: int = CLAIMS_PER_FILE,
    sent_back: list[Left] | None = None,
) -> list[int]:
    """Builds one file of at most `claims_per_file` Ready claims; returns its claims transaction.

    `work` holds the one transaction of it all: fence, control numbers, bytes and claims become
    true together. Empty when no claim was ready and valid; call it again, in a work of its own,
    until `claims_waiting` stays 0. A claim that is not valid any more, or cannot be put on the
    wire, goes back to Draft with the reason and is added to `sent_back`. Raises what `check_fence`
    raises when another worker has taken over.
    """
    check_fence(work)
    taken = take_ready_claims(work, clearinghouse_id, claims_per_file, sent_back)
    if not taken:
        return []
    file, unwritable = _write_file(work, clearinghouse_id, _in_file_order(work.database, taken))
    _back_to_draft(work, unwritable)
    if sent_back is not None:
        sent_back += [
            Left(key, number, unwritable[key])
            for key, number in _values(work.database, unwritable, Claim.number)
        ]
    if not file.claims:
        return []
    fault.reached(fault.BUILDING)
    transaction_id = _keep_file(work, clearinghouse_id, file, fence)
    mark_submitted(work, file.claims)
    work.record(
        "claims transaction built",
        "claims_transaction",
        transaction_id,
        worker=worker,
        fence=fence,
        file=file.name,
        sha256=file.sha256,
        claims=len(file.claims),
        billed=file.billed,
    )
    fault.reached(fault.BUILT_UNCOMMITTED)
    return [transaction_id]


@dataclass(frozen=True, slots=True)
class _Envelope:
    """Control numbers, and when the file says it was made, in the practice's time zone."""

    interchange: int
    group: int
    created: datetime.datetime


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is sent: its bytes, its control numbers and the claims in it, in order."""

    envelope: _Envelope
    name: str
    content: bytes
    sha256: str
    claims: list[int]
    billed: int


def _write_file(
    work: Work, clearinghouse_id: int, claims: list[int]
) -> tuple[_File, dict[int, str]]:
    """Writes claims under the next control numbers; those that cannot be, with their reasons."""
    envelope = _Envelope(
        interchange=_control_number(work, f"ISA13 {clearinghouse_id}"),
        group=_control_number(work, f"GS06 {clearinghouse_id}"),
        created=_local(work.now),
    )
    clearinghouse = Clearinghouse.get_by_id(clearinghouse_id)
    content, written, unwritable = _written(work.database, clearinghouse, envelope, claims)
    file = _File(
        envelope,
        _file_name(envelope.interchange, work.now),
        content,
        hashlib.sha256(content).hexdigest(),
        written,
        sum(amount for _, amount in _values(work.database, written, Claim.billed)),
    )
    return file, unwritable


def _keep_file(work: Work, clearinghouse_id: int, file: _File, fence: int) -> int:
    """Keeps the file and which claims are in it, on which set; gives its claims transaction."""
    transaction_id = work.next_ids(ClaimsTransaction, 1)[0]
    columns = {
        "id": transaction_id,
        "clearinghouse": clearinghouse_id,
        "interchange_control_number": file.envelope.interchange,
        "group_control_number": file.envelope.group,
        "file_name": file.name,
        "content": zlib.compress(file.content),
        "size": len(file.content),
        "sha256": file.sha256,
        "claims": len(file.claims),
        "billed": file.billed,
        "state": "built",
        "temporary_name": "",
        "fence": fence,
        "built_at": work.now,
        "acknowledgement": "pending",
        "message": "",
    }
    work.insert(ClaimsTransaction, tuple(columns), [tuple(columns.values())])
    work.insert(
        TransmittedClaim,
        ("claims_transaction", "claim", "set_control_number", "live"),
        [
            (transaction_id, claim_id, f"{position // CLAIMS_PER_SET + 1:04}", 1)
            for position, claim_id in enumerate(file.claims)
        ],
    )
    return transaction_id


def claim_file(
    database: Database,
    claim_ids: Sequence[int],
    clearinghouse: Clearinghouse,
    now: datetime.datetime,
    interchange_control_number: int = 1,
) -> bytes:
    """The bytes of an 837P of some claims, as it would go to a clearinghouse; nothing is changed.

    For exports and tests: its control numbers are not taken from the counters. Raises ValueError
    with a sentence when a claim cannot be put on the wire.
    """
    envelope = _Envelope(interchange_control_number, interchange_control_number, _local(now))
    return b"".join(
        write(_batch(clearinghouse, envelope, professional_claims(database, claim_ids)))
    )


def _batch(
    clearinghouse: Clearinghouse, envelope: _Envelope, claims: Iterable[ProfessionalClaim]
) -> ClaimBatch:
    return ClaimBatch(
        sender=clearinghouse.sender_id,
        receiver=clearinghouse.receiver_id,
        interchange_control_number=envelope.interchange,
        group_control_number=envelope.group,
        created=envelope.created,
        submitter_name=clearinghouse.submitter_name,
        submitter_id=clearinghouse.sender_id,
        submitter_contact=Contact(
            clearinghouse.submitter_contact, telephone=clearinghouse.submitter_phone
        ),
        receiver_name=clearinghouse.receiver_name,
        receiver_id=clearinghouse.receiver_id,
        claims=claims,
        usage_indicator=clearinghouse.usage,
        sender_qualifier=clearinghouse.sender_qualifier,
        receiver_qualifier=clearinghouse.receiver_qualifier,
        claims_per_set=CLAIMS_PER_SET,
    )


def _written(
    database: Database, clearinghouse: Clearinghouse, envelope: _Envelope, claim_ids: list[int]
) -> tuple[bytes, list[int], dict[int, str]]:
    """The file, the claims in it, and the reasons of those that cannot be put on the wire."""
    unwritable: dict[int, str] = {}
    try:
        return _bytes(database, clearinghouse, envelope, claim_ids), claim_ids, unwritable
    except ValueError:
        # One is enough to refuse the file: each is tried alone, and the others go.
        for claim_id, claim in zip(
            claim_ids, professional_claims(database, claim_ids), strict=True
        ):
            reason = _why_not(clearinghouse, envelope, claim)
            if reason:
                unwritable[claim_id] = reason
    rest = [claim_id for claim_id in claim_ids if claim_id not in unwritable]
    content = _bytes(database, clearinghouse, envelope, rest) if rest else b""
    return content, rest, unwritable


def _bytes(
    database: Database, clearinghouse: Clearinghouse, envelope: _Envelope, claim_ids: list[int]
) -> bytes:
    claims = professional_claims(database, claim_ids)
    return b"".join(write(_batch(clearinghouse, envelope, claims)))


def _why_not(clearinghouse: Clearinghouse, envelope: _Envelope, claim: ProfessionalClaim) -> str:
    """Why a claim cannot be put on the wire; empty when it can.

    Raises Refused when not the claim is at fault but what the file says of the clearinghouse.
    """
    try:
        for _ in write(_batch(clearinghouse, envelope, [claim])):
            pass
    except ValueError as error:
        about = f"Claim {claim.patient_control_number!r}: "
        if not str(error).startswith(about):
            raise Refused(
                f"No file can be written for {clearinghouse.name}: {error}"
                " Correct the clearinghouse's settings; the claims stay Ready to Submit."
            ) from None
        return str(error).removeprefix(about)
    return ""


def _back_to_draft(work: Work, unwritable: dict[int, str]) -> None:
    if not unwritable:
        return
    for chunk in chunked(unwritable):
        Claim.update(
            status=DRAFT, error_count=Claim.error_count + 1, version=Claim.version + 1
        ).where(Claim.id.in_(chunk)).execute()
    work.insert(
        ClaimValidation,
        ("claim", "rule", "severity", "field", "reason"),
        [
            (claim_id, UNWRITABLE, "error", "claim", reason)
            for claim_id, reason in unwritable.items()
        ],
    )
    for claim_id in unwritable:
        work.record("claim status", "claim", claim_id, status=[READY, DRAFT], rule=UNWRITABLE)


def _control_number(work: Work, counter: str) -> int:
    number = work.next_number(counter)
    if number > MOST_CONTROL_NUMBER:
        raise Refused(f"The control numbers of {counter} are used up at {MOST_CONTROL_NUMBER}.")
    return number


def _in_file_order(database: Database, claim_ids: Sequence[int]) -> list[int]:
    """Claims of one business unit, payer and policy together, so that they share their loops."""
    keys = _values(
        database, claim_ids, Claim.business_unit, Claim.payer, Claim.coverage, Claim.client
    )
    return [
        row[0] for row in sorted(keys, key=lambda row: (*(key or 0 for key in row[1:]), row[0]))
    ]


def _values(database: Database, claim_ids: Iterable[int], *columns: Any) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for chunk in chunked(claim_ids):
        query: Any = Claim.select(Claim.id, *columns).where(Claim.id.in_(chunk)).tuples()
        rows.extend(query.bind(database))
    return rows


def _local(now: datetime.datetime) -> datetime.datetime:
    """The moment on the practice's clock, which the envelope carries without a zone."""
    zone = Practice.select(Practice.time_zone).scalar()
    return now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _file_name(interchange: int, now: datetime.datetime) -> str:
    # The moment keeps names apart when a restored store counts the same numbers again.
    return f"837P_{interchange:09d}_{now:%Y%m%dT%H%M%S%fZ}.837"
