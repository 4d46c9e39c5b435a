"""Options that more than one command has, and words of the command line as whole numbers. It loads no engine: help is shown at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def add_output(parser: argparse.ArgumentParser) -> None:
    """Where a mosaic is written."""
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("mosaic.jpg"),
        metavar="FILE",
        help="a .jpg, .png or .tif; default %(default)s",
    )


def add_tile_px(parser: argparse.ArgumentParser, default: int | None, *, says: str) -> None:
    """How large its tiles are drawn; `says` is the default in words."""
    parser.add_argument(
        "--tile-px",
        type=whole_number("16 to 512, for example 50,"),
        default=default,
        metavar="PX",
        help=f"side of a tile in the mosaic, 16 to 512 px; default {says}",
    )


def whole_number(meant: str) -> Callable[[str], int]:
    """A reader of whole numbers; `meant` says which, with an example."""

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"a whole number from {meant} is meant; {text!r} is none"
            ) from None

    return read
