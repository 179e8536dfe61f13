"""What is next for a denied claim, as its summary says it."""

import datetime

import pytest

from rcm_tui.billing.denials.actions import DenialStep
from rcm_tui.billing.denials.next_steps import NextStep
from rcm_tui.data.tables.denials import WAYS
from rcm_tui.screens.actions import Keymap
from rcm_tui.screens.denial_lines import next_lines
from rcm_tui.screens.keymap import read_keymap

TODAY = datetime.date(2026, 3, 12)
KEYS = {
    "correct": ("correct", "d"),
    "new claim": ("duplicate", "D"),
    "next payer": ("secondary", "b"),
    "patient": ("to_patient", "P"),
    "write off": ("write_off", "w"),
}


def said(way: str, keymap: Keymap) -> str:
    step = DenialStep(
        *(1, None, frozenset(), "4", frozenset()),
        *("modifier", "coding", way, "", "Look at the line", "none", "yes"),
    )
    found = NextStep(1, "CO-4", (), 1200, TODAY, step, None)
    return next_lines(found, TODAY, 200, keymap)[-1].content.plain


@pytest.mark.parametrize("way", KEYS)
def test_a_way_is_named_with_its_key_as_the_person_has_it(way: str) -> None:
    action, key = KEYS[way]
    assert f" ({key}). Look at the line" in said(way, Keymap())
    assert " (f12). Look at the line" in said(way, read_keymap({action: ("f12",)}))


def test_other_work_has_no_key() -> None:
    for way in set(WAYS) - KEYS.keys():
        assert "(" not in said(way, Keymap())
