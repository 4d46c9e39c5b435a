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
# What a set is mostly made of makes at least this share of it.
COMMON = 0.15
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
    """Names of colours that are rare, each with the number of its tiles; what is missed most comes first."""
    total = sum(counts.values())
    usual = [box for box in gamut() if chroma(middle_of(box)) <= VIVID]
    room = Counter(name_of(middle_of(box)) for box in usual)
    have = by_name(counts)
    wanted = {name: RARE * total * boxes / len(usual) for name, boxes in room.items()}
    rare = [name for name in wanted if have[name] < wanted[name]]
    rare.sort(key=lambda name: wanted[name] - have[name], reverse=True)
    return [(name, have[name]) for name in rare]


def sentence(counts: Counts) -> str:
    """What the set has most of and what it lacks.

    >>> sentence({(5, 0, 0): 9000, (2, 1, -4): 3})
    'Mostly greys. Few dark blues: 3 tiles. No light greens, greens or blues, and 22 more kinds of colour are missing.'
    """
    if not counts:
        return "It has no colours yet."
    total, rare = sum(counts.values()), lacking(counts)
    most = [name for name, count in by_name(counts).most_common(2) if count >= COMMON * total]
    parts = [
        f"Mostly {' and '.join(most)}." if most else "",
        _few([(name, count) for name, count in rare if count]),
        _none([name for name, count in rare if not count]),
        "" if rare else "Every usual colour is there in good number.",
    ]
    return " ".join(part for part in parts if part)


def _few(rare: list[tuple[str, int]]) -> str:
    said = [f"{name}: {count:,} {'tile' if count == 1 else 'tiles'}" for name, count in rare[:SAID]]
    return f"Few {', '.join(said)}." if said else ""


def _none(names: list[str]) -> str:
    said, more = names[:SAID], len(names) - SAID
    words = " or ".join(part for part in (", ".join(said[:-1]), *said[-1:]) if part)
    if more > 0:
        words += f", and {more} more {'kind' if more == 1 else 'kinds'} of colour are missing"
    return f"No {words}." if words else ""
