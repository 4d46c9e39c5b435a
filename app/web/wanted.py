"""The filters of a wall, as its address has them: each may be there or not, and all go together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask import request

from app.domain.colors import Rgb, lab_of
from app.domain.errors import BadInput
from app.domain.timecodes import time_ms_in
from app.services.wall import Wanted
from app.web.fields import uuid_in

_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")
# Between the black and the white that a colour field could begin with.
FIRST_COLOR = "#26619c"


@dataclass(frozen=True)
class Filters:
    """What the fields show, what they mean, and a sentence for each that means nothing."""

    source: str = ""
    color: str = ""
    from_time: str = ""
    to_time: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    mistakes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def asked(cls) -> Filters:
        """Read the address. A colour counts where its box is ticked: colour fields cannot be empty."""
        text = {name: request.args.get(name, "").strip() for name in ("source", "from", "to")}
        color = request.args.get("color", "") if request.args.get("near") else ""
        mistakes: dict[str, str] = {}
        wanted = Wanted(
            source_id=uuid_in(text["source"]),
            color=_color(color, mistakes),
            from_ms=_time("from", text["from"], mistakes),
            to_ms=_time("to", text["to"], mistakes),
        )
        return cls(text["source"], color, text["from"], text["to"], wanted, mistakes)

    @property
    def args(self) -> dict[str, str]:
        """For addresses of the same wall."""
        near = "1" if self.color else ""
        fields = {"source": self.source, "near": near, "color": self.color}
        fields |= {"from": self.from_time, "to": self.to_time}
        return {name: text for name, text in fields.items() if text}

    @property
    def shown_color(self) -> str:
        """What the colour field holds."""
        match = _COLOR.fullmatch(self.color)
        return f"#{match[1].lower()}" if match else FIRST_COLOR


def _color(text: str, mistakes: dict[str, str]) -> tuple[float, float, float] | None:
    match = _COLOR.fullmatch(text)
    if match is None:
        if text:
            mistakes["color"] = f"“{text[:20]}” is no colour. Write it as #26619c."
        return None
    rgb: Rgb = (int(match[1][:2], 16), int(match[1][2:4], 16), int(match[1][4:], 16))
    return lab_of(rgb)


def _time(name: str, text: str, mistakes: dict[str, str]) -> int | None:
    try:
        return time_ms_in(text, field=name)
    except BadInput as mistake:
        mistakes[name] = mistake.sentence
        return None
