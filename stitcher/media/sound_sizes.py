"""How long sound files without boxes say they are: AIFF, AU, CAF, Wave64, Ogg and MP3. Pure, on an open file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

_MAX_HEADER = 1 << 16
_ROUND_BYTES = 100_000_000
_MAX_CHUNKS = 10_000
_OGG_PAGE_BYTES = 27 + 255 + 255 * 255
_XING_DOUBT = 4096
"""Programs disagree whether the frame with the table and tags at the end count."""


def is_placeholder(size: int) -> bool:
    """Whether a 32-bit size stands for one that was not known: nothing, the most that fits (less a header), or a
    number so round that no recording has it. A size the file may have had before it was cut off is none.
    """
    full = any(0 <= limit - size <= _MAX_HEADER for limit in (1 << 31, 1 << 32))
    return full or size % _ROUND_BYTES == 0


def stated_size(file: BinaryIO, actual: int, demuxer: str) -> int | None:
    """Bytes a file of `actual` bytes says it has; `None` where it does not say."""
    read = _READERS.get(demuxer)
    return read(file, actual) if read else None


def _aiff(file: BinaryIO, actual: int) -> int | None:
    size = int.from_bytes(file.read(8)[4:], "big")
    return None if is_placeholder(size) else 8 + size


def _au(file: BinaryIO, actual: int) -> int | None:
    head = file.read(12)
    size = int.from_bytes(head[8:], "big")
    return None if len(head) < 12 or is_placeholder(size) else int.from_bytes(head[4:8], "big") + size


def _caf(file: BinaryIO, actual: int) -> int | None:
    position = 8
    for _ in range(_MAX_CHUNKS):
        file.seek(position)
        chunk = file.read(12)
        size = int.from_bytes(chunk[4:], "big", signed=True)
        if len(chunk) < 12 or size < 0:
            return None
        position += 12 + size
        if chunk[:4] == b"data":
            return position
    return None


def _wave64(file: BinaryIO, actual: int) -> int | None:
    size = int.from_bytes(file.read(24)[16:], "little")
    # Sizes are rounded up to whole 8 bytes.
    return None if size == 0 or size >= 1 << 62 else size - 7


def _ogg(file: BinaryIO, actual: int) -> int | None:
    file.seek(max(0, actual - _OGG_PAGE_BYTES))
    tail = file.read()
    at = tail.rfind(b"OggS\0")
    if at < 0:
        return None
    lengths = tail[at + 27 : at + 27 + tail[at + 26]] if len(tail) > at + 26 else b""
    return actual - len(tail) + at + 27 + len(lengths) + sum(lengths)


def _mp3(file: BinaryIO, actual: int) -> int | None:
    position = 0
    while (tag := _read(file, position, 10))[:3] == b"ID3":
        size = sum((byte & 0x7F) << shift for byte, shift in zip(tag[6:], (21, 14, 7, 0), strict=True))
        position += 10 + size + (10 if tag[5] & 0x10 else 0)
    frame = _read(file, position, 200)
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if frame[:1] != b"\xff" or at < 0:
        return None
    flags = int.from_bytes(frame[at + 4 : at + 8], "big")
    if not flags & 2:
        return None
    size = int.from_bytes(frame[at + 8 + 4 * (flags & 1) :][:4], "big")
    return position + size - _XING_DOUBT if size else None


def _read(file: BinaryIO, position: int, count: int) -> bytes:
    file.seek(position, os.SEEK_SET)
    return file.read(count)


_READERS: dict[str, Callable[[BinaryIO, int], int | None]] = {
    "aiff": _aiff,
    "au": _au,
    "caf": _caf,
    "w64": _wave64,
    "ogg": _ogg,
    "mp3": _mp3,
}
