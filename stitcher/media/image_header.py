"""Frame headers of MPEG-2 and JPEG pictures: what one says of its size and samples. Pure."""

from __future__ import annotations

from collections.abc import Callable

_MPEG_HEAD = 64
"""A sequence header begins within so many bytes of its packet."""
_SOI, _SOS, _DHT = 0xD8, 0xDA, 0xC4
_NOT_FRAMES = frozenset({_DHT, 0xC8, 0xCC})
"""Markers among those of frame headers that are none (ITU-T T.81, table B.1)."""


def own_header(codec: str, data: memoryview) -> bytes | None:
    """The bytes that tell size, chroma and depth; pictures with equal ones need one configuration of a decoder.

    `None` for codecs that are not looked into here, and where there is nothing to be found.
    """
    read = _READERS.get(codec)
    return read(data) if read is not None else None


def _prores(data: memoryview) -> bytes | None:
    # SMPTE RDD 36, 5.1: size, "icpf", then a header with width and height at 8 and the chroma format at 12.
    if len(data) < 28 or bytes(data[4:8]) != b"icpf":
        return None
    return bytes(data[16:20]) + bytes((data[20] & 0xC0,))


def _dnxhd(data: memoryview) -> bytes | None:
    # SMPTE ST 2019-1: lines, samples a line, bit depth; compression identifier.
    return (
        bytes(data[0x18:0x1C]) + bytes((data[0x21],)) + bytes(data[0x28:0x2C]) if len(data) >= 0x2C else None
    )


def _jpeg(data: memoryview) -> bytes | None:
    at = 0
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (0xFF, _SOI):
            at += 1 if marker == 0xFF else 2
            continue
        size = data[at + 2] << 8 | data[at + 3]
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES:
            return bytes(data[at + 4 : at + 2 + size])
        if marker == _SOS:
            return None
        at += 2 + size
    return None


def _mpeg(data: memoryview) -> bytes | None:
    # ISO/IEC 13818-2, 6.2.2.1: width and height, 12 bits each, behind the start code of a sequence.
    head = bytes(data[:_MPEG_HEAD])
    at = head.find(b"\0\0\1\xb3")
    return head[at + 4 : at + 7] if at >= 0 else None


_READERS: dict[str, Callable[[memoryview], bytes | None]] = {
    "prores": _prores,
    "dnxhd": _dnxhd,
    "mjpeg": _jpeg,
    "mpeg1video": _mpeg,
    "mpeg2video": _mpeg,
}
