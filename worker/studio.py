"""Answers a hand on the slider: candidates are found once and kept, so that placing them anew takes milliseconds."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Protocol
from uuid import UUID

from app.domain.edits import Cell
from app.domain.options import MosaicOptions
from app.domain.tuned import Tuned
from app.models import Mosaic, TileSet
from app.services.bans import banned_in
from engine import build, curve, quality, ranked, render
from engine.errors import EngineError
from engine.types import Plan, Settings
from engine.wishes import Wishes
from worker.context import Context
from worker.errors import CannotBeDone, JobLost
from worker.jobs.asked import settings_of, wishes_of
from worker.jobs.make_mosaic import PREVIEW_LONG_SIDE
from worker.jobs.order import Order, mosaic_and_set
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

    def _send(self, reply_to: str, answer: Callable[[], Tuned], mosaic_id: str) -> None:
        try:
            tuned = answer()
        except JobLost:
            tuned = Tuned(sentence=GONE)
        except (EngineError, CannotBeDone) as error:
            tuned = Tuned(sentence=str(error))
        except Exception:
            log.exception("mosaic %s: tuning went wrong", mosaic_id)
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

    def _found(self, mosaic_id: UUID, options: MosaicOptions) -> tuple[Found, Wishes]:
        """What is at hand, and what is asked of it. Bans of the set are read anew each time: candidates stay the same."""
        settings = settings_of(options)
        with self._context.sessions() as session:
            mosaic, tile_set = mosaic_and_set(session, mosaic_id)
            banned = banned_in(session, tile_set.id)
        key = _key(mosaic, tile_set, settings)
        found = self._matches.get(key, lambda: self._find(mosaic_id, settings))
        return found, wishes_of(options, found.stock, banned, mosaic.cols)

    def _find(self, mosaic_id: UUID, settings: Settings) -> Found:
        with self._context.sessions() as session:
            order = Order.of(session, mosaic_id)
        stock = order.stock(self._context)
        with tempfile.TemporaryDirectory() as folder:
            photo = order.photo(self._context, Path(folder))
        # For any penalty, not for none: without one, a matcher may look for the best tile alone.
        any_penalty = replace(settings, penalty=settings.penalty or Settings().penalty)
        match = build.find(photo, stock.index, any_penalty, cells_across=order.mosaic.cells_across)
        return Found(match, order, stock)

    def _sharp(self, plan: Plan, found: Found) -> bytes:
        with found.order.tiles(self._context, plan, found.stock.numbers) as tiles:
            return render.preview(plan, tiles, long_side=PREVIEW_LONG_SIDE)


def _key(mosaic: Mosaic, tile_set: TileSet, settings: Settings) -> Hashable:
    """All that candidates depend on: two mosaics of one photo and set share them."""
    return (
        *(mosaic.photo_id, mosaic.cells_across, tile_set.id, tile_set.generation),
        *(settings.matcher, settings.mirrors),
    )
