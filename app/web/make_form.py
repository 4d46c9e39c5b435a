"""The form of the first page: filled with defaults, from a mosaic to be changed, or as it was just sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.domain.errors import BadInput
from app.domain.limits import PENALTY_DEFAULT
from app.domain.options import DEFAULT_MATCHER, MosaicOptions
from app.models import Mosaic
from app.web.fields import new_form_key, uuid_in


@dataclass(frozen=True)
class MakeForm:
    """What the fields show. `cells_across` is kept as it was written, so that a mistake can be mended."""

    photo_id: UUID | None = None
    tile_set: UUID | None = None
    penalty: float = PENALTY_DEFAULT
    matcher: str = DEFAULT_MATCHER
    cells_across: str = ""
    # The mosaic that is being changed, if one is.
    source: UUID | None = None
    key: str = field(default_factory=new_form_key)

    @classmethod
    def of(cls, mosaic: Mosaic) -> MakeForm:
        """The settings of a mosaic, to be changed."""
        return cls(
            photo_id=mosaic.photo_id,
            tile_set=mosaic.tile_set_id,
            penalty=mosaic.penalty,
            matcher=mosaic.matcher,
            cells_across=str(mosaic.cells_across or ""),
            source=mosaic.id,
        )

    @classmethod
    def sent(cls, fields: Mapping[str, str]) -> tuple[MakeForm, MosaicOptions, dict[str, str]]:
        """What was sent: the form to show again, the options that follow, and a sentence for each field that is wrong."""
        mistakes: dict[str, str] = {}
        penalty = _read("penalty", fields, mistakes).penalty
        matcher = _read("matcher", fields, mistakes).matcher
        cells_across = _read("cells_across", fields, mistakes).cells_across
        form = cls(
            photo_id=uuid_in(fields.get("photo_id")),
            tile_set=uuid_in(fields.get("tile_set")),
            penalty=penalty,
            matcher=matcher,
            cells_across=fields.get("cells_across", ""),
        )
        return form, MosaicOptions(penalty, matcher, cells_across), mistakes

    def with_photo(self, photo_id: UUID) -> MakeForm:
        """The same with a photo that was taken in meanwhile."""
        return replace(self, photo_id=photo_id)


def _read(name: str, fields: Mapping[str, str], mistakes: dict[str, str]) -> MosaicOptions:
    """One field at a time, so that each mistake is told and not the first alone."""
    try:
        return MosaicOptions.parse(**{name: fields.get(name, "")})
    except BadInput as mistake:
        mistakes[name] = mistake.sentence
        return MosaicOptions()
