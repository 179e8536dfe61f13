"""The codes of acknowledgements in our words."""

import pytest

from rcm_tui.data.codes import acknowledgements
from rcm_tui.data.codes.claim_status import CATEGORIES, ENTITIES, STATUSES, status_words


def test_every_category_of_a_277ca_has_words() -> None:
    assert set(CATEGORIES) > {f"A{number}" for number in range(9)}


def test_every_note_of_a_ta1_has_words() -> None:
    assert set(acknowledgements.INTERCHANGE_NOTES) == {f"{number:03}" for number in range(1, 32)}


@pytest.mark.parametrize("words", [*CATEGORIES.values(), *STATUSES.values(), *ENTITIES.values()])
def test_words_are_part_of_a_sentence(words: str) -> None:
    assert words == words.strip()
    assert not words.endswith((".", ":", ";"))
    assert "{" not in words.replace("{entity}", "")


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([("A7", "562", "82")], "NPI of the rendering provider (rejected: something is not valid)"),
        (
            [("A7", "164", "IL"), ("A7", "158", "IL")],
            "member number of the subscriber, birth date of the subscriber"
            " (rejected: something is not valid)",
        ),
        (
            [("A3", "116", ""), ("A6", "21", "")],
            "sent to the wrong payer (sent back: it cannot be processed); information is missing or"
            " not valid (rejected: something is missing)",
        ),
        ([("A1", "19", "PR")], "the payer has received it (received, not yet looked at)"),
        (
            [("A3", "24", "")],
            "a party is not approved to submit electronically (sent back: it cannot be processed)",
        ),
        ([("Z9", "9999", "XX")], "status 9999 (entity XX) (category Z9)"),
        ([("A2", "", "")], "accepted for adjudication"),
        ([], ""),
    ],
)
def test_statuses_are_said_in_a_sentence(codes: list[tuple[str, str, str]], words: str) -> None:
    assert status_words(codes) == words
