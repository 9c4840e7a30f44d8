"""Decoder configurations put together by hand."""

from __future__ import annotations

from collections.abc import Iterable


def avc_record(levels: Iterable[int]) -> bytes:
    """An `avcC` record with an SPS and a PPS for each level, numbered as a film of so many encoders has them."""
    numbered = [(level, 0 if n == 0 else 14 + n) for n, level in enumerate(levels)]
    sequences = [bytes((0x67, 100, 0, level)) + _closed(_code(number) + "0110") for level, number in numbered]
    pictures = [bytes((0x68,)) + _closed(_code(n) * 2 + f"1{level:08b}") for level, n in numbered]
    record = bytes((1, 100, 0, max(level for level, _ in numbered), 0xFF))
    for mark, units in ((0xE0, sequences), (0, pictures)):
        record += bytes((mark | len(units),))
        record += b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
    return record


def _code(number: int) -> str:
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits


def _closed(bits: str) -> bytes:
    bits += "1"
    return int(bits + "0" * (-len(bits) % 8), 2).to_bytes(-(-len(bits) // 8), "big")
