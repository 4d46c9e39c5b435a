"""Afterwards: is everything there that was accepted, once, whole, and nothing else?"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import Sessions
from app.domain.states import JobState
from app.models import Base, Job, Mosaic, Pack, Source, Tile, TileSet
from app.storage.base import MissingObject, Storage
from tests.chaos import things
from tests.chaos.ledger import Accepted, Ledger

PICTURES = ("jpeg_key", "zoom_key", "preview_key", "photo_view_key")


@dataclass
class Verdict:
    """Each entry is a sentence about one thing that is wrong."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    rows_without_object: list[str] = field(default_factory=list)
    objects_without_row: list[str] = field(default_factory=list)
    bad_hash: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {name: len(found) for name, found in vars(self).items()}

    def sentences(self) -> Iterator[str]:
        for name, found in vars(self).items():
            yield from (f"{name}: {each}" for each in found)


def judge(sessions: Sessions, storage: Storage, ledger: Ledger, calm: Ledger) -> Verdict:
    """Compare what was accepted, the rows, and the objects. `calm` are the same jobs done while nothing was disturbed."""
    verdict = Verdict()
    hashes = _Hashes(storage, verdict)
    with sessions() as session:
        for entry in [*calm.entries, *ledger.entries]:
            if entry.in_doubt:
                continue
            look = _mosaic if entry.kind == "mosaic" else _source
            look(session, entry, verdict, hashes)
        _objects(session, storage, verdict)
    for group, found in [*calm.shown, *ledger.shown]:
        hashes.equal(f"what the slider shows of {group}", "one", found)
    return verdict


def _mosaic(session: Session, entry: Accepted, verdict: Verdict, hashes: _Hashes) -> None:
    verdict.twice += [
        f"mosaic {entry.id} is {each}, too" for each in entry.again if each != entry.id
    ]
    mosaic = session.get(Mosaic, entry.id)
    if (mosaic is None) != entry.deleted:
        verdict.lost.append(f"mosaic {entry.id}: deleted {entry.deleted}, row {mosaic}")
    if mosaic is None:
        return
    job = mosaic.job
    hashes.right(mosaic.photo.key, things.photo(entry.photo))
    allowed = {JobState.SUCCEEDED}
    allowed |= {JobState.CANCELLED} if entry.cancelled else set()
    allowed |= {JobState.FAILED} if mosaic.tile_set_id is None else set()
    if job.state not in allowed:
        verdict.lost.append(f"mosaic {entry.id}: {job.state}, attempt {job.attempt}, {job.error}")
    if job.state == JobState.SUCCEEDED:
        for column in PICTURES:
            hashes.same(f"{column} {entry.group}", getattr(mosaic, column))


def _source(session: Session, entry: Accepted, verdict: Verdict, hashes: _Hashes) -> None:
    tile_set = session.get(TileSet, entry.id)
    if (tile_set is None) != entry.deleted:
        verdict.lost.append(f"set {entry.id}: deleted {entry.deleted}, row {tile_set}")
    if tile_set is None:
        return
    sources = session.scalars(select(Source).where(Source.tile_set_id == entry.id)).all()
    if not sources:
        verdict.lost.append(f"what was added to set {entry.id}")
        return
    if len(sources) > 1:
        verdict.twice.append(f"what was added to set {entry.id}: {len(sources)} times")
    job = session.scalars(
        select(Job).where(Job.source_id == sources[0].id, Job.part.is_(None))
    ).one()
    if job.state != JobState.SUCCEEDED or sources[0].refused:
        verdict.lost.append(f"reading {entry.group} {entry.id}: {job.state}, {job.error}")
        return
    _tiles(session, entry, tile_set, sources[0], verdict, hashes)


def _tiles(
    session: Session,
    entry: Accepted,
    tile_set: TileSet,
    source: Source,
    verdict: Verdict,
    hashes: _Hashes,
) -> None:
    there = session.scalars(select(Tile.digest).where(Tile.tile_set_id == entry.id)).all()
    counts = {len(there), tile_set.tile_count, source.taken}
    if len(set(there)) != len(there) or len(counts) > 1:
        verdict.twice.append(f"tiles of set {entry.id}: {len(there)} rows, counted as {counts}")
    wanted = entry.bundle.digests if entry.bundle else None
    if wanted is not None and set(there) != wanted:
        verdict.lost.append(f"tiles of set {entry.id}: {len(set(there) ^ wanted)} differ")
    if wanted is None:
        hashes.equal(f"tiles of {entry.group}", entry.id, repr(sorted(there)))
    # Without the number of the pack: two parts may be saved in either order.
    packs = session.scalars(select(Pack).where(Pack.tile_set_id == entry.id)).all()
    for name in ("key", "thumbs_key"):
        bodies = sorted(hashes.of(getattr(pack, name)) for pack in packs)
        hashes.equal(f"{name} of {entry.group}", entry.id, repr(bodies))


@dataclass
class _Hashes:
    """What each thing was when it was made in peace, or first."""

    storage: Storage
    verdict: Verdict
    first: dict[str, str] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """Many mosaics are of one photo: each object is read once."""
        if key not in self.read:
            try:
                self.read[key] = hashlib.sha256(self.storage.get(key)).hexdigest()
            except MissingObject:
                self.read[key] = "missing"
        return self.read[key]

    def right(self, key: str, body: bytes) -> None:
        if self.of(key) != hashlib.sha256(body).hexdigest():
            self.verdict.bad_hash.append(f"{key} is not what was sent")

    def same(self, what: str, key: str | None) -> None:
        if key is None:
            self.verdict.rows_without_object.append(f"{what}: a finished mosaic names none")
        else:
            self.equal(what, key, self.of(key))

    def equal(self, what: str, which: UUID | str, found: str) -> None:
        if self.first.setdefault(what, found) != found:
            self.verdict.bad_hash.append(f"{what}: {which} differs from the one made in peace")


def keys_in_rows(session: Session) -> dict[str, str]:
    """Every key that any table names, and the column that does: a table that comes later is looked at, too."""
    found: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name == "key" or column.name.endswith("_key"):
                values = session.scalars(select(column).where(column.is_not(None)))
                found |= {key: str(column) for key in values if str(key).startswith("o/")}
    return found


def _objects(session: Session, storage: Storage, verdict: Verdict) -> None:
    named = keys_in_rows(session)
    there = {info.key for info in storage.list("o/")}
    verdict.rows_without_object += [f"{named[key]} {key}" for key in sorted(set(named) - there)]
    verdict.objects_without_row += sorted(there - set(named))
    results = defaultdict(set)
    for key in there:
        if key.endswith("/mosaic.jpg"):
            results[key.split("/")[3]].add(key)
    verdict.twice += [
        f"mosaic {which} has {keys}" for which, keys in results.items() if len(keys) > 1
    ]


def attempts(sessions: Sessions) -> dict[int, int]:
    """How many jobs took how many attempts."""
    with sessions() as session:
        rows = session.execute(select(Job.attempt, func.count()).group_by(Job.attempt))
        return dict(sorted(tuple(row) for row in rows))
