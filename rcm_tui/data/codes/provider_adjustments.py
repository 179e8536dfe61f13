"""Reasons of provider-level adjustments (PLB03-1) in our own words.

The values are those of the 835 guide (005010X221A1); X12 owns its own wording of them.
"""

WORDS = {
    "50": "late charge",
    "51": "interest penalty",
    "72": "refund that the practice sent, acknowledged",
    "90": "early payment allowance",
    "AH": "fee for where the money came from",
    "AM": "paid to somebody else, who had a claim on it",
    "AP": "advance speeded up, taken back",
    "B2": "rebate",
    "B3": "recovered allowance",
    "BD": "bad debt, settled",
    "BN": "bonus",
    "C5": "temporary allowance",
    "CR": "capitation interest",
    "CS": "adjustment, as told by letter",
    "CT": "capitation payment",
    "CV": "capital passed through",
    "CW": "anaesthetist passed through",
    "DM": "direct medical education passed through",
    "E3": "withheld, to be paid out later",
    "FB": "balance carried to or from another payment",
    "FC": "allocation of a fund",
    "GO": "graduate medical education passed through",
    "HM": "hemophilia clotting factor",
    "IP": "incentive premium",
    "IR": "withheld for the tax office",
    "IS": "interim settlement",
    "J1": "not reimbursable, taken back",
    "L3": "penalty",
    "L6": "interest owed to the practice",
    "LE": "levy",
    "LS": "lump sum",
    "OA": "organ acquisition passed through",
    "OB": "offset for what a related provider owes",
    "PI": "periodic interim payment",
    "PL": "final settlement",
    "RA": "retro-activity adjustment",
    "RE": "return on equity",
    "SL": "student loan, repaid",
    "TL": "another payer was liable",
    "WO": "overpayment, taken back",
    "WU": "overpayment not recovered, written off by the payer",
}

TAKES_BACK = frozenset(("72", "AP", "CS", "FB", "J1", "OB", "RA", "TL", "WO"))
"""The reasons for which a payer takes back what it paid on a claim, or carries that over."""


def word_of_reason(code: str) -> str:
    """The reason of a provider-level adjustment in our words; "" for one that is not known."""
    return WORDS.get(code, "")
