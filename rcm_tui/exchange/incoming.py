"""Files that come in: recognised, kept whole, and used, each in one unit of work.

The raw bytes and what was read of them are committed together, so that a file is either in the
store with its outcome or was never here. The same bytes come in only once.
"""

import datetime
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rcm_tui.billing.outcome import Progress
from rcm_tui.billing.rights import IMPORT, doing, refuse_at
from rcm_tui.data.actor import Actor
from rcm_tui.data.plain import plain, plain_name
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.work import Work
from rcm_tui.exchange.contents import Contents
from rcm_tui.exchange.findings import Findings, to_json
from rcm_tui.exchange.kept import Inflated, Kept, keep
from rcm_tui.x12.findings import Finding


@dataclass(slots=True)
class ReceivedFile:
    """What became of a file. `paid` is cents; `findings` are objects as the store keeps them.

    `outcome` is posted (a remittance, acknowledgements), imported (claims), held (a remittance
    that does not balance), to review (one that a person is to look at), duplicate (nothing was
    changed) or refused (kept, but of no use, with the reason). `type` is 837P, 835, 277CA, 999,
    TA1, another transaction, or unknown.
    """

    file: str
    type: str
    outcome: str
    claims: int = 0
    paid: int = 0
    findings: list[dict[str, Any]] = field(default_factory=list)
    incoming_file_id: int | None = None


def receive_file(
    store: Store,
    actor: Actor,
    source: str,
    name: str,
    content: bytes | Path,
    *,
    as_draft: bool = False,
    review: bool = False,
    now: datetime.datetime | None = None,
    progress: Progress | None = None,
) -> ReceivedFile:
    """Takes in one file: its content, or the path of where it lies (large files are streamed).

    `source` is a clearinghouse's name or "import". Claims of an 837P count as sent elsewhere
    unless `as_draft`; remittances post by themselves unless `review`. `progress` is called with
    bytes read and bytes in all. Raises OSError when the file cannot be read, Cancelled when
    `progress` does; then nothing was stored.
    """
    refuse_at(store, actor, IMPORT, now)
    kept = keep(content)
    with store.work(actor, now) as work, doing(work, IMPORT):
        known = IncomingFile.get_or_none(IncomingFile.sha256 == kept.sha256)
        if known is not None:
            return _duplicate(name, known)
        file = IncomingFile.create(
            source=plain(source, 80),
            name=plain_name(name),
            sha256=kept.sha256,
            size=kept.size,
            content=kept.compressed,
            received_at=work.now,
        )
        contents = Contents(work, int(file.id), Findings(), as_draft=as_draft, review=review)
        return _read(work, file, name, kept, contents, progress)


def _read(
    work: Work,
    file: IncomingFile,
    name: str,
    kept: Kept,
    contents: Contents,
    progress: Progress | None,
) -> ReceivedFile:
    if kept.size:
        contents.read(Inflated(kept, progress))
    else:
        contents.findings.say("error", "The file is empty.")
    file.kind = contents.type
    file.outcome = contents.outcome
    file.claims = contents.claims
    file.paid = contents.paid
    findings = contents.findings.all()
    file.findings = to_json(findings)
    file.save()
    work.record(
        "file received",
        file,
        type=file.kind,
        outcome=contents.outcome,
        claims=contents.claims,
        paid=contents.paid,
        sha256=kept.sha256,
        **contents.made,
    )
    return ReceivedFile(
        name,
        contents.type,
        "duplicate" if contents.only_duplicates else contents.outcome,
        contents.claims,
        contents.paid,
        [asdict(finding) for finding in findings],
        int(file.id),
    )


def _duplicate(name: str, known: IncomingFile) -> ReceivedFile:
    came = known.received_at.date().isoformat()
    said = Finding("warning", 0, "", f"The same file came in on {came} as {known.name}.")
    return ReceivedFile(
        name, known.kind, "duplicate", findings=[asdict(said)], incoming_file_id=int(known.id)
    )
