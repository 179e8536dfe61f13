"""Diagnoses of all clients: which view holds them, and that they are found by their words."""

import datetime

import pytest

from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.language import FilterError
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.queues.value_text import NONE, value_text
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import ClientDiagnosis
from tests.practice_builder import TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")
"""TODAY is 2026-03-16."""
QUEUE = QUEUES["diagnoses"]


def codes(store: Store, view: str = "all", filter: str = "") -> list[str]:
    pages = QueuePages(store.database, QUEUE, VIEWER, view=view, filter=filter)
    place = [column.name for column in QUEUE.columns].index("code")
    return [str(row[place]) for row in pages.page(limit=50).rows]


@pytest.fixture
def diagnosed(store: Store) -> Store:
    practice = small_practice()
    ClientDiagnosis.delete().execute()
    terms = {
        "F84.0": (None, None),
        "F80.2": ("2026-03-16", "2026-03-16"),
        "F98.3": ("2026-03-17", None),
        "G40.909": (None, "2026-03-15"),
        "ours": (None, None),
    }
    for position, (code, days) in enumerate(terms.items(), 1):
        starts_on, ends_on = (datetime.date.fromisoformat(d) if d else None for d in days)
        ClientDiagnosis.create(
            client=practice.client,
            position=position,
            code=code,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    return store


def test_the_views_hold_what_holds_today(diagnosed: Store) -> None:
    assert codes(diagnosed) == ["F80.2", "F84.0", "F98.3", "G40.909", "ours"]
    assert codes(diagnosed, "current") == ["F80.2", "F84.0", "ours"]
    assert codes(diagnosed, "to_come") == ["F98.3"]
    assert codes(diagnosed, "ended") == ["G40.909"]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ("description:autis", ["F84.0"]),
        ("description:epilepsy", ["G40.909"]),
        ("description:F8", ["F80.2", "F84.0"]),
        ("description:zebra", []),
        ("description!=autis", ["F80.2", "F98.3", "G40.909", "ours"]),
        ("description:pica|description:epilepsy", ["F98.3", "G40.909"]),
        ("code:F8*", ["F80.2", "F84.0"]),
        ("f84.0", ["F84.0"]),
        ("okafor state:ended", ["G40.909"]),
        ("client:okafor position>3", ["G40.909", "ours"]),
    ],
)
def test_they_are_found_by_code_and_by_words(
    diagnosed: Store, filter: str, found: list[str]
) -> None:
    assert codes(diagnosed, filter=filter) == found


def test_a_description_has_no_greater_or_less(diagnosed: Store) -> None:
    with pytest.raises(FilterError, match="'description' is compared with ':', '=' or '!=' only"):
        codes(diagnosed, filter="description>autism")


def test_a_code_is_shown_as_it_is_called(diagnosed: Store) -> None:
    column = QUEUE.column("description")
    assert value_text(column, "F84.0", VIEWER) == "autism spectrum disorder"
    assert value_text(column, "J45.909", VIEWER) == "Unspecified asthma, uncomplicated"
    assert value_text(column, "ours", VIEWER) == NONE
