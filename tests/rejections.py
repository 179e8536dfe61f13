"""Claims that a payer refused on arrival, as a 277CA leaves them."""

from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import ClaimResponse, IncomingFile
from tests.practice_builder import NOW, SmallPractice


def rejected_claim(practice: SmallPractice, name: str, **columns: object) -> Claim:
    """A claim of a new client that is rejected for its member id (status 164)."""
    claim = practice.add_claim(
        client=practice.add_client(name),
        status="Submitted",
        acknowledgement="rejected",
        submitted_at=NOW,
        **columns,  # type: ignore[arg-type]
    )
    file = IncomingFile.create(
        source="t",
        name=name,
        sha256=name.ljust(64, "0"),
        size=1,
        content=b"",
        kind="277CA",
        outcome="posted",
        received_at=NOW,
    )
    ClaimResponse.create(
        claim=claim,
        incoming_file=file,
        kind="277CA",
        accepted=False,
        source="payer",
        category="A7",
        status="164",
        entity="IL",
        text="member number",
        received_at=NOW,
    )
    return claim
