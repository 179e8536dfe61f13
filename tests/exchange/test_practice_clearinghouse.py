"""The practice clearinghouse: what it says is valid, balances, and is the same for a seed."""

import datetime
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY, Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.remittances import Payment, Remittance
from rcm_tui.exchange.incoming import receive_file
from rcm_tui.exchange.outgoing import build_claims_transactions
from rcm_tui.exchange.practice_clearinghouse import (
    Answer,
    Plan,
    PracticeClearinghouse,
    answers_for,
    answers_to,
    clearinghouse,
    contracted_fees,
    planned_answers,
    submissions,
)
from rcm_tui.exchange.practice_clearinghouse.answering import control_number, place_of
from rcm_tui.exchange.practice_clearinghouse.contracts import Contracts
from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.claim import (
    LineAdjudication,
    OtherSubscriber,
    Payer,
    Procedure,
    ProfessionalClaim,
)
from rcm_tui.x12.delimiters import Delimiters
from rcm_tui.x12.events import (
    ClaimPaymentRead,
    ClaimStatusRead,
    GroupAcknowledged,
    InterchangeAcknowledged,
    RemittanceClosed,
    RemittanceOpened,
)
from rcm_tui.x12.reader import file_type, read_all
from rcm_tui.x12.remittance import ClaimPayment
from tests.exchange.receiving import BILLER, claim_file
from tests.practice_builder import NOW, small_practice
from tests.x12.made import SUBSCRIBER, claim, ends, findings, line, payments
from tests.x12.pyx12_says import errors

DAY = datetime.timedelta(days=1)


def many(count: int, first: int = 0) -> list[ProfessionalClaim]:
    """Claims of three lines to four payers, of members with different shares."""
    return [
        claim(
            number,
            charge=Decimal("360.00"),
            payer=Payer(f"PAYER {number % 4}", f"PAY{number % 4}"),
            subscriber=replace(SUBSCRIBER, member_id=f"M{number % 60:05}"),
            lines=tuple(line(n, line_control_number=f"{number}L{n}") for n in (1, 2, 3)),
        )
        for number in range(first, first + count)
    ]


def planned(claims: Iterable[ProfessionalClaim], **options: object) -> list[Answer]:
    plan = Plan(**{"seed": 7, **options})  # type: ignore[arg-type]
    return planned_answers(claims, NOW, plan, 1, "CLINIC01")


def of_type(answers: Iterable[Answer], kind: str) -> list[Answer]:
    return [answer for answer in answers if answer.name.endswith(f".{kind}")]


def decisions(answers: Iterable[Answer]) -> list[ClaimPayment]:
    return [p for answer in of_type(answers, "835") for p in payments(read_all(answer.content))]


def test_every_answer_is_valid_for_pyx12_and_says_practice() -> None:
    (submission,) = submissions(claim_file(many(60)))
    answers = answers_to(submission, NOW, Plan(3), 1)
    kinds = Counter(answer.name.rpartition(".")[2] for answer in answers)
    assert kinds["ta1"] == kinds["999"] == 1
    assert kinds["277ca"] == 5
    assert kinds["835"] >= 4
    for answer in answers:
        assert findings(read_all(answer.content)) == [], answer.name
        assert b"*T*:~" in answer.content[:110]
        if not answer.name.endswith(".ta1"):
            assert errors(answer.content) == [], answer.name
    assert all(b"PRACTICE CLEARINGHOUSE" in answer.content for answer in of_type(answers, "835"))


def test_every_remittance_balances() -> None:
    for seed in range(3):
        for answer in of_type(planned(many(400), seed=seed), "835"):
            (end,) = ends(read_all(answer.content))
            assert end.balanced, (answer.name, end.imbalances)


def test_the_mix_is_realistic() -> None:
    answers = planned(many(4000))
    statuses = [
        event.status.rejected
        for answer in of_type(answers, "277ca")
        for event in read_all(answer.content)
        if isinstance(event, ClaimStatusRead)
    ]
    assert 0.03 < sum(statuses) / 4000 < 0.04
    decided = decisions(answers)
    by_status = Counter(payment.status for payment in decided)
    assert 0.07 < by_status["4"] / 4000 < 0.11
    assert by_status["22"] > 20
    assert 0.008 < by_status["19"] / 4000 < 0.02
    assert 5 < by_status["25"] < 40
    foretold = [p for p in decided if p.status == "25"]
    assert all(p.paid == 0 and p.patient_control_number for p in foretold)
    carriers = {p.crossover_carrier is not None for p in decided if p.status == "19"}
    assert carriers == {True}
    reasons = Counter(
        f"{one.group}-{one.reason}" for p in decided for one_line in p.lines
        for one in one_line.adjustments
    )  # fmt: skip
    wanted = "CO-45 CO-253 PR-1 PR-2 PR-3 CO-197 CO-16 CO-29 CO-18 CO-50 PR-27 CO-4 CO-151"
    assert set(wanted.split()) <= set(reasons)
    partly = [p for p in decided if p.paid > 0 and any(not one.allowed for one in p.lines)]
    assert 0.02 < len(partly) / 4000 < 0.06
    remarks = {code for p in decided for one in p.lines for code in one.remark_codes}
    assert remarks >= {"N290", "M76"}


def test_provider_adjustments_and_payments_of_nothing_occur() -> None:
    codes: Counter[str] = Counter()
    methods: Counter[str] = Counter()
    for number in range(1, 60):
        answers = planned_answers(many(6, first=6 * number), NOW, Plan(1), number, "CLINIC01")
        for answer in of_type(answers, "835"):
            for event in read_all(answer.content):
                if isinstance(event, RemittanceClosed):
                    codes.update(one.reason for one in event.end.provider_adjustments)
                    assert event.end.balanced
                if isinstance(event, RemittanceOpened):
                    methods[event.header.method] += 1
                    assert (event.header.method == "NON") == (event.header.payment_amount == 0)
    assert codes["L6"] > 0
    assert codes["WO"] > 0
    assert methods["NON"] > 0
    assert methods["CHK"] > methods["NON"]


def test_a_negative_payment_is_carried_forward() -> None:
    original = claim(0)
    for number in range(200):
        original = claim(number)
        if any(payment.paid > 50 for payment in decisions(planned([original]))):
            break
    void = replace(
        original, patient_control_number="VOID", frequency_code="8", original_reference="X"
    )
    plan = Plan(7)
    answers = planned_answers([void], NOW, plan, 2, "C1", lambda reference: original)
    (answer,) = of_type(answers, "835")
    (payment,) = payments(read_all(answer.content))
    (end,) = ends(read_all(answer.content))
    assert (payment.status, payment.patient_control_number) == (
        "22",
        original.patient_control_number,
    )
    assert payment.paid < 0
    assert [one.reason for one in end.provider_adjustments] == ["FB"]
    assert end.balanced


def test_a_replacement_takes_back_the_original_and_is_decided_anew() -> None:
    plan = Plan(7)
    originals = {}
    for number in range(60):
        originals[control_number(1, number)] = claim(number)
    before = {p.payer_claim_control_number: p for p in decisions(planned(originals.values()))}
    later = [
        replace(one, patient_control_number=f"NEW{n}", frequency_code="7", original_reference=ref)
        for n, (ref, one) in enumerate(originals.items())
    ]
    decided = decisions(planned_answers(later, NOW, plan, 2, "C1", originals.get))
    reversals = {
        p.payer_claim_control_number: p
        for p in decided
        if p.is_reversal and p.payer_claim_control_number in originals
    }
    assert len(reversals) > 40
    for reference, reversal in reversals.items():
        assert reversal.paid == -before[reference].paid
        assert reversal.charge == -before[reference].charge
        assert reversal.patient_responsibility == -before[reference].patient_responsibility
    assert all(place_of(reference) == (1, n) for n, reference in enumerate(originals))
    assert place_of("SOMEBODY ELSE'S") is None


def test_a_correction_later_reverses_exactly_what_was_paid() -> None:
    by_claim: dict[str, list[ClaimPayment]] = {}
    for payment in decisions(planned(many(1500))):
        by_claim.setdefault(payment.patient_control_number, []).append(payment)
    corrected = [several for several in by_claim.values() if len(several) == 3]
    assert len(corrected) > 10
    for paid, reversal, again in corrected:
        assert (paid.status, reversal.status, again.status) == ("1", "22", "1")
        assert reversal.paid == -paid.paid
        assert again.paid > paid.paid
        for before, after in zip(paid.lines, reversal.lines, strict=True):
            assert [(a.group, a.reason, -a.amount) for a in before.adjustments] == [
                (a.group, a.reason, a.amount) for a in after.adjustments
            ]


def test_a_claims_fate_depends_on_seed_and_control_number_alone() -> None:
    claims = many(200)

    def fates(some: Sequence[ProfessionalClaim], seed: int) -> dict[str, list[Decimal]]:
        paid: dict[str, list[Decimal]] = {}
        for payment in decisions(planned(some, seed=seed)):
            paid.setdefault(payment.patient_control_number, []).append(payment.paid)
        return paid

    assert fates(claims, 7) == fates(claims[::-1], 7)
    assert fates(claims, 7) != fates(claims, 8)
    assert planned(claims) == planned(claims)
    halves = {**fates(claims[:100], 7), **fates(claims[100:], 7)}
    assert halves == fates(claims, 7)


def test_answers_fall_due_in_their_turn_and_time_can_be_compressed() -> None:
    answers = planned(many(40))
    due = [answer.due for answer in answers]
    assert due == sorted(due)
    assert answers[0].name.endswith(".277ca")
    assert all(4 * DAY <= one.due - NOW <= 23 * DAY for one in of_type(answers, "835"))
    fast = planned(many(40), speed=86400.0)
    assert all(one.due - NOW <= datetime.timedelta(seconds=23) for one in fast)
    with pytest.raises(ValueError, match="speed"):
        Plan(speed=0)


def test_contracts_pay_what_the_practice_expects() -> None:
    contracts = Contracts(1, {("PAY0", "97153"): 1000})
    assert contracts.allowed("PAY0", "97153", Decimal("7.5"), 12000) == 7500
    assert contracts.allowed("PAY0", "97153", Decimal(80), 12000) == 12000
    for code in ("97155", "97156"):
        assert 7000 <= contracts.rate("PAY1", code) <= 8500
        assert contracts.allowed("PAY1", code, Decimal(8), 10000) == contracts.rate("PAY1", code)


def test_contracted_fees_are_the_newest_of_the_fee_schedule(store: Store) -> None:
    small_practice()
    assert contracted_fees(store.database)["60001", "97153"] == 3000


def test_the_secondary_pays_what_the_primary_left() -> None:
    settled = LineAdjudication(
        "FIRST1",
        Decimal("70.00"),
        Procedure("97153"),
        adjustments=(
            Adjustment("CO", "45", Decimal("30.00")),
            Adjustment("PR", "2", Decimal("20.00")),
        ),
    )
    other = OtherSubscriber(Payer("FIRST", "FIRST1"), paid=Decimal("70.00"))
    seen = set()
    for number in range(60):
        second = claim(
            number,
            subscriber=replace(SUBSCRIBER, payer_responsibility="S"),
            other_subscribers=(other,),
            lines=(line(1, adjudications=(settled,)),),
        )
        for payment in decisions(planned([second])):
            assert payment.status in ("2", "20")
            assert payment.paid + payment.patient_responsibility == Decimal("20.00")
            assert payment.lines[0].adjustments[0] == Adjustment("OA", "23", Decimal("100.00"))
            seen.add(payment.paid)
    assert seen == {Decimal("20.00"), Decimal("16.00")}
    undetailed = claim(1, other_subscribers=(other,), lines=(line(1), line(2)),
                       charge=Decimal("240.00"))  # fmt: skip
    for payment in decisions(planned([undetailed])):
        assert payment.paid + payment.patient_responsibility == Decimal("170.00")


@pytest.mark.parametrize(
    ("flawed", "code"),
    [
        (claim(subscriber=replace(SUBSCRIBER, member_id="")), ("A6", "164", "IL")),
        (claim(payer=Payer("NO ID")), ("A6", "21", "PR")),
        (claim(charge=Decimal(1)), ("A8", "178", "")),
        (claim(lines=(line(1, units=Decimal("0.12345")),)), ("A7", "476", "")),
        (claim(frequency_code="7"), ("A6", "464", "PR")),
    ],
)
def test_what_is_really_wrong_is_rejected(
    flawed: ProfessionalClaim, code: tuple[str, str, str]
) -> None:
    answers = planned([flawed])
    rejected = [
        event.status.statuses[0].codes[0]
        for answer in answers
        for event in read_all(answer.content)
        if isinstance(event, ClaimStatusRead) and event.status.rejected
    ]
    assert rejected == [code]
    assert decisions(answers) == []


def test_a_set_that_is_cut_off_is_rejected_and_a_claim_nobody_can_name_is_not_answered() -> None:
    content = claim_file([*many(2), claim(9, patient_control_number="Ä" * 5)][:2])
    (submission,) = submissions(content[: content.rindex(b"SE*")])
    answers = answers_to(submission, NOW, Plan(), 1)
    said = [
        event.acknowledgement
        for answer in answers
        for event in read_all(answer.content)
        if isinstance(event, GroupAcknowledged)
    ]
    assert [(one.code, one.sets[0].code) for one in said] == [("R", "R")]
    assert len(answers) == 2
    assert planned([claim(patient_control_number="\x00")]) == []
    assert list(submissions(b"nothing of X12")) == []


def test_answers_come_in_the_delimiters_of_the_file() -> None:
    content = claim_file([claim()], delimiters=Delimiters("|", ">", "!", "\n"))
    (submission,) = submissions(content)
    for answer in answers_to(submission, NOW, Plan(), 1):
        assert answer.content[3:4] == b"|"
        assert findings(read_all(answer.content)) == []


def test_in_memory_answers_are_files_that_can_be_told_apart() -> None:
    files = answers_for(many(50), NOW, seed=7) + answers_for(many(50), NOW, seed=7, number=2)
    assert len({name for name, _ in files}) == len(files)
    keys = {content[90:99] for _, content in files}
    assert len(keys) == len(files)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    outgoing, incoming = tmp_path / "outgoing", tmp_path / "incoming"
    outgoing.mkdir()
    return outgoing, incoming


def types_in(folder: Path) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for path in folder.iterdir():
        with path.open("rb") as stream:
            kinds[file_type(stream)] += 1
    return kinds


def test_it_answers_from_folder_to_folder_when_things_fall_due(
    folders: tuple[Path, Path],
) -> None:
    outgoing, incoming = folders
    (outgoing / "claims.837").write_bytes(claim_file(many(30)))
    (outgoing / "half.837.part").write_bytes(b"not yet")
    house = PracticeClearinghouse(outgoing, incoming, 7)
    assert house.work(NOW) == 2
    assert types_in(incoming) == {"TA1": 1, "999": 1}
    assert house.work(NOW) == 0
    due = house.next_due()
    assert due is not None
    assert house.work(due) == 1
    house.work(NOW + 2 * DAY)
    assert types_in(incoming) == {"TA1": 1, "999": 1, "277CA": 5}
    house.work(NOW + 40 * DAY)
    assert types_in(incoming)["835"] >= 4
    assert house.next_due() is None
    assert (outgoing / "claims.837").exists()


def test_a_new_one_on_the_same_folders_goes_on_where_the_old_one_was(
    folders: tuple[Path, Path],
) -> None:
    outgoing, incoming = folders
    (outgoing / "a.837").write_bytes(claim_file(many(10)))
    PracticeClearinghouse(outgoing, incoming, 7).work(NOW)
    waiting = sorted(path.name for path in incoming.iterdir())
    for path in incoming.iterdir():
        path.unlink()
    # Another seed is not taken: claims that were answered would be answered otherwise.
    again = PracticeClearinghouse(outgoing, incoming, 8)
    assert again.work(NOW) == 0
    again.work(NOW + 40 * DAY)
    later = sorted(path.name for path in incoming.iterdir())
    assert later
    assert not set(later) & set(waiting)
    expected = answers_to(*submissions(claim_file(many(10))), NOW, Plan(7), 1)
    assert {*later, *waiting} == {answer.name for answer in expected}


def test_the_same_interchange_again_is_rejected(folders: tuple[Path, Path]) -> None:
    outgoing, incoming = folders
    (outgoing / "a.837").write_bytes(claim_file(many(3)))
    (outgoing / "b.837").write_bytes(claim_file(many(3)))
    PracticeClearinghouse(outgoing, incoming, 7).work(NOW)
    codes = [
        event.acknowledgement.code
        for path in sorted(incoming.iterdir())
        for event in read_all(path.read_bytes())
        if isinstance(event, InterchangeAcknowledged)
    ]
    assert codes == ["A", "R"]
    assert types_in(incoming) == {"TA1": 2, "999": 1}


@pytest.mark.parametrize("survived", range(26))
def test_killed_at_any_write_or_rename_it_loses_and_doubles_nothing(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    outgoing, incoming = folders
    (outgoing / "a.837").write_bytes(claim_file(many(12)))
    steps = 0

    class Killed(BaseException):
        pass

    def dying(do: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: object) -> None:
            nonlocal steps
            steps += 1
            if steps > survived:
                raise Killed
            do(*arguments)

        return step

    write, move = clearinghouse._write, clearinghouse._move
    monkeypatch.setattr(clearinghouse, "_write", dying(write))
    monkeypatch.setattr(clearinghouse, "_move", dying(move))
    house = PracticeClearinghouse(outgoing, incoming, 7)
    with pytest.raises(Killed):
        house.work(NOW) and house.work(NOW + 40 * DAY)
    monkeypatch.setattr(clearinghouse, "_write", write)
    monkeypatch.setattr(clearinghouse, "_move", move)
    house = PracticeClearinghouse(outgoing, incoming, 7)
    house.work(NOW)
    house.work(NOW + 40 * DAY)
    found = {path.name: path.read_bytes() for path in incoming.iterdir()}
    expected = answers_to(*submissions(claim_file(many(12))), NOW, Plan(7), 1)
    assert found == {answer.name: answer.content for answer in expected}


def test_a_correction_finds_its_original_in_what_was_received(
    folders: tuple[Path, Path],
) -> None:
    outgoing, incoming = folders
    (outgoing / "a.837").write_bytes(claim_file(many(8)))
    house = PracticeClearinghouse(outgoing, incoming, 7)
    house.work(NOW)
    house.work(NOW + 40 * DAY)
    paid = [
        payment
        for path in incoming.glob("*.835")
        for payment in payments(read_all(path.read_bytes()))
        if payment.paid > 0
    ]
    for path in incoming.iterdir():
        path.unlink()
    original = many(8)[int(paid[0].payer_claim_control_number[-6:])]
    void = replace(
        original,
        patient_control_number="VOID1",
        frequency_code="8",
        original_reference=paid[0].payer_claim_control_number,
    )
    (outgoing / "b.837").write_bytes(claim_file([void], interchange_control_number=8))
    house.work(NOW)
    house.work(NOW + 40 * DAY)
    reversed_ones = [
        payment
        for path in incoming.glob("*.835")
        for payment in payments(read_all(path.read_bytes()))
    ]
    assert [(p.status, p.paid) for p in reversed_ones] == [("22", -paid[0].paid)]


@pytest.mark.parametrize(
    ("fault", "outcomes"),
    [
        ("unbalanced", {"held"}),
        ("truncated", {"held"}),
        ("duplicate", {"posted", "duplicate"}),
    ],
)
def test_faults_are_made_on_request(
    store: Store, folders: tuple[Path, Path], fault: str, outcomes: set[str]
) -> None:
    outgoing, incoming = folders
    (outgoing / "a.837").write_bytes(claim_file(many(12)))
    PracticeClearinghouse(outgoing, incoming, 7, faults=[fault], speed=1e6).work(NOW)
    house = PracticeClearinghouse(outgoing, incoming, 7, faults=[fault])
    house.work(NOW + DAY)
    found = {
        receive_file(store, BILLER, "test", path.name, path, now=NOW).outcome
        for path in sorted(incoming.glob("*.835"))
    }
    assert found == outcomes
    with pytest.raises(ValueError, match="is no fault"):
        PracticeClearinghouse(outgoing, incoming, 7, faults=["wild"])


def test_the_whole_loop_ends_in_a_store_that_checks(
    store: Store, folders: tuple[Path, Path]
) -> None:
    outgoing, incoming = folders
    practice = small_practice()
    for number in range(40):
        client = practice.add_client(f"PATIENT{chr(65 + number % 26)}{number}")
        practice.add_claim([("97153", 8), ("97155", 4)], client=client, status=READY)
    with store.work(BILLER, NOW) as work:
        (key,) = build_claims_transactions(
            work, practice.clearinghouse.id, 1, "worker", lambda work: None
        )
        file = claim_file_of(key)
    (outgoing / "claims.837").write_bytes(file)
    house = PracticeClearinghouse(outgoing, incoming, 5, fees=contracted_fees(store.database))
    outcomes: Counter[tuple[str, str]] = Counter()
    for days in range(0, 40, 2):
        moment = NOW + days * DAY
        house.work(moment)
        for path in sorted(incoming.iterdir()):
            received = receive_file(store, BILLER, "practice", path.name, path, now=moment)
            outcomes[received.type, received.outcome] += 1
            path.unlink()
    assert outcomes["835", "posted"] >= 1
    assert not any(outcome in ("held", "refused", "duplicate") for _, outcome in outcomes)
    assert Remittance.select().where(Remittance.state == "orphan").count() == 0
    states = Counter(row.adjudication for row in Claim.select())
    rejected = Claim.select().where(Claim.acknowledgement == "rejected").count()
    assert states["pending"] == 0
    assert states["paid"] > 20
    assert sum(states[name] for name in ("paid", "partially paid", "denied")) + rejected == 40
    assert {row.state for row in Payment.select()} == {"posted"}
    results = check_store(store.database, store.audit_key)
    assert [(one.name, one.problems) for one in results if not one.ok] == []


def claim_file_of(transaction: int) -> bytes:
    """The bytes of a claims transaction."""
    return zlib.decompress(ClaimsTransaction.get_by_id(transaction).content)


def test_a_payment_read_says_what_was_decided() -> None:
    (answer,) = of_type(planned([claim(1)]), "835")[:1]
    read = [e.payment for e in read_all(answer.content) if isinstance(e, ClaimPaymentRead)]
    assert read[0].payer_claim_control_number == control_number(1, 0)
    assert read[0].lines[0].line_control_number == "L1"
    assert read[0].rendering_npi == "1245319599"
