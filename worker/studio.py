"""Answers a hand on the slider: candidates are found once and kept, so that placing them anew takes milliseconds."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from app.domain.edits import Cell
from app.domain.options import MosaicOptions
from app.domain.tuned import Tuned
from app.models import Photo, TileSet
from app.services.bans import banned_in
from engine import build, curve, quality, ranked, render
from engine.errors import EngineError
from engine.types import Plan, Settings
from engine.wishes import Wishes
from worker.context import Context
from worker.errors import CannotBeDone, JobLost
from worker.jobs.asked import settings_of, wishes_of
from worker.jobs.make_mosaic import PREVIEW_LONG_SIDE
from worker.jobs.order import Supply, mosaic_and_set, photo_at
from worker.matches import Found, Matches

log = logging.getLogger(__name__)

# Some 25 mosaics of 6,000 cells, or three of the largest.
MATCHES_BYTES = 600_000_000
# As many as anybody compares; the page shows all of them.
CHOICES = 24
GONE = "This mosaic was deleted, so there is nothing to tune any more."
FAILED = "This could not be shown: something broke on our side. Your mosaic is safe. Move the slider again."


class Answering(Protocol):
    """Where answers go."""

    def put(self, reply_to: str, answer: bytes) -> None: ...


@dataclass(frozen=True)
class _Pair:
    """All that candidates depend on beside the matcher: two mosaics of one photo and set share them."""

    photo_id: UUID
    photo_key: str
    cells_across: int | None
    tile_set_id: UUID
    generation: int

    @classmethod
    def of(cls, photo: Photo, tile_set: TileSet, cells_across: int | None) -> _Pair:
        return cls(photo.id, photo.key, cells_across, tile_set.id, tile_set.generation)


class Studio:
    """One a worker; its threads share what was found."""

    def __init__(self, context: Context, answers: Answering) -> None:
        self._context = context
        self._answers = answers
        self._matches = Matches(MATCHES_BYTES)

    def answer(
        self,
        mosaic_id: str,
        look: Mapping[str, str],
        reply_to: str,
        *,
        sharp: bool = False,
        bare: bool = False,
    ) -> None:
        """Tune, and send what came of it: whoever waits is told in any case."""
        options = MosaicOptions.parse(**look)
        self._send(
            reply_to,
            lambda: self.tuned(UUID(mosaic_id), options, sharp=sharp, bare=bare),
            mosaic_id,
        )

    def answer_curve(self, mosaic_id: str, look: Mapping[str, str], reply_to: str) -> None:
        """The same for the points of a curve."""
        options = MosaicOptions.parse(**look)
        self._send(reply_to, lambda: self.curve(UUID(mosaic_id), options), mosaic_id)

    def answer_cell(
        self, mosaic_id: str, look: Mapping[str, str], cell: Cell, reply_to: str
    ) -> None:
        """The same for one cell."""
        options = MosaicOptions.parse(**look)
        self._send(reply_to, lambda: self.cell(UUID(mosaic_id), options, cell), mosaic_id)

    def answer_fit(
        self, photo_id: str, tile_set_id: str, look: Mapping[str, str], reply_to: str
    ) -> None:
        """The same for a photo and a set that no mosaic was made of."""
        options = MosaicOptions.parse(**look)
        self._send(reply_to, lambda: self.fit(UUID(photo_id), UUID(tile_set_id), options), photo_id)

    def _send(self, reply_to: str, answer: Callable[[], Tuned], subject: str) -> None:
        try:
            tuned = answer()
        except JobLost:
            tuned = Tuned(sentence=GONE)
        except (EngineError, CannotBeDone) as error:
            tuned = Tuned(sentence=str(error))
        except Exception:
            log.exception("%s: tuning went wrong", subject)
            tuned = Tuned(sentence=FAILED)
        self._answers.put(reply_to, tuned.packed())
        self._context.counters.write(self._context.sessions)

    def tuned(
        self, mosaic_id: UUID, options: MosaicOptions, *, sharp: bool = False, bare: bool = False
    ) -> Tuned:
        """A mosaic as it would be with these options.

        sharp : of the tiles themselves, as a preview is; else of their thumbs, which are at hand.

        bare : without figures, which take longer than all the rest.

        Raises JobLost, CannotBeDone, EngineError, MissingObject, StorageDown.
        """
        settings = settings_of(options)
        found, wishes = self._found(mosaic_id, options)
        match = found.match
        plan = match.plan(settings, wishes=wishes)
        picture = self._sharp(plan, found) if sharp else render.sketch(plan, match.index.thumbs)
        if bare:
            return Tuned(picture=picture)
        return Tuned(quality.receipt(plan, match.cells, match.index).as_dict(), picture)

    def curve(self, mosaic_id: UUID, options: MosaicOptions) -> Tuned:
        """Likeness against variety along the penalty, whatever was wished for. Raises as `tuned`."""
        found, wishes = self._found(mosaic_id, replace(options, bans=(), pins=()))
        points = curve.curve(found.match, settings_of(options), families=wishes.families)
        return Tuned({"curve": [asdict(point) for point in points]})

    def cell(self, mosaic_id: UUID, options: MosaicOptions, cell: Cell) -> Tuned:
        """What shows in a cell, and what else might, the best first. Raises as `tuned`."""
        found, wishes = self._found(mosaic_id, options)
        plan = found.match.plan(settings_of(options), wishes=wishes)
        at = cell.row * plan.grid.cols + cell.col
        shown, choices = ranked.ranked(found.match, plan, at, bans=wishes.bans, most=CHOICES)
        numbers = found.stock.numbers
        told = [asdict(choice) | {"tile": int(numbers[choice.tile])} for choice in choices]
        place = [choice.tile for choice in choices].index(shown)
        return Tuned({"cell": {"shown": place, "choices": told}})

    def fit(self, photo_id: UUID, tile_set_id: UUID, options: MosaicOptions) -> Tuned:
        """Of a mosaic that nobody made yet: how often its busiest tile would be laid, and how many different ones.

        Raises JobLost, CannotBeDone, EngineError, MissingObject, StorageDown.
        """
        found, wishes = self._of_pair(
            lambda session: _pair_of(session, photo_id, tile_set_id, options), options
        )
        uses = np.bincount(found.match.plan(settings_of(options), wishes=wishes).assignment)
        return Tuned({"most_used": int(uses.max()), "distinct": int((uses > 0).sum())})

    def _found(self, mosaic_id: UUID, options: MosaicOptions) -> tuple[Found, Wishes]:
        """For a mosaic that is there."""
        return self._of_pair(lambda session: _pair_in(session, mosaic_id), options)

    def _of_pair(
        self, pair_in: Callable[[Session], _Pair], options: MosaicOptions
    ) -> tuple[Found, Wishes]:
        """What is at hand, and what is asked of it. Bans of the set are read anew each time: candidates stay the same."""
        settings = settings_of(options)
        with self._context.sessions() as session:
            pair = pair_in(session)
            banned = banned_in(session, pair.tile_set_id)
        key = (pair, settings.matcher, settings.mirrors)
        found = self._matches.get(key, lambda: self._find(pair, settings))
        return found, wishes_of(options, found.stock, banned, found.match.grid.cols)

    def _find(self, pair: _Pair, settings: Settings) -> Found:
        with self._context.sessions() as session:
            tile_set = session.get(TileSet, pair.tile_set_id)
            if tile_set is None:
                raise JobLost
            supply = Supply.of_set(session, tile_set)
        stock = supply.stock(self._context)
        with tempfile.TemporaryDirectory() as folder:
            photo = photo_at(self._context, pair.photo_key, Path(folder))
        # For any penalty, not for none: without one, a matcher may look for the best tile alone.
        any_penalty = replace(settings, penalty=settings.penalty or Settings().penalty)
        match = build.find(photo, stock.index, any_penalty, cells_across=pair.cells_across)
        return Found(match, supply, stock)

    def _sharp(self, plan: Plan, found: Found) -> bytes:
        with found.supply.tiles(self._context, plan, found.stock.numbers) as tiles:
            return render.preview(plan, tiles, long_side=PREVIEW_LONG_SIDE)


def _pair_in(session: Session, mosaic_id: UUID) -> _Pair:
    mosaic, tile_set = mosaic_and_set(session, mosaic_id)
    return _Pair.of(mosaic.photo, tile_set, mosaic.cells_across)


def _pair_of(session: Session, photo_id: UUID, tile_set_id: UUID, options: MosaicOptions) -> _Pair:
    photo, tile_set = session.get(Photo, photo_id), session.get(TileSet, tile_set_id)
    if photo is None or tile_set is None:
        raise JobLost
    return _Pair.of(photo, tile_set, options.cells_across)
