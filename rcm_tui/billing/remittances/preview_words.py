"""What a preview says of a remittance: what happens to it, and what looks wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rcm_tui.billing.remittances.entries import DENIED
from rcm_tui.billing.remittances.plan import Planned
from rcm_tui.billing.remittances.storing import StoredAdjustment, StoredRemittance
from rcm_tui.billing.remittances.treatment import OPEN, PATIENT, treatment
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.claims import HISTORICAL, INACTIVE

MOST_CODES = 3
NO_CLAIM = "no such claim"
LETTERS_OF_NAME = 5
"""Payers cut and abbreviate names: only so many letters of the last name are compared (ours)."""

Codes = dict[str, int]


def happens(planned: Planned, named: str, reversed_payment: str, under_contract: int) -> str:
    """What happens to a remittance, in a few words; the reason where it does not post.

    `named` is the control number by which the payer names the claim, as sentences do.
    """
    remittance = planned.remittance
    if planned.fate == "waits":
        claim = f"claim {named or 'without a number'}"
        return "waits: " + planned.reason.replace(f" of {claim}", "").replace(f"{claim}: ", "")
    if planned.fate == "reverses":
        of_payment = f" of payment {reversed_payment}" if reversed_payment else ""
        return f"reverses the remittance{of_payment}: {dollars(-remittance.paid):,} taken back"
    if planned.fate == "informational":
        return f"information alone: {planned.reason}"
    if planned.fate == "orphan":
        return NO_CLAIM if planned.reason.startswith("no claim has ") else planned.reason
    to_patient, left_open = codes_of(remittance)
    if is_denied(remittance, to_patient, left_open):
        parts = [f"denied {', '.join(list(left_open)[:MOST_CODES])}".rstrip()]
    else:
        parts = ["posts"]
        parts += _said(left_open, "stays open")
    parts += _said(to_patient, "to patient")
    if under_contract:
        parts.append(f"{dollars(under_contract):,} under contract")
    return " · ".join(parts)


def codes_of(remittance: StoredRemittance) -> tuple[Codes, Codes]:
    """Adjustment codes with their cents: those that are the patient's, those that stay open."""
    to_patient: Codes = {}
    left_open: Codes = {}
    for adjustment in _adjustments(remittance):
        group, reason, amount = adjustment
        treated = treatment(group, reason)
        if treated in (PATIENT, OPEN):
            codes = to_patient if treated == PATIENT else left_open
            codes[f"{group}-{reason}"] = codes.get(f"{group}-{reason}", 0) + amount
    return to_patient, left_open


def is_denied(remittance: StoredRemittance, to_patient: Codes, left_open: Codes) -> bool:
    """Whether a remittance denies its claim: the payer says so, or pays and settles nothing."""
    if remittance.status_code == DENIED:
        return True
    return not remittance.paid and not any(to_patient.values()) and any(left_open.values())


@dataclass(slots=True)
class Doubts:
    """What is known of a remittance's claim beside it, to tell what looks wrong. Cents."""

    said_before: bool = False
    billed_here: int | None = None
    patient_here: str = ""
    claim_status: str = ""
    under_contract: int = 0

    def sentences(self, planned: Planned, patient_name: str) -> Iterator[str]:
        """What looks wrong, a sentence each."""
        remittance = planned.remittance
        if planned.fate == "waits":
            yield "it does not balance"
            return
        if planned.fate == "informational" or (
            planned.fate == "orphan" and remittance.claim is None
        ):
            return
        if planned.fate == "orphan":
            yield planned.reason
        if self.said_before and planned.fate == "posts":
            yield "the same was posted on this claim before"
        if self.billed_here is not None and abs(remittance.charge) != self.billed_here:
            yield (
                f"the payer answers {dollars(abs(remittance.charge)):,}, the claim bills"
                f" {dollars(self.billed_here):,}"
            )
        if self.patient_here and names_differ(patient_name, self.patient_here):
            yield f"the patient of the claim is {self.patient_here}"
        if self.claim_status in (HISTORICAL, INACTIVE):
            yield f"the claim is {self.claim_status}"
        if planned.fate == "posts" and remittance.paid > remittance.charge:
            yield "more is paid than was billed"
        if self.under_contract:
            yield f"{dollars(self.under_contract):,} less is allowed than the contract says"
        if planned.fate == "posts" and planned.reason:
            yield planned.reason

    @staticmethod
    def overpaid(by: int) -> str:
        """The sentence of a claim on which more than was billed would be settled."""
        return f"the claim would be overpaid by {dollars(by):,}"


def names_differ(said: str, ours: str) -> bool:
    """Whether two names ("LAST, FIRST") are of different people, as far as their beginnings say."""
    last_said, last_ours = (
        re.sub(r"[\W\d_]+", "", name.split(",")[0]).casefold() for name in (said, ours)
    )
    shortest = min(len(last_said), len(last_ours), LETTERS_OF_NAME)
    return bool(shortest) and last_said[:shortest] != last_ours[:shortest]


def _said(codes: Codes, what: str) -> list[str]:
    named = [(code, amount) for code, amount in codes.items() if amount]
    said = [f"{code} {dollars(amount):,} {what}" for code, amount in named[:MOST_CODES]]
    if len(named) > MOST_CODES:
        said.append(f"{len(named) - MOST_CODES} more codes {what}")
    return said


def _adjustments(remittance: StoredRemittance) -> Iterator[StoredAdjustment]:
    yield from remittance.adjustments
    for line in remittance.lines:
        yield from line.adjustments
