"""The documents of an appeal as files of its case: linked, taken off, and listed.

A file may lie in any case of the claim's chain, so that what was gathered before is at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import APPEAL, needs
from rcm_tui.billing.units import APPEAL_OF
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.appeals import DRAFT, PROOFS, Appeal, AppealProof
from rcm_tui.data.tables.cases import ACTIVE_STAGES
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class CaseFileEntry:
    """A file on the timeline of a case: its entry, its name and its size in bytes."""

    entry: int
    name: str
    size: int
    case_number: str


def files_of_chain(database: Database, chain: int) -> list[CaseFileEntry]:
    """The files of all cases in which a claim stands or stood, the newest first. Blocks."""
    return [CaseFileEntry(*row) for row in read_rows(database, FILES, chain)]


FILES = (
    "SELECT t.id, t.subject, s.size, f.number FROM timeline_entry AS t"
    " JOIN stored_file AS s ON s.id = t.file_id JOIN case_file AS f ON f.id = t.case_id"
    " WHERE t.case_id IN (SELECT case_id FROM case_claim WHERE chain = ?) ORDER BY t.id DESC"
)


def case_to_attach_to(database: Database, chain: int) -> int | None:
    """The case that takes a new file of a claim: its active one, else its newest. Blocks."""
    stages = ", ".join(f"'{stage}'" for stage in ACTIVE_STAGES)
    rows = read_rows(
        database,
        "SELECT f.id FROM case_claim AS k JOIN case_file AS f ON f.id = k.case_id"
        f" WHERE k.chain = ? ORDER BY f.stage NOT IN ({stages}), f.id DESC LIMIT 1",
        chain,
    )
    return int(rows[0][0]) if rows else None


@needs(APPEAL, appeal_id=APPEAL_OF)
def link_document(work: Work, appeal_id: int, kind: str, entry_id: int) -> None:
    """Says which file a document of a draft is; it is enclosed from then on.

    A kind that nobody asked for is added. Raises Refused for an appeal that was sent, a kind that
    there is none, and an entry that is no file of a case of the claim.
    """
    number, chain = draft_of(work.database, appeal_id)
    name = names_of_files(work.database, chain, {kind: entry_id})[kind]
    rows = _proof(work.database, appeal_id, kind)
    with work.undoable(f"Link {name} to {number}", Appeal):
        if rows:
            work.set_all(AppealProof, {"file": entry_id, "enclosed": True}, [rows[0][0]])
        else:
            columns = ("appeal", "kind", "required", "enclosed", "file")
            work.insert(AppealProof, columns, [(appeal_id, kind, False, True, entry_id)])
    work.record("document linked", "appeal", appeal_id, number=number, document=kind, file=name)


@needs(APPEAL, appeal_id=APPEAL_OF)
def unlink_document(work: Work, appeal_id: int, kind: str) -> None:
    """Takes the file off a document of a draft, which is not enclosed any more.

    Raises Refused for an appeal that was sent, and for a document without a file.
    """
    number, _ = draft_of(work.database, appeal_id)
    rows = _proof(work.database, appeal_id, kind)
    if not rows or rows[0][1] is None:
        raise Refused(f"{plain(kind, 60)} of {number} has no file")
    with work.undoable(f"Take a file off {number}", Appeal):
        work.set_all(AppealProof, {"file": None, "enclosed": False}, [rows[0][0]])
    work.record("document unlinked", "appeal", appeal_id, number=number, document=kind)


def names_of_files(database: Database, chain: int, files: Mapping[str, int]) -> dict[str, str]:
    """Kind of document → the name of its file, of entries by kind.

    Raises Refused for a kind that there is none, and an entry that is no file of a case of the
    chain. Blocks.
    """
    known = {one.entry: one.name for one in files_of_chain(database, chain)} if files else {}
    for kind, entry in files.items():
        if kind not in PROOFS:
            raise Refused(f"{plain(kind, 60)!r} is no document: {', '.join(PROOFS)}")
        if entry not in known:
            raise Refused(f"{kind}: that is no file of a case in which the claim stands")
    return {kind: known[entry] for kind, entry in files.items()}


def draft_of(database: Database, appeal_id: int) -> tuple[str, int]:
    """Number and chain of a draft. Raises Refused for an appeal that was sent. Blocks."""
    sql = "SELECT number, chain, state FROM appeal WHERE id = ?"
    rows = read_rows(database, sql, appeal_id)
    if not rows:
        raise Refused(f"there is no appeal {appeal_id}")
    ((number, chain, state),) = rows
    if state != DRAFT:
        raise Refused(f"appeal {number} is {state}: what was sent is kept as it was sent")
    return str(number), int(chain)


def _proof(database: Database, appeal_id: int, kind: str) -> list[tuple[int, int | None]]:
    sql = "SELECT id, file_id FROM appeal_proof WHERE appeal_id = ? AND kind = ?"
    return list(read_rows(database, sql, appeal_id, kind))
