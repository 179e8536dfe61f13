"""Anything is found by what a person knows of it, through indexes alone."""

import datetime
from dataclasses import dataclass

import pytest

from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.search import Hit, search
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.remittances import Payment, Remittance
from tests.practice_builder import NOW, TODAY, SmallPractice, small_practice

VIEWER = Viewer(TODAY, "maria")
PAID_ON = datetime.date(2026, 3, 10)


@dataclass
class Filled:
    practice: SmallPractice
    claim: Claim
    charge: ChargeItem
    payment: Payment
    remittance: Remittance
    orphan: Remittance
    lopez: Client
    cruz: Client


def remittance(payment: Payment, position: int, **columns: object) -> Remittance:
    values = {
        "payment": payment,
        "position": position,
        "state": "posted",
        "patient_control_number": "TC9",
        "status_code": "1",
        "charge": 144000,
        "paid": 98765,
    }
    return Remittance.create(**{**values, **columns})


@pytest.fixture
def filled(store: Store) -> Filled:
    practice = small_practice()
    claim = practice.add_claim(
        number="C-104233",
        patient_control_number="PCN0104233",
        payer_claim_control_number="ICN77A",
        billed=144000,
        status="Submitted",
        adjudication="denied",
    )
    charge = practice.add_charge(number="T-55501")
    payment = Payment.create(
        payer=practice.payer,
        payer_name="ACME",
        trace_number="EFT0042",
        amount=250000,
        effective_date=PAID_ON,
        set_key="set",
        payment_key="payment",
        state="posted",
        received_at=NOW,
    )
    lopez = practice.add_client("GARCIA-LOPEZ", first_name="María José")
    cruz = practice.add_client("De la Cruz", first_name="Ada")
    practice.add_client("Oakes", first_name="Adam")
    return Filled(
        practice,
        claim,
        charge,
        payment,
        remittance(payment, 1, claim=claim, patient_name="OKAFOR, ADA", member_id="R555000123"),
        remittance(payment, 2, state="orphan", patient_name="WHO-EVER, ANN", reason="no claim"),
        lopez,
        cruz,
    )


def find(store: Store, text: str, limit: int = 50) -> list[Hit]:
    return search(store.database, text, VIEWER, limit)


def keys(hits: list[Hit]) -> list[tuple[str, int]]:
    return [(hit.kind, hit.key) for hit in hits]


@pytest.mark.parametrize(
    "text", ["oka ada", "ada oka", "OKAFOR, ADA", "okafor", "oka a", "a oka", "Okafor Ada"]
)
def test_a_client_is_found_by_beginnings_of_the_names_in_any_order(
    store: Store, filled: Filled, text: str
) -> None:
    hits = find(store, text)
    assert (hits[0].kind, hits[0].key) == ("client", filled.practice.client.id)
    assert hits[0].title == "OKAFOR, ADA"
    assert [hit for hit in hits if hit.kind == "client"] == hits[:1]


def test_what_belongs_to_a_client_found_by_name_follows(store: Store, filled: Filled) -> None:
    assert keys(find(store, "okafor"))[1:] == [
        ("claim", filled.claim.id),
        ("charge", filled.charge.id),
        ("remittance", filled.remittance.id),
    ]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("lopez", "lopez"),
        ("garcia lopez", "lopez"),
        ("maría lop", "lopez"),
        ("MARÍA", "lopez"),
        ("jos garcia", "lopez"),
        ("de la cruz", "cruz"),
        ("cruz de", "cruz"),
        ("la cruz", "cruz"),
    ],
)
def test_later_names_and_accents(store: Store, filled: Filled, text: str, who: str) -> None:
    hits = find(store, text)
    assert keys(hits)[0] == ("client", getattr(filled, who).id)
    assert len([hit for hit in hits if hit.kind == "client"]) == 1


@pytest.mark.parametrize("text", ["kafor", "da oka", "okafor bob", "oka%", "_kafor", "zzz", "!"])
def test_what_begins_no_name_finds_nobody(store: Store, filled: Filled, text: str) -> None:
    assert find(store, text) == []


def test_whole_names_come_before_beginnings(store: Store, filled: Filled) -> None:
    ann = filled.practice.add_client("Ann", first_name="Bo")
    filled.practice.add_client("Anna", first_name="Bo")
    hits = [hit for hit in find(store, "ann") if hit.kind == "client"]
    assert [hit.title for hit in hits] == ["Ann, Bo", "Anna, Bo"]
    assert hits[0].key == ann.id
    assert hits[0].score > hits[1].score


@pytest.mark.parametrize(
    ("text", "kind", "which"),
    [
        ("C-104233", "claim", "claim"),
        ("c-1042", "claim", "claim"),
        ("PCN0104233", "claim", "claim"),
        ("pcn01", "claim", "claim"),
        ("icn77a", "claim", "claim"),
        ("T-5550", "charge", "charge"),
        ("t-55501", "charge", "charge"),
        ("EFT0042", "payment", "payment"),
        ("eft00", "payment", "payment"),
        ("r555000", "remittance", "remittance"),
    ],
)
def test_numbers_and_ids_are_found_by_how_they_begin(
    store: Store, filled: Filled, text: str, kind: str, which: str
) -> None:
    assert keys(find(store, text)) == [(kind, getattr(filled, which).id)]


def test_a_client_is_found_by_mrn_and_member_id(store: Store, filled: Filled) -> None:
    client, coverage = filled.practice.client, filled.practice.coverage
    for text in (client.mrn, client.mrn.lower(), coverage.member_id, coverage.member_id[:8]):
        assert ("client", client.id) in keys(find(store, text)), text


def test_a_whole_number_comes_before_one_that_begins_so(store: Store, filled: Filled) -> None:
    longer = filled.practice.add_claim(number="C-1042330")
    assert keys(find(store, "c-104233")) == [("claim", filled.claim.id), ("claim", longer.id)]


def test_beside_a_number_a_name_has_to_fit(store: Store, filled: Filled) -> None:
    assert keys(find(store, "C-10 okafor")) == [("claim", filled.claim.id)]
    assert find(store, "C-10 lindqvist") == []
    assert keys(find(store, "C-10 PCN")) == []
    assert keys(find(store, "C-10 PCN01")) == [("claim", filled.claim.id)]


@pytest.mark.parametrize("text", ["1,440.00", "$1,440", "1440.00", "1440"])
def test_a_claim_is_found_by_its_amount(store: Store, filled: Filled, text: str) -> None:
    assert keys(find(store, text)) == [("claim", filled.claim.id)]


def test_money_that_came_is_found_by_its_amount(store: Store, filled: Filled) -> None:
    assert keys(find(store, "2,500.00")) == [("payment", filled.payment.id)]
    assert keys(find(store, "987.65")) == [
        ("remittance", filled.orphan.id),
        ("remittance", filled.remittance.id),
    ]
    assert keys(find(store, "320.00")) == [("charge", filled.charge.id)]


@pytest.mark.parametrize("text", ["2026-03-02", "3/2", "03/02/2026", "3/2/26"])
def test_a_day_finds_claims_and_charges(store: Store, filled: Filled, text: str) -> None:
    assert keys(find(store, text)) == [("claim", filled.claim.id), ("charge", filled.charge.id)]


def test_a_day_finds_payments_and_birth_dates(store: Store, filled: Filled) -> None:
    assert keys(find(store, "3/10/2026")) == [("payment", filled.payment.id)]
    assert ("client", filled.practice.client.id) in keys(find(store, "5/4/2018"))


def test_a_name_with_a_day_or_an_amount_finds_the_claim_first(store: Store, filled: Filled) -> None:
    other = filled.practice.add_claim(client=filled.lopez)
    assert keys(find(store, "3/2 oka"))[0] == ("claim", filled.claim.id)
    assert keys(find(store, "garcia 3/2"))[0] == ("claim", other.id)
    assert keys(find(store, "oka 1,440.00"))[0] == ("claim", filled.claim.id)
    assert ("claim", filled.claim.id) not in keys(find(store, "garcia 1,440.00"))
    assert keys(find(store, "3/2/2026 1,440.00")) == [("claim", filled.claim.id)]
    assert find(store, "3/3/2026 1,440.00") == []
    assert keys(find(store, "acme 3/10/2026")) == [("payment", filled.payment.id)]


def test_a_payment_is_found_by_its_payer(store: Store, filled: Filled) -> None:
    assert keys(find(store, "health acm")) == [("payment", filled.payment.id)]


def test_a_remittance_without_a_claim_is_found_by_its_patient(store: Store, filled: Filled) -> None:
    for text in ("who", "ann who", "ever who"):
        assert keys(find(store, text)) == [("remittance", filled.orphan.id)], text


def test_what_is_shown_of_each_kind(store: Store, filled: Filled) -> None:
    coverage = filled.practice.coverage
    shown = {hit.kind: (hit.title, hit.detail) for hit in find(store, "okafor")}
    client = filled.practice.client
    assert shown == {
        "client": (
            "OKAFOR, ADA",
            f"MRN {client.mrn} · born 2018 · member •••••••{coverage.member_id[-2:]}",
        ),
        "claim": ("C-104233", "OKAFOR, ADA · 03/02/2026 · 1,440.00 · denied · ACME"),
        "charge": ("T-55501", "OKAFOR, ADA · 03/02/2026 · 97153 × 8 · 320.00 · New"),
        "remittance": (
            "TC9",
            "OKAFOR, ADA · paid 987.65 · posted · member ••••••••23 · EFT0042",
        ),
    }
    (payment,) = find(store, "EFT0042")
    assert payment.detail == "Acme Health · 03/10/2026 · 2,500.00 · posted"


def test_no_hit_shows_a_member_id(store: Store, filled: Filled) -> None:
    member = filled.practice.coverage.member_id
    for text in ("okafor", member, "R555000123", "3/2", "1440"):
        for hit in find(store, text):
            assert member not in f"{hit.title} {hit.detail}"
            assert "R555000123" not in f"{hit.title} {hit.detail}"


def test_no_kind_crowds_out_the_others(store: Store, filled: Filled) -> None:
    for number in range(12):
        filled.practice.add_claim(number=f"X1-{number}", patient_control_number=f"K{number}")
        filled.practice.add_charge(number=f"X1-C{number}", hour=number)
    hits = find(store, "X1", limit=10)
    assert [hit.kind for hit in hits] == ["claim"] * 5 + ["charge"] * 5
    assert len(find(store, "X1", limit=3)) == 3
    assert [hit.kind for hit in find(store, "K1", limit=10)] == ["claim"] * 3


def test_hostile_texts_find_nothing_and_break_nothing(store: Store, filled: Filled) -> None:
    for text in (
        "' OR 1=1 --",
        '"; DROP TABLE claim; --1',
        "%1%",
        "?1 :me %s",
        "\x00" * 50,
        "1" * 5000,
        "\ud800 1",
        "\U0010ffff",
        "9" * 30 + ".00",
        "99999999-99-99",
        "[@click=app.quit]x[/oops]",
    ):
        assert find(store, text) == [], text


TEXTS = [
    "oka ada",
    "élan oka",
    "a",
    "C-104233",
    "C-1 okafor",
    "1440",
    "1,440.00",
    "3/2",
    "2026-03",
    "3/2 1,440.00",
    "oka 3/2",
    "oka 1,440.00",
    "acme",
    "acme 3/10",
]
BIG = ("claim", "charge_item", "client", "coverage", "payment", "remittance")


def test_no_search_reads_a_whole_table(
    store: Store, engine: str, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine != "sqlite":
        pytest.skip("plans are read from SQLite")
    seen: list[tuple[str, tuple[object, ...]]] = []
    run = store.database.execute_sql

    def noted(sql: str, parameters: tuple[object, ...] = ()) -> object:
        seen.append((sql, parameters))
        return run(sql, parameters)

    monkeypatch.setattr(store.database, "execute_sql", noted)
    for text in TEXTS:
        find(store, text)
    monkeypatch.undo()
    assert len(seen) > 40
    for sql, parameters in seen:
        for step in run("EXPLAIN QUERY PLAN " + sql, parameters).fetchall():
            words = step[3].split()
            assert not (words[0] == "SCAN" and words[1] in BIG), (step[3], sql)


def test_names_are_found_by_an_index_on_postgresql_too(
    store: Store, engine: str, filled: Filled
) -> None:
    if engine != "postgresql":
        pytest.skip("of PostgreSQL's indexes")
    run = store.database.execute_sql
    run("SET enable_seqscan = off")
    for sql, index in (
        ("client WHERE lower(last_name) COLLATE \"C\" >= 'o'", "client_last_name_words"),
        ("claim WHERE number >= 'C-1' AND number < 'C-2'", "claim_number"),
        ("remittance WHERE member_id >= 'R' AND member_id < 'S'", "remittance_member_id"),
    ):
        plan = run(f"EXPLAIN SELECT id FROM {sql}").fetchall()
        assert index in str(plan)
