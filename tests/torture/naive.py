"""The usual way to send files, which the protocol is measured against.

A deterministic name, upload, rename, mark as sent; after a failure all is simply done again.
"""

import datetime
import zlib

from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange import fault
from rcm_tui.exchange.outgoing import build_claims_transactions
from rcm_tui.exchange.transports import transport_of


def submit(store: Store, now: datetime.datetime) -> None:
    """Builds what is Ready, and uploads every file that is not marked as sent."""
    for clearinghouse in Clearinghouse.select():
        with store.work(WORKER, now) as work:
            built = build_claims_transactions(work, clearinghouse.id, 1, "naive", lambda work: None)
        if built:
            fault.reached(fault.BUILT)
        transport = transport_of(clearinghouse, store.key_folder)
        for row in ClaimsTransaction.select().where(
            ClaimsTransaction.state == "built", ClaimsTransaction.clearinghouse == clearinghouse
        ):
            temporary = f"{row.file_name}.part"
            transport.discard(temporary)
            transport.upload(temporary, zlib.decompress(bytes(row.content)))
            fault.reached(fault.UPLOADED)
            transport.rename(temporary, row.file_name)
            fault.reached(fault.RENAMED)
            with store.work(WORKER, now) as work:
                ClaimsTransaction.update(state="sent", sent_at=work.now).where(
                    ClaimsTransaction.id == row.id
                ).execute()
            fault.reached(fault.SENT)
        transport.close()
