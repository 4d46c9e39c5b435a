"""Coefficients out of a JPEG's scan and back into one, symbol by symbol: slow and obvious, after ITU-T T.81, annexes C and F."""

from collections.abc import Iterator
from dataclasses import dataclass

END_OF_BLOCK = 0x00
Codes = dict[str, int]
"""Ones and zeros, and the symbol that they stand for."""
Block = tuple[int, list[tuple[int, int]]]
"""The difference to the last block's mean, then (zeros before it, value) for each coefficient that is not zero."""


@dataclass
class Scan:
    """A JPEG of one scan: its Huffman tables by class and number, the tables of each block of a unit, and what is coded."""

    codes: dict[int, Codes]
    unit: list[int]
    units: int
    body: bytes


def scan_of(data: bytes) -> Scan:
    codes: dict[int, Codes] = {}
    at = 2
    while True:
        mark, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if mark == 0xC4:
            codes |= huffman(body)
        elif mark == 0xC0:
            height, width, sampled = (
                int.from_bytes(body[1:3]),
                int.from_bytes(body[3:5]),
                body[7] >> 4,
            )
            across, down = (-(-side // (8 * sampled)) for side in (width, height))
            unit, units = [0] * sampled**2 + [1, 1], across * down
        elif mark == 0xDA:
            return Scan(codes, unit, units, data[at:-2])


def huffman(body: bytes) -> dict[int, Codes]:
    found: dict[int, Codes] = {}
    while body:
        counts, symbols = body[1:17], iter(body[17:])
        code, codes = 0, {}
        for length, count in enumerate(counts, start=1):
            for _ in range(count):
                codes[f"{code:0{length}b}"] = next(symbols)
                code += 1
            code <<= 1
        found[body[0]] = codes
        body = body[17 + sum(counts) :]
    return found


def blocks(scan: Scan) -> Iterator[tuple[int, Block]]:
    """Of each block the number of its tables, and what is in it."""
    bits = iter("".join(f"{byte:08b}" for byte in scan.body.replace(b"\xff\x00", b"\xff")))

    def symbol(codes: Codes) -> int:
        code = ""
        while code not in codes:
            code += next(bits)
        return codes[code]

    def value(size: int) -> int:
        said = "".join(next(bits) for _ in range(size))
        if not said:
            return 0
        return int(said, 2) if said[0] == "1" else int(said, 2) - 2**size + 1

    for number in scan.unit * scan.units:
        mean = value(symbol(scan.codes[number]))
        others, place = [], 1
        while place < 64:
            found = symbol(scan.codes[0x10 | number])
            if found == END_OF_BLOCK:
                break
            zeros, size = found >> 4, found & 15
            others.append((zeros, value(size)))
            place += zeros + 1
        yield number, (mean, others)


def coded(scan: Scan) -> bytes:
    """Its coefficients, coded again with its own tables."""
    bits = []
    for number, (mean, others) in blocks(scan):
        means, rest = (
            {symbol: code for code, symbol in scan.codes[kind | number].items()}
            for kind in (0, 0x10)
        )
        bits.append(means[abs(mean).bit_length()] + written(mean))
        for zeros, value in others:
            bits.append(rest[zeros << 4 | abs(value).bit_length()] + written(value))
        if sum(zeros + 1 for zeros, _ in others) < 63:
            bits.append(rest[END_OF_BLOCK])
    whole = "".join(bits)
    whole += "1" * (-len(whole) % 8)
    return int(whole, 2).to_bytes(len(whole) // 8).replace(b"\xff", b"\xff\x00")


def written(value: int) -> str:
    size = abs(value).bit_length()
    if not size:
        return ""
    return f"{value if value > 0 else value + 2**size - 1:0{size}b}"
