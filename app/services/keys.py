"""Names of objects. Each starts with its owner, so that nothing is shared between owners by accident."""

from __future__ import annotations

from uuid import UUID, uuid4


def photo_key(owner_id: UUID, photo_id: UUID) -> str:
    """The photo as uploaded."""
    return f"o/{owner_id}/photos/{photo_id}/original"


def photo_view_key(owner_id: UUID, photo_id: UUID, token: UUID) -> str:
    """A photo that few browsers show, as a JPEG."""
    return f"o/{owner_id}/photos/{photo_id}/{token}-view.jpg"


def upload_key(owner_id: UUID, source_id: UUID, number: int) -> str:
    """A file of a source, waiting to be read."""
    return f"o/{owner_id}/uploads/{source_id}/{number}"


def arrival_key(owner_id: UUID, upload_id: UUID) -> str:
    """A large file, or a zip of many small ones, on its way to a source of the same id. Never the same key twice."""
    return f"o/{owner_id}/uploads/{upload_id}/{uuid4()}"


def pack_key(owner_id: UUID, tile_set_id: UUID, token: UUID, number: int) -> str:
    """A pack's JPEG bytes; the claim's token keeps two runs of one job apart."""
    return f"o/{owner_id}/tile-sets/{tile_set_id}/{token}-{number:05d}.jpegs"


def thumbs_key(owner_id: UUID, tile_set_id: UUID, token: UUID, number: int) -> str:
    """A pack's thumbs."""
    return f"o/{owner_id}/tile-sets/{tile_set_id}/{token}-{number:05d}.npy"


def sheets_key(owner_id: UUID, tile_set_id: UUID, token: UUID, number: int) -> str:
    """Sheets end to end."""
    return f"o/{owner_id}/tile-sets/{tile_set_id}/{token}-{number:05d}.sheets"


def still_key(owner_id: UUID, tile_set_id: UUID, token: UUID) -> str:
    """A frame of a film at a larger size."""
    return f"o/{owner_id}/tile-sets/{tile_set_id}/{token}-frame.jpg"


def clip_key(owner_id: UUID, tile_set_id: UUID, token: UUID) -> str:
    """Some seconds of a film: MP4, or WebM where it could not be written as that."""
    return f"o/{owner_id}/tile-sets/{tile_set_id}/{token}-clip"


def strip_key(owner_id: UUID, tile_set_id: UUID, token: UUID) -> str:
    """The strip of tiles on a set's card."""
    return f"o/{owner_id}/tile-sets/{tile_set_id}/{token}-strip.jpg"


def version_key(owner_id: UUID, mosaic_id: UUID, version_id: UUID) -> str:
    """The picture of a kept version; its owner is whoever kept it."""
    return f"o/{owner_id}/mosaics/{mosaic_id}/versions/{version_id}.jpg"


def takeaway_key(owner_id: UUID, mosaic_id: UUID, token: UUID, name: str) -> str:
    """What was made of a mosaic to be taken away; its owner is whoever asked."""
    return f"o/{owner_id}/mosaics/{mosaic_id}/takeaways/{token}/{name}"


def result_key(owner_id: UUID, mosaic_id: UUID, token: UUID, name: str) -> str:
    """A result of a mosaic: `mosaic.jpg`, `mosaic.png`, `mosaic.tiff`, `plan.json.gz`, `preview.jpg`, `photo.jpg`."""
    return f"o/{owner_id}/mosaics/{mosaic_id}/{token}/{name}"
