"""NAL units of H.264 and HEVC packets: what kind of start they are, and whether they are whole.

A key flag in the container says only that somebody thought decoding can start there; the NAL type says it
(H.264 table 7-1, HEVC table 7-1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from stitcher.media.decoder_config import is_set, length_size, unit_kind

_START_CODE = re.compile(rb"\x00\x00\x01")
_TAIL_ZEROS = 64
_SETTINGS = re.compile(rb"(?:x264 - core|x265 \(build|x265 - )[\x09\x0a\x0d\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Unit:
    """What one packet holds."""

    start: Literal["idr", "cra", ""]
    picture: bool
    """Whether it carries any slice."""
    fault: str = ""
    """What is wrong with its structure, or an empty string."""
    sets: tuple[bytes, ...] = ()
    """The parameter sets in it."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How the NAL units of a stream lie in its packets."""

    hevc: bool
    length_size: int
    """Bytes of the length in front of each unit; 0 for start codes (Annex B)."""


def framing(codec: str, extradata: bytes) -> Framing:
    """How to read packets of this stream, as its avcC or hvcC says."""
    return Framing(codec == "hevc", length_size(codec, extradata))


def read_packet(data: bytes, framing: Framing) -> Unit:
    """What the packet holds. Whole packets of a sane encoder have no `fault`."""
    spans = _lengths(data, framing.length_size) if framing.length_size else _start_codes(data)
    start: Literal["idr", "cra", ""] = ""
    picture = False
    sets: list[bytes] = []
    for begin, end in spans:
        if begin < 0 or end - begin < 1 + framing.hevc:
            return Unit(start, picture, "the lengths inside it do not add up")
        first = data[begin]
        if first & 0x80 or (framing.hevc and not data[begin + 1] & 7):
            return Unit(start, picture, "it holds bytes no encoder writes")
        kind = unit_kind(first, hevc=framing.hevc)
        if not (kind < 32 if framing.hevc else 1 <= kind <= 5):
            if is_set(kind, hevc=framing.hevc):
                sets.append(data[begin:end])
            continue
        picture = True
        if kind in ((18, 19, 20) if framing.hevc else (5,)):
            start = "idr"
        elif framing.hevc and kind in (16, 17, 21):
            # Of these, pictures may follow that are shown before them.
            start = "cra"
        if _has_hole(data, begin, end):
            return Unit(start, picture, "it holds a run of zeros no encoder writes")
    return Unit(start, picture, sets=tuple(sets))


def sets_in(data: memoryview, framing: Framing) -> tuple[bytes, ...]:
    """The parameter sets in a packet that is known to be whole, found without looking into its pictures."""
    if not framing.length_size:
        return read_packet(bytes(data), framing).sets
    sets: list[bytes] = []
    position = 0
    while position + framing.length_size < len(data):
        begin = position + framing.length_size
        position = begin + int.from_bytes(data[position:begin], "big")
        if is_set(unit_kind(data[begin], hevc=framing.hevc), hevc=framing.hevc):
            sets.append(bytes(data[begin:position]))
    return tuple(sets)


def _lengths(data: bytes, size: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    position, total = 0, len(data)
    while position < total:
        begin = position + size
        end = begin + int.from_bytes(data[position:begin], "big")
        if end > total or begin > total:
            return [*spans, (-1, -1)]
        spans.append((begin, end))
        position = end
    return spans


def _start_codes(data: bytes) -> list[tuple[int, int]]:
    begins = [code.end() for code in _START_CODE.finditer(data)]
    if not begins:
        return [(-1, -1)]
    ends = [begin - 3 for begin in begins[1:]] + [len(data)]
    return list(zip(begins, ends, strict=True))


def _has_hole(data: bytes, begin: int, end: int) -> bool:
    # Emulation prevention (H.264 7.4.1) keeps three zeros out of a unit; a few behind it are padding.
    hole = data.find(b"\0\0\0", begin, end)
    return hole >= 0 and (end - hole > _TAIL_ZEROS or bool(data[hole:end].strip(b"\0")))


def encoder_settings(data: bytes) -> str:
    """What x264 or x265 wrote about itself into the first packet or the parameter sets, or an empty string."""
    settings = _SETTINGS.search(data)
    return settings[0].decode("ascii").strip() if settings else ""
