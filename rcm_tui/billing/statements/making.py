"""Making statements: one a client, kept as it was, so that it can be printed again."""

from collections.abc import Iterable

from rcm_tui.billing.outcome import Left, Outcome, Progress, counted, go_on
from rcm_tui.billing.rights import STATEMENTS, needs
from rcm_tui.billing.statements.content import contents_of, kept_back
from rcm_tui.billing.units import CLIENT
from rcm_tui.data.bulk import chunked, read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.patient_side import Statement
from rcm_tui.data.work import Work

A_STEP = 100
COLUMNS = (
    "id number client statement_on made_by made_at due current over_30 over_60 over_90 over_120"
    " last_journal content"
).split()


@needs(STATEMENTS, client_ids=CLIENT)
def make_statements(
    work: Work, client_ids: Iterable[int], progress: Progress | None = None
) -> Outcome:
    """Makes statements (`made`) of clients who owe something; `amount` is what is due.

    Clients who owe nothing are left. The ledger is not touched.
    """
    outcome = Outcome()
    keys = sorted(set(client_ids))
    ((last,),) = read_rows(work.database, "SELECT COALESCE(MAX(id), 0) FROM journal")
    for step, chunk in enumerate(chunked(keys, A_STEP)):
        if not go_on(work, progress, step * A_STEP, len(keys)):
            outcome.stop((key, str(key)) for key in keys[step * A_STEP :])
            break
        contents = contents_of(work.database, chunk, work.today, last)
        owing = {key: one for key, one in contents.items() if one.due > 0}
        for key, content in contents.items():
            if key not in owing:
                outcome.left.append(Left(key, content.account, _why(work, key)))
        ids = work.next_ids(Statement, len(owing))
        first = work.next_number("statement", len(owing)) if owing else 0
        rows = []
        for place, (key, content) in enumerate(owing.items()):
            content.number = f"S-{first + place:06d}"
            rows.append(
                (
                    ids[place],
                    content.number,
                    key,
                    work.today,
                    work.actor.login,
                    work.now,
                    content.due,
                    *content.ageing,
                    last,
                    content.as_json(),
                )
            )
            work.record("statement made", "client", key, number=content.number, due=content.due)
            outcome.amount += content.due
        work.insert(Statement, COLUMNS, rows)
        outcome.done += owing
        outcome.made += ids
    return outcome


def _why(work: Work, client: int) -> str:
    """Why no statement is made of a client, in words."""
    kept = [cents for cents in kept_back(work.database, [client]).values() if cents > 0]
    if not kept:
        return "nothing is due"
    claims = counted(len(kept), "claim")
    return (
        f"{dollars(sum(kept)):,} of {claims} is not asked for: a further payer is asked first, or"
        " it may not be billed to patients"
    )
