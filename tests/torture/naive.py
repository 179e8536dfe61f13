"""The usual way to send files, which the protocol is measured against.

A deterministic name, upload, rename, mark as sent; after a failure all is simply done again.
"""

import datetime
import zlib
from pathlib import Path

from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.work import WORKER
from rcm_tui.exchange import fault
from rcm_tui.exchange.outgoing import build_claims_transactions


def submit(store: Store, now: datetime.datetime) -> None:
    """Builds what is Ready, and uploads every file that is not marked as sent."""
    clearinghouse = Clearinghouse.get()
    folder = Path(clearinghouse.outgoing)
    with store.work(WORKER, now) as work:
        built = build_claims_transactions(work, clearinghouse.id, 1, "naive", lambda work: None)
    if built:
        fault.reached(fault.BUILT)
    for row in ClaimsTransaction.select().where(ClaimsTransaction.state == "built"):
        content = zlib.decompress(bytes(row.content))
        temporary = folder / f"{row.file_name}.part"
        fault.reached(fault.UPLOADING)
        temporary.write_bytes(content)
        fault.reached(fault.UPLOADED)
        temporary.rename(folder / row.file_name)
        fault.reached(fault.RENAMED)
        with store.work(WORKER, now) as work:
            ClaimsTransaction.update(state="sent", sent_at=work.now).where(
                ClaimsTransaction.id == row.id
            ).execute()
        fault.reached(fault.SENT)
