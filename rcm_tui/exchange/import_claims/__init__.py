"""Claims from outside (837P) become claims of the practice, with all that they stand on."""

import datetime
import json
from collections.abc import Sequence

from rcm_tui.billing.claims.submission import mark_sent_elsewhere
from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.underpayments import expect_by_contract
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.work import Work
from rcm_tui.exchange.claim_rows import professional_claims
from rcm_tui.exchange.differences import differences
from rcm_tui.exchange.findings import Findings
from rcm_tui.exchange.import_claims.claims import (
    Figured,
    figured,
    insert_claims,
    named,
    with_line_numbers,
)
from rcm_tui.exchange.import_claims.clients import Clients, Covered
from rcm_tui.exchange.import_claims.parties import Parties
from rcm_tui.x12.claim import ClaimSetHeader, ProfessionalClaim

CHUNK = 500
# What the reader says of a claim that is not whole (x12/claim_reader.py).
NOT_WHOLE = ("The file ends inside this claim", "This claim has more segments")


class ClaimImport:
    """Takes the claims of one file as they are read and stores them in chunks.

    Claims count as sent by another system, which posts their charges, unless `as_draft`. One
    that could not be read in full becomes a draft in any case; one that the file breaks off in
    is left out. Both get a finding. `claims` and `billed` (cents) count what was stored.
    """

    def __init__(self, work: Work, findings: Findings, *, as_draft: bool = False) -> None:
        self._work = work
        self._findings = findings
        self._as_draft = as_draft
        self._parties = Parties(work)
        self._clients = Clients(work)
        self._waiting: list[tuple[ProfessionalClaim, datetime.datetime]] = []
        self._sent_at = work.now
        self.claims = 0
        self.billed = 0

    def open(self, header: ClaimSetHeader) -> None:
        """A set of claims begins; those that follow were sent when its header says."""
        if header.created is not None:
            created = header.created.replace(tzinfo=datetime.UTC)
            self._sent_at = min(created, self._work.now)
        else:
            self._sent_at = self._work.now

    def add(self, claim: ProfessionalClaim) -> None:
        """Takes one claim; every `CHUNK` claims they are stored."""
        if any(finding.reason.startswith(NOT_WHOLE) for finding in claim.findings):
            self._findings.say("error", f"{named(claim)} is not whole and was left out.")
            return
        self._waiting.append((claim, self._sent_at))
        if len(self._waiting) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Stores what waits."""
        waiting, self._waiting = self._waiting, []
        chunk: list[Figured] = []
        sent_at: list[datetime.datetime] = []
        for claim, moment in waiting:
            one = self._figured(claim)
            if one is not None:
                chunk.append(one)
                sent_at.append(moment)
        if not chunk:
            return
        self._clients.resolve([one.covered for one in chunk])
        keys = insert_claims(self._work, self._parties, chunk, self._findings)
        self._keep_differences(keys, chunk)
        expect_by_contract(self._work, keys)
        drafts: list[int] = []
        sent: dict[datetime.datetime, list[int]] = {}
        for key, one, moment in zip(keys, chunk, sent_at, strict=True):
            if self._as_draft or one.doubtful:
                drafts.append(key)
            else:
                sent.setdefault(moment, []).append(key)
        for moment, members in sent.items():
            mark_sent_elsewhere(self._work, members, moment)
        if drafts:
            validate_claims(self._work, drafts)
        self.claims += len(keys)
        self.billed += sum(one.billed for one in chunk)

    def made(self) -> dict[str, int]:
        """How many rows of each kind were made beside the claims."""
        made = {**self._parties.made}
        for name, count in (
            ("client", self._clients.made),
            ("coverage", self._clients.coverages_made),
        ):
            if count:
                made[name] = count
        return made

    def _figured(self, claim: ProfessionalClaim) -> Figured | None:
        payer = self._parties.payer(claim.payer, claim.subscriber.filing_indicator)
        if payer is None:
            self._findings.say("error", f"{named(claim)} names no payer (2010BB NM1*PR).")
        unit = self._parties.business_unit(claim.billing_provider)
        return figured(Covered(claim, payer, unit), self._work.today, self._findings)

    def _keep_differences(self, keys: Sequence[int], chunk: Sequence[Figured]) -> None:
        """Where the rows would not be rewritten as the file said it, the claim keeps its word."""
        rows = []
        built = professional_claims(self._work.database, keys)
        for key, one, rewritten in zip(keys, chunk, built, strict=True):
            tree = differences(rewritten, with_line_numbers(one.claim, rewritten))
            if tree:
                kept = {**json.loads(one.wire), "as_sent": tree}
                rows.append((json.dumps(kept, separators=(",", ":"), ensure_ascii=False), key))
        if rows:
            self._work.update(Claim, ("wire",), rows)
