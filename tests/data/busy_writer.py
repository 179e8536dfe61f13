"""A process that takes patients' payments, one unit of work after another, until told to stop.

    python -m tests.data.busy_writer URL KEY_FOLDER FILES_FOLDER NAME

Every unit is a payment with its journal, and each third also a kept file. It writes a line for
every fifth, and ends when its standard input does.
"""

import datetime
import select
import sys
from itertools import count
from pathlib import Path

from rcm_tui.billing.invoices.payments import take_payment_on_account
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.timeline import StoredFile

CENTS = 12_50


def main(url: str, key_folder: str, files: str, name: str) -> None:
    actor = Actor(name, name, "administrator")
    with Store.open(url, Path(key_folder)) as store:
        store.files_folder = Path(files)
        client = Client.get().id
        for number in count(1):
            with store.work(actor) as work:
                take_payment_on_account(work, client, CENTS, "cash", str(number))
                if number % 3 == 0:
                    content = f"a letter to {name}, {number}".encode()
                    digest = store.files.keep(content)
                    now = datetime.datetime.now(datetime.UTC)
                    StoredFile.create(sha256=digest, size=len(content), stored_at=now)
            if number % 5 == 0:
                print(number, flush=True)
                if select.select([sys.stdin], [], [], 0)[0]:
                    return


if __name__ == "__main__":
    main(*sys.argv[1:])
