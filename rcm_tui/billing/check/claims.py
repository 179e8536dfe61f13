"""Checks of charges and claims: their periods, their numbers, and in which files they went."""

from peewee import Database

from rcm_tui.billing.check.result import CheckResult, words_of
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.keys import AuditKey


def charge_days(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """What charge periods are added up from is what the charge items say."""
    days = "SELECT business_unit_id, date_of_service, status, items, billed FROM charge_day"
    charges = (
        "SELECT business_unit_id, date_of_service, status, COUNT(*), SUM(billed) FROM charge_item"
        " GROUP BY business_unit_id, date_of_service, status"
    )
    kept = {row[:3]: tuple(map(int, row[3:])) for row in read_rows(database, days)}
    real = {row[:3]: tuple(map(int, row[3:])) for row in read_rows(database, charges)}
    result.figures["days"] = len(kept)
    for unit, day, status in sorted(kept.keys() | real.keys()):
        said, is_so = (rows.get((unit, day, status), (0, 0)) for rows in (kept, real))
        if said != is_so:
            result.fail(
                f"business unit {unit} has {is_so[0]} charges {status} on {day},"
                f" {dollars(is_so[1])}; its periods say {said[0]}, {dollars(said[1])}"
            )


UNIQUE = (
    ("claim", "number"),
    ("claim", "patient_control_number"),
    ("claim_line", "line_control_number"),
    ("charge_item", "number"),
    ("visit", "number"),
    ("invoice", "number"),
    ("patient_payment", "number"),
    ("write_off", "number"),
    ("refund", "number"),
    ("statement", "number"),
    ("claims_transaction", "clearinghouse_id, interchange_control_number"),
    ("incoming_file", "sha256"),
    ("payment", "set_key"),
    ("payment", "payment_key"),
)


def control_numbers(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """Numbers that must be one of a kind are. Gaps among interchanges are counted, not failed."""
    for table, columns in UNIQUE:
        for row in read_rows(
            database,
            f"SELECT count(*), {columns} FROM {table} GROUP BY {columns} HAVING count(*) > 1"
            f" ORDER BY {columns}",
        ):
            value = ", ".join(str(part) for part in row[1:])
            result.fail(f"{row[0]} rows of {words_of(table)} share {words_of(columns)} {value}")
    interchanges = gaps = 0
    for count, lowest, highest in read_rows(
        database,
        "SELECT count(*), min(interchange_control_number), max(interchange_control_number)"
        " FROM claims_transaction GROUP BY clearinghouse_id",
    ):
        interchanges += count
        gaps += highest - lowest + 1 - count
    result.figures |= {"interchanges": interchanges, "gaps": gaps}


def transmissions(database: Database, audit_key: AuditKey, result: CheckResult) -> None:
    """A claim is live in one claims transaction at most, and no Submitted one was never sent."""
    ((live,),) = read_rows(database, "SELECT count(*) FROM transmitted_claim WHERE live = 1")
    result.figures["live transmissions"] = live
    for number, count in read_rows(
        database,
        "SELECT claim.number, count(*) FROM transmitted_claim JOIN claim"
        " ON claim.id = transmitted_claim.claim_id WHERE live = 1"
        " GROUP BY claim.number HAVING count(*) > 1 ORDER BY claim.number",
    ):
        result.fail(f"claim {number} is live in {count} claims transactions")
    for number, status in read_rows(
        database,
        "SELECT DISTINCT claim.number, claim.status FROM transmitted_claim JOIN claim"
        " ON claim.id = transmitted_claim.claim_id WHERE live = 1"
        " AND claim.status IN ('Draft', 'Ready to Submit') ORDER BY claim.number",
    ):
        result.fail(f"claim {number} is {status}, yet a claims transaction holds it")
    for (number,) in read_rows(
        database,
        "SELECT claim.number FROM claim LEFT JOIN transmitted_claim"
        " ON transmitted_claim.claim_id = claim.id WHERE claim.status = 'Submitted'"
        " AND claim.elsewhere = 0 AND transmitted_claim.id IS NULL ORDER BY claim.id",
    ):
        result.fail(f"claim {number} is Submitted, but no claims transaction holds it")
    for name, claims, counted in read_rows(
        database,
        "SELECT sent.file_name, sent.claims, count(transmitted_claim.id)"
        " FROM claims_transaction AS sent LEFT JOIN transmitted_claim"
        " ON transmitted_claim.claims_transaction_id = sent.id"
        " GROUP BY sent.id, sent.file_name, sent.claims ORDER BY sent.id",
    ):
        if claims != counted:
            result.fail(f"{name} says it carries {claims} claims, the store knows of {counted}")
