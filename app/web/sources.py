"""What was put into a tile set, as its page tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.sources import SourceKind
from app.domain.states import JobState
from app.models import Job, Refusal, Source, SourceFile, TileSet
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
    # What was uploaded is still here.
    waits_with_files: bool = False

    @property
    def may_try_again(self) -> bool:
        """Whether the button would lead anywhere."""
        return self.job.state == JobState.FAILED and self.waits_with_files

    @property
    def progress(self) -> Progress:
        """Its job's."""
        return progress_of(self.job)

    @property
    def is_set(self) -> bool:
        """Whether it is a set that was taken away elsewhere: its tiles stand with other uploads."""
        return self.source.kind == SourceKind.SET

    @property
    def says(self) -> str:
        """How it ended."""
        if self.job.state == JobState.CANCELLED:
            return f"Cancelled; {self._stay}"
        if self.job.state == JobState.FAILED:
            return self.job.error or f"It could not be read to its end; {self._stay}"
        told = ", ".join(self._counts)
        return f"{told}; they stand with the uploads they came with" if self.is_set else told

    @property
    def _stay(self) -> str:
        """What was read before the end came."""
        taken = self.source.taken
        if not taken:
            return "none of its pictures were added."
        return f"{self._tiles(taken)} read before {'stays' if taken == 1 else 'stay'} in the set."

    @property
    def _counts(self) -> list[str]:
        source = self.source
        told = [f"{self._tiles(source.taken)} taken"]
        if source.near:
            told.append(f"{source.near:,} of them much like another")
        if source.duplicates:
            told.append(f"{source.duplicates:,} there already")
        if source.refused:
            told.append(f"{source.refused:,} refused")
        return told

    def _tiles(self, count: int) -> str:
        """A picture is a tile; of a film nobody counts pictures."""
        what = "tile" if self.source.kind == SourceKind.FILM else "picture"
        return f"{count:,} {what}{'' if count == 1 else 's'}"


def source_cards(session: Session, tile_set: TileSet) -> list[SourceCard]:
    """The latest of a set that the caller has already looked up, newest first."""
    views = browse.sources_of(session, tile_set)[:SHOWN]
    sources = [view.source.id for view in views]
    files = select(SourceFile.source_id).where(SourceFile.source_id.in_(sources)).distinct()
    here = set(session.scalars(files))
    return [
        SourceCard(
            view.source,
            view.job,
            browse.refusals_of(session, view.source),
            waits_with_files=view.source.id in here,
        )
        for view in views
    ]
