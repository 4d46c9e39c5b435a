"""`tessera render`: a mosaic from its plan and the tiles of its set, without services and without choosing anything anew."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse has no other name for it


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "render",
        help="draw a mosaic again from its plan",
        description="Draw the mosaic that a plan describes: the same picture, byte for byte, unless told otherwise.",
    )
    parser.add_argument(
        "plan", type=Path, metavar="PLAN", help="the .json from a mosaic's page, under Take away"
    )
    parser.add_argument(
        "tiles",
        type=Path,
        metavar="TILES",
        help="the zip of its tile set, from the page of the set, or the folder that it was unpacked to",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("mosaic.jpg"),
        metavar="FILE",
        help="a .jpg, .png or .tif; default %(default)s",
    )
    parser.add_argument(
        "--tile-px",
        type=int,
        metavar="PX",
        help="side of a tile, 16 to 512 px; default: as the plan says",
    )


def run(args: argparse.Namespace) -> int:
    """Draw the mosaic; 0 when it is written."""
    status: int = import_module("cli.render.command").run(args)
    return status
