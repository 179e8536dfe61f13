"""837P writing: claims a second, beside another library's generator.

    python benchmarks/x12_write.py [claims]      (20000 by default)

Each claim has its own subscriber, with address and birth date, and one line: 16 segments. Budget:
20,000 claims a second. x12sdk makes up the claims that it writes, which is part of its time, and
writes fewer, so that the run stays short; each figure is the best of three.
"""

import io
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from rcm_tui.x12.claim import (
    ClaimBatch,
    Diagnosis,
    Payer,
    Procedure,
    ProfessionalClaim,
    Provider,
    ServiceLine,
    Subscriber,
)
from rcm_tui.x12.claim_writer import write
from rcm_tui.x12.events import ClaimRead
from rcm_tui.x12.parties import Address, Contact, Person
from rcm_tui.x12.reader import read

BUDGET = 20_000


def main() -> None:
    """Prints a line for us and for the peer where it is installed."""
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    made = [claim(number) for number in range(claims)]
    content = b"".join(write(batch(made)))
    if content.count(b"~CLM*") != claims:
        sys.exit("not every claim was written")
    ours = claims / best(lambda: b"".join(write(batch(made))))
    verdict = "within" if ours >= BUDGET else "OUTSIDE"
    print(f"837P written            {ours:9,.0f} claims/s   budget {BUDGET:,}: {verdict}")
    back = claims / best(lambda: read_back(content, claims))
    print(f"837P read               {back:9,.0f} claims/s   (no budget)")
    try:
        from x12sdk.generate import generate_837p
    except ImportError:
        print("x12sdk                  skipped: x12sdk is not installed")
        return
    few = max(claims // 40, 50)
    theirs = few / best(lambda: generate_837p(seed=1, claims=few))
    print(f"x12sdk generator        {theirs:9,.0f} claims/s   {ours / theirs:.1f} times")


def best(work: Callable[[], object]) -> float:
    """Seconds, the best of three."""
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def read_back(content: bytes, claims: int) -> None:
    """Reads what was written."""
    count = sum(isinstance(event, ClaimRead) for event in read(io.BytesIO(content)))
    if count != claims:
        sys.exit(f"{count} of {claims} claims read")


ADDRESS = Address("12 ELM STREET", "", "COLUMBUS", "OH", "432151234")
CLINIC = Provider(
    "BRIGHT STEPS LLC",
    entity_type="2",
    npi="1234567893",
    tax_id="311234567",
    taxonomy="103K00000X",
    address=ADDRESS,
)
ANALYSTS = [
    Provider("RIVERA", f"ANA {number}", npi="1245319599", taxonomy="103K00000X")
    for number in range(20)
]
PAYER = Payer("EXAMPLE HEALTH PLAN", "60054")


def claim(number: int) -> ProfessionalClaim:
    """An invented claim."""
    child = Person(
        "OKAFOR",
        f"SAM {number}",
        address=Address(f"{number} OAK LANE", "", "COLUMBUS", "OH", "43215"),
        birth_date=date(2015, 1, 1 + number % 28),
        gender="M",
    )
    line = ServiceLine(
        Procedure("97153", modifiers=("HM",)),
        Decimal("240.50"),
        Decimal(8),
        date(2024, 1, 1 + number % 28),
        diagnosis_pointers=(1,),
        line_control_number=f"L{number}",
    )
    return ProfessionalClaim(
        patient_control_number=f"PCN{number}",
        charge=Decimal("240.50"),
        place_of_service="12",
        billing_provider=CLINIC,
        subscriber=Subscriber(child, f"M{number:08}", group_number="G1", filing_indicator="CI"),
        payer=PAYER,
        lines=(line,),
        diagnoses=(Diagnosis("ABK", "F84.0"),),
        prior_authorization="AUTH1",
        rendering=ANALYSTS[number % len(ANALYSTS)],
    )


def batch(claims: list[ProfessionalClaim]) -> ClaimBatch:
    """One interchange."""
    return ClaimBatch(
        "CLINIC01",
        "CLEARING",
        7,
        8,
        datetime(2024, 3, 4, 15, 30),
        "BRIGHT STEPS LLC",
        "SUB1",
        Contact("BILLING", "6145551212"),
        "CLEARINGHOUSE",
        "CH1",
        claims,
    )


if __name__ == "__main__":
    main()
