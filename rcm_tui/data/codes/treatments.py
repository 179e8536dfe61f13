"""What an adjustment (CAS) does to a claim's money: which groups and reason codes settle it.

Only what the payer's price, a contract or a law takes off settles by itself. Everything else
stays open in the payer balance: a denial is never written off by itself, it is worked.
"""

from typing import Literal

Treatment = Literal["contractual", "patient", "prior payer", "open"]

CONTRACTUAL: Treatment = "contractual"
PATIENT: Treatment = "patient"
PRIOR_PAYER: Treatment = "prior payer"
OPEN: Treatment = "open"

TREATMENTS: dict[tuple[str, str], Treatment] = {
    # The patient's share, never a denial.
    ("PR", "1"): PATIENT,  # deductible
    ("PR", "2"): PATIENT,  # coinsurance
    ("PR", "3"): PATIENT,  # copay
    ("PR", "66"): PATIENT,  # blood deductible
    ("PR", "247"): PATIENT,  # deductible, professional service billed by an institution
    ("PR", "248"): PATIENT,  # coinsurance, the same
    # What earlier payers paid and took off.
    ("OA", "23"): PRIOR_PAYER,
    # The contract's price.
    ("CO", "45"): CONTRACTUAL,  # above the fee schedule or contract
    ("CO", "131"): CONTRACTUAL,  # discount negotiated for this claim
    ("CO", "P12"): CONTRACTUAL,  # workers' compensation fee schedule
    ("CO", "94"): CONTRACTUAL,  # paid above the charge: the amount is negative
    ("OA", "94"): CONTRACTUAL,
    # What comes off (or is added) after the price, by contract or law.
    ("CO", "44"): CONTRACTUAL,  # prompt payment discount
    ("CO", "104"): CONTRACTUAL,  # managed care withholding
    ("CO", "105"): CONTRACTUAL,  # tax withholding
    ("CO", "118"): CONTRACTUAL,  # support of the dialysis networks
    ("CO", "132"): CONTRACTUAL,  # prearranged demonstration project
    ("CO", "137"): CONTRACTUAL,  # surcharges, assessments, health related taxes
    ("CO", "144"): CONTRACTUAL,  # incentive, for example preferred product or service
    ("CO", "161"): CONTRACTUAL,  # performance bonus
    ("CO", "225"): CONTRACTUAL,  # interest or penalty paid by the payer
    ("CO", "237"): CONTRACTUAL,  # penalty by law or regulation
    ("CO", "253"): CONTRACTUAL,  # sequestration
}
"""Group and CARC → treatment; what is not here is open.

The meanings are those of the CARC list; that CO-45 and CO-253 post as contractual, PR-1/2/3 go to
the patient, OA-23 is informational and all else is worked follows Noridian's denial resolution
pages and the workflows billers publish. The rest is ours: a code is here only when its own
meaning names a price, a contract, a law or a bonus. CO-24 (capitation), CO-59 and CO-97 (bundling)
are reductions by contract too, but billers check them, so they stay open.
"""


def denies(alias: str) -> str:
    """SQL for whether an adjustment of `adjustment AS alias` settles nothing: it denies."""
    settled = ", ".join(f"'{group}-{reason}'" for group, reason in TREATMENTS)
    return f"{alias}.group_code || '-' || {alias}.reason_code NOT IN ({settled})"
