"""What tests of receiving share: a moment, a person, and files that the tests make."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.exchange.incoming import ReceivedFile, receive_file
from rcm_tui.exchange.outgoing import professional_claims
from rcm_tui.x12.claim import ProfessionalClaim
from rcm_tui.x12.claim_writer import write
from tests.x12.made import batch

NOW = datetime.datetime(2024, 3, 18, 15, 0, tzinfo=datetime.UTC)
BILLER = Actor("maria", "Maria Sole", "biller")


def receive(
    store: Store, content: bytes | Path, name: str = "file.x12", **options: Any
) -> ReceivedFile:
    return receive_file(store, BILLER, "import", name, content, now=NOW, **options)


def claim_file(claims: Sequence[ProfessionalClaim], **changes: object) -> bytes:
    """An 837P of some claims."""
    return b"".join(write(batch(claims, **changes)))


def reasons(received: ReceivedFile) -> str:
    return "\n".join(finding["reason"] for finding in received.findings)


def rewritten(store: Store) -> list[ProfessionalClaim]:
    """Every claim of the store as it would be written, in the order in which they were made."""
    keys = [row.id for row in Claim.select(Claim.id).order_by(Claim.id)]
    return list(professional_claims(store.database, keys))
