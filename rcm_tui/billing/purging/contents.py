"""What each policy lets go: which contents are old enough, which a hold keeps, how they go.

Never among them: journals and entries, audit records, control numbers, checksums, and every row
that names what was there. A file that waits for something (an answer, a review) is not old.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peewee import Database, SqliteDatabase

from rcm_tui.data.before_images import forget
from rcm_tui.data.tables.exchange import ClaimsTransaction, IncomingFile
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.data.tables.personal import UnsavedDraft
from rcm_tui.data.tables.purging import (
    ANSWER_FILES,
    ATTACHMENTS,
    DRAFTS,
    RUNS,
    SENT_FILES,
    UNDO,
)
from rcm_tui.data.tables.timeline import StoredFile

IN_FORCE = "(h.ends_on IS NULL OR h.ends_on >= '{today}')"
HELD_CLAIM = f"""(EXISTS (SELECT 1 FROM legal_hold AS h WHERE {IN_FORCE}
 AND (h.client_id = k.client_id OR h.payer_id = k.payer_id))
 OR EXISTS (SELECT 1 FROM legal_hold AS h JOIN case_claim AS cc ON cc.case_id = h.case_id
 WHERE {IN_FORCE} AND cc.chain = COALESCE(k.chain, k.id)))"""
HELD_CASE = f"""EXISTS (SELECT 1 FROM legal_hold AS h WHERE {IN_FORCE}
 AND (h.case_id = c.id OR h.client_id = c.client_id OR h.payer_id = c.payer_id
  OR EXISTS (SELECT 1 FROM case_claim AS cc JOIN claim AS k
   ON COALESCE(k.chain, k.id) = cc.chain WHERE cc.case_id = c.id
   AND (h.client_id = k.client_id OR h.payer_id = k.payer_id))))"""
"""SQL over the holds in force: what is about a claim `k`, or a case `c`, is kept."""


@dataclass(frozen=True, slots=True)
class Content:
    """One kind of content. `old` selects key, bytes and moment of what is older than `?`.

    `held` is the SQL of what a hold keeps of these, over the table `f`; `let_go` lets the contents
    of some keys go, and marks them with the run.
    """

    title: str
    event: str
    old: str
    bytes: str
    moment: str
    let_go: Callable[[Database, Sequence[int], int], None]
    held: str = "1 = 0"

    def condition(self, today: str, held: bool) -> str:
        """The WHERE of what is old enough, and is held or is not."""
        test = self.held.replace("{today}", today)
        return f"{self.old} AND {'' if held else 'NOT '}({test})"


def _empty_answers(database: Database, keys: Sequence[int], run: int) -> None:
    IncomingFile.update(content=b"", purged=run).where(IncomingFile.id.in_(keys)).execute()


def _empty_sent(database: Database, keys: Sequence[int], run: int) -> None:
    ClaimsTransaction.update(content=b"", purged=run).where(
        ClaimsTransaction.id.in_(keys)
    ).execute()


def _mark_files(database: Database, keys: Sequence[int], run: int) -> None:
    # The files themselves go after the commit: see `remove_purged`.
    StoredFile.update(purged=run).where(StoredFile.id.in_(keys)).execute()


def _forget_actions(database: Database, keys: Sequence[int], run: int) -> None:
    forget(database, keys)


def _delete_drafts(database: Database, keys: Sequence[int], run: int) -> None:
    UnsavedDraft.delete().where(UnsavedDraft.id.in_(keys)).execute()


def _delete_runs(database: Database, keys: Sequence[int], run: int) -> None:
    JobRun.delete().where(JobRun.id.in_(keys)).execute()


CONTENTS: dict[str, Content] = {
    ANSWER_FILES: Content(
        "answer files",
        "after they came in",
        "incoming_file AS f WHERE f.received_at < ? AND f.purged_id IS NULL"
        " AND f.outcome IN ('posted', 'imported', 'refused') AND NOT EXISTS (SELECT 1 FROM"
        " payment AS p WHERE p.incoming_file_id = f.id AND p.state NOT IN ('posted', 'dismissed'))",
        "LENGTH(f.content)",
        "f.received_at",
        _empty_answers,
        "EXISTS (SELECT 1 FROM claim_response AS r JOIN claim AS k ON k.id = r.claim_id"
        f" WHERE r.incoming_file_id = f.id AND {HELD_CLAIM})"
        " OR EXISTS (SELECT 1 FROM payment AS p JOIN remittance AS m ON m.payment_id = p.id"
        f" JOIN claim AS k ON k.id = m.claim_id WHERE p.incoming_file_id = f.id AND {HELD_CLAIM})"
        " OR EXISTS (SELECT 1 FROM payment AS p JOIN legal_hold AS h ON h.payer_id = p.payer_id"
        f" WHERE p.incoming_file_id = f.id AND {IN_FORCE})",
    ),
    SENT_FILES: Content(
        "sent files",
        "after they were sent",
        "claims_transaction AS f WHERE f.sent_at < ? AND f.purged_id IS NULL"
        " AND f.state IN ('sent', 'refused') AND f.acknowledgement <> 'pending'",
        "LENGTH(f.content)",
        "f.sent_at",
        _empty_sent,
        "EXISTS (SELECT 1 FROM transmitted_claim AS t JOIN claim AS k ON k.id = t.claim_id"
        f" WHERE t.claims_transaction_id = f.id AND {HELD_CLAIM})",
    ),
    ATTACHMENTS: Content(
        "files of cases",
        "after the last case with them was closed",
        "stored_file AS f WHERE f.purged_id IS NULL AND f.stored_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM timeline_entry AS e JOIN case_file AS c ON c.id = e.case_id"
        " WHERE e.file_id = f.id AND (c.closed_at IS NULL OR c.closed_at >= ?))",
        "f.size",
        "f.stored_at",
        _mark_files,
        "EXISTS (SELECT 1 FROM timeline_entry AS e JOIN case_file AS c ON c.id = e.case_id"
        f" WHERE e.file_id = f.id AND {HELD_CASE})",
    ),
    UNDO: Content(
        "actions that could be undone",
        "after they were done",
        "undoable_action AS f WHERE f.done_at < ?",
        "(SELECT COALESCE(SUM(LENGTH(u.content)), 0) FROM undo_part AS u WHERE u.action_id = f.id)",
        "f.done_at",
        _forget_actions,
    ),
    DRAFTS: Content(
        "drafts of forms",
        "after they were typed",
        "unsaved_draft AS f WHERE f.at < ?",
        "LENGTH(f.typed)",
        "f.at",
        _delete_drafts,
    ),
    RUNS: Content(
        "runs of jobs",
        "after they began",
        "job_run AS f WHERE f.started_at < ? AND f.outcome <> 'running' AND f.id <"
        " (SELECT MAX(n.id) FROM job_run AS n WHERE n.job_id = f.job_id)",
        "LENGTH(f.message)",
        "f.started_at",
        _delete_runs,
    ),
}
"""By the policy that they go by."""


def scrub(database: Database) -> None:
    """Has SQLite overwrite what is let go, where it would only give the pages back."""
    if isinstance(database, SqliteDatabase):
        database.execute_sql("PRAGMA secure_delete = ON")
