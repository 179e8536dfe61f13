"""The rules at work: cases opened and joined for denied claims, and a run taken back whole.

A run is taken back as one, also where its unit of work goes in steps. Twice over the same claims
it opens nothing twice: a claim that stands in an active case, or stood in one since it was denied,
is left.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from rcm_tui.billing.cases.claims import link, sort_claims
from rcm_tui.billing.cases.rules.denied import denied_claims
from rcm_tui.billing.cases.rules.planning import PlannedCase, Planner
from rcm_tui.billing.cases.rules.rule import Rule, load_rules
from rcm_tui.billing.cases.timeline.writing import add_event
from rcm_tui.billing.denials.next_steps import next_steps
from rcm_tui.billing.editing.adding import add
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, counted, go_on
from rcm_tui.billing.rights import RUN_CASE_RULES, needs
from rcm_tui.billing.undo import undo
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.actor import WORKER
from rcm_tui.data.before_images import Action
from rcm_tui.data.bulk import insert_rows, read_rows, update_rows
from rcm_tui.data.tables.case_rule_runs import BY_HAND, CaseRuleClaim, CaseRuleRun
from rcm_tui.data.tables.case_rules import BEFORE_CLOCK, FROM_OPENING, CaseRule
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.work import Work

CASES_A_STEP = 25
"""So many cases are opened before others may write, where the work goes in steps (ours)."""
NO_RULE = "no rule speaks of its denial"


@needs(RUN_CASE_RULES, claim_ids=CLAIM)
def run_rules(
    work: Work,
    claim_ids: Iterable[int],
    occasion: str = BY_HAND,
    rules: Sequence[Rule] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Asks the rules in force about claims: `done` are those put into cases, `made` new cases.

    `amount` is what those claims have outstanding. Left with the reason are claims with a case,
    and those of which no rule speaks; what nothing is denied of is passed over. `rules` are asked
    instead of all that are in force. `progress` counts cases; what was done stays when it stops.
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
        run = CaseRuleRun.create(ran_at=work.now, occasion=occasion, login=work.actor.login)
        for place, case in enumerate(planner.cases):
            if place % CASES_A_STEP == 0:
                _keep(work, run, planner, outcome, action)
                if not go_on(work, progress, place, len(planner.cases)):
                    rest = planner.cases[place:]
                    outcome.stop((one.id, one.number) for each in rest for one in each.claims)
                    break
            _put(work, run, case, outcome)
        _keep(work, run, planner, outcome, action)
        if not outcome.done:
            run.delete_instance()
    return outcome


@needs(RUN_CASE_RULES, claim_ids=CLAIM)
def run_tried(
    work: Work,
    rule_ids: Iterable[int],
    claim_ids: Iterable[int],
    progress: Progress | None = None,
) -> Outcome:
    """Does for claims, as they stand now, what rules were tried for; those in force go along.

    The rules need not be in force. Raises Refused when nothing is left to put into a case.
    """
    rules = load_rules(work.database, rule_ids)
    outcome = run_rules(work, claim_ids, BY_HAND, rules, progress)
    if not outcome.done:
        reason = outcome.left[0].reason if outcome.left else "nothing is denied of them any more"
        raise Refused(f"no case was opened: {reason}")
    return outcome


@needs(RUN_CASE_RULES)
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
    if run.login == WORKER.login and work.actor.role != "administrator":
        raise Refused("what the worker did is taken back by an administrator")
    outcome = undo(work, run.action, progress)
    CaseRuleRun.update(taken_back_at=work.now).where(CaseRuleRun.id == run_id).execute()
    work.record("run of case rules taken back", "case_rule_run", run_id, cases=run.opened)
    return outcome


def _put(work: Work, run: Any, case: PlannedCase, outcome: Outcome) -> None:
    """Opens or joins one case. Where the work goes in steps, others may have been faster."""
    found = sort_claims(work.database, [claim.id for claim in case.claims])
    outcome.left += found.left
    if not found.taken:
        return
    key, number, joins = _case(work, case)
    if not joins:
        outcome.made.append(key)
    link(work, key, number, found.taken)
    verb = "Joined" if joins else "Opened"
    claims = counted(len(found.taken), "claim")
    add_event(work, [key], f"{verb} by rule “{case.rule.name}” for {claims}")
    rows = [(run.id, case.rule.id, key, claim.id, not joins) for claim in found.taken]
    insert_rows(work.database, CaseRuleClaim, ("run", "rule", "case", "claim", "opened"), rows)
    outcome.done += [claim.id for claim in found.taken]
    outcome.amount += sum(claim.outstanding for claim in found.taken)
    run.joined += len(found.taken) if joins else 0


def _case(work: Work, case: PlannedCase) -> tuple[int, str, bool]:
    """Key and number of the case, and whether it was open before."""
    if case.joins is not None:
        key, number = case.joins
        if read_rows(
            work.database, "SELECT 1 FROM case_file WHERE id = ? AND closed_at IS NULL", key
        ):
            return key, number, True
    key = add(work, "case_file", _values(work, case)).id
    ((number,),) = read_rows(work.database, "SELECT number FROM case_file WHERE id = ?", key)
    work.set_all(CaseFile, {"rule": case.rule.id}, [key])
    return key, str(number), False


def _values(work: Work, case: PlannedCase) -> dict[str, object]:
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
        "follow_up": follow_up(case.rule, work.today, _clock(work, case)),
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


def _clock(work: Work, case: PlannedCase) -> datetime.date | None:
    """The last day of the first of its claims' clocks."""
    if case.rule.follow_up != BEFORE_CLOCK:
        return None
    steps = next_steps(work.database, [claim.id for claim in case.claims]).values()
    return min((step.until for step in steps if step.until is not None), default=None)


def _keep(work: Work, run: Any, planner: Planner, outcome: Outcome, action: Action) -> None:
    """Writes what the run has done so far, and by which action it is taken back."""
    if not outcome.done:
        return
    run.opened, run.claims = len(outcome.made), len(outcome.done)
    run.amount, run.action = outcome.amount, action.id
    run.save()
    turns = [(planner.given[rule.id], rule.id) for rule in planner.rules]
    update_rows(work.database, CaseRule, ("given",), turns)
    action.title = (
        f"Open {counted(len(outcome.made), 'case')} by rules"
        f" for {counted(len(outcome.done), 'claim')}"
    )
    work.record("cases opened by rules", run, cases=run.opened, claims=run.claims)
