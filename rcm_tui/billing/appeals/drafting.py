"""Drafts of appeals: what is asked for and by which letter, until they are sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from rcm_tui.billing.appeals.documents import draft_of, names_of_files
from rcm_tui.billing.appeals.grounds import Ground, grounds_of
from rcm_tui.billing.appeals.numbering import new_appeal_numbers
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import APPEAL, needs
from rcm_tui.billing.units import APPEAL_OF, CLAIM
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.appeals import Appeal, AppealProof
from rcm_tui.data.work import Work

LONGEST_LETTER = 40_000
LONGEST_LINE = 200
MOST_INDENT = 40


@dataclass(frozen=True, slots=True)
class DraftLetter:
    """A letter for one claim. `required` are the kinds of documents that its template asks for.

    `files` are documents that are files of a case of the claim: kind → entry of the timeline.
    """

    subject: str
    text: str
    template: int | None = None
    required: tuple[str, ...] = ()
    files: Mapping[str, int] = field(default_factory=dict)


@needs(APPEAL, letters=CLAIM)
def draft_appeals(
    work: Work,
    letters: Mapping[int, DraftLetter],
    *,
    late_reason: str = "",
    enclosed: Collection[str] = (),
) -> Outcome:
    """Makes an appeal for each claim at the level that is next: `done` claims, `made` appeals.

    `letters` are by claim, `enclosed` the kinds of documents that go with all of them. `amount` is
    what is asked for in cents. Claims that cannot be appealed are left with the reason, so is one
    whose clock is over where no `late_reason` is given. Raises Refused for a file that is not of a
    case of its claim.
    """
    found = grounds_of(work.database, letters, work.today)
    reason = plain(late_reason, LONGEST_LINE)
    outcome = Outcome(left=found.left)
    taken: list[Ground] = []
    for ground in found.taken:
        late = ground.why_late(work.today)
        if late and not reason:
            outcome.left.append(Left(ground.claim, ground.number, late))
        else:
            names_of_files(work.database, ground.chain, letters[ground.claim].files)
            taken.append(ground)
    with work.undoable(f"Draft {counted(len(taken), 'appeal')}", Appeal):
        keys = work.next_ids(Appeal, len(taken))
        numbers = new_appeal_numbers(work, len(taken))
        rows = []
        for key, number, ground in zip(keys, numbers, taken, strict=True):
            letter = letters[ground.claim]
            late = ground.why_late(work.today)
            rows.append(
                (
                    *(key, number, ground.claim, ground.chain, ground.case, ground.payer),
                    *(ground.level.level, ground.level.name, ground.reason, ground.amount),
                    *(ground.notice_on, ground.deadline, reason if late else ""),
                    *(letter.template, plain(letter.subject, LONGEST_LINE)),
                    *(kept_lines(letter.text, LONGEST_LETTER), work.now, work.actor.login),
                )
            )
        work.insert(Appeal, COLUMNS, rows)
        work.insert(
            AppealProof,
            ("appeal", "kind", "required", "enclosed", "file"),
            [
                row
                for key, ground in zip(keys, taken, strict=True)
                for row in _proofs(key, ground, letters[ground.claim], enclosed)
            ],
        )
        for key, number, ground in zip(keys, numbers, taken, strict=True):
            work.record(
                *("drafted", "appeal", key),
                number=number,
                claim=ground.number,
                level=ground.level.name,
                reason=ground.reason,
                amount=ground.amount,
            )
            work.record("appeal drafted", "claim", ground.claim, appeal=number)
            outcome.done.append(ground.claim)
            outcome.made.append(key)
            outcome.amount += ground.amount
    return outcome


COLUMNS = (
    *("id", "number", "claim", "chain", "case", "payer", "level", "level_name", "reason"),
    *("amount", "notice_on", "deadline", "late_reason", "template", "subject", "letter"),
    *("created_at", "created_by"),
)


def _proofs(
    appeal: int, ground: Ground, letter: DraftLetter, enclosed: Collection[str]
) -> list[tuple[int, str, bool, bool, int | None]]:
    """The rows of an appeal's documents: those that are asked for, and those that are files."""
    required = (*ground.level.required, *letter.required)
    kinds = dict.fromkeys((*required, *letter.files))
    return [
        (
            appeal,
            kind,
            kind in required,
            kind in enclosed or kind in letter.files,
            letter.files.get(kind),
        )
        for kind in kinds
    ]


@needs(APPEAL, appeal_id=APPEAL_OF)
def rewrite(work: Work, appeal_id: int, subject: str, text: str) -> None:
    """Changes the letter of a draft. Raises Refused for one that was sent, and for no letter."""
    number, _ = draft_of(work.database, appeal_id)
    words = kept_lines(text, LONGEST_LETTER)
    if not words:
        raise Refused(f"the letter of {number} has to say something")
    with work.undoable(f"Rewrite the letter of {number}", Appeal):
        values = {"subject": plain(subject, LONGEST_LINE), "letter": words}
        work.set_all(Appeal, values, [appeal_id])
    work.record("letter rewritten", "appeal", appeal_id, number=number)


def kept_lines(text: str, longest: int) -> str:
    """A text of several lines made plain; blanks that a line begins with stay, for its columns."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        words = plain(line, longest)
        lines.append(" " * min(indent, MOST_INDENT) + words if words else "")
    return "\n".join(lines).strip("\n")[:longest]
