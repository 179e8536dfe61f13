"""Type-ahead over the store and the code lists."""

import pytest

from rcm_tui.billing.editing import choices, record
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.payers import Payer
from tests.practice_builder import small_practice


def values(store: Store, kind: str, field: str, text: str, **options: object) -> list[object]:
    return [one.value for one in choices(store.database, kind, field, text, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("f84", ["F84.0", "F84.2", "F84.3", "F84.5", "F84.8", "F84.9"]),
        ("F84.0", ["F84.0"]),
        ("F840", ["F84.0"]),
        ("autism", ["F84.0", "Z13.41"]),
        ("comb adhd", ["F90.2"]),
        ("A00", ["A00.0", "A00.1", "A00.9"]),
        ("zzz", []),
        ("%", []),
    ],
)
def test_diagnoses_by_code_or_word(store: Store, text: str, codes: list[str]) -> None:
    assert values(store, "claim", "diagnoses", text) == codes


def test_other_codes_by_code_or_word(store: Store) -> None:
    small_practice()
    assert values(store, "claim", "place_of_service", "1")[:2] == ["10", "11"]
    assert values(store, "claim", "place_of_service", "school") == ["03"]
    assert "95" in values(store, "claim_line", "modifiers", "telehealth")
    assert values(store, "client", "state", "n")[:2] == ["NC", "ND"]
    assert values(store, "claim_line", "procedure_code", "9715") == [
        "97151",
        "97153",
        "97155",
        "97156",
    ]
    assert values(store, "client", "gender", "fem") == ["F"]
    assert values(store, "coverage", "relationship", "chi") == ["19"]
    assert values(store, "claim", "claim_note", "x") == []


def test_people_and_payers_by_the_beginnings_of_their_names(store: Store) -> None:
    practice = small_practice()
    ann = practice.add_client("GARCIA-LOPEZ", first_name="ANN")
    bob = practice.add_client("LOPEZ", first_name="BOB")
    assert set(values(store, "coverage", "client", "lop")) == {ann.id, bob.id}
    assert values(store, "coverage", "client", "ann gar") == [ann.id]
    assert values(store, "coverage", "client", ann.mrn) == [ann.id]
    supervisor = practice.supervisor
    found = choices(store.database, "claim", "rendering", supervisor.last_name[:3].lower())
    assert [one.value for one in found] == [supervisor.id]
    assert found[0].detail == supervisor.npi
    assert values(store, "claim", "rendering", supervisor.npi) == [supervisor.id]
    far = practice.add_payer("Far Mutual Aid")
    assert values(store, "coverage", "payer", "mut") == [far.id]
    Payer.update(active=False).where(Payer.id == far.id).execute()
    assert values(store, "coverage", "payer", "mut") == []


def test_only_what_belongs_to_the_client(store: Store) -> None:
    practice = small_practice()
    other = practice.add_client("OTHER")
    theirs = Coverage.get(Coverage.client == other)
    claim = practice.add_claim()
    form = record(store.database, "claim", claim.id).values
    assert values(store, "claim", "coverage", "", record=form) == [practice.coverage.id]
    form["client"] = other.id
    assert values(store, "claim", "coverage", "", record=form) == [theirs.id]
    assert values(store, "claim", "coverage", theirs.member_id[:2], record=form) == [theirs.id]


def test_no_more_than_asked_for(store: Store) -> None:
    practice = small_practice()
    for number in range(30):
        practice.add_practitioner(f"ITO{number}")
    assert len(values(store, "claim", "rendering", "ito")) == 20
    assert len(values(store, "claim", "rendering", "ito", limit=5)) == 5
    assert len(values(store, "claim", "diagnoses", "S")) <= 20
