"""People, organizations and places as all the transactions name them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Address:
    """N3 and N4.  `postal_code` is written without its hyphen."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """PER: whom to call.  Telephone numbers are ten digits."""

    name: str = ""
    telephone: str = ""
    extension: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber or a patient.  `entity_type` is 1 for a person, 2 for an organization
    (an employer as subscriber), whose name is then in `last_name`."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    address: Address | None = None
    birth_date: date | None = None
    gender: str = ""
    entity_type: str = "1"


NOBODY = Person()


@dataclass(frozen=True, slots=True)
class Party:
    """An NM1 as remittances and acknowledgements carry it: a name and one identifier."""

    entity_type: str = "1"
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    id_qualifier: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A REF: what kind of number, and the number."""

    qualifier: str
    value: str


@dataclass(frozen=True, slots=True)
class QualifiedDate:
    """A DTP or DTM that has no field of its own; `until` is set for a range."""

    qualifier: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """An NTE: its purpose (ADD, CER, DCP, DGN, TPO) and the text."""

    code: str
    text: str
