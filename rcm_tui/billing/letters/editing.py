"""Changing the words of a letter template; its other fields are edited as any record's."""

from peewee import Database

from rcm_tui.billing.appeals.drafting import kept_lines
from rcm_tui.billing.letters.language import LONGEST_TEMPLATE, LetterError, check_template
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import SET_UP_RULES, needs
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.appeals import LetterTemplate
from rcm_tui.data.work import Work


def words_of(database: Database, template_id: int) -> tuple[str, str, str]:
    """Name, subject and body of a template. Raises Refused when it is gone. Blocks."""
    sql = "SELECT name, subject, body FROM letter_template WHERE id = ?"
    for name, subject, body in read_rows(database, sql, template_id):
        return name, subject, body
    raise Refused("that letter is not there any more")


@needs(SET_UP_RULES)
def set_words(work: Work, template_id: int, subject: str, body: str) -> None:
    """Gives a template its subject and body.

    Raises LetterError, with the line, for what a letter cannot hold.
    """
    name, old_subject, old_body = words_of(work.database, template_id)
    if len(body) > LONGEST_TEMPLATE:
        raise LetterError(name, 1, f"it is longer than {LONGEST_TEMPLATE:,} characters")
    new_subject = plain(subject, 200)
    words = kept_lines(body, LONGEST_TEMPLATE)
    if not new_subject or not words:
        raise LetterError(name, 1, "subject and words are needed")
    check_template(f"{name}, subject", new_subject)
    check_template(name, words)
    with work.undoable(f"Write the letter {name}", LetterTemplate):
        values = {"subject": new_subject, "body": f"{words}\n"}
        work.set_all(LetterTemplate, values, [template_id])
    if (old_subject, old_body) != (new_subject, f"{words}\n"):
        work.record(
            *("edited", "letter_template", template_id),
            subject=[old_subject, new_subject],
            body=[old_body, f"{words}\n"],
        )
