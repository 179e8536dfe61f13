"""Writing statements into the folder of exports: one file for a run, or one a client.

File names hold numbers of statements and days, never a name. What was taken out is on record.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import EXPORT, refuse_at
from rcm_tui.billing.statements.content import StatementContent
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.store import Store
from rcm_tui.data.target import written_beside
from rcm_tui.exchange.export_names import free_target
from rcm_tui.exchange.statements.text import statements_text

FORMATS = ("pdf", "txt")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and how many statements are in them."""

    files: list[Path]
    statements: int


def write_statements(
    store: Store,
    actor: Actor,
    statement_ids: Iterable[int],
    folder: Path,
    format: str,
    *,
    each_alone: bool = False,
    now: datetime.datetime | None = None,
    progress: Progress | None = None,
) -> Written:
    """Writes statements as `format` ("pdf", "txt"), together or each alone, and records it. Blocks.

    Raises Refused for another format and where there are none, TargetRefused for a folder that
    cannot be written.
    """
    if format not in FORMATS:
        raise Refused(f"{format!r} is no format of statements: pdf or txt")
    contents = [
        StatementContent.from_json(row[0])
        for row in read_by_keys(
            store.database,
            "SELECT content FROM statement WHERE id IN ({keys}) ORDER BY id",
            sorted(set(statement_ids)),
        )
    ]
    if not contents:
        raise Refused("there is no statement to write")
    refuse_at(store, actor, EXPORT, now)
    groups = [[one] for one in contents] if each_alone else [contents]
    files: list[Path] = []
    for done, group in enumerate(groups):
        if progress is not None:
            progress(done, len(groups))
        target = free_target(folder, _stem(group, each_alone), format)
        with written_beside(target) as file:
            if format == "pdf":
                from rcm_tui.exchange.statements.pdf import write_statements_pdf

                write_statements_pdf(group, file)
            else:
                file.write(statements_text(group).encode())
        files.append(target)
    with store.work(actor, now) as work:
        work.record(
            "exported",
            "statement",
            None,
            format=format,
            rows=len(contents),
            files=len(files),
            first=contents[0].number,
            last=contents[-1].number,
        )
    return Written(files, len(contents))


def _stem(group: Sequence[StatementContent], each_alone: bool) -> str:
    if each_alone:
        return f"statement-{group[0].number}"
    days = {content.day for content in group}
    return f"statements-{max(days)}"
