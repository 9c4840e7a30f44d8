"""Bitstream reader: the bits and Exp-Golomb codes of a NAL unit, one after the other. Pure."""

from __future__ import annotations


class Bits:
    """Reads an escaped NAL unit bit by bit. Reading past the end raises `IndexError`."""

    def __init__(self, nal: bytes) -> None:
        raw = unescaped(nal)
        self._value = int.from_bytes(raw, "big")
        self._size = self._left = len(raw) * 8

    @property
    def at(self) -> int:
        """How many bits were read."""
        return self._size - self._left

    def u(self, count: int) -> int:
        if count > self._left:
            raise IndexError("the unit ends early")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def flag(self) -> bool:
        return bool(self.u(1))

    def ue(self) -> int:
        zeros = self._left - self._rest.bit_length()
        if zeros > 32:
            raise IndexError("no such code")
        return self.u(2 * zeros + 1) - 1

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)

    def more(self) -> bool:
        """Whether anything but the closing bit and padding is left."""
        return self._rest & self._rest - 1 != 0

    @property
    def _rest(self) -> int:
        return self._value & (1 << self._left) - 1


def unescaped(nal: bytes) -> bytes:
    """The bytes of a NAL unit without those that keep start codes out of it (ITU-T H.264, 7.4.1)."""
    return nal.replace(b"\0\0\3", b"\0\0")
