"""Pixel formats, parsed from FFmpeg's names: `yuv422p10le` is YUV, 4:2:2 (chroma subsampling), 10 bits. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """What one pixel format can hold."""

    family: str
    """`rgb`, `yuv`, `gray` or `palette` (which is RGB, with alpha where the file has some)."""
    chroma: str
    """How finely colour is stored, such as `4:2:0`; `4:4:4` where there is none or no less than luma."""
    bits: int
    """Of the deepest component."""
    alpha: bool

    @property
    def is_rgb(self) -> bool:
        """Whether pictures in it have no YUV matrix."""
        return self.family in ("rgb", "palette")

    @property
    def spacing(self) -> tuple[int, int]:
        """Pixels for each sample of colour, across and down."""
        return _SPACINGS[self.chroma]


_SPACINGS = {
    "4:4:4": (1, 1),
    "4:4:0": (1, 2),
    "4:2:2": (2, 1),
    "4:2:0": (2, 2),
    "4:1:1": (4, 1),
    "4:1:0": (4, 4),
}
_ODD = {
    "pal8": PixelFormat("palette", "4:4:4", 8, False),
    "monob": PixelFormat("gray", "4:4:4", 1, False),
    "monow": PixelFormat("gray", "4:4:4", 1, False),
    "nv12": PixelFormat("yuv", "4:2:0", 8, False),
    "nv21": PixelFormat("yuv", "4:2:0", 8, False),
    "nv16": PixelFormat("yuv", "4:2:2", 8, False),
    "nv20": PixelFormat("yuv", "4:2:2", 10, False),
    "nv24": PixelFormat("yuv", "4:4:4", 8, False),
    "nv42": PixelFormat("yuv", "4:4:4", 8, False),
    "uyyvyy411": PixelFormat("yuv", "4:1:1", 8, False),
    "ayuv": PixelFormat("yuv", "4:4:4", 8, True),
    "ayuv64": PixelFormat("yuv", "4:4:4", 16, True),
    "uyva": PixelFormat("yuv", "4:4:4", 8, True),
    "vuya": PixelFormat("yuv", "4:4:4", 8, True),
    "vuyx": PixelFormat("yuv", "4:4:4", 8, False),
    "vyu444": PixelFormat("yuv", "4:4:4", 8, False),
    "xyz12": PixelFormat("yuv", "4:4:4", 12, False),
    "v30x": PixelFormat("yuv", "4:4:4", 10, False),
}
_PLANAR = re.compile(r"yuv(?P<kind>[aj]?)(?P<chroma>\d{3})p(?P<bits>\d*)")
_HALF_PLANAR = re.compile(r"[py](?P<chroma>[024])(?P<bits>1\d)")
_GRAY = re.compile(r"(?P<alpha>gray|ya)f?(?P<bits>\d*)")
_PLANAR_RGB = re.compile(r"gbr(?P<alpha>a?)pf?(?P<bits>\d*)")
_PACKED_RGB = re.compile(r"(?P<before>x2|[0a]?)(?:rgb|bgr)(?P<after>[0a]?)f?(?P<size>\d*)(?:_byte)?")
_PACKED_BITS = {
    "": 8,
    "4": 2,
    "8": 3,
    "444": 4,
    "555": 5,
    "565": 6,
    "24": 8,
    "10": 10,
    "16": 16,
    "48": 16,
    "64": 16,
    "32": 32,
    "96": 32,
    "128": 32,
}
"""Bits of a colour, by the number in the name: those of a whole pixel, or of a colour where they are floats."""


@cache
def with_alpha(name: str) -> str:
    """A planar YUV format with alpha beside what the named one holds; the name itself where it has some."""
    return name if pixel_format(name).alpha else name.replace("yuv", "yuva", 1)


@cache
def opaque_format(name: str) -> str:
    """A planar format that holds all of the named one but its alpha; the name itself where it has none."""
    held = pixel_format(name)
    if not held.alpha:
        return name
    order = "le" if held.bits > 8 else ""
    if held.is_rgb:
        return f"gbrpf32{order}" if held.bits > 16 else f"gbrp{'' if held.bits <= 8 else held.bits}{order}"
    if held.family == "gray":
        return "gray" if held.bits <= 8 else "gray16le"
    if not name.startswith("yuva"):
        return "yuv444p" if held.bits <= 8 else "yuv444p16le"
    return name.replace("yuva", "yuv")


@cache
def pixel_format(name: str) -> PixelFormat:
    """What the format of that name holds; one that is not known counts as 8 bits of YUV in 4:2:0."""
    plain = re.sub(r"(msb)?[lb]e$", "", name)
    if plain in _ODD:
        return _ODD[plain]
    if match := _PLANAR.fullmatch(plain):
        return PixelFormat("yuv", ":".join(match["chroma"]), int(match["bits"] or 8), match["kind"] == "a")
    if match := _HALF_PLANAR.fullmatch(plain):
        chroma = {"0": "4:2:0", "2": "4:2:2", "4": "4:4:4"}[match["chroma"]]
        return PixelFormat("yuv", chroma, int(match["bits"]), False)
    if match := re.fullmatch(r"xv(\d\d)", plain):
        return PixelFormat("yuv", "4:4:4", {"30": 10, "36": 12, "48": 16}[match[1]], False)
    if re.fullmatch(r"(yuyv|uyvy|yvyu)422", plain):
        return PixelFormat("yuv", "4:2:2", 8, False)
    if match := _GRAY.fullmatch(plain):
        return PixelFormat("gray", "4:4:4", int(match["bits"] or 8), match["alpha"] == "ya")
    if match := _PLANAR_RGB.fullmatch(plain):
        return PixelFormat("rgb", "4:4:4", int(match["bits"] or 8), match["alpha"] == "a")
    if match := re.fullmatch(r"bayer_[rgb]{4}(8|16)", plain):
        return PixelFormat("rgb", "4:4:4", int(match[1]), False)
    if match := _PACKED_RGB.fullmatch(plain):
        alpha = "a" in (match["before"], match["after"])
        return PixelFormat("rgb", "4:4:4", _PACKED_BITS[match["size"]], alpha)
    return PixelFormat("yuv", "4:2:0", 8, False)
