"""An MP4 whose track has a header for each of its parts, as QuickTime's editors and MP4Box join clips; FFmpeg cannot
write one."""

from __future__ import annotations

import struct
from pathlib import Path

import av

from stitcher.media.container import fraction

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_TICKS = 512
"""Of a frame; at 24 frames a second, 12288 make a second."""


def join_with_headers(out: Path, *parts: Path) -> Path:
    """The parts (H.264 in MP4 at 24 frames a second, of which two are held back) one after the other."""
    packets: list[bytes] = []
    offsets: list[int] = []
    keys: list[int] = []
    first_of_part: list[int] = []
    for part in parts:
        first_of_part.append(len(packets) + 1)
        with av.open(str(part)) as container:
            stream = container.streams.video[0]
            assert stream.time_base is not None
            base = fraction(stream.time_base)
            found = [packet for packet in container.demux(stream) if packet.size]
        for number, packet in enumerate(found):
            assert packet.pts is not None
            offsets.append(round(packet.pts * base * 24) - number + 2)
            packets.append(bytes(packet))
            if packet.is_keyframe:
                keys.append(len(packets))
    count, seconds = len(packets), len(packets) * 1000 // 24
    head = _box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
    places = [len(head) + 8]
    for data in packets:
        places.append(places[-1] + len(data))
    table = _box(
        b"stbl",
        _list(b"stsd", [_sample_entry(part) for part in parts]),
        _list(b"stts", [struct.pack(">II", count, _TICKS)]),
        _list(b"ctts", [struct.pack(">II", 1, offset * _TICKS) for offset in offsets]),
        _list(b"stss", [struct.pack(">I", key) for key in keys]),
        _list(b"stsc", [struct.pack(">III", first, 1, n + 1) for n, first in enumerate(first_of_part)]),
        _full(b"stsz", 0, struct.pack(">II", 0, count), *(struct.pack(">I", len(data)) for data in packets)),
        _list(b"stco", [struct.pack(">I", place) for place in places[:-1]]),
    )
    where = _box(b"dinf", _list(b"dref", [_full(b"url ", 1)]))
    media = _box(
        b"mdia",
        _full(b"mdhd", 0, struct.pack(">IIIIHH", 0, 0, 24 * _TICKS, count * _TICKS, 0x55C4, 0)),
        _full(b"hdlr", 0, b"\0\0\0\0vide" + bytes(12) + b"v\0"),
        _box(b"minf", _full(b"vmhd", 1, bytes(8)), where, table),
    )
    track = _box(
        b"trak",
        _full(b"tkhd", 3, struct.pack(">IIIII", 0, 0, 1, 0, seconds), bytes(16), _MATRIX, bytes(8)),
        _box(b"edts", _list(b"elst", [struct.pack(">IiI", seconds, 2 * _TICKS, 0x10000)])),
        media,
    )
    movie = struct.pack(">IIIIIH", 0, 0, 1000, seconds, 0x10000, 0x100) + bytes(10) + _MATRIX + bytes(24)
    header = _box(b"moov", _full(b"mvhd", 0, movie, struct.pack(">I", 2)), track)
    out.write_bytes(head + _box(b"mdat", *packets) + header)
    return out


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _list(kind: bytes, entries: list[bytes]) -> bytes:
    return _full(kind, 0, struct.pack(">I", len(entries)), *entries)


def _sample_entry(part: Path) -> bytes:
    data = part.read_bytes()
    at = data.index(b"stsd") + 12
    return data[at : at + int.from_bytes(data[at : at + 4], "big")]
