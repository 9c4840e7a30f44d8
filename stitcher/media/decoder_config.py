"""avcC and hvcC records, and the parameter sets (VPS, SPS, PPS) that configure a decoder of H.264 or HEVC: read,
written, and followed from a file's header through its packets.

A header is an `avcC` record (ISO/IEC 14496-15, 5.3.3.1), an `hvcC` record (8.3.3.1), or units behind start codes.
Sets are known by kind and number; one in a packet takes the place of the one with its number, for that packet and all
that follow, whatever the header says. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stitcher.formats.codecs import NAL_CODECS
from stitcher.media.bit_reader import Bits

_START_CODE = b"\0\0\1"
_AVC_KINDS = frozenset({7, 8, 13, 15})
"""SPS, PPS, SPS extension, subset SPS (ITU-T H.264, table 7-1)."""
_HEVC_KINDS = frozenset({32, 33, 34})
"""VPS, SPS and PPS (ITU-T H.265, table 7-1)."""
_PROFILE_BITS = 88


def is_set(unit_kind: int, *, hevc: bool) -> bool:
    """Whether NAL units of that type are parameter sets."""
    return unit_kind in (_HEVC_KINDS if hevc else _AVC_KINDS)


def decoder_sets(codec: str, record: bytes) -> tuple[bytes, ...] | bytes:
    """What a decoder is configured by: how units lie in packets and the parameter sets, without what an encoder says
    about itself and without what a record only repeats of the sets.

    The record as it is for codecs other than H.264 and HEVC, and for records that cannot be read.
    """
    if codec not in NAL_CODECS:
        return record
    try:
        units = record_units(codec, record)
    except ValueError:
        return record
    return (bytes((length_size(codec, record),)), *dict.fromkeys(unit.rstrip(b"\0") for unit in units))


def length_size(codec: str, record: bytes) -> int:
    """Bytes of the length in front of each NAL unit of a packet; 0 where units begin with start codes (Annex B)."""
    at = 21 if codec == "hevc" else 4
    return (record[at] & 3) + 1 if len(record) > at and record[0] == 1 else 0


def record_units(codec: str, record: bytes) -> tuple[bytes, ...]:
    """The parameter sets of a header, in its order; none of an empty one.

    Raises `ValueError` for a record that is not whole.
    """
    hevc = codec == "hevc"
    if record[:1] != b"\1":
        units = record.replace(b"\0" + _START_CODE, _START_CODE).split(_START_CODE)[1:]
        return tuple(unit for unit in units if unit and is_set(unit_kind(unit[0], hevc=hevc), hevc=hevc))
    if hevc:
        return _hvcc_units(record)
    sequences, pictures, _ = split_avcc(record)
    return (*sequences, *pictures)


def _hvcc_units(record: bytes) -> tuple[bytes, ...]:
    return tuple(unit for head, units in hvcc_arrays(record) if head & 0x3F in _HEVC_KINDS for unit in units)


def hvcc_arrays(record: bytes) -> tuple[tuple[int, tuple[bytes, ...]], ...]:
    """The arrays of units in an `hvcC` record: the byte with their type, and the units.

    Raises `ValueError` for a record that is not whole.
    """
    if len(record) < 23:
        raise ValueError("not an hvcC record")
    arrays: list[tuple[int, tuple[bytes, ...]]] = []
    at = 23
    for _ in range(record[22]):
        if at + 3 > len(record):
            raise ValueError("the hvcC record ends early")
        head, count, at = record[at], int.from_bytes(record[at + 1 : at + 3], "big"), at + 3
        units = []
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            units.append(record[at + 2 : at + 2 + size])
            at += 2 + size
            if at > len(record):
                raise ValueError("the hvcC record ends early")
        arrays.append((head, tuple(units)))
    return tuple(arrays)


def split_avcc(record: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...], bytes]:
    """The sequence sets, the picture sets and the trailing extension of an `avcC` record.

    Raises `ValueError` for anything that is not a whole record.
    """
    if len(record) < 7 or record[0] != 1:
        raise ValueError("not an avcC record")
    sets: list[tuple[bytes, ...]] = []
    at = 5
    for mask in (0x1F, 0xFF):
        if at >= len(record):
            raise ValueError("the avcC record ends early")
        units = []
        count, at = record[at] & mask, at + 1
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            unit = record[at + 2 : at + 2 + size]
            if len(unit) != size or not size:
                raise ValueError("the avcC record ends early")
            units.append(unit)
            at += 2 + size
        sets.append(tuple(units))
    return sets[0], sets[1], record[at:]


def avc_codec_name(file_head: bytes) -> str:
    """The name players know an H.264 track by (RFC 6381): `avc1.` and the profile, constraints and level of its `avcC`.

    `file_head` is the beginning of an MP4 that holds the box. Raises `ValueError` when it holds none.
    """
    record = file_head[file_head.index(b"avcC") + 4 :]
    return f"avc1.{record[1:4].hex()}"


def by_number(units: Iterable[bytes], *, hevc: bool) -> dict[tuple[int, ...], bytes]:
    """Parameter sets by kind, layer and number; a later one takes the place of an earlier one.

    A set whose number cannot be read stands for itself.
    """
    table: dict[tuple[int, ...], bytes] = {}
    for unit in units:
        try:
            name = _number(unit, hevc=hevc)
        except IndexError:
            name = tuple(unit)
        table[name] = unit.rstrip(b"\0")
    return table


def unit_kind(first_byte: int, *, hevc: bool) -> int:
    """The type of a NAL unit, by its first byte."""
    return first_byte >> 1 & 0x3F if hevc else first_byte & 0x1F


def _number(unit: bytes, *, hevc: bool) -> tuple[int, ...]:
    kind = unit_kind(unit[0], hevc=hevc)
    if not hevc:
        bits = Bits(unit[1:])
        if kind in (7, 15):
            bits.u(24)
        return kind, bits.ue()
    layer = (unit[0] & 1) << 5 | unit[1] >> 3
    bits = Bits(unit[2:])
    if kind == 32:
        return kind, layer, bits.u(4)
    if kind == 33:
        bits.u(4)
        skip_profile(bits)
    return kind, layer, bits.ue()


def skip_profile(bits: Bits) -> None:
    """`profile_tier_level` and what says how long it is (ITU-T H.265, 7.3.3)."""
    sub_layers = bits.u(3)
    bits.u(1)
    bits.u(_PROFILE_BITS + 8)
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers)]
    if sub_layers:
        bits.u(2 * (8 - sub_layers))
    for profile, level in present:
        bits.u(_PROFILE_BITS * profile + 8 * level)


class SetsWalk:
    """Follows the parameter sets of a stream packet by packet, from those of its header on."""

    def __init__(self, codec: str, record: bytes) -> None:
        self._codec = codec
        self._hevc = codec == "hevc"
        self._now = by_number(_units_if_whole(codec, record), hevc=self._hevc)

    def take(self, units: Sequence[bytes]) -> bool:
        """Whether the sets in a packet are others than those that held before it."""
        if not units:
            return False
        before = dict(self._now)
        self._now |= by_number(units, hevc=self._hevc)
        return self._now != before

    def take_record(self, record: bytes) -> bool:
        """The same for a header that takes the place of the one before."""
        return self.take(_units_if_whole(self._codec, record))

    def is_complete(self, units: Sequence[bytes]) -> bool:
        """Whether a packet with these sets needs none from before it."""
        return self._now.keys() <= by_number(units, hevc=self._hevc).keys()


def _units_if_whole(codec: str, record: bytes) -> tuple[bytes, ...]:
    try:
        return record_units(codec, record)
    except ValueError:
        return ()
