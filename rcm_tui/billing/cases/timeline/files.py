"""Files on the timelines of cases: attached, taken out, and proven to be what was attached."""

from collections.abc import Iterable

from peewee import Database

from rcm_tui.billing.cases.timeline.writing import LONGEST_LINE, add_entries, lines_of
from rcm_tui.billing.check import CheckResult
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.billing.rights import EXPORT, WORK_CASES, needs
from rcm_tui.billing.units import CASE
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.kept_files import FileDamaged, KeptFiles
from rcm_tui.data.plain import plain_name
from rcm_tui.data.tables.timeline import FILE, StoredFile
from rcm_tui.data.work import Work


@needs(WORK_CASES, case_ids=CASE)
def attach(
    work: Work,
    case_ids: Iterable[int],
    files: KeptFiles,
    name: str,
    content: bytes,
    *,
    most: int,
    text: str = "",
) -> Outcome:
    """Attaches a file to cases, open or closed: `made` are the entries.

    The content is kept before the entry is committed, and once however often it is attached.
    Raises Refused for an empty file and for one of more than `most` bytes; FileRefused when it
    cannot be kept.
    """
    if not content:
        raise Refused(f"{plain_name(name)} is empty")
    if len(content) > most:
        raise Refused(
            f"{plain_name(name)} has {len(content):,} bytes: {most:,} are the most"
            " (attachment_mb in the settings)"
        )
    digest = files.keep(content)
    StoredFile.insert(
        sha256=digest, size=len(content), stored_at=work.now
    ).on_conflict_ignore().execute()
    stored = StoredFile.get(StoredFile.sha256 == digest)
    # What was let go is here again.
    StoredFile.update(purged=None, stored_at=work.now).where(
        StoredFile.id == stored.id, StoredFile.purged.is_null(False)
    ).execute()
    return add_entries(
        work,
        case_ids,
        FILE,
        "Attach a file to",
        subject=plain_name(name)[:LONGEST_LINE],
        text=lines_of(text),
        file=stored.id,
    )


@needs(EXPORT)
def taken_out(work: Work, entry_id: int, target_name: str) -> None:
    """Records that a file was taken out of the program."""
    work.record("exported", "timeline_entry", entry_id, file=plain_name(target_name))


def why_gone(database: Database, digest: str) -> str:
    """Why the content of a file is not there any more: when it went, by which policy; else ""."""
    rows = read_rows(
        database,
        "SELECT r.at, p.kept, r.months FROM stored_file AS s JOIN purge_run AS r"
        " ON r.id = s.purged_id JOIN purge_policy AS p ON p.id = r.policy_id WHERE s.sha256 = ?",
        digest,
    )
    if not rows:
        return ""
    at, kept, months = rows[0]
    return f"purged on {at[:10]} by the policy of {kept}, after {months} months"


def check_files(database: Database, files: KeptFiles | None) -> CheckResult:
    """Whether every file that is attached is still there, and is what was attached."""
    result = CheckResult("files of cases")
    rows = read_rows(
        database, "SELECT sha256, size FROM stored_file WHERE purged_id IS NULL ORDER BY id"
    )
    result.figures["files"] = len(rows)
    for digest, size in rows:
        if files is None:
            result.fail("files are attached, and no folder is set for them (files_folder)")
            break
        try:
            content = files.read(digest)
        except FileDamaged as error:
            result.fail(str(error))
        else:
            if len(content) != size:
                result.fail(f"the file {files.path(digest).name} has another size")
    return result
