"""`rcm-tui demo`: a practice of invented people to try the program on."""

import argparse
import getpass

from rcm_tui import settings
from rcm_tui.billing.outcome import Refused
from rcm_tui.cli.opening import Commands, progress_bar
from rcm_tui.cli.workstation import open_on
from rcm_tui.data.store_database import sqlite_path

DEFAULT_CLAIMS = 2000


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "demo", parents=[common], help="build and open a practice to try the program on"
    )
    parser.add_argument(
        "--claims", type=int, metavar="N", help=f"about so many claims (default {DEFAULT_CLAIMS:,})"
    )
    parser.add_argument("--seed", type=int, metavar="S", help="the same seed, the same practice")
    parser.add_argument("--fresh", action="store_true", help="build it anew, losing the old one")
    parser.add_argument("--build-only", action="store_true", help="do not open the workstation")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Builds the demo practice where there is none, and opens the workstation on it."""
    chosen = settings.load({"db": options.db or _default_place()})
    path = sqlite_path(chosen.db)
    if path is None:
        raise Refused("the demo is built in a file of its own: --db takes a path here")
    if options.claims is not None and options.claims < 1:
        raise Refused(f"--claims {options.claims}: at least 1 is needed")
    if path.exists() and not options.fresh:
        if options.claims is not None or options.seed is not None:
            raise Refused(f"{path} is there already: add --fresh to build it anew")
    else:
        from rcm_tui.demo.build import build_demo

        with progress_bar("Building the demo practice") as progress:
            build_demo(
                path,
                chosen.key_folder,
                claims=options.claims or DEFAULT_CLAIMS,
                seed=options.seed or 1,
                replace=options.fresh,
                progress=progress,
                owner=getpass.getuser(),
            )
    if options.build_only:
        print(path)
        return 0
    return open_on(chosen, "home", "--build-only builds")


def _default_place() -> str:
    import platformdirs

    return str(platformdirs.user_data_path("rcm-tui") / "demo" / "demo.db")
