"""All that validations look at of one claim, as plain values.

Days are ISO text, amounts cents, units thousandths: as in the store. What many claims share (a
payer, a practitioner) is one object for all of them. `facts_loading.py` reads them in bulk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rcm_tui.billing.authorizations.limits import Limit
from rcm_tui.billing.charges.benefits import Benefit
from rcm_tui.billing.claims.coordination import Coordination
from rcm_tui.billing.denials.payer_rules import PayerRuleFacts
from rcm_tui.billing.denials.prevention import DeniedBefore
from rcm_tui.data.tables.claims import DRAFT, READY, SUBMITTED


class Person(NamedTuple):
    """A patient or policy holder."""

    last_name: str = ""
    first_name: str = ""
    birth_date: str | None = None
    gender: str = ""
    line1: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


class CoverageFacts(NamedTuple):
    """The coverage that a claim is billed to. For "self" the holder is the patient."""

    member_id: str
    filing_indicator: str
    relationship: str
    starts_on: str | None
    ends_on: str | None
    holder: Person


class PayerFacts(NamedTuple):
    """Who is billed. `connected` is whether an active clearinghouse reaches them."""

    id: int
    name: str
    payer_id: str
    filing_indicator: str
    filing_days: int
    corrected_days: int
    needs_authorization: bool
    needs_referring: bool
    needs_enrolment: bool
    connected: bool
    retro_days: int = 30


class ProviderFacts(NamedTuple):
    """A rendering, referring or supervising practitioner."""

    id: int
    name: str
    npi: str
    taxonomy: str


class BillingFacts(NamedTuple):
    """The billing provider: a business unit."""

    name: str
    npi: str
    tax_id: str
    taxonomy: str
    line1: str
    city: str
    state: str
    zip: str


class FacilityFacts(NamedTuple):
    """The service location, with an address unless it stands for the business unit."""

    name: str
    npi: str
    line1: str
    city: str
    state: str
    zip: str


class AuthorizationFacts(NamedTuple):
    """An authorization, and what it allows of which procedure codes."""

    number: str
    status: str
    starts_on: str
    ends_on: str
    limits: Sequence[Limit]


class OtherUse(NamedTuple):
    """What another claim uses: of an authorization, or of a day.

    `day` is that of the service where an authorization allows so much a week or month.
    """

    claim: int
    chain: int | None
    status: str
    units: int
    day: str = ""


class OtherLine(NamedTuple):
    """A line of another claim of the same patient, day and code that is still alive."""

    use: OtherUse
    number: str
    payer: int | None
    rendering: int | None
    modifiers: str
    place_of_service: str
    last_day: str


class LineFacts(NamedTuple):
    """A claim line. `qualified` is whether the rendering provider may claim this service.

    `most_a_day` are the units (thousandths) that the payer pays a patient and day (MUE).
    `denied_before` is what the payer denied of lines like it, where that is worth a warning.
    """

    position: int
    first_day: str
    last_day: str
    code: str
    modifiers: str
    units: int
    billed: int
    place_of_service: str
    pointers: str
    benefit: Benefit | None = None
    most_a_day: int | None = None
    qualified: bool = True
    enrolled: bool = True
    has_case_manager: bool = True
    denied_before: DeniedBefore | None = None


@dataclass(slots=True)
class ClaimFacts:
    """One claim with everything its validations need.

    `today` is the practice's date. `answered_on` is when the submission before this one was
    answered. `used` and `other_lines` are what other claims hold; ask `counts` which of them.
    """

    id: int
    number: str
    status: str
    patient_control_number: str
    frequency: str
    original_reference: str
    chain: int | None
    authorization_number: str
    place_of_service: str
    diagnoses: Sequence[str]
    billed: int
    today: str
    lines: Sequence[LineFacts]
    patient: Person
    billing: BillingFacts
    coverage: CoverageFacts | None = None
    payer: PayerFacts | None = None
    rendering: ProviderFacts | None = None
    rendering_reason: str = ""
    referring: ProviderFacts | None = None
    facility: FacilityFacts | None = None
    authorization: AuthorizationFacts | None = None
    answered_on: str | None = None
    newest_reference: str = ""
    """The payer's claim control number that the submission before has by now."""
    told: Coordination | None = None
    """What the payers before said, of a claim to a further payer."""
    used: Mapping[str, Sequence[OtherUse]] | None = None
    """Units of the authorization by procedure code, of all claims that name it."""
    other_lines: Mapping[tuple[str, str], Sequence[OtherLine]] | None = None
    """Live lines of the patient by first day and procedure code, this claim's own included."""
    payer_rules: Sequence[PayerRuleFacts] = ()
    """What the practice has learnt that the payer wants."""

    def counts(self, use: OtherUse) -> bool:
        """Whether another claim goes before this one, so that what it uses is gone.

        Submitted claims do, and earlier ones; a Draft also yields to any that is Ready.
        """
        if use.claim == self.id or (use.chain is not None and use.chain == self.chain):
            return False
        if use.status == SUBMITTED or use.claim < self.id:
            return True
        return use.status == READY and self.status == DRAFT

    def others_like(self, line: LineFacts) -> list[OtherLine]:
        """Lines of other claims for the same day and code that go before this claim."""
        if not self.other_lines:
            return []
        others = self.other_lines.get((line.first_day, line.code), ())
        return [other for other in others if self.counts(other.use)]
