"""A JPEG that already is what a tile would be keeps its pixels: its coefficients become the tile, under a header of our own.

Decoding it and coding the pixels again would lose a little of it each time, and take as long as decoding. With the Huffman
tables of the standard, which our encoder uses, the same coefficients are the same bytes: coding them again would give what the
file has, so it is taken from there. Of all else in the file only the tables that say how coarse each frequency is are taken,
as numbers; no comment, no EXIF, nothing between or behind [1]_.

.. [1] ITU-T T.81 (1992): annexes B (what a file consists of), F (how coefficients are coded) and K (the tables).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

import numpy as np
import simplejpeg

Segment = tuple[int, bytes]
"""What a mark stands for, and what follows it without its length."""

# What takes more is coded anew, and coarser: a tile is one of thousands.
MOST_BYTES_PER_PIXEL = 1.0
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", b"\xff\xda"
_FRAME, _HUFFMAN, _COARSE = 0xC0, 0xC4, 0xDB
# JFIF, EXIF and comments.
_LEFT_OUT = {0xE0, 0xE1, 0xFE}
# Y, Cb, Cr with one table for the first and one for the others; their colours for 2 x 2 pixels together, or for each.
_CHANNELS = {bytes([3, 1, y, 0, 2, 0x11, 1, 3, 0x11, 1]) for y in (0x22, 0x11)}
_BITS = b"\x08"
_COARSE_BYTES, _COUNTS = 64, 16
_LONGEST_HEAD, _HEADS = 4096, 256


def kept(data: bytes, pixels: int) -> bytes | None:
    """The tile that keeps what is in `data`; None where it has to be coded anew.

    data : all of a JPEG that our decoder decoded without finding anything wrong with it, to so many pixels, upright.
    """
    scan = data.find(_SCAN)
    if scan > _LONGEST_HEAD or len(data) - scan > pixels * MOST_BYTES_PER_PIXEL:
        return None
    first = scan + len(_scan_header())
    # Each FF in a scan is followed by a zero; or it is a mark: a restart, another scan, something between.
    marks = data.count(b"\xff", first) - data.count(b"\xff\x00", first)
    head = _own_head(data[:first]) if marks == 1 and data.endswith(_END) else None
    return None if head is None else head + data[first:]


@functools.lru_cache(_HEADS)
def _own_head(head: bytes) -> bytes | None:
    """What our encoder writes in front of the same scan; None where it would write another one.

    Files that one program saved begin alike: they are asked about once.
    """
    theirs = _segments(head[: -len(_scan_header())])
    taken = [(mark, body) for mark, body in theirs if mark not in _LEFT_OUT]
    frames = [body for mark, body in taken if mark == _FRAME]
    coarse, huffman = _tables(taken, _COARSE), _tables(taken, _HUFFMAN)
    same = (
        head.endswith(_scan_header())
        and {mark for mark, _ in taken} == {_FRAME, _HUFFMAN, _COARSE}
        and len(frames) == 1
        and frames[0][:1] == _BITS
        and frames[0][5:] in _CHANNELS
        and huffman == _tables(_ours(), _HUFFMAN)
        and set(coarse) == {0, 1}
        and all(len(table) == _COARSE_BYTES and 0 not in table for table in coarse.values())
    )
    if not same:
        return None
    head = _START
    for mark, ours in _ours():
        body = ours
        if mark == _FRAME:
            body = frames[0]
        elif mark == _COARSE:
            body = ours[:1] + coarse[ours[0]]
        head += bytes([0xFF, mark]) + (len(body) + 2).to_bytes(2) + body
    return head + _scan_header()


@functools.cache
def _ours() -> list[Segment]:
    """What our encoder writes in front of a scan."""
    data = _example()
    return list(_segments(data[: data.index(_SCAN)]))


@functools.cache
def _scan_header() -> bytes:
    data = _example()
    at = data.index(_SCAN)
    return data[at : at + 2 + int.from_bytes(data[at + 2 : at + 4])]


def _example() -> bytes:
    data: bytes = simplejpeg.encode_jpeg(np.zeros((16, 16, 3), np.uint8), 90, "BGR", "420")
    return data


def _segments(head: bytes) -> Iterator[Segment]:
    """Of what stands before a scan. One with the mark 0 ends it where it is damaged."""
    at = len(_START)
    while at < len(head):
        length = int.from_bytes(head[at + 2 : at + 4])
        end = at + 2 + length
        if head[at] != 0xFF or length < 2 or end > len(head):
            yield 0, b""
            return
        yield head[at + 1], head[at + 4 : end]
        at = end


def _tables(segments: Iterable[Segment], mark: int) -> dict[int, bytes]:
    """By what they are for; several may lie in one segment. A later one is in the place of an earlier one."""
    found: dict[int, bytes] = {}
    for body in (body for each, body in segments if each == mark):
        at = 0
        while at < len(body):
            counts = body[at + 1 : at + 1 + _COUNTS]
            length = _COARSE_BYTES if mark == _COARSE else _COUNTS + sum(counts)
            found[body[at]] = body[at + 1 : at + 1 + length]
            at += 1 + length
    return found
