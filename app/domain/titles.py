"""A name for settings, where nobody gave one."""

from __future__ import annotations

from app.domain.limits import NAME_MAX
from app.domain.options import DEFAULT_MATCHER, PLACEMENTS, MosaicOptions


def title(options: MosaicOptions) -> str:
    """What is not automatic, in NAME_MAX characters at most.

    >>> title(MosaicOptions(penalty=0.08, min_distance=3)), title(MosaicOptions(max_uses=1, matcher="classic"))
    ('Penalty 0.08, distance 3', 'Penalty 0.05, classic, used once')
    """
    mirrors = {None: "", True: "mirrored", False: "not mirrored"}[options.mirrors]
    parts = (
        f"Penalty {options.penalty:.2f}",
        options.matcher if options.matcher != DEFAULT_MATCHER else "",
        PLACEMENTS[options.placement].title.lower() if options.placement else "",
        f"distance {options.min_distance}" if options.min_distance else "",
        _uses(options.max_uses),
        f"shift {100 * options.shift:.0f} %" if options.shift is not None else "",
        mirrors,
        "every tile" if options.use_all else "",
        "" if options.families else "frames apart",
        f"{len(options.bans):,} banned" if options.bans else "",
        f"{len(options.pins):,} pinned" if options.pins else "",
    )
    return ", ".join(part for part in parts if part)[:NAME_MAX]


def _uses(most: int | None) -> str:
    if most is None:
        return ""
    return "used once" if most == 1 else f"used {most:,} times at most"
