"""Which colours a tile set has, and which it lacks: counts in boxes of CIELAB, and what they mean in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from app.domain.colors import Box, chroma, gamut, middle_of, name_of

Counts = Mapping[Box, int]

# More vivid than this are flowers and neon; a set does well without them.
VIVID = 55
# A colour is rare where the set has less than this of what it would have if it had all colours alike.
RARE = 0.1
SAID = 3


def counts_in(rows: Iterable[Iterable[int]]) -> dict[Box, int]:
    """Counts as they are kept in a row of the database: lightness, a, b, how many."""
    return {(light, a, b): count for light, a, b, count in rows}


def by_name(counts: Counts) -> Counter[str]:
    """How many tiles there are of each colour that people have a name for."""
    named: Counter[str] = Counter()
    for box, count in counts.items():
        named[name_of(middle_of(box))] += count
    return named


def lacking(counts: Counts) -> list[tuple[str, int]]:
    """Names of colours that are rare, the rarest first, each with the number of its tiles."""
    total = sum(counts.values())
    usual = [box for box in gamut() if chroma(middle_of(box)) <= VIVID]
    room = Counter(name_of(middle_of(box)) for box in usual)
    have = by_name(counts)
    share = {name: have[name] / (total * boxes / len(usual)) for name, boxes in room.items()}
    rare = sorted((name for name in share if share[name] < RARE), key=lambda name: share[name])
    # Among those that are not there at all, the colour with the most room comes first.
    rare.sort(key=lambda name: (share[name], -room[name]))
    return [(name, have[name]) for name in rare]


def sentence(counts: Counts) -> str:
    """What the set has most of and what it lacks.

    >>> sentence({(5, 0, 0): 900, (2, 1, -4): 5})
    'Mostly greys. Few dark blues: 5 tiles. No light greens, no light teals, and 21 more kinds of colour are missing.'
    """
    if not counts:
        return "It has no colours yet."
    most = [name for name, _ in by_name(counts).most_common(2) if _common(counts, name)]
    rare = lacking(counts)
    few = [f"few {name}: {count:,} {_tiles(count)}" for name, count in rare if count]
    none = [f"no {name}" for name, count in rare if not count]
    parts = [f"mostly {' and '.join(most)}", _few(few), _none(none)]
    if not rare:
        parts.append("every usual colour is there in good number")
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _common(counts: Counts, name: str) -> bool:
    return by_name(counts)[name] >= 0.1 * sum(counts.values())


def _tiles(count: int) -> str:
    return "tile" if count == 1 else "tiles"


def _few(few: list[str]) -> str:
    return ", ".join(few[:SAID])


def _none(none: list[str]) -> str:
    said, more = none[:SAID], len(none) - SAID
    if more <= 0:
        return ", ".join(said)
    return f"{', '.join(said[:2])}, and {more + 1} more kinds of colour are missing"
