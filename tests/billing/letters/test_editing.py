"""Setting up levels and letters: what cannot be is refused at its field, words with their line."""

import json

import pytest

from rcm_tui.billing.editing.adding import add
from rcm_tui.billing.editing.values import Invalid
from rcm_tui.billing.letters.editing import set_words, words_of
from rcm_tui.billing.letters.language import LetterError
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import AppealLevel, LetterTemplate
from rcm_tui.data.tables.audit import AuditRecord
from tests.practice_builder import MANAGER, NOW

LEVEL = {"level": 1, "name": "dispute", "days": 90, "answer_days": 30}


def test_words_are_kept_with_what_they_were_and_undone(store: Store) -> None:
    letter = LetterTemplate.get(LetterTemplate.name == "General")
    with store.work(MANAGER, NOW) as work:
        set_words(work, letter.id, "For {{ claim.number }}", "Dear\r\n  {{ payer.name }}\x1b[31m\n")
    assert words_of(store.database, letter.id) == (
        "General",
        "For {{ claim.number }}",
        "Dear\n  {{ payer.name }}\ufffd[31m\n",
    )
    (record,) = AuditRecord.select().where(AuditRecord.subject == "letter_template")
    assert json.loads(record.details)["body"][0] == letter.body
    action = last_undoable(store.database, MANAGER.login)
    assert action is not None
    with store.work(MANAGER, NOW) as work:
        undo(work, action.id)
    assert words_of(store.database, letter.id)[2] == letter.body


@pytest.mark.parametrize(
    ("subject", "body", "words"),
    [
        ("S", "a\n{{ ''.__class__ }}", "letter General, line 2: a text has no __class__"),
        ("{{ clam }}", "a", "letter General, subject, line 1: there is no field clam"),
        ("S", " \n", "subject and words are needed"),
        ("S", "x" * 20_001, "longer than 20,000 characters"),
    ],
)
def test_words_that_a_letter_cannot_hold_are_refused(
    store: Store, subject: str, body: str, words: str
) -> None:
    letter = LetterTemplate.get(LetterTemplate.name == "General")
    with pytest.raises(LetterError, match=words.replace("(", r"\(")), store.work(MANAGER) as work:
        set_words(work, letter.id, subject, body)
    assert LetterTemplate.get_by_id(letter.id).body == letter.body
    with pytest.raises(Refused, match="not there any more"):
        words_of(store.database, 999_999)


def test_levels_and_letters_are_checked_field_by_field(store: Store) -> None:
    with store.work(MANAGER, NOW) as work:
        made = add(
            work, "appeal_level", {**LEVEL, "filing_indicator": "BL", "required": "Denial Notice"}
        )
        for kind, values, field in (
            ("appeal_level", {**LEVEL, "level": 0}, "level"),
            ("appeal_level", {**LEVEL, "level": 12}, "level"),
            ("appeal_level", {**LEVEL, "level": 4, "days": None}, "days"),
            ("appeal_level", {**LEVEL, "days": 0}, "days"),
            ("appeal_level", {**LEVEL, "required": "a cake"}, "required"),
            ("letter_template", {"name": "General", "subject": "S"}, "name"),
            ("letter_template", {"name": "N", "subject": "{{ claim.x }}"}, "subject"),
        ):
            with pytest.raises(Invalid) as wrong:
                add(work, kind, values)
            assert field in wrong.value.problems, (values, wrong.value.problems)
        add(work, "letter_template", {"name": "N", "subject": "{{ claim.number }}"})
    assert AppealLevel.get_by_id(made.id).required == "denial notice"
