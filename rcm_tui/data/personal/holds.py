"""Claims that somebody works on ("I am working on this"), so that two do not work on one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.personal import ClaimHold
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class Hold:
    """Who works on a claim, and since when (UTC)."""

    login: str
    since: datetime.datetime


@dataclass(slots=True)
class Taken:
    """Claims that are now held by who acts, and those that others hold."""

    claims: list[int] = field(default_factory=list)
    others: dict[int, Hold] = field(default_factory=dict)


def take_claims(work: Work, claim_ids: Iterable[int], *, over: bool = False) -> Taken:
    """Marks claims as worked on by who acts; those that others hold are left, unless taken `over`.

    What one holds already keeps its date. Claims that do not exist are left out.
    """
    wanted = list(dict.fromkeys(claim_ids))
    known = {
        row[0]
        for row in read_by_keys(work.database, "SELECT id FROM claim WHERE id IN ({keys})", wanted)
    }
    held = holders(work.database, wanted)
    mine = work.actor.login
    taken = Taken()
    new: list[int] = []
    for claim_id in wanted:
        hold = held.get(claim_id)
        if claim_id not in known:
            continue
        if hold is not None and hold.login != mine and not over:
            taken.others[claim_id] = hold
            continue
        taken.claims.append(claim_id)
        if hold is None or hold.login != mine:
            new.append(claim_id)
    _delete(new)
    work.insert(ClaimHold, ("claim", "login", "since"), ((key, mine, work.now) for key in new))
    for claim_id in new:
        before = held[claim_id].login if claim_id in held else None
        work.record("work on claim", Claim._meta.table_name, claim_id, holder=[before, mine])
    return taken


def let_go(work: Work, claim_ids: Iterable[int]) -> list[int]:
    """Ends the work of who acts on claims; what others hold stays. Returns those let go."""
    held = holders(work.database, claim_ids)
    mine = [claim_id for claim_id, hold in held.items() if hold.login == work.actor.login]
    _delete(mine)
    for claim_id in mine:
        work.record(
            "work on claim", Claim._meta.table_name, claim_id, holder=[work.actor.login, None]
        )
    return mine


def holders(database: Database, claim_ids: Iterable[int]) -> dict[int, Hold]:
    """Who works on which of these claims."""
    sql = "SELECT claim_id, login, since FROM claim_hold WHERE claim_id IN ({keys})"
    return {
        claim_id: Hold(login, moment_from_store(since))
        for claim_id, login, since in read_by_keys(database, sql, claim_ids)
    }


def _delete(claim_ids: list[int]) -> None:
    for chunk in chunked(claim_ids):
        ClaimHold.delete().where(ClaimHold.claim.in_(chunk)).execute()
