"""Answers on screen: from a rejection to its claim, mended or sent again as an original."""

import datetime
from typing import Any

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.exchange import ClaimResponse, ClaimsTransaction, TransmittedClaim
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.queue_screen import QueueScreen
from tests.practice_builder import NOW, SmallPractice, small_practice
from tests.rejections import rejected_claim
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

RESPONSES = ("5", "5", *"resp", "enter")


@pytest.fixture
def refused(store: Store) -> list[Claim]:
    """Three claims that went out in one file, which a TA1 refused; and one rejected by itself."""
    practice = small_practice()
    rejected_claim(practice, "ALONE", day=datetime.date(2026, 3, 2))
    return refused_file(practice)


def refused_file(practice: SmallPractice) -> list[Claim]:
    transaction = ClaimsTransaction.create(
        clearinghouse=practice.clearinghouse,
        interchange_control_number=77,
        group_control_number=77,
        file_name="837P_000000077.837",
        content=b"",
        size=0,
        sha256="",
        claims=3,
        billed=96000,
        state="sent",
        fence=1,
        built_at=NOW,
        sent_at=NOW,
        acknowledgement="rejected",
    )
    said: dict[str, Any] = {
        "incoming_file": ClaimResponse.get().incoming_file,
        "claims_transaction": transaction,
        "level": "file",
        "kind": "TA1",
        "accepted": False,
        "category": "R",
        "status": "025",
        "words": "the file was refused: a file with this control number was there before",
        "received_at": NOW,
    }
    whole = ClaimResponse.create(claims=3, **said)
    claims = []
    for number in range(3):
        claim = practice.add_claim(
            client=practice.add_client(f"REFUSED{number}"),
            status="Submitted",
            acknowledgement="rejected",
            submitted_at=NOW,
        )
        TransmittedClaim.create(
            claims_transaction=transaction, claim=claim, set_control_number="0001", live=False
        )
        ClaimResponse.create(claim=claim, answer=whole, **said)
        claims.append(claim)
    return claims


async def test_what_is_to_mend_is_there_once_and_goes_when_it_is_mended(
    refused: list[Claim], store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(store)
    async with app.run_test(size=(160, 50)) as pilot:
        await type_keys(pilot, *RESPONSES)
        shown = seen(pilot)
        assert "2 responses" in shown  # the file once, not its three claims
        assert "the file was refused: a file" in shown
        # Marked and sent again as they are: two keys.
        await type_keys(pilot, "ctrl+a", "a")
        assert "4 claims, billed 1,280.00" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "4 claims Ready to Submit, 1,280.00." in seen(pilot)
        await type_keys(pilot, "enter")
        assert "Nothing in this view." in seen(pilot)
    for claim in Claim.select():
        assert (claim.status, claim.frequency, claim.acknowledgement) == (
            *("Ready to Submit", "1", "none"),
        )


async def test_enter_lists_the_claims_of_a_refused_file_and_opens_a_rejected_claim(
    refused: list[Claim], store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(store)
    async with app.run_test(size=(160, 50)) as pilot:
        await type_keys(pilot, *RESPONSES, "v", *"files", "enter", "enter")
        assert isinstance(app.screen, QueueScreen)
        assert app.screen.only == tuple(claim.id for claim in refused)
        assert "of 837P_000000077.837" in seen(pilot)
        await type_keys(pilot, *RESPONSES, "v", *"rejected, to", "enter", "g", "enter")
        assert isinstance(app.screen, ClaimScreen), seen(pilot)
        alone = Claim.get(Claim.client == Client.get(Client.last_name == "ALONE"))
        assert (app.screen.key, app.screen.part) == (alone.id, "submissions")
        shown = seen(pilot)
        assert "277CA" in shown
        assert "member number" in shown


async def test_e_goes_to_the_field_that_the_rejection_speaks_of(
    refused: list[Claim], store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, *RESPONSES, "g", "e", "enter")
        assert isinstance(app.screen, FormScreen)
        assert app.screen.form.kind.table_name == "coverage"
        await type_keys(pilot, *["backspace"] * 12, *"W11223344", "ctrl+s", "ctrl+s")
        alone = Claim.get(Claim.client == Client.get(Client.last_name == "ALONE"))
        assert (alone.status, alone.coverage.member_id) == ("Ready to Submit", "W11223344")


async def test_d_makes_the_marked_ones_drafts_and_shows_these(
    refused: list[Claim], store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, *RESPONSES, "G", "d", "enter")
        assert app.screen.name == "claims"
        assert isinstance(app.screen, QueueScreen)
        assert app.screen.only == tuple(claim.id for claim in refused)
    statuses = [Claim.get_by_id(claim.id).status for claim in refused]
    assert statuses == ["Draft"] * 3
    assert Claim.select().where(Claim.acknowledgement == "rejected").count() == 1


async def test_a_file_shows_its_claims_and_its_answers(
    refused: list[Claim], store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(store)
    async with app.run_test(size=(160, 50)) as pilot:
        await type_keys(pilot, "5", "5", *"trans", "enter", "enter")
        assert app.screen.name == "claims"
        assert "3 claims" in seen(pilot)
        await type_keys(pilot, "escape", "escape", "r")
        assert app.screen.name == "responses"
        assert "1 response" in seen(pilot)


async def test_what_the_payer_has_not_seen_is_rejected_by_a_call_and_taken_back(
    refused: list[Claim], store: Store, make_workstation: MakeWorkstation
) -> None:
    claim = refused[0]
    Claim.update(
        acknowledgement="accepted by clearinghouse",
        adjudication="pending",
        submitted_at=NOW - datetime.timedelta(days=9),
    ).where(Claim.id == claim.id).execute()
    app = make_workstation(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "3", "v", *"seen", "enter", "N")
        assert "1 claim, billed 320.00: rejected" in seen(pilot)
        await type_keys(pilot, *"Ann ref 4471", "enter")
        assert Claim.get_by_id(claim.id).acknowledgement == "rejected"
        assert ClaimResponse.get(ClaimResponse.kind == "call").text == "Ann ref 4471"
        await type_keys(pilot, *RESPONSES)
        assert "the payer has no such claim" in seen(pilot)
        await type_keys(pilot, "u", "enter")
        assert Claim.get_by_id(claim.id).acknowledgement == "accepted by clearinghouse"


@pytest.mark.parametrize(("keys", "state"), [(("a",), "sent"), (("x", "enter"), "built")])
async def test_a_person_says_what_became_of_an_unconfirmed_file(
    refused: list[Claim],
    store: Store,
    make_workstation: MakeWorkstation,
    keys: tuple[str, ...],
    state: str,
) -> None:
    ClaimsTransaction.update(state="unconfirmed").execute()
    app = make_workstation(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "5", "5", *"trans", "enter", *keys)
        assert ClaimsTransaction.get().state == state
        await type_keys(pilot, keys[0])
        assert "Only of an unconfirmed file" in seen(pilot)
