"""What `tessera tiles add` does: find the set, send the files, ring for the workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import Sessions, connect, sessions_from
from app.domain.errors import NotFound, TesseraError
from app.domain.limits import SYSTEM_OWNER
from app.domain.sources import SourceKind
from app.models import TileSet
from app.queue import CeleryDoorbell, Doorbell
from app.services.add_pictures import add_pictures
from app.services.change_cutting import change_cutting
from app.services.create_tile_set import create_tile_set
from app.settings import Settings
from app.storage import storage_from
from app.storage.base import Storage
from cli.tiles.bundles import as_one_file, in_bundles, is_apart
from cli.tiles.places import Found, OpenBucket, found_at

# What is told in a line; anything else is a fault of ours and deserves its traceback.
mistakes = (TesseraError, OperationalError, OSError)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Services:
    """Of a running Tessera."""

    sessions: Sessions
    storage: Storage
    doorbell: Doorbell
    open_bucket: OpenBucket


def add(
    environ: Mapping[str, str],
    name: str,
    places: Sequence[str],
    say: Say,
    *,
    cutting: Mapping[str, str],
) -> None:
    """Send all files at the places to the set, which cuts them as it is told. Raises one of `mistakes`."""
    settings = Settings.from_environ(environ)
    pool = connect(settings.database_url, pool_size=2)
    opened = partial(storage_from, **settings.s3)
    try:
        services = Services(
            sessions_from(pool),
            opened(settings.storage_url),
            CeleryDoorbell(settings.redis_url),
            opened,
        )
        add_places(services, name, places, say, cutting=cutting)
    finally:
        pool.dispose()


def add_places(
    services: Services,
    name: str,
    places: Sequence[str],
    say: Say,
    *,
    cutting: Mapping[str, str] | None = None,
) -> None:
    """Send all files at the places to the set, a few zips at a time. Raises BadInput, NotFound, StorageDown.

    cutting : how they are cut, as a form would say it; see `app.services.change_cutting`.
    """
    with services.sessions() as session:
        tile_set = set_named(session, name)
        if cutting:
            change_cutting(
                session, owner_id=tile_set.owner_id, tile_set_id=tile_set.id, texts=cutting
            )
        for place in places:
            for bundle in in_bundles(found_at(place, services.open_bucket)):
                _send(services, session, tile_set, place, bundle)
                files = "1 file" if len(bundle) == 1 else f"{len(bundle):,} files"
                say(f"{place}: {files} sent to “{tile_set.name}”; the workers read them.")


def set_named(session: Session, name: str) -> TileSet:
    """A set of anybody's by its id; or a shared one by its name, made where there is none. Raises NotFound."""
    try:
        found = session.get(TileSet, UUID(name))
    except ValueError:
        shared = select(TileSet).where(TileSet.owner_id == SYSTEM_OWNER, TileSet.name == name)
        found = session.scalars(shared.order_by(TileSet.created_at)).first()
        return found or create_tile_set(session, owner_id=SYSTEM_OWNER, name=name)
    if found is None:
        raise NotFound(f"There is no tile set with the id {name}.")
    return found


def _send(
    services: Services, session: Session, tile_set: TileSet, place: str, bundle: list[Found]
) -> None:
    apart = is_apart(bundle[0])
    name = bundle[0].name if apart else f"{place.rstrip('/').rsplit('/', 1)[-1]}.zip"
    with as_one_file(bundle) as stream:
        add_pictures(
            session,
            services.storage,
            services.doorbell,
            owner_id=tile_set.owner_id,
            tile_set_id=tile_set.id,
            files=[(name, stream)],
            idempotency_key=str(uuid4()),
            kind=None if apart else SourceKind.FOLDER,
        )
