"""The payers, business units, practitioners and places that claims from outside name.

Each is found among those of the practice, or made. These tables are short, so they are read once
per import; clients, of whom there are many, are not (see `clients`).
"""

from collections.abc import Hashable
from typing import Any

from rcm_tui.data.plain import plain
from rcm_tui.data.tables.payers import Clearinghouse, Payer
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
from rcm_tui.data.tables.row import Row
from rcm_tui.data.work import Work
from rcm_tui.exchange.reading import tuples
from rcm_tui.x12 import claim as x12
from rcm_tui.x12.parties import Address

NO_ADDRESS = Address()


class Parties:
    """Finds or makes who stands around a claim. `made` counts the new rows by table name."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.made: dict[str, int] = {}
        self._payers_by_id: dict[Hashable, int] = {}
        self._payers_by_name: dict[Hashable, int] = {}
        for key, payer_id, name in tuples(Payer.select(Payer.id, Payer.payer_id, Payer.name)):
            self._know_payer(key, payer_id, name)
        self._units: dict[Hashable, int] = {}
        for key, npi, tax_id, name in tuples(
            BusinessUnit.select(
                BusinessUnit.id, BusinessUnit.npi, BusinessUnit.tax_id, BusinessUnit.name
            )
        ):
            self._know_unit(key, npi, tax_id, name)
        self._practitioners: dict[Hashable, int] = {}
        for key, npi, last, first, is_organization in tuples(
            Practitioner.select(
                Practitioner.id,
                Practitioner.npi,
                Practitioner.last_name,
                Practitioner.first_name,
                Practitioner.is_organization,
            )
        ):
            self._practitioners.setdefault(_person(npi, last, first, is_organization), key)
        self._locations: dict[Hashable, int] = {}
        for key, npi, name, line1, zip_code in tuples(
            Location.select(Location.id, Location.npi, Location.name, Location.line1, Location.zip)
        ):
            self._locations.setdefault(_place(npi, name, line1, zip_code), key)
        active = Clearinghouse.select(Clearinghouse.id).where(Clearinghouse.active == 1)
        connections = [key for (key,) in tuples(active)]
        # With a single connection there is no doubt over which one a new payer is reached.
        self._clearinghouse = connections[0] if len(connections) == 1 else None

    def payer(self, payer: x12.Payer, filing_indicator: str) -> int | None:
        """By payer id, else by name; None where the claim names no payer."""
        payer_id, name = plain(payer.identifier, 80), plain(payer.name, 80)
        if not payer_id and not name:
            return None
        if payer_id:
            known = (
                self._payers_by_id.get((_fold(payer_id), _fold(name)))
                or self._payers_by_id.get(_fold(payer_id))
                or self._payers_by_id.get(("", _fold(name)))
            )
        else:
            known = self._payers_by_name.get(_fold(name))
        if known is not None:
            return known
        key = self._make(
            Payer,
            name=name or payer_id,
            short_name=name[:20],
            payer_id=payer_id,
            clearinghouse=self._clearinghouse,
            filing_indicator=plain(filing_indicator, 2) or "CI",
            # The file does not say who is enrolled; a biller may turn this on.
            needs_enrolment=False,
            **address_columns(payer.address),
        )
        self._know_payer(key, payer_id, name)
        return key

    def business_unit(self, provider: x12.Provider) -> int:
        """The billing provider, by NPI, else by tax id and name."""
        npi, tax_id, name = plain(provider.npi), plain(provider.tax_id), _last(provider)
        known = self._units.get(_unit(npi, tax_id, name))
        if known is not None:
            return known
        key = self._make(
            BusinessUnit,
            name=name or npi or tax_id or "Unnamed billing provider",
            first_name=plain(provider.first_name, 60),
            is_person=provider.entity_type == "1",
            npi=npi,
            tax_id=tax_id,
            tax_id_kind="SY" if provider.tax_id_qualifier == "SY" else "EI",
            taxonomy=plain(provider.taxonomy, 20),
            phone=plain(provider.contact.telephone, 30) if provider.contact else "",
            **address_columns(provider.address),
        )
        self._know_unit(key, npi, tax_id, name)
        return key

    def practitioner(self, provider: x12.Provider | None) -> int | None:
        """Who renders, refers or supervises: by NPI, else by name. None where nobody is named."""
        if provider is None or not (provider.npi or provider.last_name):
            return None
        npi, last, first = plain(provider.npi), _last(provider), plain(provider.first_name, 60)
        is_organization = provider.entity_type == "2"
        identity = _person(npi, last, first, is_organization)
        known = self._practitioners.get(identity)
        if known is None:
            known = self._make(
                Practitioner,
                last_name=last or npi,
                first_name=first,
                middle_name=plain(provider.middle_name, 60),
                suffix=plain(provider.suffix, 20),
                npi=npi,
                taxonomy=plain(provider.taxonomy, 20),
                is_organization=is_organization,
                employed=False,
            )
            self._practitioners[identity] = known
        return known

    def facility(self, provider: x12.Provider | None, place_of_service: str) -> int | None:
        """The place of service of 2310C: by NPI, else by name and address."""
        if provider is None or not (provider.npi or provider.last_name or provider.address):
            return None
        address = provider.address or NO_ADDRESS
        npi, name = plain(provider.npi), _last(provider)
        identity = _place(npi, name, plain(address.line1), plain(address.postal_code))
        known = self._locations.get(identity)
        if known is None:
            known = self._make(
                Location,
                name=name or npi or "Unnamed place",
                kind="facility",
                place_of_service=plain(place_of_service, 2),
                npi=npi,
                **address_columns(address),
            )
            self._locations[identity] = known
        return known

    def _make(self, table: type[Row], **values: Any) -> int:
        row = table.create(**values)
        name = str(table._meta.table_name)
        self.made[name] = self.made.get(name, 0) + 1
        self._work.record("made from a claim", row)
        return int(row.id)

    def _know_payer(self, key: int, payer_id: str, name: str) -> None:
        if payer_id:
            self._payers_by_id.setdefault(_fold(payer_id), key)
            self._payers_by_id.setdefault((_fold(payer_id), _fold(name)), key)
        else:
            self._payers_by_id.setdefault(("", _fold(name)), key)
        self._payers_by_name.setdefault(_fold(name), key)

    def _know_unit(self, key: int, npi: str, tax_id: str, name: str) -> None:
        self._units.setdefault(_unit(npi, tax_id, name), key)


def address_columns(address: Address | None) -> dict[str, str]:
    """An address as the columns that several tables share."""
    address = address or NO_ADDRESS
    return {
        "line1": plain(address.line1, 80),
        "line2": plain(address.line2, 80),
        "city": plain(address.city, 60),
        "state": plain(address.state, 3),
        "zip": plain(address.postal_code, 15),
    }


def _last(provider: x12.Provider) -> str:
    return plain(provider.last_name, 80)


def _fold(text: str) -> str:
    return text.casefold()


def _unit(npi: str, tax_id: str, name: str) -> Hashable:
    return npi or (tax_id, _fold(name))


def _person(npi: str, last: str, first: str, is_organization: Any) -> Hashable:
    return npi or (_fold(last), _fold(first), bool(is_organization))


def _place(npi: str, name: str, line1: str, zip_code: str) -> Hashable:
    return npi or (_fold(name), _fold(line1), zip_code)
