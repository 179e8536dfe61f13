"""835 files that pay denied claims of the practice after all: the work of a busy worker."""

import datetime
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from benchmarks.terminal.measuring import NotMeasured
from benchmarks.terminal.practice import Practice
from rcm_tui.data.fields import dollars
from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.envelope import OutgoingEnvelope
from rcm_tui.x12.parties import Address, Contact, Party
from rcm_tui.x12.remittance import ClaimPayment, RemittanceHeader, ServicePayment
from rcm_tui.x12.remittance_writer import Remittance, write_remittances

FILES = 20
LARGEST = 3_000  # claims in a file: one payment, which is posted as a whole
PAID = 80  # per cent of the charge; the rest is contractual
DENIED = """SELECT claim.id, claim.patient_control_number, claim.patient_name,
 line.line_control_number, line.procedure_code, line.first_service_date, line.units, line.billed
 FROM claim JOIN claim_line AS line ON line.claim_id = claim.id
 WHERE claim.status = 'Submitted' AND claim.adjudication = 'denied'
  AND claim.payer_balance = claim.billed AND claim.id % ? = ?
 ORDER BY claim.id, line.position"""
ADDRESS = Address("1 PRACTICE WAY", "", "SAMPLETOWN", "NJ", "070010001")


def write_files(store: Path, folder: Path) -> list[Path]:
    """Large remittances, each of other claims. Raises NotMeasured when there are no claims."""
    files = []
    with sqlcipher.connect(store) as connection:
        payer = connection.execute("SELECT name, payer_id FROM payer ORDER BY id").fetchone()
        unit = connection.execute("SELECT name, npi FROM business_unit ORDER BY id").fetchone()
        for number in range(FILES):
            rows = connection.execute(DENIED, (FILES, number))
            payments = list(_payments(rows))[:LARGEST]
            if not payments:
                raise NotMeasured("the practice has no denied claims to pay")
            files.append(folder / f"large-{number}.835")
            files[-1].write_bytes(_file(number, payments, payer, unit))
    return files


@contextmanager
def posting(practice: Practice, store: Path, files: Sequence[Path]) -> Iterator[subprocess.Popen]:
    """Another process that posts the files to the store, one after the other, inside the block."""
    command = [*practice.command(store), "import", *map(str, files)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **practice.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def posted(store: Path) -> int:
    """How many remittances are in the store."""
    with sqlcipher.connect(store) as connection:
        count: int = connection.execute("SELECT COUNT(*) FROM remittance").fetchone()[0]
    return count


def _payments(rows: Any) -> Iterator[ClaimPayment]:
    for (key, number, patient), lines in groupby(rows, key=lambda row: row[:3]):
        paid = [_line(*line[3:]) for line in lines]
        last, _, first = patient.partition(", ")
        yield ClaimPayment(
            number,
            "1",
            sum((line.charge for line in paid), Decimal()),
            sum((line.paid for line in paid), Decimal()),
            filing_indicator="CI",
            payer_claim_control_number=f"RP{key:012}",
            facility_code="11",
            frequency_code="1",
            patient=Party("1", last.upper(), first.upper()),
            lines=tuple(paid),
        )


def _line(number: str, code: str, day: str, thousandths: int, billed: int) -> ServicePayment:
    paid = billed * PAID // 100
    return ServicePayment(
        "HC",
        code,
        dollars(billed),
        dollars(paid),
        units=Decimal(thousandths) / 1000,
        service_date=datetime.date.fromisoformat(day),
        line_control_number=number,
        adjustments=(Adjustment("CO", "45", dollars(billed - paid)),),
    )


def _file(
    number: int, payments: list[ClaimPayment], payer: tuple[str, str], unit: tuple[str, str]
) -> bytes:
    today = datetime.date.today()
    envelope = OutgoingEnvelope(
        sender="BENCHMARK",
        receiver="PRACTICE",
        interchange_control_number=770_000_001 + number,
        group_control_number=770_000_001 + number,
        created=datetime.datetime.combine(today, datetime.time(8)),
        usage_indicator="T",
    )
    header = RemittanceHeader(
        payment_amount=sum((one.paid for one in payments), Decimal()),
        method="CHK",
        effective_date=today,
        trace_number=f"77000{number + 1}",
        originator="1999999999",
        production_date=today,
        payer_name=payer[0],
        payer_id_qualifier="XV",
        payer_identifier=payer[1],
        payer_address=ADDRESS,
        payer_technical_contact=Contact("PRACTICE", telephone="5555550199"),
        payee_name=unit[0],
        payee_id_qualifier="XX",
        payee_identifier=unit[1],
    )
    return b"".join(write_remittances(envelope, [Remittance(header, payments)]))
