"""`tessera remote make | tiles add`: mosaics made by a Tessera elsewhere, through its API. It needs a token and no services."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse has no other name for it

SERVER, TOKEN = "TESSERA_SERVER", "TESSERA_TOKEN"
NO_TOKEN = f"A token is missing. Make one on the page “Tokens” of the server, and put it into {TOKEN} or a file for --token-file."
NO_SERVER = (
    f"Which server? Name it with --server or in {SERVER}, for example https://tessera.example.org"
)
NOTHING_ENDED = "what arrived there stays as it is."


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser("remote", help="have a Tessera elsewhere make mosaics")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    make = actions.add_parser("make", help="make a mosaic there and download it")
    make.add_argument("photo", type=Path, metavar="PHOTO")
    make.add_argument(
        "--set", required=True, metavar="SET", help="the tile set there, by its name or its id"
    )
    make.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("mosaic.jpg"),
        metavar="FILE",
        help="a .jpg or .png; default %(default)s",
    )
    _add_options(make)
    tiles = actions.add_parser("tiles", help="fill tile sets there")
    adding = tiles.add_subparsers(dest="tiles_action", required=True, metavar="ACTION")
    add = adding.add_parser("add", help="add pictures, zips, films, or folders of them to a set")
    add.add_argument("set", metavar="SET", help="the tile set there, by its name or its id")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.add_argument("--new", action="store_true", help="make the set first")
    for action in (make, add):
        _add_whom(action)


def _add_options(make: argparse.ArgumentParser) -> None:
    """What is not said is automatic, as on the first page."""
    look = make.add_argument_group("how it looks", "what is not said is automatic")
    look.add_argument("--penalty", type=float, help="0 repeats freely, 0.5 avoids every repeat")
    look.add_argument("--matcher", help="perceptual, classic or exhaustive")
    look.add_argument("--placement", help="greedy, improved or optimal")
    look.add_argument("--cells-across", type=int, metavar="N", help="tiles in a row, 4 to 300")
    look.add_argument("--max-uses", type=int, metavar="N", help="the most uses of one tile")
    look.add_argument("--min-distance", type=int, metavar="N", help="no twins within so many cells")
    look.add_argument("--shift", type=int, metavar="PERCENT", help="colours towards the photo")
    look.add_argument("--mirrors", action=argparse.BooleanOptionalAction, help="mirrored tiles")
    look.add_argument("--use-all", action="store_true", default=None, help="every tile once")


OPTIONS = (
    *("penalty", "matcher", "placement", "cells_across", "max_uses"),
    *("min_distance", "shift", "mirrors", "use_all"),
)


def _add_whom(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "--server", default=os.environ.get(SERVER, ""), metavar="URL", help=f"default: {SERVER}"
    )
    action.add_argument(
        "--token-file", type=Path, metavar="FILE", help=f"holds the token; default: {TOKEN}"
    )


def run(args: argparse.Namespace) -> int:
    """Do it; 0 when it is done. What went wrong is a sentence on standard error."""
    errors = import_module("cli.remote.errors")
    try:
        _run(args, errors.RemoteError)
    except (errors.RemoteError, OSError) as error:
        print(f"tessera remote: {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt as stop:
        print(f"\nStopped; {str(stop) or NOTHING_ENDED}", file=sys.stderr, flush=True)
        return 130
    return 0


def _run(args: argparse.Namespace, mistake: type[Exception]) -> None:
    token = args.token_file.read_text().strip() if args.token_file else os.environ.get(TOKEN, "")
    if not token:
        raise mistake(NO_TOKEN)
    if not args.server:
        raise mistake(NO_SERVER)
    if not token.isascii() or not token.isprintable():
        raise mistake(f"That is no token. {NO_TOKEN}")
    client = import_module("cli.remote.client").Client(args.server.rstrip("/"), token)
    if args.action == "tiles":
        tiles = import_module("cli.remote.tiles")
        tiles.add(client, args.set, args.paths, new=args.new, say=_say)
        return
    make = import_module("cli.remote.make")
    options = {name: value for name in OPTIONS if (value := vars(args)[name]) is not None}
    _say(make.make(client, make.Wanted(args.photo, args.set, args.output, options)))


def _say(text: Any) -> None:
    print(text, flush=True)
