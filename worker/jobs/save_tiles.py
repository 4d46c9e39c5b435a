"""The rows of what was read: packs, tiles by COPY, refusals and counts, in the transaction that ends the job."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.limits import REFUSALS_LISTED
from app.domain.names import shown_name
from app.models import Pack, Refusal, Source, TileSet
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import strip_key
from app.services.quotas import no_more_tiles, take_tiles
from app.services.tile_digests import known_digests
from worker.errors import JobLost
from worker.jobs.former_sources import former_sources
from worker.jobs.found import Found
from worker.jobs.packing import Packed, Packer
from worker.jobs.results import Results
from worker.jobs.strip import strip_of
from worker.jobs.tile_rows import COPY_TILES, rows_of

Rest = Callable[[dict[str, int]], dict[str, Any]]
"""From what was found in all to what is left to do."""


def save_tiles(
    session: Session,
    job: Claimed,
    source: Source,
    packer: Packer,
    found: Found,
    *,
    written: Results,
    rest: Rest | None = None,
) -> list[str]:
    """Write all rows and finish the job. Returns keys of objects that nothing refers to any more. Raises JobLost.

    rest : gives the job's new details, where it is not finished but goes on from here. Its attempts begin anew.

    Where the owner may not have all of these tiles, those that there is room for are taken and the job ends.
    """
    room = take_tiles(session, source.owner_id)
    # Locked, so that parts saved at once see each other's tiles.
    tile_set = session.get(TileSet, source.tile_set_id, with_for_update=True)
    if tile_set is None:
        raise JobLost
    known = known_digests(session, tile_set.id, [d for pack in packer.packs for d in pack.digests])
    found.leave_out(len(known))
    known |= _turned_away(session, packer.packs, known, found, room)
    if rest is None or found.full:
        ours = job_table.finish(session, job, **found.total)
    else:
        total = found.total
        ours = job_table.report(session, job, details=rest(total), attempt=1, **total)
    if not ours:
        raise JobLost
    forgotten = _save_packs(session, source, packer.packs, known)
    key = strip_key(job.owner_id, tile_set.id, job.token)
    # The strip shows what most of the set is like.
    if found.taken > tile_set.tile_count and tile_set.strip_key != key:
        forgotten += [tile_set.strip_key] if tile_set.strip_key else []
        tile_set.strip_key = written.put(key, strip_of(packer.sample), "image/jpeg")
    tile_set.tile_count += found.taken
    tile_set.generation += found.taken > 0
    _save_refusals(session, source, found)
    counts: dict[Any, Any] = {
        column: column + found.counts[column.key]
        for column in (Source.taken, Source.refused, Source.duplicates)
    }
    session.execute(update(Source).where(Source.id == source.id).values(counts))
    return forgotten


def _turned_away(
    session: Session, packs: list[Packed], known: Container[bytes], found: Found, room: int | None
) -> set[bytes]:
    """Digests of the tiles that there is no room for, the last ones."""
    if room is None or found.taken <= room:
        return set()
    new = [
        (digest, name)
        for pack in packs
        for digest, name in zip(pack.digests, pack.names, strict=True)
        if digest not in known
    ]
    name = shown_name(new[room][1], otherwise="picture")
    more = len(new) - room - 1
    found.taken = room
    found.turn_away(more + 1, f"{name} and {more:,} more" if more else name, no_more_tiles(session))
    return {digest for digest, _ in new[room:]}


def _save_packs(
    session: Session, source: Source, packs: list[Packed], known: Container[bytes]
) -> list[str]:
    """Rows of packs and of their tiles but those that are known. A pack without any is forgotten."""
    forgotten: list[str] = []
    ids = former_sources(session, source, packs, known)
    cursor = session.connection().connection.cursor()
    for pack in packs:
        if all(digest in known for digest in pack.digests):
            forgotten += [pack.key, pack.thumbs_key]
            continue
        session.add(
            Pack(
                id=pack.id,
                tile_set_id=source.tile_set_id,
                source_id=None if ids else source.id,  # its tiles do not go with one source
                key=pack.key,
                thumbs_key=pack.thumbs_key,
                first_tile=pack.first,
                film=pack.film,
                tiles=len(pack.names),
                bytes=pack.size,
            )
        )
        session.flush()
        with cursor.copy(COPY_TILES) as copy:
            copy.write(rows_of(source, pack, known, ids))
    return forgotten


def _save_refusals(session: Session, source: Source, found: Found) -> None:
    """As many as are read by anyone; numbered so that they stand in the order of the files."""
    listed = session.scalars(
        select(Refusal.number).where(Refusal.source_id == source.id).limit(REFUSALS_LISTED)
    ).all()
    room = max(REFUSALS_LISTED - len(listed), int(found.full))
    rows = [
        {
            "source_id": source.id,
            "number": found.first + number,
            "name": shown_name(refusal.name, otherwise="file"),
            "reason": refusal.reason,
        }
        for number, refusal in enumerate(found.refusals[:room])
    ]
    if rows:
        session.execute(insert(Refusal).values(rows).on_conflict_do_nothing())
