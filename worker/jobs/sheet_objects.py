"""The sheets of a set: those that are missing are drawn, and all lie end to end in few objects.

An object is never changed. One with bytes that no row names any more (of a sheet that was drawn again, or of which a
tile was removed) is written anew without them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.domain.sheets import OBJECT_SHEETS, SHEET_TILES
from app.models import Sheet, Tile
from app.services.keys import sheets_key
from app.services.tile_bytes import jpegs, places_of
from app.storage.base import MissingObject
from worker.context import Context
from worker.jobs.results import Results
from worker.jobs.sheets import draw

# Both cores draw: OpenCV lets go of Python's lock.
THREADS = 2
# When something has to be written anyway, objects with fewer sheets than this are put together with it.
SMALL = OBJECT_SHEETS // 2


@dataclass(frozen=True)
class Drawn:
    """Sheets as they shall stand in the rows, and how many tiles each sheet of the set had when it was drawn."""

    until: int
    tiles: dict[int, int]
    sheets: list[Sheet] = field(default_factory=list)


class Drawing:
    """One round over the sheets of a set, of the tiles up to number `until`."""

    def __init__(self, context: Context, tile_set_id: UUID, until: int) -> None:
        self._context = context
        self._tile_set_id = tile_set_id
        with context.sessions() as session:
            rows = session.scalars(select(Sheet).where(Sheet.tile_set_id == tile_set_id)).all()
            self.drawn = Drawn(until, _on_each(session, tile_set_id, until))
        sizes = {key: self._size(key) for key in {row.key for row in rows}}
        fresh = [
            row for row in rows if sizes[row.key] and row.tiles == self.drawn.tiles.get(row.number)
        ]
        self._missing = set(self.drawn.tiles) - {row.number for row in fresh}
        self._moved = {row.number: row for row in self._to_be_moved(fresh, sizes)}

    def run(
        self, written: Results, owner_id: UUID, token: UUID, progress: Callable[[float], None]
    ) -> Drawn:
        """Write objects with what is missing and what moves. Raises whatever `progress` raises."""
        wanted = sorted([*self._missing, *self._moved])
        pool = ThreadPoolExecutor(THREADS)
        try:
            for start in range(0, len(wanted), OBJECT_SHEETS):
                some = wanted[start : start + OBJECT_SHEETS]
                key = sheets_key(owner_id, self._tile_set_id, token, start // OBJECT_SHEETS)
                bodies = zip(some, pool.map(self._body, some), strict=True)
                with tempfile.TemporaryFile() as file:
                    for number, body in bodies:
                        self._note(key, number, file.tell(), len(body))
                        file.write(body)
                        progress(len(self.drawn.sheets) / len(wanted))
                    file.seek(0)
                    written.put(key, file, "application/octet-stream")
        finally:
            pool.shutdown(cancel_futures=True)
        return self.drawn

    def _size(self, key: str) -> int:
        """Bytes of an object; 0 for one that was lost, whose sheets are drawn anew."""
        try:
            return self._context.storage.head(key).size
        except MissingObject:
            return 0

    def _to_be_moved(self, fresh: Sequence[Sheet], sizes: Mapping[str, int]) -> Iterator[Sheet]:
        """Sheets that are good as they are, in objects that are not."""
        for key, size in sizes.items():
            rows = [row for row in fresh if row.key == key]
            small = bool(self._missing) and len(rows) < SMALL
            if small or size != sum(row.length for row in rows):
                yield from rows

    def _body(self, number: int) -> bytes:
        storage = self._context.storage
        if row := self._moved.get(number):
            return storage.range(row.key, row.offset, row.length)
        numbers = range(number * SHEET_TILES, min((number + 1) * SHEET_TILES, self.drawn.until))
        with self._context.sessions() as session:
            places = places_of(session, self._tile_set_id, numbers)
        return draw((place.number, jpeg) for place, jpeg in jpegs(storage, places))

    def _note(self, key: str, number: int, offset: int, length: int) -> None:
        moved = self._moved.get(number)
        until = moved.until if moved else min((number + 1) * SHEET_TILES, self.drawn.until)
        self.drawn.sheets.append(
            Sheet(
                tile_set_id=self._tile_set_id,
                number=number,
                key=key,
                offset=offset,
                length=length,
                until=until,
                tiles=self.drawn.tiles[number],
            )
        )


def replace_sheets(session: Session, tile_set_id: UUID, drawn: Drawn) -> list[str]:
    """Write the rows, in the transaction that holds the set. Returns keys of objects that nothing refers to any more.

    A sheet of which a tile was removed since it was drawn is left out: the next survey draws it.
    """
    now = _on_each(session, tile_set_id, drawn.until)
    good = [sheet for sheet in drawn.sheets if now.get(sheet.number) == sheet.tiles]
    mine = Sheet.tile_set_id == tile_set_id
    before = set(session.scalars(select(Sheet.key).where(mine).distinct()))
    numbers = [sheet.number for sheet in drawn.sheets]
    emptied = Sheet.number.not_in(now) & (Sheet.number < drawn.until // SHEET_TILES)
    session.execute(delete(Sheet).where(mine, Sheet.number.in_(numbers) | emptied))
    session.add_all(good)
    session.flush()
    after = set(session.scalars(select(Sheet.key).where(mine).distinct()))
    return sorted((before | {sheet.key for sheet in drawn.sheets}) - after)


def _on_each(session: Session, tile_set_id: UUID, until: int) -> dict[int, int]:
    """How many tiles there are on each sheet."""
    sheet = Tile.number // SHEET_TILES
    rows = session.execute(
        select(sheet, func.count())
        .where(Tile.tile_set_id == tile_set_id, Tile.number < until)
        .group_by(sheet)
    )
    return {int(number): count for number, count in rows}
