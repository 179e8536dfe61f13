"""Cases of the demo practice: opened for its denials, worked for two weeks, some settled."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from rcm_tui.billing.cases.opening import denial_codes, open_case
from rcm_tui.billing.cases.stages import advance, cancel, resolve
from rcm_tui.billing.cases.timeline.emails import add_email
from rcm_tui.billing.cases.timeline.writing import add_call, add_note, add_task
from rcm_tui.billing.claims.snoozing import USUAL_REASONS, snooze_claims
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.work import Work

MOST_CASES = 48
MOST_CLAIMS_OF_A_CASE = 6
SNOOZED = 4
NEWEST = 400
OTHERS = ("tom", "dana", "")
PRIORITIES = ("normal", "normal", "normal", "high", "low")
TAGS = ("", "", "", "retro-auth", "phone", "portal")
OTHERWISE = "Other denial"
CALLS = (
    "They have the claim and look at it again; 30 days",
    "A corrected claim is wanted, an appeal is not",
    "Retro authorization is possible with the session notes",
)
TASKS = ("Ask the analyst for the session notes", "Call again about the review", "Fax the notes")
NOTES = (
    "The portal says in process since last week.",
    "The parent says that the plan has changed in summer.",
)
SUBJECT = "Review of denied services"
LETTER = "Good morning,\n\nplease look at these services again."


def make_cases(
    store: Store, actor: Actor, owner: str, random: Random, now: datetime.datetime
) -> None:
    """Opens some dozens of cases with follow-ups around today, and snoozes a few claims.

    `owner` is the login of who will look at the demo: two of five cases are theirs.
    """
    denied = _denied(store)
    groups = list(_groups(store, denied))
    random.shuffle(groups)
    # A third of the denials is still to be looked at.
    chosen = groups[: min(MOST_CASES, len(groups) * 2 // 3)]
    for number, claims in enumerate(chosen):
        moment = now - datetime.timedelta(days=14 - number * 14 // len(chosen), hours=2)
        with store.work(actor, moment) as work:
            fields = {
                "owner": random.choice((owner, owner, *OTHERS)),
                "priority": random.choice(PRIORITIES),
                "tags": random.choice(TAGS),
                "follow_up": store.today(now) + datetime.timedelta(days=random.randint(-4, 12)),
            }
            if not denial_codes(work.database, claims):
                fields["subject"] = OTHERWISE
            (key,) = open_case(work, claims, fields).made
            for _ in range(random.choice((0, 1, 1, 2))):
                advance(work, [key])
            _work_on(work, number, key, fields)
            if number % 8 == 5:
                (cancel if number % 16 == 5 else resolve)(work, [key])
        if number % 6 == 1:
            with store.work(Actor(owner), moment) as work:
                add_email(work, key, party="um@payer.example", subject=SUBJECT, text=LETTER)
    cased = {claim for claims in chosen for claim in claims}
    waiting = [claim for claim, _ in denied if claim not in cased][:SNOOZED]
    with store.work(actor, now) as work:
        for days, claim in enumerate(waiting, 3):
            until = work.today + datetime.timedelta(days=days * 2)
            snooze_claims(work, [claim], until, USUAL_REASONS[days % len(USUAL_REASONS)])


def _work_on(work: Work, number: int, case: int, fields: Mapping[str, Any]) -> None:
    """What was said and is to be done about some of the cases."""
    if number % 3 == 0:
        outcome = CALLS[number % len(CALLS)]
        add_call(
            work, [case], outcome=outcome, phone="888-555-0142", reference=f"R-{4471 + number}"
        )
    if number % 4 == 1:
        due = fields["follow_up"] - datetime.timedelta(days=1)
        what = TASKS[number % len(TASKS)]
        add_task(work, [case], what, due=due, assignee=fields["owner"])
    if number % 5 == 2:
        add_note(work, [case], NOTES[number % len(NOTES)])


def _denied(store: Store) -> list[tuple[int, int]]:
    """The newest claims that a payer left unpaid, each with its payer."""
    rows = read_rows(
        store.database,
        "SELECT id, payer_id FROM claim WHERE adjudication IN ('denied', 'partially paid')"
        " AND status = 'Submitted' AND payer_balance > 0 AND payer_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM case_claim WHERE case_claim.chain = claim.chain)"
        " ORDER BY first_service_date DESC, id LIMIT ?",
        NEWEST,
    )
    return [(claim, payer) for claim, payer in rows]


def _groups(store: Store, denied: list[tuple[int, int]]) -> Iterator[list[int]]:
    """Claims that one payer denied for the same reasons, a few at a time."""
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for claim, payer in denied:
        alike[payer, denial_codes(store.database, [claim])].append(claim)
    for claims in alike.values():
        for start in range(0, len(claims), MOST_CLAIMS_OF_A_CASE):
            yield claims[start : start + MOST_CLAIMS_OF_A_CASE]
