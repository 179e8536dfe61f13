"""835 reading: claims a second, read and balanced, beside other libraries on the same file.

    python benchmarks/x12_read.py [claims]      (20000 by default)

Ten segments a claim: one line, two adjustments. Budget: 20,000 claims a second. The peers read a
file with fewer claims, so that the run stays short; each figure is the best of three.
"""

import io
import logging
import sys
import time
from collections.abc import Callable

from rcm_tui.x12.events import ClaimPaymentRead, RemittanceClosed
from rcm_tui.x12.reader import read

BUDGET = 20_000
HEAD = (
    "ISA*00*          *00*          *ZZ*PAYER01        *ZZ*CLINIC01       *240304*1530*^*00501"
    "*000000070*0*P*:~GS*HP*PAYER01*CLINIC01*20240304*1530*80*X*005010X221A1~ST*835*0001~"
)


def main() -> None:
    """Prints a line for us and for each peer that is installed."""
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    ours = rate(read_ours, claims)
    verdict = "within" if ours >= BUDGET else "OUTSIDE"
    print(f"835 read and balanced   {ours:9,.0f} claims/s   budget {BUDGET:,}: {verdict}")
    peers: tuple[tuple[str, Callable[[bytes, int], None], int], ...] = (
        ("pyx12 raw reader", read_pyx12_raw, claims // 4),
        ("pyx12 validating", read_pyx12_validating, claims // 40),
        ("openx12", read_openx12, claims // 10),
        ("oxedi (compiled)", read_oxedi, claims),
    )
    for name, reading, count in peers:
        try:
            theirs = rate(reading, max(count, 50))
        except ImportError as error:
            print(f"{name:24}skipped: {error.name} is not installed")
            continue
        print(f"{name:24}{theirs:9,.0f} claims/s   ours is {ours / theirs:.1f} times as fast")


def rate(reading: Callable[[bytes, int], None], claims: int) -> float:
    """Claims a second, the best of three."""
    content = remittance(claims)
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        reading(content, claims)
        best = min(best, time.perf_counter() - began)
    return claims / best


def remittance(claims: int) -> bytes:
    """One payment that balances."""
    parts = [
        HEAD,
        f"BPR*I*{claims * 80}.00*C*CHK************20240305~TRN*1*TRACE1*1512345678~"
        "DTM*405*20240304~N1*PR*EXAMPLE HEALTH PLAN~N3*1 PLAN WAY~N4*COLUMBUS*OH*43215~"
        "PER*BL*HELP*TE*8005551212~"
        "N1*PE*BRIGHT STEPS LLC*XX*1234567893~LX*1~",
    ]
    for number in range(claims):
        day = f"202402{number % 28 + 1:02}"
        cents = f"{number % 100:02}"
        parts.append(
            f"CLP*PCN{number}*1*120.{cents}*80.00*20.00*12*ICN{number:08}*11*1~"
            f"NM1*QC*1*OKAFOR*SAM****MI*M{number:07}~NM1*82*1*RIVERA*ANA****XX*1245319599~"
            f"DTM*232*{day}~SVC*HC:97153:HM*120.{cents}*80.00**8~DTM*472*{day}~"
            f"CAS*CO*45*20.{cents}~CAS*PR*2*20.00~REF*6R*L{number}~AMT*B6*100.00~"
        )
    parts.append(f"SE*{claims * 10 + 12}*0001~GE*1*80~IEA*1*000000070~")
    return "".join(parts).encode()


def read_ours(content: bytes, claims: int) -> None:
    """All events, checked for the count and the balance."""
    count, balanced = 0, False
    for event in read(io.BytesIO(content)):
        if isinstance(event, ClaimPaymentRead):
            count += 1
        elif isinstance(event, RemittanceClosed):
            balanced = event.end.balanced
    if count != claims or not balanced:
        sys.exit(f"{count} of {claims} claims read, balanced: {balanced}")


def read_pyx12_raw(content: bytes, claims: int) -> None:
    """Segments alone."""
    import pyx12.x12file

    segments = pyx12.x12file.X12Reader(io.StringIO(content.decode()))
    if sum(segment.get_seg_id() == "CLP" for segment in segments) != claims:
        sys.exit("pyx12 counts other claims")


def read_pyx12_validating(content: bytes, claims: int) -> None:
    """Every segment against its map."""
    import pyx12.params
    import pyx12.x12n_document

    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    pyx12.x12n_document.x12n_document(
        pyx12.params.params(), io.StringIO(content.decode()), io.StringIO(), None
    )


def read_openx12(content: bytes, claims: int) -> None:
    """Into its dictionaries."""
    from openx12 import x835

    if len(x835.parse(content.decode()).claims) != claims:
        sys.exit("openx12 counts other claims")


def read_oxedi(content: bytes, claims: int) -> None:
    """Into its tables, balanced; a Rust core."""
    import oxedi

    if oxedi.parse(content).count_claims() != claims:
        sys.exit("oxedi counts other claims")


if __name__ == "__main__":
    main()
