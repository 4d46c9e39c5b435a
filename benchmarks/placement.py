"""How far the fast placement is from the optimum over the same candidates."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.clock import timed
from engine.build import Match
from engine.place import place
from engine.place.placing import Placement

PENALTIES = (0.02, 0.05, 0.15)


def gaps(matches: dict[str, Match]) -> dict[str, object]:
    """Per cent of the optimum that `improved` is short of, by penalty and photo, what it says itself, and seconds.

    Colours of neighbours are left out: with them the sum has no optimum that anybody could compute.
    """
    short: dict[str, dict[str, float]] = {}
    said: dict[str, dict[str, float]] = {}
    slowest = 0.0
    for penalty in PENALTIES:
        for photo, match in matches.items():
            improved = _placed(match, penalty, "improved")
            seconds, optimal = timed(lambda m=match, p=penalty: _placed(m, p, "optimal"))
            slowest = max(slowest, seconds)
            missing = (optimal.objective - improved.objective) / abs(optimal.objective)
            short.setdefault(str(penalty), {})[photo] = round(100 * missing, 3)
            said.setdefault(str(penalty), {})[photo] = round(100 * (improved.gap or 0.0), 3)
    return {
        "improved_gap_percent": short,
        "improved_gap_said_percent": said,
        "optimal_seconds": float(f"{slowest:.3g}"),
    }


def _placed(match: Match, penalty: float, method: str) -> Placement:
    return place(
        replace(match.candidates, steps=None, weights=None),
        penalty=penalty,
        tiles=len(match.index),
        cols=match.grid.cols,
        method=method,
    )
