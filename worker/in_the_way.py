"""What keeps a job from being done and is not the job's fault: it passes, so the job waits instead of spending its attempts."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError

from app.storage.base import StorageDown
from app.storage.full import is_full

STORAGE_AWAY = "Storage does not answer just now. What you uploaded is safe; this goes on by itself"
STORAGE_FULL = (
    "Storage is full just now. What you uploaded is safe; this goes on once there is room"
)
DISK_FULL = (
    "The disk of our machine is full just now. What you uploaded is safe; "
    "this goes on once there is room"
)
DATABASE_AWAY = "Our database went away for a moment. This goes on by itself"


def waits_for(error: BaseException) -> str | None:
    """The stage that its page shows meanwhile; None for what is the job's own trouble."""
    if isinstance(error, StorageDown):
        return STORAGE_FULL if is_full(error) else STORAGE_AWAY
    if isinstance(error, OperationalError):
        return DATABASE_AWAY
    return DISK_FULL if is_full(error) else None
