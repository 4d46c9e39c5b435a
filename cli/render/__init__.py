"""`tessera render`: a mosaic from its plan and the tiles of its set, without services and without choosing anything anew."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cli.options import add_output, add_tile_px

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
    add_output(parser)
    add_tile_px(parser, None, says="as the plan says")


def run(args: argparse.Namespace) -> int:
    """Draw the mosaic; 0 when it is written."""
    status: int = import_module("cli.render.command").run(args)
    return status
