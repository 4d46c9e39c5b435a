"""`python -m tests.chaos`: people and faults, and whether anything was lost. The last line is JSON."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import Plan, run, say

SEEDS = Path(__file__).with_name("seeds.jsonl")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add = parser.add_argument
    add("--jobs", type=int, default=1_000, help="accepted at least (default: %(default)s)")
    add("--faults", type=int, default=100, help="done at least (default: %(default)s)")
    add("--seed", type=int, help="of an earlier run (default: a new one)")
    add("--minutes", type=float, default=60, help="of load, at most (default: %(default)s)")
    add("--keep", type=Path, help="leave data and logs here")
    told = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if told.seed is None else told.seed
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        say(f"seed {seed}, in {told.keep or folder}")
        plan = Plan(
            told.jobs,
            told.faults,
            seed,
            folder=told.keep or Path(folder),
            minutes=told.minutes,
        )
        report = run(plan)
    for sentence in report.verdict.sentences():
        say(sentence)
    line = json.dumps(report.line())
    # Seeds are kept: one that ever found something is tried again, and the file says what a run brought.
    with SEEDS.open("a") as file:
        file.write(line + "\n")
    sys.stdout.write(line + "\n")
    wrong = (*report.verdict.counts().values(), report.too_slow, report.more["trouble"])
    return int(any(wrong))


if __name__ == "__main__":
    sys.exit(main())
