"""`tessera tiles add | share | unshare`: what an operator does to tile sets.

Databases and storage are imported when tiles are added, not when the help is shown.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cli.running import environment_of

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse has no other name for it


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "tiles", help="add folders or prefixes of a bucket to a tile set, share it or take it back"
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
    _add_cutting(add)
    share = actions.add_parser(
        "share",
        help="let everybody look at a set and use it, and nobody change it",
        description="Everybody may look at a shared set and make mosaics with it. Nobody changes it, not even whose it is.",
    )
    unshare = actions.add_parser("unshare", help="give a shared set back to its owner alone")
    for action in (share, unshare):
        action.add_argument("set", metavar="SET", help="the name of a set, or its id")
    for action in (add, share, unshare):
        action.add_argument(
            "--var",
            type=Path,
            default=Path("var"),
            help="the data of `tessera up` (default: %(default)s)",
        )


def run(arguments: argparse.Namespace) -> int:
    """Do it; 0 when it is done, or for files when all are in storage and will be read."""
    command = import_module("cli.tiles.command")
    try:
        environ = environment_of(os.environ, arguments.var)
        if arguments.action == "add":
            command.add(environ, arguments.set, arguments.paths, say, cutting=_cutting(arguments))
        else:
            sharing = import_module("cli.tiles.sharing")
            sharing.share(environ, arguments.set, shared=arguments.action == "share", say=say)
    except command.mistakes as error:
        print(f"tessera tiles: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _add_cutting(add: argparse.ArgumentParser) -> None:
    """How pictures and films are cut: kept with the set, for these files and whatever is added later."""
    cuts = add.add_argument_group(
        "how they are cut", "kept with the set until something else is said"
    )
    cuts.add_argument(
        "--crop",
        choices=("centre", "salient"),
        help="the square of a picture: its middle, or a face or the subject",
    )
    cuts.add_argument(
        "--frames-per-second",
        metavar="N",
        help="how often a film is looked at, 0.1 to 5 (at first: 1)",
    )
    cuts.add_argument(
        "--tiles-a-frame",
        dest="squares",
        metavar="N",
        help="2: the left and the right square; 1: the middle; up to 7: evenly across (at first: 2)",
    )
    cuts.add_argument(
        "--skip-dull",
        choices=("yes", "no"),
        help="leave out frames that are black, of one colour, credits or blends at a cut (at first: yes)",
    )


def _cutting(arguments: argparse.Namespace) -> dict[str, str]:
    """What was said of it, by the names of the form."""
    told = vars(arguments)
    names = ("crop", "frames_per_second", "squares", "skip_dull")
    return {name: told[name] for name in names if told[name] is not None}


def say(text: str) -> None:
    """A line for whoever watches, at once even into a log."""
    print(text, flush=True)
