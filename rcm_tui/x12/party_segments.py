"""The people, payers and providers of an 837P as text."""

from rcm_tui.x12.claim import Payer, Provider
from rcm_tui.x12.parties import Person
from rcm_tui.x12.wire import Wire

_MOST_CACHED = 5_000


class PartySegments:
    """Each method gives the segments of one name.

    Raises ValueError with a sentence that names the field and the value.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._providers: dict[tuple[str, str, Provider], str] = {}
        self._payers: dict[Payer, str] = {}

    def person(self, entity: str, person: Person, who: str, qualifier: str, number: str) -> str:
        """NM1, N3, N4 and DMG of a subscriber or patient; `who` names them in refusals."""
        wire = self.wire
        written = wire.segment(
            "NM1",
            entity,
            person.entity_type,
            wire.text(person.last_name, f"{who} last name", 60),
            wire.text(person.first_name, f"{who} first name", 35),
            wire.text(person.middle_name, f"{who} middle name", 25),
            "",
            wire.text(person.suffix, f"{who} suffix", 10),
            qualifier if number else "",
            wire.identifier(number, f"{who} member id", 80),
        ) + wire.address(person.address, who)
        if person.birth_date is not None:
            gender = wire.identifier(person.gender, f"{who} gender", 1)
            written += wire.segment("DMG", "D8", wire.day(person.birth_date), gender)
        return written

    def payer(self, payer: Payer) -> str:
        """2010BB, remembered: there are few payers."""
        known = self._payers.get(payer)
        if known is None:
            known = self.payer_name(payer) + self.wire.references(
                payer.secondary_ids, "Payer secondary id"
            )
            if len(self._payers) >= _MOST_CACHED:
                self._payers.clear()
            self._payers[payer] = known
        return known

    def payer_name(self, payer: Payer) -> str:
        """NM1, N3 and N4 of a payer."""
        wire = self.wire
        return wire.segment(
            "NM1",
            "PR",
            "2",
            wire.text(payer.name, "Payer name", 60),
            "",
            "",
            "",
            "",
            wire.identifier(payer.id_qualifier, "Payer id qualifier", 2)
            if payer.identifier
            else "",
            wire.identifier(payer.identifier, "Payer id", 80),
        ) + wire.address(payer.address, "Payer")

    def provider_name(self, entity: str, provider: Provider, who: str) -> str:
        """NM1 of a provider."""
        wire = self.wire
        npi = wire.identifier(provider.npi, f"{who} NPI", 80)
        person = provider.entity_type != "2"
        return wire.segment(
            "NM1",
            entity,
            provider.entity_type,
            wire.text(provider.last_name, f"{who} name", 60),
            wire.text(provider.first_name, f"{who} first name", 35) if person else "",
            wire.text(provider.middle_name, f"{who} middle name", 25) if person else "",
            "",
            wire.text(provider.suffix, f"{who} suffix", 10) if person else "",
            "XX" if npi else "",
            npi,
        )

    def provider(self, entity: str, provider: Provider | None, who: str) -> str:
        """One of 2310 or 2420, remembered: most claims have the same few."""
        if provider is None:
            return ""
        key = (entity, who, provider)
        known = self._providers.get(key)
        if known is not None:
            return known
        wire = self.wire
        written = self.provider_name(entity, provider, who)
        if entity == "82" and provider.taxonomy:
            taxonomy = wire.identifier(provider.taxonomy, f"{who} taxonomy", 50)
            written += wire.segment("PRV", "PE", "PXC", taxonomy)
        if entity in ("77", "DK"):
            written += wire.address(provider.address, who)
        written += wire.references(provider.secondary_ids, f"{who} secondary id")
        if entity in ("77", "DK"):
            written += wire.contact(provider.contact, who)
        if len(self._providers) >= _MOST_CACHED:
            self._providers.clear()
        self._providers[key] = written
        return written
