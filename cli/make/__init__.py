"""`tessera make`: a mosaic from files alone, without services.

The engine is imported when a mosaic is made, not when the help is shown.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cli.make.readers import number
from cli.make.wishes import add_wishes
from cli.options import add_output, add_tile_px, whole_number

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # argparse has no other name for it


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command to argparse."""
    parser = subparsers.add_parser(
        "make",
        help="make a mosaic from a photo and a folder or zip of pictures",
        description="Make a mosaic. What is learned of the tiles is kept: the next run on the same ones is quick.",
    )
    parser.add_argument(
        "photo", type=Path, metavar="PHOTO", help="JPEG, PNG, WebP, GIF, HEIC or AVIF"
    )
    parser.add_argument(
        "tiles",
        type=Path,
        metavar="TILES",
        help="a folder of pictures, with all folders in it, or a zip",
    )
    add_output(parser)
    parser.add_argument(
        "--penalty",
        type=number,
        default=0.05,
        help="0 repeats the best tile freely, 0.5 avoids every repeat; default %(default)s",
    )
    parser.add_argument(
        "--matcher",
        default="perceptual",
        help="perceptual, classic or exhaustive; default %(default)s",
    )
    _add_sizes(parser)
    add_wishes(parser)


def _add_sizes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cells-across",
        type=whole_number("4 to 300, for example 96,"),
        metavar="N",
        help="tiles in a row, 4 to 300; default: as many as the photo's size suggests, 96 at most",
    )
    add_tile_px(parser, 50, says="%(default)s")
    parser.add_argument(
        "--dpi",
        type=whole_number("10 to 5,000, for example 300,"),
        default=300,
        help="dots per inch that printers take it for; default %(default)s",
    )


def run(args: argparse.Namespace) -> int:
    """Make the mosaic; 0 when it is written."""
    status: int = import_module("cli.make.command").run(args)
    return status
