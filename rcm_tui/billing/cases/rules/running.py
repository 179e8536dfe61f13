"""The rules at work: cases opened and joined for denied claims, and a run taken back whole.

A run is one unit of work. Twice over the same claims it opens nothing twice: a claim that stands
in an active case, or stood in one since it was denied, is left.
"""

import datetime
from collections.abc import Iterable, Sequence

from rcm_tui.billing.cases.claims import link, sort_claims
from rcm_tui.billing.cases.rules.denied import denied_claims
from rcm_tui.billing.cases.rules.planning import PlannedCase, Planner
from rcm_tui.billing.cases.rules.rule import Rule, load_rules
from rcm_tui.billing.cases.timeline.writing import add_event
from rcm_tui.billing.denials.next_steps import next_steps
from rcm_tui.billing.editing.adding import add
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, counted
from rcm_tui.billing.undo import undo
from rcm_tui.data.bulk import insert_rows, read_rows, update_rows
from rcm_tui.data.tables.case_rules import (
    BEFORE_CLOCK,
    BY_HAND,
    FROM_OPENING,
    CaseRule,
    CaseRuleClaim,
    CaseRuleRun,
)
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.work import Work

NO_RULE = "no rule speaks of its denial"


def run_rules(
    work: Work,
    claim_ids: Iterable[int],
    occasion: str = BY_HAND,
    rules: Sequence[Rule] | None = None,
) -> Outcome:
    """Asks the rules in force about claims: `done` are those put into cases, `made` new cases.

    `amount` is what those claims have outstanding. Left with the reason are claims with a case,
    and those of which no rule speaks; what nothing is denied of is passed over. `rules` are asked
    instead of all that are in force.
    """
    outcome = Outcome()
    if not (rules := load_rules(work.database) if rules is None else list(rules)):
        return outcome
    denied = denied_claims(work.database, claim_ids)
    outcome.left += denied.left
    planner = Planner(work.database, rules)
    unspoken = planner.plan(denied.claims, work.today)
    outcome.left += [Left(claim.id, claim.number, NO_RULE) for claim in unspoken]
    if not planner.cases:
        return outcome
    with work.undoable("Open cases by rules", CaseFile, by_worker=True) as action:
        found = [(case, *_put(work, case, outcome, _clocks(work, case))) for case in planner.cases]
        action.title = (
            f"Open {counted(len(outcome.made), 'case')} by rules"
            f" for {counted(len(outcome.done), 'claim')}"
        )
    turns = [(planner.given[rule.id], rule.id) for rule in rules]
    update_rows(work.database, CaseRule, ("given",), turns)
    _keep(work, occasion, found, outcome, action.id)
    return outcome


def take_back_run(work: Work, run_id: int, progress: Progress | None = None) -> Outcome:
    """Undoes a run whole: the cases it opened are gone, and the claims that joined others.

    The rules do not open them again by themselves. Raises Refused when somebody has worked on one
    of them since, when it was taken back before, and when it is too old; what the worker or
    somebody else did is taken back by an administrator.
    """
    run = CaseRuleRun.get_or_none(CaseRuleRun.id == run_id)
    if run is None:
        raise Refused("this run is not there any more")
    if run.taken_back_at is not None:
        raise Refused("this run was taken back before")
    outcome = undo(work, run.action, progress)
    CaseRuleRun.update(taken_back_at=work.now).where(CaseRuleRun.id == run_id).execute()
    work.record("run of case rules taken back", "case_rule_run", run_id, cases=run.opened)
    return outcome


def _put(
    work: Work, case: PlannedCase, outcome: Outcome, until: datetime.date | None
) -> tuple[int, list[int]]:
    """Opens or joins one case; gives its key and the claims that it got."""
    taken = sort_claims(work.database, [claim.id for claim in case.claims]).taken
    if case.joins is not None:
        key, number = case.joins
    else:
        key = add(work, "case_file", _values(work, case, until)).id
        ((number,),) = read_rows(work.database, "SELECT number FROM case_file WHERE id = ?", key)
        work.set_all(CaseFile, {"rule": case.rule.id}, [key])
        outcome.made.append(key)
    link(work, key, number, taken)
    verb = "Joined" if case.joins is not None else "Opened"
    claims = counted(len(taken), "claim")
    add_event(work, [key], f"{verb} by rule “{case.rule.name}” for {claims}")
    work.record(f"{verb.lower()} by rule", "case_file", key, rule=case.rule.name, claims=len(taken))
    outcome.done += [claim.id for claim in taken]
    outcome.amount += sum(claim.outstanding for claim in taken)
    return key, [claim.id for claim in taken]


def _values(work: Work, case: PlannedCase, until: datetime.date | None) -> dict[str, object]:
    first = case.claims[0]
    clients = {claim.client for claim in case.claims}
    return {
        "subject": case.subject,
        "payer": first.payer,
        "client": first.client if len(clients) == 1 else None,
        "carc": case.carc,
        "priority": case.rule.priority,
        "tags": case.rule.tags,
        "owner": case.owner,
        "follow_up": follow_up(case.rule, work.today, until),
    }


def follow_up(
    rule: Rule, today: datetime.date, until: datetime.date | None
) -> datetime.date | None:
    """When a case is followed up first; never before today.

    Where no clock runs, days before its end count from the opening instead (ours).
    """
    days = datetime.timedelta(days=rule.follow_up_days)
    if rule.follow_up == BEFORE_CLOCK and until is not None:
        return max(today, until - days)
    return today + days if rule.follow_up in (FROM_OPENING, BEFORE_CLOCK) else None


def _clocks(work: Work, case: PlannedCase) -> datetime.date | None:
    """The last day of the first of its claims' clocks."""
    if case.joins is not None or case.rule.follow_up != BEFORE_CLOCK:
        return None
    steps = next_steps(work.database, [claim.id for claim in case.claims]).values()
    return min((step.until for step in steps if step.until is not None), default=None)


def _keep(
    work: Work,
    occasion: str,
    found: Sequence[tuple[PlannedCase, int, list[int]]],
    outcome: Outcome,
    action: int,
) -> None:
    """Writes what the run did, beside what it can be taken back by."""
    joined = sum(len(claims) for case, _, claims in found if case.joins is not None)
    run = CaseRuleRun.create(
        ran_at=work.now,
        occasion=occasion,
        login=work.actor.login,
        opened=len(outcome.made),
        joined=joined,
        claims=len(outcome.done),
        amount=outcome.amount,
        action=action,
    )
    insert_rows(
        work.database,
        CaseRuleClaim,
        ("run", "rule", "case", "claim", "opened"),
        [
            (run.id, case.rule.id, key, claim, case.joins is None)
            for case, key, claims in found
            for claim in claims
        ],
    )
    work.record("cases opened by rules", run, cases=len(outcome.made), claims=len(outcome.done))
