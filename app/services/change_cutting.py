"""Say how pictures and films are cut into tiles that are added to a set from now on."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.films import FilmCut
from app.domain.readers import meaning
from app.domain.sources import Crop
from app.models import TileSet
from app.services.browse import tile_set_for

crop_in = meaning(
    "crop",
    "The square of a picture is its middle or its subject: “{text}” is neither. Choose one.",
    {crop.value: crop for crop in Crop},
)


def change_cutting(
    session: Session, *, owner_id: UUID, tile_set_id: UUID, texts: Mapping[str, str]
) -> TileSet:
    """Commit what a form or a command says; tiles that are there stay as they are. Raises NotFound, BadInput.

    texts : `crop`, and the fields of `FilmCut`. What is not among them stays, what is empty is the default again.
    """
    tile_set = tile_set_for(session, owner_id, tile_set_id, mine=True)
    films = FilmCut.parse(FilmCut.of(tile_set.films).written() | dict(texts))
    tile_set.crop = crop_in(texts.get("crop", tile_set.crop).strip()) or Crop.CENTRE
    tile_set.films = films.as_json()
    session.commit()
    return tile_set
