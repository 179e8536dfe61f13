"""Which right of billing an action needs, so that a screen says why not before a dialog opens."""

from __future__ import annotations

from typing import Any

from rcm_tui.billing import rights
from rcm_tui.billing.rights import RIGHT_OF_KIND, Right, why_not_as
from rcm_tui.data.sentences import as_sentence

READERS = ("auditor",)

RIGHT_OF: dict[str, Right] = {
    "approve": rights.APPROVE,
    "generate": rights.GENERATE,
    **dict.fromkeys(("hold", "release", "hold_again"), rights.HOLD),
    "review": rights.CORRECT,
    "new_session": rights.ENTER_SESSIONS,
    "save": rights.EDIT_CLAIMS,
    **dict.fromkeys(("submit", "arrived", "never_arrived"), rights.SUBMIT),
    **dict.fromkeys(
        ("mend", "correct", "void", "discard", "duplicate", "rebill", "split", "not_on_file"),
        rights.CORRECT,
    ),
    "send_again": rights.CORRECT,
    "secondary": rights.BILL_NEXT,
    **dict.fromkeys(("wake", "snooze"), rights.SNOOZE),
    **dict.fromkeys(("hand_on", "learn"), rights.WORK_DENIALS),
    **dict.fromkeys(
        (
            "appeal",
            "send_appeal",
            "answer_appeal",
            "withdraw_appeal",
            "rewrite_letter",
            "link_document",
        ),
        rights.APPEAL,
    ),
    **dict.fromkeys(("accept", "dispute"), rights.UNDERPAYMENTS),
    **dict.fromkeys(
        (
            "tick_step",
            "new_child",
            "put_under",
            "new_case",
            "add_to_case",
            "advance",
            "stage",
            "follow_up",
            "add_claims",
            "remove_claim",
            "add_to_timeline",
            "tick",
            "finish_tasks",
        ),
        rights.WORK_CASES,
    ),
    **dict.fromkeys(("resolve", "cancel"), rights.CLOSE_CASES),
    **dict.fromkeys(("try_rules", "take_back_run"), rights.RUN_CASE_RULES),
    **dict.fromkeys(("write_off", "revoke"), rights.WRITE_OFF),
    **dict.fromkeys(("to_patient", "to_payer"), rights.TRANSFER),
    **dict.fromkeys(("put_insurance", "apply"), rights.APPLY),
    **dict.fromkeys(("settle", "revert"), rights.SETTLE),
    **dict.fromkeys(("refund", "take_back_refund"), rights.REFUND),
    "make_statements": rights.STATEMENTS,
    **dict.fromkeys(("take_on_account", "copay"), rights.TAKE_PAYMENTS),
    "take_back": rights.TAKE_BACK_PATIENTS,
    **dict.fromkeys(("one_click", "submit_visits", "queue_claim"), rights.CLAIM_VISITS),
    **dict.fromkeys(("check_out", "check_in"), rights.CHECK_OUT),
    **dict.fromkeys(("salt", "book_again", "cancel_visit", "no_show"), rights.BOOK_VISITS),
    **dict.fromkeys(
        (
            "take_candidate",
            "other_claim",
            "match_orphan",
            "match_sure",
            "take_off",
            "link_adjustment",
            "link_again",
            "unlink_adjustment",
            "choose_candidate",
        ),
        rights.MATCH_REMITTANCES,
    ),
    **dict.fromkeys(
        (
            "type_remittance",
            "post_paper",
            "add_claim",
            "payer_number",
            "kept_back",
            "check",
            "drop_claim",
            "post_left_out",
            "post_payments",
            "dismiss_payments",
        ),
        rights.POST,
    ),
    **dict.fromkeys(("take_back_remittance", "take_back_payment"), rights.TAKE_BACK),
    **dict.fromkeys(
        (
            "take_payment",
            "reconcile",
            "new_deposit",
            "import_statement",
            "bring_back",
            "set_aside",
            "unmatch",
        ),
        rights.DEPOSIT,
    ),
    **dict.fromkeys(("start", "pick_up"), rights.RUN_JOBS),
    "import_file": rights.IMPORT_TABLES,
    "letter_words": rights.SET_UP_RULES,
    "try_connection": rights.SET_UP_PRACTICE,
    **dict.fromkeys(("export", "billing_export", "duplicates_report"), rights.EXPORT),
    **dict.fromkeys(("export_figures", "export_file", "print_letters"), rights.EXPORT),
    "print_again": rights.EXPORT,
    "review_emergency": rights.MANAGE_USERS,
    "undo": rights.UNDO,
    **dict.fromkeys(("verify_trail", "audit_trail", "trail_of_form"), rights.READ_AUDIT),
    "purge_now": rights.KEEP_STORE,
}
"""By the name of the action."""

OF_AREA: dict[tuple[str, str], Right] = {
    ("reopen", "charges"): rights.ENTER_SESSIONS,
    ("reopen", "cases"): rights.CLOSE_CASES,
    ("reopen", "case"): rights.CLOSE_CASES,
}
"""Where two areas have an action of one name."""

EDITING = ("edit_marked", "new", "save_form", "remove")
"""What is done to a record of a kind; whoever may not edit one may still open it."""
KIND_OF_AREA = {
    "claims": "claim",
    "cases": "case_file",
    "visits": "visit",
    "charges": "charge_item",
    "case_rules": "case_rule",
    "purge_policies": "purge_policy",
}


def right_of(name: str, area: str, row: Any) -> Right | None:
    """The right that an action needs in an area; None for what only looks."""
    if name in EDITING:
        return RIGHT_OF_KIND.get(str(KIND_OF_AREA.get(area) or row.get("kind") or ""))
    return OF_AREA.get((name, area)) or RIGHT_OF.get(name)


def of_role(name: str, area: str, role: str, row: Any) -> str:
    """Why a role may not do an action, as a sentence; "" where it may."""
    right = right_of(name, area, row)
    reason = "" if right is None else why_not_as(role, right)
    if reason and role in READERS:
        return "An auditor looks and changes nothing."
    return as_sentence(reason)
