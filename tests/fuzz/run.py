"""Some thousand mutants through all readers: `python -m tests.fuzz.run`, which `make fuzz` calls.

INPUTS says how many, SEED which; the last line is JSON. It ends with an error where anything but "read" or "refused" happened,
where a file took more than 30 s, or where a child had more than 2 GB.
"""

import json
import os
import random
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from tests.fuzz import mutants
from tests.fuzz.readers import READ, REFUSED, Readers

SECONDS_MAX = 30
MB_MAX = 2048
# Of all inputs. A film starts a child of its own, which takes half a second.
SHARES = {"photo": 0.2, "tiles": 0.3, "header": 0.3, "zip": 0.15, "film": 0.05}


def main():
    """Run, print, and fail where it must."""
    figures = run(int(os.environ.get("INPUTS", "5000")), int(os.environ.get("SEED", "1")))
    print(json.dumps(figures))
    assert figures["slowest_seconds"] < SECONDS_MAX
    assert figures["largest_child_mb"] < MB_MAX


def run(inputs, seed):
    """Figures of so many mutants."""
    found = Counter()
    with tempfile.TemporaryDirectory() as folder, Readers() as readers:
        seeds = _seeds(Path(folder))
        for reader, share in SHARES.items():
            files = _files(seeds[reader], round(inputs * share), f"{seed} {reader}")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Pillow's about damage, which nobody reads
                got = readers.tiles(files) if reader == "tiles" else readers.each(reader, files)
            print(f"{reader:8} {got[READ]:6} read {got[REFUSED]:6} refused", flush=True)
            found += got
    return {
        "inputs": found.total(),
        "read": found[READ],
        "refused": found[REFUSED],
        "children_ended": readers.ended,
        "slowest_seconds": round(readers.slowest, 2),
        "largest_child_mb": readers.largest,
        "seed": seed,
    }


def _seeds(folder):
    pictures = [file for form in mutants.PICTURES for file in mutants.pictures_of(form)]
    films = [mutants.film(folder, suffix) for suffix in mutants.FILMS]
    zips = [mutants.archive(), mutants.archive(0)]
    return {"photo": pictures, "tiles": pictures, "header": pictures, "zip": zips, "film": films}


def _files(seeds, count, seed):
    rng = random.Random(seed)
    for number in range(count):
        yield mutants.noise(rng) if number % 50 == 49 else mutants.mutant(rng, seeds)


if __name__ == "__main__":
    main()
