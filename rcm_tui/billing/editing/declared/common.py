"""What several kinds of records have in common."""

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.field import Field
from rcm_tui.data.tables.claims import DRAFT

GENDERS = {"F": "female", "M": "male", "U": "unknown", "": "not given"}
FULL_NAME = "t.last_name || CASE WHEN t.first_name = '' THEN '' ELSE ', ' || t.first_name END"


def phone(name: str = "phone", section: str = "Address") -> Field:
    """A telephone number."""
    return Field(
        name, "Telephone", "code", section=section, check=checks.phone, changes_claims=False
    )


def address(
    prefix: str = "", section: str = "Address", whole_zip: bool = False
) -> tuple[Field, ...]:
    """Street, city, state and zip code."""
    return (
        Field(f"{prefix}line1", "Street", "text", section=section, longest=55),
        Field(f"{prefix}line2", "Street, second line", "text", section=section, longest=55),
        Field(f"{prefix}city", "City", "text", section=section, longest=30),
        Field(
            f"{prefix}state",
            "State",
            "code",
            section=section,
            codes="state",
            normalise=checks.upper,
            check=checks.state,
        ),
        Field(
            f"{prefix}zip",
            "Zip code",
            "code",
            section=section,
            check=checks.long_zip_code if whole_zip else checks.zip_code,
        ),
    )


def term(required: bool = True, section: str = "") -> tuple[Field, ...]:
    """From when to when something holds."""
    return (
        Field("starts_on", "From", "date", required=required, section=section),
        Field("ends_on", "Until", "date", section=section),
    )


TERM_IN_ORDER = checks.in_order("starts_on", "ends_on", "Until")


def npi(section: str = "", changes_claims: bool = True) -> Field:
    """A National Provider Identifier."""
    return Field(
        "npi", "NPI", "code", section=section, check=checks.npi, changes_claims=changes_claims
    )


def taxonomy() -> Field:
    """A provider taxonomy code."""
    return Field(
        "taxonomy",
        "Taxonomy",
        "code",
        codes="taxonomy",
        normalise=checks.upper,
        check=checks.taxonomy,
    )


def drafts(condition: str, joins: str = "", *, few: bool = False) -> str:
    """SQL: the Draft claims `c` of some records, `few` when each has few claims.

    Then the status is hidden from the planner, which would read all Drafts for any list of keys.
    """
    status = "COALESCE(c.status, '')" if few else "c.status"
    return f"SELECT DISTINCT c.id FROM claim c {joins} WHERE {condition} AND {status} = '{DRAFT}'"


def drafts_of(table: str, link: str, *, few: bool = False) -> str:
    """SQL: the Draft claims `c` that records `t` of a table are linked to; `few` as in `drafts`."""
    return drafts("t.id IN ({keys})", f'JOIN "{table}" t ON {link}', few=few)


def procedure(section: str = "") -> Field:
    """The procedure code of what is billed."""
    return Field(
        "procedure_code",
        "Procedure code",
        "code",
        True,
        section,
        codes="procedure",
        normalise=checks.upper,
        check=checks.procedure,
    )


def modifiers(section: str = "") -> Field:
    """Modifiers in billing order."""
    return Field(
        "modifiers",
        "Modifiers",
        "code",
        section=section,
        codes="modifier",
        many=True,
        normalise=checks.codes,
        check=checks.modifiers,
    )
