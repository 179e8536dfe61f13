"""Taking actions back: every field, as one unit of work, unless something has built on it."""

import contextlib
import datetime
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.charges import approval
from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.holds import hold_charges, release_charges
from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.rules import RULES
from rcm_tui.billing.claims.submission import mark_submitted, save_and_submit
from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.ledger import NewJournal, post_charges, post_journals, refresh_balances
from rcm_tui.billing.outcome import Cancelled, Outcome, Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.ledger import PATIENT_RECEIVABLE, PAYER_RECEIVABLE, Entry, Journal
from rcm_tui.data.tables.payers import RuleSetting
from rcm_tui.data.tables.personal import ClaimHold
from rcm_tui.data.tables.undo import UndoableAction, UndoPart
from tests.billing.whole_rows import differing, whole_rows
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice
from tests.stopping import stop_after

OTHER = Actor("ben", "Ben Ito", "biller")
BOSS = Actor("ada", "Ada Lum", "administrator")


def do(store: Store, function: Any, *args: Any, actor: Actor = BILLER, **options: Any) -> Any:
    with store.work(actor, NOW) as work:
        return function(work, *args, **options)


def undo_last(store: Store, actor: Actor = BILLER) -> Outcome:
    last = last_undoable(store.database, BILLER.login)
    assert last is not None
    with store.work(actor, NOW) as work:
        return undo(work, last.id)


def title(store: Store) -> str | None:
    last = last_undoable(store.database, BILLER.login)
    return last.title if last else None


def charges(practice: SmallPractice, count: int) -> list[ChargeItem]:
    return [practice.add_charge(client=practice.add_client(f"C{n}")) for n in range(count)]


def assert_proven(store: Store) -> None:
    for result in check_store(store.database, store.audit_key):
        assert result.ok, result.problems


def test_approval_is_taken_back_whole(store: Store) -> None:
    practice = small_practice()
    items = charges(practice, 3)
    before = whole_rows(store.database)
    do(store, approve_charges, ApprovalChoice())
    assert title(store) == "Approve 3 charges"
    assert undo_last(store).done == [item.id for item in items]
    assert differing(before, whole_rows(store.database)) == []
    assert ChargeItem.get_by_id(items[0].id).version == 3
    assert title(store) is None
    record = AuditRecord.get(AuditRecord.action == "undone")
    assert json.loads(record.details) == {
        "title": "Approve 3 charges",
        "ids": f"{items[0].id}-{items[2].id}",
    }
    assert_proven(store)


def test_generated_claims_go_and_their_numbers_are_never_given_again(store: Store) -> None:
    practice = small_practice()
    charges(practice, 2)
    do(store, approve_charges, ApprovalChoice())
    before = whole_rows(store.database)
    made = do(store, generate_claims, GenerationChoice()).made
    numbers = {claim.number for claim in Claim.select()}
    undo_last(store)
    assert differing(before, whole_rows(store.database)) == []
    assert Claim.select().count() == ClaimLine.select().count() == 0
    again = do(store, generate_claims, GenerationChoice()).made
    assert not set(again) & set(made)
    assert not {claim.number for claim in Claim.select()} & numbers
    assert_proven(store)


def test_several_are_taken_back_one_after_another(store: Store) -> None:
    practice = small_practice()
    items = [item.id for item in charges(practice, 2)]
    start = whole_rows(store.database)
    do(store, hold_charges, items, "waiting for the note")
    do(store, release_charges, items)
    do(store, approve_charges, ApprovalChoice())
    do(store, generate_claims, GenerationChoice(as_draft=True))
    claims = [claim.id for claim in Claim.select()]
    do(store, save_and_submit, claims)
    titles = []
    while name := title(store):
        titles.append(name)
        undo_last(store)
    assert titles == [
        "Save & Submit 2 claims",
        "Generate 2 claims",
        "Approve 2 charges",
        "Release 2 charges",
        "Hold 2 charges",
    ]
    assert differing(start, whole_rows(store.database)) == []
    assert_proven(store)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.sampled_from(["hold", "release", "approve", "generate", "draft", "submit"]),
        min_size=1,
        max_size=6,
    ),
    chosen=st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True),
)
def test_whatever_was_done_undoing_restores_every_field(
    store: Store, steps: list[str], chosen: list[int]
) -> None:
    practice = _practice_of(store)
    items = [
        practice.add_charge(
            client=practice.add_client(
                f"P{n}", birth_date=None if n == 3 else datetime.date(2019, 1, 2)
            )
        ).id
        for n in range(5)
    ]
    some = [items[n] for n in chosen]
    actions: dict[str, Any] = {
        "hold": lambda work: hold_charges(work, some, "to be looked at"),
        "release": lambda work: release_charges(work, some),
        "approve": lambda work: approve_charges(work, ApprovalChoice(charge_items=some)),
        "generate": lambda work: generate_claims(work, GenerationChoice(charge_items=some)),
        "draft": lambda work: generate_claims(
            work, GenerationChoice(charge_items=items, as_draft=True)
        ),
        "submit": lambda work: save_and_submit(
            work, [row.id for row in Claim.select(Claim.id).where(Claim.status == "Draft")]
        ),
    }
    states = []
    for step in steps:
        before, known = whole_rows(store.database), last_undoable(store.database, BILLER.login)
        do(store, actions[step])
        if last_undoable(store.database, BILLER.login) != known:
            states.append(before)
    while states:
        undo_last(store)
        assert differing(states.pop(), whole_rows(store.database)) == []


def _practice_of(store: Store) -> SmallPractice:
    """The practice of a store that several examples share."""
    made: SmallPractice | None = getattr(store, "made_practice", None)
    if made is None:
        made = store.made_practice = small_practice()  # type: ignore[attr-defined]
    # What an example before this one left done is not this one's to take back.
    UndoPart.delete().execute()
    UndoableAction.delete().execute()
    return made


def test_ten_thousand_drafts_through_save_and_submit_and_back(store: Store) -> None:
    practice = small_practice()
    template = practice.add_claim()
    (line,) = template.lines
    count = 10_000
    wrong = set(range(0, count, 100))
    with store.work(WORKER, NOW) as work:
        columns = [c for c in Claim._meta.sorted_field_names if c != "id"]
        ids = work.next_ids(Claim, count)
        values = {
            name: getattr(template, template._meta.fields[name].column_name) for name in columns
        }
        rows = []
        for place, key in enumerate(ids):
            day = datetime.date(2020, 1, 1) + datetime.timedelta(days=place // 8)
            own = {
                "number": f"X-{key}",
                "patient_control_number": f"X{key}",
                "chain": key,
                "diagnoses": "" if place in wrong else "F84.0",
                "error_count": place % 3,
                "first_service_date": day,
                "last_service_date": day,
            }
            rows.append([key, *({**values, **own}[name] for name in columns)])
        work.insert(Claim, ["id", *columns], rows)
        names = [c for c in ClaimLine._meta.sorted_field_names if c != "id"]
        same = {name: getattr(line, line._meta.fields[name].column_name) for name in names}
        work.insert(
            ClaimLine,
            names,
            (
                [{**same, "claim": key, "line_control_number": f"X{key}L1"}[name] for name in names]
                for key in ids
            ),
        )
        work.insert(
            ClaimValidation,
            ["claim", "rule", "severity", "field", "reason"],
            ([key, "line.units", "error", "line.units", "stale"] for key in ids[:50]),
        )
        for rule in RULES.keys() - {"diagnosis.missing"}:
            RuleSetting.create(rule=rule, severity="off")
    before = whole_rows(store.database)
    outcome = do(store, save_and_submit, ids)
    assert len(outcome.done) == count - len(wrong)
    assert {left.key - ids[0] for left in outcome.left} == wrong
    assert differing(before, whole_rows(store.database)) != []
    assert undo_last(store).done == outcome.done
    assert before == whole_rows(store.database)


class TestRefused:
    """Undoing is refused with the reason, and then nothing has changed."""

    def refused(self, store: Store, words: str, actor: Actor = BILLER) -> None:
        before = whole_rows(store.database)
        trail = AuditRecord.select().count()
        with pytest.raises(Refused, match=words):
            undo_last(store, actor)
        assert whole_rows(store.database) == before
        assert AuditRecord.select().count() == trail

    def test_a_unit_of_work_in_which_it_was_refused_is_not_committed(self, store: Store) -> None:
        items = charges(small_practice(), 2)
        do(store, approve_charges, ApprovalChoice())
        do(store, hold_charges, [items[0].id], "look again", actor=OTHER)
        before = whole_rows(store.database)
        last = last_undoable(store.database, BILLER.login)
        assert last is not None
        with (
            pytest.raises(RuntimeError, match="undoing Approve 2 charges was left half done"),
            store.work(BILLER, NOW) as work,
            contextlib.suppress(Refused),
        ):
            undo(work, last.id)
        assert whole_rows(store.database) == before

    def test_when_a_row_has_changed_since(self, store: Store) -> None:
        items = charges(small_practice(), 2)
        do(store, approve_charges, ApprovalChoice())
        do(store, hold_charges, [items[1].id], "look again", actor=OTHER)
        self.refused(
            store,
            f"Approve 2 charges cannot be undone: charge {items[1].number} has changed since,"
            " status is On Hold now, and was left as Ready to Bill",
        )

    def test_when_claims_were_made_of_the_charges(self, store: Store) -> None:
        charges(small_practice(), 1)
        do(store, approve_charges, ApprovalChoice())
        do(store, generate_claims, GenerationChoice(), actor=OTHER)
        self.refused(store, "status is Claim Line Created now")

    def test_when_a_new_claim_was_edited(self, store: Store) -> None:
        charges(small_practice(), 1)
        do(store, approve_charges, ApprovalChoice())
        do(store, generate_claims, GenerationChoice(as_draft=True))
        Claim.update(claim_note="urgent", version=Claim.version + 1).execute()
        claim = Claim.get()
        self.refused(
            store,
            f"Generate 1 claim cannot be undone: claim {claim.number} has changed since,"
            " claim note is urgent now, and was left as empty",
        )

    def test_when_a_line_was_added_to_a_new_claim(self, store: Store) -> None:
        charges(small_practice(), 1)
        do(store, approve_charges, ApprovalChoice())
        do(store, generate_claims, GenerationChoice(as_draft=True))
        claim = Claim.get()
        ClaimLine.create(
            claim=claim,
            position=2,
            line_control_number="EXTRA",
            first_service_date=claim.first_service_date,
            last_service_date=claim.first_service_date,
            procedure_code="97155",
            units=1,
            billed=6000,
        )
        self.refused(store, f"{claim.number} line 2 has come to claim {claim.number} since")

    def test_when_a_claim_was_sent(self, store: Store) -> None:
        charges(small_practice(), 1)
        do(store, approve_charges, ApprovalChoice())
        (claim,) = do(store, generate_claims, GenerationChoice()).made
        do(store, mark_submitted, [claim], actor=WORKER)
        self.refused(store, "status is Submitted now, and was left as Ready to Submit")

    def test_when_somebody_works_on_a_new_claim(self, store: Store) -> None:
        charges(small_practice(), 1)
        do(store, approve_charges, ApprovalChoice())
        (claim,) = do(store, generate_claims, GenerationChoice()).made
        hold = ClaimHold.create(claim=claim, login="ben", since=NOW)
        self.refused(store, "ben is working on claim")
        hold.login = BILLER.login
        hold.save()
        undo_last(store)
        assert ClaimHold.select().count() == 0

    def test_a_second_time(self, store: Store) -> None:
        charges(small_practice(), 1)
        do(store, approve_charges, ApprovalChoice())
        last = last_undoable(store.database, BILLER.login)
        assert last is not None
        undo_last(store)
        with pytest.raises(Refused, match="Approve 1 charge was undone already"):
            do(store, undo, last.id)

    def test_what_is_not_kept(self, store: Store) -> None:
        with pytest.raises(Refused, match="nothing to undo"):
            do(store, undo, 77)

    def test_by_somebody_else_unless_an_administrator(self, store: Store) -> None:
        charges(small_practice(), 1)
        do(store, approve_charges, ApprovalChoice())
        self.refused(store, "was done by maria: only they can undo it", OTHER)
        undo_last(store, BOSS)
        assert ChargeItem.get().status == "New"


def test_findings_that_are_newer_are_found_again(store: Store) -> None:
    practice = small_practice()
    charges(practice, 1)
    claim = practice.add_claim()
    ClaimLine.update(pointers="").execute()
    good = practice.add_claim(client=practice.add_client("GOOD"))
    do(store, save_and_submit, [claim.id, good.id])
    assert Claim.get_by_id(claim.id).error_count == 1
    Client.update(birth_date=None).where(Client.id == practice.client.id).execute()
    do(store, validate_claims, [claim.id], actor=WORKER)
    undo_last(store)
    assert Claim.get_by_id(good.id).status == "Draft"
    rules = {row.rule for row in ClaimValidation.select().where(ClaimValidation.claim == claim.id)}
    assert {"patient.birth_date", "pointer.missing"} <= rules
    assert Claim.get_by_id(claim.id).error_count == len(rules)


def test_journals_are_taken_back_by_reversal(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim(status="Submitted")
    (line,) = claim.lines
    do(store, post_charges, [claim.id], actor=WORKER)
    before = whole_rows(store.database)
    with store.work(BILLER, NOW) as work, work.undoable("Move to the patient", Claim):
        entries = [
            (PATIENT_RECEIVABLE, claim.id, line.id, 5000),
            (PAYER_RECEIVABLE, claim.id, line.id, -5000),
        ]
        post_journals(work, [NewJournal("transfer", claim.id, entries)])
        refresh_balances(work, [claim.id])
        work.set_all(Claim, {"adjudication": "partially paid"}, [claim.id])
    assert Claim.get_by_id(claim.id).patient_balance == 5000
    undo_last(store)
    assert differing(before, whole_rows(store.database)) == []
    assert (Journal.select().count(), Entry.select().count()) == (3, 6)
    assert Journal.get(Journal.reverses.is_null(False)).memo == "undone: Move to the patient"
    for result in check_store(store.database, store.audit_key):
        assert result.ok or result.name == "transmissions", result.problems


def test_an_action_done_in_steps_is_one_action(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval, "STEP", 2)
    practice = small_practice()
    items = [item.id for item in charges(practice, 4)]
    before = whole_rows(store.database)
    with store.work(BILLER, NOW, in_steps=True) as work:
        approve_charges(work, ApprovalChoice())
    assert UndoableAction.select().count() == 1
    assert title(store) == "Approve 4 charges"
    assert undo_last(store).done == items
    assert differing(before, whole_rows(store.database)) == []


def test_deleted_rows_come_back(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim([("97153", 8), ("97155", 4)])
    before = whole_rows(store.database)
    with store.work(BILLER, NOW) as work, work.undoable("Remove lines", ClaimLine):
        work.delete(ClaimLine, [line.id for line in claim.lines])
    assert ClaimLine.select().count() == 0
    undo_last(store)
    assert differing(before, whole_rows(store.database)) == []


class TestKept:
    """What is kept of actions, and for how long."""

    def test_nothing_of_the_worker(self, store: Store) -> None:
        claim = small_practice().add_claim()
        do(store, save_and_submit, [claim.id], actor=WORKER)
        assert Claim.get_by_id(claim.id).status == "Ready to Submit"
        assert (UndoableAction.select().count(), UndoPart.select().count()) == (0, 0)

    def test_nothing_of_what_came_to_nothing(self, store: Store) -> None:
        practice = small_practice()
        claim = practice.add_claim(diagnoses="")
        do(store, approve_charges, ApprovalChoice())
        do(store, save_and_submit, [claim.id])
        assert Claim.get_by_id(claim.id).error_count > 0
        assert (UndoableAction.select().count(), UndoPart.select().count()) == (0, 0)

    def test_nothing_of_what_was_cancelled(self, store: Store) -> None:
        charges(small_practice(), 1)

        with store.work(BILLER, NOW) as work:
            approve_charges(work, ApprovalChoice(), stop_after(0))
        assert UndoableAction.select().count() == 0

    def test_for_thirty_days_and_two_hundred_actions(self, store: Store) -> None:
        item = charges(small_practice(), 1)[0].id
        old = NOW - datetime.timedelta(days=31)
        with store.work(OTHER, old) as work:
            hold_charges(work, [item], "old")
        for _ in range(101):
            do(store, release_charges, [item])
            do(store, hold_charges, [item], "again")
        kept = list(UndoableAction.select().order_by(UndoableAction.id))
        assert {action.login for action in kept} == {BILLER.login}
        assert len(kept) == 200
        assert UndoPart.select().count() == 200

    def test_parts_go_when_the_action_is_undone(self, store: Store) -> None:
        charges(small_practice(), 1)
        do(store, approve_charges, ApprovalChoice())
        undo_last(store)
        assert [action.state for action in UndoableAction.select()] == ["undone"]
        assert UndoPart.select().count() == 0


def test_cancelling_an_undo_leaves_everything(store: Store) -> None:
    charges(small_practice(), 1)
    do(store, approve_charges, ApprovalChoice())
    before = whole_rows(store.database)
    last = last_undoable(store.database, BILLER.login)
    assert last is not None

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled), store.work(BILLER, NOW) as work:
        undo(work, last.id, stop)
    assert whole_rows(store.database) == before
    assert title(store) == last.title
