"""What can be made of a finished mosaic beside its JPEG, and how it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.print_options import PrintOptions
from app.domain.readers import one_of


class TakeawayKind(StrEnum):
    """One function in `worker/jobs/take_away.py` each."""

    PNG = "png"
    TIFF = "tiff"
    PDF = "pdf"
    PLAN = "plan"
    FILM = "film"


# Side of a tile in pictures: as in the JPEG, and as large as tiles are kept.
SIZES = {"50": "As the JPEG", "128": "As large as tiles are"}


@dataclass(frozen=True)
class Words:
    """A kind as pages call it."""

    title: str
    sentence: str


KINDS = {
    TakeawayKind.PNG: Words("PNG", "Every pixel exactly as it was drawn."),
    TakeawayKind.TIFF: Words(
        "TIFF", "Exact, too, with smaller views inside. For print shops and image programs."
    ),
    TakeawayKind.PDF: Words(
        "Print PDF", "On paper of your size, on one sheet or on many to be glued together."
    ),
    TakeawayKind.FILM: Words("Film", "From one tile to the whole picture, in seven seconds."),
    TakeawayKind.PLAN: Words(
        "Plan",
        "Which tile lies where. With the zip of the tile set it draws the same mosaic again, anywhere.",
    ),
}


@dataclass(frozen=True)
class Wanted:
    """What was asked for, checked. `options` are JSON's, the same for the same wish."""

    kind: TakeawayKind
    options: dict[str, Any]

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> Wanted:
        """Read a form. Raises BadInput naming the field."""
        kind = TakeawayKind(
            one_of("kind", "format", list(TakeawayKind))(texts.get("kind", "").strip())
            or TakeawayKind.PNG
        )
        if kind is TakeawayKind.PDF:
            return cls(kind, dict(PrintOptions.parse(texts).written()))
        if kind in {TakeawayKind.PNG, TakeawayKind.TIFF}:
            size = one_of("cell_px", "size", SIZES)(texts.get("cell_px", "").strip()) or "50"
            return cls(kind, {"cell_px": int(size)})
        return cls(kind, {})

    @property
    def known_by(self) -> str:
        """The same text for the same wish."""
        return f"{self.kind} {json.dumps(self.options, sort_keys=True)}"
