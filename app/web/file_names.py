"""What a download is called: photo, tile set, penalty and size, so that two of them are told apart a year later."""

from __future__ import annotations

from app.domain.papers import CUSTOM
from app.domain.print_options import PrintOptions
from app.domain.takeaways import TakeawayKind
from app.models import Mosaic, Takeaway
from app.web.words import title_of


def file_name(mosaic: Mosaic) -> str:
    """Without its ending: `Astronaut-mosaic-Lake house-penalty-0.05-96x63`."""
    return f"{title_of(mosaic.photo.name)}-mosaic-{mosaic.tile_set_name}-penalty-{mosaic.penalty:.2f}-{mosaic.cols}x{mosaic.rows}"


def takeaway_name(takeaway: Takeaway, mosaic: Mosaic) -> str:
    """With its ending."""
    return f"{file_name(mosaic)}{_what(takeaway)}.{takeaway.suffix}"


def _what(takeaway: Takeaway) -> str:
    kind = TakeawayKind(takeaway.kind)
    if kind is TakeawayKind.PDF:
        options = PrintOptions.parse(takeaway.options)
        own = (
            f"{options.width:g}x{options.height:g} {options.unit}"
            if options.paper == CUSTOM
            else options.paper
        )
        return f"-print-{own}"
    if kind in {TakeawayKind.PNG, TakeawayKind.TIFF}:
        return f"-{takeaway.options['cell_px']}px-tiles"
    return f"-{kind}"
