"""Pricing anew what is not submitted yet, and showing first what that would change.

A fee, benefit or modifier rule that is changed says nothing of what was priced before. `try_out`
tells which charges, and lines of Draft claims, would be billed otherwise, for what is in the
store or for modifier rules that are not saved; `reprice` does it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from peewee import Database

from rcm_tui.billing.charges.drafted import (
    DraftLine,
    draft_lines,
    keep_places_together,
    rewrite_lines,
)
from rcm_tui.billing.charges.modifier_rules import (
    ModifierRule,
    in_order,
    load_modifier_rules,
    rule_of,
)
from rcm_tui.billing.charges.resolution import resolve
from rcm_tui.billing.charges.scope import Scope, scopes_of
from rcm_tui.billing.charges.stored import (
    Billing,
    StoredItem,
    siblings_of,
    store_changed,
    stored_items,
)
from rcm_tui.billing.editing.declared.payers import MODIFIER_RULE
from rcm_tui.billing.editing.fitting import misfits
from rcm_tui.billing.editing.reading import Stored, raw_value, record, stored_records
from rcm_tui.billing.editing.values import Invalid, read_values
from rcm_tui.billing.editing.writing import Edit
from rcm_tui.billing.outcome import Left, Outcome, Progress, counted
from rcm_tui.billing.rights import REPRICE, needs
from rcm_tui.billing.units import own_units
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.work import Work

STEP = 1000
"""Charge items that are priced at a time."""
SHOWN = 1000
"""Changes that a trial keeps to be looked at one by one; it counts them all."""
CHARGE, LINE = "charge", "line"
UNSAVED = 2**62
"""Stands for the key of a rule that is not saved: of equal ones it comes last, as it will."""


@dataclass(frozen=True, slots=True)
class Change:
    """A charge, or a line of a Draft claim, that would be billed otherwise.

    `number` is the charge's or the claim's. `reason` says why a line cannot follow.
    """

    kind: str
    key: int
    number: str
    patient: str
    day: str
    code: str
    before: Billing
    after: Billing
    reason: str = ""


@dataclass(slots=True)
class Trial:
    """What pricing anew would change. Amounts in cents, of charges and lines that can follow."""

    changes: list[Change] = field(default_factory=list)
    looked_at: int = 0
    charges: dict[str, int] = field(default_factory=dict)
    """How many charges by status."""
    lines: int = 0
    claims: int = 0
    stuck: int = 0
    billed_before: int = 0
    billed_after: int = 0

    @property
    def charge_count(self) -> int:
        return sum(self.charges.values())

    @property
    def count(self) -> int:
        """How many charges and lines would be billed otherwise."""
        return self.charge_count + self.lines


@dataclass(slots=True)
class _Part:
    """Some clients' items that would be billed otherwise, and the Draft lines made of them."""

    charges: list[StoredItem]
    lines: list[DraftLine]
    looked_at: int


def try_out(
    database: Database,
    scopes: Iterable[Scope],
    rules: Sequence[ModifierRule] | None = None,
    progress: Progress | None = None,
) -> Trial:
    """What pricing anew would change, with `rules` in the place of the modifier rules in force.

    Reads only. Raises Cancelled when `progress` does.
    """
    trial = Trial()
    claims: set[int] = set()
    for part in _parts(database, scopes, rules, progress):
        trial.looked_at += part.looked_at
        for one in part.charges:
            trial.charges[one.status] = trial.charges.get(one.status, 0) + 1
            trial.billed_before += one.billed_as.billed
            trial.billed_after += one.bills.billed
        for line in part.lines:
            trial.lines += not line.reason
            trial.stuck += bool(line.reason)
            if not line.reason:
                claims.add(line.claim)
                trial.billed_before += line.before.billed
                trial.billed_after += line.after.billed
        room = SHOWN - len(trial.changes)
        if room > 0:
            trial.changes += _changes(database, part.charges[:room], part.lines[:room])[:room]
    trial.claims = len(claims)
    return trial


def try_rule(
    database: Database, key: int, values: Mapping[str, Any], progress: Progress | None = None
) -> Trial:
    """What a modifier rule would change if it were saved with these values (key 0: a new one).

    Raises Invalid with a sentence for each wrong field, Cancelled when `progress` does.
    """
    taken, problems = read_values(MODIFIER_RULE, values)
    if problems:
        raise Invalid(problems)
    raw = {name: raw_value(MODIFIER_RULE, name, value) for name, value in taken.items()}
    now = stored_records(database, MODIFIER_RULE, [key]).get(key) if key else None
    edit = Edit(now or Stored(key, 0, "", "", dict.fromkeys(raw)), raw)
    if wrong := misfits(database, MODIFIER_RULE, [edit]):
        raise Invalid(wrong[key])
    before = record(database, MODIFIER_RULE.name, key).values if key else None
    rules = [rule for rule in load_modifier_rules(database) if rule.key != key]
    if taken["active"]:
        rules.append(rule_of(taken, key or UNSAVED))
    scopes = scopes_of(MODIFIER_RULE.name, key, before, taken)
    return try_out(database, scopes, in_order(rules), progress)


@needs(REPRICE)
def reprice(work: Work, scopes: Iterable[Scope], progress: Progress | None = None) -> Outcome:
    """Prices charges and Draft claims anew, as one action that can be undone.

    `done` are the charge items, `made` the Draft lines that are billed otherwise now, `amount`
    how many cents more (or fewer) that is; lines that cannot follow are left with the reason.
    Raises Cancelled when `progress` does, Refused for units that are others' alone.
    """
    outcome = Outcome()
    if work.actor.units:
        scopes = [own for scope in scopes for own in _own(work, scope)]
    with work.undoable("Price charges anew", ChargeItem) as action:
        for part in _parts(work.database, scopes, None, progress):
            outcome.done += store_changed(work, part.charges)
            outcome.amount += sum(one.bills.billed - one.billed_as.billed for one in part.charges)
            able = [line for line in part.lines if not line.reason]
            store_changed(work, [one for line in able for one in line.items])
            rewrite_lines(work, able)
            outcome.made += [line.id for line in able]
            outcome.amount += sum(line.after.billed - line.before.billed for line in able)
            outcome.left += [
                Left(line.id, line.number, line.reason) for line in part.lines if line.reason
            ]
        priced = [
            counted(len(keys), noun)
            for keys, noun in ((outcome.done, "charge"), (outcome.made, "line"))
            if keys
        ]
        action.title = f"Price {' and '.join(priced)} anew"
        action.worth_undoing = bool(outcome.done or outcome.made)
    if outcome.done or outcome.made:
        work.record(
            "charges priced anew",
            "charge_item",
            ids=spans(outcome.done),
            lines=spans(outcome.made),
            difference=outcome.amount,
        )
    return outcome


def _own(work: Work, scope: Scope) -> list[Scope]:
    unit = scope.business_unit
    wanted = own_units(work, None if unit is None else [unit]) or ()
    return [replace(scope, business_unit=own) for own in wanted]


def _parts(
    database: Database,
    scopes: Iterable[Scope],
    rules: Sequence[ModifierRule] | None,
    progress: Progress | None,
) -> Iterator[_Part]:
    """What is in scope, some clients at a time: a day's sessions may depend on each other."""
    wanted = sorted({pair for scope in scopes for pair in scope.items(database)})
    start = 0
    while start < len(wanted):
        end = min(start + STEP, len(wanted))
        while end < len(wanted) and wanted[end][0] == wanted[end - 1][0]:
            end += 1
        if progress is not None:
            progress(start, len(wanted))
        yield _part(database, [key for _, key in wanted[start:end]], rules)
        start = end


def _part(database: Database, keys: Sequence[int], rules: Sequence[ModifierRule] | None) -> _Part:
    chosen = stored_items(database, keys)
    others = siblings_of(database, [one.item for one in chosen], keys, rules or ())
    lines = draft_lines(database, [*chosen, *others])
    drafted = {one.item.id for line in lines for one in line.items}
    everyone = {one.item.id: one for one in (*chosen, *others)}
    # A line may be made of more than what is in scope: all of it is priced again.
    everyone.update((one.item.id, one) for line in lines for one in line.items)
    for one in everyone.values():
        one.item.fixed = one.item.fixed and one.item.id not in drafted
    resolve(database, [one.item for one in everyone.values()], rules)
    for line in lines:
        line.settle()
    keep_places_together(database, lines)
    charges = [
        one
        for one in everyone.values()
        if not one.item.fixed and one.item.id not in drafted and one.bills != one.billed_as
    ]
    return _Part(charges, [line for line in lines if line.changed], len(keys))


def _changes(
    database: Database, charges: Sequence[StoredItem], lines: Sequence[DraftLine]
) -> list[Change]:
    clients = {one.item.client for one in charges} | {line.client for line in lines}
    names = {
        key: f"{last}, {first}" if first else str(last)
        for key, last, first in read_by_keys(
            database,
            "SELECT id, last_name, first_name FROM client WHERE id IN ({keys})",
            sorted(clients),
        )
    }
    return [
        *(
            Change(
                CHARGE,
                one.item.id,
                one.number,
                names[one.item.client],
                one.item.day,
                one.item.code,
                one.billed_as,
                one.bills,
            )
            for one in charges
        ),
        *(
            Change(
                LINE,
                line.id,
                line.number,
                names[line.client],
                line.day,
                line.code,
                line.before,
                line.after,
                line.reason,
            )
            for line in lines
        ),
    ]
