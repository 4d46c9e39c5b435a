"""Measure libraries: figures as they come, and one last line of JSON.

TILES, PHONES and FILM_MINUTES say how many small pictures and photos of a phone there are and how long the film is: 190,000,
1,000 and 60. ONLY names what is measured, where that is not everything: one or more of zip, phones, cli, wall, film.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from benchmarks import wall
from benchmarks.ingest import command_line, film, uploads
from benchmarks.ingest.pictures import small_jpegs

Figures = dict[str, float | str]


def main() -> None:
    """Measure and print."""
    measures = works()
    wanted = os.environ.get("ONLY", "").replace(",", " ").split() or list(measures)
    if unknown := set(wanted) - set(measures):
        raise SystemExit(f"ONLY takes {', '.join(measures)}; not {', '.join(sorted(unknown))}.")
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in (name for name in measures if name in wanted):
            figures = together(figures, told(measures[name](Path(folder))))
    print(json.dumps(figures))


def works() -> dict[str, Callable[[Path], Figures]]:
    """What can be measured, by its name; each is given a folder to work in."""
    tiles = int(os.environ.get("TILES", "190000"))
    phones = int(os.environ.get("PHONES", "1000"))
    minutes = float(os.environ.get("FILM_MINUTES", "60"))
    jpegs = cache(partial(small_jpegs, tiles))
    return {
        "zip": lambda folder: uploads.measure_small(folder, jpegs()),
        "phones": lambda folder: uploads.measure_phones(folder, phones),
        "cli": lambda folder: command_line.measure(folder, jpegs()),
        "wall": lambda _: wall.measure(tiles),
        "film": lambda folder: film.measure(folder, minutes),
    }


def told(figures: Figures) -> Figures:
    """The same, printed."""
    for name, value in figures.items():
        print(f"{name:26} {value}", flush=True)
    return figures


def together(some: Figures, more: Figures) -> Figures:
    """Both; of a peak that both have the higher one.

    >>> together({"peak_mb": 5, "seconds": 2}, {"peak_mb": 4, "objects": 1})
    {'peak_mb': 5, 'seconds': 2, 'objects': 1}
    """
    peaks = {name: max(some[name], more[name]) for name in some.keys() & more.keys()}
    return some | more | peaks


if __name__ == "__main__":
    main()
