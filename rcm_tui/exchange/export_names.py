"""Names of files in the folder of exports that no file has yet."""

from pathlib import Path

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.target import safe_target


def free_target(folder: Path, stem: str, ending: str) -> Path:
    """A file of this name that is not there yet: with a number behind it where needed.

    Raises Refused where thousands are there, TargetRefused for a folder that cannot be written.
    """
    for number in range(1, 10_000):
        name = f"{stem}.{ending}" if number == 1 else f"{stem}-{number}.{ending}"
        if not (folder / name).exists():
            return safe_target(folder, name)
    raise Refused(f"the folder {folder} is full of {stem} files: take some away")
