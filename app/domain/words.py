"""Figures in words that page and terminal share."""

from __future__ import annotations

import math

# A millionth is what sums of thousands of rounded scores are off by anyhow.
NOTHING = 1e-6


def from_best(gap: float) -> str:
    """How far a placement may be from the best one, rounded up.

    >>> from_best(0.0), from_best(0.000412), from_best(0.0042), from_best(0.12)
    ('nothing', 'at most 0.05 %', 'at most 0.5 %', 'at most 12.0 %')
    """
    if gap < NOTHING:
        return "nothing"
    digits = 2 if gap < 0.001 else 1
    # Rounded first: 12 % is a little more than 12 as a float, and not 12.1.
    percent = math.ceil(round(gap * 100 * 10**digits, 6)) / 10**digits
    return f"at most {percent:.{digits}f} %"


def bytes_in_words(count: int) -> str:
    """Bytes in the unit that a person would choose.

    >>> bytes_in_words(12_345_678), bytes_in_words(2_000_000_000), bytes_in_words(9), bytes_in_words(0)
    ('12 MB', '2 GB', '1 kB', '0 kB')
    """
    for unit, name in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB")):
        if count >= unit:
            amount = count / unit
            precise = amount < 10 and amount % 1 >= 0.05
            return f"{amount:.1f} {name}" if precise else f"{amount:,.0f} {name}"
    return f"{max(min(count, 1), round(count / 1000))} kB"
