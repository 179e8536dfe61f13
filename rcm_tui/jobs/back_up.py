"""The hourly backup: taken, proven, and the old ones let go by the schedule."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from rcm_tui.data.backups import (
    Backup,
    Keeping,
    back_up,
    backup_name,
    folder_of,
    let_go,
    remove_unfinished,
    taken,
)
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import StoreError, sqlite_path
from rcm_tui.jobs.turn import Result, Turn

LOOK_EVERY = 2.0


def back_up_store(turn: Turn) -> Result:
    """The job: writes a backup into the folder of backups; when it fails none is let go.

    Does nothing for a store on PostgreSQL, which its administrator backs up.
    """
    path = sqlite_path(turn.store.url)
    if path is None:
        return Result()
    folder = folder_of(path, turn.store.backup_folder)
    now = turn.clock()
    try:
        backup = _beside(turn, folder / backup_name(now))
        remove_unfinished(folder, now)
        gone = let_go(folder, now, Keeping())
    except StoreError as error:
        return Result(problems=[f"{error}."])
    except OSError as error:
        return Result(problems=[f"The folder of backups cannot be used: {error.strerror}."])
    message = f"{backup.size / 1e6:,.1f} MB, proven; {len(taken(folder)):,} are kept."
    if gone:
        message += f" Let go: {len(gone):,}."
    return Result(1, message)


def _beside(turn: Turn, target: Path) -> Backup:
    """Takes it on a thread: the lease is kept meanwhile, however long it takes."""
    with ThreadPoolExecutor(1, thread_name_prefix="backup") as thread:
        taking: Future[Backup] = thread.submit(_taken, turn.store, target)
        while wait([taking], LOOK_EVERY).not_done:
            turn.between()
    return taking.result()


def _taken(store: Store, target: Path) -> Backup:
    try:
        return back_up(store, target)
    finally:
        store.database.close()
