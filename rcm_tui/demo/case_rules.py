"""Rules of cases of the demo practice: two in force for its last answers, two only tried."""

import datetime

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.rules.due import anything_due, look_at_next
from rcm_tui.billing.editing.adding import add
from rcm_tui.billing.editing.saving import save_many
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_rules import BEFORE_CLOCK, IN_TURN, OF_PAYER, OPENS
from rcm_tui.data.work import Work

SPECIALISTS = ("dana", "tom")
RULES = (
    {
        "name": "Authorizations",
        "active": True,
        "place": 10,
        "group_codes": "CO",
        "reason_codes": "197 198 15 39 284 296 302",
        "priority": "high",
        "tags": "auth",
        "follow_up": BEFORE_CLOCK,
        "follow_up_days": 14,
        "owner_by": OF_PAYER,
        "owners": "dana",
    },
    {
        "name": "What we can mend",
        "active": True,
        "place": 20,
        "reason_codes": "4 11 16 18 22 26 27 31 140",
        "follow_up_days": 3,
        "owner_by": IN_TURN,
        "owners": "tom dana",
    },
    {
        "name": "Necessity and documents",
        "active": False,
        "place": 30,
        "reason_codes": "50 163 250 251 252",
        "joins": OPENS,
        "subject": "Medical necessity",
        "priority": "high",
        "owners": "dana",
    },
    {
        "name": "Old and large",
        "active": False,
        "place": 90,
        "amount_from": 20000,
        "age_from": 60,
        "subject": "Overdue denial",
        "priority": "high",
        "follow_up_days": 1,
        "owner_by": IN_TURN,
        "owners": "tom dana",
    },
)
ASKED = 4
"""So many claims that no payer answered for long get a case: most are paid after all."""


def set_up_case_rules(work: Work) -> None:
    """Makes the rules, and gives two payers their denial specialists."""
    for rule in RULES:
        add(work, "case_rule", rule)
    payers = read_rows(work.database, "SELECT id FROM payer ORDER BY id LIMIT ?", len(SPECIALISTS))
    for (payer,), login in zip(payers, SPECIALISTS, strict=False):
        save_many(work, "payer", [payer], {"denial_specialist": login})


def open_by_rules(store: Store, now: datetime.datetime) -> None:
    """What the worker would have done after the last answers."""
    while anything_due(store.database):
        with store.work(WORKER, now) as work:
            look_at_next(work)


def ask_about_unanswered(store: Store, actor: Actor, owner: str, now: datetime.datetime) -> None:
    """Opens a case for each of a few claims that wait longest for an answer."""
    waiting = read_rows(
        store.database,
        "SELECT id FROM claim WHERE adjudication = 'pending' AND status = 'Submitted'"
        " AND acknowledgement = 'accepted by payer' AND payer_balance > 0"
        " ORDER BY submitted_at, id LIMIT ?",
        ASKED,
    )
    with store.work(actor, now) as work:
        for place, (claim,) in enumerate(waiting):
            fields = {
                "subject": "No response from the payer",
                "owner": SPECIALISTS[0] if place % 2 else owner,
                "follow_up": work.today + datetime.timedelta(days=14),
            }
            open_case(work, [claim], fields)
