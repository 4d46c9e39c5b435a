"""What was put into a tile set, as its page tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.states import JobState
from app.models import Job, Refusal, Source, TileSet
from app.services import browse
from app.services.progress import Progress, progress_of

# Of a set that grew for years, nobody reads about more uploads than this on one page.
SHOWN = 50


@dataclass(frozen=True)
class SourceCard:
    """One upload: being read, or read with its refusals."""

    source: Source
    job: Job
    refusals: Sequence[Refusal]

    @property
    def progress(self) -> Progress:
        """Its job's."""
        return progress_of(self.job)

    @property
    def says(self) -> str:
        """How it ended."""
        if self.job.state == JobState.CANCELLED:
            return "Cancelled; none of its pictures were added."
        if self.job.state == JobState.FAILED:
            return self.job.error or "It could not be read, and nothing of it was added."
        taken = f"{self.source.taken:,} {'picture' if self.source.taken == 1 else 'pictures'} taken"
        return f"{taken}, {self.source.refused:,} refused" if self.source.refused else taken


def source_cards(session: Session, tile_set: TileSet) -> list[SourceCard]:
    """The latest of a set that the caller has already looked up, newest first."""
    return [
        SourceCard(view.source, view.job, browse.refusals_of(session, view.source))
        for view in browse.sources_of(session, tile_set)[:SHOWN]
    ]
