"""The `--unit` option of commands that work on some business units."""

import argparse

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.tables.practice import BusinessUnit


def add_unit_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--unit",
        action="append",
        dest="units",
        metavar="NAME",
        help="only this business unit (may be given several times)",
    )


def chosen_units(options: argparse.Namespace) -> tuple[int, ...] | None:
    """Keys of the named business units; None when none is named. Raises Refused for a wrong one."""
    if not options.units:
        return None
    known = {unit.name.casefold(): unit for unit in BusinessUnit.select()}
    keys = []
    for name in options.units:
        unit = known.get(name.casefold())
        if unit is None:
            names = ", ".join(sorted(unit.name for unit in known.values()))
            raise Refused(f"--unit {name!r}: there is no such business unit; there are {names}")
        keys.append(unit.id)
    return tuple(keys)
