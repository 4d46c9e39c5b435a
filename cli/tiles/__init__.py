"""`tessera tiles add`: folders on this machine, or prefixes of a bucket, into a set that everybody may use.

Databases and storage are imported when tiles are added, not when the help is shown.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse has no other name for it


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "tiles", help="add folders or prefixes of a bucket to a shared tile set"
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser(
        "add",
        help="add folders or prefixes of a bucket to a set",
        description="Sends pictures, zips and films to storage, and the workers read them. Added again, what has not "
        "changed is not taken twice. It needs the environment of a worker, or a Tessera that `tessera up` runs.",
    )
    add.add_argument(
        "set",
        metavar="SET",
        help="the name of a shared set, made where there is none; or the id of any set",
    )
    add.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, a folder with all in it, or s3://bucket/prefix",
    )
    add.add_argument(
        "--var",
        type=Path,
        default=Path("var"),
        help="the data of `tessera up` (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Add them; 0 when all are in storage and will be read."""
    command = import_module("cli.tiles.command")
    try:
        environ = command.environment_of(os.environ, arguments.var)
        command.add(environ, arguments.set, arguments.paths, say)
    except command.mistakes as error:
        print(f"tessera tiles: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def say(text: str) -> None:
    """A line for whoever watches, at once even into a log."""
    print(text, flush=True)
