"""Billing the next payer: asking with the count and the money, and saying what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import Database

from rcm_tui.billing.claims.secondary import (
    OnwardPreview,
    bill_secondary,
    preview_secondary,
)
from rcm_tui.billing.outcome import Left
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.claims import READY
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.result_sheet import ResultSheet, show_result, stopped
from rcm_tui.screens.submitting import submit_now
from rcm_tui.screens.words import count_of, money_text

CLAIM = ("claim", "claims")
MOST_PAYERS = 4
FIRST_REASON = (
    "SELECT c.number, c.status, COALESCE((SELECT v.reason FROM claim_validation AS v"
    " WHERE v.claim_id = c.id AND v.severity = 'error' ORDER BY v.id LIMIT 1), '')"
    " FROM claim AS c WHERE c.id IN ({keys}) ORDER BY c.id"
)


async def bill_next_payer(frame: Frame, keys: Sequence[int]) -> bool:
    """Makes the claims to the next payer; false when nothing was asked for."""
    app = frame.workstation
    if len(keys) > 1:
        preview = await app.read(preview_secondary, app.store.database, keys, app.today)
        if preview.count and not await app.ask(_confirm(preview)):
            return False
    outcome = await app.change_in_steps("Bill the next payer", bill_secondary, keys)
    made = await app.read(_made, app.store.database, outcome.made)
    ready = sum(status == READY for _, status, _ in made)
    if len(made) == 1 and not outcome.left:
        ((number, _, reason),) = made
        what = f"{number} asks the next payer for {money_text(outcome.amount)}"
        if ready:
            frame.say(f"{what}: Ready to Submit.", "$success")
        else:
            frame.say(f"{what}, but stays Draft: {reason}", "$warning")
        return True
    sentences = ["No claim to a next payer was made."]
    if made:
        sentences = [
            f"{count_of(len(made), CLAIM)} made to the next payer, asking for"
            f" {money_text(outcome.amount)}.",
            f"{ready:,} Ready to Submit, {len(made) - ready:,} Draft.",
        ]
    sentences += stopped(outcome, CLAIM)
    drafts = [
        Left(key, number, f"made, but Draft: {reason}")
        for key, (number, status, reason) in zip(sorted(outcome.made), made, strict=True)
        if status != READY
    ]
    sheet = ResultSheet(
        "Bill the next payer",
        sentences,
        [*drafts, *outcome.left],
        left_title="to look at",
        onward="submit now" if ready else "",
        apart=frame.area == "claims",
    )
    if await show_result(frame, sheet) == "onward":
        await submit_now(frame)
    return True


def _confirm(preview: OnwardPreview) -> Confirm:
    payers = [f"{name} {count:,}" for name, count in preview.payers.most_common(MOST_PAYERS)]
    more = len(preview.payers) - MOST_PAYERS
    sentences = [
        f"{count_of(preview.count, CLAIM)} to the next payer, asking for"
        f" {money_text(preview.amount)}.",
        ", ".join([*payers, *([f"{more:,} other payers"] if more > 0 else [])]),
        "What passes validation is Ready; the balance moves when it is sent.",
        *(f"{count:,} stay: {reason}." for reason, count in preview.left.most_common()),
    ]
    return Confirm("Bill the next payer", sentences, f"bill {preview.count:,}")


def _made(database: Database, keys: Sequence[int]) -> list[tuple[str, str, str]]:
    """Number, status and first error of the claims made."""
    return list(read_by_keys(database, FIRST_REASON, keys))
