"""Opens a case for a claim as one of many processes, all at the same moment."""

from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from tests.practice_builder import NOW


def race(
    url: str, keys: str, claim: int, number: int, start: Barrier, said: "Queue[tuple[str, str]]"
) -> None:
    """One try: says "opened" with the number of the case, or "refused" with the reason."""
    with Store.open(url, Path(keys)) as store:
        start.wait()
        try:
            with store.work(Actor(f"racer{number}"), NOW) as work:
                made = open_case(work, [claim], {"subject": "Racing"}).made
            said.put(("opened", str(CaseFile.get_by_id(made[0]).number)))
        except Refused as refused:
            said.put(("refused", str(refused)))
        except BaseException as error:
            said.put(("failed", repr(error)))
            raise
