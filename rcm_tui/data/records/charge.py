"""One charge item with its session, its twin, the claim line that it went onto, and its history."""

from dataclasses import dataclass

from peewee import JOIN, Database

from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.charges import ChargeItem, Session
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Authorization, Client, Coverage
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner


@dataclass(frozen=True, slots=True)
class ChargeRecord:
    """A charge item and all that belongs to it, read in one go.

    `twin` is the item that approval found it to be billed twice with; `line` and `claim` are what
    it was summed onto. `history` is its own and its session's, oldest first.
    """

    charge: ChargeItem
    session: Session
    client: Client
    practitioner: Practitioner
    unit: BusinessUnit
    location: Location | None
    coverage: Coverage | None
    payer: Payer | None
    authorization: Authorization | None
    twin: ChargeItem | None
    line: ClaimLine | None
    claim: Claim | None
    history: list[Event]


def read_charge(database: Database, charge_id: int) -> ChargeRecord | None:
    """Reads a charge item; None when it is not there any more."""
    with one_moment(database):
        charge = (
            ChargeItem.select(
                ChargeItem,
                Session,
                Client,
                Practitioner,
                BusinessUnit,
                Location,
                Coverage,
                Payer,
                Authorization,
                ClaimLine,
                Claim,
            )
            .join_from(ChargeItem, Session)
            .join_from(ChargeItem, Client)
            .join_from(ChargeItem, Practitioner)
            .join_from(ChargeItem, BusinessUnit)
            .join_from(ChargeItem, Location, JOIN.LEFT_OUTER)
            .join_from(ChargeItem, Coverage, JOIN.LEFT_OUTER)
            .join_from(Coverage, Payer, JOIN.LEFT_OUTER)
            .join_from(ChargeItem, Authorization, JOIN.LEFT_OUTER)
            .join_from(ChargeItem, ClaimLine, JOIN.LEFT_OUTER)
            .join_from(ClaimLine, Claim, JOIN.LEFT_OUTER)
            .where(ChargeItem.id == charge_id)
            .first()
        )
        if charge is None:
            return None
        line, coverage = charge.claim_line, charge.coverage
        events = [
            *history_of("charge_item", charge_id),
            *history_of("session", charge.session.id),
        ]
        return ChargeRecord(
            charge,
            charge.session,
            charge.client,
            charge.practitioner,
            charge.business_unit,
            charge.location,
            coverage,
            coverage.payer if coverage is not None else None,
            charge.authorization,
            charge.duplicate_of,
            line,
            line.claim if line is not None else None,
            sorted(events, key=lambda event: event.at),
        )
