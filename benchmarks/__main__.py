"""Measure the engine against slow references in one run: a table, and one last line of JSON.

TILES=thumbs.npz, or a folder of pictures, names the library; by default it is cut from the photographs in scikit-image.
--quick leaves out the growing libraries and repeats less.
"""

from __future__ import annotations

import json
import os
import sys

from benchmarks.extent import FULL, QUICK
from benchmarks.library import thumbs_from
from benchmarks.measure import Figures, measure
from benchmarks.table import table


def main() -> None:
    """Measure and print."""
    extent = QUICK if "--quick" in sys.argv[1:] else FULL
    figures: Figures = {}
    for part in measure(thumbs_from(os.environ.get("TILES", "")), extent):
        figures.update(part)
    for line in table(figures):
        print(line)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
