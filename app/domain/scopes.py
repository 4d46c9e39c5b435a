"""What a script's token may be used for."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """Each allows one kind of thing; a token has one or more."""

    READ = "read"
    MAKE = "make"
    TILES = "tiles"
    SHARE = "share"

    @property
    def says(self) -> str:
        """As a form explains it."""
        return _SAYS[self]


_SAYS = {
    Scope.READ: "Look at everything of yours and download it",
    Scope.MAKE: "Upload photos; make, tune and delete mosaics",
    Scope.TILES: "Make, fill, change and delete tile sets",
    Scope.SHARE: "Make links to mosaics and revoke them",
}
