"""Measure libraries: figures as they come, and one last line of JSON.

TILES, PHONES and FILM_MINUTES say how many small pictures and photos of a phone there are and how long the film is: 190,000,
1,000 and 60.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import wall
from benchmarks.ingest import command_line, film, uploads
from benchmarks.ingest.pictures import small_jpegs

Figures = dict[str, float | str]


def main() -> None:
    """Measure and print."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jpegs = small_jpegs(int(os.environ.get("TILES", "190000")))
        phones = int(os.environ.get("PHONES", "1000"))
        for measured in (
            uploads.measure(folder, jpegs, phones),
            command_line.measure(folder, jpegs),
            wall.measure(len(jpegs)),
            film.measure(folder, float(os.environ.get("FILM_MINUTES", "60"))),
        ):
            figures |= told(measured)
    print(json.dumps(figures))


def told(figures: Figures) -> Figures:
    """The same, printed."""
    for name, value in figures.items():
        print(f"{name:26} {value}", flush=True)
    return figures


if __name__ == "__main__":
    main()
