"""Every screen and dialog as it looks at 80×24 and 160×50, compared with files read by people."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.outcome import NOT_REACHED, Cancelled, Left
from rcm_tui.data.store import Store
from rcm_tui.screens.administration import SET_UP
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.exporting import ExportDialog
from rcm_tui.screens.form_dialogs import Clash, Conflict
from rcm_tui.screens.result_sheet import ResultSheet
from rcm_tui.widgets.progress_dialog import Progress, ProgressDialog
from tests.practice_builder import BILLER, MANAGER
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import differs, picture, press, settle

DEPOSITED = (
    *("5", "5", "5", "n", "tab", *"150", "tab", *"8077", "tab", *"ACME LOCKBOX", "enter"),
    *("v", *"to rec", "enter"),
)
"""A deposit that is typed, and explained by nothing."""
PAYMENTS_NEW = ("5", "right_square_bracket", "n", *"acme", "enter")
PAPER = (
    *(*PAYMENTS_NEW, *"441", "tab", *"320", "enter"),
    *("n", *"t-c-000044", "enter"),
)
"""An EOB that is typed, with one claim."""
RULES_OF_CASES = ("ctrl+p", *"case rules all", "enter")
KINDS_OF_CASES = ("ctrl+p", *"kinds of cases all", "enter")
ESCALATION_RULES = ("ctrl+p", *"escalation rules all", "enter")
CHILD = ("4", "enter", "c", *"Ask the payer", "ctrl+s", *["right_square_bracket"] * 6)
"""A case below another one."""
DENIED_BEFORE = ("8", "8", *"denied bef", "enter", "v", *"all", "enter")
PAYER_RULES = list(SET_UP).index("payer_rules")
APPEALED = (
    *("3", "v", *"denied", "enter", "a", "asterisk", "enter"),
    *("4", "4", *"appeals", "enter"),
)
"""A denied claim that was appealed, in the queue of appeals."""
# From Home: what is pressed to come there, and what is pressed to leave dialogs again.
SCREENS = {
    "home": ("1",),
    "charges": ("2",),
    "approve": ("2", "a"),
    "charges-ready-generate": ("2", "v", "r", "e", "a", "d", "enter", "a"),
    "hold": ("2", "h"),
    "charge-summary": ("2", "enter"),
    "charge-claim-line": ("2", "enter", "right_square_bracket"),
    "charge-history": ("2", "enter", "left_square_bracket"),
    "charge-form": ("2", "e"),
    "charges-reopened": ("2", "v", *"resub", "enter", "a"),
    "billing-export": ("2", "B"),
    "duplicates-report": ("2", "D"),
    "charge-periods": ("2", "right_square_bracket"),
    "charge-periods-approve": ("2", "right_square_bracket", "down", "a"),
    "claims": ("3",),
    "claims-denied-preview": ("3", "v", "d", "e", "n", "i", "enter", "p"),
    "claims-marked": ("3", "space", "space"),
    "emergencies": ("ctrl+p", *"emergency access all", "enter"),
    "emergency": ("ctrl+p", *"take up emergency", "enter"),
    "identifiers": ("6", "alt+i"),
    "claims-filter": ("3", "slash", "p", "a"),
    "claims-views": ("3", "v"),
    "claims-save-view": ("3", "s"),
    "claims-columns": ("3", "C", "J", "plus", "down", "space"),
    "claims-jump": ("3", "f", *"hadd"),
    "claims-edit-marked": ("3", "space", "e"),
    "snooze": ("3", "h"),
    "underpayments": ("3", "3", "2"),
    "denials": ("4", "4", "2", "p"),
    "denial": ("n",),
    "charts": ("8", "8", "2"),
    "underpayments-by-payer": ("3", "3", "3"),
    "write-off": ("3", "v", *"denied", "enter", "w"),
    "to-patient": ("3", "v", *"payer", "enter", "ctrl+a", "P"),
    "statements-due": ("7", "7", *"due", "enter"),
    "statements": ("7", "7", *"4"),
    "write-offs": ("3", "v", *"denied", "enter", "w", "enter", "3", *"write", "enter"),
    "case-rules": RULES_OF_CASES,
    "case-rule-form": (*RULES_OF_CASES, "enter"),
    "case-rules-tried": (*RULES_OF_CASES, "ctrl+a", "a"),
    "case-rule-runs": ("ctrl+p", *"cases opened by rules all", "enter"),
    "write-off-reasons": ("0", *["down"] * 8, "enter"),
    "patient-billing-rules": ("0", *["down"] * 9, "enter"),
    "correct": ("3", "v", *"denied", "enter", "d"),
    "correction-differs": (
        *("3", "v", *"denied", "enter", "d", "tab", *"ICN-7", "enter"),
        *("escape", "escape", "ctrl+s"),
    ),
    "submissions-of-a-chain": (
        *("3", "v", *"denied", "enter", "d", "tab", *"ICN-7", "enter"),
        *("escape", "escape", *["right_square_bracket"] * 3),
    ),
    "void": ("3", "v", *"denied", "enter", "x"),
    "send-as-new": ("3", "v", *"rejected", "enter", "D"),
    "new-case": ("3", "v", *"denied", "enter", "c"),
    "appeal-dialog": ("3", "v", *"denied", "enter", "a"),
    "appeals": APPEALED,
    "appeal": (*APPEALED, "enter"),
    "appeal-letter": (*APPEALED, "enter", "right_square_bracket"),
    "appeal-answer": (*APPEALED, "r"),
    "appeal-send": (
        *("3", "v", *"denied", "enter", "a", "ctrl+r"),
        *("4", "4", *"appeals", "enter", "v", *"drafts", "enter", "a"),
    ),
    "appeal-levels": ("ctrl+p", *"levels of appeal all", "enter"),
    "letter-words": ("ctrl+p", *"letters all", "enter", "b"),
    "cases": ("4",),
    "cases-resolve": ("4", "r"),
    "cases-follow-up": ("4", "h"),
    "case-timeline": ("4", "down", "enter"),
    "timeline-menu": ("4", "t"),
    "timeline-call": ("4", "t", "c"),
    "timeline-task": ("4", "t", "t"),
    "timeline-email": ("4", "down", "enter", "v", *"emails", "enter", "enter"),
    "timeline-entry": ("4", "down", "enter", "v", *"files", "enter", "enter"),
    "activities": ("4", "4", *"activities", "enter", "v", *"all", "enter"),
    "case-files": ("4", "down", "enter", *["right_square_bracket"] * 4),
    "case-folder": ("4", "enter", *["right_square_bracket"] * 5),
    "case-summary": ("4", "enter", *["right_square_bracket"] * 2),
    "case-claims": ("4", "enter", "right_square_bracket"),
    "case-steps": ("4", "enter", *["right_square_bracket"] * 3),
    "case-step-asked": ("4", "enter", *["right_square_bracket"] * 3, "enter"),
    "case-children": CHILD,
    "case-resolve-with-children": (*CHILD, "r"),
    "case-kinds": KINDS_OF_CASES,
    "case-kind-steps": (*KINDS_OF_CASES, "enter", "ctrl+pagedown"),
    "escalation-rules": ESCALATION_RULES,
    "escalation-rule-tried": (*ESCALATION_RULES, "enter", "f6"),
    "case-history": ("4", "enter", "left_square_bracket"),
    "case-form": ("4", "e"),
    "claim-cases": (
        "3",
        "slash",
        *"case:k-1002",
        "enter",
        "enter",
        *["left_square_bracket"] * 2,
    ),
    "claims-edit-marked-value": ("3", "space", "e", *"note", "enter"),
    "claims-saved": ("3", "v", *"draft", "enter", "ctrl+a", "a", "enter"),
    "undo": ("2", "h", *"no card", "enter", "u"),
    "claims-keys": ("3", "question_mark"),
    "commands": ("3", "ctrl+p"),
    "colours": ("ctrl+p", *"colours", "enter"),
    "tour": ("ctrl+p", *"tour", "enter", "enter"),
    "find": ("ctrl+g", *"hadd"),
    "find-recent": ("3", "enter", "alt+down", "1", "ctrl+g"),
    "claim-summary": ("3", "enter"),
    "claim-lines": ("3", "enter", "right_square_bracket"),
    "claim-validations": ("3", "G", "up", "enter", *["right_square_bracket"] * 2),
    "claim-submissions": ("3", "down", "down", "down", "enter", *["right_square_bracket"] * 3),
    "claim-remittances": ("3", "down", "enter", *["right_square_bracket"] * 4),
    "claim-ledger": ("3", "down", "down", "enter", *["right_square_bracket"] * 5),
    "claim-history": ("3", "enter", "left_square_bracket"),
    "remittances": ("5",),
    "lists": ("5", "5"),
    "responses": ("5", "5", *"resp", "enter"),
    "responses-all-preview": ("5", "5", *"resp", "enter", "v", *"all", "enter", "end", "p"),
    "transactions": ("5", "5", *"trans", "enter"),
    "transaction-claims": ("5", "5", *"trans", "enter", "enter"),
    "orphan": ("5", "equals_sign"),
    "orphan-remittance": ("5", "equals_sign", "right_square_bracket"),
    "orphan-other-claim": ("5", "equals_sign", "slash", *"hadd"),
    "remittance-lines": ("5", "5", "3"),
    "orphan-line": ("5", "5", "3", "v", *"all", "enter", "enter"),
    "provider-adjustments": ("5", "5", "4"),
    "paper-check": (*PAYMENTS_NEW, *"441", "tab", *"320"),
    "paper": (*PAPER, *"200", "tab", *"20"),
    "paper-other": (*PAPER, *["tab"] * 5, "enter"),
    "paper-left": (*PAPER, "escape"),
    "paper-kept-back": (*PAPER, "p", *"WO"),
    "deposits": DEPOSITED,
    "deposit": (*DEPOSITED, "enter"),
    "deposit-new": ("5", "5", "5", "n"),
    "match-sure": ("5", "v", *"without", "enter", "A"),
    "off-its-claim": ("5", "down", "x"),
    "payments": ("5", "right_square_bracket"),
    "payment-held": ("5", "right_square_bracket", "enter", "o"),
    "remittance-preview-held": ("5", "right_square_bracket", "enter"),
    "payment-summary": ("5", "right_square_bracket", "down", "enter"),
    "payment-remittances": ("5", "right_square_bracket", "down", "enter", "right_square_bracket"),
    "payment-adjustments": (
        *("5", "right_square_bracket", "down", "enter"),
        *["right_square_bracket"] * 2,
    ),
    "clients": ("6",),
    "authorizations-busy": ("6", "right_square_bracket"),
    "authorization-busy": ("6", "right_square_bracket", "enter"),
    "administration": ("0",),
    "practice-form": ("0", "end", "enter", "enter"),
    "fees": ("0", "end", *["up"] * 4, "enter"),
    "fee-repriced": (
        *("0", "end", *["up"] * 4, "enter", "down", "enter"),
        *(*["tab"] * 3, "backspace", *"45", "ctrl+s"),
    ),
    "modifier-rules": ("0", "end", *["up"] * 3, "enter"),
    "modifier-rule-form": ("0", "end", *["up"] * 3, "enter", *["down"] * 3, "enter"),
    "modifier-rule-tried": (
        *("0", "end", *["up"] * 3, "enter", "n", *"Everywhere"),
        *(*["tab"] * 5, *"u1", "f6"),
    ),
    "audit-refused": ("0", *["down"] * 20, "enter"),
    "most-units": ("0", "end", "up", "up", "enter"),
    "benefit-form": ("0", "end", *["up"] * 5, "enter", "enter"),
    "diagnoses": ("0", *["down"] * 5, "enter"),
    "diagnosis-form": ("0", *["down"] * 5, "enter", "n", "tab", "tab", *"pica"),
    "client-form": ("6", "enter"),
    "client-form-errors": ("6", "enter", "backspace", "tab", "backspace", "ctrl+s"),
    "coverage-form-offers": ("0", *["down"] * 4, "enter", "enter", "a"),
    "payer-form-rules": ("0", "enter", "enter", "ctrl+pagedown"),
    "claim-form": ("3", "v", *"draft", "enter", "e"),
    "claim-form-lines": ("3", "v", *"draft", "enter", "e", "ctrl+pagedown"),
    "belonging-removed": ("6", "enter", *["ctrl+pagedown"] * 2, "delete"),
    "draft-found": ("6", "enter", "x", "escape", "escape", "k", "enter"),
    "leaving": ("6", "enter", "x", "escape", "escape"),
    "sessions": ("0", *["down"] * 6, "enter"),
    "session-form": ("2", "n"),
    "reports": ("8",),
    "payer-ageing": ("8", "end", "up", "enter"),
    "case-insights": ("8", "8", *"case ins", "enter"),
    "case-insights-inside": ("8", "8", *"case ins", "enter", *["down"] * 5, "i"),
    "denial-insights": ("8", "8", *"denial ins", "enter"),
    "answered-lines": ("8", "8", *"answered", "enter"),
    "denied-before": ("8", "8", *"denied bef", "enter", "v", *"all", "enter"),
    "payer-rules": (*DENIED_BEFORE, "R", "0", *["down"] * PAYER_RULES, "enter"),
    "payer-rule-form": (*DENIED_BEFORE, "R", "0", *["down"] * PAYER_RULES, "enter", "enter"),
    "jobs": ("9",),
}


async def shown(pilot: Pilot[int], keys: tuple[str, ...]) -> str:
    app = pilot.app
    assert isinstance(app, Workstation)
    await app.look()
    await settle(pilot)
    await press(pilot, *keys)
    if "p" in keys[-1:]:
        app.screen._preview()  # type: ignore[attr-defined]  # not to wait for the cursor's rest
        await settle(pilot)
    return picture(app)


SET_UP_BY_A_MANAGER = {
    "appeal-levels", "benefit-form", "case-kind-steps", "case-kinds", "case-rule-form",
    "case-rules", "case-rules-tried", "escalation-rule-tried", "escalation-rules",
    "fee-repriced", "fees", "letter-words", "modifier-rule-form", "modifier-rule-tried",
    "modifier-rules", "most-units", "patient-billing-rules", "payer-form-rules",
    "payer-rule-form", "payer-rules", "practice-form", "write-off-reasons",
}  # fmt: skip
"""What a biller may only look at."""


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
@pytest.mark.parametrize("name", SCREENS)
async def test_it_looks_as_it_did(
    busy_store: Store, make_workstation: MakeWorkstation, name: str, size: tuple[int, int]
) -> None:
    actor = MANAGER if name in SET_UP_BY_A_MANAGER else BILLER
    async with make_workstation(busy_store, actor).run_test(size=size) as pilot:
        problem = differs(f"{name}-{size[0]}x{size[1]}", await shown(pilot, SCREENS[name]))
    assert not problem, problem


async def _for_ever(function: Callable[..., None], progress: Progress) -> None:
    """Work that is somewhere in the middle, and stays there."""
    function(progress)
    await asyncio.Event().wait()


CLASHES = (
    Clash("payer", "Payer", "", "Acme Health", "Blue Meadow Health Plan of the North"),
    Clash("member_id", "Member id", "ABC123456789", "ABC123456798", "ABC123456799"),
    Clash("holder_birth_date", "Date of birth", "03/14/2017", "03/14/2018", ""),
)
DIALOGS = {
    "progress-begins": lambda: ProgressDialog(
        "Exporting claims", lambda progress: None, _for_ever, Cancelled
    ),
    "progress": lambda: ProgressDialog(
        "Save & Submit", lambda progress: progress(3_120, 10_000), _for_ever, Cancelled, keeps=True
    ),
    "progress-million": lambda: ProgressDialog(
        "Exporting claims",
        lambda progress: progress(999_999, 1_000_000),
        _for_ever,
        Cancelled,
    ),
    "conflict": lambda: Conflict("the coverage of Okafor, Ada", "tom", CLASHES),
    "export": lambda: ExportDialog(
        "9 claims", Path("/home/maria/rcm-tui-exports"), "claims-all-2026-03-16.xlsx"
    ),
    "stopped": lambda: ResultSheet(
        "Save & Submit",
        [
            "900 claims Ready to Submit, 288,000.00.",
            "Stopped: 9,000 claims not reached. u undoes what was done.",
        ],
        [
            Left(1, "T-C-000001", "The claim has no diagnosis."),
            *(Left(key, f"T-C-{key:06}", NOT_REACHED) for key in range(1001, 10001)),
        ],
        onward="submit now",
        apart=True,
    ),
}
"""Those that depend on a folder, or on long work that was stopped, as they are made."""


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
@pytest.mark.parametrize("name", DIALOGS)
async def test_a_dialog_looks_as_it_did(
    busy_store: Store, make_workstation: MakeWorkstation, name: str, size: tuple[int, int]
) -> None:
    async with make_workstation(busy_store).run_test(size=size) as pilot:
        await shown(pilot, ("3",))
        app = pilot.app
        assert isinstance(app, Workstation)
        await app.push_screen(DIALOGS[name]())
        for _ in range(3):  # long work stays in the middle: it is not waited for
            await pilot.pause()
        problem = differs(f"{name}-{size[0]}x{size[1]}", picture(app))
    assert not problem, problem
