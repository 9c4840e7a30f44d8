"""Whether a file carries Content Credentials (C2PA), which say who made it and are signed over its very bytes.

Only the heads of a file's parts are read. A file whose parts do not add up has none as far as can be seen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_STORE = bytes.fromhex("6332706100110010800000aa00389b71")
"""What a JUMBF box says it holds when it is a store of manifests."""
_MOST_PARTS = 10_000
_SOS, _APP11 = 0xDA, 0xEB


def has_credentials(path: Path, demuxer: str) -> bool:
    """Whether a file of that kind has a C2PA manifest where the specification puts it; `False` for other kinds."""
    seen = _SEEN.get(demuxer)
    if seen is None:
        return False
    with path.open("rb", buffering=0) as file:
        return any(seen(file))


def _in_boxes(file: BinaryIO) -> Iterator[bool]:
    """Of MP4 and MOV: an outermost box."""
    end, at = os.fstat(file.fileno()).st_size, 0
    for _ in range(_MOST_PARTS):
        head = _read(file, at, 32)
        if len(head) < 8:
            return
        size, kind, content = int.from_bytes(head[:4], "big"), head[4:8], head[8:]
        if size == 1:
            size, content = int.from_bytes(head[8:16], "big"), head[16:]
        yield kind == b"jumb" or (kind == b"uuid" and content[:16] == _UUID)
        # 0 is a box that goes on to the file's end.
        if size < 8 or at + size >= end:
            return
        at += size


def _in_chunks(file: BinaryIO) -> Iterator[bool]:
    """Of PNG: a chunk of its own."""
    at = 8
    for _ in range(_MOST_PARTS):
        head = _read(file, at, 8)
        if len(head) < 8 or head[4:] == b"IEND":
            return
        yield head[4:] == b"caBX"
        at += 12 + int.from_bytes(head[:4], "big")


def _in_segments(file: BinaryIO) -> Iterator[bool]:
    """Of JPEG: JUMBF in an APP11 segment before the picture (ISO/IEC 19566-5, annex D)."""
    at = 2
    for _ in range(_MOST_PARTS):
        head = _read(file, at, 44)
        if len(head) < 4 or head[0] != 0xFF or head[1] == _SOS:
            return
        if head[1] == 0xFF:
            at += 1
            continue
        # Marker, length, "JP", number of the box, of the packet; then the box "jumb" and in it "jumd".
        box = head[12:]
        yield (
            head[1] == _APP11
            and head[4:6] == b"JP"
            and (box[4:8], box[12:16], box[16:32]) == (b"jumb", b"jumd", _STORE)
        )
        at += 2 + int.from_bytes(head[2:4], "big")


def _in_riff(file: BinaryIO) -> Iterator[bool]:
    """Of WebP and AVI: an outermost chunk."""
    at = 12
    for _ in range(_MOST_PARTS):
        head = _read(file, at, 8)
        if len(head) < 8:
            return
        yield head[:4] == b"C2PA"
        size = int.from_bytes(head[4:], "little")
        at += 8 + size + size % 2


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)


_SEEN: dict[str, Callable[[BinaryIO], Iterator[bool]]] = {
    "mov": _in_boxes,
    "avi": _in_riff,
    "png_pipe": _in_chunks,
    "jpeg_pipe": _in_segments,
    "webp_pipe": _in_riff,
}
