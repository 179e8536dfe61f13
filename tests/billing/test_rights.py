"""Role × action × business unit, cell by cell, as the table of rights says: through billing.

Each cell does its action on records of one business unit in a small practice, as a person of the
role who is limited to no unit, to that one, or to another; and then it is given up.
"""

import datetime
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.billing.appeals.drafting import DraftLetter, draft_appeals
from rcm_tui.billing.audit_trail import read_trail
from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.rules.running import run_rules
from rcm_tui.billing.cases.stages import cancel
from rcm_tui.billing.cases.timeline.writing import add_note
from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.external import mark_billed_externally
from rcm_tui.billing.charges.holds import hold_charges
from rcm_tui.billing.charges.recording import SessionRecord, record_sessions
from rcm_tui.billing.charges.repricing import reprice
from rcm_tui.billing.charges.scope import Scope
from rcm_tui.billing.claims.answers import ClaimAnswer, record_answers
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.resending import split_claim
from rcm_tui.billing.claims.secondary import bill_secondary
from rcm_tui.billing.claims.snoozing import snooze_claims
from rcm_tui.billing.claims.submission import mark_sent_elsewhere, save_and_submit
from rcm_tui.billing.denials.handing_on import hand_on
from rcm_tui.billing.deposits.recording import ReceivedDeposit, record_one
from rcm_tui.billing.editing.adding import add
from rcm_tui.billing.editing.saving import save
from rcm_tui.billing.invoices.insurance import put_insurance
from rcm_tui.billing.invoices.invoicing import make_invoices
from rcm_tui.billing.invoices.payments import take_back_payment, take_payment
from rcm_tui.billing.invoices.refunds import refund_payment
from rcm_tui.billing.invoices.settling import settle_invoices
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.billing.patients.transfers import transfer_to_patient
from rcm_tui.billing.people.emergency import begin_emergency
from rcm_tui.billing.people.identifiers import reveal_identifiers
from rcm_tui.billing.people.users import add_user
from rcm_tui.billing.remittances.orphans import take_off_claims
from rcm_tui.billing.remittances.posting import post_payment, post_waiting_payments
from rcm_tui.billing.remittances.taking_back import take_back_payment as take_back_remittances
from rcm_tui.billing.rights import ANY, KEEP_STORE, OWN, PEOPLE, RIGHTS, SYSTEM, WHOLE, Right, doing
from rcm_tui.billing.statements.making import make_statements
from rcm_tui.billing.underpayments import accept_underpayments
from rcm_tui.billing.undo import undo
from rcm_tui.billing.visits.attendance import cancel_visits, check_in
from rcm_tui.billing.visits.booking import Service
from rcm_tui.billing.visits.claims import queue_for_claim
from rcm_tui.billing.write_offs.writing_off import write_off
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import ClaimLine
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.invoices import Invoice, InvoiceLine
from rcm_tui.data.tables.patient_side import WriteOffReason
from rcm_tui.data.tables.practice import BusinessUnit, User
from rcm_tui.data.tables.remittances import Remittance
from rcm_tui.data.tables.undo import UndoableAction
from rcm_tui.data.tables.visits import Visit
from rcm_tui.data.work import Work
from rcm_tui.exchange.charge_files import recorded_file
from rcm_tui.exchange.tables.importing import try_table
from rcm_tui.jobs.schedule import request_job
from tests.billing.cases.rule_rows import add_rule
from tests.billing.claims.second_payer import left_to_patient
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    remittances,
    submitted_claim,
)
from tests.billing.visits.booked import Booked, booked, days, invoice_of
from tests.denials import denied_claim
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, TODAY

TOMORROW = TODAY + datetime.timedelta(days=1)
Cell = Callable[[Work], Any]
DONE, NOT_THE_ROLE, NOT_THE_UNIT, NOT_THE_WHOLE = (
    "done",
    "not the role",
    "not the unit",
    "not the whole practice",
)


class Kept:
    """The practice of all cells, and what each action is done to."""

    def __init__(self, store: Store, folder: Path) -> None:
        clinic = booked(store)
        clinic.with_copay(2500)
        self.store, self.folder, self.practice = store, folder, clinic.practice
        self.other = BusinessUnit.create(name="South Clinic")
        self.cells = self._cells(clinic)

    def saved(self, kind: str, row: Any, **changes: Any) -> Cell:
        return lambda work: save(work, kind, row.id, row.version, changes)

    def _cells(self, clinic: Booked) -> dict[str, Cell]:
        practice, store = clinic.practice, self.store
        unit = practice.unit
        # The client is of the unit, which is what is looked at for what has no unit of its own.
        type(practice.client).update(business_unit=unit).execute()
        client = type(practice.client).get_by_id(practice.client.id)
        new = practice.add_charge(status="New")
        practice.add_charge(status="New", hour=17, billed=1)  # priced otherwise
        ready = practice.add_charge(status="Ready to Bill", client=practice.add_client("READY"))
        draft = practice.add_claim(client=practice.add_client("DRAFT"))
        two = practice.add_claim([("97153", 8), ("97155", 4)], client=practice.add_client("TWO"))
        (_, second) = ClaimLine.select().where(ClaimLine.claim == two).order_by(ClaimLine.position)
        denied = denied_claim(practice, "DENIED", "197")
        cased = denied_claim(practice, "CASED")
        onward = left_to_patient(practice, "ONWARD")
        open_claim = submitted_claim(store, practice, client=practice.add_client("OPEN"))
        low = submitted_claim(store, practice, [("97153", 8)], client=practice.add_client("LOW"))
        posted = post(
            store,
            [
                claim_payment(
                    low.patient_control_number, [line(32000, 20000, "CO-45 80.00, PR-204 40.00")]
                )
            ],
        )
        (paid,) = Remittance.select().where(Remittance.claim == low)
        short = submitted_claim(
            store, practice, [("97153", 8)], client=practice.add_client("SHORT")
        )
        poor = practice.add_client("OWED", business_unit=unit)
        owed = submitted_claim(store, practice, [("97153", 8)], client=poor)
        for claim, paid_cents, adjusted in (
            (short, 20000, "CO-45 120.00"),
            (owed, 20000, "CO-45 80.00, PR-3 40.00"),
        ):
            said = line(32000, paid_cents, adjusted)
            post(store, [claim_payment(claim.patient_control_number, [said])])
        waits = submitted_claim(store, practice, [("97153", 8)], client=practice.add_client("WAIT"))
        with store.work(BILLER, NOW) as work:
            waiting = post_payment(
                work,
                remittances(
                    [claim_payment(waits.patient_control_number, [line(32000, 24000, "CO-45 80")])]
                ),
                review=True,
            )
            case = CaseFile.get_by_id(open_case(work, [cased.id], {"subject": "Denied"}).made[0])
            snoozed = snooze_claims(work, [two.id], TOMORROW, "waits").done
            assert snoozed == [two.id]
        action = UndoableAction.select().order_by(UndoableAction.id.desc()).get()
        UndoableAction.update(login="ann").where(UndoableAction.id == action.id).execute()
        add_rule("Authorizations")
        add_rule_user = Actor("ada", "Ada", "administrator")
        with store.work(add_rule_user, NOW) as work:
            add_user(work, "dana", "Dana Ruiz", "denial specialist")

        booked_visit = clinic.book()
        over = clinic.checked_out((Service("97156", 2),), begins="11:00")
        bare = clinic.checked_out(begins="12:00")
        InvoiceLine.delete().where(InvoiceLine.invoice == invoice_of(bare).id).execute()
        Invoice.delete().where(Invoice.visit == bare.id).execute()
        invoice, payment = self._answered(clinic, clinic.checked_out(begins="13:00"), 2500)
        owing, _ = self._answered(clinic, clinic.checked_out(visit_on=days(-1)), 500)
        unpaid = invoice_of(over)
        file = IncomingFile.create(
            source="import", name="a.277", sha256="0" * 64, size=0, content=b"", received_at=NOW
        )
        reason = int(WriteOffReason.get(WriteOffReason.name == "Small balance").id)
        (short_line,) = ClaimLine.select().where(ClaimLine.claim == short)
        session = SessionRecord(
            client.id,
            practice.technician.id,
            unit.id,
            practice.office.id,
            "ABA",
            "97153",
            NOW,
            NOW + datetime.timedelta(hours=1),
        )
        new = ChargeItem.get_by_id(new.id)
        answer = ClaimAnswer(
            "277CA", True, "payer", "A2", "20", "PR", "Accepted", waits.patient_control_number
        )
        letter = DraftLetter("Appeal", "Please decide again.", None, ())
        return {
            "enter sessions": lambda work: record_sessions(work, [session]),
            "approve charges": lambda work: approve_charges(
                work, ApprovalChoice(charge_items=[new.id])
            ),
            "hold and release charges": lambda work: hold_charges(work, [new.id], "looked at"),
            "edit charges": self.saved("charge_item", new, notes="looked at"),
            "price charges again": lambda work: reprice(work, [Scope(business_unit=unit.id)]),
            "mark charges as billed elsewhere": lambda work: mark_billed_externally(
                work, [ready.id]
            ),
            "generate claims": lambda work: generate_claims(
                work, GenerationChoice(charge_items=[ready.id])
            ),
            "edit claims": self.saved("claim", draft, illness_on=SERVICE_DAY),
            "submit claims": lambda work: save_and_submit(work, [draft.id]),
            "correct, void and resend claims": lambda work: split_claim(work, two.id, [second.id]),
            "bill the next payer": lambda work: bill_secondary(work, [onward.id]),
            "snooze claims": lambda work: snooze_claims(work, [draft.id], TOMORROW, "waits"),
            "work denials": lambda work: hand_on(work, [cased.id], "dana"),
            "work appeals": lambda work: draft_appeals(work, {denied.id: letter}),
            "work cases": lambda work: add_note(work, [case.id], "called"),
            "close cases": lambda work: cancel(work, [case.id]),
            "run case rules": lambda work: run_rules(work, [denied.id]),
            "post remittances": lambda work: post_waiting_payments(work, [waiting.payment_id]),
            "match remittances": lambda work: take_off_claims(work, [paid.id], "not ours"),
            "take back payments": lambda work: take_back_remittances(
                work, posted.payment_id, "bounced"
            ),
            "reconcile deposits": lambda work: record_one(work, ReceivedDeposit(TODAY, 12345, "X")),
            "write off": lambda work: write_off(work, [open_claim.id], "payer", reason),
            "transfer balances": lambda work: transfer_to_patient(work, [low.id]),
            "decide underpayments": lambda work: accept_underpayments(
                work, [short_line.id], "little"
            ),
            "make invoices": lambda work: make_invoices(work, [bare.id]),
            "take patient payments": lambda work: take_payment(work, unpaid.id, 100, "cash"),
            "take back patient payments": lambda work: take_back_payment(work, payment, "bounced"),
            "apply payments to invoices": lambda work: put_insurance(work, [invoice.id]),
            "settle invoices": lambda work: settle_invoices(work, [owing.id], reason),
            "refund": lambda work: refund_payment(work, payment, 500, "check"),
            "make statements": lambda work: make_statements(work, [poor.id]),
            "edit clients": self.saved("client", client, city="TROY"),
            "edit authorizations": self.saved(
                "authorization", practice.authorization, number="AUTH-NEW"
            ),
            "book and change visits": lambda work: cancel_visits(work, [booked_visit.id], "ill"),
            "check visits in and out": lambda work: check_in(work, [booked_visit.id]),
            "claim visits": lambda work: queue_for_claim(work, [over.id]),
            "edit payers": self.saved("payer", practice.payer, name="Acme"),
            "edit rules, reasons and letters": lambda work: add(
                work, "write_off_reason", {"name": "Charity"}
            ),
            "edit the practice": self.saved("location", practice.office, name="Main office"),
            "import claims and answers": lambda work: record_answers(work, file.id, [answer]),
            "run jobs": lambda work: request_job(work, "submit"),
            "undo": lambda work: undo(work, action.id),
            "reveal identifiers": lambda work: reveal_identifiers(work, "client", client.id),
            "read the audit trail": lambda work: read_trail(work, "all", ""),
            "manage users and keys": lambda work: add_user(work, "zoe", "Zoe", "biller"),
            "take up emergency access": _in_an_emergency,
            "care for the store": _cared_for,
        }

    def _answered(self, clinic: Booked, visit: Visit, paid: int) -> tuple[Invoice, int]:
        """The invoice of a visit, and what the patient paid before the payer left 20.00 of it."""
        invoice = invoice_of(visit)
        with self.store.work(BILLER, NOW) as work:
            (claim,) = queue_for_claim(work, [visit.id]).made
            mark_sent_elsewhere(work, [claim])
            payment = take_payment(work, invoice.id, paid, "card").id
        (row,) = ClaimLine.select().where(ClaimLine.claim == claim)
        day = row.first_service_date
        said = line(
            row.billed, row.billed - 2000, "PR-3 20.00", row.procedure_code, first_service_date=day
        )
        post(self.store, [claim_payment(row.claim.patient_control_number, [said])])
        return invoice, payment

    def outside(self, right: Right, actor: Actor) -> bool:
        """Does what has a unit of work of its own; False where there is none such."""
        if right.action == "import tables":
            content = b"MRN,Last name,First name,Date of birth,Sex\n9,ITO,BEN,2019-05-05,M\n"
            try_table(self.store, actor, "clients.csv", content, now=NOW)
        elif right.action == "export":
            chosen = ApprovalChoice(from_date=TODAY)
            target = self.folder / "charges.csv"
            target.unlink(missing_ok=True)
            with recorded_file(self.store, actor, NOW, target, "exported", chosen) as file:
                file.write(b"x")
        else:
            return False
        return True

    def became(self, right: Right, actor: Actor) -> str:
        """What became of an action that somebody tries."""
        try:
            if self.outside(right, actor):
                return DONE
            with self.store.work(actor, NOW) as work:
                self._try(self.cells[right.action], work)
        except _GivenUp as given_up:
            return str(given_up)
        except Refused as refused:
            return _why(str(refused), right)
        raise AssertionError("a cell that is not given up")

    def _try(self, cell: Cell, work: Work) -> None:
        result = cell(work)
        if not isinstance(result, Outcome):
            raise _GivenUp(DONE)
        reasons = [left.reason for left in result.left]
        if any(reason.endswith("has no right") for reason in reasons):
            assert (result.done, result.made) == ([], [])
            raise _GivenUp(NOT_THE_UNIT)
        raise _GivenUp(DONE if result.done or result.made else f"nothing is done: {reasons}")


class _GivenUp(Exception):
    """Ends the unit of work of a cell; says what became of it."""


def _in_an_emergency(work: Work) -> Any:
    User.create(login=work.actor.login, name="Ann Low", role="biller", emergency_role="biller")
    return begin_emergency(work, "a colleague fell ill", 30)


def _cared_for(work: Work) -> None:
    with doing(work, KEEP_STORE):
        pass


def _why(said: str, right: Right) -> str:
    if said.endswith("has no right"):
        return NOT_THE_UNIT
    if said.endswith("which is about the whole practice"):
        return NOT_THE_WHOLE
    assert f"may not {right.action}: " in said, said
    return NOT_THE_ROLE


def expected(right: Right, role: str, limit: str) -> str:
    if role not in right.roles:
        return NOT_THE_ROLE
    if limit == "no limit" or right.reach == ANY:
        return DONE
    if right.reach == WHOLE:
        return NOT_THE_WHOLE
    return DONE if limit == "own unit" else NOT_THE_UNIT


@pytest.fixture(scope="module")
def kept(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("rights")
    shutil.copytree(sqlite_template.keys, folder / "keys")
    shutil.copy2(sqlite_template.place, folder / "practice.db")
    with Store.open(str(folder / "practice.db"), folder / "keys") as store:
        yield Kept(store, folder)


def cells_of(kept: Kept, right: Right) -> dict[tuple[str, str], tuple[str, str]]:
    """By role and limit what became of an action, and what the table says."""
    limits = {
        "no limit": frozenset[int](),
        "own unit": frozenset((int(kept.practice.unit.id),)),
        "other unit": frozenset((int(kept.other.id),)),
    }
    return {
        (role, limit): (
            kept.became(right, Actor("ann", "Ann Low", role, units)),
            expected(right, role, limit),
        )
        for role in PEOPLE
        for limit, units in limits.items()
    }


@pytest.mark.parametrize("right", RIGHTS, ids=lambda right: right.action)
def test_every_cell_of_the_table_is_as_it_says(kept: Kept, right: Right) -> None:
    found = cells_of(kept, right)
    assert {cell: became for cell, (became, _) in found.items()} == {
        cell: said for cell, (_, said) in found.items()
    }
    assert len(found) == 18


def test_the_worker_does_what_its_jobs_do_alone(kept: Kept) -> None:
    for right in RIGHTS:
        if right.action == "undo":
            continue
        became = kept.became(right, WORKER)
        assert became == (DONE if SYSTEM in right.roles else NOT_THE_ROLE), right.action


def test_a_choice_by_days_is_of_the_persons_units_alone(kept: Kept) -> None:
    actor = Actor("ann", "Ann Low", "biller", frozenset((int(kept.other.id),)))
    with kept.store.work(actor, NOW) as work:
        assert approve_charges(work, ApprovalChoice()).done == []
        with pytest.raises(Refused, match=r"North Clinic: .* to which ann has no right"):
            approve_charges(work, ApprovalChoice(business_units=[kept.practice.unit.id]))


def test_of_many_records_those_of_other_units_are_left_and_the_others_done(kept: Kept) -> None:
    actor = Actor("ann", "Ann Low", "biller", frozenset((int(kept.practice.unit.id),)))
    with suppress(_GivenUp), kept.store.work(actor, NOW) as work:
        own, theirs = (
            kept.practice.add_claim(client=kept.practice.add_client(name), business_unit=unit)
            for name, unit in (("MINE", kept.practice.unit), ("THEIRS", kept.other))
        )
        outcome = snooze_claims(work, [theirs.id, own.id], TOMORROW, "waits")
        assert outcome.done == [own.id]
        (left,) = outcome.left
        assert (left.key, left.name) == (theirs.id, theirs.number)
        assert left.reason == ("it is of the business unit South Clinic, to which ann has no right")
        raise _GivenUp


def test_nothing_is_read_for_who_is_not_limited(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    execute = type(kept.store.database).execute_sql

    def noted(self: Any, sql: str, *args: Any, **named: Any) -> Any:
        asked.append(sql)
        return execute(self, sql, *args, **named)

    counts = []
    for units in (frozenset[int](), frozenset((int(kept.practice.unit.id),))):
        with (
            monkeypatch.context() as patch,
            kept.store.work(Actor("ann", "Ann", "biller", units), NOW) as work,
        ):
            patch.setattr(type(kept.store.database), "execute_sql", noted)
            asked.clear()
            snooze_claims(work, [], TOMORROW, "x")
            cancel(work, [])
            hold_charges(work, range(1000, 1400), "x")
        counts.append(sum("WITH one (id, name, unit)" in sql for sql in asked))
    assert counts == [0, 1]


def test_every_action_of_the_table_reaches_somebody_and_none_but_reading_an_auditor() -> None:
    for right in RIGHTS:
        assert "administrator" in right.roles
        if "auditor" in right.roles:
            assert right.reach == ANY
        assert right.reach in (OWN, WHOLE, ANY)


def test_rows_of_the_table_on_either_database(store: Store, tmp_path: Path) -> None:
    """The last test of the module: tables belong to the store that was opened last."""
    kept = Kept(store, tmp_path)
    for action in ("write off", "work cases", "close cases", "take back payments"):
        (right,) = (one for one in RIGHTS if one.action == action)
        found = cells_of(kept, right)
        assert all(became == said for became, said in found.values()), found
