"""The kinds of tables that are taken in, and by which headings their columns are recognised.

Records that can be edited are taken by their fields as they are declared for editing; sessions
have columns of their own, since a file may say who, when and how long in several ways.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from rcm_tui.billing.editing.adding import blank
from rcm_tui.billing.editing.declared import KINDS

NOT_LETTERS = re.compile(r"[^0-9a-z]+")


def folded(heading: str) -> str:
    """A heading as it is compared: `Client_MRN ` and `client mrn` are the same."""
    return NOT_LETTERS.sub(" ", heading.casefold()).strip()


@dataclass(frozen=True, slots=True)
class TableColumn:
    """What a column of a file may mean. `words` are other headings for it, folded."""

    name: str
    label: str
    words: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table. `record` is the kind of record that a row is, "" for a session.

    `keys` are groups of fields by which a row is found again, tried in this order; a field that
    the row leaves empty is left out of a group, unless it is the first. `one_of` are groups of
    columns of which one is needed whole.
    """

    name: str
    noun: tuple[str, str]
    columns: tuple[TableColumn, ...]
    record: str = ""
    keys: tuple[tuple[str, ...], ...] = ()
    one_of: tuple[tuple[tuple[str, ...], ...], ...] = field(default=())

    def column(self, name: str) -> TableColumn:
        """A column by its name. Raises KeyError."""
        return next(one for one in self.columns if one.name == name)

    def recognised(self, heading: str) -> str:
        """The column that a heading stands for: by name or label before other words; else ""."""
        return _by_heading(self).get(folded(heading), "")

    def missing(self, columns: set[str]) -> list[str]:
        """What has no column, in words, where rows could not be understood without it."""
        lacking = [c.label for c in self.columns if c.needed and c.name not in columns]
        for groups in self.one_of:
            if not any(columns.issuperset(group) for group in groups):
                said = (" and ".join(self.column(name).label for name in group) for group in groups)
                lacking.append(" or ".join(said))
        return lacking


@cache
def _by_heading(kind: TableKind) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in kind.columns:
        found.setdefault(folded(one.name), one.name)
    for one in kind.columns:
        found.setdefault(folded(one.label), one.name)
    for one in kind.columns:
        for word in one.words:
            found.setdefault(word, one.name)
    return found


SESSIONS = TableKind(
    "sessions",
    ("session", "sessions"),
    (
        TableColumn(
            "external_id",
            "Session id",
            ("id", "external id", "appointment id", "encounter id", "event id", "visit id"),
        ),
        TableColumn(
            "client_mrn",
            "Client MRN",
            ("mrn", "patient mrn", "medical record number", "client id", "patient id"),
        ),
        TableColumn("client", "Client", ("patient", "client name", "patient name", "learner")),
        TableColumn("client_last_name", "Client last name", ("patient last name", "last name")),
        TableColumn("client_first_name", "Client first name", ("patient first name", "first name")),
        TableColumn(
            "client_birth_date",
            "Client date of birth",
            ("dob", "date of birth", "birth date", "patient dob", "client dob"),
        ),
        TableColumn("practitioner_npi", "Practitioner NPI", ("npi", "provider npi", "staff npi")),
        TableColumn(
            "practitioner",
            "Practitioner",
            (
                "provider",
                "provider name",
                "practitioner name",
                "staff",
                "staff name",
                "therapist",
                "clinician",
                "technician",
                "employee",
            ),
        ),
        TableColumn("practitioner_last_name", "Practitioner last name", ("provider last name",)),
        TableColumn("practitioner_first_name", "Practitioner first name", ("provider first name",)),
        TableColumn(
            "date",
            "Date",
            ("date of service", "dos", "service date", "session date", "appointment date", "day"),
        ),
        TableColumn(
            "start",
            "Start",
            ("start time", "starts at", "time in", "from", "begin", "start date and time"),
        ),
        TableColumn(
            "end", "End", ("end time", "ends at", "time out", "to", "until", "end date and time")
        ),
        TableColumn(
            "minutes", "Minutes", ("duration", "duration minutes", "duration min", "length", "mins")
        ),
        TableColumn("hours", "Hours", ("duration hours", "hrs")),
        TableColumn(
            "procedure_code",
            "Procedure code",
            ("code", "cpt", "cpt code", "billing code", "service code", "hcpcs", "procedure"),
            needed=True,
        ),
        TableColumn("modifiers", "Modifiers", ("modifier", "mod", "mods")),
        TableColumn("service", "Service", ("service name", "service type", "appointment type")),
        TableColumn("location", "Location", ("location name", "place", "site")),
        TableColumn("business_unit", "Business unit", ("unit", "clinic", "office", "branch")),
        TableColumn("telehealth", "Telehealth", ("telecare", "virtual", "remote", "telemedicine")),
        TableColumn(
            "status", "Status", ("session status", "appointment status", "completion status")
        ),
    ),
    one_of=(
        (
            ("client_mrn",),
            ("client",),
            ("client_last_name", "client_first_name"),
        ),
        (
            ("practitioner_npi",),
            ("practitioner",),
            ("practitioner_last_name", "practitioner_first_name"),
        ),
        (("start",),),
        (("end",), ("minutes",), ("hours",)),
    ),
)

FROM = ("from", "start", "start date", "effective date", "effective from", "begin date", "begin")
UNTIL = ("until", "end", "end date", "to", "expiration date", "expires", "termination date")
WORDS: dict[str, tuple[str, ...]] = {
    "npi": ("npi number", "national provider identifier"),
    "last_name": ("surname", "family name"),
    "first_name": ("given name",),
    "middle_name": ("middle", "middle initial"),
    "birth_date": ("dob", "birthdate", "birthday"),
    "gender": ("sex",),
    "mrn": ("medical record number", "client mrn", "patient mrn", "client id", "patient id"),
    "line1": ("address", "address 1", "address line 1", "street address"),
    "line2": ("address 2", "address line 2"),
    "zip": ("zip", "postal code", "zipcode"),
    "phone": ("phone", "phone number"),
    "starts_on": FROM,
    "ends_on": UNTIL,
    "name": ("title",),
    "payer_id": ("payer id", "cpid", "electronic payer id"),
    "procedure_code": ("code", "cpt", "cpt code", "hcpcs"),
    "procedure_codes": ("procedure code", "code", "codes", "cpt", "cpt code", "cpt codes"),
    "amount": ("units", "authorized units", "hours", "authorized hours", "quantity"),
    "billed": ("rate", "charge", "fee", "billed amount", "billed rate"),
    "expected": ("allowed", "contracted rate", "expected amount", "expected rate"),
    "units": ("authorized units", "quantity"),
    "tax_id": ("ein", "tin"),
    "place_of_service": ("pos",),
    "member_id": ("member number", "policy number", "insurance id", "subscriber id"),
    "client": ("client mrn", "mrn", "patient", "patient mrn", "client name", "client id"),
    "practitioner": ("practitioner npi", "provider", "provider npi", "npi", "staff", "clinician"),
    "payer": ("payer name", "insurance", "insurer", "carrier"),
    "plan": ("plan name",),
    "number": ("authorization number", "auth number", "authorization"),
    "authorization": ("authorization number", "auth number"),
    "referring": ("referring npi", "referring provider npi"),
    "business_unit": ("unit", "clinic", "branch"),
    "service_line": ("line",),
}
OWN_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("case_manager", "practitioner"): ("manager", "case manager npi"),
    ("client_diagnosis", "code"): ("icd 10", "icd10", "diagnosis code", "icd 10 code"),
    ("qualification", "code"): ("credential", "certification"),
    ("payer", "name"): ("payer", "payer name"),
    ("plan", "name"): ("plan", "plan name"),
    ("location", "name"): ("location", "location name"),
    ("business_unit", "name"): ("business unit", "business unit name"),
}


def _records(name: str, record: str, keys: tuple[tuple[str, ...], ...]) -> TableKind:
    declared = KINDS[record]
    begins = blank(record)
    columns = tuple(
        TableColumn(
            one.name,
            one.label,
            OWN_WORDS.get((record, one.name), ()) + WORDS.get(one.name, ()),
            one.required and begins[one.name] in (None, "") and one.name != "position",
        )
        for one in declared.fields
    )
    return TableKind(name, (declared.label, name.replace("_", " ")), columns, record, keys)


@cache
def table_kinds() -> dict[str, TableKind]:
    """Every kind of table by its name."""
    return {kind.name: kind for kind in _kinds()}


def _kinds() -> Iterator[TableKind]:
    yield SESSIONS
    yield _records("business_units", "business_unit", (("name",), ("npi",)))
    yield _records("locations", "location", (("name", "business_unit"),))
    yield _records("practitioners", "practitioner", (("npi",), ("last_name", "first_name")))
    yield _records("qualifications", "qualification", (("practitioner", "code", "starts_on"),))
    yield _records("enrolments", "enrolment", (("practitioner", "payer", "starts_on"),))
    yield _records("payers", "payer", (("name",), ("payer_id",)))
    yield _records("plans", "plan", (("payer", "name"),))
    yield _records("benefits", "benefit", (("payer", "procedure_code", "starts_on"),))
    yield _records("fees", "fee", (("procedure_code", "payer", "business_unit", "starts_on"),))
    yield _records("mues", "mue", (("procedure_code", "payer", "program", "starts_on"),))
    yield _records("modifier_rules", "modifier_rule", (("name", "payer"),))
    action = ("reason_code", "group_codes", "remark_codes", "payer")
    yield _records("denial_actions", "denial_action", (action,))
    yield _records("appointment_types", "appointment_type", (("name",),))
    yield _records("clients", "client", (("mrn",),))
    yield _records("coverages", "coverage", (("client", "payer", "rank", "starts_on"),))
    yield _records("diagnoses", "client_diagnosis", (("client", "code"),))
    yield _records("authorizations", "authorization", (("client", "payer", "number"),))
    yield _records(
        "authorized_services", "authorized_service", (("authorization", "procedure_codes"),)
    )
    yield _records("case_managers", "case_manager", (("client", "service_line", "starts_on"),))
    yield _records(
        "rendering_assignments",
        "rendering_assignment",
        (("authorization", "practitioner", "starts_on"),),
    )
