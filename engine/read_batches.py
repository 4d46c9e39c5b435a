"""Many pictures to tiles, some hundred at a time: what `decode.read_tiles` does, for libraries."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import blake2b

from engine.decode import Source, batches
from engine.decoder import Decoder
from engine.limits import TILE_PX
from engine.tile_batch import TileBatch, batch_of
from engine.types import Refusal

DIGEST_BYTES = 16

Known = Callable[[Sequence[bytes]], Container[bytes]]
Digested = tuple[str, bytes, bytes] | Refusal


def digest(data: bytes) -> bytes:
    """16 bytes that are the same for the same file, and for no other that anybody will find (BLAKE2b)."""
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def read_batches(
    files: Iterable[Source],
    decoders: Sequence[Decoder],
    *,
    known: Known | None = None,
    tile_px: int = TILE_PX,
) -> Iterator[TileBatch]:
    """Read pictures as tiles, in the order given; each decoder works on a batch of its own.

    files : (name, bytes), taken a few batches ahead of what was consumed. A `Refusal` among them comes out in its place.
    decoders : the caller's, who closes them; started when first needed.
    known : asked with the digests of a batch which of them are not to be read, because they were before. Where nobody is
        asked, every file is read, however often it comes.
    tile_px : the side of a tile at most; a smaller picture is not enlarged.

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
            pending.append(pool.submit(_read, idle, _unknown(batch, known), len(batch), tile_px))
            if len(pending) > 2 * len(decoders):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


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
    idle: queue.SimpleQueue[Decoder], files: list[Digested], count: int, tile_px: int
) -> TileBatch:
    decoder = idle.get()
    try:
        data = [file[1] for file in files if not isinstance(file, Refusal)]
        answers = decoder.tiles(data, tile_px) if data else []
    finally:
        idle.put(decoder)
    named = [file if isinstance(file, Refusal) else (file[0], file[2]) for file in files]
    return batch_of(named, answers, count - len(files))
