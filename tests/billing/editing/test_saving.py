"""Saving: checks, locks, merging, what follows, what is validated again, and taking it back."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.claims.submission import back_to_draft, save_and_submit
from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.editing import (
    Clash,
    Conflict,
    Invalid,
    Saved,
    add,
    record,
    remove,
    save,
    save_many,
)
from rcm_tui.billing.outcome import NOT_REACHED, Left, Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data import audit
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.practice import Practitioner
from tests.billing.whole_rows import differing, whole_rows
from tests.practice_builder import MANAGER, NOW, npi, small_practice
from tests.stopping import stop_after

BEN = Actor("ben", "Ben Ito", "biller")


def saved(store: Store, kind: str, key: int, changes: dict[str, Any], **options: Any) -> Any:
    """Saves from a form that was filled just now, unless a `base` version is given."""
    base = options.pop("base", None) or record(store.database, kind, key).version
    with store.work(options.pop("actor", MANAGER), NOW) as work:
        return save(work, kind, key, base, changes, **options)


def undo_last(store: Store) -> None:
    last = last_undoable(store.database, MANAGER.login)
    assert last is not None
    with store.work(MANAGER, NOW) as work:
        undo(work, last.id)


def test_a_change_is_written_with_its_next_version_and_recorded(store: Store) -> None:
    client = small_practice().client
    outcome = saved(store, "client", client.id, {"city": "Troy", "birth_date": "2017-05-06"})
    assert isinstance(outcome, Saved)
    assert outcome.new_version == 2
    assert set(outcome.changed) == {"city", "birth_date"}
    now = Client.get_by_id(client.id)
    assert (now.city, now.birth_date, now.version) == ("Troy", datetime.date(2017, 5, 6), 2)
    (trail,) = AuditRecord.select().where(
        AuditRecord.action == "edited", AuditRecord.subject == "client"
    )
    assert (trail.subject_id, json.loads(trail.details)) == (
        client.id,
        {
            "version": 2,
            "city": [client.city, "Troy"],
            "birth_date": [client.birth_date.isoformat(), "2017-05-06"],
        },
    )
    assert audit.verify(store.database, store.audit_key)[1] == []


def test_what_is_the_same_already_is_not_written(store: Store) -> None:
    client = small_practice().client
    assert saved(store, "client", client.id, {"city": f" {client.city} "}) == Saved(1)
    assert AuditRecord.select().count() == 0
    assert last_undoable(store.database, MANAGER.login) is None


@pytest.mark.parametrize(
    ("kind", "change", "sentence"),
    [
        ("client", {"last_name": " "}, "Last name is empty: it is needed."),
        ("client", {"state": "XX"}, "State XX is not a state: its two letters are needed, as NY."),
        ("client", {"zip": "123"}, "Zip code 123 is not a zip code: five or nine digits"),
        ("client", {"birth_date": "3/14"}, "Date of birth 3/14 is not a date"),
        ("client", {"birth_date": datetime.date(1850, 1, 1)}, "is too long ago"),
        ("client", {"gender": "X"}, "Gender X is not among the choices: F, M, U."),
        ("client", {"referring": 99999}, "Referring provider 99999 is no practitioner"),
        ("client", {"city": "a\x1b[31m"}, "has characters that cannot be shown"),
        ("client", {"city": "x" * 31}, "is too long: 30 characters are the most"),
        ("client", {"active": 7}, "Active yes is neither yes nor no"),
        ("coverage", {"rank": "one"}, "Rank one is not a whole number"),
        ("coverage", {"rank": None}, "Rank is empty: it is needed."),
        ("coverage", {"rank": 0}, "Rank 0 is not enough: more than zero is needed."),
        ("coverage", {"client": 1}, "Client of a coverage cannot be changed"),
        ("coverage", {"ends_on": "2025-12-31"}, "Until 2025-12-31 is before 2026-01-01"),
        ("coverage", {"member_id": "AB/1"}, "Member id AB/1 is not a member id"),
        ("claim", {"diagnoses": "F84.0 X99.99"}, "cannot be billed: X99.99 is not a diagnosis"),
        ("claim", {"frequency": "9"}, "Frequency 9 is not among the choices: 1, 6, 7, 8."),
        ("claim_line", {"modifiers": "95 HO"}, "is out of order: .* HO 95"),
        ("claim_line", {"units": "1.2345"}, "is not a number of units"),
        ("claim_line", {"billed": Decimal("1.005")}, "is not an amount: dollars and whole cents"),
        ("claim_line", {"billed": True}, "is not an amount"),
        ("claim_line", {"pointers": "1 13"}, "Diagnosis pointers 1 13 does not point"),
        ("practitioner", {"npi": "1234567890"}, "NPI 1234567890 is not an NPI: ten digits"),
        ("business_unit", {"zip": "12180"}, "needs nine digits"),
        ("payer", {"filing_days": -1}, "Days to file -1 is not enough"),
    ],
)
def test_a_wrong_value_gets_a_sentence(
    store: Store, engine: str, kind: str, change: dict[str, Any], sentence: str
) -> None:
    practice = small_practice()
    if "client" in change:
        change = {"client": practice.add_client("OTHER").id}
    claim = practice.add_claim()
    keys = {
        "client": practice.client.id,
        "coverage": practice.coverage.id,
        "claim": claim.id,
        "claim_line": claim.lines.get().id,
        "practitioner": practice.supervisor.id,
        "business_unit": practice.unit.id,
        "payer": practice.payer.id,
    }
    before = whole_rows(store.database)
    with pytest.raises(Invalid, match=sentence) as refused:
        saved(store, kind, keys[kind], change)
    assert list(refused.value.problems) == list(change)
    assert whole_rows(store.database) == before


def test_all_that_is_wrong_is_said_at_once(store: Store) -> None:
    client = small_practice().client
    with pytest.raises(Invalid) as refused:
        saved(store, "client", client.id, {"state": "Q", "zip": "1", "city": "Troy"})
    assert list(refused.value.problems) == ["state", "zip"]


def test_codes_are_written_as_they_are_read(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim()
    line = claim.lines.get()
    saved(store, "claim", claim.id, {"diagnoses": "f840, f902"})
    saved(store, "claim_line", line.id, {"modifiers": "ho,95", "procedure_code": "0362t"})
    assert Claim.get_by_id(claim.id).diagnoses == "F84.0 F90.2"
    line = ClaimLine.get_by_id(line.id)
    assert (line.modifiers, line.procedure_code) == ("HO 95", "0362T")


def test_two_clients_cannot_share_an_mrn(store: Store) -> None:
    practice = small_practice()
    other = practice.add_client("OTHER")
    with pytest.raises(Invalid, match=f"MRN {practice.client.mrn} is taken by"):
        saved(store, "client", other.id, {"mrn": practice.client.mrn})


def test_a_coverage_of_another_client_cannot_be_chosen(store: Store) -> None:
    practice = small_practice()
    other = practice.add_client("OTHER")
    theirs = Coverage.get(Coverage.client == other)
    with pytest.raises(Invalid, match=r"belongs to another client: choose one of this client\."):
        saved(store, "claim", practice.add_claim().id, {"coverage": theirs.id})


def test_what_was_wrong_before_does_not_keep_the_rest_from_being_saved(store: Store) -> None:
    practice = small_practice()
    Coverage.update(ends_on=datetime.date(2020, 1, 1)).execute()
    assert isinstance(saved(store, "coverage", practice.coverage.id, {"member_id": "M1"}), Saved)


@pytest.mark.parametrize(
    ("columns", "todo"),
    [
        ({"status": "Ready to Submit"}, "is Ready to Submit and locked: take it back to Draft"),
        ({"status": "Submitted"}, "is Submitted and locked: correct it with Modify & Resubmit"),
        (
            {"status": "Submitted", "acknowledgement": "rejected"},
            "is Submitted and locked: take it back to Draft to correct it",
        ),
        ({"status": "Historical"}, "work on that one"),
        ({"status": "Inactive"}, "only Drafts are edited"),
    ],
)
def test_only_drafts_are_edited(store: Store, columns: dict[str, Any], todo: str) -> None:
    claim = small_practice().add_claim(**columns)
    line = claim.lines.get()
    assert todo in record(store.database, "claim", claim.id).locked
    with pytest.raises(Refused, match=f"claim {claim.number} .*{todo}"):
        saved(store, "claim", claim.id, {"claim_note": "x"})
    with pytest.raises(Refused, match=todo):
        saved(store, "claim_line", line.id, {"units": 1})
    with store.work(MANAGER, NOW) as work:
        with pytest.raises(Refused, match=todo):
            remove(work, "claim_line", line.id, 1)
        with pytest.raises(Refused, match=todo):
            add(
                work,
                "claim_line",
                {
                    "claim": claim.id,
                    "procedure_code": "97153",
                    "units": 1,
                    "billed": 1,
                    "expected": 0,
                },
            )


def test_a_ready_claim_goes_back_to_draft_and_can_be_edited(store: Store) -> None:
    claim = small_practice().add_claim()
    with store.work(MANAGER, NOW) as work:
        save_and_submit(work, [claim.id])
        assert back_to_draft(work, [claim.id]).done == [claim.id]
        assert back_to_draft(work, [claim.id]).left[0].reason == "it is Draft, not Ready to Submit"
    assert isinstance(saved(store, "claim", claim.id, {"claim_note": "x"}), Saved)


def test_a_record_that_is_gone(store: Store) -> None:
    small_practice()
    with pytest.raises(Refused, match="there is no client 99"):
        record(store.database, "client", 99)
    with store.work(MANAGER, NOW) as work, pytest.raises(Refused, match="any more: it was deleted"):
        save(work, "client", 99, 1, {"city": "Troy"})
    with store.work(MANAGER, NOW) as work, pytest.raises(KeyError, match="has no field nonsense"):
        save(work, "client", 1, 1, {"nonsense": 1})


class TestTogether:
    """Two people on one record."""

    def test_other_fields_are_merged(self, store: Store) -> None:
        key = small_practice().client.id
        saved(store, "client", key, {"city": "Troy"}, base=1, actor=BEN)
        outcome = saved(store, "client", key, {"line1": "9 Elm St"}, base=1)
        assert outcome.new_version == 3
        now = Client.get_by_id(key)
        assert (now.city, now.line1) == ("Troy", "9 Elm St")

    def test_the_same_value_needs_nothing(self, store: Store) -> None:
        key = small_practice().client.id
        saved(store, "client", key, {"city": "Troy"}, base=1, actor=BEN)
        assert saved(store, "client", key, {"city": "Troy"}, base=1) == Saved(2)

    def test_the_same_field_shows_both_and_saves_nothing(self, store: Store) -> None:
        client = small_practice().client
        saved(store, "client", client.id, {"city": "Troy"}, base=1, actor=BEN)
        before = whole_rows(store.database)
        mine = {"city": "Utica", "line1": "9 Elm St"}
        outcome = saved(store, "client", client.id, mine, base=1)
        assert outcome == Conflict({"city": Clash(client.city, "Utica", "Troy")}, 2, "ben")
        assert whole_rows(store.database) == before

    @pytest.mark.parametrize(("keep", "city"), [("mine", "Utica"), ("theirs", "Troy")])
    def test_it_is_resolved_field_by_field(self, store: Store, keep: Any, city: str) -> None:
        key = small_practice().client.id
        saved(store, "client", key, {"city": "Troy"}, base=1, actor=BEN)
        mine = {"city": "Utica", "line1": "9 Elm St"}
        conflict = saved(store, "client", key, mine, base=1)
        outcome = saved(store, "client", key, mine, base=conflict.version, keep={"city": keep})
        assert outcome.new_version == 3
        now = Client.get_by_id(key)
        assert (now.city, now.line1) == (city, "9 Elm St")

    def test_a_third_value_in_between_is_shown_again(self, store: Store) -> None:
        key = small_practice().client.id
        saved(store, "client", key, {"city": "Troy"}, base=1, actor=BEN)
        conflict = saved(store, "client", key, {"city": "Utica"}, base=1)
        saved(store, "client", key, {"city": "Ithaca"}, actor=BEN)
        again = saved(
            store, "client", key, {"city": "Utica"}, base=conflict.version, keep={"city": "mine"}
        )
        assert again.theirs == {"city": Clash("Troy", "Utica", "Ithaca")}

    def test_money_dates_and_units_are_shown_as_such(self, store: Store) -> None:
        practice = small_practice()
        line = practice.add_claim().lines.get()
        theirs = {"units": Decimal("2.5"), "billed": 10000}
        saved(store, "claim_line", line.id, theirs, base=1, actor=BEN)
        mine = {"units": Decimal(3), "billed": 12000}
        outcome = saved(store, "claim_line", line.id, mine, base=1)
        assert outcome.theirs == {
            "units": Clash(Decimal(8), Decimal(3), Decimal("2.5")),
            "billed": Clash(32000, 12000, 10000),
        }

    def test_what_moves_on_by_itself_does_not_clash(self, store: Store) -> None:
        claim = small_practice().add_claim()
        with store.work(BEN, NOW) as work:
            save_and_submit(work, [claim.id])
            back_to_draft(work, [claim.id])
        outcome = saved(store, "claim", claim.id, {"claim_note": "late"}, base=1)
        assert outcome.new_version == 4

    def test_an_undo_in_between_is_seen(self, store: Store) -> None:
        key = small_practice().client.id
        saved(store, "client", key, {"city": "Troy"})
        undo_last(store)
        outcome = saved(store, "client", key, {"city": "Utica"}, base=2, actor=BEN)
        assert outcome.theirs["city"].base == "Troy"

    def test_twice_in_one_unit_of_work(self, store: Store) -> None:
        key = small_practice().client.id
        with store.work(MANAGER, NOW) as work:
            save(work, "client", key, 1, {"city": "Troy"})
            assert isinstance(save(work, "client", key, 1, {"city": "Utica"}), Conflict)
            assert isinstance(save(work, "client", key, 1, {"line1": "9 Elm St"}), Saved)

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        steps=st.lists(
            st.tuples(
                st.sampled_from(["ann", "ben"]),
                st.dictionaries(
                    st.sampled_from(["city", "line1", "phone", "birth_date"]),
                    st.integers(0, 3),
                    max_size=4,
                ),
                st.sampled_from(["mine", "theirs", "look again"]),
            ),
            max_size=10,
        )
    )
    def test_no_update_is_lost(self, store: Store, steps: list[Any]) -> None:
        if Client.get_or_none() is None:
            small_practice()
        key = Client.get().id
        worth: dict[str, list[Any]] = {
            "city": ["", "Troy", "Utica", "Ithaca"],
            "line1": ["", "1 Elm St", "2 Elm St", "3 Elm St"],
            "phone": ["", "5555550101", "5555550102", "5555550103"],
            "birth_date": [None, *(datetime.date(2018, 1, day) for day in (1, 2, 3))],
        }

        def look() -> tuple[int, dict[str, Any]]:
            one = record(store.database, "client", key)
            return one.version, {name: one.values[name] for name in worth}

        forms = {"ann": look(), "ben": look()}
        for who, typed, decision in steps:
            base, filled = forms[who]
            mine = {name: worth[name][place] for name, place in typed.items()}
            changed = {name: value for name, value in mine.items() if value != filled[name]}
            _, there = look()
            outcome = saved(store, "client", key, changed, base=base, actor=Actor(who))
            clashing = {
                name for name, value in changed.items() if there[name] not in (filled[name], value)
            }
            if clashing:
                assert isinstance(outcome, Conflict)
                assert outcome.theirs == {
                    name: Clash(filled[name], changed[name], there[name]) for name in clashing
                }
                assert look()[1] == there
                if decision == "look again":
                    continue
                keep = dict.fromkeys(clashing, decision)
                outcome = saved(
                    store,
                    "client",
                    key,
                    changed,
                    base=outcome.version,
                    keep=keep,
                    actor=Actor(who),
                )
                if decision == "theirs":
                    changed = {n: value for n, value in changed.items() if n not in clashing}
            assert isinstance(outcome, Saved)
            version, now = look()
            assert outcome.new_version == version
            assert now == {**there, **changed}
            forms[who] = (version, now)


class TestFollowing:
    """What repeats, or is made of, what was edited."""

    def test_a_claim_bills_the_sum_of_its_lines(self, store: Store) -> None:
        practice = small_practice()
        claim = practice.add_claim([("97153", 8), ("97155", 4)])
        first, second = claim.lines
        outcome = saved(
            store,
            "claim_line",
            first.id,
            {"billed": 30000, "expected": 100, "last_service_date": "2026-03-04"},
        )
        assert outcome.claims == []
        now = Claim.get_by_id(claim.id)
        assert (now.billed, now.expected) == (30000 + second.billed, 100 + second.expected)
        assert (now.last_service_date, now.version) == (datetime.date(2026, 3, 4), 2)

    def test_lines_come_and_go(self, store: Store) -> None:
        practice = small_practice()
        charge = practice.add_charge(status="Claim Line Created")
        claim = practice.add_claim([("97153", 8), ("97155", 4)])
        first, second = claim.lines
        ChargeItem.update(claim_line=first).execute()
        before = whole_rows(store.database)
        with store.work(MANAGER, NOW) as work:
            added = add(
                work,
                "claim_line",
                {
                    "claim": claim.id,
                    "procedure_code": "97156",
                    "units": 4,
                    "billed": 22000,
                    "expected": 0,
                },
            )
        line = ClaimLine.get_by_id(added.id)
        assert (line.position, line.line_control_number) == (3, f"{claim.patient_control_number}L3")
        assert (line.place_of_service, line.first_service_date) == ("11", claim.first_service_date)
        with store.work(MANAGER, NOW) as work:
            remove(work, "claim_line", first.id, 1)
        now = Claim.get_by_id(claim.id)
        assert (now.line_count, now.billed) == (2, second.billed + 22000)
        freed = ChargeItem.get_by_id(charge.id)
        assert (freed.status, freed.claim_line_id) == ("Ready to Bill", None)
        undo_last(store)
        undo_last(store)
        assert differing(before, whole_rows(store.database)) == []

    def test_a_claim_without_lines_is_found(self, store: Store) -> None:
        claim = small_practice().add_claim()
        with store.work(MANAGER, NOW) as work:
            validate_claims(work, [claim.id])
            (changed,) = remove(work, "claim_line", claim.lines.get().id, 1)
        assert (changed.number, changed.errors_before) == (claim.number, 0)
        assert changed.errors >= 1
        assert Claim.get_by_id(claim.id).billed == 0

    def test_the_payer_comes_with_the_coverage(self, store: Store) -> None:
        practice = small_practice()
        claim = practice.add_claim()
        other = practice.add_payer("Far Mutual")
        second = Coverage.create(client=practice.client, payer=other, rank=2, member_id="Z9")
        saved(store, "claim", claim.id, {"coverage": second.id})
        assert Claim.get_by_id(claim.id).payer_id == other.id
        saved(store, "coverage", second.id, {"payer": practice.payer.id})
        assert Claim.get_by_id(claim.id).payer_id == practice.payer.id

    def test_the_number_comes_with_the_authorization(self, store: Store) -> None:
        practice = small_practice()
        claim = practice.add_claim(authorization=None, authorization_number="")
        saved(store, "claim", claim.id, {"authorization": practice.authorization.id})
        number = practice.authorization.number
        assert Claim.get_by_id(claim.id).authorization_number == number
        saved(store, "authorization", practice.authorization.id, {"number": "NEW-1"})
        assert Claim.get_by_id(claim.id).authorization_number == "NEW-1"

    def test_a_holder_who_is_the_patient_and_the_name_on_drafts(self, store: Store) -> None:
        practice = small_practice()
        draft = practice.add_claim()
        sent = practice.add_claim(status="Submitted")
        Coverage.update(holder_city="Elsewhere").execute()
        saved(store, "client", practice.client.id, {"last_name": "Okafor", "city": "Troy"})
        coverage = Coverage.get_by_id(practice.coverage.id)
        assert (coverage.holder_last_name, coverage.holder_city) == ("Okafor", "Elsewhere")
        assert coverage.version == 2
        assert Claim.get_by_id(draft.id).patient_name == f"Okafor, {practice.client.first_name}"
        assert Claim.get_by_id(sent.id).patient_name == sent.patient_name

    def test_the_place_of_service_goes_to_the_lines_that_had_it(self, store: Store) -> None:
        claim = small_practice().add_claim([("97153", 8), ("97155", 4)])
        ClaimLine.update(place_of_service="12").where(ClaimLine.position == 2).execute()
        saved(store, "claim", claim.id, {"place_of_service": "10"})
        assert [line.place_of_service for line in claim.lines.order_by(ClaimLine.position)] == [
            "10",
            "12",
        ]


def test_drafts_that_stand_on_it_are_validated_again(store: Store) -> None:
    practice = small_practice()
    drafts = [practice.add_claim(), practice.add_claim(day=datetime.date(2026, 3, 3))]
    other = practice.add_claim(client=practice.add_client("OTHER"))
    sent = practice.add_claim(status="Submitted", day=datetime.date(2026, 3, 4))
    before = whole_rows(store.database)
    outcome = saved(store, "client", practice.client.id, {"birth_date": None})
    assert [claim.id for claim in outcome.claims] == [claim.id for claim in drafts]
    assert all(one.errors_before == 0 and one.errors >= 1 for one in outcome.claims)
    assert Claim.get_by_id(sent.id).error_count == Claim.get_by_id(other.id).error_count == 0
    undo_last(store)
    assert differing(before, whole_rows(store.database)) == []
    assert saved(store, "client", practice.client.id, {"phone": "5555550199"}).claims == []


@pytest.mark.parametrize("kind", ["coverage", "practitioner", "payer", "business_unit"])
def test_of_every_kind(store: Store, kind: str) -> None:
    practice = small_practice()
    claim = practice.add_claim()
    key, change = {
        "coverage": (practice.coverage.id, {"member_id": ""}),
        "practitioner": (practice.supervisor.id, {"npi": ""}),
        "payer": (practice.payer.id, {"payer_id": ""}),
        "business_unit": (practice.unit.id, {"taxonomy": ""}),
    }[kind]
    assert [one.id for one in saved(store, kind, key, change).claims] == [claim.id]


class TestMany:
    """One shared edit of marked rows."""

    def test_what_can_be_is_and_the_rest_is_left(self, store: Store) -> None:
        practice = small_practice()
        drafts = [practice.add_claim(client=practice.add_client(f"C{n}")) for n in range(3)]
        sent = practice.add_claim(status="Submitted")
        before = whole_rows(store.database)
        with store.work(MANAGER, NOW) as work:
            outcome = save_many(
                work,
                "claim",
                [*(claim.id for claim in drafts), sent.id, 999],
                {"claim_note": "late", "referring": practice.referring.id},
            )
        assert outcome.done == [claim.id for claim in drafts]
        assert [(left.key, left.name) for left in outcome.left] == [
            (sent.id, sent.number),
            (999, "999"),
        ]
        assert {claim.claim_note for claim in Claim.select()} == {"late", ""}
        assert AuditRecord.select().where(AuditRecord.action == "edited").count() == 3
        last = last_undoable(store.database, MANAGER.login)
        assert last is not None
        assert last.title == "Edit 3 claims"
        undo_last(store)
        assert differing(before, whole_rows(store.database)) == []

    def test_what_fits_only_some(self, store: Store) -> None:
        practice = small_practice()
        mine, theirs = practice.add_claim(), practice.add_claim(client=practice.add_client("OTHER"))
        with store.work(MANAGER, NOW) as work:
            outcome = save_many(
                work, "claim", [mine.id, theirs.id], {"coverage": practice.coverage.id}
            )
        assert outcome.done == [mine.id]
        assert "belongs to another client" in outcome.left[0].reason

    def test_what_is_each_ones_own(self, store: Store) -> None:
        practice = small_practice()
        with store.work(MANAGER, NOW) as work:
            with pytest.raises(Invalid, match="MRN is each client's own"):
                save_many(work, "client", [practice.client.id], {"mrn": "X"})
            with pytest.raises(Invalid, match="Client of a coverage cannot be changed"):
                save_many(work, "coverage", [practice.coverage.id], {"client": 1})
            with pytest.raises(Invalid, match="is not a state"):
                save_many(work, "client", [practice.client.id], {"state": "??"})

    def test_it_can_be_stopped(self, store: Store) -> None:
        client = small_practice().client
        with store.work(MANAGER, NOW) as work:
            outcome = save_many(work, "client", [client.id], {"city": "Troy"}, stop_after(0))
        assert outcome.left == [Left(client.id, "OKAFOR, ADA", NOT_REACHED)]
        assert Client.get().city == client.city

    def test_queries_do_not_grow_with_the_rows(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        practice = small_practice()
        clients = [practice.add_client(f"C{n}").id for n in range(30)]
        counts = []
        for some in (clients[:3], clients):
            asked: list[str] = []
            execute = type(store.database).execute_sql

            def counting(self: Any, sql: str, *args: Any, **named: Any) -> Any:
                asked.append(sql)  # noqa: B023
                return execute(self, sql, *args, **named)  # noqa: B023

            with monkeypatch.context() as patch, store.work(MANAGER, NOW) as work:
                patch.setattr(type(store.database), "execute_sql", counting)
                save_many(work, "client", some, {"city": f"Troy {len(some)}"})
            counts.append(len(asked))
        assert counts[0] == counts[1]


class TestNew:
    """New records, and those that are removed."""

    def test_a_practitioner(self, store: Store) -> None:
        small_practice()
        with store.work(MANAGER, NOW) as work:
            key = add(work, "practitioner", {"last_name": "Ito", "npi": npi(22222222)}).id
        made = Practitioner.get_by_id(key)
        assert (made.last_name, made.employed, made.version) == ("Ito", True, 1)
        last = last_undoable(store.database, MANAGER.login)
        assert last is not None
        assert last.title == "Add practitioner Ito"
        undo_last(store)
        assert Practitioner.get_or_none(Practitioner.id == key) is None

    def test_what_is_missing_and_wrong_is_said(self, store: Store) -> None:
        practice = small_practice()
        with store.work(MANAGER, NOW) as work:
            with pytest.raises(Invalid) as refused:
                add(work, "client", {"first_name": "Ann", "state": "zz"})
            assert list(refused.value.problems) == ["mrn", "last_name", "state"]
            with pytest.raises(Refused, match="claims are made of charge items"):
                add(work, "claim", {"client": practice.client.id})

    def test_a_diagnosis_comes_last(self, store: Store) -> None:
        practice = small_practice()
        with store.work(MANAGER, NOW) as work:
            key = add(work, "client_diagnosis", {"client": practice.client.id, "code": "f902"}).id
        one = record(store.database, "client_diagnosis", key)
        assert (one.values["position"], one.values["code"]) == (2, "F90.2")
        assert one.labels["code"] == "ADHD, combined"

    def test_a_case_manager_mends_drafts(self, store: Store) -> None:
        practice = small_practice()
        claim = practice.add_claim()
        manager = practice.client.case_managers.get()
        with store.work(MANAGER, NOW) as work:
            validate_claims(work, [claim.id])
            (worse,) = remove(work, "case_manager", manager.id, 1)
            assert worse.warnings == worse.warnings_before + 1
            (better,) = add(
                work,
                "case_manager",
                {
                    "client": practice.client.id,
                    "practitioner": practice.supervisor.id,
                    "starts_on": "2026-01-01",
                },
            ).claims
        assert (better.id, better.warnings) == (claim.id, worse.warnings_before)

    def test_what_is_referred_to_stays(self, store: Store) -> None:
        practice = small_practice()
        claim = practice.add_claim()
        before = whole_rows(store.database)
        with (
            store.work(MANAGER, NOW) as work,
            pytest.raises(Refused, match=f"cannot be removed: claim {claim.number} refers to it"),
        ):
            remove(work, "coverage", practice.coverage.id, 1)
        assert whole_rows(store.database) == before

    def test_what_somebody_changed_is_not_removed(self, store: Store) -> None:
        practice = small_practice()
        manager = practice.client.case_managers.get()
        saved(store, "case_manager", manager.id, {"ends_on": "2026-12-31"}, actor=BEN)
        with store.work(MANAGER, NOW) as work, pytest.raises(Refused, match="changed by somebody"):
            remove(work, "case_manager", manager.id, 1)
