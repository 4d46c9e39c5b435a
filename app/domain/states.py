"""What a job and an upload can be, and which steps between are allowed."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """`queued -> running -> succeeded | failed | cancelled`, and `running -> queued` when a worker dies or lets go.

    A large job goes from running to split: its parts are jobs of their own, and the last of them to end ends it.
    """

    QUEUED = "queued"
    RUNNING = "running"
    SPLIT = "split"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to the job."""
        return self in OVER


OVER = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


class UploadState(StrEnum):
    """`open -> finished`; one that is given up has no row."""

    OPEN = "open"
    FINISHED = "finished"


class JobKind(StrEnum):
    """One job function in `worker/jobs` each."""

    MAKE_MOSAIC = "make_mosaic"
    READ_SOURCE = "read_source"
    READ_PART = "read_part"
    SURVEY_SET = "survey_set"
    LOOK_AT_PHOTO = "look_at_photo"
    SHOW_FRAME = "show_frame"
    SHOW_CLIP = "show_clip"
    TAKE_AWAY = "take_away"


class Queue(StrEnum):
    """Queue names; a test proves that a worker consumes each."""

    # Questions with a hand on the slider: answered at once, and no rows. See docs/adr/0013.
    LIVE = "live"
    INTERACTIVE = "interactive"
    MOSAICS = "mosaics"
    LIBRARIES = "libraries"


QUEUE_OF = {
    JobKind.MAKE_MOSAIC: Queue.MOSAICS,
    JobKind.READ_SOURCE: Queue.LIBRARIES,
    JobKind.READ_PART: Queue.LIBRARIES,
    JobKind.SURVEY_SET: Queue.LIBRARIES,
    JobKind.LOOK_AT_PHOTO: Queue.INTERACTIVE,
    JobKind.SHOW_FRAME: Queue.INTERACTIVE,
    JobKind.SHOW_CLIP: Queue.INTERACTIVE,
    JobKind.TAKE_AWAY: Queue.MOSAICS,
}
