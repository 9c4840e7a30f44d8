"""The code points of colour (ISO/IEC 23091-2) by the names that FFmpeg writes, and what swscale, zimg and x264 know
of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

UNSPECIFIED = 2
"""As primaries, transfer and matrix are counted alike."""

RANGES = {"tv": 1, "pc": 2}
"""As FFmpeg counts them: limited and full."""

HDR_TRANSFERS = {"smpte2084": "PQ", "arib-std-b67": "HLG"}


@dataclass(frozen=True, slots=True)
class CodePoint:
    """One number that primaries, a transfer or a matrix is said by."""

    number: int
    swscale: str = ""
    """What ffmpeg's `scale` calls a matrix; empty where it has none."""
    swscale_refuses: bool = False
    """Whether swscale refuses pictures tagged so, even where it has nothing to convert."""
    zimg: str = ""
    """What zimg is told instead, which does not know it; empty where it does."""
    in_x264: bool = True
    """Whether x264 and x265 have it; others are written into their streams afterwards."""


PRIMARIES = {
    "bt709": CodePoint(1), "bt470m": CodePoint(4), "bt470bg": CodePoint(5), "smpte170m": CodePoint(6),
    "smpte240m": CodePoint(7), "film": CodePoint(8), "bt2020": CodePoint(9), "smpte428": CodePoint(10),
    "smpte431": CodePoint(11), "smpte432": CodePoint(12), "ebu3213": CodePoint(22, in_x264=False),
}  # fmt: skip
TRANSFERS = {
    "bt709": CodePoint(1), "bt470m": CodePoint(4), "bt470bg": CodePoint(5), "smpte170m": CodePoint(6),
    "smpte240m": CodePoint(7), "linear": CodePoint(8), "log100": CodePoint(9, swscale_refuses=True),
    "log316": CodePoint(10, swscale_refuses=True), "iec61966-2-4": CodePoint(11),
    "bt1361e": CodePoint(12, zimg="bt709"), "iec61966-2-1": CodePoint(13), "bt2020-10": CodePoint(14),
    "bt2020-12": CodePoint(15), "smpte2084": CodePoint(16), "smpte428": CodePoint(17, zimg="bt709"),
    "arib-std-b67": CodePoint(18),
}  # fmt: skip
MATRICES = {
    "gbr": CodePoint(0), "bt709": CodePoint(1, "bt709"), "fcc": CodePoint(4, "fcc"),
    "bt470bg": CodePoint(5, "bt601"), "smpte170m": CodePoint(6, "bt601"), "smpte240m": CodePoint(7, "smpte240m"),
    "ycgco": CodePoint(8, swscale_refuses=True), "bt2020nc": CodePoint(9, "bt2020"),
    # zimg wants to know the light of constant luminance as well, and next to nothing is in it.
    "bt2020c": CodePoint(10, "bt2020", swscale_refuses=True, zimg="bt2020nc"),
    "smpte2085": CodePoint(11, swscale_refuses=True), "chroma-derived-nc": CodePoint(12, swscale_refuses=True),
    "chroma-derived-c": CodePoint(13, swscale_refuses=True), "ictcp": CodePoint(14, swscale_refuses=True),
}  # fmt: skip

MatrixName = Literal["bt709", "smpte170m", "bt470bg", "fcc", "smpte240m", "bt2020nc"]
"""Matrices that may be assumed of pictures that do not say theirs: all that swscale converts YUV from."""

SWSCALE_MATRICES = {"bt709": 1, "fcc": 4, "bt601": 5, "smpte240m": 7, "bt2020": 9}
"""How swscale counts matrices, and with it PyAV's `Colorspace`."""


def number_of(name: str | None, table: Mapping[str, CodePoint]) -> int:
    """The number of a code point in one of the tables; that of "unspecified" for `None`."""
    return table[name].number if name else UNSPECIFIED


def name_of(number: int, table: Mapping[str, CodePoint]) -> str | None:
    """The name of a code point in one of the tables; `None` for one that says nothing or is not known."""
    return next((name for name, point in table.items() if point.number == number), None)


def swscale_matrix(name: str) -> str:
    """What ffmpeg's `scale` calls a matrix."""
    return MATRICES[name].swscale or name


def zimg_name(name: str, table: Mapping[str, CodePoint]) -> str:
    """What zimg is told of a transfer or a matrix: itself, or the nearest that zimg knows."""
    return table[name].zimg or name
