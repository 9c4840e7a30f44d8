"""Bitstream reader: the bits and Exp-Golomb codes of a NAL unit, one after the other. Pure."""

from __future__ import annotations


class Bits:
    """Reads an escaped NAL unit bit by bit. Reading past the end raises `IndexError`."""

    def __init__(self, nal: bytes) -> None:
        self._bytes = nal.replace(b"\0\0\3", b"\0\0")
        self._at = 0

    def u(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | (self._bytes[self._at >> 3] >> (7 - (self._at & 7)) & 1)
            self._at += 1
        return value

    def flag(self) -> bool:
        return bool(self.u(1))

    def ue(self) -> int:
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 32:
                raise IndexError("no such code")
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)

    def more(self) -> bool:
        """Whether anything but the closing bit and padding is left."""
        end = len(self._bytes) * 8 - 1
        while end > self._at and not self._bytes[end >> 3] >> (7 - (end & 7)) & 1:
            end -= 1
        return self._at < end
