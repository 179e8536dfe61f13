"""Payer rules made of denials: what was denied becomes what is asked of the next claims."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from peewee import Database

from rcm_tui.billing.denials.actions import DenialStep, load_denial_steps, step_for
from rcm_tui.billing.denials.prevention import ANY_PLACE, EXACT, DeniedBefore, Prevention, Situation
from rcm_tui.billing.editing.adding import add, blank
from rcm_tui.billing.editing.revalidation import ChangedClaim
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import WORK_DENIALS, needs
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.payer_rules import AUTHORIZATION, REFERRING, SAY, PayerRule
from rcm_tui.data.work import Work

NEEDS = {
    **dict.fromkeys(("15", "197", "284", "302"), AUTHORIZATION),
    **dict.fromkeys(("165", "288"), REFERRING),
}
"""CARC → what the lines it is given for lacked, where the code itself says so (ours)."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Lines that were denied alike: what a rule would be about. Codes empty for any."""

    payer: int
    code: str
    modifiers: str
    place: str
    rendering: int | None
    reason: str


@dataclass(slots=True)
class Learnt:
    """The rules that were made, what they say, and the Drafts whose findings are others now."""

    rules: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    claims: list[ChangedClaim] = field(default_factory=list)
    known: int = 0


def denied_of_line(work: Work, claim_id: int, position: int) -> Denied:
    """What is warned of on a claim's line. Raises Refused where nothing is."""
    rows = read_rows(
        work.database,
        "SELECT c.payer_id, l.procedure_code, l.modifiers, CASE WHEN l.place_of_service = ''"
        " THEN c.place_of_service ELSE l.place_of_service END, c.rendering_id FROM claim_line AS l"
        " JOIN claim AS c ON c.id = l.claim_id WHERE l.claim_id = ? AND l.position = ?",
        claim_id,
        position,
    )
    before: DeniedBefore | None = None
    if rows and rows[0][0] is not None:
        line = Situation(*rows[0])
        before = Prevention(work.database, work.today).denied_before(line)
    if before is None:
        raise Refused("nothing like this line was denied often enough to learn from")
    return Denied(
        line.payer,
        line.code,
        line.modifiers,
        "" if before.alike == ANY_PLACE else line.place,
        line.rendering if before.alike == EXACT else None,
        before.reason,
    )


def denied_of_history(database: Database, keys: Iterable[int]) -> list[Denied]:
    """What rows of the denial history are about; several of one kind are one."""
    found = [
        Denied(*row)
        for row in read_by_keys(
            database,
            "SELECT payer_id, procedure_code, modifiers, place_of_service, rendering_id, reason"
            " FROM denial_history WHERE id IN ({keys}) AND reason <> ''"
            " AND payer_id IS NOT NULL ORDER BY id",
            keys,
        )
    ]
    return list(dict.fromkeys(found))


@needs(WORK_DENIALS)
def learn(work: Work, denials: Iterable[Denied], *, hard: bool = False) -> Learnt:
    """Makes a payer rule of each, and validates the Drafts that it speaks of.

    Where a rule of the same payer, codes and reason is in force none is made (`known`).
    """
    learnt = Learnt()
    with work.undoable("Make payer rules of denials", PayerRule):
        _learn(work, denials, hard, learnt)
    return learnt


def _learn(work: Work, denials: Iterable[Denied], hard: bool, learnt: Learnt) -> None:
    steps = load_denial_steps(work.database)
    known = {tuple(row) for row in read_rows(work.database, KNOWN)}
    for denied in denials:
        values = _values(denied, steps, hard)
        about = (
            denied.payer,
            *(values[name] for name in ("procedure_codes", "modifiers", "places")),
            denied.rendering or 0,
            denied.reason,
        )
        if about in known:
            learnt.known += 1
            continue
        known.add(about)
        added = add(work, "payer_rule", values)
        learnt.rules.append(added.id)
        learnt.words.append(values["words"])
        learnt.claims += added.claims


KNOWN = (
    "SELECT payer_id, procedure_codes, modifiers, places, COALESCE(rendering_id, 0), reason"
    " FROM payer_rule WHERE active = 1 AND payer_id IS NOT NULL"
)


def _values(denied: Denied, steps: list[DenialStep], hard: bool) -> dict[str, Any]:
    group, _, reason = denied.reason.partition("-")
    step = step_for(steps, denied.payer, group, reason)
    alike = f"{denied.code} {denied.modifiers}".strip()
    said = f": {step.meaning}" if step else ""
    done = f". {step.action}" if step else ""
    return {
        **blank("payer_rule"),
        "payer": denied.payer,
        "procedure_codes": denied.code,
        "modifiers": denied.modifiers,
        "places": denied.place,
        "rendering": denied.rendering,
        "wanted": NEEDS.get(reason, SAY),
        "words": shorten(f"{alike} was denied {denied.reason}{said}{done}", 200, placeholder="…"),
        "strictness": "hard" if hard else "soft",
        "reason": denied.reason,
        "active": True,
    }
