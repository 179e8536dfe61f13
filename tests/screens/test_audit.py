"""The audit trail on screen: searched, opened, followed to its record, exported and proven."""

import csv
import json
import re
from pathlib import Path

import pytest

from rcm_tui.data import audit
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.audit import AuditScreen
from rcm_tui.screens.audit_record import AuditRecordScreen
from rcm_tui.screens.claim import ClaimScreen
from tests.practice_builder import BILLER, NOW
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import differs, picture
from tests.screens.test_driving import said

ADA = Actor("ada", "Ada", "auditor", masked=True)
TRAIL = ("0", *["down"] * 20, "enter")


def readings() -> list[dict[str, str]]:
    """The views and filters of the trail that were read, in order."""
    rows = AuditRecord.select(AuditRecord.details).where(
        AuditRecord.action == "read", AuditRecord.subject == "audit_record"
    )
    return [json.loads(row.details) for row in rows.order_by(AuditRecord.id)]


def behind_the_back(store: Store, sql: str) -> None:
    store.database.execute_sql("DROP TRIGGER audit_record_no_update")
    store.database.execute_sql(sql)


async def test_an_auditor_finds_what_was_done_and_goes_to_its_record_and_back(
    busy_store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    claim = Claim.get(Claim.adjudication == "paid")
    with busy_store.work(BILLER) as work:
        work.record("claim looked over", claim, note=["", "as the payer wants it"])
    async with make_workstation(busy_store, ADA).run_test(size=(190, 30)) as pilot:
        await type_keys(pilot, *TRAIL)
        screen = pilot.app.screen
        assert isinstance(screen, AuditScreen)
        assert readings() == [{"filter": "", "view": "all"}]
        await type_keys(pilot, "down", "down", "up")
        assert len(readings()) == 1, "moving about is not another reading"
        await type_keys(pilot, "slash", *f"claim:{claim.number} what:looked", "enter")
        assert readings()[-1] == {"filter": f"claim:{claim.number} what:looked", "view": "all"}
        shown = seen(pilot)
        assert "claim looked over" in shown
        assert "note nothing → as the payer wants it" in shown
        assert "1 record" in shown
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, AuditRecordScreen)
        assert "claim " + claim.number in seen(pilot)
        await type_keys(pilot, "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        await type_keys(pilot, "escape", "escape")
        assert pilot.app.screen is screen
        assert screen.table.position == "1 of 1"
        await type_keys(pilot, "E", *["backspace"] * 60, *"trail.csv", "enter")
    with (tmp_path / "exports" / "trail.csv").open(encoding="utf-8", newline="") as file:
        (head, row) = csv.reader(file)
    assert row[head.index("What changed")] == "note nothing → as the payer wants it"
    (exported,) = AuditRecord.select().where(AuditRecord.action == "exported")
    assert (exported.subject, exported.area) == ("audit_record", "reads")


async def test_a_record_leads_to_its_own_trail(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store, ADA).run_test(size=(120, 30)) as pilot:
        await type_keys(pilot, "3", "enter", "T")
        screen = pilot.app.screen
        assert isinstance(screen, AuditScreen)
        keys = {
            (row.subject, row.subject_id)
            for row in AuditRecord.select().where(AuditRecord.id << await screen.chosen_keys())
        }
        assert [subject for subject, _ in keys] == ["claim"]
        assert screen.row()["kind"] == "claim"
        assert screen.row()["what"] == "read"


async def test_a_biller_reads_no_audit_trail(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    bob = Actor("bob", "Bob", "biller")
    async with make_workstation(busy_store, bob).run_test(size=(120, 30)) as pilot:
        await type_keys(pilot, *TRAIL)
        assert "A biller may not read the audit trail" in said(pilot)
        assert "When" not in seen(pilot)
    assert readings() == []


@pytest.mark.parametrize("altered", [False, True])
async def test_the_chain_is_proven_from_the_screen(
    busy_store: Store, make_workstation: MakeWorkstation, altered: bool
) -> None:
    with busy_store.work(BILLER) as work:
        work.record("noted", "client", 1)
        work.record("noted", "client", 1)
    count = AuditRecord.select().count() + 1  # with the reading itself
    if altered:
        wrong = AuditRecord.get(AuditRecord.action == "noted")
        behind_the_back(busy_store, f"UPDATE audit_record SET actor = 'x' WHERE id = {wrong.id}")
    async with make_workstation(busy_store, ADA).run_test(size=(120, 30)) as pilot:
        await type_keys(pilot, *TRAIL, "V")
        if altered:
            assert f"Audit record {wrong.id} does not fit the chain" in seen(pilot)
        else:
            assert f"{count:,} records, unbroken since" in said(pilot)
    newest = AuditRecord.get(AuditRecord.action == "audit trail verified")
    assert json.loads(newest.details)["whole"] is True


async def test_a_proof_that_is_stopped_is_said_as_such(
    busy_store: Store, make_workstation: MakeWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rcm_tui.billing.outcome import Cancelled
    from rcm_tui.screens import audit as screens_audit

    monkeypatch.setattr(audit, "PAGE", 1)
    with busy_store.work(BILLER) as work:
        work.record("noted", "client", 1)
        work.record("noted", "client", 1)

    def stopped(database: object, key: object, proof: audit.Proof, progress: object) -> None:
        def stop(done: int, total: int) -> None:
            raise Cancelled

        audit.prove(database, key, proof, stop)  # type: ignore[arg-type]

    monkeypatch.setattr(screens_audit, "prove", stopped)
    async with make_workstation(busy_store, ADA).run_test(size=(120, 30)) as pilot:
        await type_keys(pilot, *TRAIL, "V")
        assert "Stopped: only the first 1 of" in said(pilot)
        assert "the rest is not proven" in said(pilot)
    newest = AuditRecord.get(AuditRecord.action == "audit trail verified")
    assert json.loads(newest.details)["whole"] is False


SEAL = re.compile(r"(?<= )[0-9a-f]{8,64}$", re.MULTILINE)
"""A seal is made of what the practice was built with: no two days have the same."""

HOSTILE = "[@click=app.quit]x[/] [/oops] \x1b[31mred \u202eevil"


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_the_trail_and_its_records_look_as_they_did(
    busy_store: Store, make_workstation: MakeWorkstation, size: tuple[int, int]
) -> None:
    client = Client.select().order_by(Client.id).first()
    with busy_store.work(BILLER, NOW) as work:
        work.record("edited", client, first_name=["", HOSTILE], phone=[HOSTILE, "555 0100"])
    async with make_workstation(busy_store, ADA).run_test(size=size) as pilot:
        app = pilot.app
        assert isinstance(app, Workstation)
        await type_keys(pilot, *TRAIL, "slash", *"what:edited", "enter")
        problem = differs(f"audit-{size[0]}x{size[1]}", picture(app))
        await type_keys(pilot, "enter")
        shown = SEAL.sub(lambda digits: "5" * len(digits[0]), picture(app))
        problem += differs(f"audit-record-{size[0]}x{size[1]}", shown)
        await type_keys(pilot, "right_square_bracket", "alt+down", "T")
        assert app.return_code is None
    assert not problem, problem
