"""Measure the engine against slow references in one run: a table, and one last line of JSON.

TILES=thumbs.npz, or a folder of pictures, names the library; by default it is cut from the photographs in scikit-image.
"""

from __future__ import annotations

import json
import os

from benchmarks.engine import measure
from benchmarks.library import thumbs_from


def main() -> None:
    """Measure and print."""
    figures = measure(thumbs_from(os.environ.get("TILES", "")))
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
