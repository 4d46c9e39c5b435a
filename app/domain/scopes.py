"""What a script's token may be used for."""

from __future__ import annotations

from enum import StrEnum

from app.domain.states import JobKind


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


def scope_of(kind: JobKind) -> Scope:
    """What a token needs to end a job of this kind, or to have it done again: as it does to begin it."""
    return Scope.MAKE if kind in _OF_MOSAICS else Scope.TILES


_OF_MOSAICS = {JobKind.MAKE_MOSAIC, JobKind.LOOK_AT_PHOTO, JobKind.TAKE_AWAY}
_SAYS = {
    Scope.READ: "Look at everything of yours and download it",
    Scope.MAKE: "Upload photos; make, tune and delete mosaics",
    Scope.TILES: "Make, fill, change and delete tile sets",
    Scope.SHARE: "Make links to mosaics and revoke them",
}
