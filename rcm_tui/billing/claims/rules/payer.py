"""The payer, and the way to reach them."""

from collections.abc import Sequence

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, Found, Rule, once

FILING_INDICATORS = frozenset(
    (
        *("11", "12", "13", "14", "15", "16", "17", "AM", "BL", "CH", "CI", "DS", "FI"),
        *("HM", "LM", "MA", "MB", "MC", "OF", "TV", "VA", "WC", "ZZ"),
    )
)
AT_SETUP = "Complete a payer before the first client is covered by it."


def no_payer(claim: ClaimFacts) -> Sequence[Found]:
    return once(claim.payer is None)


def no_payer_id(claim: ClaimFacts) -> Sequence[Found]:
    if claim.payer is None:
        return PASSED
    return once(not claim.payer.payer_id.strip(), payer=claim.payer.name)


def no_trading_partner(claim: ClaimFacts) -> Sequence[Found]:
    if claim.payer is None:
        return PASSED
    return once(not claim.payer.connected, payer=claim.payer.name)


def bad_filing_indicator(claim: ClaimFacts) -> Sequence[Found]:
    if claim.payer is None:
        return PASSED
    own = claim.coverage.filing_indicator if claim.coverage else ""
    indicator = own or claim.payer.filing_indicator
    return once(indicator not in FILING_INDICATORS, indicator=indicator or "empty")


RULES = (
    Rule(
        "payer.missing",
        "claim.payer",
        ERROR,
        "The claim has no payer.",
        "Choose a coverage on the claim; its payer comes with it.",
        "Enter the coverage before the first session is scheduled.",
        no_payer,
    ),
    Rule(
        "payer.payer_id",
        "payer.payer_id",
        ERROR,
        "{payer} has no payer id.",
        "Enter the id from the clearinghouse's list of payers.",
        AT_SETUP,
        no_payer_id,
    ),
    Rule(
        "payer.trading_partner",
        "payer.clearinghouse",
        ERROR,
        "No active clearinghouse connection reaches {payer}.",
        "Choose the clearinghouse on the payer, and see that its connection is active.",
        AT_SETUP,
        no_trading_partner,
    ),
    Rule(
        "payer.filing_indicator",
        "payer.filing_indicator",
        ERROR,
        "The claim filing indicator is {indicator}, which is not a code of the guide.",
        "Choose the kind of insurance (CI commercial, MC Medicaid, BL Blue Cross …) on the payer.",
        AT_SETUP,
        bad_filing_indicator,
    ),
)
