"""Claim lines by which further payers are asked for the same services.

A charge item stands on the line of the claim to its first payer; what the next payers say of it
is on lines of their own, which come from that one or from the same earlier submission of it.
"""

from collections.abc import Iterable

from peewee import Database

from rcm_tui.data.bulk import read_by_keys


def further_lines(database: Database, lines: Iterable[int]) -> dict[int, list[int]]:
    """Claim line → the lines of claims to further payers, by turn; without those that have none."""
    keys = sorted(set(lines))
    others = list(
        read_by_keys(
            database,
            "SELECT DISTINCT k.id, s.id, s.payer_sequence FROM claim_line AS k"
            " JOIN claim AS c ON c.id = k.claim_id JOIN claim AS s ON s.chain = c.chain"
            " AND s.billed_after_id IS NOT NULL AND s.payer_sequence > c.payer_sequence"
            " WHERE k.id IN ({keys})",
            keys,
        )
    )
    if not others:
        return {}
    turn = {claim: sequence for _, claim, sequence in others}
    wanted: dict[int, set[int]] = {}
    for line, claim, _ in others:
        wanted.setdefault(line, set()).add(claim)
    of_claim = {
        line: claim
        for claim, line in read_by_keys(
            database, "SELECT claim_id, id FROM claim_line WHERE claim_id IN ({keys})", sorted(turn)
        )
    }
    first = _first_of(database, [*wanted, *of_claim])
    found: dict[int, list[int]] = {}
    for line, claims in wanted.items():
        same = [
            other
            for other, claim in of_claim.items()
            if claim in claims and first[other] == first[line]
        ]
        if same:
            found[line] = sorted(same, key=lambda other: (turn[of_claim[other]], other))
    return found


def with_further(database: Database, lines: Iterable[int]) -> dict[int, int]:
    """Claim line → itself, and each line of a further payer → the one it stands for."""
    keys = sorted(set(lines))
    of = {line: line for line in keys}
    for line, others in further_lines(database, keys).items():
        of.update(dict.fromkeys(others, line))
    return of


def _first_of(database: Database, lines: Iterable[int]) -> dict[int, int]:
    """Line → the line of the first submission that it goes back to."""
    first = {line: line for line in lines}
    wanted = set(first)
    previous: dict[int, int] = {}
    while wanted:
        before = dict(
            read_by_keys(
                database,
                "SELECT id, previous_id FROM claim_line WHERE id IN ({keys})"
                " AND previous_id IS NOT NULL",
                sorted(wanted),
            )
        )
        previous |= before
        wanted = set(before.values()) - previous.keys()
    for line in first:
        while first[line] in previous:
            first[line] = previous[first[line]]
    return first
