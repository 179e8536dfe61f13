"""Escalating cases by rule: raised to a level, made more urgent, handed to a person or a role.

Of several rules that fit a case the one with the highest level counts. A case comes to a level by
rule once, whatever a person has set it to since; taken up again after it was closed, it begins
anew.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.editing.declared.cases import CASE
from rcm_tui.billing.editing.reading import stored_records
from rcm_tui.billing.editing.writing import Edit, write
from rcm_tui.billing.outcome import Outcome, Progress, counted, go_on
from rcm_tui.billing.rights import RUN_CASE_RULES, needs
from rcm_tui.data.bulk import chunked, read_rows
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.escalations import CaseEscalation
from rcm_tui.data.work import Work

COLUMNS = "id name overdue_days least_outstanding priority from_level kind_id payer_id level"
EFFECTS = "sets_priority owner role"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it decides: conditions first, then what it does. Cents; 0 is a new one's key."""

    id: int
    name: str
    overdue_days: int | None
    least_outstanding: int | None
    priority: str
    from_level: int
    kind: int | None
    payer: int | None
    level: int
    sets_priority: str
    owner: str
    role: str


@dataclass(frozen=True, slots=True)
class Raised:
    """A case that a rule raises; `outstanding` in cents, with what is open below it."""

    case: int
    number: str
    outstanding: int
    rule: Rule


def rule_of(key: int, values: Mapping[str, Any]) -> Rule:
    """A rule by the values of its form, to be tried before it is saved."""
    names = [name.removesuffix("_id") for name in f"{COLUMNS} {EFFECTS}".split()[1:]]
    return Rule(key, *(values[name] for name in names))


def active_rules(database: Database) -> list[Rule]:
    """The rules that are switched on, the highest level first."""
    listed = ", ".join(f"{COLUMNS} {EFFECTS}".split())
    rows = read_rows(
        database,
        f"SELECT {listed} FROM escalation_rule WHERE active = 1 ORDER BY level DESC, id",
    )
    return [Rule(*row) for row in rows]


def plan(database: Database, rules: Iterable[Rule], today: datetime.date) -> list[Raised]:
    """What rules would raise today, each case once. Nothing is written."""
    found: dict[int, Raised] = {}
    for rule in sorted(rules, key=lambda one: (-one.level, one.id)):
        for case, number, outstanding in _fitting(database, rule, today):
            found.setdefault(case, Raised(case, number, outstanding, rule))
    return [found[case] for case in sorted(found)]


@needs(RUN_CASE_RULES)
def escalate(work: Work, progress: Progress | None = None) -> Outcome:
    """Raises what the rules that are switched on say: `done` are the cases, `amount` their money.

    Done in steps; stopped in between, the rest is raised at the next run.
    """
    raised = plan(work.database, active_rules(work.database), work.today)
    outcome = Outcome()
    turns = {
        role: _people(work.database, role) for role in {one.rule.role for one in raised} - {""}
    }
    done = 0
    with work.undoable("Escalate cases", CaseFile) as action:
        for batch in chunked(raised):
            if not go_on(work, progress, done, len(raised)):
                outcome.stop((one.case, one.number) for one in raised[done:])
                break
            _raise(work, batch, turns)
            outcome.done += [one.case for one in batch]
            outcome.amount += sum(one.outstanding for one in batch)
            done += len(batch)
        action.title = f"Escalate {counted(len(outcome.done), 'case')}"
    return outcome


def _fitting(database: Database, rule: Rule, today: datetime.date) -> Iterable[Any]:
    """Open cases that a rule raises: key, number, outstanding with what is open below."""
    tests = [
        "f.closed_at IS NULL",
        "f.level < ?",
        "f.level >= ?",
        "NOT EXISTS (SELECT 1 FROM case_escalation e WHERE e.case_id = f.id AND e.level = ?)",
    ]
    values: list[Any] = [rule.level, rule.from_level, rule.level]
    if rule.overdue_days is not None:
        day = (today - datetime.timedelta(days=rule.overdue_days)).isoformat()
        tests.append("(f.next_due <= ? OR f.follow_up <= ?)")
        values += [day, day]
    for test, value in (
        ("f.outstanding + f.children_outstanding >= ?", rule.least_outstanding),
        ("f.priority = ?", rule.priority or None),
        ("f.kind_id = ?", rule.kind),
        ("f.payer_id = ?", rule.payer),
    ):
        if value is not None:
            tests.append(test)
            values.append(value)
    return read_rows(
        database,
        "SELECT f.id, f.number, f.outstanding + f.children_outstanding FROM case_file f"
        f" WHERE {' AND '.join(tests)} ORDER BY f.id",
        *values,
    )


def _raise(work: Work, batch: Sequence[Raised], turns: Mapping[str, Sequence[str]]) -> None:
    rules = {one.case: one.rule for one in batch}
    stored = stored_records(work.database, CASE, rules)
    owners = _owners(work, [rules[case] for case in sorted(stored)], turns)
    of_rules: dict[Rule, list[Edit]] = defaultdict(list)
    rows = []
    for case, owner in zip(sorted(stored), owners, strict=True):
        rule, now = rules[case], stored[case]
        after = {"level": rule.level, "priority": rule.sets_priority, "owner": owner}
        changes = {name: value for name, value in after.items() if value not in ("", now.raw[name])}
        of_rules[rule].append(Edit(now, changes))
        rows.append((case, rule.id, rule.level, owner or now.raw["owner"], work.now))
    for rule, edits in of_rules.items():
        write(work, CASE, edits, title=f"to level {rule.level} by the rule “{rule.name}”")
    work.insert(CaseEscalation, ("case", "rule", "level", "owner", "escalated_at"), rows)


def _owners(work: Work, rules: Sequence[Rule], turns: Mapping[str, Sequence[str]]) -> list[str]:
    """Who gets each case, "" where it stays with whom it is. A role's people get them in turn."""
    following: dict[str, int] = {}
    for role, people in turns.items():
        count = sum(rule.role == role for rule in rules)
        if count and people:
            following[role] = work.next_number(f"escalated to {role}", count) - 1
    owners = []
    for rule in rules:
        if rule.role in following:
            people = turns[rule.role]
            owners.append(people[following[rule.role] % len(people)])
            following[rule.role] += 1
        else:
            owners.append(rule.owner)
    return owners


def _people(database: Database, role: str) -> list[str]:
    rows = read_rows(
        database, "SELECT login FROM person WHERE role = ? AND active = 1 ORDER BY login", role
    )
    return [login for (login,) in rows]


def forget_escalations(work: Work, case_ids: Iterable[int]) -> None:
    """Lets cases that are taken up again begin anew: at no level, to be escalated once more."""
    keys = sorted(set(case_ids))
    rows: list[Any] = []
    for chunk in chunked(keys):
        marks = ", ".join("?" * len(chunk))
        rows += read_rows(
            work.database, f"SELECT id FROM case_escalation WHERE case_id IN ({marks})", *chunk
        )
    work.delete(CaseEscalation, sorted(row[0] for row in rows))
    work.set_all(CaseFile, {"level": 0}, keys)
