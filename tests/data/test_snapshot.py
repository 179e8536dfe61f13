import threading

from rcm_tui.data.actor import Actor
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.store import Store
from rcm_tui.data.tables.practice import BusinessUnit


def test_a_reader_sees_one_moment_and_lets_others_write(store: Store) -> None:
    """A writer on another connection commits in the middle of the reads, and is not seen."""
    failures: list[BaseException] = []

    def write() -> None:
        try:
            with store.work(Actor("tom")):
                BusinessUnit.create(name="North")
        except BaseException as error:
            failures.append(error)
        finally:
            store.database.close()

    with one_moment(store.database):
        before = BusinessUnit.select().count()
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        within = BusinessUnit.select().count()
    assert failures == []
    assert (before, within, BusinessUnit.select().count()) == (0, 0, 1)
