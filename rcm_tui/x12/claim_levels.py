"""What stands above the claims of an 837P, while it is being gathered."""

from dataclasses import dataclass, field
from datetime import date

from rcm_tui.x12.claim import Payer, Provider
from rcm_tui.x12.parties import Address, Contact, Person, Reference


@dataclass(slots=True)
class Gathered:
    """One NM1 and the segments that belong to it, before it is known whole."""

    entity: str
    entity_type: str = "1"
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    id_qualifier: str = ""
    identifier: str = ""
    taxonomy: str = ""
    tax_id: str = ""
    tax_id_qualifier: str = "EI"
    street: tuple[str, str] | None = None
    place: tuple[str, str, str, str, str] = ("", "", "", "", "")
    contact: Contact | None = None
    birth_date: date | None = None
    gender: str = ""
    references: list[Reference] = field(default_factory=list)

    def address(self) -> Address | None:
        """N3 and N4, where either came."""
        if self.street is None and not any(self.place):
            return None
        line1, line2 = self.street or ("", "")
        city, state, postal_code, country, subdivision = self.place
        return Address(line1, line2, city, state, postal_code, country, subdivision)

    def provider(self) -> Provider:
        """As a provider.  An identifier that is no NPI is kept among the secondary ones."""
        references = list(self.references)
        npi = self.identifier
        if npi and self.id_qualifier != "XX":
            references.append(Reference(self.id_qualifier, npi))
            npi = ""
        return Provider(
            last_name=self.last_name,
            first_name=self.first_name,
            middle_name=self.middle_name,
            suffix=self.suffix,
            entity_type=self.entity_type,
            npi=npi,
            tax_id=self.tax_id,
            tax_id_qualifier=self.tax_id_qualifier,
            taxonomy=self.taxonomy,
            address=self.address(),
            contact=self.contact,
            secondary_ids=tuple(references),
        )

    def person(self) -> Person:
        """As a subscriber or a patient."""
        return Person(
            last_name=self.last_name,
            first_name=self.first_name,
            middle_name=self.middle_name,
            suffix=self.suffix,
            address=self.address(),
            birth_date=self.birth_date,
            gender=self.gender,
            entity_type=self.entity_type,
        )

    def payer(self) -> Payer:
        """As a payer."""
        return Payer(
            name=self.last_name,
            identifier=self.identifier,
            id_qualifier=self.id_qualifier or "PI",
            address=self.address(),
            secondary_ids=tuple(self.references),
        )
