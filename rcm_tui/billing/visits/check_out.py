"""Checking out: a visit's services become sessions and charge items, and its invoice is made."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rcm_tui.billing.charges.recording import SessionRecord, record_sessions
from rcm_tui.billing.invoices.invoicing import make_invoices
from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.rights import CHECK_OUT, needs
from rcm_tui.billing.units import VISIT
from rcm_tui.billing.visits.laying_out import LaidOut, lay_out
from rcm_tui.data.tables.visits import BOOKED, CHECKED_IN, CHECKED_OUT, Visit, VisitService
from rcm_tui.data.work import Work


@dataclass(slots=True)
class CheckOutOutcome(Outcome):
    """What checking out did: `done` are the visits, `made` their invoices, `amount` the cents.

    `warnings` name visits that were checked out although something looks wrong.
    """

    warnings: list[Left] = field(default_factory=list)


@needs(CHECK_OUT, visit_ids=VISIT)
def check_out(work: Work, visit_ids: Iterable[int]) -> CheckOutOutcome:
    """Completes visits: each service becomes a submitted session with its charge item, and the
    visit gets its invoice.

    Left with the reason: what is over or cancelled, what is still to come, what has no services.
    Services that take longer than the visit are a warning (ours).
    """
    outcome = CheckOutOutcome()
    today = work.today.isoformat()
    held: list[LaidOut] = []
    for visit in lay_out(work.database, visit_ids):
        if problem := _problem(visit, today):
            outcome.left.append(Left(visit.id, visit.number, problem))
            continue
        held.append(visit)
        if visit.service_minutes > visit.minutes:
            outcome.warnings.append(
                Left(
                    visit.id,
                    visit.number,
                    f"its services take {visit.service_minutes} minutes, the visit"
                    f" {visit.minutes}: look at the units",
                )
            )
    if not held:
        return outcome
    with work.undoable(f"Check out {counted(len(held), 'visit')}", Visit):
        _record_sessions(work, held)
        outcome.done = [visit.id for visit in held]
        work.set_all(Visit, {"status": CHECKED_OUT}, outcome.done)
        for visit in held:
            work.record(
                "visit checked out",
                "visit",
                visit.id,
                status=[visit.status, CHECKED_OUT],
                services=len(visit.services),
            )
        invoiced = make_invoices(work, outcome.done)
    outcome.made, outcome.amount = invoiced.made, invoiced.amount
    return outcome


def _record_sessions(work: Work, visits: Iterable[LaidOut]) -> None:
    services = [(visit, service) for visit in visits for service in visit.services]
    recorded = record_sessions(
        work,
        (
            SessionRecord(
                visit.client,
                visit.practitioner,
                visit.business_unit,
                visit.location,
                visit.kind,
                service.procedure_code,
                service.starts_at,
                service.ends_at,
                bool(visit.telehealth),
                modifiers=service.modifiers,
                source=f"visit {visit.number}",
            )
            for visit, service in services
        ),
    )
    work.update(
        VisitService,
        ["session"],
        [
            (session, service.id)
            for session, (_, service) in zip(recorded.done, services, strict=True)
        ],
    )


def _problem(visit: LaidOut, today: str) -> str:
    if visit.status == CHECKED_OUT:
        return "it is checked out already"
    if visit.status not in (BOOKED, CHECKED_IN):
        return f"it is {visit.status}: book it again first"
    if visit.day > today:
        return f"it is on {visit.day}, which is still to come"
    if not visit.services:
        return "it has no services: add them, or copy those of last time (=)"
    return ""
