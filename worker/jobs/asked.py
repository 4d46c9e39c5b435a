"""What a person asked of a mosaic, as the engine takes it."""

from __future__ import annotations

from app.domain.options import MosaicOptions
from engine.types import Settings
from engine.wishes import Wishes


def settings_of(options: MosaicOptions) -> Settings:
    """How tiles are matched, placed and shown."""
    return Settings(
        matcher=options.matcher,
        penalty=options.penalty,
        mirrors=options.mirrors,
        shift=options.shift,
        placement=options.placement,
    )


def wishes_of(options: MosaicOptions) -> Wishes:
    """How often tiles may show."""
    return Wishes(
        max_uses=options.max_uses, min_distance=options.min_distance, use_all=options.use_all
    )
