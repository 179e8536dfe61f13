"""Appeals as the steps that follow a draft need them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from rcm_tui.billing.cases.timeline.writing import add_event
from rcm_tui.billing.editing.saving import save_many
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.cases import ACTIVE_STAGES
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class StoredAppeal:
    """An appeal, what it is about, and the case in which it stands. Amounts are cents."""

    id: int
    number: str
    claim: int
    claim_number: str
    case: int | None
    case_stage: str
    state: str
    level: int
    level_name: str
    amount: int
    deadline: datetime.date | None
    late_reason: str
    letter: str
    sent_on: datetime.date | None
    payer: int | None
    filing_indicator: str
    payer_days: int


def read_appeals(work: Work, appeal_ids: Iterable[int]) -> list[StoredAppeal]:
    """Appeals by key, in the order of their keys."""
    found = []
    for row in read_by_keys(work.database, APPEALS, sorted(set(appeal_ids))):
        values = list(row)
        for place in (DEADLINE, SENT_ON):
            values[place] = datetime.date.fromisoformat(values[place]) if values[place] else None
        found.append(StoredAppeal(*values))
    return found


DEADLINE, SENT_ON = 10, 13
APPEALS = (
    "SELECT a.id, a.number, a.claim_id, c.number, a.case_id, COALESCE(f.stage, ''), a.state,"
    " a.level, a.level_name, a.amount, a.deadline, a.late_reason, a.letter, a.sent_on, a.payer_id,"
    " COALESCE(NULLIF(v.filing_indicator, ''), p.filing_indicator, ''),"
    " COALESCE(p.answer_days, 30) FROM appeal AS a JOIN claim AS c ON c.id = a.claim_id"
    " LEFT JOIN case_file AS f ON f.id = a.case_id LEFT JOIN payer AS p ON p.id = a.payer_id"
    " LEFT JOIN coverage AS v ON v.id = c.coverage_id WHERE a.id IN ({keys}) ORDER BY a.id"
)


def tell_case(
    work: Work, appeal: StoredAppeal, text: str, follow_up: datetime.date | None = None
) -> None:
    """Writes what happened on the timeline of its case; an open one is followed up on that day."""
    if appeal.case is None:
        return
    add_event(work, [appeal.case], text)
    if follow_up is not None and appeal.case_stage in ACTIVE_STAGES:
        save_many(work, "case_file", [appeal.case], {"follow_up": follow_up})
