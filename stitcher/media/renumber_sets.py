"""Gives parameter sets of H.264 and HEVC other numbers, in records and in packets, so that streams of several encoders
can share a track. Pure.

A slice names its PPS by an Exp-Golomb code in the first bits of its header. A number is only ever replaced by one whose
code is as long, or longer by whole bytes (0, of one bit, by 15 to 30, of nine): what follows keeps its place within
bytes, so neither the rest of the header nor the slice's data has to be understood, and every bit that is decoded stays
what it was. Nothing depends on bytes inside a set, which is closed anew.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from stitcher.media.bit_reader import Bits, unescaped
from stitcher.media.decoder_config import skip_profile, unit_kind

_ESCAPABLE = re.compile(rb"\0\0(?=[\0-\3])")
_HEAD_BYTES = 32
"""More than the first fields of any slice take."""
_BUFFERING_PERIOD, _ACTIVE_SETS = 0, 129
"""Messages that name an SPS (ITU-T H.264, D.2.2; H.265, D.3.24)."""


@dataclass(frozen=True, slots=True)
class NewNumbers:
    """How a stream's packets are written under other numbers of its parameter sets."""

    codec: str
    numbers: tuple[tuple[int, int, int], ...]
    """Kind of set (type of its unit), number, new number: of every set it has."""
    length_size: int
    """Bytes of the length in front of each unit, 1 to 4."""
    new_length_size: int


@dataclass(frozen=True, slots=True)
class Code:
    """An Exp-Golomb code, or a number of fixed length, in a unit behind its header."""

    kind: int
    """Of the set that it numbers."""
    at: int
    """Its first bit."""
    size: int
    """Bits."""
    number: int
    fixed: bool = False

    def bits_of(self, number: int) -> int:
        """How many bits it takes to write a number in its place."""
        return self.size if self.fixed else _code_bits(number)

    def written(self, number: int) -> int:
        """The value of those bits."""
        return number if self.fixed else number + 1


class UnitSyntax(ABC):
    """Where a codec's NAL units name parameter sets."""

    header_bytes: int
    most: Mapping[int, int]
    """By kind of set, the highest number it may have."""
    named_in_slices: int
    """The kind of set that slices name."""

    @abstractmethod
    def kind(self, unit: bytes) -> int:
        """The unit's type. Raises `ValueError` for one that is not known here."""

    @abstractmethod
    def is_slice(self, kind: int) -> bool: ...

    @abstractmethod
    def is_message(self, kind: int) -> bool: ...

    @abstractmethod
    def in_slice(self, kind: int, bits: Bits) -> Code:
        """The code in a slice's header."""

    @abstractmethod
    def in_set(self, kind: int, bits: Bits) -> tuple[Code, ...]:
        """The codes in a parameter set, the first of them its own number, unless another stands before it."""

    @abstractmethod
    def message(self, kind: int, body: bytes, new: Callable[[int, int], int]) -> bytes | None:
        """A message's body under new numbers, `None` where it is left out."""


class AvcSyntax(UnitSyntax):
    """ITU-T H.264, 7.3.2 and 7.3.3."""

    header_bytes = 1
    most: Mapping[int, int] = {7: 31, 8: 255, 13: 31}
    named_in_slices = 8

    def kind(self, unit: bytes) -> int:
        kind = unit_kind(unit[0], hevc=False)
        if kind in (14, 15, 20, 21):
            raise ValueError("it has several layers or views")
        return kind

    def is_slice(self, kind: int) -> bool:
        return kind in (1, 2, 5, 19)

    def is_message(self, kind: int) -> bool:
        return kind == 6

    def in_slice(self, kind: int, bits: Bits) -> Code:
        bits.ue()
        bits.ue()
        return _code(self.named_in_slices, bits)

    def in_set(self, kind: int, bits: Bits) -> tuple[Code, ...]:
        if kind == 8:
            return _code(8, bits), _code(7, bits)
        if kind == 7:
            bits.u(24)
        return (_code(7, bits),)

    def message(self, kind: int, body: bytes, new: Callable[[int, int], int]) -> bytes | None:
        if kind != _BUFFERING_PERIOD:
            return body
        code = _code(7, Bits(escaped(body)))
        return _spliced(body, code, new(7, code.number))


class HevcSyntax(UnitSyntax):
    """ITU-T H.265, 7.3.2 and 7.3.6."""

    header_bytes = 2
    most: Mapping[int, int] = {32: 15, 33: 15, 34: 63}
    named_in_slices = 34

    def kind(self, unit: bytes) -> int:
        if (unit[0] & 1) << 5 | unit[1] >> 3:
            raise ValueError("it has several layers or views")
        return unit_kind(unit[0], hevc=True)

    def is_slice(self, kind: int) -> bool:
        return kind <= 9 or 16 <= kind <= 21

    def is_message(self, kind: int) -> bool:
        return kind in (39, 40)

    def in_slice(self, kind: int, bits: Bits) -> Code:
        bits.u(2 if kind >= 16 else 1)
        return _code(self.named_in_slices, bits)

    def in_set(self, kind: int, bits: Bits) -> tuple[Code, ...]:
        if kind == 34:
            return _code(34, bits), _code(33, bits)
        video = Code(32, 0, 4, bits.u(4), fixed=True)
        if kind == 32:
            return (video,)
        skip_profile(bits)
        return video, _code(33, bits)

    def message(self, kind: int, body: bytes, new: Callable[[int, int], int]) -> bytes | None:
        # Fewer numbers than codes longer by whole bytes; nothing that is decoded depends on these messages.
        return None if kind in (_BUFFERING_PERIOD, _ACTIVE_SETS) else body


SYNTAX: Mapping[str, UnitSyntax] = {"h264": AvcSyntax(), "hevc": HevcSyntax()}
"""By codec."""


def own_code(codec: str, unit: bytes) -> Code:
    """A parameter set's own number. Raises `ValueError` for a unit that cannot be read."""
    return next(code for code in _codes(SYNTAX[codec], unit) if code.kind == SYNTAX[codec].kind(unit))


def numbers_like(codec: str, code: Code) -> Iterator[int]:
    """What a set can be numbered, its own number first."""
    syntax = SYNTAX[codec]
    yield code.number
    for number in range(syntax.most[code.kind] + 1):
        longer = _code_bits(number) - code.size
        fits = (longer >= 0 and longer % 8 == 0) or not _is_named_in_bytes(codec, code.kind)
        if number != code.number and fits:
            yield number


def _is_named_in_bytes(codec: str, kind: int) -> bool:
    """Whether units name sets of that kind where bytes have to keep their places."""
    return kind == SYNTAX[codec].named_in_slices or codec == "h264"


class Renumbering:
    """A stream's units and packets under new numbers of its parameter sets."""

    def __init__(self, how: NewNumbers) -> None:
        self._syntax = SYNTAX[how.codec]
        self._numbers = {(kind, number): new for kind, number, new in how.numbers}
        self._length_size, self._new_length_size = how.length_size, how.new_length_size

    def packet(self, data: bytes) -> bytes:
        """A packet of the stream. Raises `ValueError` for one that cannot be read."""
        made = []
        at, size = 0, self._length_size
        while at < len(data):
            begin = at + size
            at = begin + int.from_bytes(data[at:begin], "big")
            if begin >= at or at > len(data):
                raise ValueError("the lengths inside it do not add up")
            if unit := self.unit(data[begin:at]):
                made.append(len(unit).to_bytes(self._new_length_size, "big"))
                made.append(unit)
        return b"".join(made)

    def unit(self, unit: bytes) -> bytes:
        """One NAL unit; empty where nothing of it is left.

        Raises `ValueError` for one that cannot be read, or names a set that has no number here.
        """
        syntax = self._syntax
        kind = syntax.kind(unit)
        try:
            if syntax.is_slice(kind):
                return self._slice(unit, kind)
            if kind in syntax.most:
                return self._set(unit)
            return self._messages(unit) if syntax.is_message(kind) else unit
        except (IndexError, KeyError):
            raise ValueError("a unit in it cannot be read") from None

    def _new(self, kind: int, number: int) -> int:
        return self._numbers[kind, number]

    def _slice(self, unit: bytes, kind: int) -> bytes:
        begin = self._syntax.header_bytes
        end = begin + _HEAD_BYTES
        if unit[end - 3 : end] == b"\0\0\3":
            end -= 1
        code = self._syntax.in_slice(kind, Bits(unit[begin:end]))
        new = self._new(code.kind, code.number)
        if new == code.number:
            return unit
        head = unescaped(unit[begin:end])
        if any(head[_touched(code) :]):
            # From a byte that is not zero on, how bytes are escaped does not depend on what stands before it.
            return unit[:begin] + _escaped_within(_spliced(head, code, new)) + unit[end:]
        return unit[:begin] + escaped(_spliced(unescaped(unit[begin:]), code, new))

    def _set(self, unit: bytes) -> bytes:
        codes = [(code, self._new(code.kind, code.number)) for code in _codes(self._syntax, unit)]
        begin = self._syntax.header_bytes
        return unit[:begin] + escaped(_closed_anew(unescaped(unit[begin:]), codes))

    def _messages(self, unit: bytes) -> bytes:
        begin = self._syntax.header_bytes
        raw = unescaped(unit[begin:])
        made, at = bytearray(), 0
        while at < len(raw) - 1:
            kind, start = _message_number(raw, at)
            size, start = _message_number(raw, start)
            at = start + size
            if at > len(raw):
                raise IndexError("a message ends early")
            body = self._syntax.message(kind, raw[start:at], self._new)
            if body is not None:
                made += _message_head(kind) + _message_head(len(body)) + body
        if made + raw[at:] == raw:
            return unit
        return unit[:begin] + escaped(bytes(made) + raw[at:]) if made else b""


def escaped(raw: bytes) -> bytes:
    """The bytes of a NAL unit with those that keep start codes out of it (ITU-T H.264, 7.4.1)."""
    # A unit may end with zeros (cabac_zero_words), after which a 3 has to stand.
    return _escaped_within(raw) + (b"\3" if raw.endswith(b"\0") else b"")


def _escaped_within(raw: bytes) -> bytes:
    return _ESCAPABLE.sub(b"\0\0\3", raw)


def _codes(syntax: UnitSyntax, unit: bytes) -> tuple[Code, ...]:
    try:
        return syntax.in_set(syntax.kind(unit), Bits(unit[syntax.header_bytes :]))
    except IndexError:
        raise ValueError("a parameter set cannot be read") from None


def _code(kind: int, bits: Bits) -> Code:
    at = bits.at
    number = bits.ue()
    return Code(kind, at, bits.at - at, number)


def _code_bits(number: int) -> int:
    return 2 * (number + 1).bit_length() - 1


def _touched(code: Code) -> int:
    """How many bytes, from the first on, the code's end and what stands before it lie in."""
    return -(-(code.at + code.size) // 8)


def _spliced(raw: bytes, code: Code, number: int) -> bytes:
    """Bytes with another number in place of a code, where that moves what follows by whole bytes."""
    size = code.bits_of(number)
    more, rest = divmod(size - code.size, 8)
    if rest:
        raise ValueError("the codes do not differ by whole bytes")
    touched = _touched(code)
    behind = touched * 8 - code.at - code.size
    value = int.from_bytes(raw[:touched], "big")
    before = value >> behind + code.size
    made = (before << size | code.written(number)) << behind | value & (1 << behind) - 1
    return made.to_bytes(touched + more, "big") + raw[touched:]


def _closed_anew(raw: bytes, codes: Iterable[tuple[Code, int]]) -> bytes:
    """Bytes of a parameter set with other numbers in place of codes, first ones first, and its end aligned."""
    total = len(raw) * 8
    value = int.from_bytes(raw, "big")
    closing = (value & -value).bit_length() - 1
    made = size = done = 0

    def keep(until: int) -> None:
        nonlocal made, size, done
        kept = until - done
        made = made << kept | value >> total - until & (1 << kept) - 1
        size += kept
        done = until

    for code, number in codes:
        keep(code.at)
        made = made << code.bits_of(number) | code.written(number)
        size += code.bits_of(number)
        done = code.at + code.size
    keep(total - closing)
    padding = -size % 8
    return (made << padding).to_bytes((size + padding) // 8, "big")


def _message_number(raw: bytes, at: int) -> tuple[int, int]:
    """A message's kind or size, and where what follows it begins."""
    number = 0
    while raw[at] == 0xFF:
        number, at = number + 0xFF, at + 1
    return number + raw[at], at + 1


def _message_head(number: int) -> bytes:
    return b"\xff" * (number // 0xFF) + bytes((number % 0xFF,))
