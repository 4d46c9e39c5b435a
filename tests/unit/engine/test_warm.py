"""After `warm`, the first hand on a slider waits for no compiler; and who may write nowhere can start all the same."""

import json
import subprocess
import sys
from pathlib import Path

from engine.kernel import kernel

ROOT = Path(__file__).resolve().parents[3]
# A process of its own: what other tests have compiled would be taken for what `warm` did.
TUNED = """
import json, sys, tempfile
from pathlib import Path
import numpy as np
from numba.core.dispatcher import Dispatcher
from engine import build, curve, quality, ranked, render
from engine.index import Index
from engine.types import Settings
from engine.warm import warm
from engine.wishes import Wishes

def compiled():
    return {
        f"{module}.{name} {signature}"
        for module, held in list(sys.modules.items()) if module.startswith("engine")
        for name, kernel in vars(held).items() if isinstance(kernel, Dispatcher)
        for signature in kernel.signatures
    }

warm()
before = compiled()
random = np.random.default_rng(7)
photo = random.integers(0, 256, (400, 600, 3), np.uint8)
with tempfile.TemporaryDirectory() as name:
    Index.build(random.integers(0, 256, (700, 5, 5, 3), np.uint8)).save(Path(name))
    index = Index.load(Path(name))
    families = np.arange(700, dtype=np.int32)
    other = {"penalty": 0.2, "shift": 0.5, "mirrors": False}
    turned = [{"matcher": name, "mirrors": True} for name in ("classic", "exhaustive")]
    placed = [{"placement": name} for name in ("improved", "optimal")]
    for look in ({}, {"matcher": "classic"}, {"matcher": "exhaustive"}, other, *turned, *placed):
        settings = Settings(**look)
        match = build.find(photo, index, settings, cells_across=30)
        for wished in ({}, {"families": families}, {"bans": frozenset({3}), "pins": {7: 9}}, {"max_uses": 9, "min_distance": 2}):
            wishes = Wishes(calm=True, **wished)
            plan = match.plan(settings, wishes=wishes)
            render.sketch(plan, index.thumbs)
            quality.receipt(plan, match.cells, index)
            ranked.ranked(match, plan, 5, bans=wishes.bans, most=24)
        curve.curve(match, settings, families=families)
print(json.dumps([sorted(before), sorted(compiled() - before)]))
"""


def run(script):
    told = [sys.executable, "-c", script]
    found = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_the_first_question_compiles_nothing():
    before, after = run(TUNED)
    assert len(before) > 20
    assert after == []


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same():
    """Of a function without a file numba knows no place to keep it, as where nobody may write."""
    made = {}
    exec("def twice(number): return 2 * number", made)
    twice = kernel(made["twice"])
    assert twice(21) == 42
    assert twice.signatures
