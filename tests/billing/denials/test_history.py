"""The denial history against a plain count over the remittances, through all that can happen."""

import datetime
import itertools
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.denials.history import (
    FIGURES,
    count_changes,
    differences,
    is_behind,
    keep_counted,
    rebuild_denial_history,
)
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.remittances.orphans import take_off_claims
from rcm_tui.billing.remittances.posting import post_waiting
from rcm_tui.billing.remittances.taking_back import take_back_payment
from rcm_tui.data.codes.treatments import TREATMENTS
from rcm_tui.data.queues.answered_lines import ANSWERED_LINES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import ClaimLine
from rcm_tui.data.tables.denial_history import DenialHistory
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.remittances import Adjustment, Remittance, RemittanceLine
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    remittances,
    reversal_of,
    submitted_claim,
)
from tests.denials import follow_denials
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, TODAY, small_practice

PAID = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
DENIED = (
    line(32000, 0, "CO-197 200.00, CO-16 120.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
WHOLE = (line(32000, 32000), line(24000, 24000, code="97155"))
MONTHS = (SERVICE_DAY, SERVICE_DAY + datetime.timedelta(days=40))
KEYS = "payer_id procedure_code modifiers place_of_service rendering_id reason month".split()


def follow(store: Store) -> None:
    with store.work(BILLER, NOW) as work:
        follow_denials(work)


def kept() -> dict[tuple[Any, ...], tuple[int, ...]]:
    """The history as it is kept."""
    found = {}
    for row in DenialHistory.select().dicts():
        names = {**row, "payer_id": row["payer"], "rendering_id": row["rendering"]}
        found[tuple(names[key] for key in KEYS)] = tuple(int(row[name]) for name in FIGURES)
    return found


def counted() -> dict[tuple[Any, ...], tuple[int, ...]]:
    """The same, counted row by row in Python, knowing nothing of the queries."""
    reversed_ones = {r.reverses_id for r in Remittance.select()} - {None}
    opposite = {j.reverses_id for j in Journal.select()} - {None}

    def stands(remittance: Any) -> bool:
        return remittance.id not in reversed_ones and (
            remittance.journal_id is None or remittance.journal_id not in opposite
        )

    def posted(remittance: Any) -> bool:
        return remittance.state == "posted" and remittance.status_code != "22"

    found: Counter[tuple[Any, ...]] = Counter()
    for said in RemittanceLine.select():
        remittance = said.remittance
        if said.claim_line_id is None or not posted(remittance):
            continue
        of_line = [
            a
            for a in Adjustment.select().where(Adjustment.remittance == remittance)
            if a.line_id in (None, said.id)
            and a.amount > 0
            and (a.group_code, a.reason_code) not in TREATMENTS
        ]
        main = max(of_line, key=lambda a: (a.amount, -a.id), default=None)
        reason = f"{main.group_code}-{main.reason_code}" if main else ""
        amount = sum(a.amount for a in of_line if a.line_id or said.position == 1)
        again = [n.id for n in ClaimLine.select().where(ClaimLine.previous == said.claim_line)]
        later = sum(
            t.paid
            for t in RemittanceLine.select()
            if t.claim_line_id in (said.claim_line_id, *again)
            and t.remittance_id > remittance.id
            and posted(t.remittance)
            and stands(t.remittance)
        )
        claim, it_stands = remittance.claim, stands(remittance)
        payment = remittance.payment
        notice = payment.production_date or payment.effective_date or payment.received_at
        situation = (
            claim.payer_id,
            said.claim_line.procedure_code,
            said.claim_line.modifiers,
            said.claim_line.place_of_service or claim.place_of_service,
            claim.rendering_id,
            reason,
            str(notice)[:7],
        )
        overturned = bool(reason) and later > 0
        figures = (
            it_stands,
            it_stands and bool(reason),
            bool(reason),
            overturned,
            it_stands * said.charge,
            it_stands * amount,
            amount,
            overturned * later,
        )
        for place, figure in enumerate(figures):
            found[situation, place] += int(figure)
    situations = {situation for situation, _ in found}
    return {
        situation: tuple(found[situation, place] for place in range(len(FIGURES)))
        for situation in situations
        if found[situation, 0] or found[situation, 2]
    }


def test_a_denial_a_payment_and_an_adjustment_of_the_claim_are_counted(store: Store) -> None:
    practice = small_practice()
    claims = [submitted_claim(store, practice) for _ in range(4)]
    numbers = [claim.patient_control_number for claim in claims]
    whole = claim_payment(numbers[2], WHOLE, "4", adjusted="CO-29 560.00")
    post(store, [claim_payment(numbers[0], DENIED), claim_payment(numbers[1], PAID), whole])
    post(store, [claim_payment(numbers[0], PAID)])
    assert is_behind(store.database)
    follow(store)
    assert not is_behind(store.database)
    assert kept() == counted()
    sums = {name: sum(row[n] for row in kept().values()) for n, name in enumerate(FIGURES)}
    assert sums == {
        "answered": 8,
        "denied": 3,
        "ever": 3,
        "overturned": 1,
        "billed": 4 * 56000,
        "denied_amount": 32000 + 56000,
        "ever_amount": 32000 + 56000,
        "recovered": 22000,
    }
    assert {key[5] for key in kept()} == {"", "CO-197", "CO-29"}
    viewer = Viewer(TODAY)
    for filter, count, cents in (
        ("", 3, 88000),
        ("reason:CO-197", 1, 32000),
        ("carc:CO-16", 1, 32000),
        ("carc:29 code:97155", 1, 0),
        (f'month:{SERVICE_DAY:%Y-%m} payer="{practice.payer.name}" preventable:yes', 3, 88000),
    ):
        totals = QueuePages(store.database, ANSWERED_LINES, viewer, filter=filter).totals()
        assert (totals["count"], totals["denied"]) == (count, cents), filter
    pages = QueuePages(store.database, ANSWERED_LINES, viewer, view="overturned")
    assert pages.totals()["recovered"] == 22000


def test_what_nothing_followed_is_not_compared_and_what_was_altered_is_found(store: Store) -> None:
    practice = small_practice()
    claims = [submitted_claim(store, practice) for _ in range(2)]
    post(store, [claim_payment(claims[0].patient_control_number, DENIED)])
    assert list(differences(store.database)) == []
    follow(store)
    post(store, [claim_payment(claims[1].patient_control_number, DENIED)])
    assert list(differences(store.database)) == []  # behind, and will be summed anew
    follow(store)
    DenialHistory.update(denied=7).where(DenialHistory.reason == "CO-197").execute()
    (problem,) = differences(store.database)
    assert "7 denied" in problem
    with store.work(BILLER, NOW) as work:
        assert rebuild_denial_history(work) == 1
    assert list(differences(store.database)) == []
    assert kept() == counted()


def test_what_comes_while_it_is_counted_is_counted_the_next_time(store: Store) -> None:
    practice = small_practice()
    claims = [submitted_claim(store, practice) for _ in range(2)]
    post(store, [claim_payment(claims[0].patient_control_number, DENIED)])
    counted_then = count_changes(store.database)
    post(store, [claim_payment(claims[1].patient_control_number, DENIED)])
    with store.work(BILLER, NOW) as work:
        keep_counted(work, counted_then)
    assert is_behind(store.database)
    assert kept() != counted()
    assert list(differences(store.database)) == []
    follow(store)
    assert kept() == counted()


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(("pay", "deny", "whole", "reverse", "back", "off", "again", "follow")),
        st.integers(0, 2),
    ),
    min_size=3,
    max_size=10,
)


@given(events=EVENTS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_it_is_right_whatever_happened(store: Store, events: list[tuple[str, int]]) -> None:
    with store.database.atomic() as transaction:
        _live(store, events)
        transaction.rollback()


def _live(store: Store, events: list[tuple[str, int]]) -> None:
    practice = small_practice()
    claims = [submitted_claim(store, practice) for _ in range(3)]
    said: dict[int, list[Any]] = {place: [] for place in range(3)}
    payments: list[int] = []
    months = itertools.cycle(MONTHS)
    for event, place in events:
        number = claims[place].patient_control_number
        answers = {
            "pay": lambda n=number: claim_payment(n, PAID),
            "deny": lambda n=number: claim_payment(n, DENIED),
            "whole": lambda n=number: claim_payment(n, WHOLE, "4", adjusted="CO-29 560.00"),
        }
        if event in answers:
            answer = answers[event]()
            said[place].append(answer)
            payments.append(
                post(store, remittances([answer], effective_date=next(months))).payment_id
            )
        elif event == "reverse" and said[place]:
            post(store, remittances([reversal_of(said[place].pop())], effective_date=next(months)))
        elif event == "follow":
            follow(store)
        elif payments:
            payment = payments[place % len(payments)]
            try:
                with store.work(BILLER, NOW) as work:
                    if event == "back":
                        take_back_payment(work, payment, "wrong")
                    elif event == "again":
                        post_waiting(work, payment)
                    else:
                        keys = [
                            r.id for r in Remittance.select().where(Remittance.payment == payment)
                        ]
                        take_off_claims(work, keys, "wrong")
            except Refused:
                pass
    follow(store)
    assert kept() == counted()
    assert list(differences(store.database)) == []
