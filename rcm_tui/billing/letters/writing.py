"""Letters of appeal: the template that fits, filled in, with head and foot.

A letter is kept as paragraphs of plain text, one a line; lines that begin with blanks stay as they
are, as lists of services do.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.appeals.drafting import DraftLetter
from rcm_tui.billing.appeals.grounds import Ground
from rcm_tui.billing.appeals.levels import proofs_of
from rcm_tui.billing.letters.facts import letter_facts
from rcm_tui.billing.letters.fields import Facts, Record
from rcm_tui.billing.letters.language import LetterError, fill
from rcm_tui.billing.outcome import Left, Refused
from rcm_tui.data.bulk import read_rows


@dataclass(frozen=True, slots=True)
class Template:
    """A letter template in force; reasons are CARCs, empty for any. See `LetterTemplate`."""

    id: int
    name: str
    payer: int | None
    reasons: frozenset[str]
    level: int | None
    required: tuple[str, ...]
    subject: str
    body: str

    def fits(self, ground: Ground) -> bool:
        """Whether it speaks to such a denial at such a level of such a payer."""
        return (
            self.payer in (None, ground.payer)
            and (not self.reasons or ground.reason.partition("-")[2] in self.reasons)
            and self.level in (None, ground.level.level)
        )

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """What goes first of several that fit: the greatest."""
        return self.payer is not None, bool(self.reasons), self.level is not None, -self.id


@dataclass(slots=True)
class Letters:
    """Letters by claim, the name of each one's template, and claims that got none, with why."""

    letters: dict[int, DraftLetter] = field(default_factory=dict)
    templates: dict[int, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


def load_templates(database: Database) -> list[Template]:
    """The templates in force, the most particular first. Blocks."""
    found = [
        Template(key, name, payer, frozenset(reasons.split()), level, proofs_of(proofs), *words)
        for key, name, payer, reasons, level, proofs, *words in read_rows(
            database,
            "SELECT id, name, payer_id, reason_codes, level, required, subject, body"
            " FROM letter_template WHERE active = 1",
        )
    ]
    return sorted(found, key=lambda one: one.rank, reverse=True)


def fitting(templates: Iterable[Template], ground: Ground) -> list[Template]:
    """The templates (as they were loaded) that fit, the most particular first."""
    return [one for one in templates if one.fits(ground)]


def write_letters(
    database: Database,
    grounds: Iterable[Ground],
    writer: str,
    today: datetime.date,
    template: int | None = None,
) -> Letters:
    """A letter for each ground, by the template that fits best or the one that is named. Blocks.

    Claims that no template fits, or whose template holds an error, are left with the reason.
    Raises Refused when the template that is named is not in force.
    """
    wanted = list(grounds)
    templates = load_templates(database)
    if template is not None:
        templates = [one for one in templates if one.id == template]
        if not templates:
            raise Refused("that letter is not in force any more: choose another")
    facts = letter_facts(database, wanted, writer, today)
    result = Letters()
    for ground in wanted:
        fits = templates if template is not None else fitting(templates, ground)
        if not fits:
            why = f"no letter is in force for {ground.reason}: add one in Administration"
            result.left.append(Left(ground.claim, ground.number, why))
            continue
        try:
            letter = write_letter(fits[0], facts[ground.claim], ground.level.required)
        except LetterError as error:
            result.left.append(Left(ground.claim, ground.number, str(error)))
            continue
        result.letters[ground.claim] = letter
        result.templates[ground.claim] = fits[0].name
    return result


def write_letter(
    template: Template, facts: Facts, also_required: tuple[str, ...] = ()
) -> DraftLetter:
    """One letter. Raises LetterError with the template's name, the line and what is wrong."""
    if not template.body.strip():
        raise LetterError(template.name, 1, "it has no words yet: write them in Administration")
    subject = " ".join(fill(f"{template.name}, subject", template.subject, facts).split())
    body = reflowed(fill(template.name, template.body, facts))
    required = tuple(dict.fromkeys((*also_required, *template.required)))
    head, foot = _head(facts, subject), _foot(facts, required)
    return DraftLetter(subject, f"{head}\n\n{body}\n\n{foot}", template.id, template.required)


def reflowed(text: str) -> str:
    """Each paragraph on one line; lines that begin with blanks, and empty ones, stay."""
    lines: list[str] = []
    open_paragraph = False
    for raw in text.split("\n"):
        line = raw.rstrip()
        if line and not line.startswith(" ") and open_paragraph:
            lines[-1] += f" {line}"
        elif line or (lines and lines[-1]):
            lines.append(line)
        open_paragraph = bool(line) and not line.startswith(" ")
    return "\n".join(lines).strip("\n")


ADDRESSES = (1, 2, 7)
"""Lines of the head that are left out where they are empty."""


def _head(facts: Facts, subject: str) -> str:
    practice, payer = _record(facts, "practice"), _record(facts, "payer")
    patient, claim = _record(facts, "patient"), _record(facts, "claim")
    denial, appeal = _record(facts, "denial"), _record(facts, "appeal")
    number = f", your number {claim['payer_number']}" if claim["payer_number"] else ""
    lines = [
        practice["name"],
        practice["address"],
        _listed(Telephone=practice["phone"], NPI=practice["npi"], **{"Tax id": practice["tax_id"]}),
        "",
        str(facts["today"]),
        "",
        payer["name"],
        payer["address"],
        "",
        f"Re: {subject}",
        f"  {'Appeal':<10}{appeal['level_name']}, for {appeal['amount']}",
        f"  {'Patient':<10}{patient['name']}, born {patient['birth_date']}",
        f"  {'Member id':<10}{patient['member_id']}",
        f"  {'Claim':<10}{claim['number']}{number}",
        f"  {'Services':<10}{claim['dates']}",
        f"  {'Notice':<10}{denial['notice']}, {denial['codes']} {denial['remarks']}".rstrip(),
    ]
    return "\n".join(line for place, line in enumerate(lines) if line or place not in ADDRESSES)


def _foot(facts: Facts, required: tuple[str, ...]) -> str:
    lines = ["Sincerely,", "", _record(facts, "writer")["name"], _record(facts, "practice")["name"]]
    if required:
        lines += ["", f"Enclosed: {', '.join(required)}"]
    return "\n".join(lines)


def _record(facts: Facts, name: str) -> Record:
    record = facts[name]
    assert isinstance(record, dict)
    return record


def _listed(**said: str) -> str:
    return ", ".join(f"{name} {value}" for name, value in said.items() if value)
