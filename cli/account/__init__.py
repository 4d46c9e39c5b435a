"""`tessera account`: accounts, from the terminal of whoever runs Tessera."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from cli.running import environment_of

ROOT = Path(__file__).resolve().parent.parent.parent


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command. No password is ever an argument: whoever sees the machine's processes could read it."""
    parser = commands.add_parser("account", help="make accounts, hand out codes for new passwords")
    parser.add_argument(
        "--var", type=Path, default=ROOT / "var", help="data of `tessera up` (default: %(default)s)"
    )
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    create = acts.add_parser("create", help="make an account, and print a code for its password")
    create.add_argument("email")
    create.add_argument("--operator", action="store_true", help="it may look after this Tessera")
    reset = acts.add_parser(
        "reset", help="print a code for a new password, good once and for a day"
    )
    reset.add_argument("email")
    acts.add_parser("list", help="all accounts, with what they use")


def run(arguments: argparse.Namespace) -> int:
    """Do it. The exit status."""
    from cli.account import command  # noqa: PLC0415 - SQLAlchemy takes a second that `--help` can save

    try:
        command.act(environment_of(os.environ, arguments.var.absolute()), arguments, print)
    except command.mistakes as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0
