"""Decoding children that stay from one part of a source to the next."""

from __future__ import annotations

from uuid import UUID

from engine.decoder import Decoder


class Desk:
    """The decoders of this process. Pictures of two owners never meet in one child.

    One child: there are as many worker processes as cores, and each has its own.
    """

    def __init__(self) -> None:
        self._decoder: Decoder | None = None
        self._owner_id: UUID | None = None

    def decoders(self, owner_id: UUID) -> list[Decoder]:
        """Those for an owner's pictures; they start when first needed, in a quarter of a second."""
        if self._owner_id != owner_id:
            self.clear()
        if self._decoder is None:
            self._decoder, self._owner_id = Decoder(), owner_id
        return [self._decoder]

    def clear(self) -> None:
        """End them."""
        decoder, self._decoder = self._decoder, None
        if decoder:
            decoder.close()
