"""Appeals by keys: the letter of a denial, what holds it back, many at once, and the answer."""

import datetime
from itertools import count
from pathlib import Path

from textual.pilot import Pilot

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.timeline.files import attach
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import Appeal, AppealProof, LetterTemplate
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Authorization, Client, Coverage
from rcm_tui.data.tables.payers import Clearinghouse, Payer, Plan
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.tables.timeline import TimelineEntry
from rcm_tui.screens.frame import Frame
from tests.denials import denied_claim
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import settle

SIZE = (100, 34)
DENIED = ("3", "v", *"denied", "enter")


def said(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, Frame)
    return screen.said


def practice_of_the_store() -> SmallPractice:
    """What the builder needs to add claims to the busy practice."""
    client = Client.get()
    return SmallPractice(
        Clearinghouse.get(),
        BusinessUnit.get(),
        *Location.select().limit(2),
        Payer.get(),
        Plan.get(),
        *Practitioner.select().limit(3),
        client,
        Coverage.get(Coverage.client == client),
        Authorization.get(),
        _numbers=count(900),
    )


async def test_a_denied_claim_is_appealed_with_the_letter_of_its_reason(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    claim = Claim.get(Claim.adjudication == "denied")
    with busy_store.work(BILLER, NOW) as work:
        open_case(work, [claim.id], {"subject": "No authorization"})
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "enter", "a")
        shown = seen(pilot)
        assert f"Appeal {claim.number}, 320.00" in shown
        assert "appeal, level 1 · " in shown
        assert "days left, until" in shown
        assert "Authorization" in shown
        assert "[ ] authorization" in shown
        await type_keys(pilot, "enter")
        assert "Not enclosed yet: authorization." in seen(pilot)
        await type_keys(pilot, "asterisk", "enter")
        (appeal,) = Appeal.select()
        assert (appeal.claim_id, appeal.state, appeal.how) == (claim.id, "sent", "mail")
        assert appeal.template.name == "Authorization"
        (file,) = (tmp_path / "exports").iterdir()
        assert file.name == f"appeal-{appeal.number}.pdf"
        assert file.read_bytes().startswith(b"%PDF-")
        assert said(pilot).startswith("1 appeal sent by mail, 320.00: 1 letter in ")
        assert f"Appeal        {appeal.number} appeal, 320.00: sent 03/16/2026" in seen(pilot)
        pilot.app.open_record("case", appeal.case_id)  # type: ignore[attr-defined]
        await settle(pilot)
        while "[Appeals 1]" not in seen(pilot):
            await type_keys(pilot, "right_square_bracket")
        assert f"{appeal.number}   {claim.number}" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "answer due 04/15/2026, 30 days left" in seen(pilot)
        await type_keys(pilot, "escape", "escape")
        await type_keys(pilot, "a")
        assert f"appeal {appeal.number} is open, it was sent on" in said(pilot)
        await type_keys(pilot, "u", "enter")
        assert not Appeal.select().exists()


async def test_its_documents_are_files_of_its_case(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    claim = Claim.get(Claim.adjudication == "denied")
    with busy_store.work(BILLER, NOW) as work:
        (case,) = open_case(work, [claim.id], {"subject": "No authorization"}).made
        content = b"%PDF-1 letter of [b]approval"
        attach(work, [case], busy_store.files, "[b] approval.pdf", content, most=99)
    app = make_workstation(busy_store)
    app.import_folder = tmp_path / "imports"
    app.import_folder.mkdir()
    (app.import_folder / "notice.txt").write_bytes(b"denied")
    async with app.run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "enter", "a", "ctrl+o")
        assert "Which file is: authorization?" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "[x] authorization · [b] approval.pdf" in seen(pilot)
        await type_keys(pilot, "ctrl+r")
        appeal = Appeal.get()
        app.open_record("appeal", appeal.id)
        await settle(pilot)
        assert "[x] authorization · [b] approval.pdf, 28 B" in seen(pilot)
        # The notice has none yet: it is attached there and then.
        await type_keys(pilot, "f", *"attach", "enter", "enter", *"the notice", "enter")
        assert "denial notice · notice.txt, 6 B" in seen(pilot)
        assert TimelineEntry.get(TimelineEntry.subject == "notice.txt").case_id == case
        await type_keys(pilot, "a", "enter")
        assert said(pilot).startswith("1 appeal sent by mail, 320.00: 1 letter and 2 documents in ")
        names = sorted(path.name for path in (tmp_path / "exports").iterdir())
        assert names == [
            f"appeal-{appeal.number}-authorization.pdf",
            f"appeal-{appeal.number}-denial-notice.txt",
            f"appeal-{appeal.number}.pdf",
        ]
        await type_keys(pilot, "f")
        assert said(pilot) == "What was sent is kept as it was sent."


async def test_the_letter_is_edited_or_exchanged_before_it_is_kept_as_a_draft(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "a", "ctrl+l", *"duplicate", "enter")
        assert "Not a duplicate" in seen(pilot)
        await type_keys(pilot, "ctrl+t", *"[@click=app.quit]We ", "ctrl+s", "ctrl+r")
        (appeal,) = Appeal.select()
        assert appeal.state == "draft"
        assert appeal.letter.startswith("[@click=app.quit]We ")
        assert appeal.template.name == "Not a duplicate"
        assert {proof.kind for proof in AppealProof.select()} == {"denial notice", "session notes"}
        assert not (tmp_path / "exports").exists()


async def test_what_was_rejected_is_not_appealed_and_a_late_one_says_why(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    Payment.update(production_date=TODAY - datetime.timedelta(days=200)).execute()
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "3", "v", *"rejected", "enter", "a")
        assert said(pilot) == "It was rejected, not denied: correct it and send it again (d)."
        await type_keys(pilot, "v", *"denied", "enter", "a", "ctrl+r")
        assert "Its clock is over: say why it is sent all the same." in seen(pilot)
        await type_keys(pilot, *"The notice came late.", "ctrl+r")
        (appeal,) = Appeal.select()
        assert appeal.late_reason == "The notice came late."


async def test_many_are_appealed_at_once_each_with_its_letter_and_then_answered(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    practice = practice_of_the_store()
    for name, reason in (("OSEI", "50"), ("BRANDT", "18")):
        denied_claim(practice, name, reason)
    denied = list(Claim.select().where(Claim.adjudication == "denied", Claim.payer_balance > 0))
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "ctrl+a", "a")
        assert f"Appeal {len(denied)} claims" in seen(pilot)
        await type_keys(pilot, "asterisk", "tab", "f", "enter")
        assert Appeal.select().where(Appeal.state == "sent", Appeal.how == "fax").count() == len(
            denied
        )
        assert len(list((tmp_path / "exports").iterdir())) == len(denied)
        await type_keys(pilot, "escape", "4", "4", *"appeals", "enter")
        shown = seen(pilot)
        assert "Appeals" in shown
        assert "Sent" in shown
        await type_keys(pilot, "enter")
        shown = seen(pilot)
        assert "CO-197" in shown
        assert "[x] denial notice" in shown
        await type_keys(pilot, "right_square_bracket")
        assert "Re: Authorization of the services" in seen(pilot)
        await type_keys(pilot, "r", "p", "enter")
        assert "Partly: say how much was won." in seen(pilot)
        await type_keys(pilot, "tab", "tab", *"100.50", "enter")
        assert said(pilot) == "1 appeal partly, 100.50 won."
        assert Appeal.get(Appeal.outcome == "partly").won == 10050
        await type_keys(pilot, "e")
        assert said(pilot) == "What was sent is kept as it was sent."


async def test_a_draft_is_edited_sent_and_withdrawn_from_the_queue(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    async with make_workstation(busy_store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIED, "a", "ctrl+r")
        await type_keys(pilot, "4", "4", *"appeals", "enter", "v", *"drafts", "enter")
        await type_keys(pilot, "e", *"DEAR REVIEWER ", "ctrl+s")
        assert Appeal.get().letter.startswith("DEAR REVIEWER ")
        await type_keys(pilot, "a", "enter")
        assert "Not enclosed yet" in seen(pilot)
        await type_keys(pilot, "asterisk", "enter")
        assert Appeal.get().state == "sent"
        await type_keys(pilot, "v", *"sent", "enter", "P")
        names = sorted(path.name for path in (tmp_path / "exports").iterdir())
        assert names == ["appeal-A-1001-2.pdf", "appeal-A-1001.pdf"]
        await type_keys(pilot, "x", *"wrong address", "enter")
        assert (Appeal.get().outcome, Appeal.get().note) == ("withdrawn", "wrong address")


async def test_the_words_of_a_letter_are_written_in_administration(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    administrator = Actor("ada", "Ada", "administrator")
    async with make_workstation(busy_store, administrator).run_test(size=(80, 24)) as pilot:
        pilot.app.go("letter_templates")  # type: ignore[attr-defined]
        await type_keys(pilot, "home", "b", *"{{ ''.__class__ }} ", "ctrl+s")
        shown = seen(pilot)
        assert "letter Authorization, line 1: a text has no __class__" in shown
        assert "{{ ''.__class__ }} To whom" in shown
        await type_keys(pilot, "escape", "escape")
        assert not LetterTemplate.select().where(LetterTemplate.version > 1).exists()
        await type_keys(pilot, "b", *"{{ today }}: ", "ctrl+s")
        assert said(pilot) == "The letter Authorization was kept."
        body = LetterTemplate.get(LetterTemplate.name == "Authorization").body
        assert body.startswith("{{ today }}: To whom it may concern:")
