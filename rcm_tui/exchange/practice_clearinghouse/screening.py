"""What happens to a claim before adjudication: taken, or rejected by clearinghouse or payer."""

from dataclasses import dataclass

from rcm_tui.exchange.practice_clearinghouse.chance import throws
from rcm_tui.x12.claim import ProfessionalClaim

CLEARINGHOUSE, PAYER = "AY", "PR"

# Category, status and entity (277CA STC01), message, and out of a thousand claims how many.
AT_CLEARINGHOUSE = (
    (("A7", "164", "IL"), "MEMBER ID DOES NOT FIT THE PAYER'S PATTERN", 8),
    (("A7", "562", "82"), "RENDERING PROVIDER NPI NOT KNOWN", 5),
    (("A7", "500", "QC"), "PATIENT POSTAL CODE NOT VALID", 4),
    (("A8", "255", ""), "DIAGNOSIS AND AGE OF PATIENT DO NOT FIT", 3),
)
AT_PAYER = (
    (("A7", "33", "IL"), "SUBSCRIBER NOT FOUND", 7),
    (("A7", "97", "IL"), "NOT ELIGIBLE ON DATE OF SERVICE", 5),
    (("A3", "116", ""), "SENT TO THE WRONG PAYER", 3),
)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Who rejected a claim, and with which status code and message."""

    by: str
    code: tuple[str, str, str]
    message: str


def screened(claim: ProfessionalClaim, seed: int) -> Rejection | None:
    """Whether a claim is rejected: for what is really wrong with it, else by chance (3.5 %).

    The same claim is always rejected alike; once what a rejection may name is corrected (member
    id, rendering NPI, postal code, diagnosis) it is thrown for anew.
    """
    flaw = _flaw(claim)
    if flaw is not None:
        return flaw
    at = throws(
        seed,
        "screening",
        claim.patient_control_number,
        claim.subscriber.member_id,
        claim.rendering.npi if claim.rendering else "",
        *(diagnosis.code for diagnosis in claim.diagnoses),
        *_postal_codes(claim),
    ).below(1000, 1)
    for by, reasons in ((CLEARINGHOUSE, AT_CLEARINGHOUSE), (PAYER, AT_PAYER)):
        for code, message, often in reasons:
            if at < often:
                return Rejection(by, code, message)
            at -= often
    return None


def _postal_codes(claim: ProfessionalClaim) -> list[str]:
    people = (claim.patient, claim.subscriber.person)
    return [
        one.address.postal_code for one in people if one is not None and one.address is not None
    ]


def _flaw(claim: ProfessionalClaim) -> Rejection | None:
    if not claim.subscriber.member_id:
        return Rejection(CLEARINGHOUSE, ("A6", "164", "IL"), "MEMBER ID MISSING")
    if not claim.payer.identifier:
        return Rejection(CLEARINGHOUSE, ("A6", "21", "PR"), "PAYER ID MISSING")
    charges = [line.charge for line in claim.lines]
    if not charges or sum(charges) != claim.charge or any(c < 0 or c * 100 % 1 for c in charges):
        return Rejection(CLEARINGHOUSE, ("A8", "178", ""), "CHARGES DO NOT ADD UP")
    if any(line.units * 1000 % 1 for line in claim.lines):
        return Rejection(CLEARINGHOUSE, ("A7", "476", ""), "UNITS OF SERVICE NOT VALID")
    if claim.frequency_code in ("6", "7", "8") and not claim.original_reference:
        return Rejection(PAYER, ("A6", "464", "PR"), "ORIGINAL CLAIM NUMBER MISSING")
    return None


def speakable(claim: ProfessionalClaim) -> bool:
    """Whether an answer can name the claim at all; a real clearinghouse would not answer either."""
    number = claim.patient_control_number
    return 0 < len(number) <= 38 and number.isascii() and number.isprintable()
