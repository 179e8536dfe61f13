"""Every row of domain/denials.md: its way, its clock, whether it could have been prevented."""

import pytest

from rcm_tui.billing.denials.actions import load_denial_steps, step_for
from rcm_tui.data.store import Store
from rcm_tui.data.tables.denials import DenialAction
from tests.practice_builder import small_practice

# groups, reasons, way, other way, clock, preventable: the table's rows in its order.
ROWS = (
    ("CO", "4", "correct", "", "corrected claim", "yes"),
    ("CO", "5 58", "correct", "", "corrected claim", "yes"),
    ("CO", "8 170 185", "correct", "", "corrected claim", "yes"),
    ("CO", "11 167", "correct", "appeal", "corrected or appeal", "mostly"),
    ("CO", "15", "correct", "appeal", "corrected claim", "yes"),
    ("CO", "16", "correct", "", "corrected claim", "yes"),
    ("CO OA", "18", "look", "correct", "corrected claim", "yes"),
    ("PR CO", "22", "next payer", "patient", "first claim", "partly"),
    ("OA", "23", "post", "", "none", "does not apply"),
    ("CO", "24", "new claim", "", "corrected claim", "yes"),
    ("CO PR", "26 27", "new claim", "patient", "corrected claim", "yes"),
    ("CO", "29", "appeal", "write off", "appeal", "yes"),
    ("CO PR", "31 140", "correct", "", "corrected claim", "yes"),
    ("CO", "39", "appeal", "", "appeal", "partly"),
    ("CO", "45", "post", "appeal", "appeal", "does not apply"),
    ("CO", "50", "appeal", "", "appeal", "partly"),
    ("CO", "59", "correct", "appeal", "corrected or appeal", "partly"),
    ("CO PR", "96", "look", "appeal", "appeal", "partly"),
    ("CO", "97", "correct", "write off", "corrected or appeal", "mostly"),
    ("CO", "109", "new claim", "", "first claim", "yes"),
    ("CO PR", "119", "appeal", "patient", "appeal", "partly"),
    ("CO", "146 181 182", "correct", "", "corrected claim", "yes"),
    ("CO", "151", "appeal", "correct", "appeal", "partly"),
    ("CO", "197", "correct", "appeal", "corrected or appeal", "yes"),
    ("CO", "198", "appeal", "write off", "appeal", "yes"),
    ("PR", "204", "patient", "appeal", "appeal", "partly"),
    ("CO", "208 B7", "correct", "write off", "corrected claim", "yes"),
    ("CO", "222", "appeal", "write off", "appeal", "partly"),
    ("CO", "252 163 250 251", "documents", "appeal", "letter", "partly"),
    ("CO", "284 296 302", "correct", "", "corrected claim", "yes"),
    ("CO", "285 286", "appeal", "write off", "none", "yes"),
    ("PR", "1 2 3", "next payer", "patient", "none", "does not apply"),
    ("PI", "anything", "appeal", "", "appeal", "no"),
    ("CO OA PI PR", "A1", "look", "appeal", "appeal", "no"),
    ("CO OA", "253", "post", "", "none", "does not apply"),
)


def test_every_row_gives_its_action(store: Store) -> None:
    steps = load_denial_steps(store.database)
    for groups, reasons, *said in ROWS:
        for group in groups.split():
            for reason in reasons.split():
                step = step_for(steps, None, group, reason)
                assert step is not None, (group, reason)
                found = [step.way, step.other_way, step.clock, step.preventable]
                assert found == said, (group, reason)
                assert step.action.endswith(".")


def test_what_could_not_be_processed_is_a_new_claim_and_never_appealed(store: Store) -> None:
    step = step_for(load_denial_steps(store.database), None, "CO", "16", {"N382", "MA130"})
    assert step is not None
    assert (step.way, step.other_way, step.clock) == ("new claim", "", "first claim")


def test_a_payers_own_row_goes_first_and_one_not_in_force_is_silent(store: Store) -> None:
    practice = small_practice()
    own = DenialAction.create(
        payer=practice.payer, reason_code="197", meaning="m", way="appeal", action="Call them."
    )
    steps = load_denial_steps(store.database)
    found = step_for(steps, practice.payer.id, "CO", "197")
    assert found is not None
    assert found.id == own.id
    other = step_for(steps, None, "CO", "197")
    assert other is not None
    assert other.way == "correct"
    DenialAction.update(active=False).where(DenialAction.id == own.id).execute()
    found = step_for(load_denial_steps(store.database), practice.payer.id, "CO", "197")
    assert found is not None
    assert found.id == other.id


def test_nothing_is_said_of_what_no_row_speaks_of(store: Store) -> None:
    assert step_for(load_denial_steps(store.database), None, "CO", "999") is None


@pytest.mark.parametrize(
    ("reason", "days"),
    [("4", 180), ("50", 60), ("197", 60), ("109", 90), ("252", 60), ("285", None)],
)
def test_days_of_the_clock_are_the_payers(store: Store, reason: str, days: int | None) -> None:
    step = step_for(load_denial_steps(store.database), None, "CO", reason)
    assert step is not None
    assert step.days(corrected=180, appeal=60, filing=90) == days
