"""The practice clearinghouse at work on two folders, and what it remembers between its turns.

Everything it knows lies in `.practice-clearinghouse` in the outgoing folder: `state.json`, the
interchanges it took, and the answers that are not due yet. Each file is written beside its place
and renamed into it, so that being killed at any point loses nothing: what was not remembered is
done again, with the same result.
"""

import datetime
import errno
import hashlib
import json
import os
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rcm_tui.exchange.practice_clearinghouse.answering import (
    Originals,
    Plan,
    Submission,
    answers_to,
    originals_among,
    submissions,
)
from rcm_tui.exchange.practice_clearinghouse.contracts import Fees
from rcm_tui.exchange.practice_clearinghouse.faults import known_faults, with_faults

OWN_FOLDER = ".practice-clearinghouse"
UNFINISHED = ".part"


@dataclass(slots=True)
class _State:
    """What is remembered. `waiting` are answers by name, each with the moment it falls due."""

    seed: int
    next_number: int = 1
    files: dict[str, str] = field(default_factory=dict)
    interchanges: dict[str, int] = field(default_factory=dict)
    kept: dict[str, list[Any]] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)


class PracticeClearinghouse:
    """A clearinghouse and its payers that are not real: for the demo and for tests only.

    Takes 837P files from `outgoing_folder` (they stay there) and puts answers into
    `incoming_folder` when they fall due. The same seed answers the same claims alike; a
    folder keeps the seed that it began with. `fees` are contracted cents per unit by payer id and
    procedure code; `speed` compresses time; `faults` makes 835s wrong on purpose (see `faults`).
    """

    def __init__(
        self,
        outgoing_folder: Path,
        incoming_folder: Path,
        seed: int = 0,
        *,
        fees: Fees | None = None,
        speed: float = 1.0,
        faults: Iterable[str] = (),
    ) -> None:
        self._outgoing = Path(outgoing_folder)
        self._incoming = Path(incoming_folder)
        self._own = self._outgoing / OWN_FOLDER
        self._faults = known_faults(faults)
        self._plan = Plan(self._load(seed).seed, fees or {}, speed)

    def work(self, now: datetime.datetime) -> int:
        """One turn: takes new files, hands out what is due. Returns how many answers it handed out.

        Raises OSError when a folder cannot be read or written.
        """
        self._own.mkdir(parents=True, exist_ok=True)
        self._incoming.mkdir(parents=True, exist_ok=True)
        state = self._load(self._plan.seed)
        for path in self._new_files(state):
            self._take(state, path, now)
        return self._hand_out(state, now)

    def next_due(self) -> datetime.datetime | None:
        """When the next answer falls due; None when none waits."""
        waiting = self._load(self._plan.seed).waiting
        return min(map(datetime.datetime.fromisoformat, waiting.values()), default=None)

    def _new_files(self, state: _State) -> list[Path]:
        if not self._outgoing.is_dir():
            return []
        return sorted(
            path
            for path in self._outgoing.iterdir()
            if path.is_file()
            and not path.name.startswith(".")
            and not path.name.endswith(UNFINISHED)
            and path.name not in state.files
        )

    def _take(self, state: _State, path: Path, now: datetime.datetime) -> None:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return
        digest = hashlib.sha256(content).hexdigest()
        originals = self._originals(state)
        for place, submission in enumerate(submissions(content)):
            number = state.next_number
            state.next_number += 1
            interchange = submission.interchange
            name = f"{interchange.sender}|{interchange.control_number}"
            repeated = name in state.interchanges
            state.interchanges.setdefault(name, number)
            _write(self._own / f"{digest}.837.z", zlib.compress(content))
            state.kept[str(number)] = [digest, place]
            answers = answers_to(submission, now, self._plan, number, originals, repeated=repeated)
            for answer in with_faults(answers, self._faults):
                _write(self._own / answer.name, answer.content)
                state.waiting[answer.name] = answer.due.isoformat()
        state.files[path.name] = digest
        self._save(state)

    def _originals(self, state: _State) -> Originals:
        def find(number: int) -> Submission | None:
            kept = state.kept.get(str(number))
            if kept is None:
                return None
            digest, place = kept
            content = zlib.decompress((self._own / f"{digest}.837.z").read_bytes())
            return next((one for at, one in enumerate(submissions(content)) if at == place), None)

        return originals_among(find)

    def _hand_out(self, state: _State, now: datetime.datetime) -> int:
        due = sorted(
            name
            for name, moment in state.waiting.items()
            if datetime.datetime.fromisoformat(moment) <= now
        )
        for name in due:
            waiting = self._own / name
            # Gone after a kill between handing it out and remembering that: it was handed out.
            if waiting.exists():
                _move(waiting, self._incoming / name)
            del state.waiting[name]
        if due:
            self._save(state)
        return len(due)

    def _load(self, seed: int) -> _State:
        path = self._own / "state.json"
        if not path.exists():
            return _State(seed)
        return _State(**json.loads(path.read_text(encoding="utf-8")))

    def _save(self, state: _State) -> None:
        _write(self._own / "state.json", json.dumps(asdict(state)).encode())


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, as long as the machine stays up: nobody needs a demo's answers more."""
    beside = path.with_name(f".{path.name}{UNFINISHED}")
    beside.write_bytes(content)
    os.replace(beside, path)


def _move(path: Path, to: Path) -> None:
    """A rename, or a whole copy where the folders lie on different disks."""
    try:
        os.replace(path, to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _write(to, path.read_bytes())
        path.unlink()
