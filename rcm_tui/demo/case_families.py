"""Cases of the demo that are more than a denial: an incident over several, and a decision."""

import datetime

from rcm_tui.billing.cases.steps import settle_steps
from rcm_tui.billing.editing.adding import add
from rcm_tui.billing.editing.saving import save_many
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.work import Work

MOST_BELOW = 4
BEGAN, ASKED = datetime.timedelta(days=5), datetime.timedelta(days=12)
"""How long ago: a step of each is overdue by now."""


def make_families(store: Store, actor: Actor, owner: str, now: datetime.datetime) -> None:
    """Puts open cases of one payer and reason under an incident, and asks for a decision."""
    for payer, name, subject in _alike(store):
        with store.work(actor, now - BEGAN) as work:
            incident = _open(
                work,
                "Incident",
                subject=f"{subject}: several at {name}"[:80],
                payer=payer,
                owner=owner,
                priority="high",
                description="The same denial came back for several clients within two weeks.",
            )
            cases = read_rows(
                work.database,
                "SELECT id FROM case_file WHERE payer_id = ? AND subject = ? AND closed_at IS NULL"
                " AND parent_id IS NULL AND id <> ? ORDER BY id LIMIT ?",
                payer,
                subject,
                incident,
                MOST_BELOW,
            )
            save_many(work, "case_file", [row[0] for row in cases], {"parent": incident})
            _do_first(work, incident, "All claims of that payer are held")
    with store.work(actor, now - ASKED) as work:
        decision = _open(
            work,
            "Process to decision",
            subject="Write off what is below 5.00 after a year?",
            owner=owner,
            description="Small balances cost more to ask for than they bring.",
        )
        _do_first(work, decision, "")


def _open(work: Work, kind: str, **fields: object) -> int:
    ((key,),) = read_rows(work.database, "SELECT id FROM case_kind WHERE name = ?", kind)
    follow_up = work.today + datetime.timedelta(days=7)
    return add(work, "case_file", {"kind": key, "follow_up": follow_up, **fields}).id


def _do_first(work: Work, case: int, note: str) -> None:
    rows = read_rows(
        work.database,
        "SELECT id FROM case_step WHERE case_id = ? ORDER BY position LIMIT 1",
        case,
    )
    settle_steps(work, [row[0] for row in rows], "done", note)


def _alike(store: Store) -> list[tuple[int, str, str]]:
    """The payer and the reason with the most open cases, where there are several."""
    rows = read_rows(
        store.database,
        "SELECT f.payer_id, p.name, f.subject FROM case_file f JOIN payer p ON p.id = f.payer_id"
        " WHERE f.closed_at IS NULL AND f.parent_id IS NULL GROUP BY f.payer_id, p.name, f.subject"
        " HAVING count(*) > 1 ORDER BY count(*) DESC, f.payer_id, f.subject LIMIT 1",
    )
    return [(payer, name, subject) for payer, name, subject in rows]
