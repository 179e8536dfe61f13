"""Whom a row is about: columns and fields of patients, payers, practitioners and units.

A queue that has these columns joins the tables under the aliases `client`, `payer`,
`practitioner` and `unit`. Fields look in the other table and come back by a key of the row, so
that they can use its index.
"""

from rcm_tui.data.queues.queue import Column, Field

PATIENT_NAME = "client.last_name || ', ' || client.first_name"
PAYER_NAME = "COALESCE(payer.name, '')"
PAYER_SHORT_NAME = "COALESCE(NULLIF(payer.short_name, ''), payer.name, '')"


def patient_column(width: int = 20, name: str = "patient") -> Column:
    """The patient as `Okafor, Ada`; `name` is "client" where care and not money is meant."""
    title = name.capitalize()
    return Column(name, title, PATIENT_NAME, "text", width, 0, required=True, flexible=True)


def payer_column(width: int = 18, priority: int = 1) -> Column:
    """The payer's name, its short one where there is little room."""
    return Column(
        "payer",
        "Payer",
        PAYER_NAME,
        "text",
        width,
        priority,
        short=PAYER_SHORT_NAME,
        short_width=8,
        required=True,
    )


def practitioner_column(width: int = 18, priority: int = 3) -> Column:
    """Who held the session."""
    name = "practitioner.last_name || ', ' || practitioner.first_name"
    return Column("practitioner", "Practitioner", name, "text", width, priority, required=True)


def unit_column(priority: int) -> Column:
    """The business unit."""
    return Column("unit", "Unit", "unit.name", "text", 14, priority, required=True)


def patients(key: str) -> str:
    """What wraps a test of the client `c` whose key a row has, as `claim.client_id`."""
    return f"{key} IN (SELECT c.id FROM client AS c WHERE {{test}})"


def practitioners(key: str) -> str:
    """What wraps a test of the practitioner `r` whose key a row has."""
    return f"{key} IN (SELECT r.id FROM practitioner AS r WHERE {{test}})"


def payers_of_coverage(key: str) -> str:
    """What wraps a test of the payer `p` of the coverage whose key a row has."""
    return (
        f"{key} IN (SELECT v.id FROM coverage AS v JOIN payer AS p ON p.id = v.payer_id"
        " WHERE {test})"
    )


def patient_fields(within: str) -> tuple[Field, Field]:
    """The patient's name, either way round, and record number."""
    return (
        Field(
            "patient",
            "text",
            ("c.last_name || ', ' || c.first_name", "c.first_name || ' ' || c.last_name"),
            ("client", "name"),
            within=within,
            looked_up=True,
            help="The patient's name",
        ),
        _mrn_field("patient", within),
    )


def client_fields(within: str) -> tuple[Field, Field]:
    """The same, named for queues of care."""
    return (
        Field(
            "client",
            "text",
            ("c.last_name || ', ' || c.first_name",),
            ("patient",),
            within=within,
            looked_up=True,
        ),
        _mrn_field("client", within),
    )


def _mrn_field(who: str, within: str) -> Field:
    return Field(
        "mrn",
        "code",
        ("c.mrn",),
        within=within,
        looked_up=True,
        help=f"The {who}'s record number",
    )


def payer_field(within: str) -> Field:
    """The payer by name, short name or identifier."""
    return Field(
        "payer",
        "text",
        ("p.name", "p.short_name", "p.payer_id"),
        within=within,
        looked_up=True,
        help="The payer's name, short name or id",
    )


def practitioner_field(within: str) -> Field:
    """Who held the session, by name."""
    return Field(
        "practitioner",
        "text",
        ("r.last_name || ', ' || r.first_name",),
        ("provider",),
        within=within,
        looked_up=True,
        help="Who held the session",
    )


def rendering_field(key: str) -> Field:
    """The rendering provider whose key a row has, by name or NPI."""
    return Field(
        "rendering",
        "text",
        ("r.last_name || ', ' || r.first_name", "r.npi"),
        ("provider",),
        within=practitioners(key),
        looked_up=True,
        help="The rendering provider's name or NPI",
    )


def unit_field(key: str) -> Field:
    """The business unit whose key a row has, by name."""
    return Field(
        "unit",
        "text",
        ("u.name",),
        ("business_unit",),
        within=f"{key} IN (SELECT u.id FROM business_unit AS u WHERE {{test}})",
        looked_up=True,
        help="The business unit",
    )
