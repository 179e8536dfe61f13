"""How many keys the everyday tasks take from Home: counted while they are done.

A task is a row of TASKS. What a person types (a name, an amount, words of a filter) is not
counted, the keys around it are. `python -m tests.screens.test_keystrokes` writes the README's
table of them.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.editing.declared.denials import WAYS
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import Appeal
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.jobs import Job
from rcm_tui.data.tables.patient_side import WriteOff
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.tables.timeline import TimelineEntry
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.widgets.key_line import key_name
from tests.billing.claims.second_payer import left_to_patient
from tests.denials import denied_claim, keep_denials
from tests.documents import Part
from tests.practice_builder import TODAY, SmallPractice
from tests.rejections import rejected_claim
from tests.screens.busy_practice import busy_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.orphans import (
    is_on_its_claim,
    is_on_its_line,
    line_without_a_claim_line,
    orphan_of_a_claim,
)
from tests.screens.test_responses import refused_file

PART = Part(
    "README.md",
    "<!-- keystrokes: written by python -m tests.screens.test_keystrokes -->\n",
    "<!-- end of keystrokes -->\n",
)


@dataclass(frozen=True)
class Typed:
    """Letters that are typed into a field: not counted."""

    text: str


@dataclass(frozen=True)
class Task:
    """What is wanted, how many keys it may take, the keys, and whether it was done."""

    name: str
    most: int
    keys: tuple[str | Typed, ...]
    done: Callable[[Pilot[int]], bool]
    prepare: Callable[[SmallPractice], None] = field(default=lambda practice: None)
    """Puts what the task needs into the busy practice."""
    size: tuple[int, int] = (118, 34)

    @property
    def count(self) -> int:
        return sum(not isinstance(key, Typed) for key in self.keys)


def case_for_the_denials(_: Pilot[int]) -> bool:
    """One case, for every denied claim of the payer with CARC 197, and for nothing else."""
    opened = CaseFile.get(CaseFile.subject == "Retro authorization")
    denied = Claim.select().where(Claim.adjudication == "denied", Claim.payer == opened.payer)
    return {link.claim_id for link in opened.links} == {claim.id for claim in denied}


def snoozed_for_a_week(_: Pilot[int]) -> bool:
    (claim,) = Claim.select().where(Claim.snoozed_until.is_null(False))
    return bool((claim.snoozed_until - TODAY).days == 7)


def call_logged(_: Pilot[int]) -> bool:
    """On its timeline, and the follow-up of the case is the day that was said."""
    (call,) = TimelineEntry.select().where(TimelineEntry.text == "Retro authorization possible")
    return (call.kind, (call.case.follow_up - TODAY).days) == ("call", 3)


def written_off(_: Pilot[int]) -> bool:
    """One denied claim, all that was open of it at the payer, for the reason that was typed."""
    (one,) = WriteOff.select()
    claim = one.claim
    return (one.reason.name, one.side, claim.adjudication, claim.payer_balance) == (
        "Timely filing passed",
        "payer",
        "denied",
        0,
    ) and one.amount == claim.written_off > 0


def approved_in_south(_: Pilot[int]) -> bool:
    """The New charges of South Clinic from the 3rd to the 10th of March, and no others."""
    ready = ChargeItem.select().where(ChargeItem.status == "Ready to Bill")
    south = [one for one in ready if one.business_unit.name == "South Clinic"]
    days = {str(one.date_of_service) for one in south}
    # Two of North were ready before.
    return days == {"2026-03-05", "2026-03-07", "2026-03-10"} and len(ready) == len(south) + 2


def generated_and_submitted(_: Pilot[int]) -> bool:
    ready = ChargeItem.select().where(ChargeItem.status == "Ready to Bill")
    return not ready.exists() and bool(Job.get(Job.name == "submit").requested)


def two_rejected_claims(practice: SmallPractice) -> None:
    """Two that were refused for their member ids, older than what is there."""
    for days, name in ((30, "FIRST"), (29, "SECOND")):
        rejected_claim(practice, name, day=TODAY - datetime.timedelta(days=days))


def mended_and_on_the_next(pilot: Pilot[int]) -> bool:
    """The oldest is Ready to Submit with its right member id, and the next one is on screen."""
    first, second = (
        Claim.get(Claim.client == Client.get(Client.last_name == name))
        for name in ("FIRST", "SECOND")
    )
    screen = pilot.app.screen
    return (
        isinstance(screen, ClaimScreen)
        and screen.key == second.id
        and (first.status, first.coverage.member_id) == ("Ready to Submit", "W11223344")
    )


def denied_for_its_modifier(practice: SmallPractice) -> None:
    """The most urgent denial: 97153 without its modifier (CO-4), ten days before its clock ends."""
    claim = denied_claim(practice, "FIRST", day=TODAY - datetime.timedelta(days=30))
    began = TODAY - datetime.timedelta(days=claim.payer.corrected_days - 10)
    Payment.update(effective_date=began).where(Payment.trace_number == "TFIRST").execute()
    keep_denials([claim.id])


def by_urgency() -> list[Denial]:
    return list(Denial.select().order_by(Denial.due_as, Denial.claim))


def on_denial(pilot: Pilot[int], number: int) -> bool:
    """One of the denials is on screen, with its reason and what is next."""
    screen, denial = pilot.app.screen, by_urgency()[number]
    reason = f"{denial.group_code}-{denial.reason_code}"
    lines = seen(pilot).splitlines()
    told = [line for line in lines if line.strip().startswith(("Denied ", "Next "))]
    return (
        isinstance(screen, ClaimScreen)
        and screen.key == denial.claim_id
        and len(told) == 2
        and reason in told[0]
        and WAYS[denial.way] in told[1]
    )


def denied_as_not_necessary(practice: SmallPractice) -> None:
    """The oldest denial: not held to be medically necessary (CO-50)."""
    denied_claim(practice, "FIRST", "50", day=TODAY - datetime.timedelta(days=30))


def appealed_with_a_letter(pilot: Pilot[int]) -> bool:
    """One appeal, sent, with the letter of medical necessity in the folder of exports."""
    (appeal,) = Appeal.select()
    assert isinstance(pilot.app, Workstation)
    files = [file.name for file in Path(pilot.app.export_folder).iterdir()]
    return (appeal.state, appeal.reason, appeal.template.name, files) == (
        "sent",
        "CO-50",
        "Medical necessity",
        [f"appeal-{appeal.number}.pdf"],
    )


def corrected_and_sent(_: Pilot[int]) -> bool:
    """A replacement with the modifier, Ready to Submit, and submission asked for."""
    (made,) = Claim.select().where(Claim.frequency == "7")
    earlier = made.previous
    (line,) = made.lines
    return (made.status, made.original_reference, line.modifiers, earlier.adjudication) == (
        "Ready to Submit",
        "ICN4",
        "HM",
        "denied",
    ) and bool(Job.get(Job.name == "submit").requested)


def an_orphan(practice: SmallPractice) -> None:
    orphan_of_a_claim(practice)


def an_orphan_line(practice: SmallPractice) -> None:
    line_without_a_claim_line(practice)


def left_to_a_patient(practice: SmallPractice) -> None:
    left_to_patient(practice, "FIRST")


def billed_to_the_second_payer(_: Pilot[int]) -> bool:
    (made,) = Claim.select().where(Claim.billed_after.is_null(False))
    return (made.status, made.payer.name, made.expected) == (
        "Ready to Submit",
        "Second Health 2",
        4800,
    )


def a_refused_file(practice: SmallPractice) -> None:
    refused_file(practice)


def the_refused_are_sent_again(_: Pilot[int]) -> bool:
    """The three claims of the file that was refused are on their way as originals."""
    refused = list(Claim.select().where(Claim.patient_name.startswith("REFUSED")))
    return len(refused) == 3 and all(
        (one.status, one.frequency) == ("Ready to Submit", "1") for one in refused
    )


def on_the_client(pilot: Pilot[int]) -> bool:
    screen = pilot.app.screen
    return isinstance(screen, FormScreen) and (screen.form.kind.table_name, screen.key) == (
        "client",
        Client.get(Client.last_name == "Haddad").id,
    )


TASKS = (
    Task(
        "approve the New charges of a date range in one business unit",
        8,
        (
            *("2", "a", Typed("2026-03-03"), "tab", Typed("2026-03-10"), "tab"),
            # Of the units none, then the one that begins with S: as few keys among twenty units.
            *("minus", "s", "space", "enter"),
        ),
        approved_in_south,
    ),
    Task(
        "generate claims and submit them",
        6,
        ("2", "v", Typed("ready"), "enter", "a", "enter", "a"),
        generated_and_submitted,
    ),
    Task(
        "one case for all denied claims of one payer with CARC 197",
        10,
        (
            "3",
            "v",
            Typed("denied"),
            "enter",
            "slash",
            Typed("payer:acme carc:197"),
            "enter",
            "ctrl+a",
            "c",
            Typed("Retro authorization"),
            "ctrl+s",
        ),
        case_for_the_denials,
    ),
    Task(
        "log a phone call on the case to follow up first: outcome and next follow-up",
        6,
        ("4", "t", "c", Typed("Retro authorization possible"), "tab", Typed("+3d"), "enter"),
        call_logged,
    ),
    Task("snooze a claim for a week", 4, ("3", "h", "enter"), snoozed_for_a_week),
    Task(
        "write off a denied claim with a reason",
        6,
        ("3", "v", Typed("denied"), "enter", "w", Typed("timely"), "enter"),
        written_off,
    ),
    Task(
        "open the oldest rejected claim, correct the member id, send it, land on the next",
        8,
        (
            # Home's first line, and the oldest of it; back to Draft, at the field that is wrong.
            *("enter", "enter", "e", "enter"),
            Typed("W11223344"),
            *("ctrl+s", "ctrl+s", "alt+down"),
        ),
        mended_and_on_the_next,
        two_rejected_claims,
    ),
    Task(
        "open the most urgent denial, with its reason and what to do",
        3,
        ("n",),
        lambda pilot: on_denial(pilot, 0),
        denied_for_its_modifier,
        (80, 24),
    ),
    Task(
        "go on from there to the next most urgent one",
        2,
        ("n", "n"),
        lambda pilot: on_denial(pilot, 1),
        denied_for_its_modifier,
    ),
    Task(
        "appeal the most urgent denial with the letter of its reason, as PDF",
        8,
        # Its documents are enclosed, and it goes out by mail.
        ("n", "a", "asterisk", "enter"),
        appealed_with_a_letter,
        denied_as_not_necessary,
    ),
    Task(
        "correct a denied claim's modifier and send it again",
        7,
        (
            # The most urgent denial, at the modifiers of the line denied.
            *("n", "d", "enter"),
            Typed("HM"),
            *("ctrl+s", "ctrl+s", "enter", "a"),
        ),
        corrected_and_sent,
        denied_for_its_modifier,
    ),
    Task(
        "send all that was refused on arrival again, as originals",
        7,
        ("5", "5", Typed("resp"), "enter", "ctrl+a", "a", "enter"),
        the_refused_are_sent_again,
        a_refused_file,
    ),
    Task(
        "solve a remittance without a claim whose claim is the first candidate",
        4,
        ("5", "equals_sign", "equals_sign"),
        lambda _: is_on_its_claim(),
        an_orphan,
    ),
    Task(
        "put a remittance line without a claim line onto the first candidate",
        5,
        ("5", "5", "3", "equals_sign", "equals_sign"),
        lambda _: is_on_its_line(),
        an_orphan_line,
    ),
    Task(
        "move a balance to the secondary payer",
        4,
        ("3", "v", Typed("secondary"), "enter", "b"),
        billed_to_the_second_payer,
        left_to_a_patient,
    ),
    Task(
        "find a client by three letters",
        5,
        ("ctrl+g", "h", "a", "d", "enter"),
        on_the_client,
    ),
)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_a_task_takes_no_more_keys_than_this(
    store: Store, make_workstation: MakeWorkstation, task: Task
) -> None:
    assert task.count <= task.most
    task.prepare(busy_practice(store))
    async with make_workstation(store).run_test(size=task.size) as pilot:
        for key in task.keys:
            await type_keys(pilot, *(key.text if isinstance(key, Typed) else (key,)))
        assert task.done(pilot), seen(pilot)


def keystroke_table() -> str:
    """The README's table: the task, how many keys, and which."""
    lines = ["| from Home | keys | which |", "|---|---|---|"]
    for task in TASKS:
        which = " ".join(
            f"*{key.text}*" if isinstance(key, Typed) else f"`{key_name(key)}`" for key in task.keys
        )
        lines.append(f"| {task.name} | {task.count} | {which} |")
    return "\n".join(lines) + "\n"


def test_the_readme_has_them() -> None:
    assert PART.read() == keystroke_table()


if __name__ == "__main__":
    PART.write(keystroke_table())
