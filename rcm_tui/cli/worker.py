"""`rcm-tui worker`: what happens by the clock."""

import argparse

from rcm_tui.cli.opening import Commands, opened, options_settings
from rcm_tui.data.tables.jobs import JOB_NAMES


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "worker", parents=[common], help="submit, pick up and post by the clock"
    )
    parser.add_argument("--once", action="store_true", help="do what is due and end")
    parser.add_argument("--job", choices=JOB_NAMES, help="only this job, now")
    parser.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Works until stopped (SIGTERM ends it between two items), or once."""
    from rcm_tui.cli.mail import mail_server
    from rcm_tui.jobs.worker import main_loop

    chosen = options_settings(options)
    with opened(options) as store:
        return main_loop(
            store,
            once=options.once,
            job=options.job,
            beside=options.beside,
            submission_minute=chosen.submission_minute,
            mail=mail_server(chosen),
        )
