"""Reads what stands in an 837P above its claims: header, levels, and the names of all."""

from collections.abc import Callable
from dataclasses import replace

from rcm_tui.x12.claim import ClaimSetHeader, Payer, Provider, Subscriber
from rcm_tui.x12.claim_levels import Gathered
from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import ClaimsOpened, Event
from rcm_tui.x12.interchange_header import moment
from rcm_tui.x12.parties import NOBODY, Person, Reference
from rcm_tui.x12.set_reader import Elements, SetReader

_NO_PROVIDER = Provider()
_NO_SUBSCRIBER = Subscriber()
_NO_PAYER = Payer()


class ClaimLevelReader(SetReader):
    """The levels of one 837P.

    `party` is the NM1 that N3, N4, REF, PER, PRV and DMG now speak of; `done` is what to do with
    it once it is whole.
    """

    def __init__(self, opened: TransactionSet, out: list[Event]) -> None:
        super().__init__(opened, out)
        self.header: ClaimSetHeader | None = ClaimSetHeader()
        self.level = ""
        self.billing = _NO_PROVIDER
        self.billing_taxonomy = ""
        self.pay_to: Gathered | None = None
        self.subscriber = _NO_SUBSCRIBER
        self.payer = _NO_PAYER
        self.relationship = "18"
        self.patient: Person | None = None
        self.patient_ids: tuple[Reference, ...] = ()
        self.party: Gathered | None = None
        self.done: Callable[[Gathered], None] | None = None
        self.handlers = {
            "BHT": self.bht,
            "HL": self.hl,
            "PAT": self.pat,
            "NM1": self.nm1,
            "N3": self.n3,
            "N4": self.n4,
            "PER": self.per,
            "PRV": self.prv,
            "DMG": self.dmg,
        }

    def close_claim(self) -> None:
        """The claim at hand, if there is one, is whole."""
        raise NotImplementedError

    def destination(self, entity: str) -> Callable[[Gathered], None] | None:
        """What becomes of a name above the claims, by its entity code."""
        if self.level == "":
            return {"41": self._submitter, "40": self._receiver}.get(entity)
        return {
            "85": self._billing,
            "87": self._pay_to,
            "IL": self._insured,
            "PR": self._payer,
            "QC": self._patient,
        }.get(entity)

    # header and levels

    def bht(self, e: Elements) -> None:
        if self.header is None:
            return self.stray(e)
        self.header = replace(
            self.header,
            purpose=e[2],
            reference=e[3].strip(),
            created=moment(e[4], e[5]),
            kind=e[6],
        )
        return None

    def close_header(self) -> None:
        """The first level has come: the header is whole."""
        if self.header is not None:
            self.out.append(ClaimsOpened(self.set, self.header))
            self.header = None

    def hl(self, e: Elements) -> None:
        self.close_claim()
        self.close_party()
        self.close_header()
        self.level = e[3]
        self.started = self.number
        self.resume()
        if e[3] == "20":
            self.billing, self.billing_taxonomy, self.pay_to = _NO_PROVIDER, "", None
            self.subscriber, self.payer = _NO_SUBSCRIBER, _NO_PAYER
        elif e[3] == "22":
            self.subscriber, self.payer = _NO_SUBSCRIBER, _NO_PAYER
        elif e[3] != "23":
            self.say("warning", e, f"HL03 {e[3]!r} is no level of a professional claim.")
        self.relationship, self.patient, self.patient_ids = "18", None, ()

    def subscriber_level(self, e: Elements) -> None:
        """SBR above the claims."""
        if self.level != "22":
            self.stray(e)
            return
        self.relationship = e[2] or "18"
        self.subscriber = Subscriber(
            payer_responsibility=e[1],
            group_number=e[3].strip(),
            group_name=e[4].strip(),
            insurance_type=e[5],
            filing_indicator=e[9],
        )

    def pat(self, e: Elements) -> None:
        if self.level == "23":
            self.relationship = e[1]
            self.patient = NOBODY
        if self.level != "23" or any(e[2:10]):
            self.keep(e)

    # parties

    def nm1(self, e: Elements) -> None:
        self.close_party()
        done = self.destination(e[1])
        if done is None:
            self.keep(e)
            # What follows still belongs to this name, not to the one before.
            done = self._forget
        self.done = done
        self.party = Gathered(
            e[1],
            e[2],
            e[3].strip(),
            e[4].strip(),
            e[5].strip(),
            e[7].strip(),
            e[8],
            e[9].strip(),
        )

    def close_party(self) -> None:
        """What belongs to the name at hand is whole."""
        if self.party is not None and self.done is not None:
            self.done(self.party)
        self.party = self.done = None

    def _forget(self, gathered: Gathered) -> None:
        for reference in gathered.references:
            self.keep(["REF", reference.qualifier, reference.value])
        address = gathered.address()
        if address is not None:
            self.keep(["N3", address.line1, address.line2])
            self.keep(["N4", *gathered.place])

    def _submitter(self, gathered: Gathered) -> None:
        if self.header is not None:
            self.header = replace(
                self.header,
                submitter_name=" ".join(
                    part for part in (gathered.first_name, gathered.last_name) if part
                ),
                submitter_id=gathered.identifier,
                submitter_contact=gathered.contact,
            )

    def _receiver(self, gathered: Gathered) -> None:
        if self.header is not None:
            self.header = replace(
                self.header,
                receiver_name=gathered.last_name,
                receiver_id=gathered.identifier,
            )

    def _billing(self, gathered: Gathered) -> None:
        gathered.taxonomy = self.billing_taxonomy
        for reference in list(gathered.references):
            if reference.qualifier in ("EI", "SY") and not gathered.tax_id:
                gathered.tax_id_qualifier = reference.qualifier
                gathered.tax_id = reference.value.replace("-", "")
                gathered.references.remove(reference)
        self.billing = gathered.provider()

    def _pay_to(self, gathered: Gathered) -> None:
        self.pay_to = gathered

    def _insured(self, gathered: Gathered) -> None:
        self.subscriber = replace(
            self.subscriber,
            person=gathered.person(),
            member_id=gathered.identifier,
            member_id_qualifier=gathered.id_qualifier or "MI",
            secondary_ids=tuple(gathered.references),
        )

    def _payer(self, gathered: Gathered) -> None:
        self.payer = gathered.payer()

    def _patient(self, gathered: Gathered) -> None:
        self.patient = gathered.person()
        self.patient_ids = tuple(gathered.references)

    def n3(self, e: Elements) -> None:
        if self.party is None:
            return self.stray(e)
        self.party.street = (e[1].strip(), e[2].strip())
        return None

    def n4(self, e: Elements) -> None:
        if self.party is None:
            return self.stray(e)
        self.party.place = (e[1].strip(), e[2].strip(), e[3].strip(), e[4].strip(), e[7].strip())
        return None

    def per(self, e: Elements) -> None:
        if self.party is None:
            return self.stray(e)
        self.party.contact = self.contact(e, self.party.contact)
        return None

    def prv(self, e: Elements) -> None:
        if self.party is not None:
            self.party.taxonomy = e[3].strip()
        elif self.level == "20":
            self.billing_taxonomy = e[3].strip()
        else:
            self.stray(e)

    def dmg(self, e: Elements) -> None:
        if self.party is None:
            return self.stray(e)
        self.party.birth_date = self.on(e, 2)
        self.party.gender = e[3]
        return None
