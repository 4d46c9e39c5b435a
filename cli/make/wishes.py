"""What may be asked of a mosaic beside its look: how tiles are placed and changed, how often and where they show."""

from __future__ import annotations

import argparse

from cli.make.readers import percentage, pin
from cli.options import whole_number


def add_wishes(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    _add_placement(parser.add_argument_group("placement"))
    _add_repeats(parser.add_argument_group("repeats"))
    _add_choices(
        parser.add_argument_group(
            "choices",
            "Tiles are numbered from 0 in the order of their names, cells row by row from 0 at the top left.",
        )
    )


def _add_placement(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--placement",
        metavar="NAME",
        help="greedy (row by row, as the original), improved or optimal; default: as suits the matcher",
    )
    group.add_argument(
        "--mirrors",
        action=argparse.BooleanOptionalAction,
        help="whether tiles may be shown left to right; default: as suits the matcher",
    )
    group.add_argument(
        "--shift",
        type=percentage,
        metavar="PERCENT",
        help="how far the colour of a tile goes towards the photo, 0 to 100; default: as suits the matcher",
    )


def _add_repeats(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--max-uses",
        type=whole_number("1, for example 3,"),
        metavar="N",
        help="no tile shows more often; default: no limit",
    )
    group.add_argument(
        "--min-distance",
        type=whole_number("0 to 10, for example 3,"),
        default=0,
        metavar="CELLS",
        help="no tile shows twice within so many cells, 0 to 10; default %(default)s",
    )
    group.add_argument("--use-all", action="store_true", help="every tile shows at least once")


def _add_choices(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--ban",
        type=whole_number("0, the number of a tile,"),
        nargs="+",
        action="extend",
        default=[],
        metavar="TILE",
        help="tiles that never show",
    )
    group.add_argument(
        "--pin",
        type=pin,
        nargs="+",
        action="extend",
        default=[],
        metavar="CELL=TILE",
        help="the tile that shows in a cell",
    )
