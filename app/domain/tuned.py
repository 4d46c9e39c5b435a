"""What a worker answers to a hand on the slider: figures and a picture, or a sentence why not. One message of bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Tuned:
    """A mosaic as it would be.

    figures : its quality receipt, by name.
    picture : a JPEG of all of it.
    sentence : why there is none, for the person; else empty.
    """

    figures: Mapping[str, Any] = field(default_factory=dict)
    picture: bytes = b""
    sentence: str = ""

    def packed(self) -> bytes:
        """As it travels: a line of JSON, then the picture.

        >>> Tuned.unpacked(Tuned({"distinct": 3}, b"jpeg").packed())
        Tuned(figures={'distinct': 3}, picture=b'jpeg', sentence='')
        """
        head = json.dumps({"figures": dict(self.figures), "sentence": self.sentence})
        return head.encode() + b"\n" + self.picture

    @classmethod
    def unpacked(cls, message: bytes) -> Self:
        """As it arrives."""
        head, _, picture = message.partition(b"\n")
        return cls(picture=picture, **json.loads(head))
