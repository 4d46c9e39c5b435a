"""Measure libraries: figures as they come, and one last line of JSON.

TILES and PHONES say how many small pictures and photos of a phone there are: 190,000 and 1,000.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import wall
from benchmarks.ingest import command_line, uploads
from benchmarks.ingest.pictures import small_jpegs

Figures = dict[str, float | str]


def film(_folder: Path) -> Figures:
    """Films come with the splicer."""
    raise NotImplementedError(
        "film_over_decode is not measured yet: films are not read into sets yet"
    )


# Each adds its figures; one that is not there yet says so in their place.
NOT_YET: dict[str, Callable[[Path], Figures]] = {
    "film_over_decode": film,
}


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
        ):
            figures |= told(measured)
        for key, measure in NOT_YET.items():
            try:
                figures |= told(measure(folder))
            except NotImplementedError as reason:
                figures |= told({key: str(reason)})
    print(json.dumps(figures))


def told(figures: Figures) -> Figures:
    """The same, printed."""
    for name, value in figures.items():
        print(f"{name:26} {value}", flush=True)
    return figures


if __name__ == "__main__":
    main()
