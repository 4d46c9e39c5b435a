"""How films are cut into tiles, read from a form and checked before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from app.domain.limits import FRAMES_PER_SECOND_MAX, FRAMES_PER_SECOND_MIN, SQUARES_MAX
from app.domain.readers import Reader, meaning, number

SUFFIXES = (".mp4", ".mov", ".m4v", ".mkv", ".webm")


@dataclass(frozen=True)
class FilmCut:
    """What a person chose under "Films".

    frames_per_second : how often a film is looked at.
    squares : tiles of a frame: 2 are the left and the right square of it, 1 is the middle, n are evenly across.
    skip_dull : leave out frames that are black, of one colour, credits, or two pictures blended at a cut.
    """

    frames_per_second: float = 1.0
    squares: int = 2
    skip_dull: bool = True

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> Self:
        """Read the fields as a form sends them; empty or absent means the default. Raises BadInput naming the field."""
        read = {name: reader(texts.get(name, "").strip()) for name, reader in READERS.items()}
        return cls(**{name: value for name, value in read.items() if value is not None})

    @classmethod
    def of(cls, row: dict[str, Any] | None) -> Self:
        """As a source keeps it; what it does not say is the default."""
        names = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (row or {}).items() if name in names})

    def written(self) -> dict[str, str]:
        """As a form sends it: what `parse` reads as the same."""
        return {
            "frames_per_second": f"{self.frames_per_second:g}",
            "squares": str(self.squares),
            "skip_dull": "yes" if self.skip_dull else "no",
        }

    def as_json(self) -> dict[str, Any]:
        """For the row of a source."""
        return asdict(self)


READERS: dict[str, Reader[Any]] = {
    "frames_per_second": number(
        "frames_per_second",
        f"Frames a second are a number from {FRAMES_PER_SECOND_MIN} to {FRAMES_PER_SECOND_MAX:g}; “{{text}}” is not. "
        "1 is a good start.",
        FRAMES_PER_SECOND_MIN,
        FRAMES_PER_SECOND_MAX,
    ),
    "squares": number(
        "squares",
        f"Tiles of a frame are a whole number from 1 to {SQUARES_MAX}; “{{text}}” is not. 2 is a good start.",
        1,
        SQUARES_MAX,
        int,
    ),
    "skip_dull": meaning(
        "skip_dull",
        "Dull frames are left out or not: “{text}” is neither yes nor no. Choose one.",
        {"yes": True, "no": False},
    ),
}
