"""Many pictures to tiles, some hundred at a time, or one after the other."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing

from engine.decode import CHILDREN, Source, batches
from engine.decoder import Decoder
from engine.fingerprint import digest
from engine.kinds import Body
from engine.limits import TILE_PX
from engine.tile_batch import TileBatch, batch_of
from engine.types import Crop, Refusal, TileRead

Known = Callable[[Sequence[bytes]], Container[bytes]]
Digested = tuple[str, Body, bytes] | Refusal


def read_batches(
    files: Iterable[Source],
    decoders: Sequence[Decoder],
    *,
    known: Known | None = None,
    tile_px: int = TILE_PX,
    crop: Crop = "centre",
) -> Iterator[TileBatch]:
    """Read pictures as tiles, in the order given; each decoder works on a batch of its own.

    files : (name, bytes), taken a few batches ahead of what was consumed. A `Refusal` among them comes out in its place.
    decoders : the caller's, who closes them; started when first needed.
    known : asked with the digests of a batch which of them are not to be read, because they were before. Where nobody is
        asked, every file is read, however often it comes.
    tile_px : the side of a tile at most; a smaller picture is not enlarged.
    crop : "centre": the largest square in the middle; "salient": the largest one where a face or the subject is.

    Every file is a tile, a refusal or a duplicate of its batch; no file stops the others.
    """
    with ExitStack() as stack:
        idle: queue.SimpleQueue[Decoder] = queue.SimpleQueue()
        for decoder in decoders:
            idle.put(decoder)
        pool = stack.enter_context(ThreadPoolExecutor(len(decoders)))
        pending: deque[Future[TileBatch]] = deque()
        stack.callback(lambda: [future.cancel() for future in pending])
        for batch in batches(files):
            unknown = _unknown(batch, known)
            pending.append(pool.submit(_read, idle, unknown, len(batch), tile_px, crop))
            if len(pending) > 2 * len(decoders):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def read_tiles(
    files: Iterable[Source], *, tile_px: int = TILE_PX, crop: Crop = "centre"
) -> Iterator[TileRead | Refusal]:
    """Read pictures as tiles one after the other, on both cores: `read_batches` with decoders of its own.

    Of each batch tiles come first, then refusals, both in the order of their files.
    """
    with ExitStack() as stack:
        decoders = [stack.enter_context(closing(Decoder())) for _ in range(CHILDREN)]
        for batch in read_batches(files, decoders, tile_px=tile_px, crop=crop):
            yield from batch
            yield from batch.refusals


def _unknown(batch: list[Source], known: Known | None) -> list[Digested]:
    """The batch without what is known or comes twice in it."""
    with_digest: list[Digested] = [
        file if isinstance(file, Refusal) else (*file, digest(file[1])) for file in batch
    ]
    if known is None:
        return with_digest
    left_out = known([file[2] for file in with_digest if not isinstance(file, Refusal)])
    seen: set[bytes] = set()
    kept: list[Digested] = []
    for file in with_digest:
        if not isinstance(file, Refusal):
            if file[2] in left_out or file[2] in seen:
                continue
            seen.add(file[2])
        kept.append(file)
    return kept


def _read(
    idle: queue.SimpleQueue[Decoder], files: list[Digested], count: int, tile_px: int, crop: Crop
) -> TileBatch:
    decoder = idle.get()
    try:
        data = [file[1] for file in files if not isinstance(file, Refusal)]
        answers = decoder.tiles(data, tile_px, crop) if data else []
    finally:
        idle.put(decoder)
    named = [file if isinstance(file, Refusal) else (file[0], file[2]) for file in files]
    return batch_of(named, answers, count - len(files))
