"""What is next for a denied claim, as its summary says it."""

import datetime

import pytest

from rcm_tui.billing.denials.actions import DenialStep
from rcm_tui.billing.denials.explaining import Deadline, DeniedBefore, Explained
from rcm_tui.billing.denials.next_steps import NextStep
from rcm_tui.billing.denials.triage import score
from rcm_tui.data.codes.denial_ways import WAYS
from rcm_tui.screens.actions import Keymap
from rcm_tui.screens.denial_lines import explained_lines
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
    return explained(step, way, None, keymap)[2]


def explained(
    step: DenialStep | None,
    way: str,
    until: datetime.date | None,
    keymap: Keymap,
    cents: int = 1200,
) -> list[str]:
    found = NextStep(1, "CO-4", (), cents, TODAY, step, until, 7, cents)
    clocks = (Deadline("corrected claim", TODAY + datetime.timedelta(days=3)),)
    whole = Explained(
        *(found, score(TODAY, until, found.clock, cents, way), cents, "Acme", "7", "ICN4"),
        *(clocks, "", DeniedBefore(11, 9)),
    )
    return [row.content.plain for row in explained_lines(whole, TODAY, 200, keymap)]


def test_the_preview_says_why_it_stands_there_and_what_the_payer_wants() -> None:
    until = TODAY + datetime.timedelta(days=4)
    lines = explained(None, "correct", until, Keymap(), 125000)
    assert "say nothing of it" in lines[0]
    assert "corrected claim 03/15/2026 (3 days left)" in lines[2]
    assert lines[1].endswith("-4: 4 days left, 1,250.00 open → -6, easily settled → -2")
    assert "under ICN4; denied 11 lines CO-4 in a year, paid 9 of them later" in lines[3]


@pytest.mark.parametrize("way", KEYS)
def test_a_way_is_named_with_its_key_as_the_person_has_it(way: str) -> None:
    action, key = KEYS[way]
    assert f" ({key}). Look at the line" in said(way, Keymap())
    assert " (f12). Look at the line" in said(way, read_keymap({action: ("f12",)}))


def test_other_work_has_no_key() -> None:
    for way in set(WAYS) - KEYS.keys():
        assert "(" not in said(way, Keymap())
