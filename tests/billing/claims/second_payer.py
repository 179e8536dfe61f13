"""A claim whose client has a second payer, and what the first one says of it. All invented."""

from typing import Any

from rcm_tui.billing.claims.secondary import bill_secondary
from rcm_tui.billing.claims.submission import mark_submitted
from rcm_tui.billing.outcome import Outcome
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client, Coverage
from tests.practice_builder import BILLER, NOW, YEAR_START, SmallPractice


def add_coverage(
    practice: SmallPractice, client: Client | None = None, rank: int = 2, **columns: Any
) -> Coverage:
    """A further coverage of a client, with a payer of its own that answers within 30 days."""
    client = client or practice.client
    payer = columns.pop("payer", None) or practice.add_payer(f"Second Health {rank}")
    return Coverage.create(
        **{
            "client": client,
            "payer": payer,
            "rank": rank,
            "member_id": f"S{rank}{client.id:06d}",
            "filing_indicator": "CI",
            "relationship": "19",
            "holder_last_name": client.last_name,
            "holder_first_name": "PAT",
            "holder_birth_date": "1990-05-05",
            "holder_gender": "F",
            "holder_line1": client.line1,
            "holder_city": client.city,
            "holder_state": client.state,
            "holder_zip": client.zip,
            "starts_on": YEAR_START,
            **columns,
        }
    )


def billed_onward(store: Store, *claims: Claim) -> Outcome:
    """Bills the next payer of claims."""
    with store.work(BILLER, NOW) as work:
        return bill_secondary(work, [claim.id for claim in claims])


def sent(store: Store, *keys: int) -> list[Claim]:
    """Sends claims that are Ready to Submit, as the worker does, without a file."""
    with store.work(BILLER, NOW) as work:
        mark_submitted(work, keys)
    Claim.update(elsewhere=True).where(Claim.id.in_(keys), Claim.billed_after.is_null()).execute()
    return [Claim.get_by_id(key) for key in keys]
