"""The preview of a payment says which cases it will open or join, and posting opens those."""

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.cases.rules.forecast import preview_with_cases
from rcm_tui.billing.remittances.posting import post_payment, post_waiting
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from tests.billing.cases.rule_rows import add_rule, denied, follow, sent
from tests.billing.remittances.received_builder import claim_payment, line, remittances
from tests.practice_builder import BILLER, NOW, TODAY, small_practice


def test_the_preview_names_the_case_that_a_denial_opens_or_joins(store: Store) -> None:
    practice = small_practice()
    add_rule()
    add_rule(name="Necessity", reason_codes="50", joins="new case", amount_from=20000)
    denied(store, practice, 1)
    follow(store)
    claims = sent(store, practice, 5)
    with store.work(BILLER, NOW) as work:
        open_case(work, [claims[1].id], {"subject": "Followed up on before it was answered"})
    answers = ["CO-197", "CO-197", "CO-50", "CO-16", ""]
    payment = remittances(
        [
            claim_payment(
                claim.patient_control_number,
                [line(32000, 0, f"{code} 320.00") if code else line(32000, 24000, "CO-45 80.00")],
                status="4" if code else "1",
            )
            for claim, code in zip(claims, answers, strict=True)
        ]
    )
    with store.work(BILLER, NOW) as work:
        key = post_payment(work, payment, review=True).payment_id
    preview = preview_with_cases(store.database, key, TODAY)
    assert preview is not None
    words = [row.words.partition("; ")[2] for row in preview.rows]
    assert words == [
        "joins case K-1001 (rule Authorization)",
        "it stands in an active case: K-1002",
        "opens case (rule Necessity)",
        "",
        "",
    ]
    with store.work(BILLER, NOW) as work:
        post_waiting(work, key)
    follow(store)
    assert {case.number: case.claims for case in CaseFile.select()} == {
        "K-1001": 2,
        "K-1002": 1,
        "K-1003": 1,
    }


def test_a_preview_without_rules_is_the_preview(store: Store) -> None:
    assert preview_with_cases(store.database, 99, TODAY) is None
