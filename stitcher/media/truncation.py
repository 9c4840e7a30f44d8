"""Truncated files: how long one says it is, by its outermost boxes alone; the quickest sign of a download cut off.

Kinds that are sound alone and say it elsewhere than in boxes are in `sound_sizes`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from stitcher.media.files import opened_file
from stitcher.media.sound_sizes import is_placeholder, stated_size

_MAX_BOXES = 100_000
_SEGMENT = 0x18538067


@dataclass(frozen=True, slots=True)
class Extent:
    """What the outermost boxes tell."""

    expected_bytes: int | None
    """Bytes the file says it has; `None` when it does not say."""
    actual_bytes: int
    """Bytes it has."""
    has_header: bool = True
    """Whether the part that describes the streams is there (`moov` in MP4)."""
    open_ended: bool = False
    """Whether its sound goes on to the file's end, because whoever streamed it could not know its size beforehand."""
    foreign_bytes: int = 0
    """Bytes behind the sound that are no part of the file by its own boxes."""

    @property
    def cut_off(self) -> bool:
        """Whether the file ends before it says it does."""
        return self.expected_bytes is not None and self.expected_bytes > self.actual_bytes


def measure(path: Path | str, demuxer: str) -> Extent:
    """What a file says it has and has; kinds of files that say nothing have `expected_bytes` of `None`."""
    with opened_file(path) as file:
        actual = file.seek(0, os.SEEK_END)
        file.seek(0)
        if demuxer == "mov":
            return _boxes(file, actual)
        if demuxer == "matroska":
            return Extent(_ebml(file), actual)
        if demuxer == "avi":
            return Extent(_riff(file, actual), actual)
        if demuxer == "wav":
            return _wave(file, actual)
        return Extent(stated_size(file, actual, demuxer), actual)


def _boxes(file: BinaryIO, actual: int) -> Extent:
    position, has_header = 0, False
    for _ in range(_MAX_BOXES):
        file.seek(position)
        head = file.read(16)
        if len(head) < 8:
            break
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if size == 1 and len(head) == 16:
            size = int.from_bytes(head[8:16], "big")
        elif size == 0:
            size = actual - position
        if size < 8 or not kind.isascii() or kind == b"\0\0\0\0":
            # Padding or foreign bytes behind the last box, which players ignore as well.
            break
        has_header = has_header or (kind == b"moov" and position + size <= actual)
        if position + size > actual:
            return Extent(position + size, actual, has_header)
        position += size
    return Extent(None, actual, has_header)


def _number(file: BinaryIO, *, keep_marker: bool) -> tuple[int, bool] | None:
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    length = 9 - first[0].bit_length()
    rest = file.read(length - 1)
    if len(rest) < length - 1:
        return None
    raw = int.from_bytes(first + rest, "big")
    value = raw if keep_marker else raw & ((1 << 7 * length) - 1)
    return value, value == (1 << 7 * length) - 1


def _ebml(file: BinaryIO) -> int | None:
    for _ in range(16):
        name, size = _number(file, keep_marker=True), _number(file, keep_marker=False)
        if name is None or size is None or size[1]:
            return None
        if name[0] == _SEGMENT:
            return file.tell() + size[0]
        file.seek(size[0], os.SEEK_CUR)
    return None


def _riff(file: BinaryIO, actual: int) -> int | None:
    position = 0
    # An AVI above 1 GB is several RIFF chunks, one behind the other.
    for _ in range(1024):
        file.seek(position)
        head = file.read(8)
        size = int.from_bytes(head[4:8], "little")
        if len(head) < 8 or head[:4] != b"RIFF" or size in (0, 0xFFFFFFFF):
            return None
        position += 8 + size
        if position > actual:
            return position
        position += size & 1
    return None


def _wave(file: BinaryIO, actual: int) -> Extent:
    head = file.read(12)
    position = 12
    large: int | None = None
    for _ in range(_MAX_BOXES):
        file.seek(position)
        chunk = file.read(8)
        size = int.from_bytes(chunk[4:8], "little")
        if len(chunk) < 8:
            break
        position += 8
        if chunk[:4] == b"ds64" and head[:4] != b"RIFF":
            # RF64 and BW64 keep the size of `data` here, and a placeholder where RIFF has it.
            large = int.from_bytes(file.read(16)[8:], "little")
        if chunk[:4] == b"data":
            if is_placeholder(size) if large is None else large == 0:
                return Extent(None, actual, open_ended=True)
            end = position + (size if large is None else large)
            return Extent(end, actual, foreign_bytes=_behind(file, end + (end & 1), actual))
        position += size + (size & 1)
    return Extent(_riff(file, actual), actual)


def _behind(file: BinaryIO, position: int, actual: int) -> int:
    """Bytes from a place on, if what is there is no chunk."""
    file.seek(position)
    chunk = file.read(8)
    size = int.from_bytes(chunk[4:], "little")
    is_chunk = len(chunk) == 8 and all(32 <= byte < 127 for byte in chunk[:4])
    return 0 if is_chunk and position + 8 + size <= actual + 1 else max(0, actual - position)
