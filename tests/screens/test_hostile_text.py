"""Texts that try to act: on every screen and in every dialog they are only letters.

What is stored and what there is to show are listed from the code: a new text column is hostile
here by itself, and a new screen or dialog that nobody walks to fails the last test.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from peewee import TextField
from textual.pilot import Pilot
from textual.screen import ModalScreen

import rcm_tui.screens
from rcm_tui.billing.appeals.drafting import DraftLetter
from rcm_tui.billing.appeals.grounds import Ground
from rcm_tui.billing.appeals.levels import Level
from rcm_tui.billing.cases.opening import CaseProposal
from rcm_tui.billing.cases.rules.trial import Share, Trial
from rcm_tui.billing.clients.rendering_changes import Changed, RenderingChanges
from rcm_tui.billing.editing import KINDS, appointing, comparing
from rcm_tui.billing.invoices.payments import take_payment
from rcm_tui.billing.outcome import Left
from rcm_tui.data.fields import CodeField
from rcm_tui.data.queues.clients import CLIENTS
from rcm_tui.data.queues.queue import Queue
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import Appeal, AppealProof
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.every import ALL_TABLES
from rcm_tui.data.tables.row import Row
from rcm_tui.exchange.tables.importing import TableReport
from rcm_tui.exchange.tables.outcomes import Change, Fault, RowOutcome
from rcm_tui.screens import (
    appeal_dialogs,
    attaching,
    case_dialogs,
    case_rules,
    charge_dialogs,
    columns,
    correcting,
    deposit_work,
    differences,
    form_dialogs,
    import_dialogs,
    invoices,
    paper_dialogs,
    places,
    refund_dialog,
    resending,
    revealing,
    saved_views,
    shared_fields,
    snoozing,
    statement_work,
    taking_over,
    timeline_dialogs,
    tour,
    transfers,
    visit,
    visit_dialogs,
)
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.audit_record import AuditRecordScreen
from rcm_tui.screens.case_dialogs import ClaimNumbers
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.exporting import ExportDialog
from rcm_tui.screens.forms.registry import form_of
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.result_sheet import ResultSheet
from rcm_tui.widgets.chooser import Chooser, Option
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.key_menu import Item, KeyMenu
from rcm_tui.widgets.progress_dialog import ProgressDialog
from rcm_tui.widgets.row_list import Row as ListRow
from rcm_tui.widgets.written import written
from tests.billing.visits.booked import booked, invoice_of
from tests.practice_builder import BILLER, MANAGER, NOW, TODAY
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import picture, press, settle
from tests.screens.test_pictures import SCREENS

HOSTILE = (
    "[@click=app.quit]x[/]",
    "[/oops]",
    "[bold red]",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202eevil\u2066",
    "$error {x} \\[a",
    "e\u0301\u0301\u0301\u0301\u0301",
)
ALL_OF_THEM = " ".join(HOSTILE)
OURS = {
    # What the program writes itself and reads back as a code, a key or a name in its own lists.
    "adjustment": {"group_code"},
    "audit_record": {"at", "seal", "subject"},
    "audit_head": {"seal", "head_seal"},
    "claim": {"frequency", "number", "patient_control_number"},
    "claim_response": {"kind"},
    "claim_validation": {"rule", "severity"},
    "clearinghouse": {"kind", "usage", "outgoing", "incoming"},
    "counter": {"name"},
    "job": {"name"},
    "journal": {"kind"},
    "lease": {"name"},
    "migration": {"name"},
    "payment": {"set_key", "payment_key"},
    "practice": {"time_zone", "store_key"},
    "preference": {"login", "name", "value"},
    "recent_record": {"login", "subject"},
    "remittance": {"status_code"},
    "stored_file": {"sha256"},
    "timeline_revision": {"was"},
    "user": {"login", "role"},
    "visit": {"begins"},
}
JSON = {"payment": {"held_reasons"}, "audit_record": {"details"}}
LEDGER = {"journal", "entry", "audit_record", "audit_head"}
"""The store refuses to change these."""


def text_columns(table: type[Row]) -> list[Any]:
    """The columns of a table that hold text which came from people or files."""
    name = str(table._meta.table_name)
    return [
        one
        for one in table._meta.sorted_fields
        if type(one) in (TextField, CodeField)  # not its children: dates, choices, moments
        and one.name not in OURS.get(name, ())
    ]


def make_hostile() -> None:
    """Every text of every row becomes one of the hostile ones, in turn."""
    for table in ALL_TABLES:
        name = str(table._meta.table_name)
        columns = text_columns(table)
        if name in LEDGER or not columns:
            continue
        for row in table.select(table.id):
            text = f"{HOSTILE[row.id % len(HOSTILE)]} {row.id}"
            values = {
                one.name: json.dumps([text]) if one.name in JSON.get(name, ()) else text
                for one in columns
            }
            table.update(values).where(table.id == row.id).execute()


def an_appeal() -> None:
    """One that was sent for a denied claim, with a document, so that there is one to open."""
    claim = Claim.get(Claim.adjudication == "denied")
    appeal = Appeal.create(
        **{"number": "A-1", "claim": claim, "chain": claim.chain or claim.id, "level": 1},
        **{"level_name": "appeal", "reason": "CO-197", "amount": 100, "notice_on": TODAY},
        **{"deadline": TODAY, "letter": "Dear", "state": "sent", "how": "fax", "sent_on": TODAY},
        **{"answer_due": TODAY, "created_at": NOW},
    )
    AppealProof.create(appeal=appeal, kind="denial notice")


def only_letters(app: Workstation, where: str) -> str:
    """What is on screen, when nothing in it acts on a terminal."""
    shown = picture(app)
    for letter in shown.replace("\n", ""):
        assert unicodedata.category(letter) not in ("Cc", "Cf"), (where, shown)
    return shown


def hostile_report() -> TableReport:
    """What an import says of a file with nothing but hostile texts in it."""
    change = Change(ALL_OF_THEM, ALL_OF_THEM, ALL_OF_THEM)
    fault = Fault(ALL_OF_THEM, ALL_OF_THEM, ALL_OF_THEM)
    return TableReport(
        HOSTILE[0],
        "tried",
        "sessions",
        ALL_OF_THEM,
        ALL_OF_THEM,
        headings=list(HOSTILE),
        rows=[RowOutcome(1, "new", ALL_OF_THEM, [change], [fault])],
        notes=[ALL_OF_THEM],
    )


def hostile_comparison() -> comparing.Comparison:
    """A correction in which every text is hostile, before and after."""
    note = KINDS["claim"].field("claim_note")
    changes = [comparing.Change(n, note, text, text, text, text) for n, text in enumerate(HOSTILE)]
    return comparing.Comparison(1, ALL_OF_THEM, "7", changes, list(HOSTILE), list(HOSTILE))


def hostile_shared_fields() -> shared_fields.SharedState:
    """Fields of marked claims that are filled with hostile texts, and what is wrong with them."""
    state = shared_fields.SharedState(form_of("claim"), TODAY)
    for name in state.fields:
        state.put(name, 1 if state.fields[name].kind == "reference" else ALL_OF_THEM, ALL_OF_THEM)
    state.refuse(dict.fromkeys(state.fields, ALL_OF_THEM))
    return state


def hostile_proposal() -> CaseProposal:
    """A case that takes claims of hostile names, and leaves some."""
    return CaseProposal([1], 100, 100, [Left(n, t, f"{t}: {t}") for n, t in enumerate(HOSTILE)])


def hostile_trial() -> Trial:
    """What rules would have done, for owners and subjects of hostile names."""
    shares = [Share(text, 1, 1, 100) for text in HOSTILE]
    return Trial(30, claims=[1], owners=shares, subjects=shares)


def hostile_appeal() -> appeal_dialogs.Appealing:
    """An appeal of a claim, a payer and a level of hostile names, by such a letter."""
    level = Level(1, ALL_OF_THEM, 60, 30, HOSTILE)
    ground = Ground(
        *(1, ALL_OF_THEM, 1, 1, ALL_OF_THEM, level, ALL_OF_THEM, HOSTILE, ALL_OF_THEM),
        *(100, TODAY, TODAY),
    )
    letter = DraftLetter(ALL_OF_THEM, "\n".join((ALL_OF_THEM, *HOSTILE)), None, HOSTILE)
    return appeal_dialogs.Appealing([ground], {1: letter}, {1: ALL_OF_THEM}, reference=ALL_OF_THEM)


def hostile_follow_up() -> appointing.Foreseen:
    """Who takes over from whom, and what follows, with nothing but hostile names."""
    changed = [Changed(n, text, text, text, text, None) for n, text in enumerate(HOSTILE)]
    left = [Left(n, text, text) for n, text in enumerate(HOSTILE)]
    ending = appointing.Ending(1, ALL_OF_THEM, ALL_OF_THEM, TODAY, TODAY)
    return appointing.Foreseen(ending, RenderingChanges(changed, changed, left))


def hostile_queue() -> Queue:
    """A queue that is called so, as are its columns."""
    named = tuple(replace(column, title=ALL_OF_THEM) for column in CLIENTS.columns)
    return replace(CLIENTS, title=ALL_OF_THEM, columns=named)


MADE: dict[type[Dialog[Any]], Callable[[], Dialog[Any]]] = {
    Chooser: lambda: Chooser(ALL_OF_THEM, [Option(1, ALL_OF_THEM, ALL_OF_THEM)]),
    ClaimNumbers: lambda: ClaimNumbers(ALL_OF_THEM),
    Confirm: lambda: Confirm(ALL_OF_THEM, HOSTILE, ALL_OF_THEM),
    ExportDialog: lambda: ExportDialog(ALL_OF_THEM, Path("/") / "x", ALL_OF_THEM),
    revealing.IdentifiersDialog: lambda: revealing.IdentifiersDialog([(ALL_OF_THEM, ALL_OF_THEM)]),
    ProgressDialog: lambda: ProgressDialog(ALL_OF_THEM, print, _never, ValueError),
    ResultSheet: lambda: ResultSheet(
        ALL_OF_THEM, HOSTILE, [Left(n, text, text) for n, text in enumerate(HOSTILE)]
    ),
    charge_dialogs.ReasonDialog: lambda: charge_dialogs.ReasonDialog(
        ALL_OF_THEM, ALL_OF_THEM, ALL_OF_THEM
    ),
    saved_views.ViewDialog: lambda: saved_views.ViewDialog(
        ALL_OF_THEM, ALL_OF_THEM, ALL_OF_THEM, None, ALL_OF_THEM
    ),
    visit_dialogs.PaymentDialog: lambda: visit_dialogs.PaymentDialog(
        ALL_OF_THEM, ALL_OF_THEM, 100, TODAY
    ),
    visit_dialogs.ReasonDialog: lambda: visit_dialogs.ReasonDialog(
        ALL_OF_THEM, ALL_OF_THEM, ALL_OF_THEM
    ),
    refund_dialog.RefundDialog: lambda: refund_dialog.RefundDialog(ALL_OF_THEM, ALL_OF_THEM, 100),
    statement_work.StatementsDialog: lambda: statement_work.StatementsDialog(
        ALL_OF_THEM, ALL_OF_THEM, ALL_OF_THEM, "make them"
    ),
    deposit_work.StatementSheet: lambda: deposit_work.StatementSheet(
        ALL_OF_THEM, [ALL_OF_THEM, *HOSTILE]
    ),
    paper_dialogs.CheckDialog: lambda: paper_dialogs.CheckDialog(
        ALL_OF_THEM, TODAY, paper_dialogs.Check(ALL_OF_THEM, 100, "CHK", TODAY, ALL_OF_THEM)
    ),
    paper_dialogs.OtherAdjustments: lambda: paper_dialogs.OtherAdjustments(*[ALL_OF_THEM] * 4),
    paper_dialogs.ProviderAdjustment: lambda: paper_dialogs.ProviderAdjustment(*[ALL_OF_THEM] * 4),
    transfers.TransferDialog: lambda: transfers.TransferDialog(
        ALL_OF_THEM, [ALL_OF_THEM], [ALL_OF_THEM]
    ),
    correcting.CorrectionDialog: lambda: correcting.CorrectionDialog(
        ALL_OF_THEM, HOSTILE, ALL_OF_THEM, ALL_OF_THEM, ALL_OF_THEM
    ),
    differences.DifferencesDialog: lambda: differences.DifferencesDialog(
        ALL_OF_THEM, hostile_comparison()
    ),
    resending.SplitDialog: lambda: resending.SplitDialog(
        ALL_OF_THEM,
        [
            ClaimLine(id=n, position=n, procedure_code=text, modifiers=text, units=1, billed=1)
            for n, text in enumerate(HOSTILE, 1)
        ],
    ),
    shared_fields.SharedFieldsDialog: lambda: shared_fields.SharedFieldsDialog(
        ALL_OF_THEM, hostile_shared_fields(), _never
    ),
    form_dialogs.Conflict: lambda: form_dialogs.Conflict(
        ALL_OF_THEM, ALL_OF_THEM, [form_dialogs.Clash(*[text] * 5) for text in HOSTILE]
    ),
    form_dialogs.DraftFound: lambda: form_dialogs.DraftFound(ALL_OF_THEM, HOSTILE, newer=True),
    columns.ColumnsDialog: lambda: columns.ColumnsDialog(hostile_queue(), []),
    case_dialogs.NewCase: lambda: case_dialogs.NewCase(
        hostile_proposal(),
        dict.fromkeys(case_dialogs.ASKED, ALL_OF_THEM),
        dict.fromkeys(("payer", "client", "owner"), ALL_OF_THEM),
        TODAY,
    ),
    appeal_dialogs.AppealDialog: lambda: appeal_dialogs.AppealDialog(hostile_appeal(), TODAY),
    appeal_dialogs.LetterDialog: lambda: appeal_dialogs.LetterDialog(
        ALL_OF_THEM, ALL_OF_THEM, "\n".join(HOSTILE), HOSTILE, ALL_OF_THEM
    ),
    appeal_dialogs.SendDialog: lambda: appeal_dialogs.SendDialog(ALL_OF_THEM, HOSTILE),
    appeal_dialogs.AnswerDialog: lambda: appeal_dialogs.AnswerDialog(ALL_OF_THEM, 1, 100, TODAY),
    case_rules.TrialSheet: lambda: case_rules.TrialSheet(ALL_OF_THEM, hostile_trial()),
    taking_over.TakingOver: lambda: taking_over.TakingOver(hostile_follow_up()),
    form_dialogs.Leaving: lambda: form_dialogs.Leaving(HOSTILE),
    timeline_dialogs.EntryDialog: lambda: timeline_dialogs.EntryDialog(
        ALL_OF_THEM,
        [
            timeline_dialogs.Asked("one", ALL_OF_THEM, value=ALL_OF_THEM, placeholder=ALL_OF_THEM),
            timeline_dialogs.Asked("box", ALL_OF_THEM, timeline_dialogs.BOX, ALL_OF_THEM),
        ],
        TODAY,
        "keep it",
        HOSTILE,
    ),
    timeline_dialogs.EntrySheet: lambda: timeline_dialogs.EntrySheet(
        ALL_OF_THEM, [ListRow(written(text), n) for n, text in enumerate(HOSTILE)], exports=True
    ),
    KeyMenu: lambda: KeyMenu(ALL_OF_THEM, [Item("a", ALL_OF_THEM, ALL_OF_THEM)]),
    attaching.FileName: lambda: attaching.FileName(ALL_OF_THEM, Path("/") / "x"),
    import_dialogs.TrialSheet: lambda: import_dialogs.TrialSheet(hostile_report()),
    import_dialogs.HeadingsDialog: lambda: import_dialogs.HeadingsDialog(
        hostile_report(), ALL_OF_THEM, HOSTILE
    ),
}
"""Dialogs made here with nothing but hostile texts, however hard they are to come to."""
SHOW_NOTHING_STORED = {
    tour.TourStep: "our own sentences alone",
    snoozing.SnoozeDialog: "a count and money",
    case_dialogs.FollowUp: "a count and money",
}
WALKED_BELOW = {"visits": visit.VisitScreen, "invoices": invoices.InvoiceScreen}
"""Those that need visits, of which the busy store has none: queue and what opens from it."""
WALKED_ELSEWHERE = {AuditRecordScreen: "test_audit.py, as somebody who may read the trail"}


async def _never(*_: Any) -> None:
    """Work that does nothing: the dialog over it stays as it is for a moment."""


async def leave_everything(pilot: Pilot[int]) -> None:
    """Back to a section without a filter, whatever was open."""
    app = pilot.app
    assert isinstance(app, Workstation)
    for _ in range(6):
        if isinstance(app.screen, ModalScreen):
            await press(pilot, "escape")
    while len(app.screen_stack) > 2:
        app.pop_screen()
    for screen in app._frames.values():
        if getattr(screen, "filter", ""):
            screen.filter = ""  # type: ignore[attr-defined]
    await settle(pilot)


async def test_every_screen_and_dialog_draws_it_as_letters(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    an_appeal()
    make_hostile()
    busy_store.practice_name = "".join(HOSTILE)
    app = make_workstation(busy_store, MANAGER)
    seen: set[type] = set()
    async with app.run_test(size=(160, 50)) as pilot:
        await app.look()
        for name, keys in SCREENS.items():
            for key in ("1", *keys):
                await press(pilot, key)
                seen |= {type(screen) for screen in app.screen_stack}
            if name == "claims-denied-preview":
                app.screen._preview()  # type: ignore[attr-defined]
                await settle(pilot)
            shown = only_letters(app, name)
            if name == "claims":
                assert all(text in shown for text in HOSTILE[:3]), shown
            await leave_everything(pilot)
        seen |= await sections_and_their_first_records(pilot)
        for kind, make in MADE.items():
            await app.push_screen(make())
            await settle(pilot)
            shown = only_letters(app, kind.__name__)
            assert kind is ProgressDialog or "[@click=app.quit]x" in shown, shown
            await leave_everything(pilot)
        assert app.return_code is None
    seen |= {*MADE, *SHOW_NOTHING_STORED, *WALKED_BELOW.values(), *WALKED_ELSEWHERE}
    forgotten = {f"{one.__module__}.{one.__qualname__}" for one in every_screen()} - {
        f"{one.__module__}.{one.__qualname__}" for one in seen
    }
    assert not forgotten, f"walk to them in test_pictures.SCREENS, or make them here: {forgotten}"


@pytest.mark.parametrize("name", WALKED_BELOW)
async def test_every_part_of_a_visit_and_its_invoice_draws_it_as_letters(
    store: Store, make_workstation: MakeWorkstation, name: str
) -> None:
    clinic = booked(store)
    invoice = invoice_of(clinic.checked_out())
    with store.work(BILLER, NOW) as work:
        take_payment(work, invoice.id, 2500, "check", reference="1042", memo="copay")
    make_hostile()
    app = make_workstation(store)
    async with app.run_test(size=(160, 50)) as pilot:
        await app.look()
        app.go(name)
        await settle(pilot)
        app.screen.want("all")  # type: ignore[attr-defined]
        await settle(pilot)
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, WALKED_BELOW[name])
        parts = set()
        while screen.part not in parts:
            parts.add(screen.part)
            shown = only_letters(app, f"{name}, {screen.part}")
            assert any(text in shown for text in HOSTILE[:3]), shown
            await press(pilot, "right_square_bracket")
        assert len(parts) > 1
        assert app.return_code is None


async def sections_and_their_first_records(pilot: Pilot[int]) -> set[type]:
    """Shows every section and queue by its name, and opens what is first in it."""
    app = pilot.app
    assert isinstance(app, Workstation)
    seen: set[type] = set()
    for name in (*places.SCREENS, *places.RECORD_QUEUES):
        if f"{name}s" in places.SCREENS:
            continue  # a record, opened from its queue
        app.go(name)
        await settle(pilot)
        if isinstance(app.screen, QueueScreen):
            app.screen.want(
                "all"
                if "all" in {v.name for v in app.screen.queue.views}
                else app.screen.queue.default_view
            )
            await settle(pilot)
        only_letters(app, name)
        seen.add(type(app.screen))
        await press(pilot, "enter")
        only_letters(app, f"{name}, opened")
        seen |= {type(screen) for screen in app.screen_stack}
        await leave_everything(pilot)
    return seen


def every_screen() -> Iterator[type]:
    """Every screen and dialog of the program that is shown as such."""
    for module in pkgutil.walk_packages(rcm_tui.screens.__path__, "rcm_tui.screens."):
        importlib.import_module(module.name)
    for kind in (*_below(Frame), *_below(Dialog)):
        if kind not in SHOW_NOTHING_STORED and not kind.__subclasses__():
            yield kind


def _below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("rcm_tui."):
            yield one
        yield from _below(one)
