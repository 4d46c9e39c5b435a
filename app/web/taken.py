"""A download as its page shows it: what it is in words, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.limits import CELL_PX
from app.domain.print_layout import in_words, lay_out
from app.domain.print_options import PrintOptions
from app.domain.takeaways import KINDS, TakeawayKind
from app.models import Mosaic, Takeaway
from app.services.progress import Progress, progress_of


@dataclass(frozen=True)
class Taken:
    """One of them. `follow`: its news are wanted; of several that wait, one is enough, for they come one after another."""

    row: Takeaway
    mosaic: Mosaic
    progress: Progress
    follow: bool

    @property
    def kind(self) -> TakeawayKind:
        """Of its row."""
        return TakeawayKind(self.row.kind)

    @property
    def title(self) -> str:
        """As the page calls it."""
        return KINDS[self.kind].title

    @property
    def says(self) -> str:
        """What was asked for."""
        mosaic = self.mosaic
        if self.kind is TakeawayKind.PDF:
            options = PrintOptions.parse(self.row.options)
            return in_words(options, lay_out(options, mosaic.cols, mosaic.rows))
        if self.kind in {TakeawayKind.PNG, TakeawayKind.TIFF}:
            px = int(self.row.options.get("cell_px", CELL_PX))
            return f"{mosaic.cols * px:,} x {mosaic.rows * px:,} px, tiles of {px} px."
        return KINDS[self.kind].sentence


def listed(mosaic: Mosaic, takeaways: Sequence[Takeaway]) -> list[Taken]:
    """In the same order, the one that is or will be made next followed."""
    under_way = [row for row in takeaways if not progress_of(row.job).state.is_over]
    followed: UUID | None = under_way[-1].id if under_way else None
    return [Taken(row, mosaic, progress_of(row.job), row.id == followed) for row in takeaways]
