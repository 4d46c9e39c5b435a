"""Words of the command line as numbers; what is none gets a sentence."""

from __future__ import annotations

import argparse


def number(text: str) -> float:
    """The penalty."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"a number from 0 to 0.5 is meant, for example 0.05; {text!r} is none"
        ) from None


def percentage(text: str) -> float:
    """A percentage as a share."""
    try:
        share = float(text.removesuffix("%").replace(",", ".")) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(
            f"a percentage from 0 to 100 is meant, for example 20; {text!r} is none"
        )
    return share


def pin(text: str) -> tuple[int, int]:
    """Cell and tile."""
    cell, _, tile = text.partition("=")
    try:
        return int(cell), int(tile)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"the number of a cell and of a tile are meant, for example 0=17; {text!r} is none"
        ) from None
