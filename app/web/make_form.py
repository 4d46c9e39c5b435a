"""The form of the first page: filled with defaults, from a mosaic to be changed, or as it was just sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.domain.errors import BadInput
from app.domain.options import READERS, MosaicOptions
from app.models import Mosaic
from app.web.fields import new_form_key, uuid_in

DEFAULTS = MosaicOptions().written()
# Typed by hand, so a mistake is shown to be mended; a slider and buttons can only show what they offer.
TYPED = ("cells_across", "shift", "max_uses", "min_distance")


@dataclass(frozen=True)
class MakeForm:
    """What the fields show. `look` is the text of each field of `MosaicOptions`."""

    photo_id: UUID | None = None
    tile_set: UUID | None = None
    look: Mapping[str, str] = field(default_factory=DEFAULTS.copy)
    # The mosaic that is being changed, if one is.
    source: UUID | None = None
    key: str = field(default_factory=new_form_key)

    @classmethod
    def of(cls, mosaic: Mosaic) -> MakeForm:
        """The settings of a mosaic, to be changed: photo and tiles too, so what was decided tile by tile stays behind."""
        return cls(
            photo_id=mosaic.photo_id,
            tile_set=mosaic.tile_set_id,
            look=replace(mosaic.options, bans=(), pins=()).written(),
            source=mosaic.id,
        )

    @classmethod
    def sent(cls, fields: Mapping[str, str]) -> tuple[MakeForm, MosaicOptions, dict[str, str]]:
        """What was sent: the form to show again, the options that follow, and a sentence for each field that is wrong."""
        texts = {name: fields.get(name, "") for name in READERS}
        mistakes = {name: wrong for name, text in texts.items() if (wrong := _mistake(name, text))}
        options = MosaicOptions.parse(**{n: t for n, t in texts.items() if n not in mistakes})
        form = cls(
            photo_id=uuid_in(fields.get("photo_id")),
            tile_set=uuid_in(fields.get("tile_set")),
            look=options.written() | {name: texts[name] for name in TYPED if name in mistakes},
        )
        return form, options, mistakes

    @property
    def beyond_the_slider(self) -> bool:
        """Whether anything but the penalty was chosen: then the page shows it."""
        return any(text != DEFAULTS[name] for name, text in self.look.items() if name != "penalty")

    def with_photo(self, photo_id: UUID) -> MakeForm:
        """The same with a photo that was taken in meanwhile."""
        return replace(self, photo_id=photo_id)


def _mistake(name: str, text: str) -> str | None:
    """One field at a time, so that each mistake is told and not the first alone."""
    try:
        MosaicOptions.parse(**{name: text})
    except BadInput as mistake:
        return mistake.sentence
    return None
