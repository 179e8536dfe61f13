"""Administration: what the practice is set up with, each kind of record as a queue."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from rcm_tui.data.queues import QUEUES
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.frame import Frame
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written

TITLE = 22
SET_UP = {
    "payers": "who pays, their clocks and rules, plans, benefits and fees",
    "practitioners": "who renders, refers and supervises, with qualifications and enrolments",
    "business_units": "the billing providers of claims",
    "locations": "where sessions are held",
    "coverages": "the insurances of all clients",
    "diagnoses": "the ICD-10-CM codes of all clients, in the order that claims carry them",
    "sessions": "what was held and for whom, by hand or from files",
    "appointment_types": "what visits are booked as",
    "write_off_reasons": "why money is given up, as it is offered",
    "patient_billing_rules": "what payers leave: billed to the patient, or written off",
    "denial_actions": "what is done next about denials, by reason code, and whose clock runs",
    "case_kinds": "templates of cases: steps, required fields, clocks, who may close",
    "case_rules": "which denials open a case by themselves, and for whom; tried first",
    "case_rule_runs": "what these rules opened and joined; taken back from here",
    "payer_rules": "what payers want of claim lines, learnt from denials",
    "escalation_rules": "which cases are raised, and to whom they go; tried before they act",
    "appeal_levels": "levels of appeal by payer or kind of payer, with their clocks",
    "letter_templates": "letters of appeal, filled in from claim, remittance and case",
    "clearinghouses": "the connections over which claims go out and answers come in",
    "emergencies": "who took up more rights for a while, and why; reviewed from here",
    "audit": "who did what to which record, and when; proven, and exported",
    "purge_policies": "how long contents are kept; what would go, and lets it go",
    "legal_holds": "what stays whatever the policies say, about whom and why",
    "purge_runs": "what went by which policy, and when",
    "benefits": "what payers cover by code: units, qualifications, modifiers",
    "fees": "charged and expected a unit, by payer or business unit",
    "modifier_rules": "modifiers and places by who, where and how; tried before they are saved",
    "mues": "the most units a patient and day, with their sources",
    "plans": "how a payer's plans want claims made",
    "practices": "its name and time zone",
}


class AdministrationScreen(Frame):
    """The menu of set-up queues."""

    area = "administration"
    section = "administration"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("administration")]

    def body(self) -> ComposeResult:
        yield Line(written(("Administration", "bold")))
        yield RowList(
            [
                Row(written((cell(QUEUES[name].title, TITLE), "bold"), (what, "$text-muted")), name)
                for name, what in SET_UP.items()
            ],
            id="menu",
        )

    def on_mount(self) -> None:
        self.query_one("#menu", RowList).focus()

    def do_open(self) -> None:
        self.query_one("#menu", RowList).action_choose()

    async def do_import_file(self) -> None:
        from rcm_tui.screens.importing import import_a_file

        await import_a_file(self)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.workstation.go(str(event.key))
