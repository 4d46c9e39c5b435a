"""What can go wrong through a person's input. `str(error)` is always a sentence fit to be shown.

EngineError
+-- BadSetting              a setting out of its range
+-- Unreadable              a file that does not become a picture
|   +-- TooLarge            more pixels or bytes than we take
|   +-- BadArchive          a zip that cannot be opened, or has too many files
+-- PhotoTooSmall           the photo has too few pixels for its grid
+-- EmptyTileSet            nothing to cover a cell with
+-- TileUnreadable          a tile's own picture is gone or damaged
+-- IndexUnreadable         an index that is damaged or not there
    +-- IndexVersionError   an index written by another version
"""


class EngineError(Exception):
    """Anything a person can mend; the message says how."""


class BadSetting(EngineError):
    """A setting is out of its range."""


class Unreadable(EngineError):
    """A file that does not become a picture."""


class TooLarge(Unreadable):
    """More pixels or bytes than we take."""


class BadArchive(Unreadable):
    """A zip that cannot be opened, or has too many files."""


class PhotoTooSmall(EngineError):
    """The photo has too few pixels for its grid."""


class EmptyTileSet(EngineError):
    """No tile to cover a cell with."""


class IndexUnreadable(EngineError):
    """A saved index that is damaged or not there."""


class IndexVersionError(IndexUnreadable):
    """A saved index of another version."""


class TileUnreadable(EngineError):
    """A tile's own picture is gone or damaged."""
