"""What a tile set is made from, and how."""

from __future__ import annotations

from enum import StrEnum

# What a batch of an upload is called after their count. With the ending it is read as the zip that it is; nobody sent one.
SMALL_FILES = " small files"


class SourceKind(StrEnum):
    """What one upload is."""

    PICTURES = "pictures"
    ZIP = "zip"
    FILM = "film"
    FOLDER = "folder"
    SET = "set"


class PartKind(StrEnum):
    """What one part of reading a source reads: loose files, members of a zip, a stretch of a film."""

    FILES = "files"
    ZIP = "zip"
    FILM = "film"


class Crop(StrEnum):
    """Which square of a picture becomes the tile: the largest centred one, or the one where its subject is."""

    CENTRE = "centre"
    SALIENT = "salient"
