"""Reads the facts of many claims at once: some twenty queries for every 500 claims."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.authorizations.limits import load_limits
from rcm_tui.billing.authorizations.periods import TOTAL
from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.claims.coordination import Coordination, coordination
from rcm_tui.billing.claims.facts import (
    AuthorizationFacts,
    BillingFacts,
    ClaimFacts,
    CoverageFacts,
    FacilityFacts,
    LineFacts,
    OtherLine,
    OtherUse,
    PayerFacts,
    Person,
    ProviderFacts,
)
from rcm_tui.billing.claims.rendering import NOBODY, Renderers, Service, load_renderers
from rcm_tui.billing.dated import covers
from rcm_tui.billing.denials.payer_rules import PayerRuleFacts, load_payer_rules
from rcm_tui.billing.denials.prevention import Prevention, Situation
from rcm_tui.data.bulk import IN_LIST, chunked, read_by_keys
from rcm_tui.data.tables.claims import DRAFT, READY, SUBMITTED

# Hidden from the planner, which would read all claims of a status, not those of the keys.
ALIVE = f"COALESCE(c.status, '') IN ('{DRAFT}', '{READY}', '{SUBMITTED}')"

CLAIM_SQL = (
    "SELECT c.id, c.number, c.status, c.patient_control_number, c.frequency,"
    " c.original_reference, c.chain, c.authorization_number, c.place_of_service, c.diagnoses,"
    " c.billed, c.client_id, c.business_unit_id, c.coverage_id, c.payer_id, c.rendering_id,"
    " c.referring_id, c.facility_id, c.authorization_id, p.answered_at, c.first_service_date,"
    " c.last_service_date, c.billed_after_id, COALESCE(p.payer_claim_control_number, '')"
    " FROM claim c LEFT JOIN claim p ON p.id = c.previous_id"
    " WHERE c.id IN ({keys}) ORDER BY c.id"
)


class _Enrolled:
    """A term of enrolment."""

    __slots__ = ("ends_on", "starts_on")

    def __init__(self, starts_on: str, ends_on: str | None) -> None:
        self.starts_on: str | None = starts_on
        self.ends_on = ends_on


@dataclass(slots=True)
class _Shared:
    """What the claims of one batch have in common, by row id."""

    patients: dict[int, Person]
    units: dict[int, BillingFacts]
    coverages: dict[int, CoverageFacts]
    payers: dict[int, PayerFacts]
    practitioners: dict[int, ProviderFacts]
    facilities: dict[int, FacilityFacts]
    authorizations: dict[int, AuthorizationFacts]
    enrolments: dict[tuple[int, int], list[_Enrolled]]
    used: dict[int, dict[str, list[OtherUse]]]
    others: dict[int, dict[tuple[str, str], list[OtherLine]]]
    renderers: Renderers
    services: dict[int, list[Service]]
    told: dict[int, Coordination]
    payer_rules: dict[int, list[PayerRuleFacts]]
    prevention: Prevention


def load_facts(database: Database, claim_ids: Iterable[int], today: str) -> Iterator[ClaimFacts]:
    """The facts of claims in the order of their ids, a batch at a time; unknown ids are passed."""
    prevention = Prevention(database, datetime.date.fromisoformat(today))
    for keys in chunked(sorted(set(claim_ids)), IN_LIST):
        claims = list(read_by_keys(database, CLAIM_SQL, keys))
        lines = _lines(database, keys)
        shared = _shared(database, claims, prevention)
        for claim in claims:
            yield _facts(claim, lines.get(claim[0], []), shared, today)


def _facts(claim: Any, lines: list[Any], shared: _Shared, today: str) -> ClaimFacts:
    (client, unit, coverage, payer, rendering, referring, facility, authorization) = claim[11:19]
    answered_at = claim[19]
    facts = ClaimFacts(
        id=claim[0],
        number=claim[1],
        status=claim[2],
        patient_control_number=claim[3],
        frequency=claim[4],
        original_reference=claim[5],
        chain=claim[6],
        authorization_number=claim[7],
        place_of_service=claim[8],
        diagnoses=claim[9].split(),
        billed=claim[10],
        today=today,
        lines=[_line(columns, client, payer, rendering, claim[8], shared) for columns in lines],
        patient=shared.patients[client],
        billing=shared.units[unit],
        coverage=shared.coverages.get(coverage),
        payer=shared.payers.get(payer),
        rendering=shared.practitioners.get(rendering),
        referring=shared.practitioners.get(referring),
        facility=shared.facilities.get(facility),
        authorization=shared.authorizations.get(authorization),
        answered_on=answered_at[:10] if answered_at else None,
        newest_reference=claim[23],
        told=shared.told.get(claim[0]),
        used=shared.used.get(authorization),
        other_lines=shared.others.get(client),
        payer_rules=shared.payer_rules.get(payer, ()),
    )
    if rendering is None:
        facts.rendering_reason = _why_nobody(shared, claim[0])
    return facts


def _line(
    columns: Any,
    client: int,
    payer: int | None,
    rendering: int | None,
    place: str,
    shared: _Shared,
) -> LineFacts:
    first, last, code = columns[1], columns[2], columns[3]
    renderers = shared.renderers
    benefit = renderers.benefits.benefit(payer, code, first)
    qualified = enrolled = True
    if rendering is not None:
        qualified = renderers.qualified(rendering, benefit, first)
        terms = shared.enrolments.get((rendering, payer or 0), ())
        enrolled = any(covers(term, first, last) for term in terms)
    service_line = benefit.service_line if benefit else "ABA"
    managed = renderers.has_case_manager(client, service_line, first)
    most = renderers.benefits.most_a_day(payer, code, first)
    alike = Situation(payer or 0, code, columns[4], columns[7] or place, rendering)
    before = shared.prevention.denied_before(alike)
    return LineFacts._make((*columns, benefit, most, qualified, enrolled, managed, before))


def _why_nobody(shared: _Shared, claim: int) -> str:
    for service in shared.services.get(claim, ()):
        rendering = shared.renderers.of(service)
        if rendering.practitioner is None:
            return rendering.reason
    return "" if shared.services.get(claim) else NOBODY


def _lines(database: Database, keys: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for claim, *columns in read_by_keys(
        database,
        "SELECT claim_id, position, first_service_date, last_service_date, procedure_code,"
        " modifiers, units, billed, place_of_service, pointers FROM claim_line"
        " WHERE claim_id IN ({keys}) ORDER BY claim_id, position",
        keys,
    ):
        found[claim].append(columns)
    return found


def _shared(database: Database, claims: Sequence[Any], prevention: Prevention) -> _Shared:
    clients = _keys(claims, 11)
    payers = _keys(claims, 14)
    authorizations = _keys(claims, 18)
    services = _services(database, [claim[0] for claim in claims if claim[15] is None])
    rendering = set(_keys(claims, 15))
    rendering.update(service.practitioner for each in services.values() for service in each)
    patients = _patients(database, clients)
    authorized = _authorizations(database, authorizations)
    further = [claim[0] for claim in claims if claim[22] is not None]
    return _Shared(
        patients=patients,
        units=_by_key(database, "business_unit", BillingFacts, _keys(claims, 12)),
        coverages=_coverages(database, _keys(claims, 13), patients),
        payers=_payers(database, payers),
        practitioners=_practitioners(database, {*_keys(claims, 15), *_keys(claims, 16)}),
        facilities=_by_key(database, "location", FacilityFacts, _keys(claims, 17)),
        authorizations=authorized,
        enrolments=_enrolments(database, _keys(claims, 15)),
        used=_used(database, authorized),
        others=_other_lines(database, claims, clients),
        renderers=load_renderers(
            database,
            load_benefits(database, payers, with_limits=True),
            clients=clients,
            practitioners=rendering,
            authorizations={
                service.authorization
                for each in services.values()
                for service in each
                if service.authorization is not None
            },
        ),
        services=services,
        told=coordination(database, further) if further else {},
        payer_rules=load_payer_rules(database, payers),
        prevention=prevention,
    )


def _keys(claims: Iterable[Any], column: int) -> list[int]:
    return sorted({claim[column] for claim in claims if claim[column] is not None})


def _by_key(database: Database, table: str, kind: Any, keys: Iterable[int]) -> dict[int, Any]:
    """Rows as named tuples whose fields have the names of the table's columns."""
    columns = ", ".join(kind._fields)
    sql = f"SELECT id, {columns} FROM {table} WHERE id IN ({{keys}})"
    return {key: kind(*row) for key, *row in read_by_keys(database, sql, keys)}


def _patients(database: Database, keys: Sequence[int]) -> dict[int, Person]:
    found: dict[int, Person] = _by_key(database, "client", Person, keys)
    return found


def _coverages(
    database: Database, keys: Sequence[int], patients: dict[int, Person]
) -> dict[int, CoverageFacts]:
    found = {}
    for key, client, *row in read_by_keys(
        database,
        "SELECT id, client_id, member_id, filing_indicator, relationship, starts_on, ends_on,"
        " holder_last_name, holder_first_name, holder_birth_date, holder_gender, holder_line1,"
        " holder_city, holder_state, holder_zip FROM coverage WHERE id IN ({keys})",
        keys,
    ):
        holder = Person(*row[5:])
        if row[2] == "18":
            # For "self" the client's own columns fill what the coverage does not repeat.
            own = patients.get(client, Person())
            holder = Person._make(mine or theirs for mine, theirs in zip(holder, own, strict=True))
        found[key] = CoverageFacts._make((*row[:5], holder))
    return found


def _payers(database: Database, keys: Sequence[int]) -> dict[int, PayerFacts]:
    return {
        row[0]: PayerFacts._make((*row[:6], *map(bool, row[6:10]), row[10]))
        for row in read_by_keys(
            database,
            "SELECT p.id, p.name, p.payer_id, p.filing_indicator, p.filing_days,"
            " p.corrected_days, p.needs_authorization, p.needs_referring, p.needs_enrolment,"
            " COALESCE(h.active, 0), p.retro_days FROM payer p"
            " LEFT JOIN clearinghouse h ON h.id = p.clearinghouse_id WHERE p.id IN ({keys})",
            keys,
        )
    }


def _practitioners(database: Database, keys: Iterable[int]) -> dict[int, ProviderFacts]:
    return {
        key: ProviderFacts(key, f"{first} {last}".strip(), npi, taxonomy)
        for key, first, last, npi, taxonomy in read_by_keys(
            database,
            "SELECT id, first_name, last_name, npi, taxonomy FROM practitioner"
            " WHERE id IN ({keys})",
            sorted(keys),
        )
    }


def _authorizations(database: Database, keys: Sequence[int]) -> dict[int, AuthorizationFacts]:
    limits = load_limits(database, keys)
    return {
        key: AuthorizationFacts(number, status, starts_on, ends_on, limits.get(key, ()))
        for key, number, status, starts_on, ends_on in read_by_keys(
            database,
            'SELECT id, number, status, starts_on, ends_on FROM "authorization"'
            " WHERE id IN ({keys})",
            keys,
        )
    }


def _enrolments(
    database: Database, practitioners: Sequence[int]
) -> dict[tuple[int, int], list[_Enrolled]]:
    found: dict[tuple[int, int], list[_Enrolled]] = defaultdict(list)
    for practitioner, payer, starts_on, ends_on in read_by_keys(
        database,
        "SELECT practitioner_id, payer_id, starts_on, ends_on FROM enrolment"
        " WHERE practitioner_id IN ({keys})",
        practitioners,
    ):
        found[practitioner, payer].append(_Enrolled(starts_on, ends_on))
    return found


def _used(
    database: Database, authorizations: dict[int, AuthorizationFacts]
) -> dict[int, dict[str, list[OtherUse]]]:
    """Units billed on authorizations; rejected, denied and voiding claims use none.

    By day only where so much is allowed a week or month: that makes more rows.
    """
    found: dict[int, dict[str, list[OtherUse]]] = defaultdict(lambda: defaultdict(list))
    by_day = [
        key
        for key, facts in authorizations.items()
        if any(limit.per != TOTAL for limit in facts.limits)
    ]
    in_all = [key for key in authorizations if key not in set(by_day)]
    for keys, day in ((in_all, ""), (by_day, ", l.first_service_date")):
        for authorization, code, *use in read_by_keys(
            database,
            "SELECT c.authorization_id, l.procedure_code, c.id, c.chain, c.status,"
            f" CAST(SUM(l.units) AS BIGINT){day} FROM claim c"
            " JOIN claim_line l ON l.claim_id = c.id"
            f" WHERE c.authorization_id IN ({{keys}}) AND {ALIVE} AND c.frequency <> '8'"
            " AND c.acknowledgement <> 'rejected' AND c.adjudication <> 'denied'"
            f" GROUP BY c.authorization_id, l.procedure_code, c.id, c.chain, c.status{day}",
            keys,
        ):
            found[authorization][code].append(OtherUse(*use))
    return found


def _other_lines(
    database: Database, claims: Sequence[Any], clients: Sequence[int]
) -> dict[int, dict[tuple[str, str], list[OtherLine]]]:
    found: dict[int, dict[tuple[str, str], list[OtherLine]]] = defaultdict(
        lambda: defaultdict(list)
    )
    if not claims:
        return found
    first, last = min(claim[20] for claim in claims), max(claim[21] for claim in claims)
    for client, day, code, claim, chain, status, units, *line in read_by_keys(
        database,
        "SELECT c.client_id, l.first_service_date, l.procedure_code, c.id, c.chain, c.status,"
        " l.units, c.number, c.payer_id, c.rendering_id, l.modifiers,"
        " CASE WHEN l.place_of_service = '' THEN c.place_of_service ELSE l.place_of_service END,"
        " l.last_service_date FROM claim c JOIN claim_line l ON l.claim_id = c.id"
        f" WHERE c.client_id IN ({{keys}}) AND {ALIVE} AND c.frequency <> '8'"
        " AND c.acknowledgement <> 'rejected'"
        " AND c.last_service_date >= ? AND COALESCE(c.first_service_date, '') <= ?",
        clients,
        first,
        last,
    ):
        use = OtherUse(claim, chain, status, units)
        found[client][day, code].append(OtherLine(use, *line))
    return found


def _services(database: Database, claims: Sequence[int]) -> dict[int, list[Service]]:
    """What was done on claims without a rendering provider, to say why they have none."""
    found: dict[int, list[Service]] = defaultdict(list)
    for claim, *service in read_by_keys(
        database,
        "SELECT l.claim_id, c.client_id, c.practitioner_id, v.payer_id, c.authorization_id,"
        " c.procedure_code, c.date_of_service FROM charge_item c"
        " JOIN claim_line l ON l.id = c.claim_line_id"
        " LEFT JOIN coverage v ON v.id = c.coverage_id WHERE l.claim_id IN ({keys})"
        " ORDER BY c.id",
        claims,
    ):
        found[claim].append(Service(*service))
    return found
