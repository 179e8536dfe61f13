"""Writing the words of a letter template: what is wrong is said, and what was typed is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rcm_tui.screens.appeal_dialogs import LetterDialog

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame


def field_notes() -> list[str]:
    """What can be written into a template, as sentences under it."""
    from rcm_tui.billing.letters.fields import LISTS, RECORDS

    records = [f"{name}. {' '.join(fields)}" for name, fields in RECORDS.items()]
    return [
        "{{ claim.number }} is filled in, so are {{ today }} and the fields of",
        *records,
        "Between {% for line in lines %} and {% endfor %} stands what each has: {{ line.code }}",
        *(f"{name}: {' '.join(fields)}" for name, fields in LISTS.items()),
        "{% if claim.authorization %} … {% else %} … {% endif %}",
    ]


async def edit_words(frame: Frame, template_id: int) -> bool:
    """Lets a person write a letter; false when they left it as it was."""
    from rcm_tui.billing.letters.editing import set_words, words_of
    from rcm_tui.billing.letters.language import LetterError

    app = frame.workstation
    name, subject, body = await app.read(words_of, app.store.database, template_id)
    wrong = ""
    while True:
        dialog = LetterDialog(f"Letter {name}", subject, body, field_notes(), wrong)
        said = await app.ask(dialog)
        if said is None:
            return False
        subject, body = said
        try:
            await app.change(set_words, template_id, subject, body)
        except LetterError as error:
            wrong = f"{error}."
            continue
        frame.say(f"The letter {name} was kept.", "$success")
        return True
