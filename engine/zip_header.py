"""What a member's own header in a zip says, held against the directory: programs that trust the one must see what those see
that trust the other (Python Package Index 2025, https://blog.pypi.org/posts/2025-08-07-wheel-archive-confusion-attacks/).
"""

from __future__ import annotations

import struct

from engine.errors import BadArchive
from engine.zip_columns import ENCRYPTED, LARGE, STREAMED, UTF8
from engine.zip_directory import Member, large, name_of

HEADER = struct.Struct("<4s2xHH4xLLLHH")
"""Mark, flags, method, CRC, packed, unpacked, length of the name, length of the extra field."""

_DESCRIPTOR_MARK = b"PK\x07\x08"
# Whether it is locked, streamed, and how the name is written; what else there is says how hard the packer tried.
FLAGS_THAT_MATTER = ENCRYPTED | STREAMED | UTF8


def agrees(
    member: Member, header: tuple[bytes, int, int, int, int, int, int, int], rest: bytes
) -> bool:
    """Whether name, flags, method, sizes and CRC are the directory's; `rest` is the name and the extra field."""
    _, flags, method, crc, packed, unpacked, name_length, _ = header
    if (flags ^ member.flags) & FLAGS_THAT_MATTER or method != member.method:
        return False
    if name_of(rest[:name_length], flags) != member.name:
        return False
    if LARGE in {packed, unpacked}:
        try:
            unpacked, packed, _ = large(rest[name_length:], (unpacked, packed, 0))
        except BadArchive:
            return False
    said = (crc, packed, unpacked)
    return said == member[3:6] or bool(flags & STREAMED and not any(said))


def ends(member: Member, behind: bytes, length: int) -> bool:
    """Whether nothing follows a member's bytes but the CRC and the sizes of one that was streamed."""
    if not member.flags & STREAMED:
        return length == 0
    said = member[3:6]
    short = struct.pack("<3L", *said) if max(said) < LARGE else b""
    forms = {short, struct.pack("<LQQ", *said)} - {b""}
    return length == len(behind) and behind.removeprefix(_DESCRIPTOR_MARK) in forms
