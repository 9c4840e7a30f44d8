"""Duration of a picture as containers say it: MP4 and QuickTime in edit lists, Matroska in a tag, AVI by counting."""

from __future__ import annotations

import contextlib
import re
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer
from av.video.stream import VideoStream as AvVideo

from stitcher.media.container import fraction

_MOST_BOXES = 10_000
_MOST_BYTES = 1 << 16
"""Of a box that is read as a whole."""

Span = tuple[int, int]
"""Where the content of a box lies in the file."""


def stated_end(path: Path, container: InputContainer, picture: AvVideo, *, demuxer: str) -> Fraction | None:
    """When the container says that the picture ends, in seconds on the clock of its packets.

    `None` where it does not say so, or contradicts itself.
    """
    if demuxer == "mov":
        return presented_seconds(path, picture.id)
    if demuxer == "avi" and picture.duration and picture.time_base:
        # It counts the chunks, and an empty one repeats the picture before it.
        return picture.duration * fraction(picture.time_base)
    if demuxer == "matroska" and container.duration:
        written = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", picture.metadata.get("DURATION", ""))
        if written is not None:
            end = int(written[1]) * 3600 + int(written[2]) * 60 + Fraction(written[3])
            # Tags are carried along by programs that cut.
            return min(end, Fraction(container.duration, av.time_base))
    return None


def presented_seconds(path: Path | str, track: int) -> Fraction | None:
    """When the presentation of the track of that number ends, in seconds from the beginning of the file's.

    `None` where the file has no edit list for it, and where that, the track's header and the movie's disagree.
    """
    with contextlib.suppress(OSError, struct.error), open(path, "rb") as file:
        movie = _first(file, (0, file.seek(0, 2)), b"moov")
        header = movie and _first(file, movie, b"mvhd")
        if not movie or not header:
            return None
        scale, longest = _fields(file, header, ">8xII", ">16xIQ")
        for kind, content in _boxes(file, movie):
            head = _first(file, content, b"tkhd") if kind == b"trak" else None
            if head is None:
                continue
            number, lasts = _fields(file, head, ">8xI4xI", ">16xI4xQ")
            if number != track:
                continue
            edits = _edits(file, content)
            # Each edit is rounded by itself.
            agreed = edits and abs(sum(edits) - lasts) <= len(edits) and lasts <= longest
            return Fraction(lasts, scale) if agreed and lasts and scale else None
    return None


def _boxes(file: BinaryIO, within: Span) -> Iterator[tuple[bytes, Span]]:
    position, end = within
    for _ in range(_MOST_BOXES):
        if position + 8 > end:
            return
        file.seek(position)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            head = 16
        if size < head:
            return
        yield kind, (position + head, min(position + size, end))
        position += size


def _first(file: BinaryIO, within: Span, name: bytes) -> Span | None:
    return next((content for kind, content in _boxes(file, within) if kind == name), None)


def _read(file: BinaryIO, span: Span) -> bytes:
    file.seek(span[0])
    return file.read(min(span[1] - span[0], _MOST_BYTES))


def _fields(file: BinaryIO, span: Span, short: str, long: str) -> tuple[int, int]:
    """Two numbers of a header, whose version says how wide they are."""
    data = _read(file, span)
    one, other = struct.unpack_from(long if data[:1] == b"\1" else short, data, 4)
    return one, other


def _edits(file: BinaryIO, track: Span) -> list[int]:
    """The lengths of a track's edits."""
    lists = _first(file, track, b"edts")
    content = lists and _first(file, lists, b"elst")
    if not content:
        return []
    data = _read(file, content)
    entry = ">Qqi" if data[:1] == b"\1" else ">Iii"
    (count,) = struct.unpack_from(">I", data, 4)
    return [struct.unpack_from(entry, data, 8 + n * struct.calcsize(entry))[0] for n in range(count)]
