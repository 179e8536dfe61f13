"""The demo practice: made by the rules, the same from the same seed, and whole or not there."""

import datetime
import shutil
from pathlib import Path

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import AuthorizedService
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.ledger import Entry
from rcm_tui.data.tables.remittances import ProviderAdjustment, Remittance
from rcm_tui.demo.build import build_demo
from rcm_tui.demo.calendar import client_weeks
from rcm_tui.demo.people import npi

NOW = datetime.datetime(2026, 11, 18, 17, 0, tzinfo=datetime.UTC)
CLAIMS = 130


def build(folder: Path, claims: int = CLAIMS, seed: int = 7) -> Path:
    path = folder / "demo.db"
    build_demo(
        path,
        folder / "keys",
        claims=claims,
        seed=seed,
        replace=True,
        progress=lambda done, total: None,
        now=NOW,
    )
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("demo"))


def figures(path: Path) -> list[object]:
    """What is in a demo practice, in figures that would differ if anything did."""
    with Store.open(str(path), path.parent / "keys") as store:
        claims = list(
            Claim.select(
                Claim.patient_name, Claim.billed, Claim.paid, Claim.status, Claim.adjudication
            )
            .order_by(Claim.id)
            .tuples()
        )
        entries = store.database.execute_sql(
            "SELECT account, count(*), sum(amount) FROM entry GROUP BY account ORDER BY account"
        ).fetchall()
        return [claims, entries, ChargeItem.select().count(), Remittance.select().count()]


def test_everything_in_it_holds(built: Path) -> None:
    with Store.open(str(built), built.parent / "keys") as store:
        assert store.is_demo
        assert [
            check for check in check_store(store.database, store.audit_key) if not check.ok
        ] == []
        assert abs(Claim.select().count() - CLAIMS) <= CLAIMS * 0.2
        assert Entry.select().count() > CLAIMS


def test_it_shows_every_kind_of_work(built: Path) -> None:
    with Store.open(str(built), built.parent / "keys"):
        charges = {row[0] for row in ChargeItem.select(ChargeItem.status).distinct().tuples()}
        claims = {row[0] for row in Claim.select(Claim.adjudication).distinct().tuples()}
        kinds = {row[0] for row in IncomingFile.select(IncomingFile.kind).distinct().tuples()}
        adjustments = ProviderAdjustment.select().count()
    assert {"New", "On Hold", "Scheduled", "Claim Line Created"} <= charges
    assert {"paid", "denied", "partially paid"} <= claims
    assert kinds == {"TA1", "999", "277CA", "835"}
    assert adjustments


def test_the_same_seed_makes_the_same_practice(built: Path, tmp_path: Path) -> None:
    assert figures(build(tmp_path)) == figures(built)


def test_another_seed_makes_another_one(built: Path, tmp_path: Path) -> None:
    assert figures(build(tmp_path, seed=8)) != figures(built)


def test_building_anew_leaves_no_key_behind(tmp_path: Path) -> None:
    build(tmp_path, claims=10)
    first = set((tmp_path / "keys").iterdir())
    build(tmp_path, claims=10)
    second = set((tmp_path / "keys").iterdir())
    assert len(second) == len(first) == 1
    assert first != second


def test_a_build_that_is_stopped_leaves_no_practice(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_demo(
            tmp_path / "demo.db",
            tmp_path / "keys",
            claims=10,
            seed=1,
            replace=False,
            progress=stop,
            now=NOW,
        )
    assert not (tmp_path / "demo.db").exists()


def test_copies_hold_as_the_original_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rcm_tui.demo.build.BY_THE_RULES", 30)
    path = build(tmp_path, claims=150)
    with Store.open(str(path), tmp_path / "keys") as store:
        assert Claim.select().count() >= 120
        assert store.database.execute_sql("PRAGMA foreign_key_check").fetchall() == []
        problems = [
            problem
            for check in check_store(store.database, store.audit_key)
            for problem in check.problems
        ]
        assert problems == []
    shutil.rmtree(tmp_path / "keys")


@pytest.mark.parametrize(("claims", "clients"), [(10, 2), (2000, 300), (10_000, 400)])
def test_weeks_of_care_make_as_many_claims_as_asked_for(claims: int, clients: int) -> None:
    weeks = client_weeks(claims, clients, 53)
    assert len(weeks) == clients
    assert abs(sum(map(len, weeks)) - claims) <= max(5, claims * 0.2)
    assert all(0 <= span.start <= span.stop <= 53 for span in weeks)


def test_invented_npis_pass_the_check_digit() -> None:
    from random import Random

    from rcm_tui.billing.npi import is_npi

    random = Random(3)
    assert all(is_npi(npi(random)) for _ in range(200))


def test_two_demos_in_one_folder_do_not_read_each_others_answers(tmp_path: Path) -> None:
    stores = [tmp_path / "north.db", tmp_path / "south.db"]
    for path in stores:
        build_demo(
            path,
            tmp_path / "keys",
            claims=20,
            seed=7,
            replace=False,
            progress=lambda done, total: None,
            now=NOW,
        )
    for path in stores:
        with Store.open(str(path), tmp_path / "keys") as store:
            (outgoing,) = store.database.execute_sql(
                "SELECT outgoing FROM clearinghouse"
            ).fetchone()
            assert Path(outgoing).is_relative_to(tmp_path / f"{path.stem}-clearinghouse")
            assert Claim.select().where(Claim.adjudication == "paid").count()


@pytest.mark.parametrize(
    ("queue", "view"),
    [
        *(("authorizations", v) for v in "active expiring overrun nearly_used pending".split()),
        *(("case_managers", v) for v in "current lapsing no_care ended".split()),
        ("clients", "unmanaged"),
        ("charges", "pending_authorization"),
    ],
)
def test_a_coordinator_finds_something_in_every_view(built: Path, queue: str, view: str) -> None:
    with Store.open(str(built), built.parent / "keys") as store:
        pages = QueuePages(
            store.database, QUEUES[queue], Viewer(store.today(NOW), "cora"), view=view
        )
        assert pages.page(limit=1).keys


def test_authorizations_have_limits_of_every_kind(built: Path) -> None:
    with Store.open(str(built), built.parent / "keys"):
        limits = AuthorizedService.select(AuthorizedService.per, AuthorizedService.measure)
        kinds = set(limits.distinct().tuples())
        together = AuthorizedService.select().where(AuthorizedService.procedure_codes ** "% %")
        assert together.exists()
    assert {("total", "units"), ("week", "units"), ("month", "units"), ("week", "hours")} <= kinds


def test_cases_were_opened_by_rules_and_some_were_paid_after_all(built: Path) -> None:
    with Store.open(str(built), built.parent / "keys") as store:
        assert CaseFile.select().where(CaseFile.rule.is_null(False)).exists()
        assert {rule.active for rule in CaseRule.select()} == {True, False}
        pages = QueuePages(
            store.database, QUEUES["cases"], Viewer(store.today(NOW)), view="settled"
        )
        assert pages.page(limit=1).keys


def test_an_incident_stands_over_cases_and_clocks_of_steps_are_overdue(built: Path) -> None:
    with Store.open(str(built), built.parent / "keys") as store:
        incident = CaseFile.get(CaseFile.open_children > 1)
        assert incident.kind.name == "Incident"
        assert incident.children_outstanding > 0
        pages = QueuePages(
            store.database, QUEUES["cases"], Viewer(store.today(NOW)), view="overdue"
        )
        assert pages.count() >= 2
