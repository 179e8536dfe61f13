"""Patient control numbers (CLM01) that came more than once.

Other systems use one number, such as the patient's account, for several claims; here it is unique.
The first claim keeps its number, the next are stored as `NUMBER~2`, `NUMBER~3` …: `~` ends
segments on the wire, so no number of a file holds it. Answers that name NUMBER may mean any of
them (ours; the guides only ask that 20 characters come back).
"""

from collections.abc import Iterable

from peewee import Database

from rcm_tui.data.bulk import chunked
from rcm_tui.data.tables.claims import Claim

REPEAT = "~"


def as_sent(stored: str) -> str:
    """The number that stood, and will stand, in the 837P."""
    number, mark, turn = stored.rpartition(REPEAT)
    return number if mark and turn.isdigit() else stored


def stored_numbers(database: Database, sent: Iterable[str]) -> dict[str, list[str]]:
    """For each number on the wire the numbers under which claims of the store have it, in order.

    A number that no claim has is not in the answer.
    """
    found: dict[str, list[str]] = {}
    wanted = {number for number in sent if number}
    turns = range(1, 3)
    while wanted:
        present = _present(database, (numbered(n, turn) for n in wanted for turn in turns))
        more: set[str] = set()
        for number in wanted:
            hits = [name for turn in turns if (name := numbered(number, turn)) in present]
            if hits:
                found.setdefault(number, []).extend(hits)
            if numbered(number, turns[-1]) in present:
                more.add(number)
        wanted = more
        turns = range(turns.stop, turns.stop + 8)
    return found


def unused_numbers(database: Database, sent: Iterable[str]) -> list[str]:
    """A number of its own for each new claim: what was sent, or a repeat of it, in their order.

    No number of `sent` may hold a `~`.
    """
    sent = list(sent)
    taken = {number: len(names) for number, names in stored_numbers(database, sent).items()}
    unused = []
    for number in sent:
        turn = taken.get(number, 0) + 1
        taken[number] = turn
        unused.append(numbered(number, turn))
    return unused


def numbered(number: str, turn: int) -> str:
    """How the claim that came `turn`-th with a number is stored."""
    return number if turn == 1 else f"{number}{REPEAT}{turn}"


def _present(database: Database, numbers: Iterable[str]) -> set[str]:
    present: set[str] = set()
    for chunk in chunked(numbers):
        query = Claim.select(Claim.patient_control_number).where(
            Claim.patient_control_number.in_(chunk)
        )
        present.update(row[0] for row in database.execute(query).fetchall())
    return present
