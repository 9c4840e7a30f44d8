"""One decoder configuration for a film whose runs were made with different parameter sets. Pure.

An `avcC` record (ISO/IEC 14496-15, 5.3.3.1) may hold several sequence and picture parameter sets; each slice names
the one it needs by number. So runs of two encoders can share a plain `avc1` track if their sets are numbered apart.
"""

from __future__ import annotations

_HEVC_SETS = frozenset({32, 33, 34})
"""NAL unit types of VPS, SPS and PPS (ITU-T H.265, table 7-1)."""


def decoder_sets(codec: str, record: bytes) -> tuple[bytes, ...] | bytes:
    """What a decoder is configured by: the parameter sets alone, without what an encoder says about itself.

    The record as it is for codecs other than H.264 and HEVC, and for records that cannot be read.
    """
    try:
        if codec == "h264":
            sequences, pictures, _ = split_avcc(record)
            return (*sequences, *pictures)
        if codec == "hevc":
            return _hvcc_sets(record)
    except ValueError:
        pass
    return record


def _hvcc_sets(record: bytes) -> tuple[bytes, ...]:
    """VPS, SPS and PPS of an `hvcC` record (ISO/IEC 14496-15, 8.3.3.1)."""
    if len(record) < 23 or record[0] != 1:
        raise ValueError("not an hvcC record")
    units: list[bytes] = []
    at = 23
    for _ in range(record[22]):
        kind, count, at = record[at] & 0x3F, int.from_bytes(record[at + 1 : at + 3], "big"), at + 3
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            if kind in _HEVC_SETS:
                units.append(record[at + 2 : at + 2 + size])
            at += 2 + size
            if at > len(record):
                raise ValueError("the hvcC record ends early")
    return tuple(units)


def split_avcc(record: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...], bytes]:
    """The sequence sets, the picture sets and the trailing extension of an `avcC` record.

    Raises `ValueError` for anything that is not a whole record.
    """
    if len(record) < 7 or record[0] != 1:
        raise ValueError("not an avcC record")
    found: list[tuple[bytes, ...]] = []
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
        found.append(tuple(units))
    return found[0], found[1], record[at:]


def merge_avcc(first: bytes, second: bytes) -> bytes:
    """The first record with the second's sets added; both must have the same length size and profile.

    Raises `ValueError` when the records cannot share a track.
    """
    if first[1] != second[1] or (first[4] & 3) != (second[4] & 3):
        raise ValueError("the two streams have different profiles")
    sequence, picture, extension = split_avcc(first)
    more_sequence, more_picture, _ = split_avcc(second)
    sequences = tuple(dict.fromkeys((*sequence, *more_sequence)))
    pictures = tuple(dict.fromkeys((*picture, *more_picture)))
    level = max(first[3], second[3])
    return b"".join(
        (
            first[:3],
            bytes((level,)),
            first[4:5],
            bytes((0xE0 | len(sequences),)),
            *(len(unit).to_bytes(2, "big") + unit for unit in sequences),
            bytes((len(pictures),)),
            *(len(unit).to_bytes(2, "big") + unit for unit in pictures),
            extension,
        )
    )
