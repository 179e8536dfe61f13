"""What rules would have done over past remittances, were they in force: nothing is written.

Each answer is taken as of the day on which it was posted, with what it denied; a claim that stood
in a case then is left. Cases that the rules would have opened stay open to the end of the trial.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.rules.denied import CLAIM, DeniedClaim, denied_claim, denied_codes
from rcm_tui.billing.cases.rules.planning import PlannedCase, Planner
from rcm_tui.billing.cases.rules.rule import load_rules
from rcm_tui.data.bulk import chunked, read_by_keys, read_rows
from rcm_tui.data.fields import moment_to_store

USUAL_DAYS = 30


@dataclass(slots=True)
class Share:
    """What one owner, or one subject, would have got. `amount` is in cents."""

    name: str
    cases: int = 0
    claims: int = 0
    amount: int = 0


@dataclass(slots=True)
class Trial:
    """What rules would have opened and joined in `days`. Amounts are cents, outstanding then:
    `amount` of all, `joined_amount` of what joined cases that are open.

    `denied` counts the denied claims that were looked at, `stood` those of them that were in a
    case already. Of the claims that the rules would have put into cases, `claims`, some were
    `paid_since` and others stood in cases later, `cased_since`.
    """

    days: int
    denied: int = 0
    stood: int = 0
    opened: int = 0
    in_opened: int = 0
    joined: int = 0
    joined_amount: int = 0
    amount: int = 0
    claims: list[int] = field(default_factory=list)
    owners: list[Share] = field(default_factory=list)
    subjects: list[Share] = field(default_factory=list)
    paid_since: int = 0
    cased_since: int = 0


def try_rules(
    database: Database, rule_ids: Iterable[int], now: datetime.datetime, days: int = USUAL_DAYS
) -> Trial:
    """Tries rules over what was posted in the last days, beside those in force. Blocks.

    Only what the rules tried would have done is counted: a claim of which another rule in force
    speaks first is that one's.
    """
    wanted = set(rule_ids)
    trial = Trial(days)
    since = moment_to_store(now - datetime.timedelta(days=days))
    planner = Planner(database, load_rules(database, wanted))
    seen: set[int] = set()
    for claims in _denied_since(database, since):
        fresh = [claim for claim in claims if claim.chain not in seen]
        stood = _stood_then(database, fresh)
        for claim in fresh:
            if claim.chain in seen:
                continue
            seen.add(claim.chain)
            trial.denied += 1
            if claim.id in stood:
                trial.stood += 1
            else:
                planner.place(claim, datetime.date.fromisoformat(claim.told_at[:10]))
    _sum(trial, [case for case in planner.cases if case.rule.id in wanted])
    _since(database, trial)
    return trial


REMITTANCES = (
    "SELECT r.id, r.claim_id, COALESCE(p.posted_at, p.received_at) FROM remittance AS r"
    " JOIN payment AS p ON p.id = r.payment_id WHERE p.id IN ({keys}) AND r.claim_id IS NOT NULL"
    " AND COALESCE(r.state, '') = 'posted' AND r.status_code <> '22' ORDER BY p.posted_at, r.id"
)
CLAIMS = f"SELECT {CLAIM} FROM claim WHERE id IN ({{keys}})"


def _denied_since(database: Database, since: str) -> Iterator[list[DeniedClaim]]:
    """Denied claims as answers posted since a moment say, in their order, some at a time."""
    payments = read_rows(
        database, "SELECT id FROM payment WHERE posted_at >= ? ORDER BY posted_at, id", since
    )
    for chunk in chunked([key for (key,) in payments], 50):
        remittances = list(read_by_keys(database, REMITTANCES, chunk))
        codes = denied_codes(database, [key for key, _, _ in remittances])
        denying = [row for row in remittances if row[0] in codes]
        rows = {
            row[0]: row
            for row in read_by_keys(database, CLAIMS, {claim for _, claim, _ in denying})
        }
        yield [
            denied_claim(
                rows[claim],
                sum(code.amount for code in codes[remittance]),
                told_at,
                codes[remittance],
            )
            for remittance, claim, told_at in denying
        ]


def _links(database: Database, chains: Iterable[int]) -> Iterator[tuple[int, str, Any]]:
    """Chain, since when and until when it stood in a case."""
    return read_by_keys(
        database,
        "SELECT k.chain, k.added_at, f.closed_at FROM case_claim AS k"
        " JOIN case_file AS f ON f.id = k.case_id WHERE k.chain IN ({keys})",
        set(chains),
    )


def _stood_then(database: Database, claims: list[DeniedClaim]) -> set[int]:
    """Claims that stood in a case when their answer was posted."""
    told = {claim.chain: claim for claim in reversed(claims)}
    return {
        told[chain].id
        for chain, added_at, closed_at in _links(database, told)
        if added_at < told[chain].told_at and (closed_at is None or closed_at > told[chain].told_at)
    }


def _sum(trial: Trial, cases: list[PlannedCase]) -> None:
    owners: dict[str, Share] = {}
    subjects: dict[str, Share] = {}
    for case in cases:
        count = len(case.claims)
        opens = case.joins is None
        trial.opened += opens
        trial.in_opened += count if opens else 0
        trial.joined += 0 if opens else count
        trial.joined_amount += 0 if opens else case.amount
        trial.amount += case.amount
        trial.claims += [claim.id for claim in case.claims]
        for name, shares in ((case.owner, owners), (case.subject, subjects)):
            share = shares.setdefault(name, Share(name))
            share.cases += opens
            share.claims += count
            share.amount += case.amount
    trial.owners = sorted(owners.values(), key=lambda share: (-share.amount, share.name))
    trial.subjects = sorted(subjects.values(), key=lambda share: (-share.amount, share.name))


def _since(database: Database, trial: Trial) -> None:
    """What became of the claims without the rules."""
    for chunk in chunked(trial.claims):
        chains = dict(
            read_by_keys(
                database, "SELECT id, COALESCE(chain, id) FROM claim WHERE id IN ({keys})", chunk
            )
        )
        settled = read_by_keys(
            database,
            "SELECT count(*) FROM claim WHERE id IN ({keys})"
            " AND COALESCE(adjudication, '') = 'paid'",
            chunk,
        )
        trial.paid_since += sum(count for (count,) in settled)
        cased = {chain for chain, _, _ in _links(database, chains.values())}
        trial.cased_since += sum(chain in cased for chain in chains.values())
